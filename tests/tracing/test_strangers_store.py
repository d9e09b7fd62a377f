"""A store from a stranger: whatever its rows hold, errors of our own, bounded memory, and nothing is run."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import interlab as il
from interlab.environments import Turns
from interlab.errors import CorruptState, InterLabError, StoreCorrupt, UnknownClass
from interlab.state.blobs import digest_of, digest_text
from interlab.tracing.state_table import unpacked, whole
from interlab.ui.browser.kept_index import _TABLES, _TOUCHED


class Talk(il.Conversation):
    """A conversation with a bit of everything in its state."""

    def __init__(self, **settings: Any) -> None:
        actors = [il.LLMActor("Ann", "demo", memory=il.SummarizingMemory("demo")), il.LLMActor("Bob", "demo")]
        super().__init__(actors, topic="boats", moderator=il.RandomSpeaker(), end=Turns(5), **settings)
        self.facts: il.Map[Any, Any] = il.Map({number: [number] for number in range(40)})
        self.told: il.Set[str] = il.Set()
        self.long = "a long text " * 20

    def _step(self) -> Any:
        self.told.add(f"step {self.steps}")
        return super()._step()


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stranger") / "a.db"
    with il.open_store(path) as store:
        Talk(seed=1).run(progress=False)
        store.close()
    return path


@pytest.fixture
def path(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(original, tmp_path / "b.db"))


def rows(connection: sqlite3.Connection) -> list[tuple[bytes, bytes]]:
    """The states' blobs, unpacked."""

    def fetch(key: bytes) -> Any:
        return connection.execute("SELECT base, data FROM state WHERE hash=?", (key,)).fetchone()

    return [(key, whole(fetch, key)) for (key,) in connection.execute("SELECT hash FROM state ORDER BY hash")]


def put(connection: sqlite3.Connection, data: bytes) -> bytes:
    """Put a blob under its hash."""
    connection.execute("INSERT OR REPLACE INTO state VALUES(?, NULL, ?)", (digest_of(data), b"r" + data))
    return digest_of(data)


def point(connection: sqlite3.Connection, key: Any) -> None:
    """Have every step end in one state."""
    connection.execute("UPDATE snapshot SET hash=?", (key,))


def put_state(path: Path, *document: Any) -> None:
    with changing(path) as connection:
        point(connection, put(connection, json.dumps(["interlab-state", 1, *document]).encode()))


class changing:  # noqa: N801  # used like a function
    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path)

    def __enter__(self) -> sqlite3.Connection:
        return self.connection

    def __exit__(self, *_: object) -> None:
        self.connection.commit()
        self.connection.close()


def opened(path: Path) -> Iterator[Any]:
    """What is done with a store: all moments of all runs are looked at and go on, and the store goes to others."""
    store = il.open_store(path)
    try:
        for run in store.runs():
            yield lambda: run.at(-1).fork()  # noqa: B023  # called at once
            yield lambda: [run.at(step).env for step in range(3)]  # noqa: B023
            yield lambda: run.at(2).content_hash  # noqa: B023
            yield lambda: str(il.branches(store, run))  # noqa: B023
        yield lambda: store.export(store.runs()[0].uid, path.with_suffix(".other.db"))
        yield store.compact
    finally:
        store.close()


def use(path: Path) -> list[str]:
    """Use a store; the names of the errors, all of them our own."""
    raised = []
    try:
        for action in opened(path):
            try:
                action()
            except InterLabError as error:
                raised.append(type(error).__name__)
    except InterLabError as error:
        raised.append(type(error).__name__)
    path.with_suffix(".other.db").unlink(missing_ok=True)
    return raised


def test_the_store_itself_is_sound(path: Path) -> None:
    assert use(path) == []


odd_values = st.sampled_from(
    [None, "text", 5, -1, 1 << 62, 1.5, b"", b"r", b"z", b"d", b"r[]", b"z" + bytes(20), "é" * 99]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_rows_that_hold_anything(original: Path, tmp_path: Path, data: st.DataObject) -> None:
    path = Path(shutil.copy(original, tmp_path / "fuzz.db"))
    with changing(path) as connection:
        keys = [key for key, _ in rows(connection)]
        for _ in range(data.draw(st.integers(1, 3))):
            key = data.draw(st.sampled_from(keys))
            change = data.draw(st.sampled_from(["bytes", "data", "base", "hash", "step", "run", "root", "swap"]))
            try:
                if change == "bytes":
                    (stored,) = connection.execute("SELECT data FROM state WHERE hash=?", (key,)).fetchone() or (b"r",)
                    damaged = bytearray(stored if isinstance(stored, bytes) else b"r")
                    if damaged:
                        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
                    connection.execute("UPDATE state SET data=? WHERE hash=?", (bytes(damaged), key))
                elif change == "data":
                    connection.execute("UPDATE state SET data=? WHERE hash=?", (data.draw(odd_values), key))
                elif change == "base":
                    base = data.draw(odd_values | st.sampled_from(keys))
                    connection.execute("UPDATE state SET base=? WHERE hash=?", (base, key))
                elif change == "hash":
                    connection.execute("UPDATE state SET hash=? WHERE hash=?", (data.draw(odd_values), key))
                elif change == "step":
                    step = data.draw(odd_values | st.integers(0, 9))
                    connection.execute("UPDATE snapshot SET step=? WHERE step=2", (step,))
                elif change == "run":
                    connection.execute("UPDATE snapshot SET run=? WHERE step<3", (data.draw(odd_values),))
                elif change == "root":
                    point(connection, data.draw(odd_values | st.sampled_from(keys)))
                else:
                    other = data.draw(st.sampled_from(keys))
                    connection.execute(
                        "UPDATE state SET data=(SELECT data FROM state WHERE hash=?), base=NULL WHERE hash=?",
                        (other, key),
                    )
            except sqlite3.IntegrityError:
                continue
    use(path)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_documents_that_fit_their_hash_and_hold_anything(original: Path, tmp_path: Path, data: st.DataObject) -> None:
    path = Path(shutil.copy(original, tmp_path / "fuzz.db"))
    with changing(path) as connection:
        documents = [content for _, content in rows(connection) if content.startswith(b'["interlab-state"')]
        content = bytearray(data.draw(st.sampled_from(documents)))
        for _ in range(data.draw(st.integers(1, 3))):
            at = data.draw(st.integers(0, len(content) - 1))
            length = data.draw(st.integers(0, 8))
            content[at : at + length] = data.draw(
                st.sampled_from(
                    [b"", b"0", b"-1", b"999999999999", b"[", b"]", b'"', b",", b"null", b"[0]", b'"o"', b'"log"']
                )
            )
        point(connection, put(connection, bytes(content)))
    use(path)


DANGEROUS = [
    "os:system", "subprocess:Popen", "builtins:eval", "builtins:exec", "builtins:open", "posix:system", "io:FileIO",
    "pathlib:Path", "shutil:rmtree", "tempfile:TemporaryDirectory", "ctypes:CDLL", "sqlite3:Connection",
    "threading:Thread", "threading:Timer", "weakref:finalize", "interlab.tracing.store:Store", "not there:Nothing", ":",
    "", "..:..", "a" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("name", DANGEROUS)
def test_no_file_brings_a_class_or_function_to_life(path: Path, name: str) -> None:
    import ctypes  # noqa: F401  # known to the process, and yet not to the file
    import tempfile  # noqa: F401

    for document in (
        ([0], [["o", None, 0, {"a": 1, "name": "x"}]], [name]),
        (["C", 0], [], [name]),
        (["fn", 0], [], [], [name]),
        (["R", 0], [], [], [name]),
        (["S", 0, "touch it"], [], [name]),
        ([0], [["e", ["x"], 0]], [name]),
        ([0], [["l", [["m", [1], "__init__"]]], ["o", None, 0]], [name]),
    ):
        put_state(path, *document)
        store = il.open_store(path)
        with pytest.raises(InterLabError):
            store.runs()[0].at(1).fork()
        store.close()


def test_a_class_nobody_imported_stays_so(path: Path) -> None:
    put_state(path, [0], [["o", None, 0]], ["antigravity:Fly"])
    store = il.open_store(path)
    with pytest.raises(UnknownClass, match="import antigravity"):
        store.runs()[0].at(1).fork()
    assert "antigravity" not in sys.modules
    store.close()


def test_what_is_no_environment_is_refused(path: Path) -> None:
    for document in ([5], [[0], [["l", [1, 2]]]], [[0], [["map", [0, None, []]]]], [None]):
        put_state(path, *document)
        store = il.open_store(path)
        with pytest.raises(CorruptState, match="environment"):
            store.runs()[0].at(1).fork()
        store.close()


@pytest.mark.parametrize("length", [1, 2, 40])
def test_differences_that_go_in_circles(path: Path, length: int) -> None:
    keys = [bytes([number]) * 16 for number in range(length)]
    packer = zlib.compressobj(zdict=b"x" * 99)
    data = b"d" + packer.compress(b"x" * 50) + packer.flush()
    with changing(path) as connection:
        for number, key in enumerate(keys):
            connection.execute("INSERT INTO state VALUES(?,?,?)", (key, keys[(number + 1) % length], data))
        point(connection, keys[0])
    assert set(use(path)) <= {"StoreCorrupt", "CorruptState"}


def test_views_and_triggers_do_not_act(path: Path) -> None:
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT "
    with changing(path) as connection:
        connection.execute("DROP TABLE snapshot")
        connection.execute(f"CREATE VIEW snapshot(run, step, hash) AS {endless} 1, x, zeroblob(16) FROM n")
    with pytest.raises(InterLabError, match="view"):
        il.open_store(path)
    with pytest.raises(InterLabError, match="view"):
        il.open_store(path, read_only=True)
    with il.open_store(path.with_name("c.db")) as store:
        with pytest.raises(InterLabError, match="view"):
            store.merge(path)
        store.close()


def test_the_trace_browsers_own_triggers_are_known(path: Path) -> None:
    with changing(path) as connection:
        for statement in (_TABLES + _TOUCHED).replace("\\;", "\0").split(";"):
            connection.execute(statement.replace("\0", ";"))
    assert use(path) == []


def test_a_trigger_does_not_act(path: Path) -> None:
    with changing(path) as connection:
        connection.execute("CREATE TRIGGER wipe AFTER INSERT ON node BEGIN DELETE FROM node; END")
    with pytest.raises(InterLabError, match="trigger"):
        il.open_store(path)


LIMITED = """
import resource, sys
import interlab as il
import interlab.environments.snapshots, interlab.models.demo, numpy
store = il.open_store(sys.argv[1])
run = store.runs()[0]
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (128 << 20),) * 2)
try:
    run.at(1).fork()
    print("forked")
except il.InterLabError as error:
    print(type(error).__name__, str(error)[:200].replace("\\n", " "))
"""


def within_limits(path: Path) -> str:
    """What comes of a fork in a process that may take 128 MiB more."""
    done = subprocess.run([sys.executable, "-c", LIMITED, str(path)], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout.strip()


needs_limits = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits as Linux has them")


def bomb(connection: sqlite3.Connection, data: bytes) -> bytes:
    """A blob in the form in which it takes least, under its hash."""
    packer = zlib.compressobj(9)
    packed = packer.compress(data) + packer.flush()
    connection.execute("INSERT OR REPLACE INTO state VALUES(?, NULL, ?)", (digest_of(data), b"z" + packed))
    return digest_of(data)


@needs_limits
def test_a_bomb_is_not_unpacked(path: Path) -> None:
    packer = zlib.compressobj(9)
    block = bytes(1 << 20)
    packed = b"z" + b"".join(packer.compress(block) for _ in range(1 << 8)) + packer.flush()
    assert len(packed) < 1 << 20  # for 256 MiB
    with changing(path) as connection:
        connection.execute("INSERT INTO state VALUES(?, NULL, ?)", (bytes(16), packed))
        point(connection, bytes(16))
    assert within_limits(path).startswith("StoreCorrupt A state in the store")


@needs_limits
def test_many_small_bombs_that_are_one_text(path: Path) -> None:
    with changing(path) as connection:
        key = digest_text(bomb(connection, b"x" * (1 << 17)))
    put_state(path, [0], [["l", [["t", key]] * 200_000]])
    assert within_limits(path).startswith("CorruptState")


@needs_limits
@pytest.mark.parametrize(
    "entry",
    [
        ["log", [10**9, "A" * 22, []]],
        ["log", [8, "A" * 22, []]],
        ["map", [10**9, "A" * 22]],
        ["set", [10**9, None, [1]]],
        ["array", ["<f8", [10**9], ["b", ""]]],
        ["array", ["O", [10**9], []]],
        ["q", [10**9]],
        ["l", ["..", "0x0", "0x3b9aca00", "0x1"]],
        ["l", [["i", "0x" + "f" * 1_000_000]]],
        ["l", [["D", "1e1000000000"]]],
        ["codec", ["interlab.vectors", "[[0],[[\"log\",[1000000000,null,[]]]]]"]],
    ],
)  # fmt: skip
def test_claims_of_a_billion_elements(path: Path, entry: list[Any]) -> None:
    put_state(path, [0], [entry])
    assert within_limits(path).startswith("CorruptState")


@needs_limits
def test_documents_that_take_more_memory_than_there_is(path: Path) -> None:
    with changing(path) as connection:
        document = b'["interlab-state",1,[0],[["l",[' + b",".join([b'["(",1]'] * 2_000_000) + b"]]]]"
        point(connection, put(connection, document))
    assert within_limits(path).startswith("CorruptState")


def test_what_packs_too_well_is_stored_so_that_it_is_read(tmp_path: Path) -> None:
    class Large(il.BaseEnvironment):
        def __init__(self) -> None:
            super().__init__(seed=1)
            self.text = "x" * 3_000_000

        def _step(self) -> None:
            self.text += "y"

    with il.open_store(tmp_path / "a.db") as store:
        Large().run(max_steps=2, progress=False)
        store.close()
    store = il.open_store(tmp_path / "a.db")
    assert store.runs()[0].at(2, classes=[Large]).fork().text == "x" * 3_000_000 + "yy"
    store.close()


def test_a_form_that_nobody_wrote() -> None:
    with pytest.raises(StoreCorrupt, match="unpack to more than"):
        unpacked(b"z" + zlib.compress(bytes(1 << 18)), None, "a.db")
    with pytest.raises(StoreCorrupt, match="cut short"):
        unpacked(b"z" + zlib.compress(bytes(range(256)))[:-6], None)
