"""One store and several processes: writing side by side, watching, dying, forking."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from interlab.errors import NodeStateError
from interlab.tracing import Store, TracingNode, open_store

LIMIT_S = 5.0
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't fork")


def until(condition: Callable[[], Any]) -> Any:
    """What the condition gives as soon as it holds; fails when it does not within a generous limit."""
    give_up = time.monotonic() + LIMIT_S
    while not (found := condition()):
        assert time.monotonic() < give_up, "did not happen in time"
        time.sleep(0.01)
    return found


class Scripts:
    """Runs Python scripts in processes of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: list[subprocess.Popen[str]] = []

    def start(self, source: str, *arguments: Any) -> subprocess.Popen[str]:
        file = self.folder / f"script{len(self.running)}.py"
        file.write_text(textwrap.dedent(source), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, str(file), *map(str, arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.running.append(process)
        return process

    def run(self, source: str, *arguments: Any) -> str:
        process = self.start(source, *arguments)
        out, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        return out


@pytest.fixture
def scripts(tmp_path: Path) -> Iterator[Scripts]:
    scripts = Scripts(tmp_path)
    yield scripts
    for process in scripts.running:
        if process.poll() is None:
            process.kill()
        process.communicate()


WAITING = """
    import sys
    from interlab.tracing import open_store, TracingNode

    store = open_store(sys.argv[1])
    with store, TracingNode("run", kind="run", inputs={"a": 1}):
        with TracingNode("done"): pass
        with TracingNode("ask", kind="model", inputs={"prompt": "x" * 5000}) as ask, TracingNode("inner"):
            print("ready", flush=True)
            sys.stdin.readline()
            ask.add_input("more", "late")
            print("changed", flush=True)
            sys.stdin.readline()
        ask.add_tag("after")
    print("end", flush=True)
"""


def test_another_process_is_watched_live(path: Path, scripts: Scripts) -> None:
    worker = scripts.start(WAITING, path)
    assert worker.stdout is not None and worker.stdin is not None
    assert worker.stdout.readline() == "ready\n"
    store = open_store(path)
    opened = until(lambda: len(found := store.find(state="open")) == 3 and found)
    assert [node.name for node in opened] == ["run", "ask", "inner"]
    assert opened[1].inputs == {"prompt": "x" * 5000}
    assert [node.name for node in store.roots()] == ["run"]
    assert store.find(state="interrupted") == []
    with pytest.raises(NodeStateError):
        store.remove(opened[0])
    worker.stdin.write("\n")
    worker.stdin.flush()
    assert worker.stdout.readline() == "changed\n"
    until(lambda: store.node(opened[1].uid).inputs.get("more") == "late")
    worker.communicate("\n", timeout=30)
    assert {node.state for node in store.find()} == {"finished"}
    assert store.find(tag="after") == [opened[1]]
    store.close()


def test_a_killed_process_is_seen_to_be_gone(path: Path, scripts: Scripts) -> None:
    worker = scripts.start(WAITING, path)
    assert worker.stdout is not None
    worker.stdout.readline()
    store = open_store(path)
    until(lambda: len(store.find(state="open")) == 3)
    worker.send_signal(signal.SIGKILL)
    # Not waited for yet: its parent may be a notebook server that takes note of it much later.
    gone = until(lambda: len(found := store.find(state="interrupted")) == 3 and found)
    worker.wait()
    assert [node.name for node in gone] == ["run", "ask", "inner"]
    assert gone[1].inputs == {"prompt": "x" * 5000}
    assert store.find(state="open") == []
    assert [node.name for node in store.find(state="finished")] == ["done"]
    with store, TracingNode("new") as node:
        assert store.find(state="open") == [node]
    assert store.remove(gone[0]) == 4
    store.close()


def test_opening_and_reading_changes_nothing_of_a_live_writer(path: Path, scripts: Scripts) -> None:
    def rows() -> list[Any]:
        connection = sqlite3.connect(path)
        found = connection.execute("SELECT * FROM node ORDER BY id").fetchall()
        found += connection.execute("SELECT number, nonce, host, pid, closed FROM writer").fetchall()
        connection.close()
        return found

    worker = scripts.start(WAITING, path)
    assert worker.stdout is not None
    worker.stdout.readline()
    until(lambda: len(rows()) == 5)
    before = rows()
    for read_only in (False, True):
        store = open_store(path, read_only=read_only)
        for node in store.roots()[0].find_nodes():
            node.inputs, node.state, node.tags
        store.close()
    assert rows() == before
    worker.communicate("\n\n", timeout=30)
    assert {row[3] for row in rows()[:4]} == {1}


KILLED = """
    import json, os, random, signal, sys, time
    from interlab.tracing import TracingNode, open_store

    path, kills = sys.argv[1], int(sys.argv[2])
    choose = random.Random(7)

    def work(out):
        store = open_store(path)
        messages = []
        with store, TracingNode("root", kind="run", inputs={"big": "r" * 3000}) as root:
            out.write(f"open {root.uid}\\n")
            number = 0
            while True:
                number += 1
                messages.append(f"message {number} " + "m" * (number % 7 * 100))
                with TracingNode("outer", inputs={"number": number, "messages": messages}) as outer:
                    with TracingNode("inner", kind="model", inputs={"text": f"{number} " + "x" * 2000}) as inner:
                        inner.set_result(number)
                    out.write(f"{inner.uid} {number}\\n")
                    outer.add_event("said", {"number": number})
                    outer.set_result(number)
                out.write(f"{outer.uid} {number}\\n")

    closed, roots = {}, []
    for _ in range(kills):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            work(os.fdopen(writer, "w", buffering=1))
        os.close(writer)
        lines = os.fdopen(reader, "r")
        roots.append(lines.readline().split()[1])
        for _ in range(choose.randrange(0, 120)):
            uid, number = lines.readline().split()
            closed[uid] = int(number)
        time.sleep(choose.random() * 0.004)
        os.kill(child, signal.SIGKILL)
        for line in lines.read().split("\\n")[:-1]:
            uid, number = line.split()
            closed[uid] = int(number)
        os.waitpid(child, 0)
    print(json.dumps({"closed": closed, "roots": roots}))
"""


@needs_fork
def test_a_kill_at_any_moment_loses_nothing_that_was_closed(path: Path, scripts: Scripts) -> None:
    told = json.loads(scripts.run(KILLED, path, 20))
    assert len(told["roots"]) == 20
    assert len(told["closed"]) > 200
    store = open_store(path)
    for uid, number in told["closed"].items():
        node = store.node(uid)
        assert node.state == "finished"
        assert node.result == number
        if node.name == "inner":
            assert node.inputs["text"] == f"{number} " + "x" * 2000
        else:
            assert len(node.inputs["messages"]) == node.inputs["number"] == number
            assert [child.name for child in node.children] == ["inner", "said"]
    assert [node.uid for node in store.find(state="interrupted", kind="run")] == told["roots"]
    assert store.find(state="open") == []
    for node in store.find(state="interrupted"):
        assert node.inputs  # what was open is readable too
    assert store.journal.read("PRAGMA integrity_check") == [("ok",)]
    store.close()


TOGETHER = """
    import multiprocessing, sys
    from interlab.tracing import TracingNode, open_store

    def work(path, number, nodes, barrier):
        barrier.wait(60)
        store = open_store(path)
        with store, TracingNode(f"process {number}") as root:
            for place in range(nodes):
                with TracingNode("x", inputs={"process": number, "place": place, "shared": "s" * 2000}) as node:
                    node.set_result(f"{place} " + "r" * 1500)
                if place % 20 == 0:
                    assert len(store.node(root.uid).children) == place + 1
                    store.find(text="s" * 2000)
        store.close()

    if __name__ == "__main__":
        context = multiprocessing.get_context(sys.argv[2])
        barrier = context.Barrier(4)
        processes = [context.Process(target=work, args=(sys.argv[1], n, 60, barrier)) for n in range(4)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        sys.exit(any(process.exitcode for process in processes))
"""


@pytest.mark.parametrize("method", ["spawn", pytest.param("fork", marks=needs_fork)])
def test_processes_make_and_fill_one_store_at_once(method: str, path: Path, scripts: Scripts) -> None:
    worker = scripts.start(TOGETHER, path, method)
    until_there = time.monotonic() + 30
    while not path.exists() and time.monotonic() < until_there:
        time.sleep(0.01)
    store = open_store(path)  # also while the others are making it
    with store, TracingNode("watcher"):
        while worker.poll() is None:
            for node in store.find(name="x"):
                assert node.inputs["shared"] == "s" * 2000
            with TracingNode("look"):
                pass
            time.sleep(0.05)
    assert worker.returncode == 0, worker.stderr and worker.stderr.read()
    roots = {root.name: root for root in store.roots()}
    assert sorted(roots) == [*(f"process {number}" for number in range(4)), "watcher"]
    for number in range(4):
        children = roots[f"process {number}"].children
        assert [child.inputs["place"] for child in children] == list(range(60))
        assert {child.inputs["process"] for child in children} == {number}
        assert all(child.result.endswith("r" * 1500) for child in children)
    assert len({node.uid for node in store.find()}) == len(store)
    assert len(store.find(text="s" * 2000)) == 240
    store.close()


@needs_fork
def test_a_forked_child_writes_under_its_parents_node(path: Path, scripts: Scripts) -> None:
    told = json.loads(
        scripts.run(
            """
            import json, os, sys
            from interlab.tracing import TracingNode, current_node, open_store

            store = open_store(sys.argv[1])
            text = "t" * 3000
            with store, TracingNode("root", inputs={"text": text}) as root:
                with TracingNode("before", inputs={"text": text}): pass
                opened = TracingNode("opened before the fork").open()
                child = os.fork()
                who = "parent" if child else "child"
                for number in range(50):
                    with TracingNode(f"{who}", inputs={"number": number, "text": text, "own": who + text}) as node:
                        assert current_node() is node
                        with TracingNode("leaf"): pass
                if not child:
                    assert len(store.find(name="child")) == 50
                    os._exit(0)
                _, status = os.waitpid(child, 0)
                opened.close()
                print(json.dumps({"root": root.uid, "status": status}))
            """,
            path,
        )
    )
    assert told["status"] == 0
    store = open_store(path)
    (root,) = store.roots()
    assert root.uid == told["root"] and root.state == "finished"
    assert store.find(state="interrupted") == store.find(state="open") == []
    for who in ("parent", "child"):
        nodes = store.find(name=who, under=root.uid)
        assert [node.inputs["number"] for node in nodes] == list(range(50))
        assert all(node.inputs["own"] == who + "t" * 3000 for node in nodes)
        assert all(len(node.children) == 1 for node in nodes)
    assert len(store) == 1 + 1 + 1 + 200
    assert store.journal.read("PRAGMA integrity_check") == [("ok",)]
    store.close()


@needs_fork
def test_a_store_in_memory_survives_a_fork(scripts: Scripts) -> None:
    out = scripts.run(
        """
        import os
        from interlab.tracing import TracingNode

        with TracingNode("root") as root:
            child = os.fork()
            with TracingNode("own", inputs={"text": "x" * 3000}) as node: pass
            assert node.inputs == {"text": "x" * 3000}
            assert node in root.children
            if not child:
                os._exit(0)
            _, status = os.waitpid(child, 0)
        print(status, len(root.children))
        """
    )
    assert out.split() == ["0", "1"]


def test_a_process_that_ends_without_closing_has_stored_everything(path: Path, scripts: Scripts) -> None:
    scripts.run(
        """
        import sys
        from interlab.tracing import TracingNode, open_store

        with open_store(sys.argv[1]), TracingNode("root"):
            with TracingNode("child", inputs={"text": "x" * 3000}): pass
            left = TracingNode("left open").open()
            sys.exit()
        """,
        path,
    )
    store = open_store(path)
    assert {node.name: node.state for node in store.find()} == {
        "root": "error",
        "child": "finished",
        "left open": "interrupted",
    }
    store.close()


def test_a_writer_on_a_silent_machine_counts_as_gone(store: Store, path: Path) -> None:
    with TracingNode("x", kind="run") as node:
        other = open_store(path)
        connection = sqlite3.connect(path)
        connection.execute("UPDATE writer SET host='elsewhere'")
        connection.commit()
        assert other.node(node.uid).state == "open"
        connection.execute("UPDATE writer SET heartbeat=heartbeat-3600")
        connection.commit()
        connection.close()
        until(lambda: other.node(node.uid).state == "interrupted")
        other.close()


def test_a_process_id_used_again_does_not_revive_a_node(store: Store, path: Path) -> None:
    with TracingNode("x", kind="run") as node:
        connection = sqlite3.connect(path)
        connection.execute("UPDATE writer SET process_started=process_started-3600")
        connection.commit()
        connection.close()
        other = open_store(path)
        assert other.node(node.uid).state == "interrupted"
        assert node.state == "open"
        other.close()
