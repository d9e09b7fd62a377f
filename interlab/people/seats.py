"""A seat: what one person sees of a run, the question that waits for an answer, and the answer when it comes.

Pages and cells are windows onto a seat. A seat shows what its own questions carried and nothing else, so nobody sees
what another actor was told.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from interlab.people.checking import faults_of
from interlab.people.console import Answer, Outcome, Question, check_wanted
from interlab.people.forms import Form, form_of
from interlab.tracing import name_color

_LOOK_EVERY_S = 0.1


@dataclass
class _Exchange:
    """A question that is over, where it stood among what was seen, and how it ended."""

    place: int
    prompt: str
    outcome: Outcome
    value: Any


class _Pending:
    """The question that is asked now."""

    def __init__(self, number: int, question: Question) -> None:
        self.number = number
        self.question = question
        self.form: Form | None = None if question.schema is None else form_of(question.schema)
        self.began = time.monotonic()
        self.answer: Answer | None = None

    @property
    def left_s(self) -> float | None:
        """Seconds until it is over; None where nothing limits them."""
        limit = self.question.time_limit_s
        return None if limit is None else limit - (time.monotonic() - self.began)

    @property
    def after_s(self) -> float:
        return time.monotonic() - self.began


_SAID = re.compile(r"([^:\n(]{1,40})( \(to [^)\n]{1,80}\))?: (.*)", re.DOTALL)


def _spoken(text: str) -> dict[str, str]:
    """What was seen, taken apart where it reads as somebody's words."""
    said = _SAID.fullmatch(text)
    if said is None:
        return {"text": text}
    name, aside, words = said.groups(default="")
    return {"text": text, "speaker": name, "aside": aside.strip(), "words": words, "color": name_color(name)}


class Seat:
    """One person's place in a run. Safe to use from several threads; questions wait for each other.

    Args:
        name: the name of the actor that the person plays.

    Attributes:
        name: as given.
        is_closed: whether the run is over for this seat.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_closed = False
        self._news = threading.Condition()
        self._turn = threading.Lock()
        self._version = 0
        self._number = 0
        self._instructions = ""
        self._seen: list[str] = []
        self._exchanges: list[_Exchange] = []
        self._pending: _Pending | None = None
        self._elsewhere = ""
        self._rests = False
        self._listeners: list[Callable[[], None]] = []

    # Asking ---------------------------------------------------------------------------------------------

    def ask(self, question: Question, *, stop: threading.Event | None = None) -> Answer:
        """Ask the person here, and wait; as `Console.ask`."""
        while not self._turn.acquire(timeout=_LOOK_EVERY_S):
            check_wanted(stop)
        try:
            return self._ask(question, stop)
        finally:
            self._turn.release()

    def _ask(self, question: Question, stop: threading.Event | None) -> Answer:
        check_wanted(stop)
        with self._news:
            if self.is_closed:
                return Answer("cancelled")
            self._number += 1
            self._rests, self._elsewhere = False, ""
            pending = self._pending = _Pending(self._number, question)
            seen = list(question.seen)
            if seen[: len(self._seen)] != self._seen:  # another branch: what was said in the last one is not its past
                shared = len(self._common(seen))
                self._exchanges = [one for one in self._exchanges if one.place <= shared]
            self._seen, self._instructions = seen, question.instructions
            self._changed()
        try:
            with self._news:
                while pending.answer is None:
                    check_wanted(stop)
                    left = pending.left_s
                    if self.is_closed or (left is not None and left <= 0):
                        outcome: Outcome = "cancelled" if self.is_closed else "timed out"
                        pending.answer = Answer(outcome, None, pending.after_s)
                        break
                    # A `stop` is looked for: it is set by whoever gives up, who knows nothing of this condition.
                    wait = _LOOK_EVERY_S if stop is not None or left is None else left
                    self._news.wait(wait if left is None else min(wait, max(left, 0.001)))
                return pending.answer
        finally:
            with self._news:
                self._pending = None
                if pending.answer is not None:
                    ended = pending.answer
                    self._exchanges.append(_Exchange(len(self._seen), question.prompt, ended.outcome, ended.value))
                self._changed()

    def _common(self, seen: list[str]) -> list[str]:
        count = 0
        for one, other in zip(self._seen, seen, strict=False):
            if one != other:
                break
            count += 1
        return seen[:count]

    def show(self, text: str) -> None:
        """Add something that the actor has just seen."""
        with self._news:
            self._seen.append(text)
            self._changed()

    def point_elsewhere(self, why: str) -> None:
        """Say in the windows that the person is asked at another face, and why."""
        with self._news:
            self._elsewhere = why
            self._changed()

    def rest(self) -> None:
        """Say in the windows that the run is over, though another may begin; unless a question waits."""
        with self._news:
            if self._pending is None and not self.is_closed and not self._rests:
                self._rests = True
                self._changed()

    def close(self) -> None:
        """The run is over: a question under way ends as cancelled, and no other is asked."""
        with self._news:
            self.is_closed = True
            self._changed()

    # What windows do ------------------------------------------------------------------------------------

    def submit(self, number: Any, value: Any) -> dict[str, Any]:
        """The person's answer.

        Args:
            number: the question's, as `view` gave it.
            value: the text, or the JSON value.

        Returns:
            ``{"ok": True}``; or what is wrong: ``{"ok": False, "faults": {place: words}}``, with places as JSON
            pointers; ``{"ok": False, "late": True}`` when the question is over.
        """
        with self._news:
            pending = self._pending
            if pending is None or pending.number != number or pending.answer is not None:
                return {"ok": False, "late": True}
            schema = pending.question.schema
        # Out of the lock: a large answer must not keep others waiting.
        if schema is not None:
            faults = faults_of(schema, value)
        elif not isinstance(value, str):
            faults = {"": "A text."}
        else:
            faults = {} if value.strip() else {"": "Write something."}
        if faults:
            return {"ok": False, "faults": faults}
        return self._end(pending, "answered", value)

    def cancel(self, number: Any) -> dict[str, Any]:
        """The person goes on without an answer; returns as `submit`."""
        with self._news:
            pending = self._pending
            if pending is None or pending.number != number or not pending.question.may_cancel:
                return {"ok": False, "late": True}
        return self._end(pending, "cancelled", None)

    def _end(self, pending: _Pending, outcome: Outcome, value: Any) -> dict[str, Any]:
        with self._news:
            if self._pending is not pending or pending.answer is not None:
                return {"ok": False, "late": True}
            pending.answer = Answer(outcome, value, pending.after_s)
            self._news.notify_all()
        return {"ok": True}

    @property
    def version(self) -> int:
        """Rises with every change of the view."""
        return self._version

    def view(self) -> dict[str, Any]:
        """All that a window shows, as plain data."""
        with self._news:
            pending = self._pending
            found: dict[str, Any] = {
                "version": self._version,
                "seat": self.name,
                "color": name_color(self.name),
                "instructions": self._instructions,
                "entries": self._entries(),
                "over": self.is_closed,
                "rests": self._rests,
                "elsewhere": self._elsewhere,
                "question": None,
            }
            if pending is not None and pending.answer is None:
                question = pending.question
                found["question"] = {
                    "number": pending.number,
                    "prompt": question.prompt,
                    "form": None if pending.form is None else pending.form.to_dict(),
                    "left_s": pending.left_s,
                    "limit_s": question.time_limit_s,
                    "may_cancel": question.may_cancel,
                    "default": question.default,
                }
            return found

    def _entries(self) -> list[dict[str, Any]]:
        """What was seen and asked, in order."""
        entries: list[dict[str, Any]] = []
        waiting = list(self._exchanges)
        for place, text in enumerate([*self._seen, None]):
            own: list[str] = []
            while waiting and waiting[0].place <= place:
                one = waiting.pop(0)
                entry: dict[str, Any] = {"kind": "asked", "prompt": one.prompt, "outcome": one.outcome}
                if one.outcome == "answered":
                    entry["value"] = one.value
                    own.append(one.value if isinstance(one.value, str) else "")
                entries.append(entry)
            if text is None:
                break
            # What one has said oneself comes back as something heard.
            entry = {"kind": "seen", **_spoken(text)}
            if own and own[-1] and text.startswith(self.name) and text.endswith(own[-1]):
                del entries[-1]["value"]
            entries.append(entry)
        return entries

    def listen(self, told: Callable[[], None]) -> Callable[[], None]:
        """Have a function called, in whichever thread, after every change of the view.

        Returns:
            Ends it.
        """
        with self._news:
            self._listeners.append(told)

        def stop() -> None:
            with self._news:
                if told in self._listeners:
                    self._listeners.remove(told)

        return stop

    def _changed(self) -> None:
        self._version += 1
        self._news.notify_all()
        for told in list(self._listeners):
            told()
