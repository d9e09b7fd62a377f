"""Streams of an `openai` client that are recorded while they are read.

The stream that the user gets stands in for the client's own and behaves like it: iteration, ``with``,
``close()`` and every attribute go on working.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import wrapt

from interlab.tracing.capture.abandoned import when_dropped
from interlab.tracing.capture.calls import Call, Outcome
from interlab.tracing.capture.openai_replies import Gathering
from interlab.tracing.capture.problems import problem


class Recording:
    """The record of one stream."""

    def __init__(self, call: Call, gathering: Gathering, request_id: str | None) -> None:
        self._call = call
        self._gathering = gathering
        self._request_id = request_id

    def add(self, piece: Any) -> None:
        """Take in what was just read."""
        try:
            if self._gathering.add(piece):
                self._call.token_arrived()
        except Exception as error:
            problem("reading a piece of a streamed reply", error)

    def finish(self) -> None:
        """The stream was read to its end."""
        self._call.finish(self._outcome)

    def fail(self, error: BaseException) -> None:
        """Reading raised."""
        self._call.fail(error, self._outcome)

    def abandon(self) -> None:
        """The stream is closed; unless it had ended, it was abandoned."""
        self._call.finish(self._outcome, abandoned=True)

    def _outcome(self) -> Outcome:
        outcome = self._gathering.outcome()
        if self._request_id is not None:
            outcome.facts["request_id"] = self._request_id
        return outcome


class RecordedStream(wrapt.ObjectProxy):  # type: ignore[type-arg]  # can't be subscripted
    """A stream read by ``for``."""

    _self_recording: Recording

    def __init__(self, stream: Any, recording: Recording) -> None:
        super().__init__(stream)
        self._self_recording = recording
        when_dropped(self, recording.abandon)

    def __next__(self) -> Any:
        try:
            piece = next(self.__wrapped__)
        except StopIteration:
            self._self_recording.finish()
            raise
        except BaseException as error:
            self._self_recording.fail(error)
            raise
        self._self_recording.add(piece)
        return piece

    def __iter__(self) -> Iterator[Any]:
        while True:
            try:
                piece = self.__next__()
            except StopIteration:
                return
            yield piece

    def __enter__(self) -> Any:
        self.__wrapped__.__enter__()
        return self

    def __exit__(self, *raised: Any) -> Any:
        try:
            return self.__wrapped__.__exit__(*raised)
        finally:
            self._self_recording.abandon()

    def close(self) -> None:
        """Close the response and release the connection."""
        try:
            self.__wrapped__.close()
        finally:
            self._self_recording.abandon()


class RecordedAsyncStream(wrapt.ObjectProxy):  # type: ignore[type-arg]  # can't be subscripted
    """A stream read by ``async for``."""

    _self_recording: Recording

    def __init__(self, stream: Any, recording: Recording) -> None:
        super().__init__(stream)
        self._self_recording = recording
        when_dropped(self, recording.abandon)

    async def __anext__(self) -> Any:
        try:
            piece = await self.__wrapped__.__anext__()
        except StopAsyncIteration:
            self._self_recording.finish()
            raise
        except BaseException as error:
            self._self_recording.fail(error)
            raise
        self._self_recording.add(piece)
        return piece

    async def __aiter__(self) -> AsyncIterator[Any]:
        while True:
            try:
                piece = await self.__anext__()
            except StopAsyncIteration:
                return
            yield piece

    async def __aenter__(self) -> Any:
        await self.__wrapped__.__aenter__()
        return self

    async def __aexit__(self, *raised: Any) -> Any:
        try:
            return await self.__wrapped__.__aexit__(*raised)
        finally:
            self._self_recording.abandon()

    async def close(self) -> None:
        """Close the response and release the connection."""
        try:
            await self.__wrapped__.close()
        finally:
            self._self_recording.abandon()

    async def aclose(self) -> None:
        """Close the response and release the connection."""
        await self.close()


def recorded_stream(stream: Any, call: Call, gathering: Gathering) -> Any:
    """A stand-in for a client's stream that records what is read of it."""
    response = getattr(stream, "response", None)
    headers = getattr(response, "headers", None)
    recording = Recording(call, gathering, headers.get("x-request-id") if headers is not None else None)
    kind = RecordedAsyncStream if hasattr(stream, "__anext__") else RecordedStream
    return kind(stream, recording)


def is_stream(response: Any) -> bool:
    """Whether a client's answer is a stream."""
    return hasattr(response, "__next__") or hasattr(response, "__anext__")


def close_with(wrapped: Any, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """In place of ``close`` of the client's higher streams, which bypass the ``close`` of what they read."""
    try:
        return wrapped(*args, **kwargs)
    finally:
        _abandon_below(instance)


async def _closed_with(closing: Any, instance: Any) -> Any:
    try:
        return await closing
    finally:
        _abandon_below(instance)


def aclose_with(wrapped: Any, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The same for asynchronous streams."""
    return _closed_with(wrapped(*args, **kwargs), instance)


def _abandon_below(stream: Any) -> None:
    below = getattr(stream, "_raw_stream", None)
    # Not isinstance: a proxy says that it is of the class of what it stands for.
    if below is not None and type(below) in (RecordedStream, RecordedAsyncStream):
        below._self_recording.abandon()
