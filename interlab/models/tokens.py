"""Counting tokens, offline: exactly where the tokenizer is at hand, else an estimate that says so."""

from __future__ import annotations

import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from interlab.errors import InvalidArgument, ModelUnavailable
from interlab.models.local_engine import LOCAL_MODEL, check_installed, engine

CHARACTERS_PER_TOKEN = 4
"""Bytes of UTF-8 a token, roughly true of English and of code under current tokenizers."""

CACHED_CHARACTERS = 4_000_000
"""Upper bound on the characters that the cache of exact counts keeps alive."""


class TokenCount(int):
    """A number of tokens that knows how it was counted.

    Attributes:
        exact: whether the model's own tokenizer counted.
        tokenizer: its name, or ``"estimate"``.
    """

    exact: bool
    tokenizer: str

    def __new__(cls, value: int, *, exact: bool, tokenizer: str) -> TokenCount:
        self = super().__new__(cls, value)
        self.exact = exact
        self.tokenizer = tokenizer
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[int], dict[str, Any]]:
        return (int(self),), {"exact": self.exact, "tokenizer": self.tokenizer}

    def __repr__(self) -> str:
        return f"TokenCount({int(self)}, exact={self.exact}, tokenizer={self.tokenizer!r})"


class _Estimate(TokenCount):
    """An estimate: its attributes stand on the class, since memories make one at every item."""

    exact = False
    tokenizer = "estimate"

    def __new__(cls, value: int) -> _Estimate:
        return int.__new__(cls, value)

    def __reduce__(self) -> tuple[type[_Estimate], tuple[int]]:
        return _Estimate, (int(self),)


def estimate_tokens(text: str) -> TokenCount:
    """Estimate from the length alone: a quarter of the bytes of UTF-8, rounded up. At once, and says so."""
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    return _Estimate(-(-size // CHARACTERS_PER_TOKEN))


class _Cache:
    """Least recently used counts by (text, tokenizer), bounded by the characters held."""

    def __init__(self, characters: int) -> None:
        self._limit = characters
        self._held = 0
        self._counts: OrderedDict[tuple[str, str], TokenCount] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, text: str, tokenizer: str, count: Callable[[str], int]) -> TokenCount:
        key = (text, tokenizer)
        with self._lock:
            found = self._counts.get(key)
            if found is not None:
                self._counts.move_to_end(key)
                return found
        made = TokenCount(count(text), exact=True, tokenizer=tokenizer)
        with self._lock:
            if key not in self._counts and len(text) <= self._limit:
                self._counts[key] = made
                self._held += len(text)
                while self._held > self._limit:
                    (old, _), _ = self._counts.popitem(last=False)
                    self._held -= len(old)
        return made

    @property
    def characters(self) -> int:
        """Characters held now."""
        return self._held


_cache = _Cache(CACHED_CHARACTERS)


def count_tokens(text: str, model: Any = None) -> TokenCount:
    """Count the tokens of a text, offline.

    Args:
        text: any text, empty too.
        model: the model whose tokenizer counts: a name such as ``"openai/gpt-4o"``, or anything with a
            ``name``. Without one, or where no tokenizer is at hand, the count is an estimate.

    Returns:
        An int ≥ 0 with ``.exact`` and ``.tokenizer``.

    Raises:
        InvalidArgument: `text` is no str.
    """
    if not isinstance(text, str):
        raise InvalidArgument(f"count_tokens counts a str, not a {type(text).__name__}.")
    if model is None:
        return estimate_tokens(text)
    name = model if isinstance(model, str) else getattr(model, "name", None)
    tokenizer = _tokenizer(name) if isinstance(name, str) else None
    if tokenizer is None:
        return estimate_tokens(text)
    return _cache.get(str(text), tokenizer[0], tokenizer[1])


@lru_cache(maxsize=256)
def _tokenizer(name: str) -> tuple[str, Callable[[str], int]] | None:
    """The tokenizer of a model by the model's name, or None where none is at hand."""
    provider, _, rest = name.partition("?")[0].partition("/")
    if provider == "openai":
        return _openai_tokenizer(rest)
    if provider == "local":
        return _local_tokenizer()
    return None


def _openai_tokenizer(model: str) -> tuple[str, Callable[[str], int]] | None:
    family = model.lower()
    old = family.startswith(("gpt-4-", "gpt-3.5", "text-embedding-3", "text-embedding-ada")) or family == "gpt-4"
    known = old or family.startswith(("gpt-4", "gpt-5", "chatgpt", "o1", "o3", "o4", "gpt-oss"))
    if not known:
        return None  # a model of another maker behind the same interface
    encoding_name = "cl100k_base" if old else "o200k_base"
    try:
        # The package opens its data in a way that newer Pythons warn of.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            import bpe_openai

            encoding = bpe_openai.get_encoding(encoding_name)
    except ImportError:
        return None
    return encoding_name, lambda text: len(encoding.encode_ordinary(text))


def _local_tokenizer() -> tuple[str, Callable[[str], int]] | None:
    try:
        check_installed()
    except ModelUnavailable:
        return None
    return LOCAL_MODEL, lambda text: len(engine().tokenize(text))
