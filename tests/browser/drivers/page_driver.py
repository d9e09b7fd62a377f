"""Drives the trace browser in a real Chromium, and notes whatever happens in it that must not."""

from __future__ import annotations

import importlib.util
import re
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCRIPTS = Path(__file__).parents[3] / "scripts"
HEIGHT = 860


def find_browser() -> Any:
    """scripts/find_browser.py, which is no package's module."""
    if "find_browser" not in sys.modules:
        spec = importlib.util.spec_from_file_location("find_browser", SCRIPTS / "find_browser.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules["find_browser"] = module
    return sys.modules["find_browser"]


_STOPPED = re.compile(r"Loading the \w+ '([^']+)' violates the following Content Security Policy directive")


@dataclass
class Visit:
    """What happened while a page was open.

    Attributes:
        page: Playwright's page.
        requests: addresses that were asked for, other than data in the page itself.
        stopped: those of them that a content security policy stopped.
        dialogs: texts of the dialogs that scripts opened.
        popups: addresses of windows that were opened.
        errors: errors that no script caught.
        policy: what the page's policy stopped.
        connections: what was sent to any host under .test.
    """

    page: Any
    requests: list[str] = field(default_factory=list)
    stopped: set[str] = field(default_factory=set)
    dialogs: list[str] = field(default_factory=list)
    popups: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    policy: list[str] = field(default_factory=list)
    connections: list[bytes] = field(default_factory=list)

    @property
    def app(self) -> App:
        """The first trace browser in the page."""
        return App(self.page, self.page.locator(".il-root").first)

    def foreign(self, own: str) -> list[str]:
        """What was asked for beyond an address, and not stopped by a policy before it went out."""
        return [url for url in self.requests if not url.startswith(own) and url not in self.stopped]


class Chromium:
    """Chromium for which every host under .test is one listening socket here, and no other host exists."""

    def __init__(self, browser: Any, connections: list[bytes]) -> None:
        self.browser = browser
        self._connections = connections

    @contextmanager
    def visit(
        self,
        url: str | None = None,
        *,
        width: int = 1280,
        height: int = HEIGHT,
        scheme: str = "light",
        offline: bool = False,
        permissions: tuple[str, ...] = (),
    ) -> Iterator[Visit]:
        """Open a page, and see what happens until the end of the block."""
        self._connections.clear()
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, permissions=list(permissions)
        )
        context.set_default_timeout(30_000)
        if offline:
            context.set_offline(True)
        page = context.new_page()
        visit = Visit(page, connections=self._connections)

        def dismissed(dialog: Any) -> None:
            visit.dialogs.append(dialog.message)
            dialog.dismiss()

        def asked(request: Any) -> None:
            if not request.url.startswith(("data:", "about:", "blob:")):
                visit.requests.append(request.url)

        def failed(request: Any) -> None:
            if request.failure == "csp":
                visit.stopped.add(request.url)

        def told(message: Any) -> None:
            if "Content Security Policy" in message.text:
                visit.policy.append(message.text)
                # Not every request that was stopped is reported as failed before its element is gone.
                visit.stopped.update(_STOPPED.findall(message.text))

        page.on("dialog", dismissed)
        page.on("popup", lambda popup: visit.popups.append(popup.url))
        page.on("pageerror", lambda error: visit.errors.append(f"{error}\n{error.stack or ''}"))
        page.on("console", told)
        context.on("request", asked)
        context.on("requestfailed", failed)
        try:
            if url is not None:
                page.goto(url, wait_until="load")
            yield visit
        finally:
            context.close()


@contextmanager
def chromium(program: str, arguments: tuple[str, ...] = ()) -> Iterator[Chromium]:
    """A headless Chromium for the length of the block."""
    from playwright.sync_api import sync_playwright

    connections: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        threading.Thread(target=_listen, args=(server, connections), daemon=True).start()
        # The browser itself wants to talk to its makers: that goes nowhere.
        rules = f"--host-resolver-rules=MAP *.test 127.0.0.1:{port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        quiet = [*find_browser().CHROMIUM_ARGUMENTS, rules, *arguments]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=quiet)
            try:
                yield Chromium(browser, connections)
            finally:
                browser.close()


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


class App:
    """One trace browser in a page.

    Args:
        page: Playwright's page.
        root: the element it is mounted in.
    """

    def __init__(self, page: Any, root: Any) -> None:
        self.page = page
        self.root = root
        self.tree = root.get_by_role("tree", name="Nodes")
        self.items = root.get_by_role("treeitem")
        self.detail = root.locator("[data-detail]")
        self.search_box = root.get_by_role("searchbox", name="Search names and contents")
        self.found = root.locator(".il-found")
        self.status = root.locator(".il-status")
        self.chosen = root.locator('[role=treeitem][aria-selected="true"]')
        self.path = root.get_by_role("navigation", name="Path of the node")

    def tab(self, name: str) -> None:
        """Put a view in front."""
        self.root.get_by_role("tab", name=name, exact=True).click()

    def press(self, *keys: str) -> None:
        """Keys to the tree."""
        self.tree.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def names(self) -> list[str]:
        """Names of the lines in sight, from the top."""
        texts: list[str] = self.items.locator(".il-name").all_inner_texts()
        return texts

    def item(self, name: str) -> Any:
        """The first line in sight whose name is just this."""
        return self.items.filter(has=self.page.locator(f".il-name:text-is('{name}')")).first

    def expand_all(self) -> None:
        self.root.get_by_role("button", name="Expand all").click()

    def search(self, text: str) -> None:
        self.search_box.fill(text)

    def live(self) -> int:
        """Nodes that the status line counts."""
        return int(self.status.locator("span").first.inner_text().split()[0].replace(",", ""))
