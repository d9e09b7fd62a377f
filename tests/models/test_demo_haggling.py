"""The scripted demo model negotiates: inside its limits, repeatably, and moved by rumours."""

from __future__ import annotations

import json
import statistics
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from interlab.models import Message, Model, Params, get_model
from interlab.models.demo.reading import amounts, read

SELLER = (
    "You are Alice. You want to sell your used car, a 2015 Skoda Octavia with 120,000 km. "
    "Your asking price is $3,200. You will not sell it for less than ${low:,}."
)
BUYER = (
    "You are Bob. You want to buy a used car, a 2015 Skoda Octavia, for your family. "
    "You can pay at most ${high:,}, but the cheaper the better."
)


class Turn(BaseModel):
    """What an actor does in its turn."""

    thoughts: str
    action: Literal["offer", "accept", "walk_away"]
    price: int | None = None
    message: str


@dataclass
class Talk:
    """A negotiation of two demo actors, each with its own transcript, as an environment would drive it."""

    low: int = 2000
    high: int = 3000
    heard: dict[str, dict[int, str]] = field(default_factory=dict)
    typed: bool = False
    model: Model = field(default_factory=lambda: get_model("demo"))
    lines: list[str] = field(default_factory=list)
    offers: list[tuple[str, float]] = field(default_factory=list)

    def run(self, seed: int, turns: int = 50) -> float | None:
        """The price agreed on, or None when somebody walked away."""
        own: dict[str, list[str]] = {"Bob": [], "Alice": []}
        for turn in range(turns):
            name = ("Bob", "Alice")[turn % 2]
            if turn in self.heard.get(name, {}):
                own[name].append(self.heard[name][turn])
            persona = (BUYER if name == "Bob" else SELLER).format(low=self.low, high=self.high)
            answer = self.ask(persona, own[name], Params(seed=seed * 1000 + turn))
            for lines in own.values():
                lines.append(f"{name}: {answer.message}")
            self.lines.append(f"{name}: {answer.message}")
            if answer.price is not None:
                self.offers.append((name, answer.price))
            if answer.action == "accept":
                assert answer.price is not None
                return answer.price
            if answer.action == "walk_away":
                return None
        raise AssertionError(f"no end after {turns} turns: {self.lines}")

    def ask(self, persona: str, lines: list[str], params: Params) -> Turn:
        """One turn, asked with a JSON schema in the prompt."""
        schema = json.dumps(Turn.model_json_schema(), indent=2)
        prompt = (
            "The conversation so far:\n" + "\n".join(lines) + "\n\nWhat do you do? Answer with JSON that fits "
            f"this JSON schema:\n```json\n{schema}\n```"
        )
        reply = self.model.generate([("system", persona), ("user", prompt)], params)
        return Turn.model_validate_json(reply.text.strip().removeprefix("```json").removesuffix("```"))


def prices(count: int = 40, **settings: Any) -> list[float]:
    found = [Talk(**settings).run(seed) for seed in range(count)]
    return [price for price in found if price is not None]


def test_deals_lie_in_both_limits() -> None:
    found = prices(200)
    assert len(found) == 200
    assert all(2000 <= price <= 3000 for price in found)
    assert len(set(found)) > 10, "seeds make a difference"


def test_offers_keep_to_the_limit_and_never_go_back() -> None:
    for seed in range(30):
        talk = Talk()
        talk.run(seed)
        bob = [price for name, price in talk.offers if name == "Bob"]
        alice = [price for name, price in talk.offers if name == "Alice"]
        assert bob == sorted(bob)
        assert alice == sorted(alice, reverse=True)
        assert max(bob) <= 3000
        assert min(alice) >= 2000
        assert alice[0] == 3200, "the asking price comes first"


def test_without_overlap_somebody_walks_away() -> None:
    for seed in range(30):
        assert Talk(low=3000, high=2500).run(seed) is None


def test_narrow_overlap_still_ends_in_a_deal() -> None:
    assert all(2480 <= price <= 2500 for price in prices(20, low=2480, high=2500))
    assert prices(5, low=2500, high=2500) == [2500] * 5


def test_the_same_request_has_the_same_answer() -> None:
    first, again = Talk(), Talk()
    assert first.run(3) == again.run(3)
    assert first.lines == again.lines
    chat = [("system", BUYER.format(high=3000)), ("user", "Alice: I can offer it for $2,990.")]
    model = get_model("demo")
    texts = {model.generate(chat, Params(seed=seed, sample=n)).text for seed in (1, 2) for n in range(5)}
    assert len(texts) > 3
    assert model.generate(chat).text == get_model("demo").generate(chat, Params(seed=0)).text


def test_the_usual_price_is_near_the_middle() -> None:
    assert 2400 < statistics.mean(prices(60)) < 2750


@pytest.mark.parametrize(
    ("who", "rumour", "direction"),
    [
        ("Alice", "The buyer has another offer at $2,400.", -1),
        ("Alice", "Bob has another offer at $2,400.", -1),
        ("Alice", "Another seller offers the buyer a similar car at $2,300.", -1),
        ("Alice", "There is another buyer who offers $2,900.", +1),
        ("Alice", "You have another offer at $2,900.", +1),
        ("Bob", "There is another buyer who offers $2,900.", +1),
        ("Bob", "The seller has another offer at $2,850.", +1),
        ("Bob", "There is another buyer who offers $3,500.", +1),
        ("Bob", "You have another offer at $2,400 from a different dealer.", -1),
        ("Bob", "Another dealer sells the same car for $2,350.", -1),
    ],
)
def test_rumours_move_the_price_the_right_way(who: str, rumour: str, direction: int) -> None:
    turn = 3 if who == "Alice" else 2
    usual = [Talk().run(seed) for seed in range(30)]
    moved = [Talk(heard={who: {turn: rumour}}).run(seed) for seed in range(30)]
    differences = [(b or 0) - (a or 0) for a, b in zip(usual, moved, strict=True) if b is not None]
    assert len(differences) >= 25
    assert direction * statistics.mean(differences) > 30


def test_stubbornness_pays() -> None:
    soft, hard = (
        statistics.mean(price for seed in range(30) if (price := _against(get_model(f"demo/{kind}"), seed)) is not None)
        for kind in ("soft", "stubborn")
    )
    assert hard < soft - 50, "a stubborn buyer pays less"


def _against(buyer: Model, seed: int) -> float | None:
    class Mixed(Model):
        capabilities = buyer.capabilities

        def _generate(self, messages: tuple[Message, ...], params: Params) -> Any:
            model = buyer if "You are Bob" in messages[0].text else get_model("demo")
            return model.generate(messages, params)

    return Talk(model=Mixed("mixed")).run(seed)


def test_fields_fit_each_other() -> None:
    class Answer(BaseModel):
        reasoning: str
        deal_accepted: bool
        leave: bool
        offer: float
        reply: str

    def ask(said: str) -> Answer:
        chat = [("system", BUYER.format(high=3000)), ("user", f"Alice: {said}")]
        params = Params(json_schema=Answer.model_json_schema(), seed=1)
        return Answer.model_validate_json(get_model("demo").generate(chat, params).text)

    good = ask("I can offer it for $1,500.")
    assert (good.deal_accepted, good.leave, good.offer) == (True, False, 1500)
    assert "$1,500" in good.reply
    assert "accept" in good.reasoning
    dear = ask("I can offer it for $2,990.")
    assert not dear.deal_accepted
    assert f"${dear.offer:,.0f}" in dear.reply
    gone = ask("I walk away. No deal.")
    assert (gone.deal_accepted, gone.leave) == (False, True)


def test_one_of_several_actions() -> None:
    class Offer(BaseModel):
        kind: Literal["Offer"]
        price: int

    class Accept(BaseModel):
        kind: Literal["Accept"]

    class Leave(BaseModel):
        kind: Literal["Leave"]

    class Answer(BaseModel):
        action: Offer | Accept | Leave
        say: str

    def ask(said: str) -> Answer:
        chat = [("system", BUYER.format(high=3000)), ("user", f"Alice: {said}")]
        params = Params(json_schema=Answer.model_json_schema())
        return Answer.model_validate_json(get_model("demo").generate(chat, params).text)

    assert isinstance(ask("I can offer it for $1,500.").action, Accept)
    assert isinstance(ask("No deal, I walk away.").action, Leave)
    offer = ask("I can offer it for $2,990.")
    assert isinstance(offer.action, Offer)
    assert f"${offer.action.price:,}" in offer.say


@pytest.mark.parametrize(
    ("persona", "said", "limit"),
    [
        ("You are the buyer. Your budget is 3000 dollars.", "Seller: I want 2990 dollars.", 3000),
        (
            "You are Eve. You are buying a house. Do not pay more than $300k.",
            "Tom: It costs $310,000.",
            300_000,
        ),
        ("Your name is Eve. You want to purchase a bike. Limit: €90", "Tom: €120, please.", 90),
        ("You are Eve, a buyer. Your maximum is $0.50.", "Tom: I ask $0.70.", 0.5),
    ],
)
def test_limits_are_read_from_many_wordings(persona: str, said: str, limit: float) -> None:
    for seed in range(10):
        schema = {"type": "object", "properties": {"price": {"type": "number"}}, "required": ["price"]}
        chat = [("system", persona), ("user", said)]
        text = get_model("demo").generate(chat, Params(seed=seed, json_schema=schema)).text
        assert 0.4 * limit <= json.loads(text)["price"] <= limit


@pytest.mark.parametrize("seed", range(5))
def test_chats_without_names_work_too(seed: int) -> None:
    model = get_model("demo")
    buyer = [Message("system", "You are the buyer of a used car. Your budget is $3,000.")]
    seller = [Message("system", "You are a car dealer. You want at least $2,000 for a car listed at $3,100.")]
    for turn in range(40):
        me, other = (buyer, seller) if turn % 2 == 0 else (seller, buyer)
        said = model.generate(me if len(me) > 1 else [*me, Message("user", "Start.")], Params(seed=seed)).text
        me.append(Message("assistant", said))
        other.append(Message("user", said))
        if "accept" in said or "Agreed" in said:
            break
    price = amounts(said)[-1][0]
    assert 2000 <= price <= 3000
    assert "accept" in said or "Agreed" in said


def test_reported_offers_and_typed_lines_are_read() -> None:
    told = (
        "You are Alice. You are selling your car. You will not accept less than $2,000.\n\nYour memory:\n"
        '- You offered $2,900: "It is a good car."\n- Bob offered $2,100.\n- You offered $2,700.\n'
        "- Bob offered $2,300.\n"
    )
    situation = read([Message("user", told)])
    assert (situation.side, situation.name, situation.limit) == ("seller", "Alice", 2000)
    assert situation.offers(mine=True) == [2900, 2700]
    assert situation.offers(mine=False) == [2100, 2300]
    typed = (
        "You are Bob. You want to buy a car. You can pay at most $3,000.\n"
        'Alice: {"action": "offer", "price": 2950, "message": "A fine car."}\n'
        'Bob: {"action": "offer", "price": 2100, "message": "Too much."}\n'
        'Alice: {"action": "accept", "price": 2100, "message": "Deal."}\n'
    )
    situation = read([Message("user", typed)])
    assert situation.offers(mine=False) == [2950, 2100]
    assert situation.spoken[-1].accepts
    assert "$2,100" in get_model("demo").generate(typed).text


@pytest.mark.parametrize(
    ("said", "offer", "accepts", "leaves"),
    [
        ("I can't do $2,300, but I can offer $2,700.", 2700, False, False),
        ("I will not accept $2,300.", None, False, False),
        ("Would you accept $2,500?", 2500, False, False),
        ("I accept $2,500.", 2500, True, False),
        ("It's a deal!", None, True, False),
        ("If you go to $2,400 we have a deal.", 2400, False, False),
        ("No deal, goodbye.", None, False, True),
        ("How about 2450?", 2450, False, False),
        ("How about $2,450?", 2450, False, False),
        ("I would pay 2450 for it.", 2450, False, False),
        ("It is a 2015 model with 120,000 km.", None, False, False),
        ("My price is €2.5k.", 2500, False, False),
    ],
)
def test_what_is_said_is_read(said: str, offer: float | None, accepts: bool, leaves: bool) -> None:
    persona = Message("system", "You are Bob. You want to buy a car and pay at most $3,000.")
    (utterance,) = read([persona, Message("user", f"Alice: {said}")]).spoken
    assert (utterance.offer, utterance.accepts, utterance.leaves) == (offer, accepts, leaves)
    assert not utterance.mine


def test_it_says_what_it_does_not_know() -> None:
    text = get_model("demo").generate("What is the capital of France?").text
    assert "script, not a language model" in text
    assert get_model("demo").generate("What is the capital of France?").text == text
    assert get_model("demo").generate("Summarize: the cat sat").text.startswith("(demo model) Summary")


def test_limits_on_the_reply_are_kept() -> None:
    reply = get_model("demo").generate("What?", Params(max_tokens=3, stop=("zzz",)))
    assert (len(reply.text), reply.finish_reason) == (12, "length")
    assert "script" not in get_model("demo").generate("What?", Params(stop=("script",))).text


@pytest.mark.parametrize("hostile", ["{" * 5000, '{"a":' * 3000, "$" * 5000, "You are " * 2000, "\x00\ud800 $5"])
def test_hostile_text_is_survived(hostile: str) -> None:
    assert get_model("demo").generate([("system", SELLER.format(low=2000)), ("user", hostile)]).text
