"""Whose value a line gives: a name in front of a colon that belongs to somebody else than the one who answers."""

from __future__ import annotations

import re
from collections.abc import Callable

_ROLE = (
    r"(?:opponents?|partners?|rivals?|counterparts?|enem(?:y|ies)|adversar(?:y|ies)|competitors?|co-?players?|team-?mates?|neighbou?rs?|"
    r"coach(?:es)?|advisors?|advisers?|audience|crowd|dealer|seller|buyer|bank|banker|referee|judges?|"
    r"others?|(?:the\s+)?other\s+(?:player|side|party|one|team|person|agent|model|bot|prisoner|suspect|firm|company|country)|"
    r"(?:player|agent|bot|prisoner|suspect|team|side|party|firm|company|country|participant|model)\s*(?:#?[2-9]|[B-Zb-z]|two|three|four)|"
    r"(?:second|third|fourth)\s+(?:player|agent|bot|prisoner|suspect|team|side|party|firm|participant)|"
    r"they|them|he|she|him|you|somebody|someone|everyone|everybody|anyone|people|most(?:\s+\w+)?|humans?|users?)"
)
_ACT = (
    r"(?:moves?|actions?|choices?|decisions?|plays?|played|strateg(?:y|ies)|pick(?:s|ed)?|vote[sd]?|bids?|offers?|answers?|answered|repl(?:y|ies)|"
    r"response|guess|option|turn|call|reaction|chose|chosen|did|said|says|wants?|wanted|plan)"
)
_IS_ROLE = re.compile(rf"^\W*(?:(?:my|our|the|your|its)\s+)?(?:\w+\s+)?{_ROLE}(?:['’]s?)?\W*$", re.IGNORECASE)
_OWNED = re.compile(
    rf"\b{_ROLE}['’]s?\s+(?:\w+\s+){{0,3}}?{_ACT}\b|\b(?:their|his|her|your|whose)\s+(?:\w+\s+){{0,2}}?{_ACT}\b|"
    rf"\b(?:{_ROLE})\s+(?:\w+\s+)?{_ACT}\b|"
    rf"\b(?:of|by|from|for|to|with)\s+(?:my|our|the|your|his|her|their)?\s*{_ROLE}\b|"
    rf"\bwhat\s+(?:my|our|the|your|his|her)?\s*{_ROLE}\b",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(
    rf"^\W*(?!(?:Today|Tonight|Player|Model|Assistant|Agent|Team)['’])[A-Z]\w+['’]s?\s+(?:\w+\s+){{0,2}}?{_ACT}\W*$"
)
_OTHER_TIME = re.compile(
    r"\b(?:last|previous|prior|earlier|former|old|initial|original|past|next|future|later|following|yesterday|"
    r"first\s+(?:round|turn|move|choice|try|attempt|answer|instinct|guess|thought)|"
    r"possible|potential|alternative|hypothetical|example|sample|rejected|discarded|wrong|allowed|available|valid)\b",
    re.IGNORECASE,
)
_ONE = re.compile(r"\b(?:my|our|mine|ours|i|we|me|us|myself|final|own)\b", re.IGNORECASE)
_FORESEES = re.compile(
    r"\b(?:i|we)\s+(?:\w+\s+)?(?:predict|expect|guess|think|assume|bet|believe|suspect|reckon|anticipate|foresee)\b",
    re.IGNORECASE,
)
_ONES_RIVAL = re.compile(
    r"\b(?:my|our)\s+(?=(?:\w+\s+)?(?:opponent|partner|rival|counterpart|enem|advers|competitor|coach|neighb|other))",
    re.IGNORECASE,
)


def is_of_another(lead: str) -> bool:
    """Whether words before a colon say that what follows is what somebody else does.

    Args:
        lead: the words, as in "Opponent's last move".
    """
    bare = lead.strip(" *_>#-\t")
    if _IS_ROLE.match(bare) is not None or _SOMEBODY.match(bare) is not None:
        return True
    return _ONE.search(_FORESEES.sub("", _ONES_RIVAL.sub("", bare))) is None and _OWNED.search(bare) is not None


def is_of_another_time(lead: str) -> bool:
    """Whether words before a colon say that what follows was so, or may be so, another time: "Previous status"."""
    return _ONE.search(_ONES_RIVAL.sub("", lead)) is None and _OTHER_TIME.search(lead) is not None


_LINE = re.compile(
    r"^[ \t>*_#•-]*(?P<lead>[^:：=\n]{1,60}?)[*_ \t]*(?:[:：]|=(?!=)|->|→)[*_ \t]*(?P<value>[^\n]+?)[ \t]*$",
    re.MULTILINE,
)
MAX_TEXT = 5000
"""Characters of a text whose lines are asked for their owners."""


def is_only_of_others(text: str, is_value: Callable[[str], bool], *, acts: bool) -> bool:
    """Whether all lines of a text that give a value give one of somebody else.

    Args:
        text: a reply in words.
        is_value: whether words are a value.
        acts: whether values of another time are others', too.
    """
    if len(text) > MAX_TEXT:
        return False
    leads = [one["lead"] for one in _LINE.finditer(text) if is_value(one["value"])]
    return bool(leads) and all(is_of_another(one) or (acts and is_of_another_time(one)) for one in leads)
