"""A real Chromium, as the tests of the trace browser have it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "browser" / "drivers"))

import page_driver


def missing(what: str) -> None:
    """Without its tools a test can't run: a reason to skip at home, a fault where everything must be tested."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} Tests of what people see must run where CI is set.")
    pytest.skip(what)


@pytest.fixture(scope="session")
def without() -> Callable[[str], None]:
    """Skips a test for want of something, or fails it where CI is set."""
    return missing


@pytest.fixture(scope="module")
def chromium() -> Iterator[page_driver.Chromium]:
    try:
        program = page_driver.find_browser().find()
        if program is None:
            missing(page_driver.find_browser().MISSING)
    except FileNotFoundError as error:
        missing(str(error))
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        missing("No Playwright: pip install playwright.")
    with page_driver.chromium(program) as running:
        yield running


@pytest.fixture
def expect() -> Any:
    """Playwright's assertions, which wait for what is expected."""
    from playwright.sync_api import expect

    expect.set_options(timeout=20_000)
    return expect
