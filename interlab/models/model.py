"""What a model is here: something that turns messages into a reply with usage.

A model holds no conversation and no cursor. A request carries everything that decides its answer: the
messages, the parameters, the seed, and which sample of that request it is. So forks share models, and a
reply can be recorded and replayed by its request.
"""

from __future__ import annotations

import asyncio
import contextvars
import hashlib
import json
import math
import re
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Literal, TypeAlias
from urllib.parse import quote

from interlab.errors import InterLabError, InvalidArgument, ModelCallFailed, ModelTimeout, Unsupported
from interlab.models.messages import Message, Prompt, ToolCall, as_messages

Capability: TypeAlias = Literal["json_schema", "logprobs", "seed", "tools", "images"]
"""What some models can do and others can't."""

_EMPTY: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a call took.

    Args:
        input_tokens: tokens of the messages, ≥ 0.
        output_tokens: tokens of the reply, ≥ 0, reasoning included.
        cached_tokens: input tokens that the provider served from its cache.
        reasoning_tokens: output tokens spent on reasoning that is not in the text.
        estimated: True if counted here instead of reported by the model.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    estimated: bool = False

    @property
    def total_tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_tokens + other.cached_tokens,
            self.reasoning_tokens + other.reasoning_tokens,
            self.estimated or other.estimated,
        )


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """A token of a reply and how likely it was.

    Args:
        token: the token's text.
        logprob: natural logarithm of its probability, ≤ 0.
        top: the likeliest tokens at this place with their log-probabilities, likeliest first.
    """

    token: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered.

    Args:
        text: the text; empty when the model gave none (the caller decides whether that is an error).
        usage: tokens taken.
        logprobs: one entry per token if asked for and available, else None.
        finish_reason: ``"stop"``, ``"length"``, ``"tool_calls"``, ``"content_filter"``, a provider's own
            word, or None when unknown.
        model: the name of the model that answered, as the provider reports it.
        request_id: the provider's identifier of the call, for its support.
        tool_calls: tools the model wants called.
        time_to_first_token_s: seconds until the first token, where the adapter can tell.
    """

    text: str
    usage: Usage = Usage()
    logprobs: tuple[TokenLogprob, ...] | None = None
    finish_reason: str | None = None
    model: str = ""
    request_id: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    time_to_first_token_s: float | None = None


@dataclass(frozen=True, slots=True)
class Params:
    """How a model is asked. Whatever is None is left to the provider's default.

    Args:
        temperature: ≥ 0.
        max_tokens: upper bound on the reply, ≥ 1.
        seed: the request's seed, for models that can be seeded.
        stop: texts that end the reply; a single str is read as one of them.
        timeout_s: seconds to wait for the whole reply, > 0.
        json_schema: a JSON schema that the reply must follow, for models that can enforce one.
        logprobs: whether log-probabilities are wanted.
        top_logprobs: how many alternatives a token, 0 … 20; implies `logprobs`.
        tools: tools offered, as dicts of the chat completions interface.
        sample: which sample of this very request it is, counted from 0. Not sent to providers.
        extra: further parameters handed to the provider as they are.

    Raises:
        InvalidArgument: a value out of range or of a wrong type.
    """

    temperature: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] | None = None
    timeout_s: float | None = None
    json_schema: Mapping[str, Any] | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    tools: tuple[Mapping[str, Any], ...] | None = None
    sample: int = 0
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        stop: Any = self.stop
        tools: Any = self.tools
        if isinstance(stop, (str, list)):
            object.__setattr__(self, "stop", (stop,) if isinstance(stop, str) else tuple(stop))
        if isinstance(tools, list):
            object.__setattr__(self, "tools", tuple(tools))
        _check_number(self, "temperature", 0.0, inclusive=True)
        _check_number(self, "timeout_s", 0.0, inclusive=False)
        _check_int(self, "max_tokens", 1, None)
        _check_int(self, "seed", None, None)
        _check_int(self, "top_logprobs", 0, 20)
        _check_int(self, "sample", 0, None)
        if self.stop is not None and not all(isinstance(text, str) and text for text in self.stop):
            raise InvalidArgument(f"stop is one or several non-empty texts, not {self.stop!r}.")
        if self.json_schema is not None and not isinstance(self.json_schema, Mapping):
            raise InvalidArgument(f"json_schema is a dict, not a {type(self.json_schema).__name__}.")
        if not isinstance(self.extra, Mapping):
            raise InvalidArgument(f"extra is a dict, not a {type(self.extra).__name__}.")

    @property
    def wants_logprobs(self) -> bool:
        """Whether log-probabilities are asked for, directly or through `top_logprobs`."""
        return bool(self.logprobs) or bool(self.top_logprobs)

    @property
    def request_seed(self) -> int | None:
        """The seed to send to a provider: `seed` itself for sample 0, one derived from it for others."""
        if self.seed is None or self.sample == 0:
            return self.seed
        digest = hashlib.blake2b(f"{self.seed}/{self.sample}".encode(), digest_size=4).digest()
        return int.from_bytes(digest, "big") >> 1

    def over(self, defaults: Params) -> Params:
        """These parameters, with what is unset here taken from `defaults`. `extra` is merged."""
        if defaults is self or defaults == _NO_PARAMS:
            return self
        changes: dict[str, Any] = {name: getattr(defaults, name) for name in _OPTIONAL if getattr(self, name) is None}
        return replace(self, **changes, extra={**defaults.extra, **self.extra})

    def to_dict(self) -> dict[str, Any]:
        """Only what is set, in the order of the fields."""
        out = {name: getattr(self, name) for name in _OPTIONAL if getattr(self, name) is not None}
        if self.sample:
            out["sample"] = self.sample
        if self.extra:
            out["extra"] = dict(self.extra)
        return out


def _check_number(params: Params, name: str, low: float, *, inclusive: bool) -> None:
    value = getattr(params, name)
    if value is None:
        return
    good = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not good or value < low or (value == low and not inclusive):
        sign = "≥" if inclusive else ">"
        raise InvalidArgument(f"{name} is a finite number {sign} {low:g}, not {value!r}.")


def _check_int(params: Params, name: str, low: int | None, high: int | None) -> None:
    value = getattr(params, name)
    if value is None and name != "sample":
        return
    good = isinstance(value, int) and not isinstance(value, bool)
    if not good or (low is not None and value < low) or (high is not None and value > high):
        span = "" if low is None else f" ≥ {low}" if high is None else f" from {low} to {high}"
        raise InvalidArgument(f"{name} is a whole number{span}, not {value!r}.")


_OPTIONAL = tuple(f.name for f in fields(Params) if f.name not in ("sample", "extra"))
_NO_PARAMS = Params()

PARAM_NAMES = frozenset(f.name for f in fields(Params))
"""The names that `get_model` reads as parameters of every request."""


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

    def __init__(self, name: str, params: Params | None = None) -> None:
        if not isinstance(name, str) or not name:
            raise InvalidArgument(f"A model needs a non-empty name, not {name!r}.")
        self.name = name
        self.params = params or _NO_PARAMS

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
        effective = (params or _NO_PARAMS).over(self.params)
        self.require(read, effective)
        try:
            if effective.timeout_s is not None and not self.honours_timeout:
                return _within(effective.timeout_s, self.name, lambda: self._generate(read, effective))
            return self._generate(read, effective)
        except InterLabError:
            raise
        except Exception as error:
            if is_timeout(error):
                raise ModelTimeout(f"The model {self.name} did not answer in time: {_shown(error)}") from error
            raise ModelCallFailed(f"The model {self.name} raised {_shown(error)}") from error

    async def agenerate(self, messages: Prompt, params: Params | None = None) -> Reply:
        """`generate` for coroutines; runs it in a thread unless an adapter knows better."""
        return await asyncio.to_thread(self.generate, messages, params)

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


def _shown(error: BaseException) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _within(timeout_s: float, name: str, call: Callable[[], Reply]) -> Reply:
    """Wait for `call` in a thread of its own; at the time-out the thread is left behind."""
    outcome: list[Reply] = []
    failure: list[BaseException] = []
    context = contextvars.copy_context()

    def work() -> None:
        try:
            outcome.append(context.run(call))
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=work, name=f"model {name}", daemon=True)
    thread.start()
    thread.join(timeout_s)
    if failure:
        raise failure[0]
    if not outcome:
        raise ModelTimeout(f"The model {name} did not answer within {timeout_s:g} s.")
    return outcome[0]
