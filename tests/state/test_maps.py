"""`Map` and `Set` beside a dictionary and a set: any order of changes, forks, saves and loads."""

from __future__ import annotations

import copy
import datetime
import enum
import pickle
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

import interlab as il
from interlab.errors import InvalidArgument, NotEncodable
from interlab.state import Log, Map, MemoryBlobs, Set, content_hash, decode, encode, fork
from interlab.state.keys import key_digest
from interlab.state.tries import MOST, TrieNode


class Color(enum.Enum):
    RED = "red"


class Word(enum.StrEnum):
    RED = "red"


class Right(enum.Flag):
    READ = 1
    WRITE = 2


class Pair(NamedTuple):
    a: Any
    b: Any


@dataclass(frozen=True)
class Place:
    row: Any
    column: Any = 0


atoms = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-3, 3)
    | st.floats(allow_nan=False)
    | st.text(max_size=3)
    | st.binary(max_size=2)
    | st.sampled_from([Color.RED, Word.RED, "red", Right.READ | Right.WRITE, Right.READ, uuid.UUID(int=7)])
    | st.dates()
)
keys = st.recursive(
    atoms,
    lambda inner: (
        st.tuples(inner, inner)
        | st.builds(Pair, inner, inner)
        | st.frozensets(inner, max_size=3)
        | st.builds(Place, inner)
    ),
    max_leaves=5,
)
few_keys = st.integers(0, 60) | st.sampled_from([*"abcdefgh", (1, "x"), None, True, 2.5, Place(1)])
values = (
    st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2) | st.tuples(st.integers(), st.just([]))
)


@settings(max_examples=300)
@given(keys, keys)
def test_equal_keys_and_no_others_have_one_digest(one: Any, other: Any) -> None:
    assert (one == other) == (key_digest(one) == key_digest(other))


@settings(max_examples=50)
@given(st.dictionaries(keys, values, max_size=40))
def test_equal_maps_are_made_of_equal_nodes(given_: dict[Any, Any]) -> None:
    forwards, backwards = Map(given_), Map[Any, Any]()
    backwards["gone"] = 1
    for key in reversed(given_):
        backwards[key] = 0
        backwards[key] = given_[key]
    if "gone" not in given_:
        del backwards["gone"]
    assert forwards == backwards == given_ and list(forwards) == list(backwards)
    assert shape(forwards._root) == shape(backwards._root)
    assert content_hash(forwards) == content_hash(backwards)


def shape(node: TrieNode) -> Any:
    if node.entries is not None:
        assert node.count == len(node.entries) <= MOST
        return [entry[0] for entry in node.entries]
    assert node.count == sum(child.count for child in node.children if child) > MOST
    return [child and shape(child) for child in node.children]


class MapsAgainstDictionaries(RuleBasedStateMachine):
    """Maps and sets that change, fork, are saved and loaded in any order, beside deep copies of plain ones."""

    def __init__(self) -> None:
        super().__init__()
        start = {number: str(number) for number in range(20)}
        self.blobs = MemoryBlobs()
        self.worlds: list[tuple[dict[str, Any], dict[Any, Any], set[Any]]] = [
            ({"map": Map(start), "set": Set(start)}, dict(start), set(start))
        ]

    def pick(self, which: int) -> tuple[Any, Any, dict[Any, Any], set[Any]]:
        state, plain, items = self.worlds[which % len(self.worlds)]
        return state["map"], state["set"], plain, items

    @rule(which=st.integers(0, 9), key=few_keys, value=values)
    def assign(self, which: int, key: Any, value: Any) -> None:
        ours, ours_too, plain, items = self.pick(which)
        ours[key] = value
        plain[key] = copy.deepcopy(value)
        ours_too.add(key)
        items.add(key)

    @rule(which=st.integers(0, 9), key=few_keys)
    def remove(self, which: int, key: Any) -> None:
        ours, ours_too, plain, items = self.pick(which)
        assert ours.pop(key, "nothing") == plain.pop(key, "nothing")
        ours_too.discard(key)
        items.discard(key)

    @rule(which=st.integers(0, 9), keys=st.lists(few_keys, max_size=30))
    def remove_many(self, which: int, keys: list[Any]) -> None:
        for key in keys:
            self.remove(which, key)

    @rule(which=st.integers(0, 9), given_=st.dictionaries(few_keys, values, max_size=30))
    def update(self, which: int, given_: dict[Any, Any]) -> None:
        ours, ours_too, plain, items = self.pick(which)
        ours.update(given_)
        plain.update(copy.deepcopy(given_))
        ours_too |= set(given_)
        items |= set(given_)

    @rule(which=st.integers(0, 9), key=few_keys)
    def change_what_was_read(self, which: int, key: Any) -> None:
        ours, _, _, _ = self.pick(which)
        value = ours.get(key)
        if isinstance(value, list):
            value.append("changed")

    @rule(which=st.integers(0, 9))
    def clear(self, which: int) -> None:
        ours, ours_too, plain, items = self.pick(which)
        for one in (ours, ours_too, plain, items):
            one.clear()

    @rule(which=st.integers(0, 9), how=st.sampled_from(["fork", "deepcopy", "save", "pickle"]))
    def copy(self, which: int, how: str) -> None:
        state, plain, items = self.worlds[which % len(self.worlds)]
        hashed = content_hash(state)
        if how == "save":
            made = decode(encode(state, self.blobs), self.blobs)
        else:
            made = {"fork": fork, "deepcopy": copy.deepcopy, "pickle": lambda obj: pickle.loads(pickle.dumps(obj))}[
                how
            ](state)
        assert content_hash(made) == hashed == content_hash(state)
        if len(self.worlds) < 6:
            self.worlds.append((made, copy.deepcopy(plain), copy.deepcopy(items)))

    @invariant()
    def agree(self) -> None:
        for state, plain, items in self.worlds:
            assert len(state["map"]) == len(plain) and len(state["set"]) == len(items)
            assert state["map"] == plain and dict(state["map"]) == plain
            assert state["set"] == items and set(state["set"]) == items
            shape(state["map"]._root)


TestMapsAgainstDictionaries = MapsAgainstDictionaries.TestCase
TestMapsAgainstDictionaries.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


def test_a_change_writes_the_few_parts_it_touches() -> None:
    table = Map({f"agent {number}": f"fact {number}" for number in range(10_000)})
    blobs = MemoryBlobs()
    encode({"table": table}, blobs)
    puts = blobs.puts
    other = table.fork()
    other["agent 77"] = "another fact"
    encode({"table": other}, blobs)
    assert blobs.puts - puts <= 8
    assert table["agent 77"] == "fact 77"
    puts = blobs.puts
    encode({"table": table}, blobs)
    assert blobs.puts - puts == 1  # the document itself
    back = decode(encode({"table": other}, blobs), blobs)["table"]
    puts = blobs.puts
    back["agent 78"] = "one more"
    encode({"table": back}, blobs)
    assert blobs.puts - puts <= 8, "what was read is known to be there"


def test_forks_share_everything_until_they_change() -> None:
    table = Map({number: number for number in range(1000)})
    other = fork({"table": table, "again": table})
    assert other["table"] is other["again"] is not table
    assert other["table"]._root is table._root
    del other["table"][5]
    assert 5 in table and 5 not in other["table"] and len(table) == 1000


def test_values_that_can_change_are_private() -> None:
    mine = [1]
    votes: Map[str, list[int]] = Map({"a": mine})
    mine.append(2)
    votes["a"].append(3)
    assert votes["a"] == [1]
    votes["a"] = [*votes["a"], 4]
    assert votes["a"] == [1, 4]
    inner = Map({"log": Log([1])})
    inner["log"].append(2)
    assert inner["log"] == [1]


ORDER = "from interlab.state import Map, Set; print(list(Set(['a', 'b', ('c', 1), None])), list(Map({'x': 1, 'y': 2})))"


def test_the_order_is_the_same_in_every_process() -> None:
    said = {
        subprocess.run([sys.executable, "-c", ORDER], capture_output=True, text=True, check=True, env=env).stdout
        for env in ({"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2"})
    }
    assert len(said) == 1


@pytest.mark.parametrize("key", [float("nan"), [1], {}, (1, [2]), object(), datetime.datetime(2020, 1, 1), print])
def test_what_can_be_no_key(key: Any) -> None:
    table: Map[Any, int] = Map({1: 1})
    calls: list[Callable[[], Any]] = [
        lambda: table.__setitem__(key, 1), lambda: table[key], lambda: key in table, lambda: Set([key]),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(InvalidArgument, match="key"):
            call()
    assert table == {1: 1}


def test_keys_nested_without_end() -> None:
    key: Any = 1
    for _ in range(5_000):
        key = (key,)
    with pytest.raises(InvalidArgument, match="nested more than"):
        Map({}).get(key)


def test_what_cannot_be_saved_is_named_by_its_path(tmp_path: Any) -> None:
    state = {"facts": Map({"model": lambda: 1, "other": 1})}
    with pytest.raises(NotEncodable, match=r"env\['facts'\]\['model'\]"):
        encode(state, MemoryBlobs())
    with open(tmp_path / "a", "w") as file, pytest.raises(NotEncodable):
        Map({"file": file})


def test_missing_keys() -> None:
    table: Map[str, int] = Map()
    for call in (lambda: table["a"], lambda: table.__delitem__("a"), lambda: Set[str]().remove("a"), table.popitem):
        with pytest.raises(KeyError):
            call()
    assert table.get("a") is None and table.setdefault("a", 3) == table["a"] == 3


def test_sets_know_the_operations_of_sets() -> None:
    one = Set("abc")
    assert (
        one & {"a", "z"} == {"a"} and isinstance(one | {"z"}, Set) and one - {"a"} == {"b", "c"} and one ^ one == set()
    )
    assert one <= {"a", "b", "c"} and one != {"a"} and frozenset("abc") == one
    assert repr(Set([1])) == "Set([1])" and repr(Map({1: [2]})) == "Map({1: [2]})"
    assert repr(Map({n: n for n in range(30)})).endswith("# 30 entries")


def test_assignments_of_several_threads_are_all_kept() -> None:
    table: Map[int, int] = Map()

    def fill(start: int) -> None:
        for number in range(start, start + 500):
            table[number] = number

    threads = [threading.Thread(target=fill, args=(500 * number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(table) == 2_000


class Council(il.BaseEnvironment):
    """Keeps votes in a map and who spoke in a set."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.votes: il.Map[str, int] = il.Map()
        self.spoken: il.Set[str] = il.Set()

    def _step(self) -> Any:
        name = f"member {self.rng.randrange(50)}"
        self.votes[name] = self.votes.get(name, 0) + 1
        self.spoken.add(name)
        return {"votes": self.votes, "spoken": self.spoken, "first": next(iter(self.spoken))}


def test_in_an_environment_and_in_a_trace(tmp_path: Any) -> None:
    with il.open_store(tmp_path / "a.db") as store:
        end = Council(seed=1).run(max_steps=40, progress=False).env
        store.close()
    with il.open_store(tmp_path / "a.db") as store:
        again = store.runs()[0]
        assert again.steps[-1].result["votes"] == dict(end.votes)
        assert again.steps[-1].result["spoken"] == set(end.spoken)
        went_on = again.at(20).fork().run(max_steps=20, progress=False)
        assert il.compare(again, went_on).are_same
        change = il.SetField("votes['member 15']", 99).preview(again.at(30))
        assert [one.path for one in change.changes] == ["env.votes['member 15']"]
        store.close()
