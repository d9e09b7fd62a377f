"""Which face a person gets who was given none: the one that works where the code runs, and says so."""

from __future__ import annotations

import contextvars
import importlib
import os
import sys
import threading
import time
from typing import Any

from interlab.errors import InterLabError
from interlab.people.console import Answer, Console, Question, chosen_console
from interlab.people.notebook import ipykernel_version, kernel_here
from interlab.people.terminal import TerminalConsole, nobody
from interlab.tracing import NodeReading, current_node

_BUSY = "This cell keeps the notebook busy, so a form in it could send nothing."
_LOOK_EVERY_S = 0.3
_AWAIT = "Write `await env.arun()` instead of `env.run()` to be asked in the cell."


class AutoConsole(Console):
    """Asks where it works: in a notebook in the cell while the cell awaits (`await env.arun()`); in a cell that keeps
    the notebook busy on a page of this machine, or at the input line where the notebook is on another one; elsewhere
    in the terminal."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faces: dict[str, Console] = {}
        self._runs: dict[str, str] = {}  # by seat, the run in which it was asked last
        self._watched: set[str] = set()

    def ask(self, question: Question, *, stop: threading.Event | None = None) -> Answer:
        kind, why = face_for_here()
        if kind == "nobody":
            raise nobody(why)
        if kind != "terminal":
            self._watch(question.seat)
        if kind == "widget":
            face: Any = self._face("widget")
            if face.works(question.seat, stop):
                answer: Answer = face.ask(question, stop=stop)
                return answer
            kind, why = line_or_page(), f"{_BUSY} {_AWAIT}"
            face.defer(question.seat, why)
        return self._face(kind, why).ask(question, stop=stop)

    def show(self, seat: str, text: str) -> None:
        for face in self._all():
            face.show(seat, text)

    def rest(self, seat: str) -> None:
        for face in self._all():
            face.rest(seat)

    def _all(self) -> list[Console]:
        with self._lock:
            return list(self._faces.values())

    def _watch(self, seat: str) -> None:
        """See to it that the person is told when the run is over: nobody closes a console that serves all runs."""
        run = _run_here()
        if run is None:
            return
        with self._lock:
            self._runs[seat] = run.uid
            if run.uid in self._watched:
                return
            self._watched.add(run.uid)
        nowhere = contextvars.Context()  # the thread must not hold the node that it happened to be started in
        threading.Thread(target=nowhere.run, args=(self._rest_after, run), name="interlab-rest", daemon=True).start()

    def _rest_after(self, run: NodeReading) -> None:
        while _is_open(run):
            time.sleep(_LOOK_EVERY_S)
        with self._lock:
            seats = [seat for seat, uid in self._runs.items() if uid == run.uid]
            self._watched.discard(run.uid)
        for seat in seats:
            self.rest(seat)

    def close(self) -> None:
        with self._lock:
            faces, self._faces = list(self._faces.values()), {}
        for face in faces:
            face.close()

    def _face(self, kind: str, why: str = "") -> Console:
        with self._lock:
            if kind not in self._faces:
                self._faces[kind] = _made(kind, why)
            return self._faces[kind]


def _run_here() -> NodeReading | None:
    """The run that this question is asked in, or what stands in its place at the root."""
    node: NodeReading | None = current_node(required=False)
    while node is not None and node.kind != "run":
        above = node.parent
        if above is None:
            break
        node = above
    return node


def _is_open(run: NodeReading) -> bool:
    try:
        return run.state == "open"
    except InterLabError:  # its store was closed
        return False


def _made(kind: str, why: str) -> Console:
    if kind == "terminal":
        return TerminalConsole(instead=why)
    # Not imported before they are needed: a server and a widget take long.
    made: Console
    if kind == "widget":
        made = importlib.import_module("interlab.people.widget").WidgetConsole()
    else:
        made = importlib.import_module("interlab.people.page").PageConsole(in_cell=True, why=why)
    return made


def face_for_here() -> tuple[str, str]:
    """Which face works here: ``"terminal"``, ``"widget"``, ``"page"`` or ``"nobody"``; and what to say about it."""
    kernel = kernel_here()
    if kernel is None:
        return "terminal", ""
    if not getattr(kernel, "_allow_stdin", True):
        return "nobody", "the notebook is run by a program, with nobody in front of it"
    if "google.colab" in sys.modules:
        return "terminal", ""  # where widgets of threads are not drawn, and pages of the machine not reached
    if threading.current_thread() is threading.main_thread():
        # What the cell would have to hear is heard only after it. From 7.0 to 7.3 other threads hear it.
        return line_or_page(), f"{_BUSY} {_AWAIT}"
    if ipykernel_version() < (7, 2):
        return line_or_page(), "Before ipykernel 7.2 a cell that runs hears nothing from a form in it."
    return "widget", ""


def line_or_page() -> str:
    """For cells that hear nothing: a page of this machine where the person's browser is on it too."""
    elsewhere = {"JUPYTERHUB_USER", "VSCODE_PID", "VSCODE_IPC_HOOK", "VSCODE_CWD", "CODESPACES", "SSH_CONNECTION"}
    return "terminal" if "google.colab" in sys.modules or elsewhere & os.environ.keys() else "page"


_auto = AutoConsole()


def current_console() -> Console:
    """The console at which people are asked who were given none: that of the `people_at` block around, else what works
    where the code runs."""
    return chosen_console() or _auto
