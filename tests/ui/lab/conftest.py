"""A real Chromium, as the tests of the trace browser have it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "browser" / "drivers"))

from real_browser import chromium, jupyter, without

__all__ = ["chromium", "jupyter", "without"]


@pytest.fixture
def expect() -> Any:
    """Playwright's assertions, which wait for what is expected."""
    from playwright.sync_api import expect

    expect.set_options(timeout=20_000)
    return expect
