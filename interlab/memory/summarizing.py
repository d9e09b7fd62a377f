"""A memory that keeps to a limit by summarising what is old, and summaries of what is older still."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from interlab.errors import CallCancelled, InvalidArgument, ModelError, ReplayMiss
from interlab.memory.base import BaseMemory
from interlab.models import Params, as_model, count_tokens, current_seed
from interlab.queries import summarize_with_limit
from interlab.queries.summarizing import cut_to_tokens
from interlab.state import Log, derive_seed
from interlab.tracing import FormatStr, TracingNode
from interlab.tracing.format_str import Filled


@dataclass(frozen=True, slots=True)
class Summarized:
    """One thing remembered, word by word or as a summary.

    Args:
        text: what is remembered.
        level: 0 for what was added, 1 for a summary of such, 2 for a summary of summaries, ….
        count: how many of what was added it stands for.
        priority: the highest of theirs.
        time: the environment's step of the newest of them, or None.
        tokens: how long it is.
    """

    text: str
    level: int = 0
    count: int = 1
    priority: float = 0
    time: int | None = None
    tokens: int = 0


class SummarizingMemory(BaseMemory):
    """What was observed, in order; when it gets too long, the oldest half of the lowest level becomes one summary.

    The whole never has more than `token_limit` tokens. Levels rise towards the past: the newest memories stand word by
    word, before them summaries of some, before those summaries of summaries; the very newest is summarised only where
    it does not fit beside one summary of all before it. What has a higher priority than others is
    summarised later. Each summary is a node below the observation that made it necessary. Where the model fails, the
    beginning of the text takes the place of its summary, and an event says so.

    Args:
        model: who summarises: a `Model`, a name for `get_model`, or anything that `query_model` takes. Its tokenizer
            counts.
        token_limit: tokens in all at most, separators included, at least 8.
        summary_tokens: tokens of one summary at most; a quarter of `token_limit` by default.
        separator: stands between memories.
        prompt: how summaries are asked for, as for `summarize_with_limit`.
        params: how the model is asked.

    Attributes:
        items: what is remembered, a `state.Log` of `Summarized`, oldest first.
        tokens: how long the whole is.

    Raises:
        InvalidArgument: a limit out of range.
    """

    def __init__(
        self,
        model: Any = "demo",
        *,
        token_limit: int = 2_000,
        summary_tokens: int | None = None,
        separator: str = "\n",
        prompt: str | FormatStr | None = None,
        params: Params | None = None,
    ) -> None:
        for name, limit, least in (("token_limit", token_limit, 8), ("summary_tokens", summary_tokens, 1)):
            if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < least):
                raise InvalidArgument(f"{name} is a whole number of at least {least}; got {limit!r}.")
        self.model = as_model(model)
        self.token_limit = token_limit
        self.summary_tokens = max(1, token_limit // 4) if summary_tokens is None else summary_tokens
        self.separator = separator
        self.prompt = prompt
        self.params = params
        self.items: Log[Summarized] = Log()
        self.tokens = 0
        self.summaries = 0
        self._gap = int(count_tokens(separator, self.model)) if separator else 0

    def _add(self, text: str, priority: float, time: int | None) -> None:
        size = int(count_tokens(text, self.model))
        self.tokens += size + (self._gap if len(self.items) else 0)
        self.items.append(Summarized(text, 0, 1, priority, time, size))
        self._keep_to_limit()

    def _keep_to_limit(self) -> None:
        while self.tokens > self.token_limit:
            items = list(self.items)
            places = self._oldest_half(items)
            made = self._summary([items[place] for place in places])
            left = [one for place, one in enumerate(items) if place not in set(places)]
            left.insert(places[0], made)
            self._set(left)

    def _set(self, items: list[Summarized]) -> None:
        self.items = Log(items)
        self.tokens = sum(one.tokens for one in items) + self._gap * max(0, len(items) - 1)

    def _oldest_half(self, items: list[Summarized]) -> list[int]:
        """The places of what is summarised next: at least two where there are two, and the newest last of all."""
        if len(items) <= 2:
            return list(range(len(items)))
        older = range(len(items) - 1)
        by_importance: dict[tuple[float, int], list[int]] = {}
        for place in older:
            by_importance.setdefault((items[place].priority, items[place].level), []).append(place)
        fitting = [group for _, group in sorted(by_importance.items()) if len(group) > 1]
        if not fitting:
            lowest = sorted(older, key=lambda place: (items[place].priority, place))
            return sorted(lowest[:2])
        group = fitting[0]
        half = sum(items[place].tokens for place in group) / 2
        taken: list[int] = []
        for place in group:
            if len(taken) >= 2 and half <= 0:
                break
            taken.append(place)
            half -= items[place].tokens
        return taken

    def _summary(self, items: list[Summarized]) -> Summarized:
        text = self.separator.join(one.text for one in items)
        level = max(one.level for one in items) + 1
        size = sum(one.tokens for one in items) + self._gap * (len(items) - 1)
        # At most half of what it stands for, so that every summary makes the whole shorter.
        room = max(1, min(self.summary_tokens, size // 2, self.token_limit))
        inputs = {"level": level, "memories": sum(one.count for one in items), "token_limit": room}
        with TracingNode(f"summary of level {level}", kind="memory", inputs=inputs) as node:
            try:
                written = summarize_with_limit(self.model, text, room, prompt=self.prompt, params=self._params())
            except (ReplayMiss, CallCancelled):
                raise
            except ModelError as error:
                node.add_event("cut instead of summarised", {"error": type(error).__name__, "reason": str(error)})
                written = cut_to_tokens(text, room, self.model)
            node.set_result(written)
        self.summaries += 1
        return Summarized(
            written, level, sum(one.count for one in items), max(one.priority for one in items),
            max((one.time for one in items if one.time is not None), default=None),
            int(count_tokens(written, self.model)),
        )  # fmt: skip

    def _params(self) -> Params | None:
        """A seed of its own for every summary of a seeded environment."""
        seed = current_seed()
        if seed is None or (self.params is not None and self.params.seed is not None):
            return self.params
        drawn = Params(seed=derive_seed(seed, "summary", self.summaries) & 0x7FFFFFFF)
        return self.model.supported(drawn if self.params is None else drawn.over(self.params))

    @property
    def levels(self) -> list[int]:
        """The levels of what is remembered, oldest first."""
        return [one.level for one in self.items]

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.items]

    def edit_memory(self, index: int, text: str) -> None:
        items = list(self.items)
        old = items[index]
        items[index] = Summarized(
            text, old.level, old.count, old.priority, old.time, int(count_tokens(text, self.model))
        )  # fmt: skip
        self._set(items)
        self._keep_to_limit()

    def remove_memory(self, index: int) -> None:
        items = list(self.items)
        del items[index]
        self._set(items)

    def format_memories(self, query: str | None = None, *, token_limit: int | None = None) -> FormatStr:
        shown: list[Summarized] = []
        left = self.token_limit if token_limit is None else min(token_limit, self.token_limit)
        for one in reversed(self.items):
            cost = one.tokens + (self._gap if shown else 0)
            if cost > left:
                break
            left -= cost
            shown.append(one)
        parts: list[str | Filled] = []
        for one in reversed(shown):
            parts += [self.separator, Filled("summary" if one.level else "memory", one.text)]
        return FormatStr.from_parts(parts[1:])

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"<SummarizingMemory of {sum(one.count for one in self.items)} in {len(self)}>"
