"""The real Chromium of every test that looks at pages, as fixtures for a conftest to hand on."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator

import lab_driver
import page_driver
import pytest


def missing(what: str) -> None:
    """Without its tools a test can't run: a reason to skip at home, a fault where everything must be tested."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} Tests of what people see must run where CI is set.")
    pytest.skip(what)


@pytest.fixture(scope="session")
def without() -> Callable[[str], None]:
    """Skips a test for want of something, or fails it where CI is set."""
    return missing


# By module and not by session: while it runs, Playwright keeps an event loop running, which asynchronous tests
# can't stand.
@pytest.fixture(scope="module")
def chromium() -> Iterator[page_driver.Chromium]:
    """A running Chromium."""
    try:
        program = page_driver.find_browser().find()
        if program is None:
            missing(page_driver.find_browser().MISSING)
    except FileNotFoundError as error:
        missing(str(error))
    if importlib.util.find_spec("playwright") is None:
        missing("No Playwright: pip install playwright.")
    with page_driver.chromium(program) as running:
        yield running


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[lab_driver.Server]:
    """A running JupyterLab."""
    if importlib.util.find_spec("jupyterlab") is None:
        missing("No JupyterLab: pip install jupyterlab.")
    with lab_driver.running("lab", tmp_path_factory.mktemp("jupyter")) as server:
        yield server
