from __future__ import annotations

import importlib.util
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from interlab.tracing import Store, open_store

FIND_BROWSER = Path(__file__).parents[2] / "scripts" / "find_browser.py"


def find_browser() -> Any:
    """scripts/find_browser.py, which is no package's module."""
    if "find_browser" not in sys.modules:
        spec = importlib.util.spec_from_file_location("find_browser", FIND_BROWSER)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules["find_browser"] = module
    return sys.modules["find_browser"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store in a file, current for the length of the test."""
    store = open_store(tmp_path / "lab.db")
    try:
        with store:
            yield store
    finally:
        store.close()


def missing(what: str) -> None:
    """Without a browser a test can't run: a reason to skip at home, a fault where everything must be tested."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}; tests that look at pages must run where CI is set")
    pytest.skip(what)


@dataclass
class Visit:
    """What happened while a page was open.

    Attributes:
        page: Playwright's page.
        requests: addresses asked for that are neither the page itself nor data in it, and what became of them:
            ``"csp"`` when the policy stopped them.
        dialogs: texts of the dialogs that scripts opened.
        connections: what was sent to any host under .test on any port.
    """

    page: Any
    requests: dict[str, str] = field(default_factory=dict)
    dialogs: list[str] = field(default_factory=list)
    connections: list[bytes] = field(default_factory=list)

    def unstopped(self) -> dict[str, str]:
        """Requests that were not stopped before they went out: by the policy or, of files beside the page, by the
        sandbox, whichever comes first."""
        stopped = {"http": ("csp",), "https": ("csp",), "file": ("csp", "other")}
        return {url: fate for url, fate in self.requests.items() if fate not in stopped.get(url.partition(":")[0], ())}


class Browser:
    """Chromium for which every host under .test is one listening socket here, and no other host exists."""

    def __init__(self, browser: Any, connections: list[bytes]) -> None:
        self._browser = browser
        self._connections = connections

    @contextmanager
    def visit(self, path: Path, *, width: int = 1280, scheme: str = "light") -> Iterator[Visit]:
        self._connections.clear()
        context = self._browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        visit = Visit(page, connections=self._connections)

        def dismissed(dialog: Any) -> None:
            visit.dialogs.append(dialog.message)
            dialog.dismiss()

        def asked(request: Any) -> None:
            if not request.url.startswith(("data:", "about:", path.as_uri())):
                visit.requests[request.url] = "asked"

        def failed(request: Any) -> None:
            if request.url in visit.requests:
                visit.requests[request.url] = request.failure or "failed"

        page.on("dialog", dismissed)
        context.on("request", asked)
        context.on("requestfailed", failed)
        try:
            page.goto(path.as_uri(), wait_until="load")
            yield visit
        finally:
            context.close()


# By module and not by session: while it runs, Playwright keeps an event loop running, which asynchronous tests
# can't stand.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        program = find_browser().find()
    except FileNotFoundError as error:
        missing(str(error))
    if program is None:
        missing(find_browser().MISSING)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("no Playwright: pip install playwright")
    connections: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        threading.Thread(target=_listen, args=(server, connections), daemon=True).start()
        # The browser itself wants to talk to its makers: that goes nowhere.
        rules = f"--host-resolver-rules=MAP *.test 127.0.0.1:{port}, MAP * ~NOTFOUND"
        with sync_playwright() as playwright:
            arguments = [*find_browser().CHROMIUM_ARGUMENTS, rules]
            chromium = playwright.chromium.launch(executable_path=program, args=arguments)
            try:
                yield Browser(chromium, connections)
            finally:
                chromium.close()


def _listen(server: socket.socket, connections: list[bytes]) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:  # closed at the end
            return
        with connection:
            connection.settimeout(0.5)
            try:
                connections.append(connection.recv(200))
            except OSError:
                connections.append(b"")
