"""Sample answers of the embedded model for the corpus of answers under tests/corpus.

    python scripts/corpus_sample.py samples.jsonl --each 5 --seed 1

For every schema of the corpus the model is asked real questions in several manners of asking and at several
temperatures. Nothing is chosen or thrown away: what is written is what came, in order, with its prompt, for a
person to label by reading.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import TypeAdapter

from interlab.models import get_model

CORPUS = Path(__file__).parents[1] / "tests" / "corpus"
TEMPERATURES = (0.2, 0.5, 0.8, 1.0, 1.3)
BARE_TOKENS, OBJECT_TOKENS, SHORT_TOKENS = 60, 160, 28

QUESTIONS: dict[str, tuple[str, ...]] = {
    "Integer": ("How many legs do a spider and a cat have together?", "How many months have 31 days?"),
    "Percentage": ("How sure are you, in percent, that it rains in London tomorrow?",),
    "Number": ("What is the square root of 2?", "How many kilometres is a marathon?"),
    "Probability": ("What is the probability that two coins both show heads?",),
    "PriceUSD": ("What does a cup of coffee cost in New York, in US dollars?",),
    "YesNo": ("Is the moon larger than the earth?", "Do penguins live in the Antarctic?"),
    "Text": ("Give a title for a story about a lighthouse keeper.",),
    "Move": ("In a prisoner's dilemma your partner cooperated last time. Do you cooperate or defect?",),
    "Status": ("The report is half written. Is it todo, in_progress or done?",),
    "Stars": ("How many stars, 1 to 5, do you give a restaurant with slow service and fine food?",),
    "Sentiment": ("'I loved the film, but the seats were hard.' Positive, neutral or negative?",),
    "Severity": ("The login page is down for all users. Severity: LOW=1, MEDIUM=2, HIGH=3, CRITICAL=4?",),
    "MaybeInteger": ("In which year was Tom's cat born? Answer null if the text does not say: 'Tom has a cat.'",),
    "IntegerOrText": ("Which house number does 10 Downing Street have?",),
    "Day": ("On which day did the French Revolution begin with the storming of the Bastille?",),
    "Moment": ("The train leaves on 5 March 2024 at half past two in the afternoon. When does it leave?",),
    "Amount": ("Three apples at 0.40 each: what is the sum?",),
    "Integers": ("Give the first five prime numbers.", "List the even numbers below 10."),
    "Names": ("Name three European capitals.", "Name four colours of the rainbow."),
    "Pair": ("A point is three to the right and four up from the origin. What are its two coordinates?",),
    "RGB": ("What are the red, green and blue values (0 to 255) of the colour orange?",),
    "Points": ("Give the four corners of the unit square as (x, y) points.",),
    "Matrix": ("Give the 2 by 2 identity matrix.",),
    "ScoreTable": ("Ann has 3 points, Bob has 5 and Cid has none. Who has how many?",),
    "Votes": ("Ann votes yes, Bob votes no, and Cid abstains. How does each vote?",),
    "Roles": ("Which of the roles reader, editor and admin does someone need who writes articles?",),
    "Person": ("'Maria, who turned 34 last week, moved to Porto.' Who is it about?",),
    "MaybePerson": ("'The weather was fine.' Is a person named? If not answer null.",),
    "People": ("'Ann (31) and her brother Bob (28) run a bakery.' Who is mentioned?",),
    "GameAction": (
        "Choose your move, cooperate or defect, in a repeated prisoner's dilemma, and give your reasoning.",
    ),
    "Survey": ("A guest says: 'Third time here, as good as ever!' Fill in the survey.",),
    "Bid": ("You are Alice and have 50 dollars. Bid for the old clock.",),
    "Bids": ("Alice bids 20 dollars, Bob bids 25 and then withdraws. List the bids.",),
    "Ticket": ("Write a ticket: the export button crashes the app, Dana takes it, urgent.",),
    "Review": ("Review a pair of headphones that sound great but break easily.",),
    "Contact": ("'Call Jon Bell, jon@bell.example, 555-0199.' Give the contact.",),
    "Account": ("Make an account for the user ada_l with karma 12 who may read and edit.",),
    "Generation": ("Give settings for generating creative text of at most 200 tokens.",),
    "Weather": ("It is 21 degrees, half cloudy, with 60 percent humidity. Give the report.",),
    "Verdict": ("The accused was seen at the place with the stolen ring. Judge.",),
    "Incident": ("The database was down for ten minutes and is up again. Report the incident.",),
    "Event": ("A book fair from 3 to 5 May 2024, opening at nine in the morning. Describe the event.",),
    "Invoice": ("Invoice A-17 over 120.50 euros is due on 1 July 2024 and not paid yet.",),
    "Snippet": ("Write a Python function that adds two numbers.",),
    "Letter": ("Write a short letter of thanks to a neighbour who watered the plants.",),
    "Solution": ("A box has 4 rows of 6 eggs; 5 eggs are broken. How many are whole? Show the steps.",),
    "Trip": ("A train goes to Vienna, 300 km, in three hours. Describe the trip.",),
    "Movie": ("Which film of 1994 did Quentin Tarantino direct?",),
    "Order": ("Order A1: Lee (lee@shop.example) buys 2 pieces of X-9 at 4.50 dollars each.",),
    "Recipe": ("Give a very short recipe for pancakes for two.",),
    "Comment": ("Ann writes 'Nice photo!' and Bob replies 'Thanks!'. Give the thread.",),
    "Folder": ("The folder docs (12 kB) holds a folder img (40 kB). Describe it.",),
    "Shape": ("Describe a circle of radius 2.",),
    "Shapes": ("Describe a circle of radius 2 and a rectangle of 3 by 4.",),
    "TurnAction": ("It is your turn: speak, trade or pass. You want wood for your wheat.",),
    "Turn": ("Player Red says hello to all. Describe the turn.",),
    "Offer": ("They ask 100 for the bicycle. Accept the price or make a counter offer with a reason.",),
    "Ranking": ("Rank pizza, soup and salad as lunch with a score from 0 to 10.",),
}


def load_schemas() -> dict[str, Any]:
    """The corpus's types by name; tests are no package, so the file is loaded by its path."""
    spec = importlib.util.spec_from_file_location("corpus_schemas", CORPUS / "schemas.py")
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    schemas: dict[str, Any] = module.SCHEMAS
    return schemas


def ask(question: str, schema: dict[str, Any], manner: int) -> str:
    """The question in one of five manners in which people ask for typed answers."""
    written = json.dumps(schema)
    keys = ", ".join(schema.get("properties", {}))
    if manner == 0:
        return f"{question}\n\nAnswer with JSON that follows this JSON schema:\n{written}"
    if manner == 1:
        wanted = f"a JSON object with the keys {keys}" if keys else "the JSON value, nothing else"
        return f"{question} Answer with {wanted}."
    if manner == 2:
        return f"{question}\nThink step by step, then give the final answer in a ```json block.\nSchema: {written}"
    if manner == 3:
        wanted = f"{keys}, one 'key: value' a line" if keys else "only the answer"
        return f"{question} Write {wanted}."
    return f"{written}\n\nRespond ONLY with valid JSON for the schema above, no explanation.\n\n{question}"


def main() -> None:
    """Sample and write one JSON line an answer."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("out", type=Path, help="file to write")
    parser.add_argument("--each", type=int, default=5, help="answers a schema")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--constrained", action="store_true", help="hold the model to the schema by a grammar")
    given = parser.parse_args()
    model = get_model("local/smollm2")
    with given.out.open("w", encoding="utf-8") as file:
        for position, (name, kind) in enumerate(load_schemas().items()):
            schema = TypeAdapter(kind).json_schema()
            for index in range(given.each):
                turn = position + index
                question = QUESTIONS[name][index % len(QUESTIONS[name])]
                params: dict[str, Any] = {
                    "temperature": TEMPERATURES[turn % len(TEMPERATURES)],
                    "max_tokens": OBJECT_TOKENS if "{" in json.dumps(schema.get("properties", "")) else BARE_TOKENS,
                    "seed": given.seed * 100_000 + position * 100 + index,
                }
                if turn % 6 == 5:
                    params["max_tokens"] = SHORT_TOKENS
                prompt = ask(question, schema, index % 5)
                held = {"json_schema": schema} if given.constrained else {}
                reply = get_model(model.name, **params, **held).generate(prompt)
                line = {"schema": name, "prompt": prompt, "model": model.name, **params}
                line |= {"constrained": given.constrained}
                line |= {"answer": reply.text, "finish_reason": reply.finish_reason}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                file.flush()


if __name__ == "__main__":
    main()
