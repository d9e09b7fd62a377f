"""Which of several candidates stands: versions that are marked as old or current, and words that discard one."""

from __future__ import annotations

import re
from typing import Literal

_CROSS = re.compile(r"[*_#-]?[ \t]{0,3}[❌✗✘🚫⛔✖]\ufe0f?\s*(?:$|[\w\s]{1,30}:?\s*$)")
_TICK = re.compile(r"[*_#-]?[ \t]{0,3}[✅✓✔☑]\ufe0f?\s*(?:$|[\w\s]{1,30}:?\s*$)")
Standing = Literal["stands", "fell", ""]

_OLD = (
    r"superseded|obsolete|outdated|out[\s-]of[\s-]date|deprecated|discarded|withdrawn|void(?:ed)?|invalid(?:ated)?|rejected|"
    r"crossed[\s-]out|struck(?:[\s-](?:out|through))?|stricken|old|older|oldest|former|stale|cancell?ed|retracted|scrapped|"
    r"dropped|abandoned|replaced|overruled|overridden|revoked|expired|repealed|retired|archived|unrevised|uncorrected|unedited|"
    r"wrong|incorrect|mistaken|erroneous|faulty|flawed|buggy|broken|failed|drafted|drafts?|rough|raw|previous|earlier|original|"
    r"initial|unused|disused|legacy|miscounted|misread|(?:now|no\s+longer)\s+(?:\w+\s+)?(?:wrong|valid|current|"
    r"correct|right|true|in\s+(?:force|use)|used|up\s+to\s+date|accurate|needed)|not\s+(?:valid|current|correct|right|true|in\s+(?:force|use)|"
    r"used|up\s+to\s+date|final|to\s+be\s+used|for\s+use|accurate)|(?:do\s+not|don['’]t)\s+use|to\s+be\s+(?:ignored|discarded|deleted|"
    r"replaced|dropped)|ignore(?:d)?|for\s+(?:the\s+)?(?:record|reference|comparison)\s+only"
)
_NEW = (
    r"current|latest|newest|new|newer|up[\s-]to[\s-]date|valid|in\s+(?:force|effect|use)|kept|accepted|effective|binding|corrected|"
    r"revised|updated|fixed|final(?:ised|ized)?|correct|right|approved|confirmed|chosen|selected|amended|improved|repaired|"
    r"definitive|authoritative|last|instead|now\s+(?:valid|current|correct|right)|to\s+be\s+used|for\s+use|use\s+(?:this|this\s+one)"
)
_LATER = r"revised|corrected|reviewed|proofread|re-?checked|re-?counted|edited|fixed"
_THING = (
    r"(?:version|variant|one|answer|object|json|attempt|try|pass|record|entry|entries|value|result|output|reply|response|line|block|bid|"
    r"offer|reading|figure|number|state|status|copy|data|text|list|table|estimate|proposal|solution|edition|revision|iteration|"
    r"take|item|row|report|ticket|order|move|action|form|rating|label|choice|decision|message|count|total|draft|set|map)"
)
_WHICH = r"(?:the|my|our|this|that|an?|here(?:['’]s|\s+is|\s+comes)(?:\s+(?:the|my|our))?|and|but|so|now)"
_NUMBER = r"(?:#|no\.?\s*)?(?:\d{1,3}(?:\.\d{1,3}){0,3}|[a-d]|one|two|three|i{1,3})"
_VERSION = (
    rf"(?:v(?:er)?\.?\s?\d{{1,3}}(?:\.\d{{1,3}}){{0,3}}|(?:{_THING}|round|step|stage|run)\s*{_NUMBER}?|{_NUMBER})"
)
_FIX = (
    r"(?:corrections?|revisions?|fix(?:es|ing)?|edit(?:s|ing)?|updat(?:e|es|ing)|proof-?reading|review(?:ing)?|(?:re-?)?check(?:s|ing)?|"
    r"changes?|re-?count(?:s|ing)?|verification|correcting|revising|clean-?up|cleaning|repair(?:ing)?|second\s+(?:look|thoughts?))"
)
_THIS = (
    rf"(?:(?:this|that|it|these|those)(?:\s+{_THING})?|the\s+(?:following|{_THING})(?:\s+(?:below|here|"
    rf"that\s+follows))?|what\s+follows)"
)
_PAST = (
    rf"(?:(?:that|this|it|these|those)(?:\s+(?:first|last|previous|earlier)?\s*{_THING})?|(?:the|my|our)\s+(?:(?:first|previous|earlier|preceding|"
    rf"last|other|old|wrong|upper|above|initial|original)\s+){{1,2}}(?:{_THING}|\w+)(?:\s+(?:above|before))?|(?:the|my|our)\s+\w+\s+"
    rf"(?:above|before\s+(?:this|that|it))|(?:the\s+|all\s+(?:of\s+)?the\s+|everything\s+)?above|what\s+i\s+(?:wrote|said|gave|put|"
    rf"sent|had)(?:\s+(?:above|before|first))?)"
)
_ADVERB = r"(?:\s+(?:now|already|thus|therefore|hereby|hence|clearly|simply|\w+ly))?"
_USE = r"(?:use|take|submit|read|keep|record|store|go\s+with|choose|pick|accept|work\s+with|rely\s+on|copy|trust|count)"
_NO_USE = rf"(?:please\s+)?(?:do\s+not|don['’]t|never|no\s+need\s+to)\s+{_USE}"

_FELL = re.compile(
    rf"(?:{_WHICH}\s+)?(?:{_VERSION}[\s,(\[–—:-]*)?(?:(?:the|my|an?|now|already|since)\s+){{0,2}}(?:{_OLD})(?:\s+(?:by|in|after|with)\b[^.!?]{{0,60}})?|"
    rf"(?:{_WHICH}\s+){{0,2}}(?:(?:{_OLD})\s+){{1,2}}{_VERSION}(?:\s+{_THING})?|"
    rf"{_THIS}\s+(?:is|was|are|were|has\s+been|have\s+been|became){_ADVERB}\s+(?:an?\s+|the\s+)?(?:{_OLD})(?:\s+{_THING})?"
    rf"(?:\s*[,;–—-]\s*(?:(?:so|and)\s+)?(?:{_NO_USE}\b|(?:please\s+)?(?:ignore|discard|disregard))[^.!?]{{0,40}})?|"
    rf"{_NO_USE}\s+{_THIS}|"
    rf"(?:before|prior\s+to|without)\s+(?:(?:the|my|this|that|any)\s+)?{_FIX}|"
    rf"(?:superseded|replaced|overruled|corrected|overridden)\s+by\s+[^.!?]{{1,40}}|not\s+(?:this|that)(?:\s+one)?",
    re.IGNORECASE,
)
_STANDS = re.compile(
    rf"(?:{_WHICH}\s+)?(?:{_VERSION}[\s,(\[–—:-]*)?(?:(?:the|my|now)\s+){{0,2}}(?:{_NEW})(?:,?\s+(?:{_NEW}))?|"
    rf"(?:{_WHICH}\s+){{0,2}}(?:(?:{_NEW})\s+){{1,2}}{_VERSION}(?:\s+{_THING})?|"
    rf"{_THIS}\s+(?:is|are|has\s+been){_ADVERB}\s+(?:an?\s+|the\s+)?(?:{_NEW})(?:\s+{_THING})?|"
    rf"(?:so\s+|and\s+|but\s+|please\s+|instead,?\s+)*{_USE}\s+{_THIS}(?:,?\s+(?:instead|now|please|then))*|"
    rf"(?:once|when)\s+(?:{_LATER})|after\s+(?:(?:the|my|this|that|a)\s+)?{_FIX}|"
    rf"{_THIS}\s+(?:replaces|supersedes|overrides|corrects|overrules)\s+{_PAST}|"
    rf"(?:replaced|superseded|corrected)\s+(?:by|with)(?:\s+(?:this|the\s+following)(?:\s+{_THING})?)?",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?:(?:the|my|an?)\s+)?(?:old(?:er|est)?|new(?:er|est)?|former|previous|earlier|original|initial|raw|rough|last|right|correct|wrong|incorrect|instead|broken|chosen|"
    r"selected|failed)",
    re.IGNORECASE,
)
"""Words that may be of the thing itself, rather than of what is said about it: "Old:" and "New:" may be two tickets."""
_DISCARDS = re.compile(
    rf"(?:so\s+|but\s+|and\s+|then\s+|no,?\s+|please\s+|kindly\s+|just\s+)*(?:discard|disregard|ignore|forget|scrap|drop|delete|cancel|strike|"
    rf"cross\s+out|throw\s+(?:away|out)|skip|void|withdraw|overwrite|replace|{_NO_USE})\s+(?:about\s+)?{_PAST}(?=\W|$)|"
    rf"(?:i\s+)?(?:have\s+to\s+|must\s+|hereby\s+)?(?:withdraw|retract|revoke|cancel)\s+{_PAST}(?=\W|$)|"
    rf"{_PAST}\s+(?:(?:is|was|are|were|has\s+been|have\s+been){_ADVERB}\s+(?:an?\s+|the\s+|my\s+)?(?:{_OLD})|does(?:\s+not|n['’]t)\s+count|"
    rf"no\s+longer\s+(?:counts|holds|applies|stands))(?=\W|$)",
    re.IGNORECASE,
)
_FELL_BRIEF = re.compile(
    r"(?:(?:now|all|hereby|and|but)\s+)*(?:superseded|obsolete|outdated|out\s+of\s+date|deprecated|discarded|withdrawn|void|retracted|revoked|cancell?ed|"
    r"scrapped|(?:not|no\s+longer)\s+(?:valid|current|final)(?:\s+(?:yet|any\s*more))?|(?:that|this|it)(?:['’]s|\s+is|\s+was)\s+void)",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(
    r"\b(?:revised|corrected|final|updated|better|proper|definitive)\s+(?:\w+\s+)?(?:(?:is|are)\s+)?(?:follows?|to\s+(?:follow|come)|(?:comes?|coming)\s+(?:later|soon|next|below|tomorrow)|"
    r"(?:later|soon|below|next))\b(?!\s*:)|\b(?:revised|corrected|continued|see)\s+below\b(?!\s*:)|\bi(?:['’]ll|\s+will|\s+shall)\s+(?:send|give|post|write|provide)\s+(?:you\s+)?(?:the|a|my)\s+"
    r"(?:final|corrected|revised|real|proper|right)\b|\b(?:is|was)\s+(?:(?:only|just|merely|still)\s+)?(?:the\s+|a\s+|my\s+)?(?:(?:first|rough|early|raw)\s+)+(?:draft|sketch|version|attempt|idea)\b|"
    r"\b(?:is|was)\s+the\s+wrong\s+\w+\b|\blet\s+me\s+(?:look|think|try|start|do\s+(?:it|this|that))\s+(?:again|over|once\s+more)\b",
    re.IGNORECASE,
)
"""Words that announce another version."""
_BELOW = re.compile(r"\b(?:below|following|next|comes|follows)\b|\b(?:this|these)\b[^.!?]{0,30}:\s*$", re.IGNORECASE)
_NOTE = re.compile(
    r"[ \t]{0,8}(?:\n?(?:```|~~~))?\n?[ \t]{0,8}(?:\(|\[|<-{1,3}|←|⬅|↑|\^{1,3}|//|#|-->?|[–—]|"
    r"/\*)[ \t]{0,8}(?P<note>[^\n()\[\]{}`]{1,60})[)\]]?"
    r"[ \t.]{0,8}(?=\n|$)"
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_MARKS = " \t\n*_#>`~:;.,!–—-→=("


def standing(label: str) -> Standing:
    """What a label says of the candidate it stands at: that it is a version that counts, or one that does not.

    Only a label that says nothing else counts: "Old version:" does, "For the old form:" does not.

    Args:
        label: the words before a candidate, or a note behind it.
    """
    bare = label.strip()[:130]
    if _CROSS.match(bare):
        return "fell"
    if _TICK.match(bare):
        return "stands"
    words = " ".join(label[:2000].split()).strip(_MARKS).rstrip(")]").strip()
    if not words or len(words) > 120:
        return ""
    if _BARE.fullmatch(words):
        return ""
    if _FELL.fullmatch(words):
        return "fell"
    return "stands" if _STANDS.fullmatch(words) else ""


def note_behind(after: str) -> tuple[Standing, int]:
    """What a note right behind a candidate says of it, and where the note ends: "(superseded)", "<- old"."""
    match = _NOTE.match(after)
    if match is None:
        return "", 0
    how = standing(match["note"])
    return how, match.end() if how else 0


def discards(gap: str) -> bool:
    """Whether a sentence behind a candidate says that it does not count: "Please discard the line above."

    Args:
        gap: the words up to the next candidate, or to the end.
    """
    return discarded_at(gap) > 0


def discarded_at(text: str) -> int:
    """Where the last sentence ends that says that what stands before it does not count; 0 if there is none."""
    found = at = 0
    for match in [*_SENTENCE.finditer(text[:5000]), None]:
        end = match.start() if match is not None else len(text)
        one = text[at:end]
        brief = at > 0 and not one.rstrip().endswith(":") and _FELL_BRIEF.fullmatch(one.strip(_MARKS)) is not None
        whole = _DISCARDS.match(one.lstrip(" *_(>-")) is not None and _BELOW.search(one) is None
        if brief or whole or _FOLLOWS.search(one) is not None:
            found = end
        at = match.end() if match is not None else end
    return found


_ORDINALS = {
    "first": 0,
    "former": 0,
    "upper": 0,
    "top": 0,
    "second": 1,
    "latter": -1,
    "last": -1,
    "lower": -1,
    "bottom": -1,
    "third": 2,
}
_REFERS = re.compile(
    rf"(?:so\s+|and\s+|please\s+|(?:i|we)(?:['’]ll|\s+will)?\s+)*(?:(?P<use>{_USE}|choose|mean|meant|prefer)\s+)?(?:only\s+)?(?:the\s+)"
    rf"(?P<which>{'|'.join(_ORDINALS)})(?:\s+{_THING})?(?:\s+(?:of\s+(?:these|them|the\s+two|both)|above))?"
    rf"(?:\s+(?:is|was){_ADVERB}\s+(?:(?:the|my|an?|just|only)\s+){{0,2}}(?:(?P<new>(?:(?:{_NEW})\s*){{1,2}}(?:{_THING})?|"
    rf"(?:{_THING})\s+(?:that\s+counts|to\s+(?:use|take|keep))|answer)|(?P<old>(?:{_OLD}|examples?|illustration|sample|demonstration|"
    rf"template)(?:\s+{_THING})?)))?",
    re.IGNORECASE,
)


def referred(after: str, count: int) -> tuple[set[int], set[int], str]:
    """Which of several candidates later words say to count, and which not to: "The second one is correct."

    Args:
        after: the words behind the last one.
        count: how many there are.

    Returns:
        Those that count, those that don't, and the words without the sentences that say so.
    """
    good: set[int] = set()
    bad: set[int] = set()
    for sentence in _SENTENCE.split(after[:5000]):
        match = _REFERS.fullmatch(sentence.strip(" \t\n*_().!`~"))
        if match is None or bool(match["use"]) is bool(match["new"] or match["old"]):
            continue
        at = _ORDINALS[match["which"].casefold()] % count if count > 1 else count
        if at < count:
            (bad if match["old"] else good).add(at)
            after = after.replace(sentence, " ", 1)
    return good, bad, after
