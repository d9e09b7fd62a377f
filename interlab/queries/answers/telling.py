"""A number that a declarative sentence tells, in English or another language: "Over the season she scored 27 "
"goals."."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from interlab.queries.answers.dates import find_dates
from interlab.queries.answers.figures import Figure, Read, figures_in, names_twice
from interlab.queries.answers.names_of_days import MONTHS
from interlab.queries.answers.prose import Doubtful, check
from interlab.queries.answers.revising import sentences_of
from interlab.queries.answers.superseding import standing, without_set_aside
from interlab.queries.answers.tongues import doubt_abroad, tongues_of
from interlab.queries.answers.withheld import is_of_others, unanswered, withheld, withheld_list
from interlab.queries.answers.wording import CONDITION, CORRECTION, NO_ANSWER_AFTER, REFUSAL, UNSURE

_DAY_SPLIT = re.compile(r"\b\d{1,2}\.$")
_MONTH = re.compile("|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True)), re.IGNORECASE)
_SHORTENED = re.compile(
    r"(?<![^\W_])(?:ca|approx|appr|est|c|min|max|ok|ung|env|aprox|cca|no|nr|vs|bzw|ggf|evtl|ungef|prox|vol|fig|pp?)\.$",
    re.IGNORECASE,
)
"""An abbreviation, behind which no sentence ends."""
_EASTERN_END = re.compile(r"(?<=[。！？])")
_NOT_BUT = re.compile(
    r"(?:\b(?:(?:do|does|did|is|was|are|were|will|would|has|have)(?:\s+not|n['’]t)|not|nicht|kein\w*|pas|no|non|não|"
    r"niet|geen|nie|ne(?=\s)|není|не|"
    r"bukan|inte|ikke)\b|不是|并非|"
    r"並非)(?P<denied>[^.;!?。\n]{0,60}?\d[^.;!?。\n\d]{0,24}?(?:\d[\d.,]*)?[^.;!?。\n\d]{0,24}?),?\s*"
    r"(?:\b(?:but(?:\s+rather)?|sondern|mais|sino|ma|bensì|mas(?:\s+sim)?|e\s+sim|maar|lecz|ale|tylko|nýbrž|а|"
    r"melainkan|tetapi|utan|men)\b|而是|而)",
    re.IGNORECASE,
)
_EASTERN_NOT = re.compile(r"[-\d.,]+\S{0,4}?(?:ではなく|じゃなく|이\s?아니라|가\s?아니라|아니라)[、,]?\s*")
_IDLE = re.compile(
    r"\b(?:perhaps|maybe)\s+(?:it|this|that)\s+helps\b|\bwithout\s+(?:hesitation|question|exception|reservation|"
    r"fail|effort)\b|"
    r"^\s*(?:not\s+(?:counting|including)|without|apart\s+from|besides|except\s+for|"
    r"excluding)\b[^,;.!?\d]{1,40},(?![^.!?]{0,80}\bwould\b)|"
    r"^\s*rounded\s+(?:up|down|to)\b[^,;.!?\d]{0,30},|\b(?:i|we)\s+(?:was|were)\s+(?:unsure|uncertain|undecided|"
    r"not\s+sure)\s+(?:at\s+first|initially)\b|"
    r"\b(?:perhaps|maybe)\s+(?:\w*surprisingly|\w*expectedly|\w*interestingly|obviously|\w*intuitively|"
    r"\w*importantly)\b|"
    r"\bif\s+i\s+may(?:\s+\w+){0,3}?(?=\s*[:,])|\b(?:this|that)\s+(?:might|may|could)\s+help\b|\bas\s+you\s+(?:may|"
    r"might|can|could)\s+(?:know|expect|see|imagine|guess)\b|"
    r"\b(?:neither|no)\s+more\s*,?\s+(?:nor|no|and\s+no)\s+less\b|\bnot\s+one\s+more\b|"
    r"\bno\s+more\s+and\s+no\s+less\b|\bnot\s+(?:\w+\s+)?surprisingly\b|"
    r"\b(?:around|about)(?=\s+(?:the|this|that|our|my|his|her|its|their|every|each)\s+(?!same\b|\d|half\b|dozen\b|"
    r"hundred\b)[a-z])|"
    r"\b(?:no|without)\s+(?:\w+\s+)?(?:rounding|doubt|need|exceptions?|ifs|tricks?|surprises?|"
    r"change)\b(?:\s+(?:needed|required|about\s+it|or\s+buts))?|"
    r"\b(?:you|i|we|they|he|she|be|been|is|was|are|were|as)\s+provided\b|"
    r"\bif\s+(?:you|we|i)\s+(?:add|sum|count|multiply|subtract|work|do|check|look)\b[^,.;!?]{0,60},",
    re.IGNORECASE,
)
_RESTATED = re.compile(
    r",?\s*(?:\(|[,–—-]\s*(?:which\s+(?:is|was|are|makes|equals|corresponds\s+to|comes\s+to)|that\s+is|that['’]s|"
    r"i\.e\.|or|so|meaning|equivalent\s+to|equal\s+to|in\s+other\s+words|das\s+sind|"
    r"also|d\.\s?h\.|soit|c['’]est-à-dire|es\s+decir|o\s+sea|cioè|ossia|ou\s+seja|dus|czyli|tedy|tj\.|то\s+есть|"
    r"yaitu|atau)\b)[^.;!?()\d]{0,40}$",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|since|as\s+(?=(?:the|there|each|every|it|they|we)\b)|for\s+(?=(?:each|every)\b)|due\s+to|"
    r"given\s+that|considering\s+that|weil|denn|da(?=\s+(?:es|die|der|das|er|sie|man)\b)|car|parce\s+que|puisque|"
    r"porque|ya\s+que|puesto\s+que|perché|poiché|dato\s+che|pois|já\s+que|omdat|want|aangezien|bo|ponieważ|gdyż|"
    r"protože|neboť|jelikož|karena|"
    r"sebab|eftersom|fordi|för\s+att|koska|çünkü)\b|потому\s+что|так\s+как|поскольку|ведь|因为|因為|なぜなら|왜냐하면",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^\W*(?:(?:so|and|but|now)\s+)?(?:with|in|for|after|of|out\s+of|from|within|at|on|among|by|during|over|across|"
    r"given|per|to|according\s+to|between|"
    r"nach|von|mit|aus|bei|in|im|laut|après|sur|avec|en|dans|selon|de|después\s+de|con|según|tras|dopo|su|secondo|"
    r"depois\s+de|após|com|segundo|"
    r"na|van|volgens|met|po|z|ze|według|podle|s|после|из|с|по|setelah|dari|dengan|av|efter|enligt|"
    r"med)\s[^,;:.!?]{0,80}",
    re.IGNORECASE,
)
_CONCLUDES = re.compile(
    r"(?:^|[,;:–—]\s*|\s)(?:so|therefore|thus|hence|consequently|accordingly|altogether|overall|finally|ultimately|"
    r"in\s+(?:total|all|sum|conclusion|short|the\s+end)|"
    r"as\s+a\s+result|all\s+in\s+all|all\s+told|together|combined|(?:this|that|it|which)\s+(?:gives|makes|means|"
    r"leaves|yields|comes\s+to|equals|adds\s+up\s+to|amounts\s+to|results\s+in)|"
    r"giving|making|leaving|yielding|also|somit|folglich|daher|deshalb|insgesamt|demnach|macht|ergibt|bleiben|donc|"
    r"ainsi|par\s+conséquent|au\s+total|"
    r"en\s+tout|il\s+reste|por\s+(?:lo\s+)?tanto|así\s+que|entonces|en\s+total|quedan|luego|quindi|dunque|perciò|"
    r"pertanto|in\s+totale|restano|rimangono|portanto|"
    r"logo|então|assim|ao\s+todo|no\s+total|restam|sobram|dus|daarom|samen|in\s+totaal|blijven|zatem|więc|razem|"
    r"łącznie|zostaje|zostało|tedy|takže|proto|"
    r"celkem|dohromady|zbývá|zůstane|jadi|maka|sehingga|totalnya|dengan\s+demikian|tersisa|alltså|således|därför|"
    r"altså|derfor|totalt|yhteensä|siis)(?!\w)|"
    r"итого|значит|следовательно|таким\s+образом|поэтому|всего|получа\w+|осталось|остаётся|остается|ответ|所以|因此|总共|"
    r"一共|共有|合计|总计|得出|还剩|剩下|"
    r"よって|したがって|だから|合計|答え|残り|따라서|그래서|그러므로|합계|총|모두",
    re.IGNORECASE,
)
_ASKED_FOR = re.compile(
    r"\b(?:pay|owe|due|answer|total|sum|result|average|mean|difference|product|remainder|quotient|solution|price|"
    r"cost|amount|fee|probability|chance|share|percentage|"
    r"rate|number|count|value|balance|rest|antwort|summe|ergebnis|gesamt\w*|durchschnitt|réponse|somme|résultat|"
    r"total|moyenne|respuesta|suma|resultado|"
    r"promedio|risposta|somma|risultato|totale|media|resposta|soma|média|antwoord|som|uitkomst|totaal|gemiddelde|"
    r"odpowiedź|wynik|suma|odpověď|výsledek|"
    r"součet|průměr|jawaban\w*|hasil\w*|jumlah\w*|svaret|summan|vastaus)\b|ответ|сумма|результат|итог|答案|结果|結果|答え|"
    r"合計|정답|답은|합계",
    re.IGNORECASE,
)
_GIVES = re.compile(
    r"\b(?:gives?|makes?|yields?|leaves?|equals?|comes\s+to|amounts\s+to|results\s+in|adds\s+up\s+to|remains?|left|"
    r"is|are|was|were|becomes|brings?|pay|owe|due)\b|=|"
    r"\b(?:ergibt|macht|sind|ist|donne|fait|est|sont|da|hace|es|son|dà|fa|è|sono|dá|é|são|geeft|is|zijn|daje|jest|"
    r"to|je|jsou|dává|adalah|menjadi)\b|是|为|得|は|です|이다|입니다",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[;:–—]\s+|,\s*(?=(?:and|but|so|which|hence|therefore|thus|giving|making|leaving|altogether|together|"
    r"in\s+(?:total|all)|for\s+a\s+total|also|donc|así|por|quindi|portanto|dus|więc|takže|jadi|und|et|y|e|en)\b)|"
    r"\s(?=(?:so|hence|therefore|thus)\s)|[，,]\s*(?=所以|因此)|=\s*",
    re.IGNORECASE,
)
_RESULTS = re.compile(
    r"(?:\b(?:makes?|gives?|equals?|comes?\s+to|leaves?|yields?|results?\s+in|totals?|adds?\s+up\s+to|sums?\s+to|"
    r"amounts?\s+to|macht|ergibt|ergeben|machen|"
    r"font|donne(?:nt)?|égale|suman|hacen|dan|fanno|danno|dão|fazem|somam|maken|geven|dają|daje|dává|dělá|menjadi)|"
    r"получ\w+|=)\s*"
    r"(?:a\s+total\s+of\s+|exactly\s+|only\s+|just\s+|the\s+)?[$€£]?$",
    re.IGNORECASE,
)
_STEP = re.compile(
    r"^\W*(?:now|next|then|first|step|from\s+(?:this|that|these|those|here)|to\s+\w+|we\s+(?:now|then|still|must|"
    r"need|have\s+to)|add|subtract|multiply|"
    r"divide|take|let|suppose|imagine|consider|assume|compare|count|round|double|halve|jetzt|nun|dann|zuerst|"
    r"maintenant|ensuite|puis|ahora|luego|primero|"
    r"adesso|ora|poi|agora|depois|nu|dan|eerst|teraz|potem|teď|pak|теперь|затем|сначала|sekarang|lalu|接下来|然后|次に|まず|"
    r"이제|다음)\b",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"^\W*(?:please\s+)?(?:add|subtract|multiply|divide|take|count|imagine|suppose|consider|let|choose|pick|try|use|"
    r"guess|expect|see|note|wait|call|send|"
    r"enter|write|type|insert|give\s+me|ask|compare|assume|say|think|remember|check|look|read|round|allow|budget|"
    r"plan|aim|prepare|reserve|order|buy|set)\b",
    re.IGNORECASE,
)
_CASE = re.compile(
    r"[^.;!?()]{0,30}\(\s*(?:if|unless|when|assuming|provided|only|maybe|perhaps|probably|wenn|falls|"
    r"si|se|als|jeśli|pokud|если)\b",
    re.IGNORECASE,
)
_RECKON = re.compile(
    r"^\W*(?:please\s+)?(?:add|subtract|multiply|divide|take|imagine|suppose|consider|assume)\s(?!all\b|everything\b)",
    re.IGNORECASE,
)
MAX_TEXT = 2000
"""Characters of a text that is searched."""


def told_number(text: str, read: Read, errors: tuple[type[Exception], ...], *, counts: bool) -> Any:
    """The number that a text tells: the only one in it that may be, or the one that its last sentence concludes with.

    Args:
        text: a reply in words.
        read: reads a number with its unit as the type; raises one of the errors if it is none.
        errors: what it may raise.
        counts: whether the type may be a count of things.

    Raises:
        Doubtful: it tells none, several, or one with a doubt.
    """
    if len(text) > MAX_TEXT:
        raise Doubtful("it is too long to hold one value in prose")
    if REFUSAL.search(text) or "?" in text or "？" in text:
        raise Doubtful("it is a refusal or a question")
    why = unanswered(text)
    if why is not None:
        raise Doubtful(why)
    tongues = tongues_of(text)
    if not tongues and (re.search(r"[\u0370-\u03ff\u0500-\u1dff]", text) or not re.search(r"[^\W\d_]{2,}", text)):
        raise Doubtful("its language is not known")
    text = _prepared(text)
    spans = _sentences(text)
    found = figures_in(text, read, errors, tongues, counts=counts)
    text = _without_restated(text, found)
    if names_twice(text):
        raise Doubtful("it gives one name two values")
    live, rivals, aside = _candidates(text, spans, found)
    text = without_set_aside(text, [(one.start, one.end) for one in aside], [one.start for one in live])
    if not live:
        raise Doubtful("it asserts no value of the type")
    values = {repr(one.value) for one in live}
    chosen = live if len(values) == 1 and not rivals else _concluded(text, spans, live, rivals)
    if _are_of_two_things(text, spans, chosen):
        raise Doubtful("it says the same number of two things")
    for one in chosen:
        _stands(text, spans, one, tongues)
    last = _span_of(spans, chosen[-1])
    if any(UNSURE.search(text[a:b]) or CORRECTION.search("\n" + text[a:b]) for a, b in spans if a >= last[1]):
        raise Doubtful("what follows takes it back")
    if NO_ANSWER_AFTER.search(text[chosen[-1].end :]):
        raise Doubtful("the words beside it say that it is a guess or an example")
    return chosen[-1].value


def _prepared(text: str) -> str:
    """A text without what it says a value is not, and without phrases that only look like a hedge."""
    text = _IDLE.sub(lambda one: " " * len(one.group()), text)
    text = _EASTERN_NOT.sub("", text)
    return _NOT_BUT.sub(" it is ", text)


def _sentences(text: str) -> list[tuple[int, int]]:
    spans = []
    whole: list[tuple[int, int]] = []
    for start, end in sentences_of(text):
        if (whole and _SHORTENED.search(text[: whole[-1][1]][-8:])) or (
            whole and _DAY_SPLIT.search(text[: whole[-1][1]][-4:]) and _MONTH.match(text, start)
        ):
            whole[-1] = (whole[-1][0], end)
        else:
            whole.append((start, end))
    for start, end in whole:
        at = start
        for match in _EASTERN_END.finditer(text, start, end):
            if match.start() > at:
                spans.append((at, match.start()))
                at = match.start()
        if text[at:end].strip():
            spans.append((at, end))
    return spans


def _span_of(spans: list[tuple[int, int]], one: Figure) -> tuple[int, int]:
    return next(((a, b) for a, b in spans if a <= one.start < b), (one.start, one.end))


def _candidates(
    text: str, spans: list[tuple[int, int]], found: list[Figure]
) -> tuple[list[Figure], list[Figure], list[Figure]]:
    """The figures that may be the value, those that can't be read but may be meant instead, and those set aside."""
    live = [one for one in found if one.kind == "value"]
    rivals = [one for one in found if one.kind in ("odd", "other")]
    if any(one.is_signed for one in live):
        if any(_is_said_otherwise(text, one, other) for one, other in pairwise(found)):
            raise Doubtful("it says two values, as if they were one")
        live = [one for one in live if one.is_signed or _is_restated(text, live, one)]
        rivals = [one for one in rivals if one.kind == "other" and one.is_signed]
    rivals = [one for one in rivals if text[one.start : one.end].strip()]
    aside: list[Figure] = []
    apart = [one for one in live if not _is_beside(text, spans, one)]
    if apart:
        live = apart
        rivals = [one for one in rivals if not _is_beside(text, spans, one)]
    if len({repr(one.value) for one in live}) > 1:
        kept = standing(text, [(one.start, one.end) for one in live])
        aside = [one for index, one in enumerate(live) if index not in kept]
        live = [live[index] for index in kept]
    mine = [one for one in live if _MINE.search(text[_span_of(spans, one)[0] : one.start])]
    live = mine if len(mine) == 1 and len(live) > 1 and not rivals else live
    own = [one for one in live if not is_of_others(text[slice(*_span_of(spans, one))])]
    if own and re.search(r"\b(?:I|my|we|our)\b", text[slice(*_span_of(spans, own[-1]))]):
        live = own
    return live, rivals, aside


_MINE = re.compile(r",\s+(?:but|while|whereas|yet|and)\s+(?:I|we|my|our)\b", re.IGNORECASE)


def _is_said_otherwise(text: str, one: Figure, other: Figure) -> bool:
    """Whether a number without a sign is said to be another one with it: "80, i.e. 8 percent"."""
    if one.kind != "value" or other.kind != "value" or one.is_signed == other.is_signed or one.value == other.value:
        return False
    return _SAYS_AGAIN.fullmatch(text[one.end : other.start]) is not None


_SAYS_AGAIN = re.compile(
    r"\s*(?:=|\(|[,;–—-]?\s*(?:i\.\s?e\.|that\s+is|or|in\s+other\s+words|meaning|equals|is|d\.\s?h\.|also|soit|"
    r"c['’]est-à-dire|es\s+decir|o\s+sea|cioè|ossia|ou\s+seja|dus|czyli|"
    r"tedy|то\s+есть|yaitu),?)\s*",
    re.IGNORECASE,
)
_OR = re.compile(
    r"(?<![\w])(?:or|oder|ou|oppure|ovvero|lub|albo|nebo|или|либо|atau|eller|tai|veya)(?![\w])|或|または|또는|혹은",
    re.IGNORECASE,
)


def _is_restated(text: str, live: list[Figure], one: Figure) -> bool:
    return (
        any(repr(other.value) == repr(one.value) for other in live if other is not one)
        or "." in text[one.start : one.end]
    )


def _without_restated(text: str, found: list[Figure]) -> str:
    """A text without what says again, in another unit and right behind a value, what the value is."""
    for one, other in pairwise(found):
        if one.kind == "value" and other.kind == "other" and _RESTATED.search(text[one.end : other.start]):
            text = text[: one.end] + " " * (other.end - one.end) + text[other.end :]
    return text


def _is_beside(text: str, spans: list[tuple[int, int]], one: Figure) -> bool:
    """Whether a figure stands in a phrase that leads to a sentence, or in the reason that one gives."""
    start, end = _span_of(spans, one)
    if re.fullmatch(r"1\d\d\d|20\d\d", text[one.start : one.end]):
        return False  # a year may be what is asked
    lead = _LEADING.match(text[start:end])
    if lead is not None and one.start < start + lead.end() and text[start + lead.end() : start + lead.end() + 1] == ",":
        return True
    reason = _REASON.search(text, start, one.start)
    return reason is not None and re.search(r"\d|\w{3,}", text[start : reason.start()]) is not None


def _concluded(text: str, spans: list[tuple[int, int]], live: list[Figure], rivals: list[Figure]) -> list[Figure]:
    """The figures of the value that the last sentence with one concludes with."""
    last = _span_of(spans, live[-1])
    if any(one.start >= last[1] for one in rivals):
        raise Doubtful("a number that can't be read follows")
    if any(a >= last[1] and (_STEP.match(text[a:b]) or re.search(r"\bbut\b|\bhowever\b", text[a:b])) for a, b in spans):
        raise Doubtful("it goes on after it")
    within = [one for one in live if _span_of(spans, one) == last]
    for one, other in pairwise(within):
        if repr(one.value) != repr(other.value) and _OR.search(text, one.end, other.start):
            raise Doubtful("it says one value or another")
    start = last[0]
    if len({repr(one.value) for one in within}) > 1 or any(_span_of(spans, one) == last for one in rivals):
        cuts = [one.end() for one in _CLAUSE.finditer(text, *last) if one.end() <= within[-1].start]
        makes = _RESULTS.search(text[last[0] : within[-1].start])
        if (
            makes is not None
            and all(one.start < last[0] + makes.start() for one in within[:-1])
            and all(one.start < within[-1].start for one in rivals)
        ):
            return within[-1:]
        if not cuts:
            raise Doubtful(f"it mentions {len(live)} values")
        start = cuts[-1]
        within = [one for one in within if one.start >= start]
        if any(one.start >= start for one in rivals):
            raise Doubtful("a number that can't be read stands beside it")
    clause = text[max(last[0], start - 2) : last[1]]
    goes_on = _STEP.match(clause.strip()) is not None and not ("=" in clause and last == spans[-1])
    if len({repr(one.value) for one in within}) > 1 or goes_on:
        raise Doubtful(f"it mentions {len(live)} values")
    before = text[start : within[-1].start]
    concludes = _CONCLUDES.search(text[max(last[0], start - 20) : last[1]]) is not None
    names = _ASKED_FOR.search(before) is not None and _GIVES.search(before) is not None
    works = re.search(r"[=×÷]|\d\s*[-+−*/]\s*\d", text) is not None and _GIVES.search(before) is not None
    gives = start > last[0] and re.search(r"\b(?:gives|yields|leaves|makes|results\s+in)\b", before) is not None
    gives = gives or (_RESULTS.search(before) is not None and re.search(r"\d", before) is not None)
    if not (concludes or (names and len(spans) > 1) or (works and len(spans) > 1 and start == last[0]) or gives):
        raise Doubtful(f"it mentions {len(live)} values, and concludes with none")
    return within


def _are_of_two_things(text: str, spans: list[tuple[int, int]], chosen: list[Figure]) -> bool:
    """Whether a sentence says one number twice, and not of the same thing."""
    for one, other in pairwise(chosen):
        if _span_of(spans, one) != _span_of(spans, other):
            continue
        between, behind = text[one.end : other.start], text[other.end : _span_of(spans, other)[1]]
        if one.is_signed != other.is_signed or "=" in between or _SAID_AGAIN.search(between + behind):
            continue
        things = [re.match(r"\s+([^\W\d_]{3,})", text[figure.end :]) for figure in (one, other)]
        if None in things or len({thing[1].casefold() for thing in things if thing is not None}) > 1:
            return True
    return False


_SAID_AGAIN = re.compile(
    r"\b(?:too|also|as\s+well|both|same|again|i\.e\.|that\s+is|in\s+other\s+words|so|therefore|hence|auch|aussi|"
    r"también|anche|também|ook|też|také|juga|"
    r"c['’]est-à-dire|es\s+decir|cioè|ou\s+seja|d\.\s?h\.|dus|czyli|tedy)\b|то\s+есть|即|つまり|즉",
    re.IGNORECASE,
)


def _stands(text: str, spans: list[tuple[int, int]], one: Figure, tongues: frozenset[str]) -> None:
    """Refuse a figure whose sentence does not assert it."""
    start, end = _span_of(spans, one)
    shown, behind = text[start:end], text[one.end : end]
    before = text[start : one.start]
    if _CASE.match(behind):
        raise Doubtful("it is said under a condition")
    if _ORDER.match(shown):
        raise Doubtful("it tells somebody to do something")
    if (
        "=" not in before
        and not one.is_signed
        and len(re.findall(r"[\u3040-\u9fff\uac00-\ud7af]|[^\W\d_]+", shown)) < 2
        and ":" not in shown
    ):
        raise Doubtful("it is no sentence that tells a number")
    reason = _REASON.search(behind)
    check(shown, before, behind[: reason.start()] if reason is not None else behind, of_acts=False)
    main = shown if reason is None else text[start : one.end] + behind[: reason.start()]
    why = doubt_abroad(main, before, behind[: reason.start()] if reason is not None else behind, tongues)
    why = why or withheld(shown, before, behind, is_day=False)
    if why is not None:
        raise Doubtful(why)


def miscounts(text: str, value: str, read: Read, errors: tuple[type[Exception], ...]) -> bool:
    """Whether all that a text says with the number of a value is how many things there are, for a type that is no "
    "count."""
    found = figures_in(text, read, errors, tongues_of(text), counts=False)
    plain = figures_in(text, read, errors, tongues_of(text))
    return any(repr(one.value) == value for one in plain) and not any(
        repr(one.value) == value and one.kind == "value" for one in found
    )


def objection(
    text: str, holds: Callable[[str], bool], place: Callable[[str], tuple[int, int] | None], *, is_day: bool
) -> str | None:
    """Why a text does not assert a value that was found in it; None if nothing speaks against it.

    Args:
        text: a reply in words.
        holds: whether a sentence mentions the value.
        place: where it stands in a sentence.
        is_day: whether the value is a day or a moment.
    """
    why = unanswered(text)
    if why is not None:
        return why
    tongues = tongues_of(text)
    told = [sentence for a, b in _sentences(_prepared(text)) if holds(sentence := _prepared(text)[a:b])]
    for sentence in told[-1:]:
        if not is_day and _RECKON.match(sentence):
            return "it tells somebody to do something"
        start, end = place(sentence) or _first_number(sentence)
        if _CASE.match(sentence[end:]):
            return "it is said under a condition"
        before, after = sentence[:start], sentence[end:]
        reason = _REASON.search(after)
        after = after[: reason.start()] if reason is not None else after
        main = sentence[:end] + after
        why = doubt_abroad(main, before, after, tongues) or withheld(sentence, before, sentence[end:], is_day=is_day)
        if why is not None:
            return why
    return None


def last_day(sentence: str) -> tuple[int, int] | None:
    """Where the last day stands in a sentence."""
    return next(iter(list(find_dates(sentence, with_time=False))[-1:]), None)


def place_of(value: str, read: Read, errors: tuple[type[Exception], ...], sentence: str) -> tuple[int, int] | None:
    """Where the number that is a value, written out, stands in a sentence."""
    found = figures_in(sentence, read, errors, tongues_of(sentence) | {"en"})
    return next(((one.start, one.end) for one in reversed(found) if repr(one.value) == value), None)


def _first_number(sentence: str) -> tuple[int, int]:
    figure = re.search(r"\d[\d.,]*", sentence)
    return figure.span() if figure is not None else (len(sentence), len(sentence))


def list_objection(text: str) -> str | None:
    """Why a text does not assert the list or the tuple that was found in it; None if nothing speaks against it."""
    if len(text) > MAX_TEXT or not re.search(r"[^\W\d_]{2,}", text):
        return None
    if unanswered(text) is not None:
        return unanswered(text)
    told = [text[a:b] for a, b in _sentences(text) if re.search(r"\d", text[a:b])]
    for sentence in told[-1:]:
        start = re.search(r"[(\[]?-?\d", sentence)
        before = sentence[: start.start()] if start is not None else sentence
        if CONDITION.search(before) and not re.search(r"\bif\s+(?:you|we|i)\b", before, re.IGNORECASE):
            return "it is said under a condition"
        why = withheld_list(sentence) or doubt_abroad(before, before, "", tongues_of(text))
        if why is not None:
            return why
    return None


def may_tell(text: str) -> bool:
    """Whether a text is more than a day by itself with a word or a sign beside it."""
    if re.search(r"[\u3040-\u9fff\uac00-\ud7af]", text) or tongues_of(text):
        return True
    return len([one for one in re.findall(r"[^\W\d_]{2,}", text) if one.casefold() not in MONTHS]) > 1
