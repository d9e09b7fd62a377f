"""The demo model: reads a request, lets the script that fits decide, and writes the answer."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Mapping
from typing import Any

from interlab.errors import InvalidArgument, UnknownModel
from interlab.models.demo.negotiator import Negotiator
from interlab.models.demo.reading import read
from interlab.models.demo.schema import CannotFill, Schema, fill, find_schema
from interlab.models.messages import Message
from interlab.models.model import Model, Params, Reply, Usage
from interlab.models.tokens import CHARACTERS_PER_TOKEN, estimate_tokens

VARIANTS = {"": 0.5, "soft": 0.1, "stubborn": 0.9}
"""Names after ``demo/`` and how stubborn they are."""

_THINK_FIRST = re.compile(r"step by step|think (?:first|before|about)|your (?:thoughts|reasoning)", re.IGNORECASE)


class DemoModel(Model):
    """A script, not a language model: it plays the scenarios shipped here, offline and repeatably.

    It looks for roles, limits, offers and rumours with patterns, haggles by a concession formula, and says
    the result in stock sentences; a JSON schema in the prompt or the request is filled in to match. It
    understands nothing else, and says so. Use it to try the lab, to test, to teach; never to learn how
    language models behave.

    The same messages, seed and sample give the same reply, in every process.

    Args:
        name: ``"demo"``, ``"demo/soft"`` or ``"demo/stubborn"``.
        stubborn: from 0 (concedes early) to 1 (concedes late); by default what the name says.
        params: defaults for every request; `seed` is the one that matters.
    """

    capabilities = frozenset({"json_schema", "seed"})
    honours_abort = True  # it is done at once

    def __init__(self, name: str = "demo", *, stubborn: float | None = None, params: Params | None = None) -> None:
        super().__init__(name, params)
        variant = name.partition("/")[2]
        if variant not in VARIANTS:
            raise UnknownModel(
                f"No demo model is called {name!r}; there are demo, "
                f"{', '.join(f'demo/{known}' for known in VARIANTS if known)}."
            )
        self._given = stubborn
        stubborn = VARIANTS[variant] if stubborn is None else stubborn
        if isinstance(stubborn, bool) or not isinstance(stubborn, (int, float)) or not 0 <= stubborn <= 1:
            raise InvalidArgument(f"stubborn is a number from 0 (gives in) to 1 (hard), not {stubborn!r}.")
        self.stubborn = float(stubborn)

    def identity(self) -> Mapping[str, Any]:
        return {} if self._given is None else {"stubborn": self.stubborn}

    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        text = self._answer(messages, params)
        finish = "stop"
        for stop in params.stop or ():
            text = text.partition(stop)[0]
        if params.max_tokens is not None and estimate_tokens(text) > params.max_tokens:
            text = text[: params.max_tokens * CHARACTERS_PER_TOKEN]
            finish = "length"
        size = sum(len(message.text) for message in messages)
        usage = Usage(-(-size // CHARACTERS_PER_TOKEN), int(estimate_tokens(text)), estimated=True)
        return Reply(text, usage, finish_reason=finish, model=self.name)

    def _answer(self, messages: tuple[Message, ...], params: Params) -> str:
        schema: Schema | None = params.json_schema
        stretch = ""
        if schema is None:
            for message in reversed(messages):
                found = find_schema(str(message.text)) if message.role != "assistant" else None
                if found is not None:
                    schema, stretch = found
                    break
        rng = random.Random(_digest(messages, params))
        situation = read(messages, without=(stretch,) if stretch else ())
        negotiator = Negotiator.of(situation, rng, stubborn=self.stubborn)
        if schema is None:
            return negotiator.text if negotiator is not None else _at_a_loss(messages)
        try:
            value = fill(schema, rng, negotiator.knows if negotiator is not None else None)
        except CannotFill as reason:
            return f"(demo model) I can't answer in this JSON schema: {reason}."
        if params.json_schema is not None:
            return json.dumps(value, ensure_ascii=False)
        answer = f"```json\n{json.dumps(value, ensure_ascii=False, indent=2)}\n```"
        if negotiator is not None and _THINK_FIRST.search(str(messages[-1].text)):
            return f"{negotiator.thoughts}\n\n{answer}"
        return answer


def _digest(messages: tuple[Message, ...], params: Params) -> int:
    """A number from everything that may decide the reply, the same in every process."""
    digest = hashlib.blake2b(digest_size=8)
    for message in messages:
        digest.update(f"{message.role}\0{message.name or ''}\0{message.text}\0".encode("utf-8", "surrogatepass"))
    digest.update(f"{params.seed or 0}\0{params.sample}".encode())
    return int.from_bytes(digest.digest(), "big")


def _at_a_loss(messages: tuple[Message, ...]) -> str:
    last = " ".join(str(messages[-1].text).split())
    if re.search(r"\bsummar", last, re.IGNORECASE):
        words = " ".join(str(message.text) for message in messages).split()
        return "(demo model) Summary: " + " ".join(words[:40]) + (" …" if len(words) > 40 else "")
    return (
        "(demo model) I am a script, not a language model: I only know how to haggle over a price, and this "
        "prompt names no role (buyer or seller) or no amount."
    )
