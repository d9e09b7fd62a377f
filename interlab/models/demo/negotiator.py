"""The negotiation script: turns a move into sentences and into the fields of a JSON answer."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from interlab.models.demo.haggling import Move, decide
from interlab.models.demo.phrases import money, say, think
from interlab.models.demo.reading import Situation
from interlab.models.demo.schema import UNKNOWN, Schema

_PRICE = re.compile(r"price|offer|amount|bid|ask|propos|counter|sum|value|dollars|usd", re.IGNORECASE)
_TEXT = re.compile(
    r"message|text|say|said|speech|utter|reply|repl|response|respond|answer|content|statement|words|tell|comment",
    re.IGNORECASE,
)
_THOUGHT = re.compile(r"thought|think|reason|rationale|explan|why|motiv|strateg|plan|analysis", re.IGNORECASE)
_ACTION = re.compile(r"action|decision|decide|move|kind|type|choice|status|intent|act\b", re.IGNORECASE)
_ACCEPTS = re.compile(r"accept|agree|deal\b|take_it|is_deal", re.IGNORECASE)
_LEAVES = re.compile(r"walk|leave|quit|reject|refus|give_?up|no_?deal|stop|exit|abort|break", re.IGNORECASE)
_ENDS = re.compile(r"finish|done|final|over\b|end\b|ends", re.IGNORECASE)

_SYNONYMS: dict[str, tuple[str, ...]] = {
    "offer": (
        "offer",
        "counter",
        "propos",
        "bid",
        "ask",
        "haggl",
        "negotiat",
        "continu",
        "say",
        "speak",
        "talk",
    ),
    "accept": ("accept", "agree", "deal", "take", "yes", "buy", "sell", "sold"),
    "walk_away": (
        "walk",
        "leave",
        "quit",
        "no_deal",
        "no-deal",
        "end",
        "stop",
        "exit",
        "abort",
        "reject",
        "refus",
        "declin",
        "no",
    ),
}
"""Beginnings of the words by which schemas call each move, best known first."""


class Negotiator:
    """A move, ready to be said.

    Args:
        move: what was decided.
        situation: what it was decided on.
        rng: picks the wording.
    """

    def __init__(self, move: Move, situation: Situation, rng: random.Random) -> None:
        self.move = move
        self._currency = situation.currency
        self.text = say(move, rng, situation.currency)
        self.thoughts = think(move, situation.currency)

    @classmethod
    def of(cls, situation: Situation, rng: random.Random, *, stubborn: float) -> Negotiator | None:
        """The negotiator for a situation, or None if there is nothing to haggle over."""
        move = decide(situation, rng, stubborn=stubborn)
        return None if move is None else cls(move, situation, rng)

    def knows(self, name: str, schema: Schema) -> Any:
        """The value of a property by its name and schema; `UNKNOWN` if it means nothing here."""
        if name == "" and "anyOf" in schema:
            return self._branch(schema["anyOf"])
        options = [schema["const"]] if "const" in schema else schema.get("enum")
        if options is not None:
            return _option(options, self.move.action) if _means_something(name, options) else UNKNOWN
        kind = schema.get("type")
        kinds = [k for k in kind if k != "null"] if isinstance(kind, list) else [kind]
        nullable = bool(schema.get("nullable")) or (isinstance(kind, list) and "null" in kind)
        if "boolean" in kinds:
            return self._flag(name)
        if ("number" in kinds or "integer" in kinds) and _PRICE.search(name):
            if nullable and self.move.action == "walk_away":
                return None
            return _fitted(self.move.price, schema, whole="number" not in kinds)
        if "string" in kinds:
            return self._words(name, schema)
        return UNKNOWN

    def _flag(self, name: str) -> Any:
        if _LEAVES.search(name):
            return self.move.action == "walk_away"
        if _ACCEPTS.search(name):
            return self.move.action == "accept"
        if _ENDS.search(name):
            return self.move.action != "offer"
        return UNKNOWN

    def _words(self, name: str, schema: Schema) -> Any:
        if "pattern" in schema or "format" in schema:
            return UNKNOWN
        if _THOUGHT.search(name):
            text = self.thoughts
        elif _TEXT.search(name):
            text = self.text
        elif _ACTION.search(name):
            text = self.move.action
        elif _PRICE.search(name):
            text = money(self.move.price, self._currency)
        else:
            return UNKNOWN
        if len(text) < int(schema.get("minLength", 0)):
            return UNKNOWN
        most = schema.get("maxLength")
        return text if most is None else text[: int(most)]

    def _branch(self, branches: Sequence[Any]) -> Any:
        """The index of the alternative made for this move, by its constants and its title."""
        for index, branch in enumerate(branches):
            properties = branch.get("properties") if isinstance(branch, Mapping) else None
            for inner in (properties or {}).values():
                if not isinstance(inner, Mapping):
                    continue
                options = [inner["const"]] if "const" in inner else inner.get("enum") or ()
                if any(_fits(option, self.move.action) for option in options):
                    return index
        for index, branch in enumerate(branches):
            if isinstance(branch, Mapping) and _fits(branch.get("title"), self.move.action):
                return index
        return UNKNOWN


def _fits(option: Any, action: str) -> bool:
    return isinstance(option, str) and any(word in option.lower() for word in _SYNONYMS[action])


def _means_something(name: str, options: Sequence[Any]) -> bool:
    """Whether an enumeration is about the move: by its property's name, or because it tells moves apart."""
    told_apart = sum(any(_fits(option, action) for option in options) for action in _SYNONYMS)
    return told_apart >= 2 or (bool(_ACTION.search(name)) and told_apart >= 1)


def _option(options: Sequence[Any], action: str) -> Any:
    """The option that says `action`, trying its best-known words first."""
    for word in _SYNONYMS[action]:
        for option in options:
            if isinstance(option, str) and word in option.lower():
                return option
    return UNKNOWN


def _fitted(price: float, schema: Schema, *, whole: bool) -> Any:
    """The price within the schema's bounds, or `UNKNOWN` where it does not fit them."""
    step = schema.get("multipleOf")
    if step:
        price = round(price / step) * step
    value: float = round(price) if whole or float(price).is_integer() else price
    low, high = schema.get("minimum"), schema.get("maximum")
    if (low is not None and value < low) or (high is not None and value > high):
        return UNKNOWN
    return value
