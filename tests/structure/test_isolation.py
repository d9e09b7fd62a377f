"""The tests' own walls hold: no network but loopback, no keys, an empty home."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from loopback_only import NetworkBlocked, is_local

OUTSIDE = ("192.0.2.1", 80)  # reserved for documentation: never routed


def test_a_connection_to_another_machine_is_refused() -> None:
    with socket.socket() as client, pytest.raises(NetworkBlocked) as caught:
        client.connect(OUTSIDE)
    assert caught.value.address == OUTSIDE
    with socket.socket() as client, pytest.raises(NetworkBlocked):
        client.connect_ex(OUTSIDE)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client, pytest.raises(NetworkBlocked):
        client.sendto(b"x", OUTSIDE)


def test_names_of_other_machines_are_not_looked_up() -> None:
    with pytest.raises(NetworkBlocked, match="example"):
        socket.create_connection(("example.invalid", 443))


async def test_asyncio_is_held_too() -> None:
    with pytest.raises(NetworkBlocked):
        await asyncio.open_connection(*OUTSIDE)


def test_loopback_stays_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("localhost", port)) as client:
            client.sendall(b"hello")
            accepted, _ = server.accept()
            with accepted:
                assert accepted.recv(5) == b"hello"


def test_what_counts_as_local() -> None:
    local = [None, "", "localhost", b"localhost", "127.0.0.1", "127.8.9.1", "::1", "0.0.0.0", "::1%lo"]
    assert [host for host in local if not is_local(host)] == []
    other = [
        "example.org",
        "10.0.0.1",
        "192.168.0.1",
        "2001:db8::1",
        "localhost.example.org",
        "127.0.0.1.nip.io",
    ]
    assert [host for host in other if is_local(host)] == []


def test_a_python_started_by_a_test_is_held_too() -> None:
    code = f"import socket; socket.create_connection({OUTSIDE!r}, timeout=5)"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert finished.returncode == 1
    assert "NetworkBlocked" in finished.stderr


def test_home_is_empty_and_there_are_no_keys() -> None:
    assert Path.home().name.startswith("interlab-tests-")
    assert [name for name in os.environ if name.endswith("_API_KEY")] == []
