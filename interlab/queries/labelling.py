"""Labels of a value that say it is not the answer: a draft, an example, what came before, somebody else's."""

from __future__ import annotations

import re

from interlab.queries.standing import standing

_DET = r"(?:(?:the|my|our|an?|this|that|one|some|here(?:['’]s|\s+is)(?:\s+(?:the|my|an?))?)\s+)"
_STRONG = (
    r"(?:preliminary|provisional|tentative|interim|superseded|obsolete|outdated|deprecated|withdrawn|void|discarded|rejected|wrong|incorrect|"
    r"mistaken|drafts?|samples?|examples?|dummy|placeholder|hypothetical|stale|invalid|retracted|unconfirmed|unverified|fictional|demo)"
)
_WEAK = (
    r"(?:first|initial|previous|prior|earlier|old|older|former|original|last|default|maximum|minimum|possible|"
    r"potential|alternative|candidate|other|another)"
)
_NOUN = (
    r"(?:answers?|labels?|ratings?|versions?|guess(?:es)?|attempts?|thoughts?|impressions?|ideas?|tries|try|pass|readings?|estimates?|results?|outputs?|responses?|"
    r"repl(?:y|ies)|values?|numbers?|figures?|dates?|days?|prices?|amounts?|counts?|totals?|bids?|offers?|moves?|choices?|decisions?|verdicts?|status|severity|"
    r"priority|sentiment|titles?|names?|lists?|objects?|entr(?:y|ies)|records?|candidates?|scores?|actions?|json|text|round|turn|game|time|possibilit(?:y|ies)|option)"
)
_NONE = re.compile(
    rf"{_DET}?(?:very\s+)?{_STRONG}(?:\s+[\w-]+){{0,3}}(?:\s*\([^()]*\))?|{_DET}?(?:very\s+)?{_WEAK}(?:\s+{_NOUN})?(?:\s*\d{{1,2}})?(?:\s*\([^()]*\))?|"
    rf"{_DET}?(?:one|candidate|option|possibility)\s+(?:possibility|option|candidate|\d{{1,2}})|(?:for|as)\s+(?:an?\s+)?(?:example|instance|illustration)|"
    r"(?:work|still)\s+in\s+progress|in\s+progress|(?:so\s+far|until\s+now|not\s+(?:yet\s+)?final(?:\s+yet)?)|e\.g\.?",
    re.IGNORECASE,
)
_OWNED = re.compile(
    r"(?:(?:the\s+|my\s+|your\s+|our\s+)?[A-Za-z]\w{1,20}['’]s|his|her|their|your|somebody\s+else['’]s|the\s+others['’])\s+(?:own\s+|first\s+|last\s+|previous\s+)*"
    r"(?:answer|guess|reply|response|opinion|suggestion|attempt|draft|version|solution|advice|recommendation|proposal)",
    re.IGNORECASE,
)
_PART = re.compile(r"(?:^|(?<=[.!?;]\s)|(?<=\n))[ \t*_#>-]{0,10}(?P<label>\w[^\n.:：!?]{0,60}?)[ \t*_]{0,5}[:：]")


def is_label_of_none(label: str) -> bool:
    """Whether a label says that what it stands at is not the answer: "Draft", "Previous answer", "Bob's guess"."""
    words = " ".join(label.split()).strip(" *_#>-:=").strip()
    if not words or len(words) > 80:
        return False
    return standing(words) == "fell" or _NONE.fullmatch(words) is not None or _OWNED.fullmatch(words) is not None


def only_labelled_of_none(text: str, is_key: re.Pattern[str] | None = None) -> bool:
    """Whether a text begins with such a label, and no other label in it says what the answer is.

    Args:
        text: a reply in words.
        is_key: the names of the type's fields, which are no such labels.
    """
    labels = [one["label"] for one in _PART.finditer(text[:5000])]
    if not labels or not is_label_of_none(labels[0]) or not text.lstrip(" \n*_#>-").startswith(labels[0]):
        return False
    if is_key is not None and is_key.fullmatch(labels[0].strip()):
        return False
    return all(is_label_of_none(one) for one in labels)
