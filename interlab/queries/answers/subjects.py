"""What a label is said of: what is asked about, or a part of it, something else, somebody's own."""

from __future__ import annotations

import re

from interlab.queries.answers.segments import Segment

Words = frozenset[str]


def words_of_list(of: str) -> Words:
    return frozenset(of.split())


ANSWERS = words_of_list(
    "answer choice decision move verdict result conclusion rating score label classification category class status "
    "sentiment tone severity priority level value entry pick vote response role roles action prediction overall "
    "evaluation assessment output option call state condition field type final summary judgement judgment attitude "
    "mood polarity opinion view take position stance diagnosis ruling finding selection play bid strategy "
    "urgency grade mark rank recommendation tag one"
)
"""What an answer may be called: the subject or the heading of its statement."""
THINGS = ANSWERS | words_of_list(
    "it this that which what i we text review message letter mail email e-mail comment post tweet thread statement "
    "feedback remark passage article note reply language wording reviewer author writer customer story report piece "
    "poem quote input ticket issue incident bug problem case outage leak failure error defect fault vulnerability "
    "breach flaw alert event task card item job crash whole outcome experience document dialogue conversation "
    "transcript situation everything all these those regression downtime exploit exposure weakness testimonial "
    "speech song paper caption content context today here there emotion feeling feelings reaction "
    "data response description request complaint question headline book film movie product "
    "condition bottleneck disruption misconfiguration glitch"
)
"""What a word such as "high" or "positive" may be said of, as the label of it."""
SCALES = words_of_list("priority severity urgency status sentiment")
"""What each has a scale of its own: a high priority is no high severity."""
_FEELINGS = words_of_list(
    "tone mood attitude feeling feelings opinion view emotion language wording author reviewer writer reaction "
    "position stance experience customer impression speech song story poem quote"
)
"""What a feeling is said of, and no level."""
_LEVELS = words_of_list(
    "high low medium critical severe minor major moderate strong weak big small large short long urgent"
)
GRADED = words_of_list(
    "high low medium critical severe minor major moderate positive negative neutral good bad strong weak big small "
    "large short long hot cold warm fast slow easy hard poor fair excellent rich great mild urgent normal mixed"
)
"""Words that are said of many things: as a label only of what is asked about."""
_OLD = re.compile(
    r"\b(?:old|original|previous|former|prior|initial|earlier|past|next|target|expected|planned|suggested|proposed|recommended|default|usual|"
    r"normal|typical|reported|requested|desired|intended|ideal|possible|highest|lowest|worst|maximum|minimum|other|another|sister|"
    r"parent|child|sibling|neighbou?ring|related|dominant|predicted|claimed|alleged|assumed|draft|sample|example|wrong|"
    r"incorrect|rejected|opponent\w*|partner\w*|rivals?|adversary|counterpart|player|user|human|(?<!the\s)first|second|third|last|future|"
    r"upcoming|coming|yesterday|tomorrow|allowed|available|hypothetical|supposed|presumed|provisional|tentative|preliminary|"
    r"preferred|favou?rite|different|official|formal|popular|textbook|gold|baseline|automatic|hoped|wished|secondary|alternative|runner)\b(?!\s+(?:of|for)\b)",
    re.IGNORECASE,
)
_NEUTRAL_LAST = re.compile(r"\b(?:last|first|second|third|next)\s+(?:word|resort|line|user|customer)", re.IGNORECASE)
_PART = re.compile(
    r"\b(?:parts?|half|halves|portion|sections?|paragraphs?|sentences?|chapters?|lines?|title|headline|subtitle|steps?|sub-?tasks?|phases?|"
    r"stages?|beginning|opening|ending|middle|remainder|rest|quarter|most|some|many|several|each|every|both|two|three|four|"
    r"five|\d+\s+of|aspects?|confidence|certainty|likelihood|probability|chances?|number|amount|workload|stakes|column|"
    r"equilibrium|button|branch|filename|folder|menu|tab|link|theory|advice|default|options|columns?|scale|subject\s+line|question\s+\d+|rule|(?:everything|all|nothing|anything)\s+(?:but|except|save))\b",
    re.IGNORECASE,
)
OTHER_THING = re.compile(
    r"^\W*(?:(?:and|but|so|yet)\s+)?(?:regarding|concerning|as\s+(?:to|for)|when\s+it\s+comes\s+to|(?:as|so)\s+far\s+as\s+(?!i\b|we\b|the\s+(?:log|text|record)s?\b|possible)|up\s+to|(?:apart|aside)\s+from|"
    r"leaving\s+(?:\w+\s+){0,3}?aside|ignoring|with\s+(?:regard|respect)\s+to|in\s+terms\s+of|"
    r"on\s+(?:the|its)\s+(?!whole|basis|balance|evidence|other\s+hand|grounds?|contrary|strength))(?!\s*(?:the\s+)?(?:answer|choice|label|severity|status|"
    r"sentiment|question|task|ticket|text|review|message)\b)",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"\b(?:always|everything\s+that|anything\s+that|whatever|count(?:s)?\s+as|stands?\s+for|starts?\s+as|means|reserved|by\s+default)\b|"
    r"^\W*(?:we|you|they|one)\s+(?:use|need|have)\b|^\W*(?:use|reserve|flip|toss|beware|imagine|please|tell|ask|click|press|check|wait|make\s+sure|see\s+if|let\s+(?:him|her|them|me\s+know|us\s+know))\b",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"\b(?:values|options|labels|choices|levels|categories|classes|columns|states|statuses|possibilities|ratings|moves|grades)\s+"
    r"(?:[\w']+,?\s+){0,6}?(?:are|were|include)\b",
    re.IGNORECASE,
)
BE = re.compile(
    r"\b(?P<verb>is|was|are|were|am|remains?|stays?|looks?|sounds?|feels?|became|becomes?|been)\b|"
    r"\b(?:(?<=it)|(?<=that)|(?<=this)|(?<=what)|(?<=there)|(?<=here)|(?<=he)|(?<=she)|(?<=they)|(?<=we)|(?<=you)|(?<=\bi))['’](?P<short>s|re|m)\b",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"\s*(?:(?:\w+ly|not|thus|therefore|hence|still|now|then|also|just|indeed|here|rather|quite|very|so|too|always|again|today|of|at|a|an|the|on|to|"
    r"(?:set|rated|labell?ed|classified|marked|considered|ranked|graded|judged|deemed|called|put|kept|listed|flagged|described|categori[sz]ed|with)|"
    r"one|level|overall|all|in\s+all|being|been|as|for\s+me|of\s+course|in\s+fact|in\s+my\s+(?:view|opinion)|after\s+all|once\s+again)\b[\s,]*)*[\"'“‘*`(]*$",
    re.IGNORECASE,
)
_CUT_NP = re.compile(
    r"\s(?:of|in|for|on|with|from|to|that|which|who|about|behind|at|as|by|conveyed|expressed|described|given|here|shown|reported|and|itself|alone|through)\b",
    re.IGNORECASE,
)
_OWN_PERSON = re.compile(r"\b(?:i|you|he|she|they|we)$", re.IGNORECASE)
_POSSESSOR = re.compile(
    r"\b(?P<who>[\w-]+)['’]s?\s+(?P<mods>(?:\w+\s+){0,2}?)(?P<what>rating|verdict|answer|label|severity|status|move|choice|decision|"
    r"opinion|view|advice|vote|pick|assessment|estimate|part|plan|suggestion|recommendation|classification|priority|action|strategy|word|"
    r"guess|bid|position|stance|preference|account|task|ticket|card|reading|play|response|reply|call)\b",
    re.IGNORECASE,
)
_THEIRS = re.compile(
    r"\b(?:his|her|their|your|hers|theirs|yours)\s+(?:\w+\s+){0,2}?(?:rating|verdict|answer|label|severity|status|move|choice|decision|opinion|view|"
    r"advice|vote|pick|assessment|part|plan|suggestion|recommendation|classification|strategy|husband|wife|boss|team|side|turn|action|play)\b|"
    r"\bthe\s+(?:answer|choice|move|decision|verdict|vote|opinion|label|rating)\s+(?:of|by|from)\s+(?!this|that|the\s+(?:text|review|message|ticket|task|"
    r"issue|incident|question)|it\b|choice\b|me\b)",
    re.IGNORECASE,
)
_MY = re.compile(r"\b(?:my|our)\s+(?:\w+\s+){0,3}?(?P<what>\w+)\s*$", re.IGNORECASE)


def of_another(part: Segment, label: str, names: Words) -> str | None:
    """Whether the subject of a label's clause is something else than what is asked about."""
    if OTHER_THING.search(part.opening):
        return "it is said of a part, or of something else"
    if _RULE.search(part.clause) and not re.match(r"\W*(?:so\W+|and\W+)?i\b", part.clause, re.IGNORECASE):
        return "it is a rule, or one of the labels that there are"
    if _LISTED.search(part.opening):
        return "it is one of the labels that there are"
    verb = next(iter(list(BE.finditer(part.clause))[-1:]), None)
    if verb is None or not _FILLER.fullmatch(part.clause[verb.end() :]):
        if _THEIRS.search(part.clause) or _is_possessed(part.clause, names):
            return "it is somebody else's"
        return None
    subject = re.split(r",\s+", part.clause[: verb.start()])[-1].strip(" \"'“”*")
    pronoun = re.search(
        r"(?<!of\s)(?<!in\s)(?<!on\s)(?<!about\s)(?<!with\s)(?<!to\s)(?<!for\s)(?<!behind\s)\b(?:it|this\s+one|this|that|which)$",
        subject,
        re.IGNORECASE,
    )
    subject = (
        pronoun.group()
        if pronoun is not None
        else re.split(r"\bthat\s+(?=(?:the|it|this|its|my|our|her|his)\b)", subject)[-1]
    )
    is_being = verb["short"] or verb.group().casefold() in ("is", "are", "am", "was", "were")
    if subject.casefold() == "one":
        return "it is said of one of several"
    if is_being and (verb["short"] == "m" or _OWN_PERSON.search(subject)):
        return "it is said of a person"
    if _THEIRS.search(subject) or _is_possessed(subject, names):
        return "it is somebody else's"
    if _OLD.search(subject) and not _NEUTRAL_LAST.search(subject):
        return "it is said of something else"
    head = _head(subject) if subject.casefold() != "this one" else "this"
    mine = _MY.search(_CUT_NP.split(subject + " ")[0].strip())
    if mine is not None and not set(mine.group().casefold().split()) & (ANSWERS | names):
        return "it is said of something else"
    if _PART.search(_CUT_NP.split(subject + " ")[0]):
        return "it is said of a part, or of something else"
    if head in SCALES - names and names & SCALES:
        return "it is said of something else"
    things = (THINGS - _FEELINGS if label in _LEVELS else THINGS) | names
    if re.match(r"(?:an?|some|any)\s", subject, re.IGNORECASE) and head not in names | ANSWERS:
        return "it is said of something else"
    if label in GRADED and head and head not in things and not head.startswith(("what", "that")):
        return "it is said of something else"
    return None


def heads_another(heading: str, names: Words = frozenset()) -> bool:
    """Whether a heading names something else than what is answered: "Old status", "Her move"."""
    return bool(_OLD.search(heading) or _THEIRS.search(heading)) or _is_possessed(heading, names)


def _head(subject: str) -> str:
    """The noun that a subject is about: "severity" of "the severity of this leak"."""
    words = re.findall(r"[\w-]+", _CUT_NP.split(subject + " ")[0])
    return words[-1].casefold() if words else ""


def _is_possessed(words: str, names: Words) -> bool:
    possessor = _POSSESSOR.search(words)
    if possessor is None and names:
        possessor = re.search(
            rf"\b(?P<who>[\w-]+)['’]s?\s+(?:\w+\s+){{0,2}}?(?:{'|'.join(map(re.escape, names))})\b", words, re.I
        )
    return possessor is not None and possessor["who"].casefold() not in (
        (THINGS - {"customer"}) | {"today", "let", "what", "here", "project"}
    )


def is_answer(words: str, names: Words) -> bool:
    """Whether the words before a verb are about the answer itself: "the label should be"."""
    return _head(re.split(r",\s+", words)[-1].strip()) in ANSWERS | names
