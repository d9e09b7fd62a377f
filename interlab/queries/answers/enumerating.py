"""Several numbers that a sentence tells: in a row ("The numbers are 4, 18 and 22."), or by their names ("x = 3, y "
"= 7")."""

from __future__ import annotations

import re
from typing import Any

from interlab.queries.answers.counting import words_that_count
from interlab.queries.answers.figures import is_reference
from interlab.queries.answers.prose import Doubtful, check
from interlab.queries.answers.revising import sentences_of
from interlab.queries.answers.tongues import doubt_abroad, is_small_word, tongues_of
from interlab.queries.answers.withheld import unanswered, withheld, withheld_list
from interlab.queries.answers.wording import CORRECTION, REFUSAL, UNSURE

_NUMBER = r"[-−]?\d+(?:\.\d+)?"
_AND = r"(?:and|und|et|y|e|ed|en|i|a|и|dan|och|og|ja|ve|和|と|및)"
_ROW = re.compile(
    rf"(?<![\w.,(:/-]){_NUMBER}(?:(?:\s*[,;、，]\s*(?:{_AND}\s+)?|\s+{_AND}\s+|\s?[和と]\s?){_NUMBER})+(?![\w.,:/%-]*\d)",
    re.IGNORECASE,
)
_ROW_AFTER_EAST = re.compile(rf"(?<=[\u3040-\u9fff\uac00-\ud7af]){_NUMBER}(?:\s?[、，,和と]\s?{_NUMBER})+(?!\d)")
_ENDS = re.compile(r"\s*(?:[.;!。)]|$|\n|です|입니다)")
_NAMED = re.compile(
    rf"(?<![\w])(?P<name>[xyzw]|red|green|blue)\b(?:\s*(?:=|:|is|of|at|equals|value|channel|"
    rf"component)){{0,3}}\s*(?P<value>{_NUMBER})(?![\w%]|\.\d)",
    re.IGNORECASE,
)
MAX_TEXT = 1500
"""Characters of a text that is searched."""


def in_a_row(text: str) -> list[str] | None:
    """The only numbers of a text, told in a row by a sentence that asserts them; None if there are none."""
    if len(text) > MAX_TEXT or "?" in text or REFUSAL.search(text):
        return None
    tongues = tongues_of(text)
    for start, end, value in reversed(words_that_count(text, tongues)):
        text = text[:start] + str(value) + text[end:]
    rows = [*_ROW.finditer(text), *_ROW_AFTER_EAST.finditer(text)]
    if len(rows) != 1:
        return None
    (row,) = rows
    others = [one for one in re.finditer(r"\d[\d.,]*", text) if not row.start() <= one.start() < row.end()]
    if not all(is_reference(text, one.start()) for one in others):
        return None
    word = re.compile(r"\s([^\W\d_]+)").match(text, row.end())
    if not _ENDS.match(text, row.end()) and (word is None or not is_small_word(word[1], tongues)):
        return None
    if not _is_told(text, row.start(), row.end(), tongues):
        return None
    return re.findall(_NUMBER, row.group())


def by_name(text: str) -> dict[str, Any] | None:
    """The numbers that the last sentence with any of them gives to x and y, or to red, green and blue."""
    if len(text) > MAX_TEXT or "?" in text or REFUSAL.search(text):
        return None
    for begin, end in reversed(sentences_of(text)):
        found = list(_NAMED.finditer(text, begin, end))
        if not found:
            continue
        given = {one["name"].casefold(): one["value"].replace("−", "-") for one in found}
        numbers = re.findall(r"(?<![\w.])\d[\d.]*", text[begin:end])
        if len(given) != len(found) or len(given) < 2 or len(numbers) != len(found):
            return None
        return given if _is_told(text, found[0].start(), found[-1].end(), tongues_of(text)) else None
    return None


def _is_told(text: str, start: int, end: int, tongues: frozenset[str]) -> bool:
    """Whether the sentence around numbers asserts them, and nothing in the text takes them back."""
    begin, stop = next(((a, b) for a, b in sentences_of(text) if a <= start < b), (0, len(text)))
    sentence, before, after = text[begin:stop], text[begin:start], text[end:stop]
    if len(re.findall(r"[^\W\d_]+", text)) < 2 and not tongues & {"zh", "ja", "ko"}:
        return False
    if re.match(
        r"\W*(?:let|suppose|assume|assuming|say|if|when|with|substituting|for|given)\b", sentence, re.IGNORECASE
    ):
        return False
    if re.search(r"\b(?:or|either|oder|ou|nor|from|between|to)\b", before, re.IGNORECASE) and not re.search(
        r"\bfrom\s+\w+", before
    ):
        return False
    if unanswered(text) is not None or withheld_list(sentence) is not None:
        return False
    if UNSURE.search(text[stop:]) or CORRECTION.search("\n" + text[stop:]) or re.search(r"\d", text[stop:]):
        return False
    try:
        check(sentence, before, after, of_acts=False)
    except Doubtful:
        return False
    main = sentence[: end - begin] if re.search(r"\d", after) is None else sentence
    return (
        doubt_abroad(main, before, after, tongues) is None and withheld(sentence, before, after, is_day=False) is None
    )
