"""People elsewhere: a page with one seat a person, each behind a secret link of its own.

The secret stands behind the ``#`` of the link. Browsers send that nowhere; the page's script reads it and sends it as a
header, which no other site can do. So nothing is in cookies, several seats can be open in one browser, and who has no
link sees an empty page. A seat's secret is forgotten when it is closed, so links can't be used again after a run.
"""

from __future__ import annotations

import asyncio
import contextvars
import html
import math
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from interlab.errors import InvalidArgument
from interlab.people.console import Answer, Console, Question
from interlab.people.face import source
from interlab.people.guard import Guarded, body_of, listening_at
from interlab.people.notebook import cell_here
from interlab.people.seats import Seat
from interlab.people.terminal import visible

ADDRESS = "127.0.0.1"
MAX_REQUEST = 1_000_000
WAIT_S = 20.0
"""How long a window's question for news stays open."""
PRESENT_S = 5.0
"""A window that asked nothing for so long is gone."""
FAREWELL_S = 1.5
"""How long closing waits at most for windows to hear of it."""

_SHELL = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>InterLab</title>'
    '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">'
    '<link rel="icon" href="data:,"><link rel="stylesheet" href="seat.css"></head>'
    '<body class="ilp-page"><main id="seat" class="ilp"></main><script type="module" src="page.js"></script></body>'
    "</html>"
)
_FILES = {
    "form.js": "text/javascript",
    "seat.js": "text/javascript",
    "page.js": "text/javascript",
    "seat.css": "text/css",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors "
)
_NOTEBOOKS = "http://127.0.0.1:* http://localhost:* https://127.0.0.1:* https://localhost:*"


class PageConsole(Console):
    """A page on which several people play, each in a seat of their own. As a context manager it closes at the end.

    Args:
        seats: the names of seats whose links are wanted before anybody is asked; others get theirs when they are.
        host: the address to listen at. By default this machine alone can reach the page; for others either listen at
            an address of this machine, or lead them here through a tunnel (then give its `address`).
        port: to listen at; 0 takes one that is free.
        address: how the page is reached from elsewhere, such as ``"https://play.example.org"``. What goes over plain
            ``http`` can be read on the way.
        announce: is told ``(seat, link)`` when somebody is asked whose link nobody has; prints it by default.
        in_cell: show the page in the notebook's cell too.
        why: what the message says why the page is asked at.

    Attributes:
        port: where it listens.

    Raises:
        InvalidArgument: a port or an address that can't be used.
    """

    def __init__(
        self,
        seats: Iterable[str] = (),
        *,
        host: str = ADDRESS,
        port: int = 0,
        address: str | None = None,
        announce: Callable[[str, str], None] | None = None,
        in_cell: bool = False,
        why: str = "",
    ) -> None:
        self._lock = threading.Lock()
        self._places: dict[str, _Place] = {}
        self._closed = False
        self._in_cell = in_cell
        self._announce = announce or (_shown_in_cell(why) if in_cell else _printed)
        _address_of(host, port, address)  # what can't be meant is said before anything is opened
        self._socket = listening_at(host, port)
        self.port: int = self._socket.getsockname()[1]
        self._address = _address_of(host, self.port, address)
        names = {urlsplit(self._address).netloc.lower(), *(f"{name}:{self.port}" for name in (ADDRESS, "localhost"))}
        policy = _POLICY + (_NOTEBOOKS if in_cell else "'none'")
        app = Guarded(self._app(), names, policy, urlsplit(self._address).scheme)
        config = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, date_header=False, lifespan="off",
            timeout_graceful_shutdown=2, ws="none",
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="interlab-people", daemon=True)
        # In an empty context: the thread must not hold the node that it happened to be started in.
        contextvars.Context().run(self._thread.start)
        for name in seats:
            self.link(name)

    # What runs use --------------------------------------------------------------------------------------

    def link(self, seat: str) -> str:
        """The secret link of a seat. Whoever has it sees what the actor sees, and answers for it."""
        return f"{self._address}/#{self._place(seat, known=True).secret}"

    @property
    def links(self) -> dict[str, str]:
        """All links so far, by seat."""
        with self._lock:
            names = list(self._places)
        return {name: self.link(name) for name in names}

    def ask(self, question: Question, *, stop: threading.Event | None = None) -> Answer:
        place = self._place(question.seat)
        with self._lock:
            cell = cell_here() if self._in_cell else None
            announce = not place.known or (cell is not None and cell != place.cell)
            place.known, place.cell = True, cell
        if announce:
            self._announce(question.seat, f"{self._address}/#{place.secret}")
        return place.seat.ask(question, stop=stop)

    def show(self, seat: str, text: str) -> None:
        with self._lock:
            place = self._places.get(seat)
        if place is not None:
            place.seat.show(text)

    def rest(self, seat: str) -> None:
        with self._lock:
            place = self._places.get(seat)
        if place is not None:
            place.seat.rest()

    def is_present(self, seat: str) -> bool:
        """Whether somebody has the page of a seat open."""
        with self._lock:
            place = self._places.get(seat)
        return place is not None and (place.windows > 0 or time.monotonic() - place.last_s < PRESENT_S)

    def wait_for(self, *seats: str, timeout_s: float | None = None) -> bool:
        """Wait until the pages of seats are open, of all so far by default.

        Args:
            *seats: their names.
            timeout_s: seconds at most, ≥ 0.

        Returns:
            Whether they are.
        """
        wanted = seats or tuple(self.links)
        until = math.inf if timeout_s is None else time.monotonic() + timeout_s
        while not all(map(self.is_present, wanted)):
            if time.monotonic() >= until:
                return False
            time.sleep(0.05)
        return True

    def close(self) -> None:
        """Say on all pages that the run is over, forget the links, and stop serving."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            places = list(self._places.values())
        for place in places:
            place.seat.close()
        now = time.monotonic()
        looking = [place for place in places if place.windows or now - place.last_s < FAREWELL_S]
        # Windows that look are told before their links are forgotten; one may be between two questions for news.
        while not all(place.told_over and not place.windows for place in looking):
            if time.monotonic() > now + FAREWELL_S:
                break
            time.sleep(0.01)
        with self._lock:
            self._places.clear()
        if self._thread.is_alive():
            self._server.should_exit = True
            self._thread.join(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "closed" if self._closed else f"at {self._address}"
        return f"<PageConsole of {', '.join(self._places) or 'no seats'}, {state}>"

    def _place(self, seat: str, *, known: bool = False) -> _Place:
        with self._lock:
            if self._closed:
                raise InvalidArgument("This page is closed; make a new PageConsole.")
            if seat not in self._places:
                self._places[seat] = _Place(Seat(seat))
            self._places[seat].known |= known
            return self._places[seat]

    # What it serves -------------------------------------------------------------------------------------

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", self._index),
                Route("/api/view", self._view),
                Route("/api/answer", self._answer, methods=["POST"]),
                Route("/api/cancel", self._cancel, methods=["POST"]),
                *(Route(f"/{name}", self._file) for name in _FILES),
            ]
        )

    def _run(self) -> None:
        try:
            asyncio.run(self._server.serve(sockets=[self._socket]))
        finally:
            self._socket.close()

    def _of(self, request: Request) -> _Place | None:
        """The seat whose secret a request brings."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        secret = given.encode() if scheme.lower() == "bearer" else b""
        with self._lock:
            places = list(self._places.values())
        found = None
        for place in places:  # all of them, so that the time says nothing
            if secrets.compare_digest(secret, place.secret.encode()):
                found = place
        return found

    async def _index(self, request: Request) -> Response:
        return Response(_SHELL, media_type="text/html")

    async def _file(self, request: Request) -> Response:
        name = request.url.path.removeprefix("/")
        return Response(source(name), media_type=_FILES[name])

    async def _view(self, request: Request) -> Response:
        place = self._of(request)
        if place is None:
            return _stranger()
        text = request.query_params.get("after", "-1")
        after = int(text) if text.removeprefix("-").isdecimal() and len(text) < 18 else -1
        loop, news = asyncio.get_running_loop(), asyncio.Event()

        def told() -> None:
            try:
                loop.call_soon_threadsafe(news.set)
            except RuntimeError:  # the server has stopped
                pass

        stop = place.seat.listen(told)
        place.windows += 1
        try:
            until = loop.time() + WAIT_S
            while place.seat.version == after and not place.seat.is_closed and loop.time() < until:
                news.clear()
                try:
                    await asyncio.wait_for(news.wait(), 0.5)
                except TimeoutError:
                    if await request.is_disconnected():
                        break
            changed = place.seat.version != after or place.seat.is_closed
            view = await run_in_threadpool(place.seat.view) if changed else {}
            place.told_over |= view.get("over", False)
            return _json(view)
        finally:
            place.windows -= 1
            place.last_s = time.monotonic()
            stop()

    async def _answer(self, request: Request) -> Response:
        return await self._posted(request, lambda seat, asked: seat.submit(asked.get("question"), asked.get("value")))

    async def _cancel(self, request: Request) -> Response:
        return await self._posted(request, lambda seat, asked: seat.cancel(asked.get("question")))

    async def _posted(self, request: Request, act: Callable[[Seat, dict[str, Any]], dict[str, Any]]) -> Response:
        place = self._of(request)
        if place is None:
            return _stranger()
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return PlainTextResponse("An answer is JSON.", 415)
        body = await body_of(request, MAX_REQUEST)
        if body is None:
            return PlainTextResponse("The answer is too long.", 413)
        try:
            asked = orjson.loads(body)
        except orjson.JSONDecodeError:
            asked = None
        if not isinstance(asked, dict):
            return PlainTextResponse("An answer is a JSON object.", 400)
        return _json(await run_in_threadpool(act, place.seat, asked))


class _Place:
    """A seat, its secret, and who looks at it."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.secret = secrets.token_urlsafe(24)
        self.known = False
        self.cell: str | None = None
        self.windows = 0
        self.told_over = False
        self.last_s = -math.inf


def _stranger() -> Response:
    return PlainTextResponse("This needs the link of a seat.", 403)


def _json(value: dict[str, Any]) -> Response:
    try:
        body = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # whole numbers beyond 64 bits, and broken Unicode
        import json

        body = json.dumps(value, default=str).encode("ascii", "backslashreplace")
    return Response(body, media_type="application/json")


def _address_of(host: str, port: int, address: str | None) -> str:
    if address is None:
        if host in ("0.0.0.0", "::", ""):
            raise InvalidArgument(
                "Listening everywhere, the page can't tell how it is reached: give address=, such as "
                f'"http://my-machine:{port or 8080}".'
            )
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query:
        raise InvalidArgument(
            f'address= is like "https://play.example.org" or "http://10.0.0.7:8080"; got {address!r}.'
        )
    return f"{parts.scheme}://{parts.netloc}"


def _printed(seat: str, link: str) -> None:
    print(f"{visible(seat)} is asked at {link}", file=sys.stderr, flush=True)


def _shown_in_cell(why: str) -> Callable[[str, str], None]:
    def show(seat: str, link: str) -> None:
        from IPython.display import display

        shown: Any = display
        name, address = html.escape(seat), html.escape(link)
        frame = (
            f'<div style="margin:4px 0">{html.escape(why)} {name} is asked below, and at '
            f'<a href="{address}" target="_blank" rel="noopener noreferrer">a page of its own</a>.</div>'
            f'<iframe src="{address}" title="{name}" style="width:100%;max-width:780px;height:620px;border:0"></iframe>'
        )
        shown({"text/html": frame, "text/plain": f"{why} {seat} is asked at {link}".strip()}, raw=True)

    return show
