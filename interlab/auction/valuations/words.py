"""Values from the words themselves: no model is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from interlab.auction.bids import checked_price
from interlab.auction.draft import Draft
from interlab.auction.valuations.base import Valuation
from interlab.environments import Talk
from interlab.errors import InvalidArgument
from interlab.memory.vectors import Embedder, sentence_encoder

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def words(text: str) -> list[str]:
    """The words of a text in small letters."""
    return _WORD.findall(text.casefold())


class HeuristicValuation(Valuation):
    """A weighted sum of what can be seen: whether it is long enough, whether it asks, how many of its words are new.

    Args:
        length: weight of the length, which counts in proportion up to `enough` words.
        question: weight of asking a question.
        novelty: weight of the share of words that were not said before.
        enough: words from which on a draft is long enough, at least 1.
    """

    def __init__(self, *, length: float = 1.0, question: float = 0.5, novelty: float = 1.0, enough: int = 30) -> None:
        self.length = checked_price(length, "weight of the length")
        self.question = checked_price(question, "weight of a question")
        self.novelty = checked_price(novelty, "weight of novelty")
        if not isinstance(enough, int) or isinstance(enough, bool) or enough < 1:
            raise InvalidArgument(f"enough is a whole number of words, at least 1; got {enough!r}.")
        self.enough = enough

    def values(self, drafts: Sequence[Draft], talk: Talk) -> dict[str, Any]:
        """Values by bidder; what was said is read once for all."""
        said = {word for message in talk.transcript for word in words(message.text)}
        return {draft.bidder: self._of(draft, said) for draft in drafts}

    def _value(self, draft: Draft, talk: Talk) -> float:
        return float(self.values([draft], talk)[draft.bidder])

    def _of(self, draft: Draft, said: set[str]) -> float:
        text = draft.text or ""
        found = words(text)
        if not found:
            return 0.0
        kinds = set(found)
        return (
            self.length * min(1.0, len(found) / self.enough)
            + self.question * any(mark in text for mark in "?？؟")
            + self.novelty * len(kinds - said) / len(kinds)
        )


class NoveltyValuation(Valuation):
    """How little a draft is like any one of the last messages: one minus the highest likeness, in [0, 1].

    Args:
        embed: a function from texts to vectors, whose cosine is the likeness; ``"sentences"`` for `sentence_encoder`,
            loaded at first use; None compares words: the share of the draft's words that a message has.
        last: how many messages are compared, at least 1.
    """

    def __init__(self, embed: Embedder | str | None = None, *, last: int = 50) -> None:
        if not (embed is None or embed == "sentences" or (callable(embed) and not isinstance(embed, str))):
            raise InvalidArgument(
                f"embed is a function from texts to vectors, 'sentences', or None; got {embed!r:.60}."
            )
        if not isinstance(last, int) or isinstance(last, bool) or last < 1:
            raise InvalidArgument(f"last is a whole number of messages, at least 1; got {last!r}.")
        self.embed: Any = embed
        self.last = last

    def check(self, talk: Talk) -> None:
        """Load the encoder, so that a missing extra is said before any call."""
        if self.embed == "sentences":
            sentence_encoder()

    def values(self, drafts: Sequence[Draft], talk: Talk) -> dict[str, Any]:
        """Values by bidder; everything is embedded in one go."""
        said = [message.text for message in talk.transcript[-self.last :] if message.text.strip()]
        texts = [draft.text or "" for draft in drafts]
        if not said or not drafts:
            return {draft.bidder: 1.0 for draft in drafts}
        found = _by_words(texts, said) if self.embed is None else self._by_vectors(texts, said)
        return {draft.bidder: novelty for draft, novelty in zip(drafts, found, strict=True)}

    def _value(self, draft: Draft, talk: Talk) -> float:
        return float(self.values([draft], talk)[draft.bidder])

    def _by_vectors(self, texts: list[str], said: list[str]) -> list[float]:
        import numpy as np

        embed = sentence_encoder() if self.embed == "sentences" else self.embed
        vectors = np.asarray(embed([*texts, *said]), dtype=np.float64)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
        likeness = vectors[: len(texts)] @ vectors[len(texts) :].T
        found: list[float] = np.clip(1.0 - likeness.max(axis=1), 0.0, 1.0).tolist()
        return found


def _by_words(texts: list[str], said: list[str]) -> list[float]:
    before = [set(words(text)) for text in said]
    novel = []
    for text in texts:
        kinds = set(words(text))
        novel.append(1.0 - max(len(kinds & heard) / len(kinds) for heard in before) if kinds else 0.0)
    return novel
