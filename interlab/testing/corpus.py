"""Scoring readers of answers: how much is read right, how much is refused, how much is read wrong without a word.

A reader turns what a model wrote into a value of a type, or raises. This repository's corpus of labelled answers
(``tests/corpus``) is scored so; so are other readers, other corpora, and a model in a reader's place::

    scores = score_answers(corpus.load("open"), read_answer)
    print(scores)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from interlab.errors import InterLabError, InvalidArgument
from interlab.queries import parse_json, query_for_json
from interlab.tracing import FormatStr

Outcome: TypeAlias = Literal["right", "refused", "wrong"]

Reader: TypeAlias = Callable[[str, Any, str | None], Any]
"""From an answer's text, the type asked for and the finish reason (None if unknown) to a value. Raising refuses."""


class LabelledAnswer(Protocol):
    """What an answer of a corpus has to offer to be scored."""

    @property
    def id(self) -> str:
        """Its name, in lists of what went wrong."""

    @property
    def failure_class(self) -> str:
        """The row of the table that it counts in."""

    @property
    def text(self) -> str:
        """What the model wrote."""

    @property
    def type(self) -> Any:
        """The type that was asked for."""

    @property
    def finish_reason(self) -> str | None:
        """Why the model stopped, if known."""

    @property
    def readable(self) -> bool:
        """Whether it has a value; otherwise it is to be refused."""

    def is_right(self, value: Any) -> bool:
        """Whether a value is the one that was meant; never, if it has none."""


@dataclass(slots=True)
class Tally:
    """Counts of answers.

    Args:
        right: readable, and read as what was meant.
        refused_readable: readable, but refused: asking again costs a call.
        wrong_readable: readable, and read as something else.
        refused: not readable, and refused, as it should be.
        accepted: not readable, but read as something.
    """

    right: int = 0
    refused_readable: int = 0
    wrong_readable: int = 0
    refused: int = 0
    accepted: int = 0

    @property
    def readable(self) -> int:
        """Answers that have a value."""
        return self.right + self.refused_readable + self.wrong_readable

    @property
    def unreadable(self) -> int:
        """Answers that are to be refused."""
        return self.refused + self.accepted

    @property
    def total(self) -> int:
        return self.readable + self.unreadable

    @property
    def silently_wrong(self) -> int:
        """Answers read as something that was not meant, and nobody is told."""
        return self.wrong_readable + self.accepted

    @property
    def right_share(self) -> float:
        """Of the readable answers, the part read right, 0 to 1."""
        return self.right / self.readable if self.readable else 1.0

    @property
    def wrong_share(self) -> float:
        """Of all answers, the part silently read wrong, 0 to 1."""
        return self.silently_wrong / self.total if self.total else 0.0

    def count(self, *, readable: bool, outcome: Outcome) -> None:
        """Add one answer."""
        if outcome == "right":
            self.right += 1
        elif outcome == "refused":
            self.refused_readable += readable
            self.refused += not readable
        else:
            self.wrong_readable += readable
            self.accepted += not readable

    def _row(self, name: str) -> str:
        return (
            f"{name:<12}{self.total:>6}{self.readable:>10}{self.right:>7}{self.right_share:>9.1%}"
            f"{self.refused_readable:>9}{self.unreadable:>13}{self.refused:>9}{self.silently_wrong:>8}{self.wrong_share:>9.2%}"
        )


_HEAD = (
    f"{'class':<12}{'all':>6}{'readable':>10}{'right':>7}{'':>9}{'refused':>9}{'must refuse':>13}{'refused':>9}"
    f"{'wrong':>8}{'':>9}"
)


@dataclass(slots=True)
class Scores:
    """How a reader did. Printed, it is a table.

    Args:
        total: all answers.
        classes: by failure class, in the order they came in.
        outcomes: what became of each answer, by its id.
    """

    total: Tally = field(default_factory=Tally)
    classes: dict[str, Tally] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def __str__(self) -> str:
        rows = [tally._row(name) for name, tally in self.classes.items()]
        return "\n".join([_HEAD, *rows, self.total._row("all")])


def read_answer(text: str, T: Any, finish_reason: str | None = None) -> Any:  # noqa: N803  # T, as in query_for_json
    """InterLab's own reader, as `score_answers` takes one: `parse_json` with its defaults."""
    return parse_json(text, T, finish_reason=finish_reason)


def score_answers(
    cases: Iterable[LabelledAnswer],
    read: Reader = read_answer,
    *,
    refusals: tuple[type[BaseException], ...] = (InterLabError, ValueError),
) -> Scores:
    """Score a reader over labelled answers.

    Args:
        cases: the answers, such as ``corpus.load("open")`` of this repository's ``tests/corpus``.
        read: called with the text, the type and the finish reason of each.
        refusals: errors by which the reader refuses; any other goes through, since it is a fault of the reader.

    Returns:
        The counts, over all and by failure class.

    Raises:
        InvalidArgument: two answers of the same id.
    """
    scores = Scores()
    for case in cases:
        if case.id in scores.outcomes:
            raise InvalidArgument(f"Each answer has an id of its own; {case.id!r} came twice.")
        try:
            value = read(case.text, case.type, case.finish_reason)
        except refusals:
            outcome: Outcome = "refused"
        else:
            outcome = "right" if case.is_right(value) else "wrong"
        scores.outcomes[case.id] = outcome
        for tally in (scores.total, scores.classes.setdefault(case.failure_class, Tally())):
            tally.count(readable=case.readable, outcome=outcome)
    return scores


_READ_THIS = FormatStr(
    "Somebody was asked for a value and answered what stands between the lines. Write down the value that was "
    "answered, without adding, changing or leaving out anything.\n-----\n{text}\n-----\n{FORMAT_PROMPT}"
)


def model_reader(model: Any, **settings: Any) -> Reader:
    """A model in a reader's place: it is shown each answer and asked for the value in it, by a typed query.

    Args:
        model: a `Model`, a name for `get_model`, or anything that `as_model` takes.
        **settings: as for `query_for_json`, such as ``max_repeats=1`` or ``temperature=0``.

    Returns:
        A reader for `score_answers`. An empty answer is refused without a call.
    """

    def read(text: str, T: Any, finish_reason: str | None) -> Any:  # noqa: N803  # T, as in query_for_json
        if not text.strip():
            raise InvalidArgument("The answer is empty.")
        return query_for_json(model, T, _READ_THIS.format(text=text), **settings)

    return read
