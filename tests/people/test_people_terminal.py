"""The terminal: forms line by line, a real terminal with a time limit, and texts that can't rewrite it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from interlab.errors import CallCancelled, ModelUnavailable
from interlab.people import Question, TerminalConsole
from interlab.queries.json_type import json_type


class Item(BaseModel):
    name: str
    count: int = Field(1, ge=1)


class Order(BaseModel):
    items: list[Item]
    size: Literal["small", "large"]
    extras: set[Literal["milk", "sugar"]] = set()
    paid: bool
    tip: int | None = None
    where: str | int
    notes: dict[str, float] = {}


@dataclass
class Typing:
    """Somebody who types given lines."""

    lines: Iterable[str]

    def __post_init__(self) -> None:
        self.shown: list[str] = []
        self._left = iter(self.lines)

    def read(self, prompt: str) -> str:
        self.shown.append(prompt)
        line = next(self._left, None)
        if line is None:
            raise EOFError("no more lines")
        return line

    def ask(self, of: Any = None, **more: Any) -> Any:
        console = TerminalConsole(read=self.read, write=self.shown.append)
        schema = None if of is None else json_type(of).schema
        return console.ask(Question("Bob", "Well?", schema=schema, **more))

    @property
    def all(self) -> str:
        return "\n".join(self.shown)


def test_a_form_is_filled_in_field_by_field() -> None:
    typing = Typing(
        ["", "yes", "tea", "0", "x", "2", "yes", "pot", "", "no", "huge", "2", "sugar, 1", "maybe", "y", "no", "3",
         "2", "7", "w", "1.5", ""]
    )  # fmt: skip
    answer = typing.ask(Order)
    assert answer.outcome == "answered"
    assert answer.value == {
        "items": [{"name": "tea", "count": 2}, {"name": "pot", "count": 1}],
        "size": "large", "extras": ["sugar", "milk"], "paid": True, "tip": None, "where": 7, "notes": {"w": 1.5},
    }  # fmt: skip
    for told in ("At least 1.", "A whole number.", "One of small, large.", "Yes or no.", "A number from 1 to 2."):
        assert told in typing.all
    Order.model_validate(answer.value)


def test_all_at_once_as_json_and_again_when_it_is_wrong() -> None:
    whole = '{"items": [], "size": "small", "paid": false, "where": "here"}'
    typing = Typing(["{not json", '{"items": 3}', whole])
    assert typing.ask(Order).value["where"] == "here"
    assert "items: A list." in typing.all
    assert "size: This is missing." in typing.all


@pytest.mark.parametrize(
    ("of", "lines", "value"),
    [
        (int, ["many", "7"], 7),
        (float, ["2.5"], 2.5),
        (bool, ["no"], False),
        (Literal["a", "b"], ["c", "B"], "b"),
        (list[int], ["yes", "1", "yes", "2", ""], [1, 2]),
        (tuple[int, str], ["1", "x"], [1, "x"]),
        (int | None, ["no"], None),
        (Any, ["[1", '{"a": 1}'], {"a": 1}),
    ],
)
def test_answers_of_types(of: Any, lines: list[str], value: Any) -> None:
    assert Typing(lines).ask(of).value == value


def test_only_what_is_new_is_shown_again() -> None:
    typing = Typing(["one", "two", "three"])
    console = TerminalConsole(read=typing.read, write=typing.shown.append)
    console.ask(Question("Bob", "First?", "Be Bob.", ("Ann: Hi",)))
    console.ask(Question("Bob", "Second?", "Be Bob.", ("Ann: Hi", "Ann: So?")))
    assert [typing.all.count(text) for text in ("Be Bob.", "Ann: Hi", "Ann: So?")] == [1, 1, 1]
    console.ask(Question("Bob", "Third?", "Be Bob.", ("Ann: Bye",)))
    assert typing.all.count("Ann: Bye") == 1


def test_cancelling_and_empty_lines() -> None:
    typing = Typing(["", "  ", "/cancel"])
    assert typing.ask().outcome == "cancelled"
    assert typing.all.count("Write something") == 2
    assert Typing(["/cancel"]).ask(may_cancel=False).value == "/cancel"
    assert Typing(["yes", "/cancel"]).ask(list[int]).outcome == "cancelled"


def test_hostile_text_can_not_rewrite_the_terminal() -> None:
    typing = Typing(["\x1b[2J", "1", "5"])
    evil = "\x1b[2J\x07\x9b31m\u202eevil"
    schema = {"type": "object", "properties": {evil: {"type": "integer", "title": evil, "description": evil}}}
    console = TerminalConsole(read=typing.read, write=typing.shown.append)
    console.ask(Question("Bob", evil, evil, (evil,), schema, default=evil, time_limit_s=9))
    assert "evil" in typing.all
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(typing.all)


def test_nobody_there() -> None:
    with pytest.raises(ModelUnavailable, match="standard input is closed"):
        Typing([]).ask()


def test_given_up_while_another_person_is_asked() -> None:
    stop, there, go = threading.Event(), threading.Event(), threading.Event()

    def read(prompt: str) -> str:
        there.set()
        go.wait(10)
        return "x"

    slow = threading.Thread(target=TerminalConsole(read=read, write=lambda text: None).ask, args=(Question("A", "?"),))
    slow.start()
    try:
        assert there.wait(10)
        stop.set()
        with pytest.raises(CallCancelled):
            TerminalConsole(read=read, write=lambda text: None).ask(Question("B", "?"), stop=stop)
    finally:
        go.set()
        slow.join(10)


SCRIPT = """
from interlab.people import Question, TerminalConsole
console = TerminalConsole()
for limit in ({limits}):
    answer = console.ask(Question("Bob", "Well?", time_limit_s=limit))
    print(repr((answer.outcome, answer.value)), flush=True)
"""


def played(limits: str, typed: bytes) -> str:
    """What a real terminal shows in which some lines are typed at once."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(limits=limits)], stdin=follower, stdout=subprocess.PIPE, text=True
    ) as process:
        os.close(follower)
        os.write(leader, typed)
        assert process.stdout is not None
        shown = process.stdout.read()
        assert process.wait(30) == 0
    os.close(leader)
    return shown


def test_a_real_terminal_with_a_time_limit() -> None:
    shown = played("30, 30, 0.2", "Ja, Grüße.\n/cancel\n".encode())
    assert "('answered', 'Ja, Grüße.')" in shown
    assert "('cancelled', None)" in shown
    assert "Time is up." in shown
    assert "('timed out', None)" in shown
