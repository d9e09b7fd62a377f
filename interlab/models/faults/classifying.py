"""What an error of any client says: whether it may pass by itself, and when to ask again.

Clients share no base class, and wrap each other's errors. So the error and its causes are walked from the outside
in, and judged by status codes, by names of classes, and by the words that providers put into ``code``.
"""

from __future__ import annotations

import http.client
import math
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Literal, TypeAlias

from interlab.errors import InterLabError, ModelCallFailed, ModelTimeout, RateLimited
from interlab.models.model import is_timeout

Kind: TypeAlias = Literal["rate_limit", "timeout", "connection", "server", "other"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error says.

    Args:
        kind: ``"rate_limit"`` (429), ``"timeout"``, ``"connection"`` (nobody there, or broken off), ``"server"``
            (5xx), or ``"other"``, which asking again will not mend.
        status: the HTTP status, where there is one.
        retry_after_s: seconds that the server asks to wait, where it does.
    """

    kind: Kind
    status: int | None = None
    retry_after_s: float | None = None

    @property
    def passes(self) -> bool:
        """Whether the same call may succeed later."""
        return self.kind != "other"

    @property
    def is_outage(self) -> bool:
        """Whether the provider may be down. One that refuses is not."""
        return self.kind in ("timeout", "connection", "server")


OTHER = Fault("other")

_EXHAUSTED = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}
"""Refused with 429, but for money and not for the rate: waiting does not help."""

_WORDS: dict[str, Kind] = {
    "rate_limit_exceeded": "rate_limit",
    "rate_limit_error": "rate_limit",
    "RESOURCE_EXHAUSTED": "rate_limit",
    "ThrottlingException": "rate_limit",
    "TooManyRequestsException": "rate_limit",
    "server_error": "server",
    "api_error": "server",
    "overloaded_error": "server",
    "UNAVAILABLE": "server",
    "INTERNAL": "server",
    "ServiceUnavailableException": "server",
    "InternalServerException": "server",
    "DEADLINE_EXCEEDED": "timeout",
    "timeout_error": "timeout",
}
"""Codes inside an answer, or of protocols other than HTTP."""

_CONNECTION_NAMES = {
    "APIConnectionError",
    "ChunkedEncodingError",
    "ClientConnectionError",
    "ClientPayloadError",
    "ConnectError",
    "ConnectionError",
    "NetworkError",
    "ProxyError",
    "ReadError",
    "RemoteProtocolError",
    "WriteError",
    "URLError",
}
"""Classes of openai, httpx, requests, aiohttp and urllib."""

_HOPELESS_NAMES = {"InvalidURL", "InvalidSchema", "LocalProtocolError", "MissingSchema", "UnsupportedProtocol"}
"""Connections that fail for what was asked, not for the network."""


def classify(error: BaseException) -> Fault:
    """What an error says, its causes considered."""
    chain = list(_chain(error))
    if any(isinstance(one, ssl.SSLCertVerificationError) or _named(one, _HOPELESS_NAMES) for one in chain):
        return OTHER
    for one in chain:
        found = _one(one)
        if found is not None:
            return found
    return OTHER


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__


def _one(error: BaseException) -> Fault | None:
    """What this error alone says; None if it says nothing, so that its cause decides."""
    if isinstance(error, RateLimited):
        return Fault("rate_limit", 429, error.retry_after_s)
    if isinstance(error, ModelTimeout):
        # Its cause may know more: a gateway's 504 asks for some patience.
        deeper = classify(error.__cause__) if error.__cause__ is not None else OTHER
        return deeper if deeper.kind == "timeout" else Fault("timeout")
    if isinstance(error, ModelCallFailed):
        return None
    if isinstance(error, InterLabError):
        return OTHER
    status = _status(error)
    wait = _retry_after_s(error)
    if status == 429:
        return OTHER if _words(error) & _EXHAUSTED else Fault("rate_limit", 429, wait)
    if status == 408:
        return Fault("timeout", 408, wait)
    if status is not None and status >= 500:
        return Fault("server", status, wait)
    if status is not None and status >= 400:
        return Fault("other", status)
    for word in _words(error):
        if word in _WORDS:
            return Fault(_WORDS[word], None, wait)
    if is_timeout(error):
        return Fault("timeout")
    if isinstance(error, (ConnectionError, socket.gaierror, http.client.HTTPException, ssl.SSLError)) or _named(
        error, _CONNECTION_NAMES
    ):
        return Fault("connection")
    if any("RateLimit" in kind.__name__ for kind in type(error).__mro__):
        return Fault("rate_limit", None, wait)
    return None


def _named(error: BaseException, names: set[str]) -> bool:
    return any(kind.__name__ in names for kind in type(error).__mro__)


def _status(error: BaseException) -> int | None:
    """The HTTP status that an error carries, under any of the names that clients use."""
    response = getattr(error, "response", None)
    holders: list[tuple[Any, tuple[str, ...]]] = [
        (error, ("status_code", "status", "http_status", "code")),
        (response, ("status_code", "status")),
    ]
    for holder, names in holders:
        for name in names:
            value = getattr(holder, name, None)
            if isinstance(value, int) and not isinstance(value, bool) and 100 <= value <= 599:
                return int(value)
    if isinstance(response, Mapping):  # Amazon's clients
        value = (response.get("ResponseMetadata") or {}).get("HTTPStatusCode")
        return value if isinstance(value, int) else None
    return None


def _words(error: BaseException) -> set[str]:
    """The codes that an error carries."""
    found = [getattr(error, name, None) for name in ("code", "type", "status")]
    if callable(found[0]):  # gRPC's status, an enumeration behind a method
        try:
            found.append(getattr(found[0](), "name", None))
        except TypeError:
            pass
    body = getattr(error, "body", None)
    if isinstance(body, Mapping):
        inner = body.get("error")
        for place in (body, inner if isinstance(inner, Mapping) else {}):
            found += [place.get("code"), place.get("type"), place.get("status")]
    response = getattr(error, "response", None)
    if isinstance(response, Mapping):
        found.append((response.get("Error") or {}).get("Code"))
    return {word for word in found if isinstance(word, str)}


def _retry_after_s(error: BaseException) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None) or getattr(error, "headers", None)
    if headers is None or not hasattr(headers, "items"):
        value = getattr(error, "retry_after", None)
        return seconds_of(str(value)) if isinstance(value, (int, float, str)) else None
    given = {str(name).lower(): str(value) for name, value in headers.items()}
    exact = seconds_of(given["retry-after-ms"]) if "retry-after-ms" in given else None
    if exact is not None:
        return exact / 1000
    return seconds_of(given["retry-after"]) if "retry-after" in given else None


def seconds_of(value: str, now: float | None = None) -> float | None:
    """Seconds that a ``Retry-After`` asks for.

    Args:
        value: a number of seconds, or a date as in HTTP.
        now: the time to count a date from, in seconds since the epoch; by default the clock's.

    Returns:
        Seconds ≥ 0, or None if the value can't be read.
    """
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - (time.time() if now is None else now)
        except (TypeError, ValueError, OverflowError, OSError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
