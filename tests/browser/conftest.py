"""A real Chromium, and stores for it to show. Interlab itself needs no browser but the reader's own."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

import interlab as il

sys.path.insert(0, str(Path(__file__).parent / "drivers"))

from real_browser import chromium, jupyter, without
from sale import sell

__all__ = ["chromium", "jupyter", "without"]


@pytest.fixture(scope="session")
def car_sale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a car sale, and a fork of it."""
    path: Path = tmp_path_factory.mktemp("car_sale") / "car_sale.db"
    store = il.open_store(path)
    sell(store)
    store.close()
    return path


class View:
    """`interlab view` as it is run in a terminal."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process = process
        self.url = url
        self.origin = url.partition("?")[0]

    def stop(self) -> None:
        """Ctrl-C."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@contextmanager
def viewing(*paths: Path) -> Iterator[View]:
    command = [str(Path(sys.executable).with_name("interlab")), "view", "--no-browser", *map(str, paths)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        view = View(process, process.stdout.readline().strip())
        try:
            yield view
        finally:
            view.stop()


@pytest.fixture(scope="module")
def view() -> Iterator[Callable[..., View]]:
    """Starts `interlab view` for stores; it is stopped at the end of the module."""
    with ExitStack() as stack:
        yield lambda *paths: stack.enter_context(viewing(*paths))


@pytest.fixture
def expect() -> Any:
    """Playwright's assertions, which wait for what is expected."""
    from playwright.sync_api import expect

    expect.set_options(timeout=15_000)
    return expect
