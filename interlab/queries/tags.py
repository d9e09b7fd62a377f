"""Reading answers between tags, such as ``<answer>yes</answer>``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from interlab.errors import InvalidArgument, ParsingFailure

Converter = Callable[[str], Any]

_NAME = re.compile(r"[A-Za-z_][\w.-]*")


def parse_tags(
    text: str,
    tags: Mapping[str, Converter | None] | Iterable[str] | str,
    *,
    required: Iterable[str] | bool = True,
) -> dict[str, Any]:
    """Read what stands between tags.

        values = parse_tags("<why>cheap</why><price>42</price>", {"why": str, "price": float})

    Args:
        text: a reply. Thoughts between ``<think>`` tags in front are passed over, unless asked for.
        tags: names, or names with what converts the text between; space around it is taken off first.
            Capitals in tags don't matter.
        required: the tags that must be there: all (True), none (False), or some by name.

    Returns:
        The values by name, in the order of `tags`; tags that are not there are left out.

    Raises:
        ParsingFailure: a required tag is missing, one comes twice or never closes, or a converter raised.
        InvalidArgument: a name that can't be a tag, or a required one that is not among `tags`.
    """
    wanted = _wanted(tags)
    if isinstance(required, str):
        required = (required,)
    if isinstance(required, bool):
        needed = set(wanted) if required else set()
    else:
        needed = set(required)
    if needed - wanted.keys():
        raise InvalidArgument(
            f"The required tag {sorted(needed - wanted.keys())[0]!r} is not among those to read: {', '.join(wanted)}."
        )
    if not isinstance(text, str):
        raise InvalidArgument(f"A reply is a text; got {type(text).__name__}.")
    body = text if "think" in wanted else re.sub(r"^\s*<think>.*?</think>", "", text, flags=re.DOTALL | re.IGNORECASE)
    found: dict[str, Any] = {}
    for name, convert in wanted.items():
        inside = _inside(body, name, text, required=name in needed)
        if inside is None:
            continue
        if convert is None:
            found[name] = inside
            continue
        try:
            found[name] = convert(inside)
        except Exception as error:  # a converter is the user's, and raises what it likes
            raise _failure(
                text,
                f"<{name}> holds {inside[:80]!r}, which its converter refused: {type(error).__name__}: {error}",
            ) from error
    return found


def _wanted(tags: Mapping[str, Converter | None] | Iterable[str] | str) -> dict[str, Converter | None]:
    if isinstance(tags, str):
        tags = (tags,)
    wanted = dict(tags) if isinstance(tags, Mapping) else dict.fromkeys(tags)
    for name, convert in wanted.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise InvalidArgument(f"A tag's name is a word such as 'answer', not {name!r}.")
        if convert is not None and not callable(convert):
            raise InvalidArgument(f"What converts <{name}> is a function of its text, not a {type(convert).__name__}.")
    return wanted


def _inside(body: str, name: str, text: str, *, required: bool) -> str | None:
    opening = list(re.finditer(rf"<{re.escape(name)}\s*>", body, re.IGNORECASE))
    closing = list(re.finditer(rf"</{re.escape(name)}\s*>", body, re.IGNORECASE))
    if not opening and not closing:
        if required:
            raise _failure(text, f"<{name}> is missing")
        return None
    if len(opening) > 1 or len(closing) > 1:
        raise _failure(text, f"<{name}> stands {max(len(opening), len(closing))} times")
    if not opening or not closing or closing[0].start() < opening[0].end():
        raise _failure(text, f"<{name}> is opened or closed, but not both in order")
    return body[opening[0].end() : closing[0].start()].strip()


def _failure(text: str, reason: str) -> ParsingFailure:
    shown = text if len(text) <= 200 else text[:197] + "…"
    return ParsingFailure(f"Expected tags in the reply; {reason}. The reply was: {shown!r}", attempts=[(text, reason)])
