"""What the servers of pages have in common: whom they answer, how much they read, and where they listen."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interlab.errors import InvalidArgument

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guarded:
    """Refuses requests that were not meant for this server, and adds the headers that every answer has.

    Args:
        app: what is guarded.
        hosts: the names, with ports, by which the server is reached.
        policy: the content security policy of its answers.
        scheme: of the address by which it is reached from outside; ``http`` counts always.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str], policy: str, scheme: str = "http") -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._origins = {f"{one}://{host}" for one in ("http", scheme) for host in self._hosts}
        self._headers = {**_HEADERS, "Content-Security-Policy": policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        hosts = [value.lower() for name, value in headers if name == "host"]
        origins = [value.lower() for name, value in headers if name == "origin"]
        sites = [value for name, value in headers if name == "sec-fetch-site"]
        refusal = None
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            refusal = "This server answers to its own address only."
        elif any(origin not in self._origins for origin in origins) or (
            scope["path"] != "/" and any(site not in ("same-origin", "none") for site in sites)
        ):
            refusal = "This server answers to its own pages only."

        async def guarded_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    added.setdefault(name, value)
            await send(message)

        if refusal is not None:
            await PlainTextResponse(refusal, 403)(scope, receive, guarded_send)
        else:
            await self._app(scope, receive, guarded_send)


async def body_of(request: Request, most: int) -> bytes | None:
    """A request's body; None when it has more bytes than `most`, of which no more are read."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            return None
    return bytes(body)


def listening_at(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Args:
        host: a name or an address of this machine.
        port: 0 takes one that is free.

    Raises:
        InvalidArgument: the port can't be used.
    """
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name != "nt":  # there it would let another program listen at the same port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        raise InvalidArgument(f"Port {port} of {host} can't be used ({error}). Take port=0 for a free one.") from error
    return listening
