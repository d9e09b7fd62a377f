"""How a model is asked: the parameters of a request."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from interlab.errors import InvalidArgument


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
        if defaults is self or defaults == NO_PARAMS:
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
NO_PARAMS = Params()
"""Everything left to the provider."""

PARAM_NAMES = frozenset(f.name for f in fields(Params))
"""The names that `get_model` reads as parameters of every request."""
