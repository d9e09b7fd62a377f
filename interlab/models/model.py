"""What a model is here: something that turns messages into a reply with usage.

A model holds no conversation and no cursor. A request carries everything that decides its answer: the
messages, the parameters, the seed, and which sample of that request it is. So forks share models, and a
reply can be recorded and replayed by its request.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Literal, TypeAlias
from urllib.parse import quote

from interlab.errors import InterLabError, InvalidArgument, ModelCallFailed, ModelTimeout, Unsupported
from interlab.models.cancelling import Line, apart, cancellable, current_cancellation, on_line
from interlab.models.messages import Message, Prompt, as_messages
from interlab.models.params import NO_PARAMS, PARAM_NAMES, Params
from interlab.models.reply import Reply, TokenLogprob, Usage
from interlab.tracing import parallel

__all__ = [
    "PARAM_NAMES",
    "SAFE",
    "Capability",
    "Model",
    "Params",
    "Reply",
    "TokenLogprob",
    "Usage",
    "is_secret",
    "is_timeout",
    "resource_name",
]

Capability: TypeAlias = Literal["json_schema", "logprobs", "seed", "tools", "images"]
"""What some models can do and others can't."""

_EMPTY: Mapping[str, Any] = {}


class Model(ABC):
    """Something that turns messages into a reply. Override `_generate`.

    Args:
        name: how the model is called in traces, costs and snapshots; `get_model` reads it back if it
            came from there.
        params: defaults for every request; what a request sets itself wins.

    Attributes:
        capabilities: what the model can do; asking for more raises `Unsupported` before any call.
    """

    __interlab_resource__: ClassVar[bool] = True

    capabilities: frozenset[Capability] = frozenset()
    honours_timeout: bool = False
    """Whether `_generate` keeps to `params.timeout_s` itself. If not, it is waited for in a thread."""
    honours_abort: bool = False
    """Whether a call ends soon when it is given up (see `cancelling.abortable`). If not, it is left behind."""
    faults: Any = None
    """How failures of this model are met, where that is not the rule: a `FaultPolicy`, or None."""

    def __init__(self, name: str, params: Params | None = None) -> None:
        if not isinstance(name, str) or not name:
            raise InvalidArgument(f"A model needs a non-empty name, not {name!r}.")
        self.name = name
        self.params = params or NO_PARAMS

    @abstractmethod
    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        """Answer `messages`. Parameters are complete and checked; may be called from many threads."""

    def generate(self, messages: Prompt, params: Params | None = None) -> Reply:
        """Answer messages.

        Args:
            messages: a prompt of any shape that `as_messages` reads.
            params: the request's parameters; unset ones come from the model's own.

        Returns:
            The reply; its text may be empty.

        Raises:
            InvalidArgument: a prompt that can't be read.
            Unsupported: something is asked for that the model lacks; nothing was called.
            ModelTimeout: no answer within `timeout_s`.
            ModelCallFailed: the model raised; the cause is chained.
        """
        read = as_messages(messages)
        effective = (params or NO_PARAMS).over(self.params)
        self.require(read, effective)
        try:
            return self._in_its_thread(read, effective)
        except Exception as error:
            raise self._ours(error) from _cause(error)

    def _in_its_thread(self, messages: tuple[Message, ...], params: Params) -> Reply:
        """Make the call here if it can be given up here, else in a thread that can be left behind."""
        cancellation = current_cancellation()
        waits = params.timeout_s is not None and not self.honours_timeout
        if cancellation is None and not waits:
            return self._generate(messages, params)
        if cancellation is not None:
            cancellation.check()
        line = Line()
        with on_line(line):
            if cancellation is None or waits or not self.honours_abort:
                reply: Reply = apart(lambda: self._generate(messages, params), self.name, params.timeout_s, line)
                return reply
            with cancellation.on_cancel(line.abort):
                try:
                    return self._generate(messages, params)
                except Exception:
                    cancellation.check()
                    raise

    def _ours(self, error: Exception) -> InterLabError:
        """An error of any client as one of ours."""
        if isinstance(error, InterLabError):
            return error
        if is_timeout(error):
            return ModelTimeout(f"The model {self.name} did not answer in time: {_shown(error)}")
        return ModelCallFailed(f"The model {self.name} raised {_shown(error)}")

    async def agenerate(self, messages: Prompt, params: Params | None = None) -> Reply:
        """`generate` for coroutines, in a thread. Cancelling the task gives the call up."""
        with cancellable():
            return await asyncio.to_thread(self.generate, messages, params)

    def generate_batch(
        self,
        prompts: Sequence[Prompt],
        params: Params | Sequence[Params] | None = None,
        *,
        max_workers: int = 32,
    ) -> list[Reply | Exception]:
        """Answer several prompts side by side.

        They go to the provider as one request where it takes several, else each in a thread. One that fails does
        not take the others with it: its error stands in its place.

        Args:
            prompts: each of any shape that `as_messages` reads.
            params: the requests' parameters, or one for each prompt.
            max_workers: threads at most, at least 1.

        Returns:
            A reply or an error for each prompt, in the order of the prompts. Errors are those of `generate`.

        Raises:
            InvalidArgument: a prompt that can't be read, or not as many parameters as prompts; nothing was called.
            Unsupported: something is asked for that the model lacks; nothing was called.
        """
        read = [as_messages(prompt) for prompt in prompts]
        given = [params] * len(read) if params is None or isinstance(params, Params) else list(params)
        if len(given) != len(read):
            raise InvalidArgument(
                f"generate_batch got {len(read)} prompts and {len(given)} params; give one for all, or one for each."
            )
        requests = [(one, (own or NO_PARAMS).over(self.params)) for one, own in zip(read, given, strict=True)]
        for one, effective in requests:
            self.require(one, effective)
        if len(requests) > 1:
            together = self._generate_batch(requests)
            if together is not None:
                return list(together)
        calls = [partial(self.generate, one, effective) for one, effective in requests]
        outcomes: list[Any] = parallel(calls, max_workers=max_workers, return_exceptions=True)
        return outcomes

    def _generate_batch(self, requests: Sequence[tuple[tuple[Message, ...], Params]]) -> Sequence[Reply] | None:
        """Answer several requests in one call. None where that can't be done; they are then asked one by one."""
        return None

    def stream(self, messages: Prompt, params: Params | None = None) -> Iterator[str | Reply]:
        """Answer messages piece by piece.

        A model that can't stream gives its text in one piece. Not reading to the end gives the call up.

        Args:
            messages: a prompt of any shape that `as_messages` reads.
            params: the request's parameters; unset ones come from the model's own.

        Yields:
            Pieces of the text, none of them empty, and last the whole `Reply`.

        Raises:
            InvalidArgument, Unsupported: as `generate` does, and at once: nothing was called.
            ModelTimeout, ModelCallFailed: as `generate` does, while the pieces are read.
        """
        read = as_messages(messages)
        effective = (params or NO_PARAMS).over(self.params)
        self.require(read, effective)
        return self._streamed(read, effective)

    def _stream(self, messages: tuple[Message, ...], params: Params) -> Iterator[str | Reply]:
        """Pieces of text and last the reply. Override it where a model can stream; by default it can't."""
        reply = self._in_its_thread(messages, params)
        yield reply.text
        yield reply

    def _streamed(self, messages: tuple[Message, ...], params: Params) -> Iterator[str | Reply]:
        streams = type(self)._stream is not Model._stream
        line, started, first_s = Line(), time.monotonic(), None
        pieces = self._stream(messages, params)
        with _Watch(line, params.timeout_s if streams else None) as watch:
            try:
                while True:
                    watch.check()
                    with on_line(line):
                        piece = next(pieces, None)
                    if isinstance(piece, Reply):
                        if streams and piece.time_to_first_token_s is None:
                            piece = replace(piece, time_to_first_token_s=first_s)
                        yield piece
                        return
                    watch.check()
                    if piece is None:
                        raise ModelCallFailed(f"The stream of {self.name} ended without a reply.")
                    if piece:
                        first_s = time.monotonic() - started if first_s is None else first_s
                        yield piece
            except Exception as error:
                watch.check(error)
                raise self._ours(error) from _cause(error)
            finally:
                if isinstance(pieces, Generator):
                    pieces.close()

    @property
    def provider(self) -> str | None:
        """Whose limits calls of this model share: a server's address, a provider's name. None: only its own."""
        return None

    def missing(self, messages: tuple[Message, ...], params: Params) -> list[Capability]:
        """What this request asks for and the model can't do; empty when all is well."""
        wanted: list[tuple[Capability, bool]] = [
            ("json_schema", params.json_schema is not None),
            ("logprobs", params.wants_logprobs),
            ("seed", params.seed is not None),
            ("tools", bool(params.tools)),
            ("images", any(message.has_images for message in messages)),
        ]
        return [name for name, asked in wanted if asked and name not in self.capabilities]

    def require(self, messages: tuple[Message, ...], params: Params) -> None:
        """Raise `Unsupported` if the request asks for what the model can't do."""
        missing = self.missing(messages, params)
        if missing:
            has = ", ".join(sorted(self.capabilities)) or "none of the optional ones"
            raise Unsupported(
                f"The model {self.name} can't do {', '.join(missing)}. It offers: {has}. "
                "Leave these out, or use a model that has them."
            )

    def supported(self, params: Params) -> Params:
        """`params` without the wishes that this model can't fulfil, for callers to whom they are optional."""
        changes: dict[str, Any] = {name: None for name in self.missing((), params) if name != "images"}
        if "logprobs" in changes:
            changes["top_logprobs"] = None
        return replace(params, **changes) if changes else params

    def identity(self) -> Mapping[str, Any]:
        """Settings beyond `params` that decide the answers and belong to the recorded name. Never keys."""
        return _EMPTY

    def __interlab_resource_name__(self) -> str:
        """The name under which snapshots refer to this model: its name and its parameters, never a key.

        `get_model` reads it back for models of a registered kind.
        """
        settings = {**self.params.to_dict(), **self.identity()}
        extra = settings.pop("extra", {})
        settings.update({f"extra.{key}": value for key, value in extra.items()})
        return resource_name(self.name, settings)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.__interlab_resource_name__()}>"


_SECRET = re.compile(r"key|secret|token$|password|passwd|authorization|credential|header|cookie", re.IGNORECASE)


def is_secret(name: str) -> bool:
    """Whether a setting of this name may hold a key, and so is kept out of names and records."""
    return _SECRET.search(name) is not None


def resource_name(name: str, settings: Mapping[str, Any]) -> str:
    """``name?a=1&b="x"``: values as JSON, sorted, without secrets. `parse_resource_name` reads it."""
    pairs = [
        f"{key}={quote(json.dumps(value, sort_keys=True, default=repr, separators=(',', ':')), safe=SAFE)}"
        for key, value in sorted(settings.items())
        if not is_secret(key)
    ]
    return f"{name}?{'&'.join(pairs)}" if pairs else name


SAFE = '",:[]{}/ .-_'


def is_timeout(error: BaseException) -> bool:
    """Whether an error of any client says that time ran out: their classes share no base, but a name."""
    return isinstance(error, TimeoutError) or any("Timeout" in kind.__name__ for kind in type(error).__mro__)


class _Watch:
    """Gives a stream up when time runs out or it is cancelled."""

    def __init__(self, line: Line, timeout_s: float | None) -> None:
        self._line = line
        self._timeout_s = timeout_s
        self._late = False
        self._cancellation = current_cancellation()
        self._ends = ExitStack()

    def __enter__(self) -> _Watch:
        if self._cancellation is not None:
            self._ends.enter_context(self._cancellation.on_cancel(self._line.abort))
        if self._timeout_s is not None:
            alarm = threading.Timer(self._timeout_s, self._ring)
            alarm.daemon = True
            alarm.start()
            self._ends.callback(alarm.cancel)
        return self

    def __exit__(self, *raised: object) -> None:
        self._ends.close()

    def _ring(self) -> None:
        self._late = True
        self._line.abort()

    def check(self, cause: Exception | None = None) -> None:
        """Raise the error that says why the stream was given up, if it was."""
        if self._cancellation is not None:
            self._cancellation.check()
        if self._late:
            raise ModelTimeout(f"The stream did not end within {self._timeout_s:g} s.") from cause


def _cause(error: BaseException) -> BaseException | None:
    """What to name as the cause of the error that stands in for this one."""
    return error.__cause__ if isinstance(error, InterLabError) else error


def _shown(error: BaseException) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
