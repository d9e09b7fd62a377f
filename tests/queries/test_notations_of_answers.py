"""Values in other notations than JSON: key lines, sections, tables, tags, calls, boxes, flags; and refusals."""

from __future__ import annotations

import datetime
import time
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from interlab.errors import ParsingFailure
from interlab.queries import parse_json

Move = Literal["cooperate", "defect"]
Status = Literal["todo", "in_progress", "done"]
Stars = Literal[1, 2, 3, 4, 5]
Roles = set[Literal["reader", "editor", "admin"]]
Pair = tuple[int, int]
Points = list[tuple[float, float]]
Scores = dict[str, int]
Votes = dict[str, Literal["yes", "no", "abstain"]]
RGB = tuple[
    Annotated[int, Field(ge=0, le=255, description="red")],
    Annotated[int, Field(ge=0, le=255, description="green")],
    Annotated[int, Field(ge=0, le=255, description="blue")],
]


class Severity(Enum):
    LOW = 1
    HIGH = 3


@dataclass
class Person:
    name: str
    age: int


class Trip(BaseModel):
    destination: str
    distance_km: float
    duration_minutes: int


class Account(BaseModel):
    username: str
    roles: list[Literal["reader", "editor", "admin"]]


class Ticket(BaseModel):
    title: str
    priority: Literal["low", "medium", "high"]
    tags: list[str] = []
    assignee: str | None = None


class Solution(BaseModel):
    steps: list[str]
    result: int


class Customer(BaseModel):
    name: str
    email: str | None = None


class Item(BaseModel):
    sku: str
    quantity: int


class Order(BaseModel):
    order_id: str
    customer: Customer
    items: list[Item]


ANN, BEN = Person("Ann", 30), Person("Ben", 31)
TRIP = Trip(destination="Brno", distance_km=205, duration_minutes=130)
BOTH = "{} Name: Ann\n{} Age: 30"

READ: list[tuple[Any, str, Any]] = [
    # one name, one value
    (bool, "I went through the menu.\n\nVegan: yes", True),
    (bool, "has_pool = False", False),
    (bool, "✅ **In stock:** Yes", True),
    (bool, "```python\nprime = True\n```", True),
    (bool, "Passed: true\nReason: all checks were green.", True),
    (int, "apples = 12", 12),
    (int, "Total: 88\n\nEach row has eleven.", 88),
    (int, "```\nn = 12  # counted by hand\nprint(n)\n```", 12),
    (float, "```yaml\nshare: 0.08\n```", 0.08),
    (Stars, "**Rating:** 5\n\nThe room was spotless.", 5),
    (Stars, "Plot: 3\nActing: 5\nOverall: 4", 4),
    (Move, "Their move: cooperate\nMy move: defect", "defect"),
    (Severity, "severity = Severity.HIGH", Severity.HIGH),
    (datetime.date, "- **Year:** 2024\n- **Month:** 11\n- **Day:** 9", datetime.date(2024, 11, 9)),
    # calls of tools
    (Move, '<tool_call>\n{"name": "choose", "arguments": {"choice": "defect"}}\n</tool_call>', "defect"),
    (Move, '{"tool": "play", "input": {"move": "defect", "reason": "greed"}}', "defect"),
    (Move, "<function=play>\n<parameter=move>\ncooperate\n</parameter>\n</function>", "cooperate"),
    (int, '<tool_call>{"name": "submit", "arguments": {"count": 7}}</tool_call>', 7),
    (list[int], "<function=submit><parameter=values>[3, 5]</parameter></function>", [3, 5]),
    (Person, "<function=add>\n<parameter=name>Ann</parameter>\n<parameter=age>30</parameter>\n</function>", ANN),
    (
        Person,
        '<invoke name="add"><parameter name="name">Ann</parameter><parameter name="age">30</parameter></invoke>',
        ANN,
    ),
    # boxes
    (list[int], "So the roots are $\\boxed{[2, 5]}$.", [2, 5]),
    (list[int], "\\[\\boxed{S = \\{3, 7\\}}\\]", [3, 7]),
    (Pair, "Hence \\boxed{(3, -4)}.", (3, -4)),
    (Pair, "$$\\boxed{x = 3,\\; y = -4}$$", (3, -4)),
    (Pair, "It is $\\boxed{\\left(3, 8\\right)}$", (3, 8)),
    (Roles, "$\\boxed{\\{\\text{reader}, \\text{admin}\\}}$", {"reader", "admin"}),
    (list[list[int]], "\\boxed{\\begin{pmatrix} 1 & 0 \\\\ 0 & 1 \\end{pmatrix}}", [[1, 0], [0, 1]]),
    # parts with names
    (Pair, "So x = 3 and y = 7.", (3, 7)),
    (Pair, "Here are the coordinates:\n\n- **x:** 3\n- **y:** 7\n\nBoth were read off the grid.", (3, 7)),
    (Pair, "| x | y |\n|---|---|\n| 3 | 7 |", (3, 7)),
    (Pair, "The pair is 3 and 7.", (3, 7)),
    (RGB, "A muted teal:\n\nred = 10\ngreen = 120\nblue = 110", (10, 120, 110)),
    (RGB, "- 🔴 Red: 10\n- 🟢 Green: 20\n- 🔵 Blue: 30", (10, 20, 30)),
    (RGB, "| Channel | Value |\n|---|---|\n| Red | 10 |\n| Green | 20 |\n| Blue | 30 |", (10, 20, 30)),
    (RGB, "<red>10</red><green>20</green><blue>30</blue>", (10, 20, 30)),
    (Points, "- x: 1, y: 2\n- x: 4, y: 8", [(1, 2), (4, 8)]),
    (Points, "- Start: (0, 0)\n- End: (3, 4)", [(0, 0), (3, 4)]),
    (Points, "A = (1, 2)\nB = (4, 8)", [(1, 2), (4, 8)]),
    (Points, "| Point | x | y |\n|---|---|---|\n| A | 1 | 2 |\n| B | 3 | -4 |", [(1, 2), (3, -4)]),
    (list[list[int]], "Row 1: 1 2\nRow 2: 3 4", [[1, 2], [3, 4]]),
    # lists of labels and numbers
    (Roles, "I compared the tables.\n\nRoles: reader, admin", {"reader", "admin"}),
    (Roles, "- reader: true\n- editor: false\n- admin: true", {"reader", "admin"}),
    (Roles, "- [x] reader\n- [ ] editor\n- [x] admin", {"reader", "admin"}),
    (Roles, "reader ✓\neditor ✗\nadmin ✓", {"reader", "admin"}),
    (Roles, "| Role | Granted |\n|---|---|\n| reader | yes |\n| editor | no |\n| admin | yes |", {"reader", "admin"}),
    (list[int], "The code is two, nine, four.", [2, 9, 4]),
    (list[int], "I counted again.\n\nScores: 12, 15, 9", [12, 15, 9]),
    (list[int], "<answer>3, 5, 8</answer>", [3, 5, 8]),
    (list[int], "a) 12\nb) 15", [12, 15]),
    (list[str], "| City |\n|---|\n| Oslo |\n| Bergen |", ["Oslo", "Bergen"]),
    (list[str], "<answer>\n- Oslo\n- Bergen\n</answer>", ["Oslo", "Bergen"]),
    # maps
    (
        Scores,
        "The board reads as follows.\n\nTable 2: 31\nThe Late Arrivals: 28\n\nWell played!",
        {"Table 2": 31, "The Late Arrivals": 28},
    ),
    (Scores, "🥇 Ann: 5\n🥈 Ben: 3", {"Ann": 5, "Ben": 3}),
    (Scores, "1. Ann – 5 points\n2. Ben – 3 points", {"Ann": 5, "Ben": 3}),
    (Scores, "Ann: 5\nBen: 3\nAnn: 5", {"Ann": 5, "Ben": 3}),
    (Votes, "**Ann:** yes\n**Ben:** no\n\nThe motion is tied.", {"Ann": "yes", "Ben": "no"}),
    # objects
    (Person, BOTH.format("👤", "🎂"), ANN),
    (Person, BOTH.format(">", ">"), ANN),
    (Person, "<answer>\nName: Ann\nAge: 30\n</answer>\n\nBoth are on the first page.", ANN),
    (Person, "Name......: Ann\nAge.......: 30", ANN),
    (Person, "| Name | Ann |\n| Age | 30 |", ANN),
    (Person, "Name: Ann; Age: 30\n\nThat is all.", ANN),
    (Person, "My name: Ann\nMy age: 30", ANN),
    (Person, "Name: Ann\nAge: 30\nAge: 30", ANN),
    (Person, 'Here it is:\n\nPerson(name="Ann", age=30', ANN),
    (Trip, "🚗 Destination: Brno\n📏 Distance (km): 205\n⏱️ Duration (minutes): 130", TRIP),
    (Ticket, "Title: Crash\nReporter: Ann\nPriority: low\nTags: none", Ticket(title="Crash", priority="low")),
    (
        Account,
        "username: ann\nroles:\n  reader: true\n  editor: false\n  admin: true",
        Account(username="ann", roles=["reader", "admin"]),
    ),
    (Solution, "## Steps\n1. Add.\n2. Double.\n\n## Result\n14", Solution(steps=["Add.", "Double."], result=14)),
    (
        Order,
        "**Order ID:** K-1\n\n**Customer:**\n- Name: Ann\n- Email: a@b.example\n\n**Items:**\n\n"
        "| SKU | Quantity |\n|---|---|\n| N-1 | 2 |\n| N-2 | 3 |",
        Order(
            order_id="K-1",
            customer=Customer(name="Ann", email="a@b.example"),
            items=[Item(sku="N-1", quantity=2), Item(sku="N-2", quantity=3)],
        ),
    ),
    # sections, one for each item
    (list[Person], "## Entry A\nName: Ann\nAge: 30\n\n## Entry B\nName: Ben\nAge: 31", [ANN, BEN]),
    (
        list[Person],
        "I see two.\n\n### Person 1\n- name: Ann\n- age: 30\n\n### Person 2\n- name: Ben\n- age: 31",
        [ANN, BEN],
    ),
    (list[Person], "**First guest**\nName: Ann\nAge: 30\n\n**Second guest**\nName: Ben\nAge: 31", [ANN, BEN]),
    (list[Person], "1) **Name:** Ann — **Age:** 30\n2) **Name:** Ben — **Age:** 31", [ANN, BEN]),
]

REFUSED: list[tuple[Any, str]] = [
    # whose value it is
    (Move, "Partner's move: cooperate"),
    (Move, "Opponent's previous choice: cooperate\nMine: not decided yet"),
    (Move, "Player 2: defect"),
    (Move, "What the opponent played: defect"),
    (Move, "Alice's move: cooperate"),
    (Move, "Recommended by the coach: cooperate"),
    (Move, "I predict their move: defect"),
    (Move, "<opponent_move>defect</opponent_move>"),
    (Move, '{"name": "predict_opponent", "arguments": {"move": "defect"}}'),
    (Move, '<tool_call>{"name": "play", "arguments": {"my_move": "cooperate", "their_move": "defect"}}</tool_call>'),
    (int, '{"name": "add", "arguments": {"a": 4, "b": 3}}'),
    (int, '{"name": "get_population", "arguments": {"id": 42}}'),
    # what comes after it
    (int, "Total seats: 88\n\nTwo of them are broken, so subtract those."),
    (int, "Total: 88\n\nHmm, I left the balcony out of that."),
    (int, "Total: 88\n\nActually, the balcony adds another 20."),
    (int, "Total: 88\n\nPlease round it up."),
    (int, "Count: 15\n\nOne of them turned out to be a duplicate."),
    (Move, "Move: defect\n\nUnless they apologise, that is."),
    (Status, "Status: done, pending review"),
    (Move, "Final answer: cooperate with 70% probability"),
    (bool, "Contains nuts: no\n\nLine 9 mentions almond paste, however."),
    (bool, "In stock: yes\nRefundable: no"),
    (bool, "Waterproof: yes?"),
    (bool, "prime = n % 2 == 1"),
    (int, "The answer is not \\boxed{9}."),
    (Person, "Name: Ann\nAge: 30\n\n| name | age |\n|---|---|\n| Ann | 32 |"),
    (Person, "Name: Ann\nAge: 30\n\nIn YAML:\n```yaml\nname: Ann\nage: 31\n```"),
    (Person, "```yaml\nname: Ann\nage: 30\n```\n\nName: Ann\nAge: 32"),
    (Person, "Name: Ann\nAge: 30\n\n<name>Ann</name><age>32</age>"),
    (Person, "Name: Ann\nAge: 30\nAge: 31"),
    (Person, "Name: Ann\nAge: 30\nPoints: 31"),
    (Person, "Name: Ann\nAge: 30\nStatus: disputed"),
    (Person, "<answer>\nName: Ann\nAge: 30?\n</answer>"),
    (Person, 'Here it is:\n\nPerson(name="Ann", age='),
    (Trip, "Destination: Brno\nDistance km: 205\nDuration minutes: 130\n\nAdd 20 minutes for a break."),
    (Scores, "Ann: 3\nBen: 5\nAnn: 4"),
    (Scores, "Ann: 3\nBen: ?"),
    (Scores, "Ann: 3\nBen: 5\n\nBen loses a point for the late start."),
    (
        Order,
        "order_id: K-1\ncustomer:\n  name: Ann\nitems:\n  - sku: N-1\n    quantity: 2\n\nShe rang to drop the washers.",
    ),
    # items that could not be read, or are not meant
    (Points, "1. (0, 0)\n2. (3, 0)\n3. (3, ?)"),
    (Points, "(0, 0)\n(3, 0)\n(illegible)"),
    (Points, "(0, 0)\n(3, 0)\n(3, 4) maybe"),
    (Points, "The points are roughly (1, 2) and (4, 8)."),
    (Points, "The corners are:\n\n(0, 0)\n(3, 0)\n\nA third one is hidden by the legend."),
    (list[str], "- Oslo\n- Bergen\n- ?"),
    (list[str], "- Oslo\n- Bergen\n- (illegible)"),
    (list[str], "- Oslo\n- Bergen\n- a town whose name I can't read"),
    (list[str], "- Oslo\n- ~~Bergen~~"),
    (list[str], "- ✅ Oslo\n- ❌ Bergen"),
    (list[str], "- [x] Oslo\n- [ ] Bergen"),
    (list[str], "Option A:\n- Oslo\n- Bergen"),
    (Roles, "reader: true\neditor: true\nadmin: pending"),
    (Roles, "reader: true\nreader: false"),
    (Roles, "Denied: reader, editor"),
    (Roles, "Current roles: reader\nRequested roles: reader, editor"),
    (list[int], "Candidates: 4, 8, 15"),
    (list[int], "Scores: 12, 15, unreadable"),
    (list[int], "Odd: 1, 3\nEven: 2, 4"),
    (list[int], "The roots are $\\boxed{2}$ and $\\boxed{5}$."),
    (list[int], "$\\boxed{2, 5, \\ldots}$"),
    (Pair, "So $\\boxed{(3, 4)}$, assuming that the graph is to scale."),
    (Pair, "So $\\boxed{(3, 4)}$.\n\nWait, I swapped the axes."),
    (Pair, "x: 3\ny: 7\n\nSwap them if your axes are reversed."),
    (Pair, "x = 3\ny = ?"),
    (RGB, "Red: 10\nGreen: 20\nBlue: somewhere near 30"),
    (RGB, "Cyan: 10\nMagenta: 20\nYellow: 30"),
    (list[Person], "## Confirmed\nName: Ann\nAge: 30\n\n## Rejected\nName: Ben\nAge: 31"),
    (list[Person], "## Option A\nName: Ann\nAge: 30\n\n## Option B\nName: Ben\nAge: 31"),
    (list[Person], "## Entry A\nName: Ann\nAge: 30\n\n## Entry B\nName: Ben\nAge: unknown"),
    (list[Person], "## Entry A\nName: Ann\nAge: 30\n\n## Entry B\nName: Ben"),
    (Ticket, "Title: Crash\nPriority: high\nOwner: Ann"),
]

CUT: list[tuple[Any, str, Any]] = [
    (
        list[str],
        "The stops are:\n- Oslo\n- Bergen\n\nThese two were in the letter. The captain stayed ash",
        ["Oslo", "Bergen"],
    ),
    (list[int], "- 4\n- 8\n\nThese are the even ones because", [4, 8]),
    (Pair, "Solving gives $\\boxed{(4, -1)}$. Let me ve", (4, -1)),
    (Person, "<answer>\nName: Ann\nAge: 30\n</answer>\nI found these in the sec", ANN),
    (Move, '<tool_call>\n{"name": "play", "arguments": {"move": "cooperate"}}\n</tool_call>\nThis sho', "cooperate"),
]
CUT_REFUSED: list[tuple[Any, str]] = [
    (list[str], "- Oslo\n- Bergen"),
    (list[str], "- Oslo\n- Ber\n\nAnd th"),
    (list[str], "- Oslo\n- Bergen\n\nIn addition, there was a st"),
    (list[str], "- Oslo\n- Bergen\n\nThe others were:"),
    (list[str], "- Oslo\n- Bergen\n\n- Tron"),
    (list[int], "The sorted list: $\\boxed{1, 2, 3"),
    (Person, "<answer>\nName: Ann\nAge: 30\n"),
    (Person, 'Person(name="Ann", age=30'),
]


@pytest.mark.parametrize(("of", "text", "value"), READ)
def test_it_is_read(of: Any, text: str, value: Any) -> None:
    assert parse_json(text, of, finish_reason="stop") == value


@pytest.mark.parametrize(("of", "text"), REFUSED)
def test_it_is_refused(of: Any, text: str) -> None:
    with pytest.raises(ParsingFailure):
        parse_json(text, of, finish_reason="stop")


@pytest.mark.parametrize(("of", "text", "value"), CUT)
def test_what_was_closed_before_the_cut_is_read(of: Any, text: str, value: Any) -> None:
    assert parse_json(text, of, finish_reason="length") == value


@pytest.mark.parametrize(("of", "text"), CUT_REFUSED)
def test_what_may_go_on_behind_the_cut_is_refused(of: Any, text: str) -> None:
    with pytest.raises(ParsingFailure):
        parse_json(text, of, finish_reason="length")


@pytest.mark.parametrize("of", [Person, list[Person], list[str], Roles, Scores, Pair, Points, Move, bool])
@pytest.mark.parametrize(
    "text",
    ["name: a\n" + " " * 20_000 + "b", "a" * 20_000, "Name: Ann, " * 1_000, "\\boxed{" * 2_000, "- (1, 2)\n" * 150],
)
def test_long_replies_are_read_or_refused_soon(of: Any, text: str) -> None:
    start = time.perf_counter()
    try:
        parse_json(text, of, finish_reason="stop")
    except ParsingFailure:
        pass
    assert time.perf_counter() - start < 5
