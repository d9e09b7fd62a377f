"""Answers to a browser: of one store, of several, of one run; wrong requests; conversations."""

from __future__ import annotations

import base64
import threading
from array import array
from typing import Any

import pytest

from interlab.tracing import Blob, Image, Store, TracingNode, open_store
from interlab.ui.browser import views
from interlab.ui.browser.backend import Backend
from interlab.ui.browser.protocol import pack
from interlab.ui.browser.talk import MAX_TEXT

Client = Any


def run(name: str, steps: int = 3) -> TracingNode:
    with TracingNode(name, kind="run") as node:
        for number in range(1, steps + 1):
            with TracingNode(f"step {number}", kind="step", meta={"step": number}, tags=["odd"] if number % 2 else ()):
                with TracingNode(f"{name} {number}", kind="query", meta={"actor": f"actor {number}"}) as query:
                    query.set_result(f"words of {name} {number}")
    return node


def test_one_run_is_a_view_of_its_own(store: Store, client_of: Any, agrees: Any) -> None:
    run("before")
    with TracingNode("around") as around:
        inner = run("inner")
        client = client_of(store, focus=around)
        client.load()
        agrees(client, store, around)
        with TracingNode("more"):
            client.refresh()
            agrees(client, store, around)
    run("after")
    assert client.refresh() != []
    agrees(client, store, around)
    assert len(client) == 9
    assert client.ask("locate", uid=inner.uid)[0] == 1
    assert "no node" in client.refused("locate", uid=store.roots()[0].uid)
    assert client.ask("node", row=3)[0]["parents"] == [0, 1, 2]
    assert client.resets == 0
    hello = client.ask("hello")[0]
    assert (hello["focus"], hello["title"], hello["stores"][0]["name"]) == ({"store": "0"}, "around", "around")


def test_a_row_can_be_asked_for_as_root(store: Store, client: Client) -> None:
    run("first")
    run("second")
    client.load()
    value, buffers = client.ask("columns", **{"from": 0}, root=7)
    assert value["rows"] == 7
    assert array("i", buffers[0]).tolist() == [-1, 0, 1, 0, 3, 0, 5]
    assert value["names"][array("I", buffers[5])[2]] == "second 1"
    assert client.ask("node", row=2, root=7)[0]["uid"] == client.ask("node", row=9)[0]["uid"]
    found, (rows,) = client.ask("search", text="second", root=7)
    assert array("I", rows).tolist() == [0, 2, 4, 6]
    assert found == {"total": 4, "indexed": True}


def test_chunks_of_a_view_that_is_not_in_one_piece(
    store: Store, client_of: Any, agrees: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MAX_ROWS", 7)
    monkeypatch.setattr(views.View.columns, "__defaults__", (7,))
    with TracingNode("one") as one, TracingNode("two", parent=None) as two:
        for number in range(40):
            with TracingNode(
                f"odd {number}" if number % 2 else "even", parent=one if number % 2 else two, kind=f"k{number % 5}"
            ):
                pass
    for top in (one, two):
        client = client_of(store, focus=top)
        client.load()
        agrees(client, store, top)
        one.add_tag("new")
        client.refresh()
        agrees(client, store, top)


def test_several_stores(store: Store, client_of: Any, tmp_path: Any) -> None:
    run("here")
    (tmp_path / "sub").mkdir()
    with open_store(tmp_path / "sub" / "lab.db") as other:
        run("there", 2)
    hello = client_of(store, other).ask("hello")[0]
    names = [info["name"] for info in hello["stores"]]
    assert len(set(names)) == 2
    assert names[1] == "sub/lab.db"
    for number, length in (("0", 7), ("1", 5)):
        client = client_of(store, other, store=number)
        client.load()
        assert len(client) == length
    other.close()
    assert "closed" in client.refused("changes", rows=0, stamp=None)


@pytest.mark.parametrize(
    ("op", "arguments"),
    [
        ("columns", {"from": -1}),
        ("columns", {"from": "0"}),
        ("columns", {"store": "7"}),
        ("columns", {"store": None}),
        ("columns", {"root": 99}),
        ("changes", {}),
        ("changes", {"rows": True}),
        ("node", {"row": 99}),
        ("node", {"row": -1}),
        ("node", {"row": 1.5}),
        ("node", {}),
        ("value", {"hash": "zz"}),
        ("value", {"hash": "zz" * 16}),
        ("value", {"hash": "00" * 16}),
        ("value", {"hash": ["00"]}),
        ("search", {}),
        ("search", {"text": "x" * 20_000}),
        ("talk", {"row": None}),
        ("locate", {"uid": "nonsense"}),
        ("locate", {"uid": 5}),
        ("remove", {"row": 10**30}),
        ("nothing", {}),
        ("__init__", {}),
    ],
)
def test_wrong_requests_are_answered_with_what_is_wrong(
    store: Store, client: Client, op: str, arguments: dict[str, Any]
) -> None:
    run("only")
    client.load()
    header, buffers = client.backend.answer({"id": 5, "op": op, "store": "0", **arguments})
    assert header["id"] == 5
    assert header["ok"] is False
    assert len(header["error"]) > 10
    assert tuple(buffers) == ()


@pytest.mark.parametrize("request_", [None, 5, [], "hello", {}, {"op": ["hello"]}, {"id": {}, "op": "x"}])
def test_what_is_no_request(client: Client, request_: Any) -> None:
    header, _ = client.backend.answer(request_)
    assert header["ok"] is False


@pytest.mark.parametrize("stamp", [None, "", "a.b", 7, "x" * 9 + ".1.1.1.1.1", [], {"a": 1}])
def test_a_stamp_of_another_index_asks_to_begin_anew(store: Store, client: Client, stamp: Any) -> None:
    run("only")
    client.load()
    client.stamp = stamp
    client.refresh()
    assert client.resets == 1
    assert len(client) == 7


def test_very_many_changes_ask_to_begin_anew(
    store: Store, client: Client, agrees: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interlab.ui.browser.rows.MAX_CHANGED", 5)
    node = run("only", 10)
    client.load()
    store.remove(node)
    client.refresh()
    assert client.resets == 1
    agrees(client, store)


def test_details_hold_what_the_node_refers_to(store: Store, client: Client) -> None:
    texts = [f"message {number} " * 60 for number in range(4)]
    with TracingNode("call", inputs={"messages": texts, "image": Image(b"\x89PNG" + bytes(2_000))}) as node:
        node.set_result("long " * 300)
    client.load()
    detail, _ = client.ask("node", row=0)
    assert detail["uid"] == node.uid
    assert detail["cut"] == []
    assert detail["heads"] == {}
    texts_sent = [value for value in detail["values"].values() if isinstance(value, str)]
    assert set(texts) <= set(texts_sent)
    (files,) = [value for value in detail["values"].values() if isinstance(value, dict) and value.get("$") == "bytes"]
    assert base64.b64decode(files["v"]).startswith(b"\x89PNG")


def test_what_is_too_large_comes_when_it_is_asked_for(store: Store, client: Client) -> None:
    huge = '"quoted" \\ äöü 😀\n' * 60_000
    looks_like_json = b'"a text"' + b" " * 600_000
    with TracingNode("call", inputs={"huge": huge, "small": "s" * 600, "file": Blob(looks_like_json)}):
        pass
    client.load()
    detail, _ = client.ask("node", row=0)
    assert "s" * 600 in detail["values"].values()
    assert len(detail["cut"]) == 2
    heads = {detail["heads"][name]["head"]: name for name in detail["cut"]}
    head = max(heads, key=len)
    assert 3_000 < len(head) <= 4_096
    assert huge.startswith(head)
    assert client.ask("value", hash=heads[head])[0] == huge
    assert client.ask("value", hash=heads[head], offset=9, limit=20)[0] == huge[9:29]
    file = client.ask("value", hash=heads[""])[0]
    assert base64.b64decode(file["v"]) == looks_like_json


def test_a_damaged_value_does_not_hide_the_others(store: Store, client: Client) -> None:
    with TracingNode("call", inputs={"one": "a" * 600, "two": "b" * 600}) as node:
        node.set_result("fine")
    client.load()
    first = next(iter(client.ask("node", row=0)[0]["values"]))
    store.journal.write(
        lambda connection: connection.execute("DELETE FROM value WHERE hash=?", (bytes.fromhex(first),))
    )
    store.journal.write(lambda connection: connection.execute("UPDATE node SET meta=x'ff'"))
    detail, _ = client.ask("node", row=0)
    assert detail["fields"]["result"] == "fine"
    assert detail["fields"]["meta"]["why"] == "damaged"
    assert detail["values"][first]["why"] == "damaged"


def test_search_finds_beginnings_of_words_and_open_nodes(store: Store, client: Client) -> None:
    with TracingNode("first", inputs={"text": "the warranty of the car"}):
        pass
    gone = run("gone warranty", 1)
    store.remove(gone)
    with TracingNode("second") as node:
        node.add_input("text", "no warranty here")
        client.load()

        def rows(text: str) -> list[int]:
            _, (buffer,) = client.ask("search", text=text)
            return array("I", bytes(buffer)).tolist()

        assert rows("warr") == [0, 1]
        assert rows("warr ") == []
        assert rows('"warranty of"') == [0]
        assert rows("HERE no") == [1]
        assert rows("") == []
        assert rows('" \0 * NEAR(') == []


def test_a_store_without_text_index_says_so(store: Store, client_of: Any) -> None:
    run("only")
    store.flush()
    reading = open_store(store.path, read_only=True)
    client = client_of(reading, can_remove=True)
    client.load()
    assert client.ask("search", text="only")[0] == {"total": 0, "indexed": False}
    hello = client.ask("hello")[0]
    assert hello["canRemove"] is False
    assert hello["stores"][0]["readOnly"] is True
    assert "reading only" in client.refused("remove", row=0)
    reading.close()


def test_removing(store: Store, client: Client, client_of: Any, agrees: Any) -> None:
    run("first")
    run("second")
    client.load()
    assert client.ask("hello")[0]["canRemove"] is True
    assert client.ask("remove", row=0)[0] == 7
    client.refresh()
    agrees(client, store)
    with TracingNode("running"):
        client.refresh()
        assert "running" in client.refused("remove", row=14)
    never = client_of(store)
    never.load()
    assert "can be removed" in never.refused("remove", row=7)


def test_answers_from_many_threads(store: Store) -> None:
    backend = Backend([store])
    wrong: list[str] = []

    def ask() -> None:
        for _ in range(30):
            for request in ({"op": "columns", "from": 0}, {"op": "node", "row": 0}, {"op": "search", "text": "words"}):
                header, _ = backend.answer({"id": 1, "store": "0", **request})
                if not header["ok"]:
                    wrong.append(header["error"])

    run("first")
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(10):
        run(f"run {number}")
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_run_as_a_conversation(store: Store, client: Client) -> None:
    colors = {"Ann": "#ff0000", "Ben": "#00ff00", "Cat": "#0000ff"}

    def told(actor: str, words: str) -> None:
        meta = {"actor": actor, "color": colors[actor]}
        with TracingNode(actor, kind="observe", inputs={"observation": words}, meta=meta):
            pass

    with TracingNode("talk", kind="run") as node:
        told("Ann", "You are rich.")
        with TracingNode("step 4", kind="step", meta={"step": 4}) as step:
            with TracingNode("Ann", kind="query", meta={"actor": "Ann", "color": colors["Ann"]}) as query:
                with TracingNode("thoughts", kind="model") as thoughts:
                    thoughts.set_result("Say less.")
                with TracingNode("demo", kind="model") as call:
                    call.set_result("{}")
                query.set_result({"message": "Hello Ben", "action": "offer", "price": 3000})
            told("Ann", "Ann: Hello Ben")
            told("Ben", "Ann: Hello Ben")
            told("Cat", "It rains.")
            step.add_event("offer", 3000)
            step.set_result({"speaker": "Ann", "message": "Hello Ben", "action": "offer", "price": 3000})
        with TracingNode("step 5", kind="step", meta={"step": 5}):
            for name in ("Ben", "Cat"):
                with TracingNode(name, kind="query", meta={"actor": name, "color": colors[name]}) as query:
                    query.set_result("x" * 9_000 if name == "Cat" else "Both at once")
    client.load()
    talk, _ = client.ask("talk", row=0)
    names = [speaker["name"] for speaker in talk["speakers"]]
    assert {one["name"]: one["color"] for one in talk["speakers"]} == colors
    short = [
        (turn["kind"], names[turn["speaker"]] if turn["speaker"] >= 0 else "", turn["text"][:26], turn["step"])
        for turn in talk["turns"]
    ]
    assert short == [
        ("observe", "Ann", "You are rich.", None),
        ("thought", "Ann", "Say less.", 4),
        ("say", "Ann", "Hello Ben\n[offer 3,000]", 4),
        ("observe", "Cat", "It rains.", 4),
        ("event", "", "offer: 3000", 4),
        ("say", "Ben", "Both at once", 5),
        ("say", "Cat", "x" * 26, 5),
    ]
    thought, said = talk["turns"][1:3]
    assert [names[one] for one in said["to"]] == ["Ann", "Ben"]
    assert said["private"] is True, "Cat was not told"
    uids = [client.ask("node", row=row)[0]["uid"] for row in (said["call"], said["row"], thought["call"])]
    assert uids == [call.uid, node.children[1].children[0].uid, thoughts.uid]
    long = talk["turns"][-1]
    assert (len(long["text"]), long["cut"], long["to"]) == (MAX_TEXT, True, None)


def test_the_conversation_of_what_is_no_run(store: Store, client: Client) -> None:
    with TracingNode("call"):
        with TracingNode("demo", kind="model") as node:
            node.set_result("an answer")
    client.load()
    (turn,) = client.ask("talk", row=0)[0]["turns"]
    assert (turn["text"], turn["row"], turn["call"]) == ("an answer", 1, 1)
    assert client.ask("talk", row=1)[0]["turns"] == []


def test_text_that_is_not_valid_unicode_can_be_sent(store: Store, client_of: Any) -> None:
    with TracingNode("\ud800 run", kind="run", inputs={"a": "\udfff"}) as node:
        with TracingNode("\ud801", kind="query", meta={"actor": "\ud802"}) as query:
            query.set_result("said \ud803")
        node.add_event("\ud804", "\ud805")
        client = client_of(store, focus=node)
        client.load()
        for op in ("hello", "node", "talk"):
            value, buffers = client.ask(op, row=0)
            assert pack({"ok": True, "value": value}, buffers)
    assert "said" in client.ask("talk", row=0)[0]["turns"][0]["text"]
