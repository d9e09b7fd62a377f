from __future__ import annotations

import copy
import pickle
import threading
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from interlab.errors import NotEncodable
from interlab.state import Log
from interlab.state.log import WIDTH

items = st.one_of(st.integers(), st.text(max_size=3), st.lists(st.integers(), max_size=2))
sizes = st.integers(0, 5 * WIDTH * WIDTH)


@given(sizes, st.data())
def test_reads_like_a_list(size, data):
    expected = list(range(size))
    log = Log(expected)
    assert len(log) == size
    assert list(log) == expected
    assert list(reversed(log)) == expected[::-1]
    assert log == expected and log == Log(expected)
    bounds = st.none() | st.integers(-size - 3, size + 3)
    window = slice(data.draw(bounds), data.draw(bounds), data.draw(st.sampled_from([None, 1, -1, 2, -3, WIDTH])))
    assert log[window] == expected[window]
    n = data.draw(st.integers(0, size + 3))
    assert log.last(n) == expected[size - n if n < size else 0 :]
    if size:
        i = data.draw(st.integers(-size, size - 1))
        assert log[i] == expected[i]


@given(sizes, st.integers(0, 200))
def test_extending_is_appending(size, more):
    one = Log(range(size))
    other = one.fork()
    one.extend(range(more))
    for i in range(more):
        other.append(i)
    assert one == other == [*range(size), *range(more)]
    assert list(one.chunks()) == list(other.chunks())


@pytest.mark.parametrize("size", [0, 1, WIDTH, WIDTH + 1, WIDTH**2, WIDTH**3 + WIDTH])
@pytest.mark.parametrize("beyond", [0, 1])
def test_index_out_of_range(size, beyond):
    log = Log(range(size))
    with pytest.raises(IndexError, match=f"{size} items|{size:,} items"):
        log[size + beyond]
    with pytest.raises(IndexError):
        log[-size - 1 - beyond]
    with pytest.raises(IndexError):
        log.replace(size, "x")


class LogAgainstList(RuleBasedStateMachine):
    """Any order of appends, replacements and forks, each fork against a list of its own."""

    def __init__(self):
        super().__init__()
        self.pairs = [(Log(), [])]

    @rule(item=items, which=st.integers(0, 9))
    def append(self, item, which):
        log, model = self.pairs[which % len(self.pairs)]
        log.append(item)
        model.append(copy.deepcopy(item))

    @rule(new=st.lists(items, max_size=3 * WIDTH), which=st.integers(0, 9))
    def extend(self, new, which):
        log, model = self.pairs[which % len(self.pairs)]
        log.extend(new)
        model.extend(copy.deepcopy(new))

    @rule(item=items, which=st.integers(0, 9), at=st.integers(0, 10_000))
    def replace(self, item, which, at):
        log, model = self.pairs[which % len(self.pairs)]
        if model:
            log.replace(at % len(model), item)
            model[at % len(model)] = copy.deepcopy(item)

    @precondition(lambda self: len(self.pairs) < 6)
    @rule(which=st.integers(0, 9))
    def fork(self, which):
        log, model = self.pairs[which % len(self.pairs)]
        self.pairs.append((log.fork(), copy.deepcopy(model)))

    @rule(which=st.integers(0, 9))
    def spoil_what_was_read(self, which):
        for item in self.pairs[which % len(self.pairs)][0]:
            if isinstance(item, list):
                item.append("spoilt")

    @invariant()
    def agree(self):
        for log, model in self.pairs:
            assert log == model
            assert list(reversed(log)) == model[::-1]


TestLogAgainstList = LogAgainstList.TestCase
TestLogAgainstList.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


@dataclass
class Message:
    text: str
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Fact:
    text: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class LooseFact:
    parts: list[str]


@pytest.mark.parametrize("position", [0, WIDTH * 3 + 1])
def test_items_that_can_change_are_values(position):
    log = Log(Message(str(i)) for i in range(WIDTH * 3 + 2))
    given_in = Message("new")
    log.replace(position, given_in)
    other = log.fork()
    given_in.text = "changed by the giver"
    log[position].text = "changed by a reader"
    log[position : position + 1][0].tags.append("changed by a reader")
    for item in log:
        item.text = "changed while walking"
    for item in reversed(log):
        item.text = "changed while walking back"
    for item in log.last(len(log)):
        item.text = "changed"
    assert log[position] == Message("new") == other[position]
    assert log == other


def test_immutable_items_are_stored_as_they_are():
    items = ["text" * 100, Fact("a", ("b", "c")), (1, ("x", 2.5)), b"bytes", None, frozenset({"a"})]
    log = Log(items * 3)
    assert all(log[i] is items[i % len(items)] for i in range(len(log)))


def test_a_frozen_dataclass_with_a_list_in_it_can_change():
    log = Log([LooseFact(["a"])])
    log[0].parts.append("b")
    assert log[0].parts == ["a"]


def test_forks_share_chunks_until_written():
    log = Log(range(WIDTH * WIDTH + 3))
    other = log.fork()
    other.append("x")
    other.replace(0, "y")
    shared = [a is b for a, b in zip(log.chunks(), other.chunks(), strict=True)]
    assert shared == [False, *[True] * (WIDTH - 1), False]


def test_a_log_in_a_log_and_in_itself():
    inner = Log(["a"])
    outer = Log([inner])
    inner.append("b")
    outer.append(outer)
    assert outer == [Log(["a"]), Log([Log(["a"])])]


def test_what_cannot_be_state_is_refused_and_nothing_is_added(tmp_path):
    log = Log(["a"])
    with open(tmp_path / "file", "w") as handle:
        with pytest.raises(NotEncodable, match=r"item\['here'\]\[1\]"):
            log.append({"here": [1, handle]})
        with pytest.raises(NotEncodable):
            log.extend(["b", handle])
    assert log == ["a"]


def test_appends_from_threads_are_all_kept():
    log = Log()

    def work(name):
        for i in range(500):
            log.append((name, i))

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(log) == [(name, i) for name in range(4) for i in range(500)]
    assert [i for name, i in log if name == 2] == list(range(500))


def test_iterating_while_appending_sees_the_log_as_it_was():
    log = Log(range(20))
    for item in log:
        log.append(item)
    assert log == [*range(20), *range(20)]


def test_extending_a_log_with_itself():
    log = Log(range(20))
    log.extend(log)
    assert log == [*range(20), *range(20)]


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda log: pickle.loads(pickle.dumps(log))])
def test_standard_copies(duplicate):
    log = Log([1, [2]])
    other = duplicate(log)
    other.append(3)
    assert log == [1, [2]] and other == [1, [2], 3]


def test_equality_and_hash():
    assert Log([1]) != Log([2]) and Log([1]) != [1, 2] and Log([1]) != (1,)
    assert Log(range(100)) != Log([*range(50), -1, *range(51, 100)])
    with pytest.raises(TypeError):
        hash(Log())


def test_repr():
    assert repr(Log(["a"])) == "Log(['a'])"
    assert repr(Log(range(1000))) == "Log([…, 997, 998, 999])  # 1,000 items"
