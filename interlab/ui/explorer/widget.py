"""The branch explorer in a notebook's cell."""

from __future__ import annotations

import contextvars
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import traitlets

from interlab.counterfactual import Study
from interlab.environments import Run
from interlab.errors import InterLabError
from interlab.people.notebook import sendable
from interlab.tracing import Store
from interlab.ui.explorer.controller import Explorer
from interlab.ui.explorer.face import script, style
from interlab.ui.explorer.picture import tree_html
from interlab.ui.steering.bubbles import in_human_words
from interlab.ui.steering.still import StillWidget

SEND_EVERY_S = 0.25
SHARE = 0.2
"""Of the time at most, while replicas are run, goes into reading the tree."""


class ExplorerWidget(StillWidget):
    """A branch explorer in a cell.

    Args:
        explorer_of: makes the explorer, given what it calls when an experiment has ended.

    Attributes:
        explorer: the explorer behind it, which does the same without a window.
        chosen: the runs that are chosen in the window, at most two.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)

    def __init__(self, explorer_of: Callable[[Callable[[], None]], Explorer]) -> None:
        self._ended = threading.Event()
        self._news = threading.Event()
        self._sending = threading.Lock()
        self._sent: dict[str, str] = {}
        self.explorer = explorer_of(self._news.set)
        super().__init__(_esm=script(), _css=style())
        self.chosen: list[Run] = [self.explorer.first]
        self.on_msg(lambda widget, content, buffers: self.receive(content))

    @property
    def study(self) -> Study | None:
        """The experiment begun here last, or None: ``w.study.effects()``."""
        trials = self.explorer.trials
        return trials[-1].study if trials else None

    def receive(self, content: Any) -> None:
        """A message of the window."""
        if not isinstance(content, dict):
            return
        operation = content.get("op")
        reply = self._choose(content) if operation == "choose" else self.explorer.receive(content)
        if operation == "run" and reply["ok"]:
            nowhere = contextvars.Context()  # the thread must not hold the node that the cell began in
            threading.Thread(target=nowhere.run, args=(self._watch,), name="interlab-explorer", daemon=True).start()
        with self._sending:
            self.send(sendable({"id": content.get("id"), "reply": reply}))
        if operation == "go_to":
            self._still.refresh()

    def _choose(self, asked: dict[str, Any]) -> dict[str, Any]:
        wanted = asked.get("runs")
        try:
            self.chosen = [self.explorer.run(uid) for uid in wanted[:2]] if isinstance(wanted, list) else []
        except InterLabError as error:
            return {"ok": False, "words": in_human_words(error)}
        return {"ok": True, "value": None}

    def _watch(self) -> None:
        """Tell the window how the strips grow, until the experiment is over."""
        trial = self.explorer.trials[-1]
        while not self._ended.is_set():
            over, began = trial.is_over, time.monotonic()
            try:
                self.push()
                if over:
                    self._still.refresh()
            except Exception:  # the store or the kernel's connections are closed: nobody is there to be told
                return
            if over:
                return
            self._news.wait(max(SEND_EVERY_S, (time.monotonic() - began) / SHARE))
            self._news.clear()

    def push(self) -> None:
        """Send how everything stands; of the branches those that changed."""
        state = self.explorer.state()
        lines = {line["key"]: json.dumps(line) for line in state.pop("branches")}
        changed = [json.loads(text) for key, text in lines.items() if self._sent.get(key) != text]
        self._sent = lines
        with self._sending:
            told = {**state, "root": self.explorer.root.uid, "order": list(lines), "changed": changed}
            self.send(sendable({"push": told}))

    def close(self) -> None:
        """Take the explorer out of the notebook. Replicas that are being run are finished, and no other is begun."""
        self._ended.set()
        self._news.set()
        self.explorer.stop()
        super().close()

    def picture(self) -> str:
        """The tree of branches as HTML without scripts: what a notebook without its kernel shows."""
        return tree_html(self.explorer.tree(), next(iter(self.explorer.measures), None))

    def text(self) -> str:
        """The tree of branches as text."""
        return self.explorer.text()


def explore(run_or_store: Run | Store | str | Path, measure: Any = None) -> ExplorerWidget:
    """Look at the branches of a run in a notebook's cell, put two side by side, fork at any message, and measure what
    the change does.

    Args:
        run_or_store: a run, whose whole tree is shown, also what it was forked from; or a store, or the path of one,
            of which the newest tree is shown first.
        measure: what is told of each branch's end, and measured of forks: a function of the environment, a name of a
            field of its outcome, a list of names, or a dictionary of functions by name. All plain fields of the
            outcome by default, numbers first.

    Returns:
        The widget. Its `chosen` are the runs that are chosen in the window, its `study` is the experiment begun last.

    Raises:
        InvalidArgument: there is no run in it, or `measure` is nothing of the kind.
    """
    return ExplorerWidget(lambda told: Explorer(run_or_store, measure, told=told))
