"""Sharded facts: every actor holds one part of a question whose answer needs the union.

Boxes hold numbers of coins; the question is how many there are in all boxes together. Actors: each has looked into one
box, several into the same one perhaps, some into a box that does not matter. Observations: what is said. Actions: say
what one saw, with how sure one is. Payoff: 1 when the numbers that were said, the surest of each box, add up to the
right sum, else 0. It ends when everybody stays silent, when all boxes were told if wanted, or as its moderator and end
say.

Scripted actors have a known competence (they saw the right number with that probability), verbosity (words beyond
what matters), and a stated confidence whose relation to being right is set: so what a rule for the floor achieves can
be held against what is possible.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from interlab.actors import BaseActor, LLMActor
from interlab.environments import Conversation, Run, Utterance
from interlab.errors import InvalidArgument
from interlab.state import Random, derive_seed
from interlab_zoo.metrics import Metrics, metrics_of

BOXES = (
    "amber", "blue", "coral", "dark", "emerald", "fawn", "golden", "hazel", "indigo", "jade", "khaki", "lilac", "mint",
    "navy", "olive", "pink", "quartz", "red", "silver", "teal", "umber", "violet", "white", "yellow",
)  # fmt: skip
FILLER = "as far as I can tell from where I stood when I had a look at it in the morning before the others came"


@dataclass(frozen=True)
class Puzzle:
    """A question in parts.

    Args:
        coins: by the name of a box that matters, how many coins it holds.
    """

    coins: dict[str, int]

    @property
    def answer(self) -> int:
        """The right sum."""
        return sum(self.coins.values())

    @property
    def question(self) -> str:
        """The question in words."""
        boxes = ", ".join(self.coins)
        return f"how many coins there are in the following boxes together: {boxes}"


def make_puzzle(boxes: int, seed: int) -> Puzzle:
    """A puzzle with so many boxes, 1 to 24, each with 1 to 99 coins.

    Raises:
        InvalidArgument: another number of boxes.
    """
    if not isinstance(boxes, int) or isinstance(boxes, bool) or not 1 <= boxes <= len(BOXES):
        raise InvalidArgument(f"A puzzle has 1 to {len(BOXES)} boxes; got {boxes!r}.")
    rng = Random(derive_seed(seed, "puzzle"))
    return Puzzle({name: rng.randint(1, 99) for name in rng.sample(BOXES, boxes)})


class Witness(BaseActor):
    """A scripted actor who looked into one box, says so once, and then is silent.

    Asked for a `float` it says what its words are worth: its confidence, or what it `reports`; asked for a `bool`,
    whether it has anything to say.

    Args:
        name: how it is called.
        box: the box.
        saw: the number that it saw there.
        confidence: how sure it says it is, in [0, 1].
        verbosity: words it adds to what matters, ≥ 0.
        repeats: whether it says what it saw although somebody else has said the same already.
        reports: what its words are worth when it is asked: ``"confidence"``, or ``"gain"``, by how much it is surer
            than whoever it heard on the same box.
        needed: whether the question is about its box; if it is not, it gains nothing by speaking.
    """

    def __init__(
        self,
        name: str,
        box: str,
        saw: int,
        *,
        confidence: float = 1.0,
        verbosity: int = 0,
        repeats: bool = True,
        reports: Literal["confidence", "gain"] = "confidence",
        needed: bool = True,
    ) -> None:
        super().__init__(name)
        if reports not in ("confidence", "gain"):
            raise InvalidArgument(f"A witness reports 'confidence' or 'gain'; got {reports!r}.")
        if not 0 <= confidence <= 1 or verbosity < 0:
            raise InvalidArgument(
                f"Confidence lies in [0, 1] and verbosity is ≥ 0; got {confidence!r} and {verbosity!r}."
            )
        self.box = box
        self.saw = saw
        self.confidence = confidence
        self.verbosity = verbosity
        self.repeats = repeats
        self.reports = reports
        self.needed = needed

    def _query(self, prompt: Any = None, *, expected_type: Any = None, **settings: Any) -> Any:
        words = self._words()
        if expected_type is float:
            return self._worth() if words else 0.0
        return bool(words) if expected_type is bool else words

    def _worth(self) -> float:
        if self.reports == "confidence":
            return self.confidence
        heard = [sure for text in self.memory.texts for box, _, sure in claims_in(text) if box == self.box]
        return max(0.0, self.confidence - max(heard, default=0.0)) if self.needed else 0.0

    def _words(self) -> str | None:
        claim = f"The {self.box} box holds {self.saw} coins"
        heard = self.memory.texts
        if any(text.startswith(f"{self.name}:") or (not self.repeats and claim in text) for text in heard):
            return None
        filler = FILLER.split()
        more = " ".join(filler[place % len(filler)] for place in range(self.verbosity))
        return f"{claim} ({100 * self.confidence:.0f} % sure){', ' if more else ''}{more}."


@dataclass(frozen=True)
class WitnessKind:
    """How a scripted actor is drawn.

    Args:
        competence: the probability that it saw the right number, in [0, 1].
        verbosity: words it adds to what matters.
        calibration: how far its stated confidence follows from being right, in [0, 1]. With this probability it is
            drawn from [1 − spread, 1] when right and from [0, spread] when wrong, else from [0, 1] whatever is true.
        matters: whether it looked into a box that matters.
        spread: how far confidence that follows from being right lies from 1 or 0, in [0, 1].
    """

    competence: float = 1.0
    verbosity: int = 0
    calibration: float = 1.0
    matters: bool = True
    spread: float = 0.5


def draw_witnesses(
    puzzle: Puzzle,
    kinds: Sequence[WitnessKind],
    seed: int,
    *,
    repeats: bool = True,
    reports: Literal["confidence", "gain"] = "confidence",
) -> list[BaseActor]:
    """Scripted actors for a puzzle: those to whom it matters look into its boxes in turn.

    Args:
        puzzle: the puzzle.
        kinds: one for each actor.
        seed: decides what they saw and how sure they are.
        repeats, reports: as for `Witness`.

    Returns:
        The actors, named ``W1``, ``W2``, ….
    """
    rng = Random(derive_seed(seed, "witnesses"))
    boxes = list(puzzle.coins)
    others = [name for name in BOXES if name not in puzzle.coins] or ["nameless"]
    made: list[BaseActor] = []
    told = 0
    for place, kind in enumerate(kinds, start=1):
        if not all(0 <= share <= 1 for share in (kind.competence, kind.calibration, kind.spread)):
            raise InvalidArgument(f"Competence, calibration and spread lie in [0, 1]; got {kind!r}.")
        # Drawn whatever is used, so that kinds that differ in one thing differ in nothing else.
        luck, follows, level, wrong, idle = rng.random(), rng.random(), rng.random(), rng.randint(1, 98), rng.random()
        if kind.matters:
            box = boxes[told % len(boxes)]
            told += 1
            truth = puzzle.coins[box]
        else:
            box, truth = others[int(idle * len(others))], 50
        right = luck < kind.competence
        saw = truth if right else wrong + (wrong >= truth)
        confidence = level
        if follows < kind.calibration:
            confidence = kind.spread * level + (1.0 - kind.spread if right else 0.0)
        made.append(
            Witness(
                f"W{place}", box, saw, confidence=confidence, verbosity=kind.verbosity, repeats=repeats,
                reports=reports, needed=kind.matters,
            )
        )  # fmt: skip
    return made


def model_witnesses(puzzle: Puzzle, model: Any, *, names: Iterable[str] = ()) -> list[BaseActor]:
    """Actors played by a language model, one for each box that matters."""
    given = list(names) or [f"W{place}" for place in range(1, len(puzzle.coins) + 1)]
    return [
        LLMActor(name, model, system_prompt=SYSTEM_PROMPT.format(name=name, box=box, coins=coins))
        for name, (box, coins) in zip(given, puzzle.coins.items(), strict=True)
    ]


SYSTEM_PROMPT = (
    "You are {name}. You have looked into the {box} box and saw {coins} coins. Others have looked into other boxes. "
    'Tell them in one short sentence, such as "The {box} box holds {coins} coins (100 % sure)".'
)
_CLAIM = re.compile(
    r"\b(\w+) box (?:holds|contains|has) (\d{1,6})\b(?: coins)?(?:[^.()]{0,40}\(\s*(\d{1,3}) ?% sure\))?", re.IGNORECASE
)


class ShardedFacts(Conversation):
    """Actors put together what each of them saw.

    Args:
        puzzle: the question.
        actors: who knows what.
        stop_when_told: end as soon as a number was said for every box, right or wrong.
        read: how what was said of a box is put together: ``"surest"``, the number that was said with the greatest
            confidence; ``"vote"``, the number that was said most often.
        **settings: as for `Conversation`.

    Attributes:
        claims: by box, the number that counts so far, and the greatest confidence with which it was said.
    """

    def __init__(
        self,
        puzzle: Puzzle,
        actors: Iterable[BaseActor],
        *,
        stop_when_told: bool = False,
        read: Literal["surest", "vote"] = "surest",
        **settings: Any,
    ) -> None:
        if read not in ("surest", "vote"):
            raise InvalidArgument(f"What was said is read as 'surest' or by 'vote'; got {read!r}.")
        self.puzzle = puzzle
        self.stop_when_told = stop_when_told
        self.read = read
        super().__init__(actors, **{"topic": puzzle.question, **settings})

    @property
    def claims(self) -> dict[str, tuple[int, float]]:
        """By box, the number that counts, the first of equals, and the greatest confidence with which it was said."""
        said: dict[str, dict[int, list[float]]] = {}
        for message in self.transcript:
            for box, coins, sure in claims_in(message.text):
                if box in self.puzzle.coins:
                    said.setdefault(box, {}).setdefault(coins, []).append(sure)
        best: dict[str, tuple[int, float]] = {}
        for box, numbers in said.items():
            coins = max(numbers, key=lambda one: len(numbers[one]) if self.read == "vote" else max(numbers[one]))
            best[box] = (coins, max(numbers[coins]))
        return best

    @property
    def answer(self) -> int | None:
        """The sum of what was said; None while a box is missing."""
        claims = self.claims
        return None if len(claims) < len(self.puzzle.coins) else sum(coins for coins, _ in claims.values())

    @property
    def is_correct(self) -> bool:
        """Whether what was said adds up to the right sum."""
        return self.answer == self.puzzle.answer

    def _step(self) -> Any:
        said = super()._step()
        if self.stop_when_told and not self.is_finished and self.answer is not None:
            self.ended = "all boxes were told"
            self.set_finished()
        return said

    @property
    def value_lost(self) -> float:
        """The share of boxes that the answer has wrong or not, of those whose number some scripted actor knew."""
        coins = self.puzzle.coins
        known = {one.box for one in self.actors if isinstance(one, Witness) and one.saw == coins.get(one.box)}
        claims = self.claims
        lost = [box for box in known if claims.get(box, (None, 0.0))[0] != coins[box]]
        return len(lost) / len(known) if known else 0.0

    def metrics(self, run: Run | None = None) -> Metrics:
        """The figures of the conversation as it is now; of its run, where models were asked for what was said."""
        return metrics_of(self, self.is_correct, run=run, value_lost=self.value_lost)

    def outcome(self) -> dict[str, Any]:
        """What came out: the answer, the right one, and what `Conversation` says."""
        return {
            "answer": self.answer, "right": self.puzzle.answer, "correct": self.is_correct, **super().outcome(),
        }  # fmt: skip


def claims_in(message: Utterance | str) -> list[tuple[str, int, float]]:
    """What a message says on boxes: the box, its coins, and how sure the speaker is (1 where it does not say)."""
    return [
        (box.lower(), int(coins), min(100, int(sure)) / 100 if sure else 1.0)
        for box, coins, sure in _CLAIM.findall(message if isinstance(message, str) else message.text)
    ]


def play(make: Callable[[int], ShardedFacts], episodes: int, *, seed: int = 0, max_steps: int = 200) -> list[Metrics]:
    """Play many puzzles, each from a seed of its own, without storing states.

    Args:
        make: makes the conversation of a seed.
        episodes: how many, ≥ 1.
        seed: decides the seeds.
        max_steps: turns of each at most.
    """
    played = []
    for number in range(episodes):
        talk = make(derive_seed(seed, "episode", number) & 0x7FFFFFFF)
        run = talk.run(max_steps=max_steps, snapshots=False, progress=False)
        played.append(talk.metrics(run))
    return played
