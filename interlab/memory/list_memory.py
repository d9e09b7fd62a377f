"""A memory that keeps everything in order, and shows what fits."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

from interlab.errors import InvalidArgument
from interlab.memory.base import BaseMemory, MemoryItem
from interlab.models import count_tokens
from interlab.state import Log
from interlab.tracing import FormatStr
from interlab.tracing.format_str import Filled


class ListMemory(BaseMemory):
    """All that was observed, in order; under a limit, the most important and then the newest of it.

    Limits apply to what is shown, not to what is kept. Under a token limit memories are taken by priority, the
    newest first within a priority, until the next one does not fit; then taking stops, so that what is shown is
    never older than something left out of the same priority.

    Args:
        item_limit: memories shown at most, at least 1.
        token_limit: tokens shown at most, separators included, at least 1.
        separator: stands between memories.
        model: whose tokenizer counts; an estimate without one.
        memories: what it starts with.

    Raises:
        InvalidArgument: a limit below 1.
    """

    def __init__(
        self,
        *,
        item_limit: int | None = None,
        token_limit: int | None = None,
        separator: str = "\n",
        model: str | None = None,
        memories: Iterable[str] = (),
    ) -> None:
        for name, limit in (("item_limit", item_limit), ("token_limit", token_limit)):
            if limit is not None and limit < 1:
                raise InvalidArgument(f"{name} is at least 1, or None for no limit; got {limit}.")
        self.item_limit = item_limit
        self.token_limit = token_limit
        self.separator = separator
        self.model = model
        self.items: Log[MemoryItem] = Log()
        # Positions by priority, so that choosing walks back from the newest without sorting all.
        self._places: dict[float, Log[int]] = {}
        self.add_memories(memories)

    def _add(self, text: str, priority: float, time: int | None) -> None:
        tokens = int(count_tokens(text, self.model))
        places = self._places.get(priority)
        if places is None:
            places = self._places[priority] = Log()
        places.append(len(self.items))
        self.items.append(MemoryItem(text, priority, time, tokens))

    def edit_memory(self, index: int, text: str) -> None:
        item = self.items[index]
        self.items.replace(index, MemoryItem(text, item.priority, item.time, int(count_tokens(text, self.model))))

    def remove_memory(self, index: int) -> None:
        left = list(self.items)
        del left[index]
        self.items, self._places = Log(), {}
        for item in left:
            self._add(item.text, item.priority, item.time)

    @property
    def texts(self) -> list[str]:
        return [item.text for item in self.items]

    def shown(self, *, token_limit: int | None = None) -> list[MemoryItem]:
        """The memories that would be shown, in the order in which they were added.

        Args:
            token_limit: tokens at most; the memory's own limit still holds.
        """
        limits = [limit for limit in (self.token_limit, token_limit) if limit is not None]
        left = min(limits) if limits else None
        if left is None and self.item_limit is None:
            return list(self.items)
        if left is None and len(self._places) <= 1:
            return self.items.last(self.item_limit or 0)
        count = len(self.items) if self.item_limit is None else self.item_limit
        gap = int(count_tokens(self.separator, self.model)) if self.separator else 0
        taken: list[tuple[int, MemoryItem]] = []
        for place, item in self._by_importance():
            if len(taken) >= count:
                break
            if left is not None:
                cost = item.tokens + (gap if taken else 0)
                if cost > left:
                    break
                left -= cost
            taken.append((place, item))
        taken.sort(key=_place)
        return [item for _, item in taken]

    def _by_importance(self) -> Iterator[tuple[int, MemoryItem]]:
        if len(self._places) == 1:  # the usual case needs no detour over the places
            yield from zip(range(len(self.items) - 1, -1, -1), reversed(self.items), strict=True)
            return
        for priority in sorted(self._places, reverse=True):
            for place in reversed(self._places[priority]):
                yield place, self.items[place]

    def format_memories(self, query: str | None = None, *, token_limit: int | None = None) -> FormatStr:
        parts: list[str | Filled] = []
        for item in self.shown(token_limit=token_limit):
            parts.append(self.separator)
            parts.append(_filled(item.text))
        return FormatStr.from_parts(parts[1:])

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"<ListMemory of {len(self)}>"


@functools.lru_cache(maxsize=4096, typed=True)
def _filled(text: str) -> Filled:
    """A memory as the part of a prompt: the same object every time, which what compares prompts sees at once."""
    return Filled("memory", text)


def _place(taken: tuple[int, MemoryItem]) -> int:
    return taken[0]
