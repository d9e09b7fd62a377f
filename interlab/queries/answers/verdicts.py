"""Yes or no as what a text comes to: in a statement of the answer, after what leads to it, or as a line of its own."""

from __future__ import annotations

import re

from interlab.queries.answers.prose import Doubtful
from interlab.queries.answers.segments import Segment, segment, shortened
from interlab.queries.answers.settled import unsettled
from interlab.queries.answers.subjects import heads_another
from interlab.queries.answers.told_of import elsewhere
from interlab.queries.answers.wording import CONDITION, CORRECTION, HEDGE, NEGATION, NO_ANSWER_AFTER, REASON, REFUSAL

MAX_WORDS = 60
"""How often a text may say yes or no and still be an answer in prose."""
_WORD = re.compile(r"(?<![\w-])(?P<word>yes|no|true|false)(?![\w-])", re.IGNORECASE)
_INITIAL = re.compile(r"\A[\s*_]*(?P<word>Y|N)[*_]*\s*(?:[.,:;–—]|-\s)")
_DETERMINES = re.compile(
    r"[*_]*\s+(?!matter\s+(?:what|how|who)|even\b|because\b|since\b|as\b|from\s+me\b|whatever\b|despite\b|although\b|though\b|too\b|again\b|all\s+the\s+same\b|anyway\b|nonetheless\b|nevertheless\b|regardless\b)[^\W_]"
)
_LEADS_ON = (
    r"(?:(?:and|but|so|yet|still|thus|hence|therefore|overall|consequently|accordingly|finally|ultimately|clearly|now|then|here|"
    r"unfortunately|sadly|regrettably|luckily|fortunately|thankfully|happily|alas|as\s+a\s+result|in\s+(?:the\s+end|short|conclusion|sum|"
    r"summary|brief|my\s+(?:view|opinion|judge?ment))|on\s+(?:that|this)\s+basis|for\s+(?:that|this|these|those)\s+reasons?|"
    r"all\s+in\s+all|on\s+balance|after\s+all|even\s+so|to\s+the\s+question[^,.;:]{0,120}|i(?:['’]d)?\s+(?:would\s+)?(?:say|think|believe|conclude)\s+(?!so\b)(?:that\s+)?)[\s,:]*)"
)
_ANSWER = (
    r"(?:(?:my|our|the)\s+(?:(?:own|final|correct|right|short|honest|only|true|proper|simple|plain|overall|appropriate|clear)\s+){0,2}"
    r"(?:answer|verdict|conclusion|decision|response|entry|value|result|vote|reply)(?:\s+(?:to|here|in|on|for|of)\b(?!\s+(?:him|her|them|\w+['’]s|(?-i:[A-Z])))[^,:;.!?]{0,60}?)?\s*"
    r"(?:\b(?:is|remains|stays|must\s+be|should\s+be|has\s+to\s+be|can\s+only\s+be)\b|:|=)"
    r"|(?:now|today|this\s+(?:year|time|week|month|round)|since\s+then)\s+it\s+(?:is|has\s+been))"
)
_ADVERBS = (
    r"(?:(?:also|still|therefore|thus|hence|clearly|definitely|indeed|simply|again|plainly|unfortunately|sadly|an?|clear|firm|plain|definite|"
    r"resounding|strong|hard|big|simple|flat|straight|unequivocal|now|in\s+fact|as\s+(?:before|well))\b[\s,:]*)*"
)
_STATEMENT = re.compile(rf"^\W*(?>{_LEADS_ON}*){_ANSWER}[\s:]*{_ADVERBS}[\s:\"'“‘`*(]*$", re.IGNORECASE)
_PLAINLY = re.compile(
    rf"^\W*(?>{_LEADS_ON}*)(?:(?:the|this)\s+(?:statement|claim|sentence|assertion|proposition)\s+is|(?:the|this|its)\s+(?:[\w-]+\s+){{0,2}}?(?:flag|value|field|setting|parameter|variable|attribute|entry|property)\s+"
    r"(?:is|should\s+be|must\s+be)(?:\s+set\s+to)?|(?:it|that|this)(?:['’]s|\s+is))\s+"
    r"(?:therefore\s+|thus\s+|clearly\s+|indeed\s+|simply\s+|definitely\s+)?[\"'*]*$",
    re.IGNORECASE,
)
_OPENER = re.compile(
    rf"^\W*(?>{_LEADS_ON}*)(?:(?:based|drawing|relying)\s+(?:up)?on|judging\s+(?:by|from)|going\s+(?:by|from)|to\s+judge\s+(?:by|from)|from\s+what|having\s+\w+|"
    r"after\s+(?:\w+ly\s+)?(?:\w+ing|all|careful|close|some|much)\b|in\s+(?:a|one)\s+(?:single\s+)?word|in\s+(?:short|brief|summary|conclusion|fact|the\s+end|sum|"
    r"my\s+(?:view|opinion|judge?ment))|to\s+(?:be\s+(?:clear|honest|sure|brief|precise|fair|frank)|put\s+it|answer|sum|conclude|cut|make\s+it)\b|all\s+in\s+all|on\s+balance|"
    r"overall|despite|in\s+spite\s+of|notwithstanding|for\s+all\s+(?:his|her|its|their|the|that)|unfortunately|sadly|regrettably|luckily|"
    r"fortunately|happily|thankfully|alas|clearly|plainly|simply|honestly|frankly|obviously|again|once\s+more|definitely|absolutely|certainly|"
    r"indeed|given|considering|in\s+view\s+of|in\s+(?:the\s+)?light\s+of|by\s+(?:the|our|any|its)\s+(?:\w+\s+)?(?:rules?|law|definition|letter|"
    r"wording|contract|terms)|under\s+(?:the|our|article|section|rule)|with(?:out)?\s+(?:hesitation|regret|pleasure|certainty|confidence|great|deep|a\s+heavy|any)|"
    r"for\s+(?:(?:the|these|those|all\s+these)\s+(?:\w+\s+)?(?:reasons?|time))|as\s+(?:the|far\s+as\s+the)\s+\w+|"
    r"on\s+(?:the|its)\s+(?:evidence|basis|whole|strength|merits)|according\s+to\s+(?:the|this|our)\s+(?:\w+\s+)?(?:text|transcript|logs?|records?|rules?|"
    r"handbook|polic\w+|data|evidence|documents?|instructions?|contract|thread|rubric|standards?|minutes)|(?:my|the)\s+(?:\w+\s+)?(?:answer|verdict|conclusion))\b[^.!?\n;]{0,160}?[,:]\s*[\"'“*]*$",
    re.IGNORECASE,
)
_JUST_JOINED = re.compile(
    r"\W*(?:(?:and|but|so|yet|thus|hence|therefore|definitely|absolutely|clearly|certainly|again|i(?:['’]d|\s+would)?\s+say)\b\W*)*",
    re.IGNORECASE,
)
_LED = re.compile(rf"\W*(?>{_LEADS_ON}*)[\s\"'“*]*", re.IGNORECASE)
_MANNERS = re.compile(
    r"[\s*_\"'`”’]*[,.!;:—–-]*\s*(?:i\s+(?:can|could|will|would|have\s+(?:read|seen|looked|received)|see|understand|got|read|looked)\b|i(?:['’]ll|['’]d|['’]m|['’]ve)\s|"
    r"(?:good|great|fair|interesting)\s+(?:question|point)|let\s+(?:me|us)\b|let['’]s\b|thank|please|whatever|wait\b|hold\s+on|hang\s+on|of\s+course\s+i\b|(?:the|that|this|your)\s+question\b|"
    r"it\s+(?:isn['’]t|is\s+not)\s+(?:clear|known|certain|possible|said))",
    re.IGNORECASE,
)
"""What answers the one who asks rather than the question: "Yes, I have read the file."."""
_LEFT_OPEN = re.compile(
    r"\b(?:does\s*n['’]?t|does\s+not|do\s+not|do\s*n['’]t|cannot|can['’]?t|can\s+not|never|nothing|neither|nor)\s+(?:\w+\s+){0,2}?(?:say|says|settles?|decides?|answers?|tells?)\b"
    r"(?!\s+(?:that|otherwise|so|anything\s+else))",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"^[ \t>*_#•-]*(?P<head>[^:：=\n.!?]{3,60}?)[*_ \t]*[:：=][*_ \t]*(?P<word>yes|no|true|false)[*_.! \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_NO_HEAD = re.compile(
    r"\d|\b(?:default|example|options?|question|answers?\s+(?:of|by|from)|if|part|part\s+\w|round|statement|section|vote[sd]?|says?|said|for|draft|"
    r"format|possible|input|case|step|note|member|scratch|strike|this|that|wait|actually|sorry|his|her|their|your|shook|nodded|shakes|nods|mr|mrs|ms|dr|expert|he|she|they|you)\b",
    re.IGNORECASE,
)
CONCEDED = re.compile(
    r"\b(?:even\s+(?:if|when|though)|no\s+matter\s+(?:what|how|who|whether|if)|whatever|whoever)\b[^.!?;]*",
    re.IGNORECASE,
)
"""What changes nothing, as it is said."""
RESERVED = re.compile(
    r"^\W*(?:but|although|though|except|however,?\s+(?:not|only|it\s+depends)|well|(?:at\s+least\s+)?not\s+(?:always|entirely|really|quite|today|now|here|"
    r"exactly|necessarily|fully|completely|all|every|in\s+all|any\s*more|yet|for\s+all|as\s+such|under)|only\s+(?:if|when|in|some|on|for)|at\s+least(?!\s+(?:\d|one|two|three|some|the)\b)|at\s+times|"
    r"sometimes|mostly|largely|partly|partially|usually|often|generally|normally|in\s+(?:part|a\s+(?:way|sense|manner)|theory|principle|general|most)|"
    r"to\s+(?:some|a\s+certain)\s+(?:extent|degree)|up\s+to\s+a|kind\s+of|sort\s+of|or\s+(?:no|yes|rather|maybe)|more\s+or\s+less|"
    r"and\s+(?:no|yes|false|true)|with\s+(?:\w+\s+)?(?:exceptions?|reservations?|caveats?|limits?|limitations?)|(?:as|so)\s+far\s+as\s+(?:i|we)|"
    r"to\s+(?:my|our|the\s+best\s+of)\b|(?:i|we)\s+(?:hope|suppose|assume|imagine|guess|suspect|fear)|let['’]s\s+hope|hopefully)\b|"
    r"^\W*(?:for\s+(?!(?:\w+\s+){0,2}reasons?\b|(?:now|sure|certain)\b)|to\s+the\s+|(?:in|on|from|during|until|at)\s+(?:(?-i:[A-Z])|weekends|weekdays|winter|summer|"
    r"night|some|most|many))[^,.;:!?\n]{1,40}[.!]?\s*$",
    re.IGNORECASE,
)
"""What restricts a yes or a no behind it: to some cases, times, or what somebody hopes."""
_SWITCH = re.compile(
    r"\W*(?:the|this|that|its|your)\s+(?P<what>(?:[\w-]+\s+){0,4}?(?:flag|switch|toggle|setting|option|feature|mode|light|lamp|alarm|power|heating|"
    r"device|engine|pump|machine|checkbox|monitor|camera|server|led|breaker|display|radio|fan))\s+is\s+(?:now\s+|currently\s+|still\s+)?"
    r"(?:switched\s+|turned\s+|set\s+to\s+)?[\"'`]?(?P<word>on|off)[\"'`]?(?:\s+(?:now|currently|right\s+now|at\s+the\s+moment|at\s+present))?\W*",
    re.IGNORECASE,
)


def verdict(text: str) -> bool:
    """Whether a text comes to yes or to no.

    Raises:
        Doubtful: it says neither, both, or says it of something else.
    """
    text = shortened(text)
    if REFUSAL.search(text):
        raise Doubtful("it is a refusal")
    switched = _SWITCH.fullmatch(text)
    if (
        switched is not None
        and not heads_another(switched["what"])
        and not re.search(r"default|previous", switched["what"], re.I)
    ):
        return switched["word"].casefold() == "on"
    line = _line(text)
    if line is not None:
        return line
    if len(found := _found(text)) > MAX_WORDS:
        raise Doubtful("it says yes or no too often")
    said: list[tuple[re.Match[str], bool]] = []
    besides: set[bool] = set()
    for match in found:
        start, end = match.span("word")
        answer = match["word"].casefold() in ("yes", "true", "y")
        if _is_ordinary(text, match) or _is_asked(text, end):
            continue
        part = segment(text, start, end)
        if not _comes_to(text, part, match):
            if elsewhere(text, start, end, frozenset(), as_noun=True) is None:
                besides.add(answer)
            continue
        led = part.heading and _OPENER.search(part.earlier + part.opening)
        if led or elsewhere(text, start, end, frozenset(), as_noun=True) is None:
            _check(part, answer)
            said.append((match, answer))
    if len({answer for _, answer in said}) != 1 or besides - {said[0][1]}:
        raise Doubtful("it says neither yes nor no, or both")
    last, answer = said[-1]
    rest = text[last.end("word") :]
    if CORRECTION.search("\n" + rest) or NO_ANSWER_AFTER.search(rest) or unsettled(rest):
        raise Doubtful("words after it take it back")
    if _BUT.search(rest):
        raise Doubtful("it is said with a reserve")
    if addresses(rest) or (answer and _LEFT_OPEN.search(rest)):
        raise Doubtful("it answers another question")
    return answer


_BUT = re.compile(
    r"[.!]\s+(?:but|however|although|yet|that\s+said)\b|[.!;]\s+the\s+(?:long(?:er)?|full(?:er)?|second|other|complete)\s+(?:one|answer|version|story)\b",
    re.IGNORECASE,
)


def _found(text: str) -> list[re.Match[str]]:
    """Where yes or no stand in a text."""
    initial = _INITIAL.match(text)
    return [*([initial] if initial is not None else []), *_WORD.finditer(text)]


def says_more(text: str) -> bool:
    """Whether a text has another answer beside a short one: "The short answer is yes, the long one …"."""
    return _LONG.search(text) is not None


_LONG = re.compile(r"\bthe\s+(?:long(?:er)?|full(?:er)?|complete)\s+(?:one|answer|version|story)\b", re.IGNORECASE)


def addresses(after: str) -> bool:
    """Whether what stands behind yes or no speaks of the request: "Yes, I can help with that."."""
    return _MANNERS.match(after) is not None


def leaves_open(after: str) -> bool:
    """Whether what stands behind a yes says that nothing is said or settled."""
    return _LEFT_OPEN.search(after) is not None


def _line(text: str) -> bool | None:
    """The one line or assignment in a text that names a property and says yes or no."""
    lines = list(_LINE.finditer(text))
    if len(lines) != 1 or len(text) > 1000:
        return None
    (line,) = lines
    rest = text[: line.start()] + "\n" + text[line.end() :]
    head = line["head"].strip()
    words = re.findall(r"[\w']+", head)
    alone = len(words) == 1 and not re.search(
        r"[_a-z](?:able|ible|ed|ful|less)$|\w_\w|^(?:valid|legal|open|free|guilty|vegan)$", head, re.IGNORECASE
    )
    names = len(words) > 1 and all(word[:1].isupper() for word in words)
    if alone or names or _NO_HEAD.search(head) or heads_another(head) or HEDGE.search(head) or NEGATION.search(head):
        return None
    if any(not _is_ordinary(rest, one) for one in _WORD.finditer(rest)) or HEDGE.search(rest) or CONDITION.search(rest):
        return None
    if CORRECTION.search("\n" + rest) or NO_ANSWER_AFTER.search(rest) or unsettled(rest) or "?" in rest:
        return None
    if _DIFFERS.search(rest):
        return None
    return line["word"].casefold() in ("yes", "true")


_DIFFERS = re.compile(r"\b(?:however|but|although|though|yet|except|still)\b", re.IGNORECASE)


def _is_ordinary(text: str, match: re.Match[str]) -> bool:
    """Whether the word belongs to what follows it: "no smoke", "true friends"."""
    return match["word"].casefold() not in ("yes", "y", "n") and _DETERMINES.match(text, match.end("word")) is not None


def _is_asked(text: str, end: int) -> bool:
    after = re.match(r"[^.!\n]*?(?P<mark>[.!?]|\n|$)", text[end:])
    return after is not None and after["mark"] == "?"


def _comes_to(text: str, part: Segment, match: re.Match[str]) -> bool:
    """Whether the words before yes or no lead to it as to the answer."""
    if _STATEMENT.search(part.clause) or _STATEMENT.search(part.opening):
        return True
    if (
        match["word"].casefold() in ("true", "false")
        and _PLAINLY.search(part.clause)
        and re.match(r"[\"'*]*\s*(?:[.:!]|$)", part.after + part.later)
    ):
        return True
    before = part.earlier + part.opening
    if (
        not _JUST_JOINED.fullmatch(part.opening)
        and not _LED.fullmatch(part.opening)
        and not _OPENER.search(part.opening)
    ):
        return False
    if not re.match(
        r"[\"'”’*_)]*\s*(?:[,.!;:–—-]|$|\n|because\b|since\b|as\b|even\b|whatever\b|despite\b)",
        text[match.end("word") :],
    ):
        return False
    return (
        not before.strip(" *_\"'“`")
        or _OPENER.search(before) is not None
        or not part.earlier.rstrip().endswith((":", "—", "–"))
        or bool(_JUST_JOINED.fullmatch(part.earlier))
    )


def _check(part: Segment, answer: bool) -> None:
    told = CONCEDED.sub(" ", REASON.split(part.after)[0])
    if HEDGE.search(part.opening) or HEDGE.search(told):
        raise Doubtful("it is said with a reserve")
    if RESERVED.match(part.after + part.later):
        raise Doubtful("it is said with a reserve")
    if CONDITION.search(told) or (answer and NEGATION.search(told)):
        raise Doubtful("it is said with a reserve")
    if re.match(r"\W*(?:but|although|though|except|well|however)\b", part.after + part.later, re.IGNORECASE):
        raise Doubtful("it is said with a reserve")
