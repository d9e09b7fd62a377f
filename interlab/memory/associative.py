"""A memory that shows what belongs to the question: by likeness, recency and importance."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

from interlab.errors import InvalidArgument
from interlab.memory.base import BaseMemory, MemoryItem
from interlab.memory.vectors import Embedder, Vectors, sentence_encoder, unit_rows
from interlab.models import count_tokens
from interlab.state import Log
from interlab.tracing import FormatStr
from interlab.tracing.format_str import Filled

SENTENCES = "sentences"
_WORD = re.compile(r"[^\W_]+")


class AssociativeMemory(BaseMemory):
    """All that was observed; of it, what a question brings to mind is shown, in the order in which it happened.

    A memory's score is ``similarity · cosine + recency · decay ** age + importance · priority``, where the age counts
    the memories that were added since (Park et al. 2023, "Generative Agents: Interactive Simulacra of Human Behavior").
    The best are taken as long as they fit, the newer of equals first.

    Vectors stand in one matrix that forks share. Without an embedder the cosine is that of the sets of words.

    Args:
        embed: ``"sentences"`` for sentence embeddings offline (the extra ``embeddings``, loaded at first use); a
            function from n texts to an array of shape ``(n, dimensions)``, one of a module if states are to be read in
            another process; None compares words.
        item_limit: memories shown at most, at least 1.
        token_limit: tokens shown at most, separators included, at least 1; None for no limit.
        similarity, recency, importance: the weights, ≥ 0.
        decay: by what recency falls with each newer memory, in (0, 1].
        separator: stands between memories.
        model: whose tokenizer counts; an estimate without one.
        memories: what it starts with.

    Attributes:
        items: all that is remembered, a `state.Log` of `MemoryItem`, oldest first.

    Raises:
        InvalidArgument: a limit, weight or decay out of range, or an embedder that is none.
    """

    def __init__(
        self,
        embed: Embedder | str | None = None,
        *,
        item_limit: int = 20,
        token_limit: int | None = None,
        similarity: float = 1.0,
        recency: float = 0.5,
        importance: float = 0.1,
        decay: float = 0.99,
        separator: str = "\n",
        model: str | None = None,
        memories: Iterable[str] = (),
    ) -> None:
        if not (embed is None or embed == SENTENCES or (callable(embed) and not isinstance(embed, str))):
            raise InvalidArgument(f"embed is a function from texts to vectors, 'sentences' or None; got {embed!r:.60}.")
        for name, limit in (("item_limit", item_limit), ("token_limit", token_limit)):
            if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 1):
                raise InvalidArgument(f"{name} is a whole number of at least 1; got {limit!r}.")
        for name, weight in (("similarity", similarity), ("recency", recency), ("importance", importance)):
            if not isinstance(weight, int | float) or not 0 <= weight < math.inf:
                raise InvalidArgument(f"The weight {name} is a number ≥ 0; got {weight!r}.")
        if not isinstance(decay, int | float) or not 0 < decay <= 1:
            raise InvalidArgument(f"decay lies in (0, 1]; got {decay!r}.")
        self.embed: Any = embed
        self.item_limit = item_limit
        self.token_limit = token_limit
        self.similarity = float(similarity)
        self.recency = float(recency)
        self.importance = float(importance)
        self.decay = float(decay)
        self.separator = separator
        self.model = model
        self.items: Log[MemoryItem] = Log()
        self.vectors = Vectors()
        self.add_memories(memories)

    # Remembering -------------------------------------------------------------------------------------------

    def _add(self, text: str, priority: float, time: int | None) -> None:
        self._add_all([text], priority, time)

    def add_memories(self, texts: Iterable[str], *, priority: float = 0, time: int | None = None) -> None:
        given = list(texts)
        if self.embed is None or len(given) < 2 or not all(isinstance(text, str) for text in given):
            super().add_memories(given, priority=priority, time=time)
            return
        self.add_memory(given[0], priority=priority, time=time)  # checks what is the same for all
        self._add_all(given[1:], priority, time)

    def _add_all(self, texts: list[str], priority: float, time: int | None) -> None:
        """Embedded in one go; nothing is kept when that fails."""
        if self.embed is not None:
            self.vectors.extend(self._rows(texts, [priority] * len(texts)))
        self.items.extend(MemoryItem(text, priority, time, int(count_tokens(text, self.model))) for text in texts)

    def _rows(self, texts: Sequence[str], priorities: Sequence[float]) -> Any:
        """Unit vectors with the priority as one number more, so that one product gives both parts of the score."""
        import numpy

        embedder = sentence_encoder() if self.embed == SENTENCES else self.embed
        vectors = unit_rows(embedder(list(texts)), len(texts))
        bounded = [min(60_000.0, max(-60_000.0, float(one))) for one in priorities]
        return numpy.concatenate([vectors, numpy.asarray(bounded, numpy.float32)[:, None]], axis=1)

    def edit_memory(self, index: int, text: str) -> None:
        place = range(len(self.items))[index]
        old = self.items[place]
        if self.embed is not None:
            self.vectors = self.vectors.replaced(place, self._rows([text], [old.priority])[0])
        self.items.replace(place, MemoryItem(text, old.priority, old.time, int(count_tokens(text, self.model))))

    def remove_memory(self, index: int) -> None:
        place = range(len(self.items))[index]
        if self.embed is not None:
            self.vectors = self.vectors.without(place)
        left = list(self.items)
        del left[place]
        self.items = Log(left)

    @property
    def texts(self) -> list[str]:
        return [item.text for item in self.items]

    # Recalling ---------------------------------------------------------------------------------------------

    def recall(self, query: str | None = None, count: int | None = None) -> list[int]:
        """The places of the memories that a question brings to mind, best first.

        Args:
            query: the question; without one, only recency and importance count.
            count: how many at most; `item_limit` by default.
        """
        length = len(self.items)
        count = min(length, self.item_limit if count is None else count)
        if count <= 0:
            return []
        return self._by_words(query, count) if self.embed is None else self._by_vectors(query, count)

    def _by_vectors(self, query: str | None, count: int) -> list[int]:
        import numpy

        matrix = self.vectors.matrix
        length, columns = matrix.shape
        asked = numpy.zeros(columns, numpy.float32)
        if query and self.similarity:
            asked[:-1] = self._rows([query], [0.0])[0][:-1] * self.similarity
        asked[-1] = self.importance
        scores = matrix @ asked
        if self.recency:
            scores += _decays(self.decay, self.recency, 1 << (length - 1).bit_length())[-length:]
        if count < length:
            least = numpy.partition(scores, length - count)[length - count]
            sure = numpy.flatnonzero(scores > least)
            equal = numpy.flatnonzero(scores == least)[::-1][: count - len(sure)]
            places = numpy.concatenate([sure, equal])
        else:
            places = numpy.arange(length)
        order = numpy.lexsort((-places, -scores[places]))
        found: list[int] = places[order].tolist()
        return found

    def _by_words(self, query: str | None, count: int) -> list[int]:
        asked = _words(query or "")
        newest = len(self.items) - 1
        scored: list[tuple[float, int]] = []
        for place, item in enumerate(self.items):
            score = self.importance * item.priority + self.recency * self.decay ** (newest - place)
            if asked and self.similarity:
                own = _words(item.text)
                if own:
                    score += self.similarity * len(asked & own) / math.sqrt(len(asked) * len(own))
            scored.append((score, place))
        scored.sort(reverse=True)
        return [place for _, place in scored[:count]]

    def shown(self, query: str | None = None, *, token_limit: int | None = None) -> list[MemoryItem]:
        """The memories that would be shown, in the order in which they were added.

        Args:
            query: what they are needed for.
            token_limit: tokens at most; the memory's own limit still holds.
        """
        limits = [limit for limit in (self.token_limit, token_limit) if limit is not None]
        left = min(limits) if limits else math.inf
        gap = int(count_tokens(self.separator, self.model)) if self.separator else 0
        taken: list[int] = []
        for place in self.recall(query):
            cost = self.items[place].tokens + (gap if taken else 0)
            if cost <= left:  # of what does not fit, something shorter may
                left -= cost
                taken.append(place)
        return [self.items[place] for place in sorted(taken)]

    def format_memories(self, query: str | None = None, *, token_limit: int | None = None) -> FormatStr:
        parts: list[str | Filled] = []
        for item in self.shown(query, token_limit=token_limit):
            parts += [self.separator, Filled("memory", item.text)]
        return FormatStr.from_parts(parts[1:])

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"<AssociativeMemory of {len(self)}>"


@functools.lru_cache(maxsize=200_000)
def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


@functools.lru_cache(maxsize=16)
def _decays(decay: float, weight: float, length: int) -> Any:
    """``weight · decay ** age`` for ages ``length − 1`` … 0, the newest last; made for lengths that double."""
    import numpy

    ages = numpy.arange(length - 1, -1, -1, dtype=numpy.float64)
    return (weight * decay**ages).astype(numpy.float32)
