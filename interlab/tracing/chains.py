"""Lists that grow from call to call, stored as a shared prefix and a suffix.

A conversation's every call records all the messages so far. Storing each list whole makes a run of T turns
cost O(T²) bytes, even when each message is stored once, since the lists of references are quadratic again.
So a list that continues one stored before is kept as a link: the hash of the earlier list and the items that
are new. What was stored before is compared by content against a private copy, so a list changed in place
after it was recorded is seen to differ.
"""

from __future__ import annotations

import functools
import itertools
import operator
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Protocol

from interlab.tracing.format_str import Filled, FormatStr
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
    types: list[type]
    given: list[Any]  # the items themselves: of those that are met again only the content is compared
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
        # Taken again within itself: the messages of a list hold prompts, whose parts are lists too. What is
        # remembered only grows, so the inner list does not disturb the outer one.
        self._lock = threading.RLock()

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
        if first is None or (isinstance(first, str) and len(first) < 2):
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
            # A link that ends where the lists part is one that the next list can go on from: a conversation is
            # often its history and, behind it, a question that changes.
            cuts = (common, len(current)) if at < common < len(current) else (len(current),)
            links: list[tuple[int, str]] = []
            begin = at
            for end in cuts:
                items = [self._freezer.item(item) for item in copies[begin - at : end - at]]
                base = self._freezer.sink.put(dumps({"base": base, "items": items})).hex()
                links.append((end, base))
                begin = end
            self._remember(start, stored, at, copies, current, links)
            return {TAG: "chain", "h": base, "n": len(current)}

    def _longest(self, start: Any, current: list[Any]) -> tuple[_Stored | None, int]:
        """The stored list with the longest prefix in common, and that prefix's length."""
        best: _Stored | None = None
        most = 0
        for stored in reversed(self._by_start.get(start, ())):
            common = _common(stored, current)
            if common > most:
                best, most = stored, common
            if common == len(stored.items):
                break  # it is continued whole: there is no better one to expect
        return best, most

    def _remember(
        self,
        start: Any,
        stored: _Stored | None,
        at: int,
        copies: list[Any],
        given: list[Any],
        new: list[tuple[int, str]],
    ) -> None:
        if stored is not None and at == len(stored.items):
            stored.items.extend(copies)
            stored.types.extend(map(type, copies))
            stored.given.extend(given[at:])
            stored.links.extend(new)
            if start in self._by_start:  # a list inside of this one may have pushed it out
                self._by_start.move_to_end(start)
            return
        items = [*stored.items[:at], *copies] if stored is not None else copies
        links = [*(link for link in stored.links if link[0] <= at), *new] if stored is not None else new
        siblings = self._by_start.setdefault(start, [])
        siblings.append(_Stored(start, items, list(map(type, items)), given, links))
        self._by_start.move_to_end(start)
        self._count += 1
        if len(siblings) > MAX_PER_START:
            siblings.pop(0)
            self._count -= 1
        while self._count > MAX_LISTS:
            _, dropped = self._by_start.popitem(last=False)
            self._count -= len(dropped)


def _common(stored: _Stored, current: list[Any]) -> int:
    """Length of the longest common prefix of what would be stored.

    What is equal need not be the same: a prompt and its text, an enum member and its value. So types are
    compared as well. All of it runs in C for the usual items, which costs nanoseconds an item.
    """
    length = min(len(stored.items), len(current))
    items, now = stored.items[:length], current[:length]
    if all(map(operator.is_, items, now)):
        return length
    # Types first: it keeps the comparison below away from classes with an `==` of their own.
    types = list(map(type, now))
    if types != stored.types[:length]:
        length = next((place for place, kind in enumerate(types) if kind is not stored.types[place]), length)
    if items[:length] != now[:length]:
        low, high = 0, length  # items[:low] is common, items[:high] is not
        while high - low > 1:
            middle = (low + high) // 2
            if items[low:middle] == now[low:middle]:
                low = middle
            else:
                high = middle
        length = low
    del items[length:], now[length:]
    if all(map(operator.is_, stored.given, now)):
        return length
    kinds = set(types)
    if kinds == {str} or (kinds <= _PLAIN and _texts_only(now if kinds == {dict} else filter(_is_mapping, now))):
        return length
    pairs = enumerate(zip(items, now, strict=True))
    return next((place for place, (one, other) in pairs if not _same(one, other)), length)


_PLAIN = {str, dict}


def _is_mapping(item: Any) -> bool:
    return type(item) is dict


def _texts_only(mappings: Iterable[dict[str, Any]]) -> bool:
    """Whether the values of all mappings are plain texts."""
    return set(map(type, itertools.chain.from_iterable(map(dict.values, mappings)))) <= {str}


def _same(one: Any, other: Any) -> bool:
    """Whether two values that are equal and of one type are the same in every part."""
    if one is other:
        return True
    kind: Any = type(one)
    if kind is not type(other):
        return False
    if kind is str:
        return bool(one == other)
    if kind is Filled and type(one.text) is str is type(other.text):  # what prompts are mostly made of
        alike = type(one.name) is type(other.name) and type(one.color) is type(other.color)
        return alike and bool(one == other)
    if kind is FormatStr:
        parts, others = one.parts, other.parts
    elif kind is dict:
        parts, others = tuple(one.values()), tuple(map(other.get, one))
    elif kind is tuple:
        parts, others = one, other
    elif is_dataclass(kind):
        names = _names_of(kind)
        parts = tuple(getattr(one, name) for name in names)
        others = tuple(getattr(other, name) for name in names)
    else:
        return bool(one == other)
    return len(parts) == len(others) and all(map(_same, parts, others))


def _start_key(first: Any) -> Any:
    return tuple(first.items()) if isinstance(first, dict) else first


def frozen_copy(item: Any) -> Any:
    """A copy that later changes of the item do not reach, or None when the item is not message-like.

    Message-like are texts, flat mappings from texts to texts, and frozen dataclasses of texts and of tuples of
    such. Nothing with numbers is: 1, 1.0 and True are equal and not the same.
    """
    kind = type(item)
    if kind is dict:
        if all(type(key) is str and (type(value) is str or type(value) is FormatStr) for key, value in item.items()):
            return dict(item)
        return None
    return item if item is not None and _is_fixed(item) else None


def _is_fixed(value: Any) -> bool:
    kind: Any = type(value)
    if kind is str or value is None or kind is FormatStr:
        return True
    if kind is tuple:
        return all(map(_is_fixed, value))
    try:
        names = _names_of(kind)
        return bool(names) and all(_is_fixed(getattr(value, name)) for name in names)
    except Exception:  # a class that does not even let itself be looked at
        return False


@functools.cache
def _names_of(kind: Any) -> tuple[str, ...]:
    """The fields of a frozen dataclass that is equal when they are; none for other classes."""
    parameters = kind.__dict__.get("__dataclass_params__")
    if parameters is None or not (parameters.frozen and parameters.eq):
        return ()
    equals = getattr(kind.__dict__.get("__eq__"), "__code__", None)
    if equals is None or equals.co_filename != "<string>" or kind.__hash__ is None:  # one of the user's own
        return ()
    found = fields(kind)
    return tuple(field.name for field in found) if all(field.compare for field in found) else ()
