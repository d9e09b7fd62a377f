"""Debate with confidence and diverse starts, and the majority vote as its foil.

Actors: debaters with the same question. Observations: everybody's answer, confidence and argument of the rounds before.
Actions: an answer with a confidence in [0, 1] and an argument. Payoff: 1 when the vote at the end is right. It ends
after the rounds given, or when all agree.

In the first round everybody answers alone. With several candidates each writes some answers then, and those are taken
that make the starts most diverse. Later everybody answers again, knowing what all said with which confidence (Du et
al. 2023, "Improving Factuality and Reasoning in Language Models through Multiagent Debate"; with confidence: Chen et
al. 2023, "ReConcile"). The vote of the first round alone is what a majority vote without a debate would have given.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interlab.actors import BaseActor
from interlab.environments import AllSpeak, Consensus, Conversation, Decision, Moderator, Run, Talk, Turns, Utterance
from interlab.errors import InvalidArgument
from interlab.state import Random, derive_seed
from interlab_zoo.metrics import Metrics, metrics_of


@dataclass(frozen=True)
class Stance:
    """What a debater says.

    Args:
        answer: the answer, and nothing but it.
        confidence: how sure it is, from 0 to 1.
        argument: why, in a sentence or two.
    """

    answer: str
    confidence: float = 0.5
    argument: str = ""

    def __str__(self) -> str:
        why = f": {self.argument}" if self.argument else ""
        return f"{self.answer} ({100 * sureness(self):.0f} % sure){why}"


def sureness(stance: Stance) -> float:
    """A stance's confidence as a number in [0, 1], whatever was said; 0 for what is no number."""
    said = stance.confidence
    if not isinstance(said, int | float) or math.isnan(said):
        return 0.0
    return min(1.0, max(0.0, float(said)))


def plain(answer: str) -> str:
    """An answer for comparison: small letters, without marks and spaces around."""
    return str(answer).strip(" \t\n.!?,;:\"'").casefold()


def stance_of(message: Utterance) -> str | None:
    """The answer of a message for comparison, or None where it takes no stance."""
    return plain(message.value.answer) if isinstance(message.value, Stance) else None


def vote(stances: Iterable[Stance], *, weighted: bool = False) -> str | None:
    """The answer that most give, as the first of them wrote it; None without any. Ties go to who came first.

    Args:
        stances: what was answered.
        weighted: whether answers count by their confidence.
    """
    totals: dict[str, float] = {}
    first: dict[str, str] = {}
    for stance in stances:
        key = plain(stance.answer)
        totals[key] = totals.get(key, 0.0) + (sureness(stance) if weighted else 1.0)
        first.setdefault(key, stance.answer)
    return first[max(totals, key=totals.__getitem__)] if totals else None


class DiverseStart(Moderator):
    """Everybody speaks at the same time, every turn; in the first each has written several candidates.

    Of the candidates those are taken that make most answers different, actor by actor: one that nobody before has, the
    surest of several.

    Args:
        candidates: what each writes before the first turn, ≥ 1; one takes what comes.

    Raises:
        InvalidArgument: fewer than one.
    """

    def __init__(self, candidates: int = 1) -> None:
        if not isinstance(candidates, int) or isinstance(candidates, bool) or candidates < 1:
            raise InvalidArgument(f"Each debater writes at least 1 candidate; got {candidates!r}.")
        self.candidates = candidates
        self.others = AllSpeak()

    def _decide(self, talk: Talk) -> Decision:
        if talk.spoken or self.candidates == 1:
            return self.others.decide(talk)
        written: dict[str, list[Stance]] = {name: [] for name in talk.names}
        for _ in range(self.candidates):
            for name, draft in talk.draft(talk.names).items():
                if isinstance(draft, Stance):
                    written[name].append(draft)
        taken: set[str] = set()
        drafts: dict[str, Any] = {}
        for name, stances in written.items():
            if stances:
                new = [one for one in stances if plain(one.answer) not in taken]
                drafts[name] = max(new or stances, key=sureness)
                taken.add(plain(drafts[name].answer))
        return Decision(tuple(drafts), drafts=drafts, side_by_side=True, why=f"{len(taken)} different starts")


class Debate(Conversation):
    """Debaters answer a question, hear each other, and answer again; then they vote.

    Args:
        question: the question.
        debaters: who debates; each answers with a `Stance`.
        right: the right answer, where it is known.
        rounds: rounds after the first, ≥ 0.
        candidates: answers that each writes for the first round, of which the most diverse are taken; ≥ 1.
        weighted: whether votes count by their confidence.
        stop_when_agreed: end as soon as all agree.
        **settings: as for `Conversation`.

    Raises:
        InvalidArgument: fewer than 0 rounds, or 1 candidate.
    """

    def __init__(
        self,
        question: str,
        debaters: Iterable[BaseActor],
        *,
        right: str | None = None,
        rounds: int = 2,
        candidates: int = 1,
        weighted: bool = True,
        stop_when_agreed: bool = True,
        **settings: Any,
    ) -> None:
        if not isinstance(rounds, int) or isinstance(rounds, bool) or rounds < 0:
            raise InvalidArgument(f"A debate has at least 0 rounds after the first; got {rounds!r}.")
        self.right = right
        self.weighted = weighted
        turns = Turns(rounds + 1)
        end = turns | Consensus(opinion=stance_of) if stop_when_agreed else turns
        defaults: dict[str, Any] = {
            "topic": question, "moderator": DiverseStart(candidates), "end": end, "prompt": PROMPT,
            "expected_type": Stance,
        }  # fmt: skip
        super().__init__(debaters, **{**defaults, **settings})

    @property
    def rounds(self) -> list[list[Stance]]:
        """What was answered, round by round: a round ends before somebody speaks again."""
        rounds: list[list[Stance]] = []
        heard: set[str] = set()
        for message in self.transcript:
            if isinstance(message.value, Stance):
                if not rounds or message.speaker in heard:
                    rounds.append([])
                    heard = set()
                heard.add(message.speaker)
                rounds[-1].append(message.value)
        return rounds

    @property
    def stances(self) -> dict[str, Stance]:
        """Everybody's last answer."""
        return {
            message.speaker: message.value for message in self.transcript if isinstance(message.value, Stance)
        }  # fmt: skip

    @property
    def answer(self) -> str | None:
        """The vote on everybody's last answer."""
        return vote(self.stances.values(), weighted=self.weighted)

    @property
    def majority(self) -> str | None:
        """What a plain majority vote of the first round gives: the foil, for a fraction of the tokens."""
        return vote(self.rounds[0]) if self.rounds else None

    def is_right(self, answer: str | None) -> bool | None:
        """Whether an answer is right; None where that is not known."""
        return None if self.right is None else answer is not None and plain(answer) == plain(self.right)

    def metrics(self, run: Run | None = None) -> Metrics:
        """The figures of the debate as it is now; of its run, where models were asked for what was said."""
        return metrics_of(self, bool(self.is_right(self.answer)), run=run)

    def outcome(self) -> dict[str, Any]:
        """The vote, the foil, whether each is right, how diverse the start was, and what `Conversation` says."""
        first = self.rounds[0] if self.rounds else []
        return {
            "answer": self.answer,
            "correct": self.is_right(self.answer),
            "majority": self.majority,
            "majority_correct": self.is_right(self.majority),
            "starts": len({plain(one.answer) for one in first}),
            **super().outcome(),
        }


PROMPT = (
    "The question is: {topic}\nYou debate it with {others}. If others have answered already, weigh their arguments and "
    "how sure they are; keep your answer where you have good reasons. What is your answer now, {name}, how sure are "
    "you of it (0 to 1), and why, in a sentence or two?"
)


class ScriptedDebater(BaseActor):
    """A debater of known competence, who may follow the others.

    Its first answers are drawn by itself. Later it weighs the last answers of all by their confidence, its own
    `stubbornness` times, and takes the heaviest.

    Args:
        name: how it is called.
        options: the answers that there are.
        right: the right one, one of `options`.
        competence: the probability that an answer of its own is right, in [0, 1].
        calibration: how far its confidence follows from being right, in [0, 1]: with this probability it is drawn from
            [0.5, 1] when right and from [0, 0.5] when wrong, else from [0, 1].
        stubbornness: the weight of its own answer beside one of others, ≥ 0; infinite for who never changes.
        seed: decides what it draws.
    """

    def __init__(
        self,
        name: str,
        options: Sequence[str],
        right: str,
        *,
        competence: float = 0.6,
        calibration: float = 0.5,
        stubbornness: float = 1.0,
        seed: int = 0,
    ) -> None:
        super().__init__(name)
        if right not in options or len(options) < 2:
            raise InvalidArgument(f"The right answer is one of at least two options; got {right!r} and {options!r}.")
        if not 0 <= competence <= 1 or not 0 <= calibration <= 1 or not stubbornness >= 0:
            raise InvalidArgument(
                "Competence and calibration lie in [0, 1], and stubbornness is ≥ 0; got "
                f"{competence!r}, {calibration!r} and {stubbornness!r}."
            )
        self.options = tuple(options)
        self.right = right
        self.competence = competence
        self.calibration = calibration
        self.stubbornness = stubbornness
        self.rng = Random(derive_seed(seed, "debater", name))
        self.own: Stance | None = None
        self.last: dict[str, tuple[str, float]] = {}

    def _observe(self, observation: Any, *, priority: float = 0, time: int | None = None) -> None:
        super()._observe(observation, priority=priority, time=time)
        speaker, _, words = str(observation).partition(": ")
        answer, _, rest = words.partition(" (")
        sure = rest.partition(" %")[0]
        if answer in self.options and sure.isdigit():
            self.last[speaker] = (answer, int(sure) / 100)

    def _query(self, prompt: Any = None, **settings: Any) -> Stance:
        return self._drawn() if self.name not in self.last else self._weighed(self.last)

    def _drawn(self) -> Stance:
        right = self.rng.random() < self.competence
        wrong = [option for option in self.options if option != self.right]
        answer = self.right if right else wrong[self.rng.randrange(len(wrong))]
        follows, level = self.rng.random() < self.calibration, self.rng.random()
        return Stance(answer, round((0.5 * level + (0.5 if right else 0.0)) if follows else level, 2))

    def _weighed(self, last: Mapping[str, tuple[str, float]]) -> Stance:
        mine, sure = last[self.name]
        if math.isinf(self.stubbornness):
            return Stance(mine, sure)
        weights: dict[str, float] = {mine: self.stubbornness * sure}
        for name, (answer, confidence) in last.items():
            if name != self.name:
                weights[answer] = weights.get(answer, 0.0) + confidence
        best = max(weights, key=weights.__getitem__)
        total = sum(weights.values())
        return Stance(best, round(weights[best] / total, 2) if total else 0.0)
