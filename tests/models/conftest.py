"""Servers on loopback for the tests of models."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from interlab.models.faults import forget_providers

sys.path.insert(0, str(Path(__file__).parent))

import fault_server


@pytest.fixture
def server() -> Iterator[fault_server.FaultServer]:
    """A server that fails as it is asked to; nothing is known of it yet."""
    forget_providers()
    with fault_server.fault_server() as running:
        yield running
    forget_providers()
