"""How a person is asked: a question goes to a console, and an answer comes back. Its faces are in other modules."""

from __future__ import annotations

import contextvars
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from interlab.errors import CallCancelled, InvalidArgument, ModelUnavailable
from interlab.people.checking import faults_of
from interlab.tracing.scope import carry

Outcome: TypeAlias = Literal["answered", "cancelled", "timed out"]
"""How a question ended: with an answer, by the person's own wish without one, or because time ran out."""


@dataclass(frozen=True)
class Question:
    """What a person is asked, and all that may be shown with it.

    Args:
        seat: who is asked: the name of the actor that the person plays.
        prompt: the question itself.
        instructions: what the person is told about the part to play.
        seen: what the actor has seen so far, oldest first.
        schema: the JSON schema of the answer; None for free text.
        time_limit_s: seconds until the question is over, > 0; None waits for ever.
        may_cancel: whether the person may go on without an answer.
        default: in words, what counts as the answer when none comes; None for nothing.
    """

    seat: str
    prompt: str
    instructions: str = ""
    seen: tuple[str, ...] = ()
    schema: Mapping[str, Any] | None = None
    time_limit_s: float | None = None
    may_cancel: bool = True
    default: str | None = None


@dataclass(frozen=True)
class Answer:
    """What came back.

    Args:
        outcome: how the question ended.
        value: the text, or the JSON value where there was a schema; None unless answered.
        after_s: seconds that it took.
    """

    outcome: Outcome
    value: Any = None
    after_s: float = 0.0


class Console(ABC):
    """Where people are asked. Override `ask`; it may be called from many threads at once."""

    @abstractmethod
    def ask(self, question: Question, *, stop: threading.Event | None = None) -> Answer:
        """Ask, and wait for the answer, which fits the question's schema.

        Args:
            question: the question.
            stop: is set from elsewhere when nobody wants the answer any more.

        Raises:
            CallCancelled: `stop` was set.
            ModelUnavailable: nobody can answer here.
        """

    def show(self, seat: str, text: str) -> None:  # noqa: B027  (most faces show it with the next question)
        """Tell the person in a seat something that its actor has just seen."""

    def rest(self, seat: str) -> None:  # noqa: B027  (a face that shows no end need not tell of it)
        """Tell the person in a seat that the run is over, though another may follow."""

    def close(self) -> None:  # noqa: B027  (a face that holds nothing has nothing to close)
        """Ask nobody any more."""


class ScriptedConsole(Console):
    """Somebody who answers by script: for tests, and for notebooks that run with nobody there.

    Args:
        answers: the answers in order: texts, or JSON values for questions with a schema, or an `Answer` such as
            ``Answer("cancelled")``; or a function of the `Question`.

    Attributes:
        asked: the questions so far.
        shown: what was shown, as ``(seat, text)``.
    """

    def __init__(self, answers: Iterable[Any] | Callable[[Question], Any]) -> None:
        if isinstance(answers, str | bytes):
            raise InvalidArgument(f"A script is a list of answers, or a function; for one answer write [{answers!r}].")
        self._answers: Any = answers if callable(answers) else iter(list(answers))
        self._lock = threading.Lock()
        self.asked: list[Question] = []
        self.shown: list[tuple[str, str]] = []

    def ask(self, question: Question, *, stop: threading.Event | None = None) -> Answer:
        check_wanted(stop)
        with self._lock:
            self.asked.append(question)
            if callable(self._answers):
                given = self._answers(question)
            else:
                given = next(self._answers, None)
                if given is None:
                    raise ModelUnavailable(
                        f"The script has {len(self.asked) - 1} answers, and {question.seat} was asked for another."
                    )
        if isinstance(given, Answer):
            return given
        if question.schema is not None:
            faults = faults_of(question.schema, given)
            if faults:
                listed = "; ".join(f"{where or 'the answer'}: {fault}" for where, fault in faults.items())
                raise InvalidArgument(f"The scripted answer {given!r:.120} is none to this question: {listed}.")
        return Answer("answered", given)

    def show(self, seat: str, text: str) -> None:
        with self._lock:
            self.shown.append((seat, text))


def check_wanted(stop: threading.Event | None) -> None:
    """Raise `CallCancelled` when nobody wants the answer any more."""
    if stop is not None and stop.is_set():
        raise CallCancelled("The question was given up because the work around it was interrupted.")


_CHOSEN: ContextVar[Console | None] = ContextVar("interlab_console", default=None)
carry(_CHOSEN)


@contextmanager
def people_at(console: Console) -> Iterator[Console]:
    """Ask, within a block, everybody who has no console of their own at this one.

    Args:
        console: such as a `PageConsole`, or a `ScriptedConsole`.
    """
    if not isinstance(console, Console):
        raise InvalidArgument(f"People are asked at a Console, not at a {type(console).__name__}.")
    before = _CHOSEN.set(console)
    try:
        yield console
    finally:
        try:
            _CHOSEN.reset(before)
        except ValueError:  # left in another context than entered, as generators of notebooks do
            _CHOSEN.set(None)


def chosen_console() -> Console | None:
    """The console of the `people_at` block around, if there is one."""
    return _CHOSEN.get()


def in_no_context(call: Callable[..., Any]) -> Callable[..., Any]:
    """A function that runs with none of the caller's context: threads must not hold the node they began in."""
    return lambda *args: contextvars.Context().run(call, *args)
