"""Lists in one line of a text, behind the words that name them; the parts of a tuple behind their names."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from interlab.queries.answers.notations import Notated
from interlab.queries.answers.wording import BOUND_BEFORE, CONDITION, HEDGE, NEGATION

_LINE = re.compile(r"[^\n]+")
_NAMED = re.compile(
    r"^[ \t>#]*(?:[-*•][ \t]+)?[*_`]{0,3}(?P<lead>[^:：=\n]{1,80}?)[*_`]{0,3}[ \t]*"
    r"(?P<mark>[:：][*_]{0,3}(?=\s)|=(?!=)|\b(?:is|are|were|was|includes?|comprises?|reads?)\b(?:[ \t]*:)?)[ \t]*"
    r"(?P<items>\S[^\n]*?)[ \t]*$",
    re.IGNORECASE,
)
NOT_THESE = re.compile(
    r"\b(?:denied|deny|revoked|removed|excluded|rejected|refused|withdrawn|missing|lost|forbidden|unavailable|disallowed|lacks?|lacking|"
    r"previous(?:ly)?|old|older|former(?:ly)?|earlier|initial(?:ly)?|original(?:ly)?|last|past|yesterday|requested|wanted|desired|asked|pending|proposed|"
    r"suggested|recommended|expected|planned|future|next|candidates?|options?|possible|possibilit\w+|choices|available|allowed|valid|"
    r"alternativ\w*|examples?|samples?|draft|inputs?|questions?|e\.g|such\s+as|some|others?|another|opponent\w*|partner\w*|rival\w*|"
    r"wrong|incorrect|invalid|guess\w*|estimate\w*|range|between|(?:page|line|round|version|step)\s+#?\d+|notes?|warning|"
    r"remaining|rest|unless|optional(?:ly)?|default|neither|nor|or|what|which|who|why|how)\b|\?",
    re.IGNORECASE,
)
"""Words of a name that say that the list is another one."""
MAX_TEXT = 2000
"""Characters of a text that may hold such a line."""


def labelled_series(text: str, reads: Callable[[str], int]) -> Notated | None:
    """The list behind the one name in a text that has one: "Roles: reader, editor".

    Args:
        text: a reply in words.
        reads: how many items a stretch of text is as a list; 0 if it is none.
    """
    if len(text) > MAX_TEXT:
        return None
    found: list[tuple[re.Match[str], int]] = []
    for line in _LINE.finditer(text):
        start = line.start()
        for part in re.split(r"(?<=[.!])\s+(?=[A-Z])", line.group()):
            at = text.index(part, start)
            start = at + len(part)
            one = _NAMED.match(part)
            items = one["items"].rstrip("*_. ") if one is not None else ""
            if one is None or not items or re.search(r"\.\.|…|\betc\b|\bor\b|\?", items):
                continue
            count = reads(items)
            if count > 1 or (count == 1 and one["mark"][:1] in ":：" and not re.fullmatch(r"[\d.]+", items)):
                found.append((one, at))
    if len(found) != 1:
        return None
    (one, at) = found[0]
    if len(re.findall(r"^[ \t]*[A-Z]\w{0,20}[ \t]*[:：]", text, re.MULTILINE)) > 1:
        return None  # other lines have names, too
    lead, items = one["lead"], one["items"].rstrip("*_. ")
    if any(rule.search(lead) for rule in (NOT_THESE, HEDGE, NEGATION, CONDITION, BOUND_BEFORE)):
        return None
    before, after = text[:at], text[at + one.end() :]
    if _holds_more(before + "\n" + after, reads):
        return None
    return Notated(items, "a list behind its name", before, after)


def _holds_more(rest: str, reads: Callable[[str], int]) -> bool:
    """Whether other lines than the list's hold items of its kind, which may belong to it or to another list."""
    words = re.findall(r"[^\s,;:.!?()*_\"']+(?:\.\d+)?", rest)
    return any(reads(word) > 0 for word in words)


_ASSIGNED = re.compile(
    r"(?<![\w.])(?P<name>[A-Za-z]\w{0,20})[ \t]*(?:=|:|\bis\b|\bequals\b)[ \t]*"
    r"(?P<value>[-+−]?\$?\d+(?:\.\d+)?)(?![\w.]*[\w/%^*])"
)
_ONLY_PARTS = re.compile(r"[\s,;.$\\()*_!-]*(?:\band\b[\s,;.$\\()*_!-]*)?")
_CONCLUDES = re.compile(
    r"^\W*(?:(?:so|therefore|thus|hence|finally|consequently|this\s+gives|we\s+(?:get|have|find|obtain)|i\s+(?:get|find)|"
    r"(?:(?:the|my|our)\s+)?(?:final\s+|unique\s+|only\s+)?(?:solution|answer|result|pair|point|coordinates?|intersection)(?:\s+(?:is|are))?)[,:]?\s*)*$",
    re.IGNORECASE,
)


def named_parts(text: str, names: Iterable[Iterable[str]]) -> Notated | None:
    """The parts of a tuple that one sentence gives by their names: "So x = 3 and y = 7."

    Args:
        text: a reply in words.
        names: the sets of names that the parts may have.
    """
    if len(text) > MAX_TEXT:
        return None
    plain = re.sub(r"\\[,;!]|\\(?:quad|text\{and\}|;)|\$", " ", text)
    found = list(_ASSIGNED.finditer(plain))
    if not found:
        return None
    parts = {one["name"].casefold(): one["value"].replace("−", "-") for one in found}
    if len(parts) != len(found) or not any(set(parts) == set(one) for one in names):
        return None
    gaps = [plain[a.end() : b.start()] for a, b in itertools.pairwise(found)]
    lines = plain[: found[0].start()].rsplit("\n", 1)
    lead, before = lines[-1], lines[0] if len(lines) == 2 else ""
    rest = plain[found[-1].end() :]
    if not all(_ONLY_PARTS.fullmatch(gap) for gap in gaps) or not re.match(r"[\s$)*_]*(?:[.!]|\n|$)", rest):
        return None
    if _CONCLUDES.match(lead) is None or re.search(r"\d", rest):
        return None
    return Notated(parts, "parts with names", before, rest.lstrip(" $)*_.!"))


_PAIR = re.compile(
    r"^\W*(?:(?:so|therefore|thus|hence),?\s+)?(?:the|my|our)\s+(?:\w+\s+)?(?:pair|numbers|integers|values|coordinates|solution|solutions|roots|answer|answers|"
    r"result|point)\s+(?:is|are)\s*:?\s*(?P<first>[-+−]?\d+(?:\.\d+)?)\s*(?:,|,?\s+and)\s+(?P<second>[-+−]?\d+(?:\.\d+)?)\s*[.!]?\s*$",
    re.IGNORECASE,
)


def two_parts(text: str) -> Notated | None:
    """The parts of a pair that one sentence gives in order: "The pair is 3 and 7.\""""
    one = _PAIR.fullmatch(text.strip().replace("**", ""))
    return (
        Notated([one["first"].replace("−", "-"), one["second"].replace("−", "-")], "a sentence")
        if one is not None
        else None
    )


_NUMBERS = re.compile(
    r"^[ \t]*(?:(?:[-*•]|\d{1,3}[.)])[ \t]+)?(?:[*_]{0,2}row[ \t]+\d{1,2}[*_]{0,2}[ \t]*[:：][*_]{0,2})?[ \t]*[(\[]?"
    r"(?P<numbers>[-−]?\d+(?:\.\d+)?(?:[ \t]*[,;|][ \t]*[-−]?\d+(?:\.\d+)?|[ \t]+[-−]?\d+(?:\.\d+)?)+)"
    r"[)\]]?[,;]?[ \t]*$",
    re.IGNORECASE,
)


def number_rows(text: str) -> list[list[str]] | None:
    """The rows of a matrix, one a line, with commas or spaces between the numbers; None if a line is none."""
    lines = [line for line in text.splitlines() if line.strip()]
    rows = [_NUMBERS.match(line) for line in lines[:200]]
    if len(lines) < 2 or len(lines) > len(rows):
        return None
    made = [re.split(r"[\s,;|]+", one["numbers"].replace("−", "-")) for one in rows if one is not None]
    return made if len(made) == len(rows) and len({len(row) for row in made}) == 1 else None


_POINT = re.compile(
    r"(?P<start>^[ \t]*(?:(?:[-*•]|\d{1,3}[.)])[ \t]+)?|[,;][ \t]+|\band[ \t]+)[*_]{0,2}"
    r"(?:[A-Z]['′]?\d{0,2}|(?:point|vertex|corner|node|row|start|end|top|bottom|"
    r"left|right|upper|lower|cent(?:re|er)|origin|first|second|third|fourth|fifth|north|south|east|west|peak|tip|base)"
    r"(?:[ -]?(?:point|vertex|corner|node|left|right|top|bottom|east|west|[A-Z]|\d{1,2}))?)"
    r"[*_]{0,2}[ \t]*(?:[:=](?!=)[*_]{0,2}|(?=\()|$)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)


def without_point_name(gap: str) -> str:
    """What stands between two points, without the name of the second: "- End: "."""
    name = list(_POINT.finditer(gap))
    return gap[: name[-1].start()] + name[-1]["start"] if name and name[-1].end() == len(gap) else gap


_NAMES = frozenset(["", "point", "vertex", "corner", "name", "label", "id", "#", "nr", "no", "number", "index", "node"])


def without_names(table: Notated | None, sets: Iterable[list[str]]) -> Notated | None:
    """A table of points without the column that names them, if the others are the parts."""
    if table is None or not isinstance(table.value, list) or not table.value:
        return table
    first, *rest = table.value[0]
    if first.strip(" .*").casefold() not in _NAMES or not any(
        {one.casefold() for one in rest} == set(names) for names in sets
    ):
        return table
    return replace(table, value=[{key: row[key] for key in rest} for row in table.value])
