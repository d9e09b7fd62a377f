"""Summaries that keep to a number of tokens."""

from __future__ import annotations

import re
from typing import Any

from interlab.errors import InvalidArgument
from interlab.models import Params, as_model, call_model, count_tokens
from interlab.tracing import FormatStr, TracingNode

SUMMARIZE = FormatStr(
    "Summarize the following text in at most {words} words. Keep names, numbers, and who said or did what. "
    "Write only the summary.\n\n{text}"
)
SHORTER = FormatStr(
    "Shorten the following summary to at most {words} words. Keep what matters most. Write only the shorter "
    "summary.\n\n{text}"
)

WORDS_PER_TOKEN = 0.7
"""English words a token, with some room."""


def summarize_with_limit(
    model: Any,
    text: str,
    token_limit: int,
    *,
    prompt: str | FormatStr | None = None,
    params: Params | None = None,
    name: str = "summary",
) -> str:
    """Summarise a text in a given number of tokens: one call, a second if the first is too long, then a cut.

    Args:
        model: a `Model`, a name for `get_model`, or anything that `as_model` takes. Its tokenizer counts.
        text: what to summarise. A text that keeps to the limit comes back as it is, without a call.
        token_limit: tokens at most, ≥ 1.
        prompt: another request, with the fields ``{text}`` and, if wanted, ``{words}`` and ``{token_limit}``.
        params: how the model is asked.
        name: the recorded node's name.

    Returns:
        A text of at most `token_limit` tokens, cut at the end of a word if it had to be. It is never empty because
        the model wrote nothing but thoughts: then `text` itself is cut.

    Raises:
        InvalidArgument: a limit below 1, a text that is none, a prompt without ``{text}``.
        ModelError: the model could not be called.
    """
    if isinstance(token_limit, bool) or not isinstance(token_limit, int) or token_limit < 1:
        raise InvalidArgument(f"token_limit is a whole number ≥ 1, not {token_limit!r}.")
    if not isinstance(text, str):
        raise InvalidArgument(f"summarize_with_limit summarises a text, not a {type(text).__name__}.")
    template = SUMMARIZE if prompt is None else FormatStr(prompt)
    if "text" not in template.free_fields:
        raise InvalidArgument("The prompt of a summary needs a field {text} for what is to be summarised.")
    asked = as_model(model)
    inputs = {"text": text, "token_limit": token_limit}
    with TracingNode(name, kind="query", inputs=inputs) as node:
        summary = text
        words = max(1, int(token_limit * WORDS_PER_TOKEN))
        for request in (template, SHORTER):
            if count_tokens(summary, asked) <= token_limit:
                break
            # Thoughts alone are no summary: what there was is asked for again, or cut.
            filled = (template if summary is text else request).format(
                text=summary, words=words, token_limit=token_limit
            )
            summary = _without_thoughts(call_model(asked, filled, params).text) or summary
            words = max(1, words // 2)
        if count_tokens(summary, asked) > token_limit:
            node.add_event("cut", {"tokens": int(count_tokens(summary, asked)), "token_limit": token_limit})
            summary = cut_to_tokens(summary, token_limit, asked)
        node.set_result(summary)
        return summary


def _without_thoughts(reply: str) -> str:
    # Thoughts without an end were cut off, and the reply with them.
    return re.sub(r"^\s*<(think(?:ing)?)>.*?(?:</\1>|\Z)", "", reply, flags=re.DOTALL | re.IGNORECASE).strip()


def cut_to_tokens(text: str, token_limit: int, model: Any = None) -> str:
    """The longest beginning of a text that ends with a word and keeps to a limit.

    Args:
        token_limit: tokens at most, ≥ 0, the closing ``…`` included.
        model: whose tokenizer counts; see `count_tokens`.

    Returns:
        The beginning with ``…`` after it where there is room; of one very long word, a part.
    """

    def fits(end: int) -> bool:
        return count_tokens(_ended(text, end), model) <= token_limit

    if count_tokens(text, model) <= token_limit:
        return text
    ends = [match.start() for match in re.finditer(r"(?<=\S)(?=\s)", text)]
    place = _last(len(ends), lambda index: fits(ends[index]))
    if place is not None:
        return _ended(text, ends[place])
    inside = _last(ends[0] if ends else len(text), lambda index: fits(index + 1))
    if inside is not None:
        return _ended(text, inside + 1)
    shortest = next((text[:end] for end in (2, 1) if 0 < count_tokens(text[:end], model) <= token_limit), "")
    return shortest.rstrip()


def _ended(text: str, end: int) -> str:
    return text[:end].rstrip(" \t\n,;:–—-") + " …"


def _last(count: int, fits: Any) -> int | None:
    """The last index that fits, found by halving; counts of tokens hardly ever fall as a text grows, so what
    is found is checked, and stepped back from."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if fits(middle):
            low = middle + 1
        else:
            high = middle
    found = low - 1
    while found >= 0 and not fits(found):
        found -= 1
    return found if found >= 0 else None
