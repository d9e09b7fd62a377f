"""Connections to servers that speak OpenAI's interfaces.

Every call under way has an HTTP client of its own, taken from those at rest: so the sockets of one call can be
closed from another thread without touching its neighbours'.
"""

from __future__ import annotations

import json
import socket
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from interlab.errors import ModelCallFailed, ModelUnavailable
from interlab.models.cancelling import abortable, ending_in_time


class OpenAIConnection:
    """Clients for one server.

    Args:
        name: the model's name, for messages.
        client: a synchronous `openai.OpenAI` of the user's. Its own retries are switched off for our calls, or
            they would multiply ours; its sockets are left alone.
        base_url: the server, for clients made here.
        api_key: its key.
        key_variable: where the key is looked up at the first call, if not given.
        fallback_key: what is sent where neither gives one, for servers that want no key.
    """

    def __init__(
        self,
        name: str,
        *,
        client: Any = None,
        base_url: str | None = None,
        api_key: str | None = None,
        key_variable: str = "OPENAI_API_KEY",
        fallback_key: str | None = None,
    ) -> None:
        self._name = name
        self._given = client
        self._base_url = base_url
        self._api_key = api_key
        self._key_variable = key_variable
        self._fallback_key = fallback_key
        self._made: Any = None
        self._context: Any = None
        self._resting: list[_OwnClient] = []
        self._lock = threading.Lock()

    @property
    def owns_sockets(self) -> bool:
        """Whether calls can be cut off."""
        return self._given is None

    @contextmanager
    def client(self) -> Iterator[Any]:
        """A client for one call, whose sockets are closed if the call is given up.

        Raises:
            ModelUnavailable: there is no key.
            ModelCallFailed: the server's answer is no JSON.
        """
        if self._given is not None:
            with ending_in_time(), _json_expected():
                yield self._given.with_options(max_retries=0)
            return
        own = self._take()
        try:
            with abortable(own.cut), _json_expected():
                yield own.client
        except Exception:
            self._give_back(own)  # a refusal leaves the connection in order; a broken one is dropped by its client
            raise
        except BaseException:
            own.close()
            raise
        else:
            self._give_back(own)

    def _give_back(self, own: _OwnClient) -> None:
        if own.is_cut:
            own.close()
            return
        with self._lock:
            self._resting.append(own)

    def close(self) -> None:
        """Close the connections at rest. Later calls open new ones."""
        with self._lock:
            resting, self._resting = self._resting, []
        for own in resting:
            own.close()

    def _take(self) -> _OwnClient:
        with self._lock:
            if self._resting:
                return self._resting.pop()
            if self._made is None:
                self._made, self._context = self._make()
            return _OwnClient(self._made, self._context)

    def _make(self) -> tuple[Any, Any]:
        import os

        import openai

        key = self._api_key or os.environ.get(self._key_variable) or self._fallback_key
        if not key:
            raise ModelUnavailable(
                f"{self._name} can't be reached without a key. Set {self._key_variable}, or give api_key= to get_model."
            )
        try:
            made = openai.OpenAI(api_key=key, base_url=self._base_url, max_retries=0)
        except openai.OpenAIError as error:
            raise ModelUnavailable(f"{self._name} can't be reached: {error}") from error
        # Reading the trusted certificates takes long, so all clients share them.
        return made, _http().create_ssl_context()


@contextmanager
def _json_expected() -> Iterator[None]:
    try:
        yield
    except json.JSONDecodeError as error:
        raise ModelCallFailed(
            f"The server's answer is no valid JSON ({error}), so it was cut short, or this is no model's server."
        ) from error


def _http() -> Any:
    """The HTTP library that the installed `openai` uses."""
    import openai

    for kind in openai.DefaultHttpxClient.__mro__:
        module = kind.__module__.partition(".")[0]
        if module.startswith("httpx"):
            import importlib

            return importlib.import_module(module)
    raise ModelUnavailable("The installed openai package is of a version that is not known here.")


class _Sockets:
    """The sockets that an HTTP client has opened."""

    def __init__(self) -> None:
        self._opened: list[Any] = []
        self._lock = threading.Lock()
        self.is_cut = False

    def watch(self, request: Any) -> None:
        """Have a request tell what it does."""
        request.extensions["trace"] = self._note

    def _note(self, event: str, facts: Any) -> None:
        # A connection is opened once, and again by each layer of encryption around it.
        stream: Any = facts.get("return_value") if event.endswith(".complete") else None
        if not hasattr(stream, "get_extra_info"):
            return
        opened = stream.get_extra_info("socket")
        with self._lock:
            self._opened = [*self._opened[-3:], opened]
            late = self.is_cut
        if late:
            _shut(opened)

    def cut(self) -> None:
        """End the call under way: its socket is shut down, which wakes the thread that reads from it."""
        with self._lock:
            self.is_cut = True
            opened = self._opened
        for one in opened:
            _shut(one)


class _OwnClient:
    """An `openai` client that makes one call at a time."""

    def __init__(self, like: Any, context: Any) -> None:
        import openai

        self._sockets = _Sockets()
        self._http = openai.DefaultHttpxClient(verify=context, event_hooks={"request": [self._sockets.watch]})
        self.client = like.with_options(http_client=self._http)
        # Dropped with its model, or left to the end of the process: open sockets are closed without complaint.
        weakref.finalize(self, self._http.close)

    @property
    def is_cut(self) -> bool:
        """Whether its call was given up."""
        return self._sockets.is_cut

    def cut(self) -> None:
        """End the call under way."""
        self._sockets.cut()

    def close(self) -> None:
        """Close everything."""
        self._http.close()


def _shut(opened: Any) -> None:
    try:
        # Not the method of the object itself: that of an encrypted socket pulls the cipher from under the reader.
        socket.socket.shutdown(opened, socket.SHUT_RDWR)
    except OSError:
        pass  # closed already
