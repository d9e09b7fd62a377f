"""Counting tokens, offline: exactly where the tokenizer is at hand, else an estimate that says so."""

from __future__ import annotations

import re
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from interlab.errors import InvalidArgument, ModelUnavailable
from interlab.models.local_engine import LOCAL_MODEL, check_installed, engine
from interlab.models.messages import Message, Prompt, TextPart, as_messages

CHARACTERS_PER_TOKEN = 4
"""Bytes of UTF-8 a token, roughly true of English and of code under current tokenizers."""

IMAGE_TOKENS = 1_600
"""Tokens an image: what the larger makers take at most for one of ordinary size."""

CACHED_CHARACTERS = 4_000_000
"""Upper bound on the characters that the cache of exact counts keeps alive."""


class TokenCount(int):
    """A number of tokens that knows how it was counted.

    Attributes:
        exact: whether it is what the model itself would count.
        method: how it was counted: the name of a tokenizer, of one and ``" + message overhead"``, or ``"estimate"``.
    """

    exact: bool
    method: str

    def __new__(cls, value: int, *, exact: bool, method: str) -> TokenCount:
        self = super().__new__(cls, value)
        self.exact = exact
        self.method = method
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[int], dict[str, Any]]:
        return (int(self),), {"exact": self.exact, "method": self.method}

    def __repr__(self) -> str:
        return f"TokenCount({int(self)}, exact={self.exact}, method={self.method!r})"


class _Estimate(TokenCount):
    """An estimate: its attributes stand on the class, since memories make one at every item."""

    exact = False
    method = "estimate"

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
        made = TokenCount(count(text), exact=True, method=tokenizer)
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


def count_tokens(text: Prompt, model: Any = None) -> TokenCount:
    """Count the tokens of a text or of chat messages, offline.

    Args:
        text: any text, empty too; or messages in any shape that models take, but for a single text. For messages the
            marks that models put around them are counted too, and `IMAGE_TOKENS` for each image.
        model: the model whose tokenizer counts: a name such as ``"openai/gpt-4o"``, a LangChain model, or anything
            with a ``name``. One with a function ``tokenize`` from a text to its tokens, or LangChain's
            ``custom_get_token_ids``, is asked. Without a model, or where no tokenizer is at hand, the count is an
            estimate.

    Returns:
        An int ≥ 0 with ``.exact`` and ``.method``.

    Raises:
        InvalidArgument: `text` is neither a str nor messages.
    """
    if isinstance(text, str):
        tokenizer = _tokenizer_of(model)
        return estimate_tokens(text) if tokenizer is None else _count(text, tokenizer)
    if isinstance(text, bytes | bytearray):
        raise InvalidArgument(f"count_tokens counts a str or messages, not {type(text).__name__}.")
    return _count_messages(as_messages(text), _tokenizer_of(model))


class Tokenizer(NamedTuple):
    """How a model's tokens are counted."""

    name: str
    count: Callable[[str], int]
    cached: bool = True
    """Whether counts are kept by the name; not for one that belongs to an object."""
    knows_chats: bool = False
    """Whether what the model puts around messages is known to the token."""


def _count(text: str, tokenizer: Tokenizer) -> TokenCount:
    if not tokenizer.cached:
        return TokenCount(tokenizer.count(str(text)), exact=True, method=tokenizer.name)
    return _cache.get(str(text), tokenizer.name, tokenizer.count)


def _count_messages(messages: tuple[Message, ...], tokenizer: Tokenizer | None) -> TokenCount:
    name = "estimate" if tokenizer is None else tokenizer.name
    around, once = _OVERHEAD.get(name, _USUAL_OVERHEAD)
    if name == LOCAL_MODEL and messages[0].role != "system":
        once += _LOCAL_SYSTEM_TOKENS
    total, plain = once, True
    for message in messages:
        total += around
        texts = [message.content] if isinstance(message.content, str) else _parts(message)
        if message.name is not None:
            texts.append(message.name)
            total += 1
        for text in texts:
            if text is None:
                total += IMAGE_TOKENS
            else:
                total += estimate_tokens(text) if tokenizer is None else _count(text, tokenizer)
        for call in message.tool_calls:
            total += around + estimate_tokens(call.name + call.arguments)
        plain = plain and None not in texts and not message.tool_calls and message.role != "tool"
    if tokenizer is None:
        return _Estimate(total)
    return TokenCount(total, exact=plain and tokenizer.knows_chats, method=f"{name} + message overhead")


def _parts(message: Message) -> list[str | None]:
    """The texts of a message; None for an image."""
    return [part.text if isinstance(part, TextPart) else None for part in message.content]


_OVERHEAD = {LOCAL_MODEL: (5, 4)}
_USUAL_OVERHEAD = (4, 3)
"""Tokens around each message, its role among them, and once a prompt. The usual ones are those of OpenAI's cookbook,
"How to count tokens with tiktoken"; the local model's follow from its chat template."""

_LOCAL_SYSTEM_TOKENS = 21
"""The system message that the local model's template puts where there is none."""


def _tokenizer_of(model: Any) -> Tokenizer | None:
    """The tokenizer of a model, or None where none is at hand."""
    if model is None:
        return None
    if isinstance(model, str):
        return _tokenizer(model)
    # LangChain's other ways of counting fetch a vocabulary or ask the provider.
    own = getattr(model, "tokenize", None) or getattr(model, "custom_get_token_ids", None)
    if callable(own):
        return Tokenizer("the model's own tokenizer", lambda text: len(own(text)), cached=False)
    for word in ("name", "model_name", "model"):
        name = getattr(model, word, None)
        if isinstance(name, str) and name:
            return _tokenizer(name)
    return None


@lru_cache(maxsize=256)
def _tokenizer(name: str) -> Tokenizer | None:
    """The tokenizer of a model by the model's name."""
    bare = name.partition("?")[0].lower()
    if bare.partition("/")[0] == "local" or bare.startswith("openai/local/"):
        return _local_tokenizer()
    return _openai_tokenizer(bare.rpartition("/")[2].removeprefix("ft:"))


_O200K = re.compile(r"gpt-4o|gpt-4\.[1-9]|gpt-5|gpt-oss|chatgpt-4o|codex-mini|o[134](?:-(?:mini|pro|preview)|$|-\d)")
_CL100K = re.compile(r"gpt-4(?:$|-)|gpt-3\.?5|text-embedding-(?:3|ada)")


def _openai_tokenizer(model: str) -> Tokenizer | None:
    if _O200K.match(model):
        encoding_name = "o200k_base"
    elif _CL100K.match(model):
        encoding_name = "cl100k_base"
    else:
        return None  # a model of another maker
    try:
        # The package opens its data in a way that newer Pythons warn of.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            import bpe_openai

            encoding = bpe_openai.get_encoding(encoding_name)
    except ImportError:
        return None
    # Models that think put marks of their own around messages.
    knows_chats = encoding_name == "cl100k_base" or model.startswith("gpt-4")
    return Tokenizer(encoding_name, lambda text: len(encoding.encode_ordinary(text)), knows_chats=knows_chats)


def _local_tokenizer() -> Tokenizer | None:
    try:
        check_installed()
    except ModelUnavailable:
        return None
    return Tokenizer(LOCAL_MODEL, lambda text: len(engine().tokenize(text)))
