"""Texts outside of JSON: what was answered, without what introduces it or stands around it."""

from __future__ import annotations

import re

from interlab.queries.answers.wording import REFUSAL, is_placeholder
from interlab.queries.labelling import is_label_of_none
from interlab.queries.outcomes import Reading, Refusal
from interlab.queries.standing import standing
from interlab.queries.typed import Typed

ANSWER_TAG = re.compile(
    r"<(?P<tag>answer|final_answer|final|output|result|response|label|value|choice|"
    r"decision)>(?P<inner>.*?)(?:</(?P=tag)\s*>|(?P<open>\Z))",
    re.IGNORECASE | re.DOTALL,
)
"""Tags in which answers stand."""
_INTRO = re.compile(
    r"^(?:[^\n:.!?]{1,60}!\s+(?=here\b))?(?:(?:sure|certainly|of course|okay|ok|absolutely)[^\n:]{0,40}[!.,]\s*)?"
    r"(?:here(?:['’]s| is| are)\b[^:\n]{0,60}|"
    r"(?:the |my )?(?:answer|title|text|name|result|suggestion|output|response)(?:\s+(?:is|would be))?|"
    r"(?:the|my)\s+[\w ]{1,30}\s+is)\s*:?\s+(?P<rest>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_INTRODUCES = re.compile(
    r"\bhere(?:['’]s|\s+is|\s+are)\b[^\n]*:\s*$|\b(?:following|below|draft|message|reply|answer)[^\n]*:\s*$",
    re.I | re.M,
)
_QUOTED = re.compile(r"[\"“«‘'](?P<inner>[^\"“”«»\n]+)[\"”»’'][.!]?")
_OPTIONS = re.compile(r"\s*(?:[-*•]|\(?\d{1,2}[.)]|[A-Ca-c][.)])\s+\S.{0,90}")
_SEVERAL = re.compile(
    r"(?:^|\n)[ \t]*[*_(]*(?:option|title|version|alternatives?|suggestion)\s*(?:\d+|[A-C])?\s*[*_]*:"
    r"|[\"“][^\"”\n]+[\"”],?\s+or\s+(?:maybe\s+|perhaps\s+)?[\"“][^\"”\n]+[\"”]"
    r"|^[\"“][^\"”\n]+[\"”]\s*\n\s*\n\s*(?:this|the|it|i)\b"
    r"|^[\"“][^\"”\n]+[\"”]\s+or\s+[\"“][^\"”\n]+[\"”][.!]?$",
    re.IGNORECASE,
)
_QUOTED_TWICE = re.compile(
    r"[\"“][^\"“”\n]{1,200}[\"”](?:\s*(?:[,;/|]|\n)\s*(?:or\s+)?[\"“][^\"“”\n]{1,200}[\"”])+[.!]?|"
    r"[\"“][^\"“”\n]{1,200}[\"”]\s*\((?:or|alternatively|alt|else)\b[^()\n]{1,200}\)[.!]?",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"[^\n]{1,120}\n\s*(?:(?:oh|oops|hm+|no|sorry),?\s+)?(?:wait\b|scratch\s+that|strike\s+that|scrap\s+that|never\s?mind\b|on\s+second\s+thoughts?|correction\s*:|"
    r"i\s+take\s+(?:it|that)\s+back|ignore\s+(?:that|this|the\s+above))[^\n]{0,200}\s*\Z",
    re.IGNORECASE,
)
_LIKE = re.compile(r"something\s+(?:like|along\s+the\s+lines\s+of)\b[^\n]{0,120}\Z", re.IGNORECASE)
_ROW = re.compile(r"[ \t*_#>-]*(?P<label>[A-Za-z][^\n:：]{0,40}?)[*_ \t]*[:：][*_ \t]*(?P<text>\S[^\n]*)")


def _versions(text: str) -> str | None:
    """The version that counts of labelled versions, a line each: empty if none is marked, None if the text is none."""
    rows = [_ROW.fullmatch(row) for row in text.split("\n") if row.strip()]
    found = [row for row in rows if row is not None]
    labels = [row["label"] for row in found]
    marks = [is_label_of_none(label) or _BEFORE.fullmatch(label.strip()) is not None for label in labels]
    if len(found) < 2 or len(found) < len(rows) or not all(marks[:-1]):
        return None
    return found[-1]["text"].strip() if standing(labels[-1]) == "stands" else ""


_BEFORE = re.compile(r"before|title|text|name|answer|version\s*\w?", re.IGNORECASE)
_PAIRS = {'"': '"', "“": "”", "„": "“", "«": "»", "'": "'", "`": "`", "‘": "’"}


def read_text(typed: Typed, body: str, around: str, *, fenced: bool, is_cut: bool) -> Reading | Refusal | str:
    """The text that was answered, without what introduces it and without quotation marks around all of it."""
    bare = body.strip("\n") if fenced else body.strip()
    if not bare.strip(" `~\n\t\"'*"):
        return "it is empty"
    introduced = fenced and _INTRODUCES.search(around) is not None
    if (REFUSAL.search(bare) and not introduced) or (around and REFUSAL.search(around)):
        return "it is a refusal"
    ends = [tag.end() for tag in ANSWER_TAG.finditer(bare) if tag["open"] is None]
    if is_cut and not fenced and not (ends and bare[ends[-1] :].strip() and bare[:1] == "<"):
        return Refusal("it was cut off before its end", cut_off=True)
    named = re.fullmatch(r"<(title|text|name|string|content)>([^<>]+)</\1>", bare, re.IGNORECASE)
    bare = named[2].strip() if named is not None else bare
    tags = list(ANSWER_TAG.finditer(bare))
    if tags:
        inner = {tag["inner"].strip() for tag in tags}
        if len(inner) != 1 or any(tag["open"] is not None for tag in tags):
            return "it holds several answers, or one that never ends"
        bare = inner.pop()
        if re.fullmatch(r"-?\d+", bare) and any(one.get("type") in ("integer", "number") for one in typed.kinds):
            return typed.read(int(bare))
    if not fenced:
        intro = _INTRO.match(bare)
        if intro is not None:
            quoted = _QUOTED.fullmatch(intro["rest"].strip())
            if quoted is not None:
                bare = quoted["inner"]
            elif re.match(r"^[^\n]*:\s", bare) and bare[: bare.index(":")] == bare[: intro.start("rest")].rstrip(
                ": \n"
            ):
                bare = intro["rest"].strip()
        bare = unquoted(bare)
    if bare[:1] in ('"', "“") and not bare.endswith(('"', "”")) and bare.count('"') % 2:
        return Refusal("its quotation mark never closes", cut_off=True)
    if not fenced and (_SEVERAL.search(bare) or _QUOTED_TWICE.fullmatch(bare.strip())):
        return "it holds several texts"
    if not fenced and (_TAKEN_BACK.match(bare) or _LIKE.match(bare)):
        return "it takes back what it said, or says only what the text is like"
    if not fenced and (versions := _versions(bare)) is not None:
        if not versions:
            return "it holds several versions of a text"
        bare = unquoted(versions)
    rows = [row for row in bare.split("\n") if row.strip()]
    options = [row for row in rows if _OPTIONS.fullmatch(row)]
    if len(options) > 1 and len(rows) - len(options) <= 2 and not re.search(r"[.;!]$", options[0].strip()):
        return "it is a list of several texts"
    if is_placeholder(bare):
        return f"{bare[:60]!r} stands where the answer should be"
    return typed.read(bare)


def unquoted(text: str) -> str:
    """A text without the quotation marks around all of it."""
    bare = text.strip()
    for mark in ("**", "*"):
        if (
            len(bare) > 2 * len(mark)
            and bare.startswith(mark)
            and bare.endswith(mark)
            and mark not in bare[len(mark) : -len(mark)]
        ):
            bare = bare[len(mark) : -len(mark)].strip()
    closing = _PAIRS.get(bare[:1])
    if closing is not None and len(bare) > 2 and bare.endswith(closing):
        inner = bare[1:-1]
        if closing not in inner or (bare[0] in "'‘" and not re.search(r"'\s|\s'", inner)) or _pair_up(inner, bare[0]):
            return inner.strip()
    return bare


def _pair_up(inner: str, mark: str) -> bool:
    """Whether the marks inside a text open and close phrases in it, rather than end one text and begin another."""
    places = [at for at, letter in enumerate(inner) if letter == mark]
    for index, at in enumerate(places):
        before, after = inner[at - 1 : at] if at else " ", inner[at + 1 : at + 2] or " "
        opens = (before.isspace() or before in "([-–—/") and not after.isspace()
        if opens is not (index % 2 == 0) or (not opens and before.isspace()):
            return False
    return len(places) % 2 == 0
