from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlab.tracing import Record, Store, Tag, TracingNode, open_store
from interlab.ui.describe import as_saying, duration_in_words, in_words, number_in_words
from interlab.ui.outline import outline
from interlab.ui.side_by_side import wrapped
from interlab.ui.text_table import text_table
from interlab.ui.text_tree import label, store_tree, text_tree
from interlab.ui.visible import columns_of, one_line, visible

any_text = st.text(st.characters(exclude_categories=()), max_size=300)  # lone surrogates included


@given(any_text)
def test_visible_text_can_be_encoded_and_steers_nothing(text: str) -> None:
    shown = visible(text)
    shown.encode("utf-8")
    assert not {*map(chr, range(0x20)), "\x7f", "\x9b", "\u202e", "\u2066"} & set(shown) - {"\n", "\t"}


@given(st.text(st.characters(categories=["L", "N", "P"]), max_size=300))
def test_plain_text_is_shown_as_it_is(text: str) -> None:
    assert visible(text) == text


@given(any_text, st.integers(1, 80))
def test_one_line_is_one_line_of_that_width(text: str, width: int) -> None:
    line = one_line(text, width)
    assert columns_of(line) <= max(width, 1)
    assert len(line.splitlines()) <= 1


@given(any_text, st.integers(2, 60))
def test_wrapping_loses_no_word_and_keeps_the_width(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(columns_of(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(one_line(text, 1000).split())


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4) | st.tuples(inner, inner),
    max_leaves=20,
)


@given(values, st.integers(1, 100))
def test_any_value_is_put_in_words(value: object, limit: int) -> None:
    words = in_words(value, limit)
    words.encode("utf-8")
    assert columns_of(words) <= limit
    assert "\n" not in words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (
            Record({"speaker": "Ann", "message": "Hi.", "action": "offer", "price": 3000.0}, "T"),
            "Ann: Hi. [offer 3,000]",
        ),
        ({"action": "walk_away", "price": None, "message": "Bye."}, "Bye. [walk away]"),
        ({"speaker": "Ann", "text": "Hi."}, "Ann: Hi."),
        ({"outcome": "deal", "price": 2460.0, "moves": 11}, "outcome: deal, price: 2460, moves: 11"),
        (Record({"x": 1, "y": None}, "package.Point"), "Point(x=1)"),
        (Record({"name": "RED", "value": 1}, "Color"), "RED"),
        ([1, {"a": [True, None]}], "[1, {a: [True, None]}]"),
        (float("nan"), "nan"),
        (2**70, "1180591620717411303424"),
    ],
)
def test_values_in_words(value: object, words: str) -> None:
    assert in_words(value) == words


def test_integers_that_python_does_not_print() -> None:
    assert in_words([10**5000]) == "[an integer of 16,610 bits]"


@pytest.mark.parametrize("value", ["text", {"text": "a reply", "tool_calls": []}, {"action": "offer"}, None, [1]])
def test_what_says_nothing_is_no_saying(value: object) -> None:
    assert as_saying(value) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, ""), (0.0001, "< 1 ms"), (0.012, "12 ms"), (3.44, "3.4 s"), (125, "2 min 5 s"), (12_000, "3 h 20 min")],
)
def test_durations(seconds: float | None, words: str) -> None:
    assert duration_in_words(seconds) == words


def test_numbers() -> None:
    assert [number_in_words(number) for number in (3000.0, 2460.5, 12, float("inf"))] == [
        "3,000",
        "2,460.5",
        "12",
        "inf",
    ]


def lines_of(tree: str) -> list[str]:
    """The lines without branches and durations."""
    return [re.sub(r" \((< )?[\d.]+ m?s\)", "", line.lstrip("│├└─ \xa0")) for line in tree.splitlines()]


def test_a_kind_that_the_name_begins_with_is_not_said_twice(store: Store) -> None:
    with TracingNode("talk", kind="run") as run:
        for name, kind in (("step 1", "step"), ("query for Move", "query"), ("stepping", "step"), ("Ann", "query")):
            with TracingNode(name, kind=kind):
                pass
    assert lines_of(text_tree(run))[1:] == ["✓ step 1", "✓ query for Move", "✓ step stepping", "✓ query Ann"]


def test_a_node_says_what_it_gave_got_or_raised(store: Store) -> None:
    with pytest.raises(ValueError), TracingNode("root") as root:
        with TracingNode("Ann", kind="query", inputs={"prompt": "Well?"}, tags=[Tag("first\nline")]) as query:
            query.set_result(Record({"action": "offer", "price": 5, "message": "Five."}, "Move"))
        with TracingNode("Ann", kind="observe", inputs={"observation": "It rains."}):
            pass
        root.add_event("bell")
        raise ValueError("no\nwind")
    assert lines_of(text_tree(root)) == [
        "✗ call root raised ValueError: no wind",
        "✓ query Ann #first line → Five. [offer 5]",
        "✓ observe Ann ← It rains.",
        "✓ event bell",
    ]


def test_open_nodes_are_marked(store: Store) -> None:
    with TracingNode("work") as node:
        assert label(node) == "… call work (open)"


@pytest.fixture
def big() -> Iterator[Store]:
    store = open_store(":memory:")
    yield store
    store.close()


def test_wide_traces_are_bounded_and_counted(big: Store) -> None:
    with big, TracingNode("wide") as wide:
        for number in range(100_000):
            wide.add_event(f"event {number}")
    lines = text_tree(wide, max_nodes=50).splitlines()
    assert len(lines) <= 52
    assert lines[-1].endswith(f"… {100_000 - (len(lines) - 2):,} more nodes")
    assert len(text_tree(wide).splitlines()) <= 2_001


def test_deep_traces_are_bounded_and_counted(big: Store) -> None:
    with big, ExitStack() as stack:
        top = stack.enter_context(TracingNode("level 0"))
        for level in range(1, 1_200):
            stack.enter_context(TracingNode(f"level {level}"))
    narrow = text_tree(top, width=100).splitlines()
    assert all(columns_of(line) <= 100 for line in narrow)
    assert f"+{1_200 - len(narrow):,} nodes" in narrow[-1]
    whole = text_tree(top, width=None).splitlines()
    assert len(whole) == 101
    assert "+1,099 nodes" in whole[-1]


def test_one_wide_node_leaves_room_for_the_others(store: Store) -> None:
    with TracingNode("root") as root:
        with TracingNode("wide"):
            for number in range(300):
                root.add_event(f"event {number}")
        with TracingNode("other"), TracingNode("inner"):
            pass
    with TracingNode("second"):
        pass
    (branch,) = outline([root], max_nodes=100)
    assert branch.left_out > 0
    assert sum(1 for _ in branch.walk()) <= 100
    shown = [line for line in lines_of(store_tree(store, max_nodes=100, max_depth=None)) if "call" in line]
    assert shown[-1] == "✓ call second"


def test_errors_among_what_is_left_out_are_counted(store: Store) -> None:
    with TracingNode("root") as root:
        for number in range(20):
            with TracingNode(f"child {number}") as child:
                if number >= 18:
                    child.set_error("no wind")
    assert "+20 nodes, 2 with errors" in text_tree(root, max_depth=0)
    assert text_tree(root, max_nodes=11).splitlines()[-1].endswith("more nodes, 2 with errors")


def test_lines_are_cut_to_the_width_or_not_at_all(store: Store) -> None:
    with TracingNode("root") as root:
        root.set_result("漢字 " * 100)
    assert columns_of(text_tree(root, width=60)) <= 60
    assert text_tree(root, width=60).endswith("…")
    assert text_tree(root, width=None).count("漢字") == 100


def test_a_damaged_value_hides_nothing_else(store: Store) -> None:
    with TracingNode("root", inputs={"prompt": "Well?"}) as root:
        with TracingNode("broken") as broken:
            broken.set_result("x")
        with TracingNode("whole") as whole:
            whole.set_result("still here")
    store.flush()
    broken_id = broken.id
    store.journal.write(
        lambda connection: connection.execute(
            "UPDATE node SET result=? WHERE id=?", (b'{"$":"ref","h":"00"}', broken_id)
        )
    )
    tree = text_tree(open_store(store.path).node(root.uid))
    assert "⚠" in tree
    assert "still here" in tree


def test_a_store_lists_its_roots(store: Store) -> None:
    for number in range(5):
        with TracingNode(f"root {number}", kind="run"), TracingNode("inner"):
            pass
    tree = store_tree(store, max_depth=0)
    assert tree.splitlines()[0].endswith("lab.db · 10 nodes")
    assert "run root 0 (" in tree.splitlines()[1]
    assert tree.count("+1 node)") == 5
    assert store_tree(store, max_nodes=2).splitlines()[-1] == "└── … more roots"


def test_tables_are_aligned_and_give_way() -> None:
    rows = [("a" * 50, 1, "漢字"), ("b", 22, "[red]x[/]")]
    lines = text_table(("name", "n", "word"), rows, width=30, shrink=(0,)).splitlines()
    assert all(columns_of(line) <= 30 for line in lines)
    assert lines[2].startswith("b ")
    assert lines[2].endswith("22  [red]x[/]")
    assert len({columns_of(line[: line.index(word)]) for line, word in zip(lines[1:], ("漢", "["), strict=True)}) == 1
