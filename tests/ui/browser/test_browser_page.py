"""The page: a real server on loopback, asked as a browser asks, and as an attacker would."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from interlab.errors import InvalidArgument, NotAStore
from interlab.tracing import Store, TracingNode, open_store
from interlab.ui.browser import Page, serve
from interlab.ui.browser.protocol import unpack


@pytest.fixture
def page(store: Store) -> Iterator[Page]:
    with TracingNode("work", inputs={"text": "x" * 2_000}):
        pass
    with serve(store) as page:
        yield page


@pytest.fixture
def visitor(page: Page) -> Iterator[httpx.Client]:
    """Somebody who has opened the page."""
    with httpx.Client(base_url=f"http://127.0.0.1:{page.port}") as client:
        assert client.get(page.url).status_code == 200
        yield client


def asked(client: httpx.Client, op: str, **arguments: Any) -> tuple[Any, list[bytes]]:
    response = client.post("/api", json={"id": 3, "op": op, "store": "0", **arguments})
    assert response.status_code == 200
    header, buffers = unpack(response.content)
    assert header["ok"], header
    return header["value"], buffers


def test_the_page_loads_and_answers(visitor: httpx.Client, page: Page) -> None:
    response = visitor.get("/")
    assert response.status_code == 200
    assert "<title>lab.db</title>" in response.text
    assert visitor.get("/browser.js").headers["content-type"].startswith("text/javascript")
    assert visitor.get("/more.js").headers["content-type"].startswith("text/javascript")
    assert visitor.get("/more.js").text == asked(visitor, "more")[0]
    assert visitor.get("/browser.css").headers["content-type"].startswith("text/css")
    value, buffers = asked(visitor, "columns", **{"from": 0})
    assert value["rows"] == 1
    assert [len(buffer) for buffer in buffers][:4] == [4, 1, 1, 8]
    assert asked(visitor, "node", row=0)[0]["values"]
    assert "lab.db" in repr(page)


def test_the_first_rows_come_with_the_page(visitor: httpx.Client, page: Page) -> None:
    text = visitor.get("/").text
    [data] = re.findall('<script type="application/octet-stream" id="il-first">([^<]*)</script>', text)
    header, buffers = unpack(base64.b64decode(data))
    value, columns = asked(visitor, "columns", **{"from": 0})
    assert header["value"] == {"hello": asked(visitor, "hello")[0], "columns": value}
    assert buffers == columns
    assert value["names"] == ["work"]


def test_the_policy_lets_nothing_in(visitor: httpx.Client) -> None:
    for path in ("/", "/browser.js", "/nothing"):
        headers = visitor.get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self' 'sha256-")
        assert "unsafe-eval" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert not [name for name in headers if name.startswith("access-control-")]


def test_without_the_token_nothing_is_told(page: Page) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{page.port}") as client:
        assert client.get("/").status_code == 403
        assert client.get("/?token=wrong").status_code == 403
        assert client.get("/?token=ä").status_code == 403
        assert client.get("/events").status_code == 403
        assert client.get("/plotly.min.js").status_code == 404
        assert client.post("/api", json={"op": "hello"}).status_code == 403
        assert client.cookies == {}
        token = page.url.partition("token=")[2]
        for scheme in ("Bearer", "bearer"):
            headers = {"Authorization": f"{scheme} {token}"}
            assert client.post("/api", json={"op": "hello"}, headers=headers).status_code == 200
        assert client.post("/api", json={"op": "hello"}, headers={"Authorization": f"Basic {token}"}).status_code == 403


def test_the_cookie_is_kept_from_scripts_and_other_sites(page: Page) -> None:
    cookie = httpx.get(page.url).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert f"interlab-{page.port}=" in cookie


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.test"},
        {"Host": "evil.test:{port}"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1.evil.test:{port}"},
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_other_names_and_origins_are_refused(visitor: httpx.Client, page: Page, headers: dict[str, str]) -> None:
    """A page of another site, or one whose name was rebound to this machine, even with the cookie."""
    given = {name: value.format(port=page.port) for name, value in headers.items()}
    response = visitor.post("/api", json={"op": "hello"}, headers=given)
    assert response.status_code == 403
    assert "lab.db" not in response.text
    assert visitor.get("/events", headers=given).status_code == 403


def test_its_own_origin_is_let_in(visitor: httpx.Client, page: Page) -> None:
    for host in ("127.0.0.1", "localhost"):
        headers = {
            "Host": f"{host}:{page.port}",
            "Origin": f"http://{host}:{page.port}",
            "Sec-Fetch-Site": "same-origin",
        }
        assert visitor.post("/api", json={"op": "hello"}, headers=headers).status_code == 200


def test_two_hosts_are_one_too_many(page: Page) -> None:
    with socket.create_connection(("127.0.0.1", page.port)) as connection:
        token = page.url.partition("token=")[2]
        hosts = f"Host: 127.0.0.1:{page.port}\r\nHost: evil.test"
        request = f"GET /?token={token} HTTP/1.1\r\n{hosts}\r\n\r\n"
        connection.sendall(request.encode())
        assert b" 4" in connection.recv(100)[:12]


def test_requests_that_are_none(visitor: httpx.Client) -> None:
    assert visitor.post("/api", content=b"op=hello").status_code == 415
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert visitor.post("/api", content=b"op=hello", headers=form).status_code == 415
    assert visitor.post("/api", json={"op": "search", "text": "x" * 200_000}).status_code == 413
    assert visitor.get("/api").status_code == 405
    assert visitor.get("/../../etc/passwd").status_code == 404
    wrong = visitor.post("/api", content=b"{nonsense", headers={"Content-Type": "application/json"})
    header, _ = unpack(wrong.content)
    assert header["ok"] is False


def test_it_listens_on_loopback_only(page: Page) -> None:
    assert page._socket.getsockname()[0] == "127.0.0.1"


class Events:
    """What a page hears from the server."""

    def __init__(self, client: httpx.Client) -> None:
        self.pushes: list[Any] = []
        self.came = threading.Event()
        self.open = threading.Event()
        self._client = client
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()
        assert self.open.wait(10)

    def _listen(self) -> None:
        with contextlib.suppress(httpx.HTTPError), self._client.stream("GET", "/events", timeout=30) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            for line in response.iter_lines():
                self.open.set()
                if line.startswith("data: "):
                    self.pushes.append(json.loads(line[6:]))
                    self.came.set()

    def wait(self) -> None:
        assert self.came.wait(10), "nothing was heard"
        self.came.clear()


def test_new_data_is_told(visitor: httpx.Client, store: Store) -> None:
    events = Events(visitor)
    time.sleep(0.3)
    events.came.clear()
    with TracingNode("new"):
        events.wait()
        value, _ = asked(visitor, "changes", rows=0, stamp=asked(visitor, "columns", **{"from": 0})[0]["stamp"])
        assert value["rows"] == 2
    code = f"import interlab as il\nwith il.open_store({store.path!r}), il.TracingNode('of another process'): pass"
    time.sleep(0.3)
    events.came.clear()
    subprocess.run([sys.executable, "-c", code], check=True)
    events.wait()
    assert {push["store"] for push in events.pushes} == {"0"}
    assert [push["number"] for push in events.pushes] == list(range(1, len(events.pushes) + 1))
    before = len(events.pushes)
    for _ in range(300):
        with TracingNode("many"):
            pass
    time.sleep(0.5)
    assert 1 <= len(events.pushes) - before <= 8, "notices are few, however much is new"


def test_stopping_ends_what_listens(store: Store, page: Page, visitor: httpx.Client) -> None:
    events = Events(visitor)
    page.stop()
    page.stop()
    events.thread.join(10)
    assert not events.thread.is_alive()
    with pytest.raises(httpx.ConnectError):
        httpx.get(page.url)
    assert len(store) == 1, "a store that was given stays open"
    assert "stopped" in repr(page)
    assert not [thread for thread in threading.enumerate() if thread.name == "interlab-page"]


def test_paths_are_opened_and_closed(store: Store, tmp_path: Path) -> None:
    with TracingNode("work"):
        pass
    store.flush()
    with open_store(tmp_path / "other.db") as other, TracingNode("elsewhere"):
        pass
    other.close()
    with serve(store.path, tmp_path / "other.db", can_remove=False) as page:
        with httpx.Client(base_url=f"http://127.0.0.1:{page.port}") as client:
            client.get(page.url)
            hello, _ = asked(client, "hello")
            assert [info["name"] for info in hello["stores"]] == ["lab.db", "other.db"]
            assert hello["canRemove"] is False
            assert asked(client, "search", text="elsewhere", store="1")[0] == {"total": 1, "indexed": True}
        opened = page._closes
    assert [one.journal.closed for one in opened] == [True, True]


def test_one_node_of_a_store(store: Store) -> None:
    with TracingNode("other"):
        pass
    with TracingNode("this") as node, TracingNode("inside"):
        pass
    with serve(store, focus=node) as page, httpx.Client(base_url=f"http://127.0.0.1:{page.port}") as client:
        client.get(page.url)
        assert asked(client, "columns", **{"from": 0})[0]["rows"] == 2


def test_what_can_not_be_served(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="at least one store"):
        serve()
    with pytest.raises(NotAStore):
        serve(tmp_path / "nothing.db")
    assert not (tmp_path / "nothing.db").exists()
    with serve(store) as page, pytest.raises(InvalidArgument, match=str(page.port)):
        serve(store, port=page.port)
    with pytest.raises(InvalidArgument, match="70000"):
        serve(store.path, port=70_000)
    with TracingNode("node") as node, pytest.raises(InvalidArgument, match="one store"):
        serve(store, store, focus=node)


def test_the_title_is_text(tmp_path: Path) -> None:
    with open_store(tmp_path / "<script>alert(1)<") as store, TracingNode("x"), serve(store) as page:
        text = httpx.get(page.url).text
    store.close()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;" in text
