"""Sentences behind an answer that are about something else: others, what may come, what to do with it."""

from __future__ import annotations

import re

from interlab.queries.answers.against import POINTER, SENTENCE, clauses_of, is_of_another
from interlab.queries.answers.asserting import numbers_in
from interlab.queries.answers.excusing import is_explained
from interlab.queries.answers.held import WHOLE, Held
from interlab.queries.answers.rivals import has_rival_day, has_rival_label, is_turn
from interlab.queries.answers.shifting import is_of_held
from interlab.queries.answers.units import words_of
from interlab.queries.answers.wording import CONTINUED, CORRECTION, NO_ANSWER_AFTER

MAX_SENTENCE = 600
"""Characters of a sentence that may be about something else."""
_TURNS = re.compile(
    r"\b(?:instead(?!\s+of)|wrong|mistake(?:s|n)?|mistakenly|errors?|incorrect\w*|correction|correct(?:ed|s)?|sorry|"
    r"oops|wait|hmm?|ah|oh|actually|on\s+(?:second|closer|re-?reading|reflection)\w*|reconsider\w*|"
    r"second\s+(?:look|thought|reading|glance)|after\s+all|come\s+to\s+think|changed\s+my\s+mind|forgot\w*|"
    r"overlook\w*|ignore|disregard|discard|scratch|outdated|agree\w*|called|pending|however|though(?=\W*$)|quote|"
    r"alternatively|otherwise|(?:plan|option|version)\\s+\\w\\b|replace\w*|update:|edit:|version|placeholder\w*|"
    r"guess\w*|"
    r"estimat\w*|assum\w*|example|draft|invent\w*|made\s+up|in\s+(?:truth|fact|reality)|truth|real|rather|swap\w*|"
    r"unless|or\b(?=\s+(?:rather|else|maybe|perhaps))|in\s+other\s+words|"
    r"depend\w*|either|null|withdr\w*|cancel\w*|postpon\w*|moved\s+to|retract\w*|decid\w*|undecided|settled?|"
    r"go\s+for|opt\s+for|choose|chose|prefer|take\s+it|accept|the\s+(?:other|right|real|real|correct|actual|true|"
    r"good|rest|remaining)\b|"
    r"i['’]ll\s+(?!be\b|gladly\b|happily\b|answer\b|check\b|update\b|add\b|consider\b)\w+|i\s+(?:now|then)\b|"
    r"this\s+round|in\s+the\s+same\s+way|more\s+(?:to\s+come|of\s+them|follow)|you\s+(?:asked|wanted|need|meant|said|"
    r"gave|excluded)|asked\s+for|"
    r"that['’]s\s+(?:all|it|the)|the\s+above|below|belongs?|comes\s+(?:as|first|before|after)|promise|i\s+can['’]t|"
    r"i\s+cannot|i\s+could\s*n['’]t|unable|so\s+i\s+(?!did\s*n['’]t|did\s+not|left|kept)\w+)\b",
    re.IGNORECASE,
)
"""What may turn to the answer although it isn't named."""
_GROWS = re.compile(
    r"\b(?:also|too|as\s+well|likewise|another|one\s+more|more|missing|left\s+out|joins?|joined|add|adds|added|third|"
    r"fourth|fifth|last\s+one|others?)\b",
    re.IGNORECASE,
)
_OTHER_TIME = re.compile(
    r"^\W*(?:(?:by|until|from|for)\s+)?(?:tomorrow|tonight|yesterday|next\s+\w+|last\s+\w+|later|"
    r"in\s+(?:the\s+)?(?:winter|summer|spring|autumn|future|evening|morning|afternoon|long\s+run|general|practice)|"
    r"by\s+(?:train|car|bus|bike|plane|night|day)|with\s+(?:a|some)\s+(?:bit\s+of\s+)?luck)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"^\W*(?:(?:but|and|so)\s+)?(?:if|should|once|when(?:ever)?|in\s+case|as\s+soon\s+as|until|were|"
    r"had)\s[^,]{3,160},\s*(?:then\s+)?(?P<main>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_ACTS = re.compile(
    r"^(?:\w+\s+)?(?:you(?:['’](?:ll|d))?|we(?:['’](?:ll|d))?|i(?:['’](?:ll|d))?|somebody|someone|[A-Z]\w+|the\s+\w+|"
    r"an?\s+[\w\s]{1,30}?|please|just|simply)\s+(?:(?:will|can|could|may|might|should|would|have\s+to|need\s+to|must|"
    r"also|gladly|happily|then|even|still|probably|want\s+to)\s+){0,3}"
    r"(?P<verb>\w+)",
    re.IGNORECASE,
)
_CHANGING = re.compile(
    r"^(?:read|take|make|set|use|put|change|replace|count|treat|double|halve|divide|multiply|add|drop|delete|remove|"
    r"skip|ignore|assume|is|are|was|were|it|goes?|becomes?|moves?|gets?|has|been|be|correct|fix|choose|pick|swap|"
    r"withdraw|defect|cooperate|pass)$",
    re.IGNORECASE,
)


def is_elsewhere(sentence: str, held: Held) -> bool:
    """Whether a sentence behind an answer is about something else, so that it can't change it."""
    if len(sentence) > MAX_SENTENCE:
        return False
    bare = " ".join(sentence.split())
    if _CONTINUES.match(bare) or _RETRACTS.search(bare) or _is_strong(bare, held):
        return False
    if is_explained(bare, held):
        return True
    if not held.fields or len(words_of(bare)) < 3 or bare.endswith((":", "?")) or _TURNS.search(bare):
        return False
    if held.is_list and _GROWS.search(bare):
        return False
    condition = _CONDITION.match(bare)
    if _names_rival(bare if condition is None else condition["main"], held):
        return False
    if condition is not None:
        return _only_acts(condition["main"], held)
    if is_of_another(bare, held):
        return True
    return not any(_is_about(clause, held) for clause in clauses_of(bare)) and not _has_new_number(bare, held)


_RETRACTS = re.compile(
    r"\bi\s+(?:no\s+longer|don['’]t|do\s+not)\s+(?:\w+\s+)?(?:think|believe|find|consider|hold|stand\s+by|agree)\b",
    re.IGNORECASE,
)
"""What the author of an answer does not think any more."""
_CONTINUES = re.compile(
    r"[a-z,.;:)(*#]|(?i:\W*(?:but|however|and|or|so|yet|though|still|edit|update|note|ps|p\.s|please\s+(?:pay|use|"
    r"note)|give\s+or)\b)"
)
"""The beginning of what goes on with the answer."""


def _is_strong(sentence: str, held: Held) -> bool:
    """Whether a sentence corrects, goes on, or turns to another answer in so many words."""
    return (
        CORRECTION.search(sentence) is not None
        or NO_ANSWER_AFTER.search(sentence) is not None
        or CONTINUED.search(sentence) is not None
        or is_turn(sentence, held.told.names, held.told.labels - held.told.names)
        or has_rival_label(sentence, held.told.labels, held.labels)
        or has_rival_day(sentence, held.told.labels)
    )


def without_elsewhere(text: str, held: Held) -> str:
    """A text behind an answer without the sentences that are about something else."""
    kept, at = [], 0
    for match in SENTENCE.finditer(text):
        kept.append((text[at : match.start()], match.group()))
        at = match.end()
    kept.append((text[at:], ""))
    return "".join(one + end for one, end in kept if not is_elsewhere(one, held))


def _only_acts(main: str, held: Held) -> bool:
    """Whether what is to follow under a condition is only that somebody does something, not that a value is another."""
    match = _ACTS.match(main)
    if match is None or _CHANGING.match(match["verb"]) or _has_new_number(main, held):
        return False
    return not re.search(
        r"\b(?:it|this|that|these)(?:['’]s|\s+(?:is|are|was|has|must|should|would\s+be))\b", main, re.IGNORECASE
    )


def _names_rival(sentence: str, held: Held) -> bool:
    plain = f" {' '.join(words_of(sentence))} "
    return any(len(one) > 2 and f" {one} " in plain for one in held.other_labels)


def _has_new_number(sentence: str, held: Held) -> bool:
    return bool(held.told.numbers) and any(
        one[0] not in held.told.numbers and one[0] != 1 for one in numbers_in(sentence)
    )


def _is_about(clause: str, held: Held) -> bool:
    if _OTHER_TIME.match(clause):
        return held.names_field(clause)
    return bool(
        held.names_field(clause)
        or WHOLE.search(clause)
        or POINTER.match(clause)
        or is_of_held(clause, held)
        or re.search(r"\b(?:it|this|these|those)\b", clause, re.IGNORECASE)
    )
