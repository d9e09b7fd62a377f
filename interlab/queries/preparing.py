"""What is settled about a reply in words before a scalar is read out of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from interlab.queries.answers.disowning import is_disowned, without_offer
from interlab.queries.answers.marked import marked
from interlab.queries.answers.prose import Doubtful, Mention
from interlab.queries.answers.restating import MAX_TEXT, said_twice
from interlab.queries.outcomes import Refusal
from interlab.queries.standing import discarded_at

Mentions = Callable[[str], list[Mention]]
"""The values of a type that a text mentions."""
MAX_COUNTED = 2000
"""Characters of a text whose values are counted; a longer one is taken to mention several."""
_BRACKETED = re.compile(r"\s*[(\[]\s*([^()\[\]]+?)\s*[)\]]\s*\.?\s*")


def prepared(body: str, mentions: Mentions) -> str | Refusal:
    """A reply without the labels it was to choose from and brackets around all of it; a refusal if it is disowned."""

    def count(words: str) -> int:
        if len(words) > MAX_COUNTED:
            return 2
        try:
            return len({repr(one.value) for one in mentions(words)})
        except Doubtful:
            return 1

    taken_back = discarded_at(body)
    if taken_back and not count(body[taken_back:]):
        return Refusal("it takes back what it said")
    if is_disowned(body, count, lambda words: any(final for _, _, _, final in marked(words, lambda word: False))):
        return Refusal("it says that the value is not its answer")
    inner = _BRACKETED.fullmatch(body)
    if inner is not None and ":" in inner[1]:
        body = inner[1]
    return without_offer(body, count)


def is_withdrawn(body: str) -> bool:
    """Whether the last words of a reply say that what it said does not count."""
    return discarded_at(body) >= len(body.rstrip(" .!\n*_)"))


def told_twice(body: str, mentions: Mentions) -> object | None:
    """The one value that a text says more than once, and nothing else; a refusal if it puts two values as one."""
    if len(body) > MAX_TEXT:
        return None
    try:
        found = mentions(body)
    except Doubtful:
        return None
    same = said_twice(body, found)
    if same is False:
        return Refusal("it puts two values as one")
    return found[0].value if same else None
