"""What the browser's columns say of a node: its name, actor, tags, tokens and cost, as small numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import orjson

from interlab.errors import StoreCorrupt
from interlab.tracing import name_color
from interlab.tracing.colors import safe_color
from interlab.ui.browser.protocol import REPLAYED, RETRIED, Named, Tagset

MAX_NAME = 300
"""Characters of a name that the columns have; the rest comes with the node."""
MAX_TAGS = 20
_MAX_U32 = 0xFFFF_FFFF
_MEMORY = 20_000

Load = Callable[[bytes], bytes]


class Table(dict[Any, int]):
    """Numbers distinct things in the order in which they are first asked for.

    Args:
        limit: how many numbers there are; what comes later has the number `overflow`.
        overflow: see `limit`.
    """

    def __init__(self, limit: int = _MAX_U32, overflow: int = 0) -> None:
        super().__init__()
        self._limit = limit
        self._overflow = overflow

    def __missing__(self, key: Any) -> int:
        number = len(self)
        if number >= self._limit:
            return self._overflow
        self[key] = number
        return number


class Texts:
    """Distinct texts by number, found by their bytes.

    Args:
        limit: see `Table`; the last number stands for all that are one too many.
    """

    def __init__(self, limit: int = _MAX_U32, longest: int = MAX_NAME) -> None:
        self._limit = limit
        self._longest = longest
        self.entries: list[str] = []
        self._numbers: dict[bytes, int] | None = {}

    def numbers(self, column: tuple[bytes | None, ...]) -> list[int]:
        """The numbers of some texts; those that are new get one."""
        known = self._numbers
        if known is None:  # read back from a store
            known = self._numbers = {}
            for number, text in enumerate(self.entries):
                known.setdefault(text.encode("utf-8", "replace"), number)
        try:
            return [known[text] for text in column]  # type: ignore[index]  # None is not there, which is the case below
        except KeyError:
            return [self._number(known, text if isinstance(text, bytes) else b"") for text in column]

    def _number(self, known: dict[bytes, int], text: bytes) -> int:
        number = known.get(text)
        if number is not None:
            return number
        # A long text is cut; several may look the same then, and are one.
        shown = text[: self._longest * 4 + 4].decode("utf-8", "replace")
        if len(shown) > self._longest:
            shown = shown[: self._longest - 1] + "…"
            number = known.get(shown.encode())
        if number is None:
            number = len(self.entries)
            if number >= self._limit:
                return self._limit - 1
            self.entries.append(shown)
            known[shown.encode()] = number
        if len(text) <= self._longest * 4:
            known[text] = number
        return number

    def restore(self, entries: list[str]) -> None:
        """Take over entries that were kept."""
        self.entries = entries
        self._numbers = None


class Facts:
    """Reads the meta and the tags of nodes; remembers those that come again and again.

    Args:
        load: gives the bytes of a value kept apart.

    Attributes:
        actors: distinct actors; the first stands for none.
        tagsets: distinct lists of tags; the first is empty.
    """

    def __init__(self, load: Load) -> None:
        self._load = load
        self.actors: list[Named] = [{"name": "", "color": None}]
        self.tagsets: list[Tagset] = [[]]
        self._actor_numbers = Table(65_536)
        self._tagset_numbers = Table(65_536)
        self._of_meta: dict[bytes | None, tuple[int, int, int, float, int]] = {}
        self._of_tags: dict[bytes | None, int] = {}
        self._restart()

    def _restart(self) -> None:
        self._actor_numbers.clear()
        self._tagset_numbers.clear()
        for actor in self.actors:
            self._actor_numbers[(actor["name"], actor["color"])]
        for tags in self.tagsets:
            self._tagset_numbers[tuple(map(tuple, tags))]

    def restore(self, actors: list[Named], tagsets: list[Tagset]) -> None:
        """Take over entries that were kept."""
        self.actors, self.tagsets = actors, tagsets
        self._restart()

    def of_meta(self, data: bytes | None) -> tuple[int, int, int, float, int]:
        """The actor's number, tokens in and out, the cost in US dollars (NaN for unknown), and the flags."""
        known = self._of_meta.get(data)
        if known is None:
            if len(self._of_meta) > _MEMORY:
                self._of_meta.clear()
            known = self._of_meta[data] = self._read_meta(data)
        return known

    def _read_meta(self, data: bytes | None) -> tuple[int, int, int, float, int]:
        meta = self._document(data)
        if not isinstance(meta, dict):
            return 0, 0, 0, math.nan, 0
        usage = meta.get("usage")
        into = out = 0
        if isinstance(usage, dict):
            into, out = _count(usage.get("input_tokens")), _count(usage.get("output_tokens"))
        flags = REPLAYED if meta.get("replayed") is True else 0
        if _count(meta.get("attempts")) > 1:
            flags |= RETRIED
        return self._actor(meta), into, out, _cost(meta.get("cost_usd")), flags

    def _actor(self, meta: dict[str, Any]) -> int:
        name, color = meta.get("actor"), safe_color(meta.get("color"))
        if not isinstance(name, str):
            name = ""
        if not (name or color):
            return 0
        name = name[:MAX_NAME]
        actor: Named = {"name": name, "color": color or name_color(name)}
        number = self._actor_numbers[(name, actor["color"])]
        if number == len(self.actors):
            self.actors.append(actor)
        return number

    def has_name(self, actor: int) -> bool:
        """Whether an actor is more than a colour."""
        return bool(self.actors[actor]["name"])

    def of_tags(self, data: bytes | None) -> int:
        """The number of a list of tags."""
        known = self._of_tags.get(data)
        if known is None:
            if len(self._of_tags) > _MEMORY:
                self._of_tags.clear()
            known = self._of_tags[data] = self._read_tags(data)
        return known

    def _read_tags(self, data: bytes | None) -> int:
        wire = self._document(data)
        tags: Tagset = []
        for pair in wire[:MAX_TAGS] if isinstance(wire, list) else ():
            if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str):
                name = pair[0][:MAX_NAME]
                tags.append((name, safe_color(pair[1]) or name_color(name)))
        number = self._tagset_numbers[tuple(tags)]
        if number == len(self.tagsets):
            self.tagsets.append(tags)
        return number

    def _document(self, data: bytes | None) -> Any:
        """A stored form with its own reference followed; None for what is damaged: that is the node's to tell."""
        if not isinstance(data, bytes):
            return None
        try:
            wire = orjson.loads(data)
            if isinstance(wire, dict) and wire.get("$") == "ref":
                wire = orjson.loads(self._load(bytes.fromhex(wire["h"])))
            return wire
        except (StoreCorrupt, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        return 0
    return min(max(value, 0), _MAX_U32)


def _cost(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan
