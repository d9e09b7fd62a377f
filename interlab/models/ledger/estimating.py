"""What a call may take, before it is made."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from interlab.models.ledger.prices import Price
from interlab.models.messages import ImagePart, Message
from interlab.models.model import Model, Params, Reply, Usage
from interlab.models.tokens import count_tokens, estimate_tokens

MARGIN = 1.25
"""An estimate of input tokens is taken times this."""


@dataclass(frozen=True, slots=True)
class Request:
    """A call that is about to be made.

    Args:
        model: the model's name.
        input_tokens: tokens of the prompt, counted or estimated with a margin.
        max_tokens: tokens of the reply at most, or None when that is not known.
        price: what the model costs, or None when that is not known.
    """

    model: str
    input_tokens: int
    max_tokens: int | None
    price: Price | None

    @classmethod
    def of(
        cls, model: Model, messages: tuple[Message, ...], params: Params, price: Price | None, *, counts: bool = True
    ) -> Request:
        """A call's request; its tokens are left uncounted unless `counts`."""
        own = model.params
        max_tokens = params.max_tokens if params.max_tokens is not None else own.max_tokens
        if not counts:
            return cls(model.name, 0, max_tokens, price)
        count = count_tokens(messages, model)
        tokens = int(count) if count.exact else math.ceil(count * MARGIN)
        tokens += _extra(params.json_schema or own.json_schema) + _extra(params.tools or own.tools)
        return cls(model.name, tokens, max_tokens, price)


def _extra(given: Any) -> int:
    """Tokens of what providers write into the prompt: schemas and tools."""
    if not given:
        return 0
    plain = dict(given) if isinstance(given, Mapping) else [dict(one) for one in given]
    return math.ceil(estimate_tokens(json.dumps(plain, default=str)) * MARGIN)


def taken_by(request: Request, reply: Reply) -> Usage:
    """What a call took: as reported, or an estimate where nobody counted."""
    if reply.usage.total_tokens:
        return reply.usage
    return Usage(request.input_tokens, int(estimate_tokens(reply.text)), estimated=True)


def as_captured(reply: Reply, meta: Mapping[str, Any]) -> Reply:
    """A reply with the usage and the model that a client reported inside the call, where the model itself has only an
    estimate: a function that asks a provider by itself.

    Args:
        reply: what the model answered.
        meta: the meta of the call's node, to which the capture of clients has added what it saw.
    """
    seen = meta.get("usage")
    if not reply.usage.estimated or not isinstance(seen, Mapping):
        return reply
    into, out, cached, reasoning = (
        int(seen.get(name) or 0) for name in ("input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens")
    )
    usage = Usage(into, out, cached, reasoning, estimated=seen.get("estimated") is True)
    return replace(reply, usage=usage, model=str(meta.get("model") or reply.model))


def images_in(messages: tuple[Message, ...]) -> int:
    """How many images a prompt holds."""
    return sum(isinstance(part, ImagePart) for message in messages if message.has_images for part in message.content)
