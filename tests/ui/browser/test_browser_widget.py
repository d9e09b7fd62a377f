"""The widget: without a kernel, and in a real one whose front end is played here."""

from __future__ import annotations

import base64
import json
import struct
import sys
import time
from array import array
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from interlab.tracing import Store, TracingNode, open_store
from interlab.ui.browser import TraceBrowser, bundle, index
from interlab.ui.browser.protocol import COLUMNS

Sent = list[tuple[dict[str, Any], list[Any]]]


@pytest.fixture
def browser_of() -> Iterator[Callable[..., tuple[TraceBrowser, Sent]]]:
    """Makes a widget, and collects what it sends."""
    made: list[TraceBrowser] = []

    def make(*arguments: Any, **options: Any) -> tuple[TraceBrowser, Sent]:
        browser = TraceBrowser(*arguments, **options)
        made.append(browser)
        sent: Sent = []
        browser.send = lambda content, buffers=None: sent.append((content, buffers or []))  # type: ignore[method-assign]
        return browser, sent

    yield make
    for browser in made:
        browser.close()


def ask(browser: TraceBrowser, op: str, **arguments: Any) -> None:
    browser._handle_custom_msg({"id": 9, "op": op, "store": "0", **arguments}, [])


def until(condition: Callable[[], Any]) -> None:
    give_up = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < give_up, "it did not come"
        time.sleep(0.02)


def test_answers_come_as_messages_and_stay_out_of_the_notebook(store: Store, browser_of: Any) -> None:
    with TracingNode("SECRET NAME", inputs={"a": "SECRET VALUE"}):
        pass
    browser, sent = browser_of(store, height=300)
    ask(browser, "hello")
    ask(browser, "columns", **{"from": 0})
    ask(browser, "node", row=0)
    ask(browser, "nonsense")
    assert [message["ok"] for message, _ in sent] == [True, True, True, False]
    assert sent[0][0]["value"]["canRemove"] is True
    assert len(sent[1][1]) == len(COLUMNS)
    assert sent[2][0]["value"]["fields"]["inputs"] == {"a": "SECRET VALUE"}
    state = browser.get_state()
    assert state["height"] == 300
    assert state["_esm"] == bundle.script()
    assert "SECRET" not in json.dumps(state, default=str)


def test_the_first_rows_come_with_the_widget_until_something_was_asked(store: Store, browser_of: Any) -> None:
    with TracingNode("SECRET NAME", inputs={"a": "SECRET VALUE"}):
        pass
    browser, sent = browser_of(store)
    first = browser.get_state()["_first"]
    (length,) = struct.unpack_from("<I", first)
    header = json.loads(first[4 : 4 + length])
    ask(browser, "columns", **{"from": 0})
    assert header["value"]["columns"] == sent[0][0]["value"]
    assert header["value"]["hello"]["stores"][0]["name"] == "lab.db"
    assert header["buffers"] == [len(buffer) for buffer in sent[0][1]]
    assert browser.get_state()["_first"] is None


def test_what_is_new_since_the_first_rows_is_sent_unasked(store: Store, browser_of: Any) -> None:
    with TracingNode("first"):
        pass
    browser, sent = browser_of(store)
    ask(browser, "node", row=0)
    with TracingNode("second"):
        until(lambda: len(sent) > 1)
    push, _ = sent[1]
    assert (push["push"], push["value"]["from"], push["value"]["rows"]) == ("changes", 1, 1)


def test_a_store_that_takes_long_to_read_is_shown_before_it_is_read(
    store: Store, browser_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        with TracingNode(f"node {number}"):
            pass
    monkeypatch.setattr(index, "BATCH", 5)
    assert browser_of(store)[0]._first is not None
    monkeypatch.setattr(index, "BATCH", 4)
    other = open_store(store.path, read_only=True)
    assert browser_of(other)[0]._first is None
    # Once it was read it is at hand.
    index.index_of(other).update()
    assert browser_of(other)[0]._first is not None
    other.close()
    assert browser_of(other)[0]._first is None


def test_new_data_is_sent_unasked(store: Store, browser_of: Any) -> None:
    browser, sent = browser_of(store)
    ask(browser, "columns", **{"from": 0})
    with TracingNode("new") as node:
        until(lambda: len(sent) > 1)
        push, buffers = sent[1]
        assert (push["push"], push["number"], push["value"]["rows"]) == ("changes", 1, 1)
        assert len(buffers) == 2 * len(COLUMNS)
        node.set_result("done")
    until(lambda: sent[-1][0]["value"]["changed"] == [0])
    assert [message["number"] for message, _ in sent[1:]] == list(range(1, len(sent)))
    number = len(sent)
    time.sleep(0.3)
    assert len(sent) == number, "nothing is new"


def test_a_front_end_that_loads_is_only_told_that_there_is_something(store: Store, browser_of: Any) -> None:
    browser, sent = browser_of(store)
    ask(browser, "hello")
    with TracingNode("new"):
        until(lambda: len(sent) > 1)
    assert sent[1] == ({"push": "changes", "store": "0", "number": 1}, [])


def test_what_is_new_elsewhere_is_not_sent(store: Store, browser_of: Any) -> None:
    with TracingNode("shown") as node:
        pass
    browser, sent = browser_of(node)
    ask(browser, "columns", **{"from": 0})
    with TracingNode("other"):
        pass
    time.sleep(0.4)
    assert len(sent) == 1
    node.add_tag("late")
    until(lambda: len(sent) > 1)
    assert sent[1][0]["value"]["changed"] == [0]


def test_the_first_rows_are_offered_to_a_front_end_that_can_not_ask(store: Store, browser_of: Any) -> None:
    browser, sent = browser_of(store)
    with TracingNode("runs while the cell does"):
        data, _ = browser._repr_mimebundle_()
        until(lambda: sent)
        push, buffers = sent[0]
        assert (push["push"], push["hello"]["title"], push["value"]["rows"]) == ("start", "lab.db", 1)
        assert len(buffers) == 2 * len(COLUMNS)
        with TracingNode("more"):
            until(lambda: any(message["push"] == "changes" for message, _ in sent))
    ask(browser, "hello")
    assert "application/vnd.jupyter.widget-view+json" in data


def test_the_bundle_has_a_picture_and_a_tree(store: Store, browser_of: Any) -> None:
    with TracingNode("outer <b>", kind="run") as node, TracingNode("inner"):
        pass
    for what in (store, node):
        browser, _ = browser_of(what)
        ask(browser, "hello")
        data, _ = browser._repr_mimebundle_()
        assert "outer &lt;b&gt;" in data["text/html"]
        assert "<script" not in data["text/html"]
        assert "inner" in data["text/plain"]
        assert len(data["text/html"]) < 100_000


def test_in_colab_buffers_are_base64(store: Store, browser_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with TracingNode("work"):
        pass
    monkeypatch.setitem(sys.modules, "google.colab", sys)
    browser, sent = browser_of(store)
    ask(browser, "columns", **{"from": 0})
    message, buffers = sent[0]
    assert buffers == []
    assert array("i", base64.b64decode(message["base64"][0])).tolist() == [-1]


def test_a_closed_store_is_said(store: Store, browser_of: Any) -> None:
    other = open_store(":memory:")
    browser, sent = browser_of(other)
    other.close()
    ask(browser, "columns", **{"from": 0})
    assert "closed" in sent[0][0]["error"]
    assert browser._repr_mimebundle_()[0]["text/html"] == ""


SETUP = """
import interlab as il
from interlab.ui.browser.widget import TraceBrowser, show
store = il.open_store("lab.db")
with store, il.TracingNode("first"):
    pass
"""
BUSY = """
import time
with store, il.TracingNode("while the cell runs", kind="run"):
    for number in range(6):
        with il.TracingNode(f"step {number}"):
            time.sleep(0.15)
"""


class Kernel:
    """A kernel, and the front end of its one widget."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.model = ""
        self.received: list[Any] = []

    def run(self, code: str) -> list[Any]:
        """Run a cell; returns the messages on the way, the widget's own among them."""
        asked = self.client.execute(code)
        messages: list[Any] = []
        while True:
            message = self.client.get_iopub_msg(timeout=30)
            messages.append(message)
            kind, content = message["msg_type"], message["content"]
            assert kind != "error", content["evalue"]
            if kind == "comm_open" and content["data"]["state"].get("_model_module") == "anywidget":
                self.model = content["comm_id"]
            if (
                kind == "status"
                and content["execution_state"] == "idle"
                and message["parent_header"].get("msg_id") == asked
            ):
                return messages

    def send(self, content: dict[str, Any]) -> Any:
        """Ask as the front end does; returns the answer."""
        data = {"method": "custom", "content": content}
        message = self.client.session.msg("comm_msg", {"comm_id": self.model, "data": data})
        self.client.shell_channel.send(message)
        while True:
            for found in self.custom([self.client.get_iopub_msg(timeout=30)]):
                if found["content"]["data"]["content"].get("id") == content["id"]:
                    return found

    def custom(self, messages: list[Any]) -> list[Any]:
        return [
            message
            for message in messages
            if message["msg_type"] == "comm_msg"
            and message["content"]["comm_id"] == self.model
            and message["content"]["data"]["method"] == "custom"
        ]


@pytest.fixture
def kernel(tmp_path: Any) -> Iterator[Kernel]:
    manager_module = pytest.importorskip("jupyter_client.manager")
    manager, client = manager_module.start_new_kernel(kernel_name="python3", cwd=str(tmp_path))
    try:
        yield Kernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_in_a_real_kernel(kernel: Kernel) -> None:
    kernel.run(SETUP)
    shown = [one for one in kernel.run("browser = show(store)") if one["msg_type"] == "display_data"]
    widget, picture = (one["content"]["data"] for one in shown)
    assert set(picture) == {"text/html", "text/plain"}
    assert "first" in picture["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in widget
    answer = kernel.send({"id": 1, "op": "columns", "store": "0", "from": 0})
    assert answer["content"]["data"]["content"]["value"]["rows"] == 1
    assert [len(buffer) for buffer in answer["buffers"]][:4] == [4, 1, 1, 8]
    # While a cell runs the kernel answers nothing; what is new comes by itself.
    pushes = [one["content"]["data"]["content"] for one in kernel.custom(kernel.run(BUSY))]
    assert len(pushes) >= 3
    assert {push["push"] for push in pushes} == {"changes"}
    numbers = [push["number"] for push in pushes]
    assert numbers == list(range(1, len(numbers) + 1))
    rows = 1 + sum(push["value"]["rows"] for push in pushes)
    final = kernel.send({"id": 2, "op": "columns", "store": "0", "from": 0})["content"]["data"]["content"]["value"]
    assert final["rows"] == 8
    assert 6 <= rows <= 8, "nearly all came while the cell ran"


def test_a_widget_shown_by_the_cell_that_runs(kernel: Kernel) -> None:
    kernel.run(SETUP)
    messages = kernel.custom(kernel.run(f"show(store)\n{BUSY}"))
    pushes = [message["content"]["data"]["content"] for message in messages]
    assert pushes[0]["push"] == "start"
    assert pushes[0]["hello"]["stores"][0]["name"] == "lab.db"
    assert len(pushes) >= 3
