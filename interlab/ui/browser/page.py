"""The browser as a page on this machine: a server on loopback that only whoever has its address may ask.

The address carries a token, which the first visit turns into a cookie that scripts can't read and other sites don't
send. Requests under another host's name (a rebound DNS name) or from another origin are refused; nothing allows other
origins to read; the page may load nothing from elsewhere and runs no script but its own.
"""

from __future__ import annotations

import asyncio
import base64
import contextvars
import os
import secrets
import threading
import webbrowser
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from interlab.errors import InvalidArgument, StoreReadOnly
from interlab.people.guard import Guarded, body_of, listening_at
from interlab.tracing import Store, open_store
from interlab.ui.browser import bundle
from interlab.ui.browser.backend import Backend, node_of
from interlab.ui.browser.live import Watcher
from interlab.ui.browser.protocol import Push, pack, refused
from interlab.ui.html_text import escape

ADDRESS = "127.0.0.1"
MAX_REQUEST = 100_000
_ALIVE_EVERY_S = 15.0
_START = (
    'import { mount, PageTransport } from "./browser.js";\n'
    # The token goes out of the address bar and of the history. No redirection: after one from another site's link
    # the browser would keep the cookie back.
    'if (location.search) history.replaceState(null, "", "/" + location.hash);\n'
    'const first = document.getElementById("il-first")?.textContent;\n'
    'mount(document.getElementById("il"), new PageTransport(document.baseURI, null, first), { host: "page" });\n'
)
POLICY = (
    f"default-src 'none'; script-src 'self' {bundle.digest(_START)}; style-src 'self' 'unsafe-inline'; "
    "img-src data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Page:
    """A running server. As a context manager it stops at the end of the block.

    Args:
        backend: what answers.
        port: to listen at; 0 takes one that is free.
        closes: stores that are closed at the end.

    Attributes:
        url: the address to open, with the token. Whoever has it can read the stores.
        port: where it listens.
    """

    def __init__(self, backend: Backend, *, port: int = 0, closes: Sequence[Store] = ()) -> None:
        self._backend = backend
        self._closes = closes
        self._token = secrets.token_urlsafe(24)
        self._socket = listening_at(ADDRESS, port)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{ADDRESS}:{self.port}/?token={self._token}"
        self._cookie = f"interlab-{self.port}"
        self._watcher = Watcher(backend)
        self._ends = asyncio.Event()
        self._stopped = threading.Event()
        hosts = {f"{name}:{self.port}" for name in (ADDRESS, "localhost")}
        config = uvicorn.Config(
            Guarded(self._app(), hosts, POLICY), log_config=None, access_log=False, server_header=False,
            date_header=False, lifespan="off", timeout_graceful_shutdown=2, ws="none",
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="interlab-page", daemon=True)
        # In an empty context: the thread must not hold the node that it happened to be started in.
        contextvars.Context().run(self._thread.start)

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", self._index),
                Route("/api", self._api, methods=["POST"]),
                Route("/events", self._events),
                Route("/browser.js", self._script),
                Route("/more.js", self._more),
                Route("/browser.css", self._style),
                Route("/plotly.min.js", self._plotly),
            ]
        )

    def _run(self) -> None:
        async def run() -> None:
            self._loop = asyncio.get_running_loop()
            await self._server.serve(sockets=[self._socket])

        try:
            asyncio.run(run())
        finally:
            self._socket.close()
            self._backend.keep()
            for store in self._closes:
                store.close()
            self._stopped.set()

    # Its life -----------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Stop serving, and close the stores that were opened for it. Stopping twice does no harm."""
        if self._thread.is_alive():
            self._server.should_exit = True
            loop = getattr(self, "_loop", None)
            if loop is not None and not loop.is_closed():
                try:
                    loop.call_soon_threadsafe(self._ends.set)
                except RuntimeError:  # closed in between
                    pass
            self._thread.join()

    def wait(self) -> None:
        """Serve until it is stopped, or until Ctrl-C, which stops it."""
        try:
            while not self._stopped.wait(1.0):
                pass
        except KeyboardInterrupt:
            self.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        state = "stopped" if self._stopped.is_set() else f"at http://{ADDRESS}:{self.port}"
        return f"<Page of {self._backend.title!r}, {state}>"

    # What it serves -----------------------------------------------------------------------------------

    def _may(self, request: Request) -> bool:
        """Whether a request comes with the token: in the cookie, the header, or the address."""
        scheme, _, header = request.headers.get("authorization", "").partition(" ")
        given = (
            request.cookies.get(self._cookie),
            header if scheme.lower() == "bearer" else None,
            request.query_params.get("token"),
        )
        token = self._token.encode()
        return any(one is not None and secrets.compare_digest(one.encode(), token) for one in given)

    async def _index(self, request: Request) -> Response:
        if not self._may(request):
            return PlainTextResponse(
                "This page needs the whole address that was printed when it was started, with its token.", 403
            )
        title = escape(self._backend.title) or "InterLab"
        first = await run_in_threadpool(self._backend.first)
        data = base64.b64encode(first[1]).decode() if first is not None else ""
        response = Response(
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            '<meta name="color-scheme" content="light dark">'
            f"{bundle.ICON}"
            f'<title>{title}</title><link rel="stylesheet" href="browser.css">'
            f'<link rel="modulepreload" href="browser.js"></head><body><div id="il"></div>'
            f'<script type="application/octet-stream" id="il-first">{data}</script>'
            f'<script type="module">{_START}</script></body></html>\n',
            media_type="text/html",
        )
        if "token" in request.query_params:
            response.set_cookie(self._cookie, self._token, httponly=True, samesite="strict", path="/")
        return response

    async def _api(self, request: Request) -> Response:
        if not self._may(request):
            return PlainTextResponse("The token is missing.", 403)
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return PlainTextResponse("A request is JSON.", 415)
        body = await body_of(request, MAX_REQUEST)
        if body is None:
            return PlainTextResponse("The request is too long.", 413)
        try:
            asked = orjson.loads(body)
        except orjson.JSONDecodeError:
            asked = None
        header, buffers = await run_in_threadpool(self._backend.answer, asked)
        try:
            packed = pack(header, buffers)
        except TypeError as error:  # what can't be sent must not leave the page waiting
            packed = pack(refused(asked, f"The answer could not be sent: {error}"))
        return Response(b"".join(packed), media_type="application/octet-stream")

    async def _events(self, request: Request) -> Response:
        if not self._may(request):
            return PlainTextResponse("The token is missing.", 403)
        return StreamingResponse(self._pushes(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    async def _pushes(self) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        # One push a store waits at most: a page that is slow is told once.
        waiting: dict[str, Push] = {}
        news = asyncio.Event()

        def take(push: Push) -> None:
            waiting[push["store"]] = push
            news.set()

        def told(push: Push) -> None:
            try:
                loop.call_soon_threadsafe(take, push)
            except RuntimeError:  # the server has stopped
                pass

        stop = await run_in_threadpool(self._watcher.listen, told)
        number = 0
        try:
            yield b"retry: 1000\n\n"
            while not self._ends.is_set():
                done = [asyncio.ensure_future(news.wait()), asyncio.ensure_future(self._ends.wait())]
                try:
                    await asyncio.wait(done, timeout=_ALIVE_EVERY_S, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for one in done:
                        one.cancel()
                    await asyncio.gather(*done, return_exceptions=True)
                if not waiting:
                    yield b": still here\n\n"  # also how a page that is gone is noticed
                news.clear()
                while waiting:
                    _, push = waiting.popitem()
                    number += 1
                    yield b"data: " + orjson.dumps({**push, "number": number}) + b"\n\n"
        finally:
            stop()

    async def _script(self, request: Request) -> Response:
        return Response(bundle.script(), media_type="text/javascript")

    async def _more(self, request: Request) -> Response:
        return Response(bundle.more(), media_type="text/javascript")

    async def _style(self, request: Request) -> Response:
        return Response(bundle.style(), media_type="text/css")

    async def _plotly(self, request: Request) -> Response:
        path = bundle.plotly_path()
        if path is None or not self._may(request):
            return PlainTextResponse("There is no plotly here.", 404)
        return FileResponse(path, media_type="text/javascript", headers={"Cache-Control": "private, max-age=86400"})


def serve(
    *stores: Store | str | Path,
    port: int = 0,
    open_browser: bool = False,
    focus: Any = None,
    can_remove: bool = True,
) -> Page:
    """Serve stores as a page on this machine, in a thread of its own.

    Args:
        *stores: open stores, or paths of stores, which are opened for as long as the page is served: for writing where
            that is possible, so that they can be searched.
        port: to listen at; 0 takes one that is free.
        open_browser: open the page in the user's browser.
        focus: show only this node or run of the one store, and what is below it.
        can_remove: whether nodes may be removed in the page, which asks first.

    Returns:
        The page, with its `url`. It serves until `stop()`, or the end of the process.

    Raises:
        InvalidArgument: no store, or a port that can't be used.
        NotAStore, StoreVersionError, StoreCorrupt, StoreReadOnly: of a path.
    """
    if not stores:
        raise InvalidArgument("Give at least one store, or the path of one.")
    if focus is not None and len(stores) > 1:
        raise InvalidArgument("A node can be focused on in one store only.")
    opened: list[Store] = []
    try:
        given = [store if isinstance(store, Store) else _opened(Path(store), opened) for store in stores]
        backend = Backend(given, focus=node_of(focus), can_remove=can_remove)
        page = Page(backend, port=port, closes=opened)
    except BaseException:
        for store in opened:
            store.close()
        raise
    if open_browser:
        webbrowser.open(page.url)
    return page


def _opened(path: Path, opened: list[Store]) -> Store:
    # Looking must not make a store.
    read_only = not path.exists() or not os.access(path, os.W_OK)
    try:
        store = open_store(path, read_only=read_only)
    except StoreReadOnly:
        store = open_store(path, read_only=True)
    opened.append(store)
    return store
