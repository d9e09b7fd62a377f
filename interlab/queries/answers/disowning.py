"""Values that stand in a reply and are nobody's answer: the labels to choose from, tests, what others say."""

from __future__ import annotations

import re
from collections.abc import Callable

_PART = re.compile(r"(?<=[.!?])[\"'”’*_)]*\s+|\n+")
_OFFER = re.compile(
    r"\W*(?:the\s+|your\s+|my\s+|these\s+are\s+the\s+)?(?:(?:only|full|complete)\s+)?"
    r"(?:(?:allowed|possible|valid|permitted|available|accepted|legal|admissible|given|known|offered|permissible|eligible|defined)\s+"
    r"(?:[\w-]+\s+)?(?:values?|options?|labels?|choices?|answers?|status(?:es)?|categories|classes|moves?|actions?|ratings?|levels?|set|states?|"
    r"range|scale|sentiments?|severit(?:y|ies)|priorit(?:y|ies)|outputs?|responses?|tags?)|"
    r"(?:options|choices|candidates|labels|values|categories|classes|alternatives|levels|scale|allowed|possible|permitted|legend|"
    r"range|enum|enumeration|set\s+of\s+\w+|to\s+choose\s+from|choose\s+from|one\s+of))"
    r"(?:\s+(?:to\s+(?:choose|pick|select)\s+from|offered|given|available|allowed|here|are|is|were|for\s+[\w\s]{1,40}))*\s*(?:[:=]|are\b|is\b)",
    re.IGNORECASE,
)
_CHOSEN = re.compile(
    r"\b(?:chosen|choose|chose|picked?|selected?|decid\w+|answer\s+is|my\s+\w+|here|i|this\s+one)\b", re.IGNORECASE
)


def without_offer(text: str, count: Callable[[str], int]) -> str:
    """A text without the lines that only list what may be answered: "Allowed values: todo, done".

    Args:
        text: a reply in words.
        count: how many different values of the type a stretch of text mentions.
    """
    kept, at = [], 0
    for match in [*_PART.finditer(text[:5000]), None]:
        end = match.end() if match is not None else len(text)
        part = text[at:end]
        head = _OFFER.match(part)
        is_offer = head is not None and not _CHOSEN.search(part[head.end() :]) and count(part) > 1
        kept.append("" if is_offer else part)
        at = end
    left = "".join(kept)
    return left if left.strip() else text


_WHAT = (
    r"(?:(?:this|these)(?:\s+\w+)?|the\s+following(?:\s+\w+)?|what\s+(?:follows|comes|stands\s+below)|everything\s+(?:below|here|in\s+this\s+\w+)|"
    r"(?:the|any|all|every)\s+(?:\w+\s+)?(?:numbers?|values?|figures?|answers?|labels?|dates?|words?|amounts?|prices?|ratings?|moves?|"
    r"choices?|contents?|text|message|reply|response|output|line|thing)\s+"
    r"(?:below|here|behind|that\s+follows|(?:in|of)\s+(?:this|the\s+following|my)\s+\w+)|my\s+(?:answer|reply|response|message|output)(?:\s+below)?)"
)
_IGNORED = re.compile(
    rf"(?:^|[,;:]\s+|\b(?:so|and|but|please|kindly|just)\s+)(?:ignore|disregard|discard|skip|forget(?:\s+about)?|pay\s+no\s+attention\s+to|"
    rf"(?:do\s+not|don['’]t|never)\s+(?:use|take|trust|count|record|read|submit|rely\s+on|believe))\s+{_WHAT}(?=\W|$)|"
    rf"^\W*{_WHAT}\s+(?:is|are|was|serves?)\s+(?:(?:only|just|merely|purely|simply|meant|there|intended|sent)\s+)*(?:as\s+|for\s+|to\s+)?(?:an?\s+)?(?:\w+\s+)?"
    r"(?:test(?:s|ing)?|dumm(?:y|ies)|placeholders?|samples?|jokes?|probes?|trial|filler|fake|fiction|nonsense|invented|made\s+up|"
    r"no\s+(?:\w+\s+)?(?:answer|decision|choice|rating)|not\s+(?:\w+\s+){0,3}(?:answer|decision|choice|rating|meant))\b|"
    r"\bi(?:['’]m|\s+am)?\s+(?:only|just|merely|simply)\s+(?:want(?:ed)?\s+to|wish(?:ed)?\s+to|try(?:ing)?\s+to|need(?:ed)?\s+to)?\s*"
    r"(?:test|check|try|probe|testing|checking|trying|probing)(?:ing)?\s+(?:out\s+)?(?:the|this|whether|if|your|my)\b",
    re.IGNORECASE,
)
"""Words that say of a value that comes that it is none."""
_TOPIC = (
    r"(?:answer|choice|decision|move|verdict|rating|opinion|view|figure|number|value|position|vote|estimate|result|label|action|play|"
    r"preference|judg(?:e)?ment|date|reply|bid|plan)"
)
_UNSAID = re.compile(
    rf"\bi(?:['’]ve|\s+have|\s+had|\s+give|\s+gave|\s+offer|\s+make|\s+hold)?\s+no\s+(?:\w+\s+)?{_TOPIC}\b(?!\s+but\b)|"
    r"\bi(?:['’]ll|\s+will|\s+shall|['’]d\s+rather|\s+would\s+rather|\s+prefer\s+to)?\s+(?:keep|leave|withhold|hide)\s+(?:(?:it|that|this|mine|my\s+\w+|the\s+\w+)\s+)?"
    r"(?:to\s+myself|secret|private|open|hidden|for\s+(?:myself|later|now)|undecided|to\s+you)\b|"
    rf"\bmy\s+(?:own\s+|final\s+)?{_TOPIC}(?:\s+(?:is|was|remains|stays|comes|follows|will)\b|\s*[:=–-])\s*(?:still\s+|yet\s+|not\s+|as\s+yet\s+|be\s+)*"
    r"(?:open|pending|thinking|undecided|decided|unknown|follow(?:s|ing)?|tb[ad]|to\s+(?:be|come|follow)|later|missing|secret|private|made|announced|"
    r"unclear|another\s+matter|given|tell|say|\?)|"
    r"\bi(?:['’]m|\s+am)?\s+(?:still|not\s+yet|yet\s+to)\s+(?:thinking|deciding|undecided|weighing|decide|considering|debating|pondering|unsure|decided)\b|"
    r"\bi\s+(?:have\s*n['’]t|have\s+not|did\s*n['’]t|did\s+not|had\s+not|had\s*n['’]t)(?:\s+yet)?\s+(?:decide[d]?|cho(?:o)?sen?|settled?|counted|"
    r"made\s+up\s+my\s+mind|picked|checked\s+(?:it|this|that)|verified\s+(?:it|this|that)|measured|looked)\b|"
    r"\bi\s+(?:wo\s*n['’]t|will\s+not|do\s+not\s+want\s+to|don['’]t\s+want\s+to|refuse\s+to|prefer\s+not\s+to|would\s+rather\s+not|can(?:not|['’]t))\s+"
    r"(?:say|tell|reveal|disclose|share|decide|commit|judge|choose|confirm|vouch)\b|"
    r"\bi\s+(?:disagree|object|doubt\s+(?:it|that|this)|(?:do\s+not|don['’]t)\s+(?:agree|think\s+so|believe\s+(?:it|that|so)|share)|am\s+not\s+convinced|beg\s+to\s+differ)\b|"
    rf"\bthat(?:['’]s|\s+is|\s+was)\s+(?:not\s+(?:my|mine|an?|the)\b|(?:his|her|their|your|somebody|someone)\b)",
    re.IGNORECASE,
)
"""Words behind a value that say that one's own answer is another matter."""


_TOLD_BY = re.compile(
    r"\b(?:the|your|my|our|an?|another|one)\s+(?:\w+\s+){0,2}?(?:student|pupil|user|human|customer|caller|client|other\s+\w+|assistant|model|bot|colleague|partner|opponent|"
    r"player|friend|reviewer|predecessor|advis[eo]r|expert|candidate|applicant|neighbou?r)s?\s+(?:\w+ly\s+|once\s+|has\s+|had\s+)?(?:answered|gave|given|wrote|written|said|"
    r"suggest(?:s|ed)|sent|propose[sd]?|offer(?:s|ed)|submitted|came\s+up\s+with|replied|claim(?:s|ed)|got|entered|typed|filled\s+in)(?:\s+(?:that|me|us|this|with))*\s*[:\"“`]*\s*$",
    re.IGNORECASE,
)


def is_passed_on(lead: str) -> bool:
    """Whether the words that lead to an answer say that somebody else gave it, or that it is to be ignored."""
    return _IGNORED.search(lead) is not None or _TOLD_BY.search(lead[-300:]) is not None


def is_disowned(text: str, count: Callable[[str], int], is_marked: Callable[[str], bool]) -> bool:
    """Whether a text says of the value in it that it is none: before it, or as its last words.

    Args:
        text: a reply in words.
        count: how many different values of the type a stretch of text mentions.
        is_marked: whether a stretch of text holds what is marked as the answer.
    """
    if len(text) > 5000:
        return False
    ahead = _IGNORED.search(text)
    if ahead is not None and not is_marked(text[_end(text, ahead.end()) :]):
        return True
    behind = next(iter([*_UNSAID.finditer(text)][-1:]), None)
    return behind is not None and count(text[behind.end() :]) == 0 and count(text[: behind.start()]) > 0


def _end(text: str, at: int) -> int:
    """Where the line that a place is in ends."""
    end = text.find("\n", at)
    return end if end >= 0 else len(text)


_ROLE = (
    r"(?:opponent|partner|rival|counterpart|adversary|enemy|other\s+(?:player|side|party|agent|team)|co-?player|neighbou?r|advis[eo]r|coach|"
    r"colleague|friend|teammate|ally|competitor|boss|manager|predecessor|assistant|teacher|expert|consultant|critic|reviewer|referee|"
    r"judge|player|agent|bot|model)"
)
_AUTHORITY = (
    r"(?:rule(?:s|book)?|manual|guide(?:book|lines?)?|book|theory|textbook|instructions|crowd|majority|"
    r"tradition|convention|custom|fortune\s+cookie|coin|oracle|dice)"
)
_ACT = (
    r"(?:move|choice|action|decision|play|answer|vote|bid|label|rating|turn|strategy|pick|verdict|guess|"
    r"opinion|suggestion|advice|recommendation|proposal|hint|tip)"
)
_THEIRS = re.compile(
    rf"(?:\b(?:my|the|your|our|his|her|an?|another|one)\s+(?:\w+\s+)?{_ROLE}s?['’]?s?|^\W*{_ROLE}(?:['’]s)?|\b(?:their|his|her|the\s+others?['’])|"
    rf"\b[A-Z][a-z]+['’]s|\b(?:the|my|your)\s+\w+['’]s?(?=\s+(?:advice|suggestion|recommendation|proposal|guess|hint|tip)))(?:\s+(?:last|previous|first|next|own|latest|likely|expected|probable))*(?:\s+{_ACT})?\s*(?:[:=–-]|\b(?:is|was|to\s+me\s+is)\b)\s*[\"'“‘*`]*$|"
    rf"\b(?:my|the|your|our|his|her|their|an?|another|one|every)\s+(?:\w+\s+)?(?:{_ROLE}|{_AUTHORITY})s?\s+(?:\w+ly\s+|would\s+|always\s+|will\s+)?"
    r"(?:says?|said|thinks?|thought|believes?|suggest(?:s|ed)?|recommend(?:s|ed)?|advis(?:es?|ed)|propos(?:es?|ed)|urge[sd]?|insist(?:s|ed)?|prefer(?:s|red)?|"
    r"vote[sd]?|guess(?:es|ed)?|claim(?:s|ed)?|argue[sd]?|tells?|told|wants?|wanted|chose|chooses?|picks?|picked|plays?|played|answers?|answered|"
    r"labels?|labell?ed|rates?|rated|calls?|called|writes?|wrote)\b(?:\s+(?:me|us|you|that|to|it|for|on|i|we|should|must|is|was))*[\s:,\"'“‘*`]*$",
    re.IGNORECASE,
)


_THEIR_WISH = re.compile(
    r"[\"'”’*`]*\s+(?:is|was)\s+(?:what|the\s+\w+\s+that)\s+(?:they|you|he|she|others?|people|everyone|everybody|most|someone|(?:my|the|your|our)\s+\w+)\s+(?!asked|wanted\s+to\s+know)\w+",
    re.IGNORECASE,
)


def is_wish_of_others(after: str) -> bool:
    """Whether the words behind a label say that somebody else says or wants it: "defect" is what they expect."""
    return _THEIR_WISH.match(after[:200]) is not None


_BY_OTHERS = re.compile(
    r"(?:^|[.!?]\s+)\W*(?:(?:(?:the|my|your|our|an?|his|her|their)\s+(?!(?:text|review|message|mail|letter|note|document|article|passage|post|sentence|report|log|ticket|data|"
    r"evidence|label|wording|tone|answer|analysis|result|score|ending|last|first|whole)\b)[\w-]+)|(?!(?:I|It|This|That|We|So|Thus|Then|There|Everything|All|Overall|Text|Review)\b)[A-Z][a-z]+)\s+"
    r"(?:says?|said|thinks?|thought|claims?|claimed|believes?|recommends?|advises?|suggests?|wants?|prefers?)\b[^,;.!?]*$|"
    r"\b(?:recommended|suggested|advised|proposed|preferred|chosen|said|given)\s+by\s+(?!me\b|us\b)[\w\s'’-]{1,40}[:=]\s*[\"'“‘*`]*$"
)


def is_of_others(before: str) -> bool:
    """Whether the words of a clause before a label say whose it is, and that is somebody else."""
    return _THEIRS.search(before[-300:]) is not None or _BY_OTHERS.search(before[-300:]) is not None
