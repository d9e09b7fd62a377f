"""Refuses every connection that would leave the machine.

conftest.py enforces it in the tests' own process; `sitecustomize.py` beside it does so in every Python
that a test starts (command line, notebook kernels, killed writers).
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

LOCAL_NAMES = {"", "localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"}


class NetworkBlocked(RuntimeError):
    """A test tried to reach another machine.

    No OSError on purpose: clients would take it for a passing fault, try again and hide it.

    Attributes:
        address: what was to be reached.
    """

    def __init__(self, address: object) -> None:
        super().__init__(
            f"Tests run without a network: {address!r} is not on this machine. "
            "Use a scripted model, a recorded reply, or a server on 127.0.0.1."
        )
        self.address = address


def is_local(host: object) -> bool:
    """Whether a host name or address can only mean this machine; None and "" bind to all its interfaces."""
    if host is None:
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if text.lower() in LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def enforce() -> None:
    """Guard the sockets and the name look-up of this process; a second call changes nothing."""
    if getattr(socket, "loopback_only", False):
        return
    socket.loopback_only = True  # type: ignore[attr-defined]

    def guard_method(name: str, address_at: int) -> None:
        original = getattr(socket.socket, name)

        def guarded(self: socket.socket, *args: Any) -> Any:
            internet = self.family in (socket.AF_INET, socket.AF_INET6)
            if internet and args and not is_local(args[address_at][0]):
                raise NetworkBlocked(args[address_at])
            return original(self, *args)

        setattr(socket.socket, name, guarded)

    guard_method("connect", 0)
    guard_method("connect_ex", 0)
    guard_method("sendto", -1)

    resolve = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not is_local(host):
            raise NetworkBlocked(host)
        return resolve(host, *args, **kwargs)

    socket.getaddrinfo = getaddrinfo
