"""People asked in the lab's own cell, below the conversation."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from interlab.people import Answer, Console, Question
from interlab.people.seats import Seat


class LabConsole(Console):
    """Everybody who is played by a person is asked here.

    Args:
        changed: called in whichever thread when somebody's view changed.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._lock = threading.Lock()
        self._seats: dict[str, Seat] = {}

    def ask(self, question: Question, *, stop: threading.Event | None = None) -> Answer:
        return self._seat(question.seat).ask(question, stop=stop)

    def show(self, seat: str, text: str) -> None:
        with self._lock:
            found = self._seats.get(seat)
        if found is not None:
            found.show(text)

    def close(self) -> None:
        for seat in self._all():
            seat.close()

    def _seat(self, name: str) -> Seat:
        with self._lock:
            if name in self._seats:
                return self._seats[name]
            made = self._seats[name] = Seat(name)
        made.listen(self._changed)
        return made

    def _all(self) -> list[Seat]:
        with self._lock:
            return list(self._seats.values())

    @property
    def views(self) -> list[dict[str, Any]]:
        """What each person sees, as plain data."""
        return [seat.view() for seat in self._all()]

    def submit(self, name: Any, number: Any, value: Any) -> dict[str, Any]:
        """A person's answer; as `Seat.submit`."""
        seat = self._seats.get(name)
        return {"ok": False, "late": True} if seat is None else seat.submit(number, value)

    def cancel(self, name: Any, number: Any) -> dict[str, Any]:
        """A person gives no answer; as `Seat.cancel`."""
        seat = self._seats.get(name)
        return {"ok": False, "late": True} if seat is None else seat.cancel(number)
