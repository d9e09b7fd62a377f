"""A person in a notebook's cell."""

from __future__ import annotations

import html
import threading
import time
from typing import Any

import anywidget
import traitlets

from interlab.people.console import Answer, Console, Question, check_wanted
from interlab.people.face import source, widget_script
from interlab.people.notebook import cell_here, kernel_here, sendable
from interlab.people.seats import Seat
from interlab.people.terminal import visible

READY_S = 6.0
"""How long a cell may take to draw the form and say so, before it is taken for one that can't be heard."""
_UNHEARD = (
    "Nothing was heard yet of the form in which {seat} is asked. Where a cell that runs hears nothing (before "
    "ipykernel 7.2, and in cells without `await`), leave the console out, or use an il.PageConsole()."
)


class SeatWidget(anywidget.AnyWidget):
    """A seat in a notebook's cell: what the actor has seen, and the form or box for the answer.

    Args:
        seat: the seat.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    view = traitlets.Dict().tag(sync=True)

    def __init__(self, seat: Seat) -> None:
        super().__init__(_esm=widget_script(), _css=source("seat.css"), view=sendable(seat.view()))
        self.seat = seat
        self.heard = threading.Event()
        self.on_msg(lambda widget, content, buffers: self.receive(content))
        self._stop = seat.listen(self.refresh)

    def receive(self, content: Any) -> None:
        """A message of the form: that it is drawn, or what the person did."""
        self.heard.set()
        if not isinstance(content, dict) or content.get("op") not in ("answer", "cancel"):
            return
        number = content.get("question")
        if content["op"] == "answer":
            reply = self.seat.submit(number, content.get("value"))
        else:
            reply = self.seat.cancel(number)
        self.send(sendable({"id": content.get("id"), "reply": reply}))

    def refresh(self) -> None:
        """Show the seat as it is now; called by the seat itself, so that views come in their order."""
        self.view = sendable(self.seat.view())

    def close(self) -> None:
        """Take it out of the notebook."""
        self._stop()
        super().close()

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        found = super()._repr_mimebundle_(**options)
        if found is None:
            return None
        data, metadata = found
        # What a notebook without its kernel shows.
        return {**data, "text/html": self.picture(), "text/plain": self.text()}, metadata

    def text(self) -> str:
        """What was seen, as text."""
        view = self.seat.view()
        lines = [f"{self.seat.name} is played by a person."]
        lines += [entry["text"] for entry in view["entries"] if entry["kind"] == "seen"]
        text: str = sendable("\n".join(lines))
        return text

    def picture(self) -> str:
        """The same as HTML without scripts."""
        return f'<div class="ilp-picture" style="white-space:pre-wrap">{html.escape(self.text())}</div>'


class WidgetConsole(Console):
    """People in the notebook: a form in the cell that asks, or wherever `widget` is shown.

    Works while the cell awaits: ``await env.arun()``. `AutoConsole` sees to it where it does not.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._widgets: dict[str, SeatWidget] = {}
        self._unheard: set[str] = set()
        self._cells: dict[str, str | None] = {}  # where each was shown last; None where its owner chose

    def widget(self, seat: str) -> SeatWidget:
        """The widget of a seat, to be shown in a cell of its own choice."""
        with self._lock:
            self._cells[seat] = None
            return self._widget(seat)

    def _widget(self, seat: str) -> SeatWidget:
        if seat not in self._widgets:
            self._widgets[seat] = SeatWidget(Seat(seat))
        return self._widgets[seat]

    def _display(self, seat: str) -> SeatWidget:
        """The widget, displayed in the cell that runs unless it is there."""
        from IPython.display import display

        with self._lock:
            widget = self._widget(seat)
            cell = cell_here()
            new = self._cells.get(seat, "nowhere") not in (None, cell)
            if new:
                self._cells[seat] = cell
        if new:
            show: Any = display
            show(widget)
        return widget

    def ask(self, question: Question, *, stop: threading.Event | None = None) -> Answer:
        if not self.works(question.seat, stop):
            self._say_unheard(question.seat)
        return self._display(question.seat).seat.ask(question, stop=stop)

    def _say_unheard(self, seat: str) -> None:
        """Say once that nothing was heard of the form; it may still be: the person goes on being asked."""
        with self._lock:
            if seat in self._unheard or kernel_here() is None:
                return
            self._unheard.add(seat)
        print(_UNHEARD.format(seat=visible(seat)), flush=True)

    def works(self, seat: str, stop: threading.Event | None = None) -> bool:
        """Whether what a person does in the cell is heard while the cell runs: found out by asking the form."""
        widget = self._display(seat)
        if kernel_here() is None or widget.seat.name in self._unheard:
            return widget.heard.is_set()
        until = time.monotonic() + READY_S
        while not widget.heard.wait(0.1):
            check_wanted(stop)
            if time.monotonic() > until:
                return False
            widget.send({"op": "ready?"})
        return True

    def defer(self, seat: str, why: str) -> None:
        """Say in the cell that the person is asked elsewhere."""
        self._display(seat).seat.point_elsewhere(why)

    def show(self, seat: str, text: str) -> None:
        with self._lock:
            widget = self._widgets.get(seat)
        if widget is not None:
            widget.seat.show(text)

    def rest(self, seat: str) -> None:
        with self._lock:
            widget = self._widgets.get(seat)
        if widget is not None:
            widget.seat.rest()

    def close(self) -> None:
        with self._lock:
            widgets = list(self._widgets.values())
        for widget in widgets:
            widget.seat.close()
