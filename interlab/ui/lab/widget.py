"""The lab in a notebook's cell."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import traitlets

from interlab.environments import BaseEnvironment, Run
from interlab.errors import InterLabError
from interlab.people.notebook import sendable
from interlab.tracing import Store
from interlab.ui.browser.widget import TraceBrowser
from interlab.ui.lab.controller import Lab
from interlab.ui.lab.face import script, style
from interlab.ui.lab.picture import OPEN, lab_html
from interlab.ui.steering.bubbles import in_human_words
from interlab.ui.steering.still import StillWidget
from interlab.ui.visible import visible

SEND_EVERY_S = 0.06
"""Changes are told together: a front end that is sent too many messages a second drops some."""
PICTURE_EVERY_S = 5.0
"""While a run goes on; when it pauses or ends the picture is up to date at once."""
LOOK_HEIGHT = 520


class LabWidget(StillWidget):
    """A lab in a cell.

    Args:
        lab_of: makes the lab, given what it calls when something changed.

    Attributes:
        lab: the lab behind it, which does the same without a window.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)

    def __init__(self, lab_of: Callable[[Callable[[], None]], Lab]) -> None:
        self._pictured: Any = None
        self._pictured_at = 0.0
        super().__init__(_esm=script(), _css=style())
        self._news = threading.Event()
        self._ended = threading.Event()
        self._sending = threading.Lock()
        self._sent: dict[int, int] = {}
        self._browsers: dict[int, TraceBrowser] = {}
        self.lab = lab_of(self._news.set)
        self.on_msg(lambda widget, content, buffers: self.receive(content))
        nowhere = contextvars.Context()  # the thread must not hold the node that the cell began in
        threading.Thread(target=nowhere.run, args=(self._tell,), name="interlab-lab", daemon=True).start()

    @property
    def run(self) -> Run:
        """The run begun last, to go on with in code."""
        return self.lab.branch(max(self.lab.branches, default=0)).run

    @property
    def runs(self) -> list[Run]:
        """All runs that were begun here."""
        return [branch.run for branch in self.lab.branches.values() if branch.player.run is not None]

    def receive(self, content: Any) -> None:
        """A message of the window."""
        if not isinstance(content, dict):
            return
        reply = self._look(content) if content.get("op") == "look" else self.lab.receive(content)
        with self._sending:
            self.send(sendable({"id": content.get("id"), "reply": reply}))

    def _look(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The trace browser of a run, as a widget for the window to show."""
        number = asked.get("run")
        try:
            run = self.lab.branch(number).run
            if number not in self._browsers:
                self._browsers[int(str(number))] = TraceBrowser(run, height=LOOK_HEIGHT, can_remove=False)
            return {"ok": True, "value": {"model": self._browsers[int(str(number))].model_id}}
        except InterLabError as error:
            return {"ok": False, "words": in_human_words(error), "faults": {}}

    def _tell(self) -> None:
        while not self._ended.is_set():
            self._news.wait()
            self._news.clear()
            if self._ended.is_set():
                return
            try:
                self._bring_up_to_date(self.push())
            except Exception:  # the kernel's connections are closed: nobody is there to be told
                return
            self._ended.wait(SEND_EVERY_S)

    def _bring_up_to_date(self, state: dict[str, Any]) -> None:
        """The picture that a saved notebook shows: at every pause and end, and now and then in between."""
        stands = [(one["status"], one["steps"] if one["status"] == "paused" else 0) for one in state["runs"]]
        since = time.monotonic() - self._pictured_at
        if stands != self._pictured or since > PICTURE_EVERY_S:
            self._pictured, self._pictured_at = stands, time.monotonic()
            self._still.refresh()

    def push(self) -> dict[str, Any]:
        """Send how everything stands, and what is new in the run begun last.

        Returns:
            How everything stands.
        """
        state = self.lab.state()
        new = []
        for one in state["runs"]:
            number, after = one["number"], self._sent.get(one["number"], 0)
            if one["items"] == after:
                continue
            items = self.lab.items(number, after)
            self._sent[number] = after + len(items)
            new.append({"run": number, "from": after, "items": items})
        with self._sending:
            self.send(sendable({"push": "state", "state": state, "new": new}))
        return state

    def close(self) -> None:
        """Take the lab out of the notebook. A run under way makes no further step."""
        self._ended.set()
        self._news.set()
        self.lab.close()
        for browser in self._browsers.values():
            browser.close()
        super().close()

    def picture(self) -> str:
        """What was played, as HTML without scripts: what a notebook without its kernel shows."""
        runs = self.lab.state()["runs"]
        return lab_html(runs, self.lab.items(runs[-1]["number"]) if runs else [])

    def text(self) -> str:
        """What it is and what was done in it, as text."""
        runs = "".join(
            f"\n{one['name']}: {one['status']}, {one['steps']} steps. {one['result']}"
            for one in self.lab.state()["runs"]
        )
        return visible(f"{OPEN}{runs}")


def lab(scenarios: Iterable[Callable[..., Any]] = (), *, store: Store | str | Path | None = None) -> LabWidget:
    """Open the lab in a notebook's cell: choose a scenario, play it, fork it, compare, without writing code.

    Args:
        scenarios: functions or classes that make environments from keyword arguments, offered beside those of the
            zoo. A form is made of each signature; parameters called ``…_model`` choose who plays.
        store: where runs are kept: a store, or a path that can be changed in the form; ``lab.db`` by default.

    Returns:
        The lab's widget. Its `run` is the run begun last, to go on with in code.
    """
    return LabWidget(lambda told: Lab(scenarios, store=store, told=told))


def play(
    environment: BaseEnvironment,
    name: str | None = None,
    *,
    max_steps: int | None = None,
    store: Store | None = None,
    paused: bool = False,
    pause_s: float = 0.5,
) -> LabWidget:
    """Run an environment in the cell, watched: pause, make single steps, whisper to an actor, stop, fork, compare.

    The run goes on in a thread of its own, so that the cell is not blocked.

    Args:
        environment: what is run; nothing else may use it meanwhile.
        name: what the run is called; the class's name by default.
        max_steps: steps made at most.
        store: where it is recorded; where ``environment.run()`` would by default.
        paused: wait before the first step.
        pause_s: seconds between two steps, 0 to 30.

    Returns:
        The widget. Its `run` is the run.

    Raises:
        InvalidArgument: it is no environment, or a number is out of range.
    """
    made = LabWidget(lambda told: Lab(store=store, environment=environment, told=told))
    made.lab.play(name=name, max_steps=max_steps, paused=paused, pause_s=pause_s)
    return made
