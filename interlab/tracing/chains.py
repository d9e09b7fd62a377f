"""Lists that grow from call to call, stored as a shared prefix and a suffix.

A conversation's every call records all the messages so far. Storing each list whole makes a run of T turns
cost O(T²) bytes, even when each message is stored once, since the lists of references are quadratic again.
So a list that continues one stored before is kept as a link: the hash of the earlier list and the items that
are new. What was stored before is compared by content against a private copy, so a list changed in place
after it was recorded is seen to differ.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Protocol

from interlab.tracing.format_str import FormatStr
from interlab.tracing.wire import TAG, dumps

MAX_LISTS = 128
"""Stored lists that are remembered, least recently continued first out."""
MAX_PER_START = 8
"""Stored lists remembered that begin with the same item."""


class ItemFreezer(Protocol):
    """What a chain needs of the freezer: the stored form of one item, and a place for its links."""

    sink: Any

    def item(self, value: Any) -> Any: ...


@dataclass(slots=True)
class _Stored:
    """A list as stored: private copies of its items, and the links by which it was built."""

    start: Any
    items: list[Any]
    links: list[tuple[int, str]]  # (length, hash in hex), shortest first


class Chains:
    """Remembers the lists stored last, and writes a list that continues one of them as a link.

    Args:
        freezer: gives items their stored form.
    """

    def __init__(self, freezer: ItemFreezer) -> None:
        self._freezer = freezer
        self._by_start: OrderedDict[Any, list[_Stored]] = OrderedDict()
        self._count = 0
        self._lock = threading.Lock()

    def wire(self, values: Sequence[Any]) -> dict[str, Any] | None:
        """The stored form of a list of message-like items.

        Args:
            values: a list or tuple.

        Returns:
            A ``chain``, or None when its items are not texts or flat records of texts: such lists are stored
            as they are.
        """
        if not isinstance(values, list | tuple):
            return None
        current = list(values)
        first = frozen_copy(current[0])
        if first is None or isinstance(first, str) and len(first) < 2:
            return None
        start = _start_key(first)
        with self._lock:
            stored, common = self._longest(start, current)
            if stored is not None and common == len(stored.items) == len(current):
                return {TAG: "chain", "h": stored.links[-1][1], "n": common}
            at, base = 0, None
            if stored is not None:
                at, base = next(((n, h) for n, h in reversed(stored.links) if n <= common), (0, None))
            copies = [frozen_copy(item) for item in current[at:]]
            if any(copy is None for copy in copies):
                return None
            if not copies:  # a prefix of a stored list, cut at one of its links
                return {TAG: "chain", "h": base, "n": at}
            link = dumps({"base": base, "items": [self._freezer.item(item) for item in copies]})
            digest = self._freezer.sink.put(link).hex()
            self._remember(start, stored, at, copies, digest)
            return {TAG: "chain", "h": digest, "n": len(current)}

    def _longest(self, start: Any, current: list[Any]) -> tuple[_Stored | None, int]:
        """The stored list with the longest prefix in common, and that prefix's length."""
        best: _Stored | None = None
        most = 0
        for stored in reversed(self._by_start.get(start, ())):
            common = _common(stored.items, current)
            if common > most:
                best, most = stored, common
            if common == len(stored.items):
                break  # it is continued whole: there is no better one to expect
        return best, most

    def _remember(self, start: Any, stored: _Stored | None, at: int, copies: list[Any], digest: str) -> None:
        if stored is not None and at == len(stored.items):
            stored.items.extend(copies)
            stored.links.append((len(stored.items), digest))
            self._by_start.move_to_end(start)
            return
        items = [*stored.items[:at], *copies] if stored is not None else copies
        links = [link for link in stored.links if link[0] <= at] if stored is not None else []
        links.append((len(items), digest))
        siblings = self._by_start.setdefault(start, [])
        siblings.append(_Stored(start, items, links))
        self._by_start.move_to_end(start)
        self._count += 1
        if len(siblings) > MAX_PER_START:
            siblings.pop(0)
            self._count -= 1
        while self._count > MAX_LISTS:
            _, dropped = self._by_start.popitem(last=False)
            self._count -= len(dropped)


def _common(stored: list[Any], current: list[Any]) -> int:
    """Length of the longest common prefix. Comparing slices runs in C, and skips items that are the same
    object, so this costs nanoseconds an item."""
    length = min(len(stored), len(current))
    if stored[:length] == current[:length]:
        return length
    low, high = 0, length  # stored[:low] is common, stored[:high] is not
    while high - low > 1:
        middle = (low + high) // 2
        if stored[low:middle] == current[low:middle]:
            low = middle
        else:
            high = middle
    return low


def _start_key(first: Any) -> Any:
    return tuple(first.items()) if isinstance(first, dict) else first


def frozen_copy(item: Any) -> Any:
    """A copy that later changes of the item do not reach, or None when the item is not message-like.

    Message-like are texts, flat mappings from texts to texts, and frozen dataclasses of texts. Nothing with
    numbers is: 1, 1.0 and True are equal and not the same.
    """
    kind = type(item)
    if kind is str or kind is FormatStr:
        return item
    if kind is dict:
        if all(type(key) is str and type(value) is str for key, value in item.items()):
            return dict(item)
        return None
    if is_dataclass(item) and kind.__dataclass_params__.frozen and kind.__dataclass_params__.eq:
        for field in fields(item):
            value = getattr(item, field.name)
            if value is not None and not isinstance(value, str):
                return None
        return item
    return None
