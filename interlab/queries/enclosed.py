r"""Answers that are marked as a whole: objects and lists in ``\boxed{…}`` or in an answer's tag."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass

from interlab.queries.keys import flat
from interlab.queries.texts import ANSWER_TAG

_BOX = re.compile(r"\\(?:boxed|fbox)\s*\{")
_SPACES = re.compile(
    r"\\(?:left|right|big|Big|bigg|Bigg|displaystyle|textstyle)(?![A-Za-z])|\\[,;:!]|\\q?quad(?![A-Za-z])|(?<!\\)\\ "
)
_WORDS = re.compile(r"\\(?:text|textbf|textit|texttt|mathrm|mathbf|mathit|mathtt|operatorname)\s*\{([^{}]*)\}")
_NAMED = re.compile(r"^\s*\(?[A-Za-z]\w{0,20}(?:\s*,\s*[A-Za-z]\w{0,20})*\)?\s*=\s*(?=[(\[{⟨])")


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A stretch of a text that is marked as the answer.

    Args:
        inner: what stands inside of the marks.
        before, after: what stands around them.
    """

    inner: str
    before: str
    after: str


def boxes(text: str) -> list[Enclosed]:
    r"""What stands in ``\boxed{…}``, its formulas as plain text; one that never closes is left out."""
    found = []
    for match in _BOX.finditer(text):
        end = _closing(text, match.end())
        if end is not None:
            before = re.sub(r"[\s$*]*(?:\\[\[(])?\s*$", " ", text[: match.start()])
            after = re.sub(r"^\s*(?:\\[\])]|\$+)?[ \t*]*", "", text[end + 1 :], count=1)
            found.append(Enclosed(plain_formula(text[match.end() : end]), before, after))
    return found


def _closing(text: str, start: int) -> int | None:
    """Where the brace closes that opens before a place; braces with a backslash are letters."""
    depth, at = 1, start
    while at < len(text):
        letter = text[at]
        if letter == "\\":
            at += 1
        elif letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return None


def plain_formula(inner: str) -> str:
    r"""A formula without commands that say how it looks; of an equation such as ``S = \{1, 2\}`` the right side."""
    plain = _WORDS.sub(lambda one: one[1], _SPACES.sub(" ", inner.replace("{,}", ",")))
    plain = plain.replace("\\{", "{").replace("\\}", "}").replace("\\langle", "(").replace("\\rangle", ")")
    return _NAMED.sub("", plain).strip()


def tagged_answers(text: str, fields: Container[str]) -> list[Enclosed] | None:
    """What stands in tags such as ``<answer>``; None if one of them never closes.

    Args:
        text: a reply in words.
        fields: names of fields, without separators: a tag with such a name is that field.
    """
    found = []
    for tag in ANSWER_TAG.finditer(text):
        if flat(tag["tag"]) in fields:
            continue
        if tag["open"] is not None:
            return None
        found.append(Enclosed(tag["inner"].strip(), text[: tag.start()], text[tag.end() :]))
    return found
