"""A person at the terminal, or at a notebook's input line."""

from __future__ import annotations

import os
import select
import sys
import threading
import time
from collections.abc import Callable

from interlab.errors import ModelCallFailed, ModelUnavailable
from interlab.people.checking import faults_of
from interlab.people.console import Answer, Console, Question, check_wanted
from interlab.people.filling import Cancelled, Filling
from interlab.people.forms import form_of

CANCEL = "/cancel"
_LOOK_EVERY_S = 0.1
_one_at_a_time = threading.Lock()


class OutOfTime(Exception):
    """The question's time ran out while a line was awaited."""


class TerminalConsole(Console):
    """A person who reads in the terminal or notebook, and types. Free questions take one line; a form is asked for
    field by field, and a line of JSON stands for all of it.

    A time limit cuts the wait for a line where standard input can be watched (POSIX terminals and pipes). Elsewhere,
    in notebooks and on Windows, a line that comes too late does not count.

    Args:
        read: reads a line, given what to print before it; standard input by default.
        write: prints a text; standard output by default.
        instead: what the message says why it asks here, if it does so in place of another face.
    """

    def __init__(
        self,
        *,
        read: Callable[[str], str] | None = None,
        write: Callable[[str], None] | None = None,
        instead: str = "",
    ) -> None:
        self._read = read
        self._write = write or (lambda text: print(text, flush=True))
        self._instead = instead
        self._shown: dict[str, tuple[str, ...]] = {}
        self._told: dict[str, str] = {}

    def ask(self, question: Question, *, stop: threading.Event | None = None) -> Answer:
        while not _one_at_a_time.acquire(timeout=_LOOK_EVERY_S):  # several seats at one keyboard take turns
            check_wanted(stop)
        began = time.monotonic()
        try:
            value = self._asked(question, began, stop)
        except Cancelled:
            return Answer("cancelled", None, time.monotonic() - began)
        except OutOfTime:
            self._write("\nTime is up.")
            return Answer("timed out", None, time.monotonic() - began)
        finally:
            _one_at_a_time.release()
        return Answer("answered", value, time.monotonic() - began)

    def _asked(self, question: Question, began: float, stop: threading.Event | None) -> object:
        until = None if question.time_limit_s is None else began + question.time_limit_s
        if self._instead:
            self._write(self._instead)
            self._instead = ""
        self._write(self._introduction(question))

        def line(prompt: str) -> str:
            text = self._line(visible(prompt), until, stop)
            if until is not None and time.monotonic() > until:
                raise OutOfTime
            if question.may_cancel and text.strip() == CANCEL:
                raise Cancelled
            return text

        if question.schema is None:
            while not (text := line("Your answer: ").rstrip("\n")).strip():
                self._write("  Write something" + (f", or {CANCEL}." if question.may_cancel else "."))
            return text
        schema = question.schema
        filling = Filling(form_of(schema), lambda value: faults_of(schema, value), line, self._say)
        return filling.run()

    def _say(self, text: str) -> None:
        self._write(visible(text))

    def _introduction(self, question: Question) -> str:
        """What is new to the person since the last question, and the question."""
        parts: list[str] = []
        if question.instructions and self._told.get(question.seat) != question.instructions:
            parts.append(f"[system]\n{question.instructions}")
            self._told[question.seat] = question.instructions
        before = self._shown.get(question.seat, ())
        new = question.seen[len(before) :] if question.seen[: len(before)] == before else question.seen
        self._shown[question.seat] = question.seen
        if new:
            parts.append("\n".join(new))
        parts.append(f"[{question.seat}]\n{question.prompt}")
        notes = []
        if question.time_limit_s is not None:
            notes.append(f"within {question.time_limit_s:g} s")
        if question.default is not None:
            notes.append(f"without an answer it counts as {question.default}")
        if question.may_cancel and (notes or question.schema is not None):
            notes.append(f"{CANCEL} for no answer")
        return visible("\n" + "\n\n".join(parts) + (f"\n({'; '.join(notes)})" if notes else "") + "\n")

    def _line(self, prompt: str, until: float | None, stop: threading.Event | None) -> str:
        try:
            if self._read is not None:
                return self._read(prompt)
            watched = _watched() if until is not None or stop is not None else None
            if watched is None:
                return input(prompt)
            print(prompt, end="", flush=True)
            return _line_of(watched, until, stop)
        except (EOFError, OSError) as error:
            raise nobody(error) from error
        except RuntimeError as error:
            # Raised by kernels without an input channel (and by input() itself when stdin is gone).
            if "stdin" in str(error).lower() or "StdinNotImplemented" in type(error).__name__:
                raise nobody(error) from error
            raise ModelCallFailed(f"Asking the person failed: {error}") from error


def _watched() -> int | None:
    """The number of standard input where it can be watched; None where only input() knows how to read."""
    builtin = getattr(input, "__module__", "") == "builtins"  # kernels put their own in its place
    if os.name == "nt" or not builtin or sys.stdin is not sys.__stdin__ or sys.stdin is None:
        return None
    try:
        number = sys.stdin.fileno()
        select.select([number], [], [], 0)
    except (OSError, ValueError):
        return None
    return number


def _line_of(number: int, until: float | None, stop: threading.Event | None) -> str:
    """A line, byte by byte: whatever comes after it stays for the next reader."""
    line = bytearray()
    while True:
        check_wanted(stop)
        left = _LOOK_EVERY_S if until is None else min(_LOOK_EVERY_S, until - time.monotonic())
        if left <= 0:
            raise OutOfTime
        if not select.select([number], [], [], left)[0]:
            continue
        byte = os.read(number, 1)
        if not byte and not line:
            raise EOFError("end of input")
        if not byte or byte == b"\n":
            return line.decode(errors="replace").rstrip("\r")
        line += byte


def nobody(error: BaseException | str) -> ModelUnavailable:
    """That nobody can type here."""
    return ModelUnavailable(
        f"A person is asked through input(), but standard input is closed here ({error}). Run in a terminal or a "
        "notebook, give another console (a PageConsole, or a ScriptedConsole where nobody is there), or use a model."
    )


def visible(text: str) -> str:
    """`text` without control characters, so that a message can't rewrite the terminal it is shown in."""
    return "".join(char if char.isprintable() or char in "\n\t" else "\N{REPLACEMENT CHARACTER}" for char in text)
