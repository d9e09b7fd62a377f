"""Models: the protocol that every model follows, adapters to what can serve as one, and token counts.

Owns messages, requests, replies, usage, the registry behind `get_model`, and the scripted demo model.
May import errors, state and tracing.
"""

from __future__ import annotations

from interlab.models.call import call_model, query_model
from interlab.models.messages import ImagePart, Message, TextPart, ToolCall, as_messages
from interlab.models.model import Capability, Model, Params, Reply, TokenLogprob, Usage
from interlab.models.registry import as_model, get_model, known_models, register_model
from interlab.models.seeding import current_seed, seeded
from interlab.models.tokens import TokenCount, count_tokens

__all__ = [
    "Capability",
    "ImagePart",
    "Message",
    "Model",
    "Params",
    "Reply",
    "TextPart",
    "TokenCount",
    "TokenLogprob",
    "ToolCall",
    "Usage",
    "as_messages",
    "as_model",
    "call_model",
    "count_tokens",
    "current_seed",
    "get_model",
    "known_models",
    "query_model",
    "register_model",
    "seeded",
]
