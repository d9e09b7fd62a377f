"""Finding what may be the answer in JSON in a reply: all of it, a fenced block, a value between words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, Literal

from interlab.errors import InvalidArgument, ParsingFailure
from interlab.queries.mending import is_stray, mended
from interlab.queries.relaxed import NotRelaxedJson, Relaxed, read_relaxed
from interlab.queries.tokens import DuplicateKey, read_strict

Where = Literal["whole", "fenced", "prose", "labelled"]

MAX_TRIES = 400
"""Brackets that are tried in one reply; with more, nobody can say which of them is meant."""

MAX_WORK = 1_000_000
"""Characters that are read in vain in one reply, so that a reply made to be slow is refused early."""

MAX_FOUND = 200
"""Values in one reply; see `MAX_TRIES`."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of a reply that may be the answer.

    Args:
        text: the stretch.
        start, end: where it stands in the reply.
        where: the ``"whole"`` reply, in a ``"fenced"`` block, bare in ``"prose"``, or ``"labelled"`` as in
            "Answer: 5".
        state: ``"json"`` as defined, ``"relaxed"`` (readable, though not JSON), ``"cut"`` (its brackets never
            close), ``"broken"``, or ``"word"`` for a scalar without quotes.
        value: what it reads as, when the state is ``"json"`` or ``"relaxed"``.
        notes: what was not JSON about it.
    """

    text: str
    start: int
    end: int
    where: Where
    state: Literal["json", "relaxed", "cut", "broken", "word"]
    value: Any = None
    notes: tuple[str, ...] = ()
    weak: bool = False


THOUGHTS = ("think", "thinking", "thought", "thoughts", "reasoning", "scratchpad", "draft", "analysis", "reflection")
"""Tags between which models think."""

_TUPLE = r"\((?=\s*[-+]?[\d.]+\s*,)"
_CALL = r"(?<![\w.])(?:new\s+)?[A-Za-z_][\w.]*\((?=\s*(?:[A-Za-z_]\w*\s*=(?!=)|[\[{<(\"'\d]))"


@cache
def _patterns(thoughts: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What is interesting in a reply, and what ends a thought."""
    names = "|".join(thoughts) or "(?!)"
    interesting = re.compile(rf"```|~~~|[{{\[｛［]|{_TUPLE}|{_CALL}|</?(?:{names})>", re.IGNORECASE)
    return interesting, re.compile(rf"</(?:{names})>", re.IGNORECASE)


_FENCE_HEAD = re.compile(r"(?:```|~~~)[ \t]*([\w+.-]*)[ \t]*(?:\r?\n)?")
_LOOKS_LIKE_JSON = re.compile(r"[{｛]\s*(?:[\"'“‘]?[\w$ .-]+[\"'”’]?\s*[:：]|\}|\{|[\"'“])|[\[［]\s*[\[{\"'“\d\]+.-]")
_LABEL = re.compile(
    r"(?:^|\n)[ \t>*_#-]*(?:so[, ]+|thus[, ]+|therefore[, ]+)?"
    r"(?:(?:the|my|here is the|here is my|here's my)\s+)?(?:final\s+)?"
    r"(?:answer|choice|decision|response|result|output|action|move|bid|value)[*_ \t]*(?:is\s*:|is\b|:|=)[*_ \t]*"
    r"(?P<value>[^\n]+)",
    re.IGNORECASE,
)
_I_CHOOSE = re.compile(
    r"\s*I(?:'ll| will| would)?\s+(?:choose|pick|select|answer|bid|say|play|go with)(?:\s+to)?\s*:?\s+"
    r"(?P<value>[^\n]+?)\s*",
    re.IGNORECASE,
)


def find_json(text: str, *, thoughts: tuple[str, ...] = THOUGHTS) -> list[Candidate]:
    """Find the stretches of a reply that may be its answer in JSON, in order, none inside another.

    Thoughts between ``<think>`` tags are passed over. Nothing is judged here: a citation such as ``[1]`` is
    found too.

    Args:
        text: a reply.
        thoughts: the tags that are passed over with what they hold.

    Returns:
        The candidates: one for the whole reply if that is JSON; else fenced blocks and bracketed values, then
        scalars after a label ("Answer: 5"), and if there is nothing of the kind, the whole reply as a word.

    Raises:
        ParsingFailure: more than `MAX_TRIES` brackets don't begin JSON, or there are more than `MAX_FOUND` values.
    """
    return scan(text, thoughts).candidates


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was found in a reply.

    Args:
        candidates: as `find_json` returns them.
        spoken: the reply after its last thought, and where that begins.
        open_thought: whether a thought never ends.
        fences: where fenced blocks stand, their marks included.
    """

    candidates: list[Candidate]
    spoken: str
    offset: int
    open_thought: bool
    fences: tuple[tuple[int, int], ...]


def scan(text: str, thoughts: tuple[str, ...] = THOUGHTS) -> Scanned:
    """`find_json` with what stands around the candidates."""
    if not isinstance(text, str):
        raise InvalidArgument(f"A reply is a text; got {type(text).__name__}.")
    _, ends = _patterns(thoughts)
    for begin in (0, *(match.end() for match in islice(ends.finditer(text), 20))):
        whole = text[begin:].strip().lstrip("\ufeff").strip()
        if not whole:
            return Scanned([], "", len(text), False, ())
        done = _decoded(whole, 0, len(whole))
        if done is not None and done[1] == len(whole):
            start = text.index(whole, begin)
            one = Candidate(whole, start, start + len(whole), "whole", done[2], done[0], done[3])
            return Scanned([one], text[begin:], begin, False, ())
        if done is not None and done[2] == "json" and is_stray(whole[done[1] :]):
            start = text.index(whole, begin)
            notes = ("a closing bracket too many was left out",)
            one = Candidate(whole, start, start + len(whole), "whole", "relaxed", done[0], notes)
            return Scanned([one], text[begin:], begin, False, ())
    finder = _Finder(text, thoughts)
    finder.scan(0, len(text), fenced=False)
    spoken, offset = finder.spoken()
    found = [] if finder.open_thought else _with_labels(finder, spoken, offset)
    return Scanned(found, spoken, offset, finder.open_thought, tuple(finder.fences))


def _with_labels(finder: _Finder, spoken: str, offset: int) -> list[Candidate]:
    found = finder.found
    if len(found) == 1 and not finder.outside(found).strip():
        found = [Candidate(**{**_fields(found[0]), "where": "whole"})] if found[0].where == "prose" else found
    if any(
        candidate.state in ("json", "relaxed", "cut", "broken") for candidate in found if candidate.where != "fenced"
    ):
        return found
    labelled = _labelled(spoken, offset)
    known = {(candidate.start, candidate.end) for candidate in found}
    found += [candidate for candidate in labelled if not any(start <= candidate.start < end for start, end in known)]
    if not found and spoken.strip():
        word = spoken.strip()
        begin = offset + spoken.find(word)
        found = [Candidate(word, begin, begin + len(word), "whole", "word")]
    return found


def _fields(candidate: Candidate) -> dict[str, Any]:
    return {name: getattr(candidate, name) for name in Candidate.__slots__}


def _decoded(text: str, start: int, end: int) -> tuple[Any, int, Literal["json", "broken"], tuple[str, ...]] | None:
    """Read strict JSON at a place; a contradiction between keys is found, but broken."""
    try:
        value, stop = read_strict(text, start)
    except DuplicateKey as error:
        return None, _closing(text, start, end), "broken", (str(error),)
    except ValueError:
        return None
    return value, stop, "json", ()


def _closing(text: str, start: int, end: int) -> int:
    """Where the bracket that opens at a place closes, counting those outside of double quotes; else `end`."""
    depth, at, quoted = 0, start, False
    while at < end:
        letter = text[at]
        if quoted:
            if letter == "\\":
                at += 1
            elif letter == '"':
                quoted = False
        elif letter == '"':
            quoted = True
        elif letter in "{[":
            depth += 1
        elif letter in "}]":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return end


class _Finder:
    """One pass over a reply, from left to right."""

    def __init__(self, text: str, thoughts: tuple[str, ...] = THOUGHTS) -> None:
        self.text = text
        self.interesting, _ = _patterns(thoughts)
        self.fences: list[tuple[int, int]] = []
        self.found: list[Candidate] = []
        self.hidden: list[tuple[int, int]] = []
        self.open_thought = False
        self.tries = 0
        self.work = 0

    def scan(self, at: int, end: int, *, fenced: bool) -> None:
        while (match := self.interesting.search(self.text, at, end)) is not None:
            mark = match.group()
            if len(self.found) > MAX_FOUND:
                raise self.too_much(f"the reply holds more than {MAX_FOUND} values")
            if mark in ("```", "~~~"):
                at = match.end() if fenced else self.fence(match.start(), end)
            elif mark.startswith("</") and mark.endswith(">"):
                # Its opening tag was in the model's template: all before it was thought.
                self.found.clear()
                self.hidden = [(0, match.end())]
                at = match.end()
            elif mark.startswith("<") and mark.endswith(">"):
                at = self.thought(match, end)
            else:
                at = self.bracket(match.start(), end, "fenced" if fenced else "prose")

    def too_much(self, reason: str) -> ParsingFailure:
        return ParsingFailure(reason, attempts=[(self.text, reason)])

    def thought(self, match: re.Match[str], end: int) -> int:
        closing = re.compile(re.escape("</" + match.group()[1:]), re.IGNORECASE).search(self.text, match.end(), end)
        if closing is None:
            self.open_thought = True
            return end
        self.hidden.append((match.start(), closing.end()))
        return closing.end()

    def fence(self, start: int, end: int) -> int:
        """A fenced block: its value if it is one, else what is inside."""
        head = _FENCE_HEAD.match(self.text, start)
        assert head is not None  # the search found its mark
        mark = self.text[start : start + 3]
        inside = re.compile(r"\s*").match(self.text, head.end())
        first = inside.end() if inside is not None else head.end()
        if self.text[first : first + 3] == mark:
            self.hidden.append((start, first + 3))
            return first + 3
        done = _decoded(self.text, first, end)
        if done is not None:
            value, stop, state, notes = done
            closing = re.compile(r"\s*" + mark).match(self.text, stop)
            if closing is not None or not self.text[stop:end].strip():
                self.found.append(Candidate(self.text[first:stop], first, stop, "fenced", state, value, notes))
                close = closing.end() if closing is not None else end
                self.hidden.append((start, close))
                self.fences.append((start, close))
                return close
        before = len(self.found)
        close = self.text.find("\n" + mark, head.end(), end)
        close = close + 1 if close >= 0 else self.text.find(mark, head.end(), end)
        body_end = close if close >= 0 else end
        self.scan(head.end(), body_end, fenced=True)
        body = self.text[head.end() : body_end].strip()
        if len(self.found) == before and body:
            begin = self.text.find(body, head.end())
            self.found.append(Candidate(body, begin, begin + len(body), "fenced", "word" if close >= 0 else "cut"))
        stop = close + 3 if close >= 0 else end
        # What the last value ran past belongs to that value.
        stop = max([stop, *(candidate.end for candidate in self.found[before:])])
        self.hidden.append((start, stop))
        self.fences.append((start, stop))
        return stop

    def bracket(self, start: int, end: int, where: Where) -> int:
        done = _decoded(self.text, start, end) if self.text[start] in "{[" else None
        if done is not None and done[1] <= end:
            value, stop, state, notes = done
            if state == "json" and isinstance(value, dict) and _GOES_ON.match(self.text, stop, end):
                goes_on = self.goes_on(start, end, where)
                if goes_on is not None:
                    return goes_on
            self.found.append(Candidate(self.text[start:stop], start, stop, where, state, value, notes))
            return stop
        self.tries += 1
        if self.tries > MAX_TRIES:
            raise self.too_much(f"the reply has more than {MAX_TRIES} brackets that are not JSON")
        opens = _OPENING.match(self.text, start)
        try:
            read = read_relaxed(self.text[:end], start)
        except NotRelaxedJson as error:
            made = mended(self.text[start:end]) if self.tries < 20 else None
            if made is not None:
                read, stop = made
                note = (*read.notes, "a quotation mark or a colon was missing")
                self.found.append(
                    Candidate(self.text[start : start + stop], start, start + stop, where, "relaxed", read.value, note)
                )
                return start + stop
            self.work += error.at - start
            if self.work > MAX_WORK:
                raise self.too_much("the reply has too much in brackets that is not JSON") from error
            if _LOOKS_LIKE_JSON.match(self.text, start) is None:
                return opens.end() if opens is not None else start + 1
            stop = _closing(self.text, start, end)
            self.work += stop - start
            closes = stop < end or self.text[stop - 1] in "}]"
            is_cut = not closes or (error.ended and _unclosed(self.text, start, end))
            stop = end if is_cut else stop
            kind: Literal["cut", "broken"] = "cut" if is_cut else "broken"
            self.found.append(Candidate(self.text[start:stop], start, stop, where, kind, notes=(str(error),)))
            return stop
        except RecursionError:
            return start + 1
        return self.relaxed(read, start, where)

    def relaxed(self, read: Relaxed, start: int, where: Where) -> int:
        """Keep what was read in the wider grammar; one that was not closed is cut, with what it would be if closed."""
        if read.unclosed and (read.weak or (_LOOKS_LIKE_JSON.match(self.text, start) is None and not read.value)):
            return start + 1
        state: Literal["cut", "relaxed"] = "cut" if read.unclosed else "relaxed"
        text = self.text[start : read.end]
        self.found.append(Candidate(text, start, read.end, where, state, read.value, read.notes, read.weak))
        return read.end

    def goes_on(self, start: int, end: int, where: Where) -> int | None:
        """An object whose bracket closes too early, read to where it really ends."""
        try:
            read = read_relaxed(self.text[:end], start)
        except (NotRelaxedJson, RecursionError):
            return None
        return self.relaxed(read, start, where)

    def outside(self, found: list[Candidate]) -> str:
        """The reply without these candidates, thoughts and fences."""
        return without(self.text, [*self.hidden, *((one.start, one.end) for one in found)])

    def spoken(self) -> tuple[str, int]:
        """The reply after its last thought and where that begins; fenced blocks are still in it."""
        start = 0
        for begin, end in self.hidden:
            if self.text[begin : begin + 1] == "<" or (begin == 0 and self.text[end - 1 : end] == ">"):
                start = max(start, end)
        return self.text[start:], start


_GOES_ON = re.compile(r"\s*\}*\s*,\s*\"[^\"\n]{1,60}\"\s*:")
_OPENING = re.compile(r"(?:new\s+)?[A-Za-z_][\w.]*\(|[(\[{｛［]")


def _unclosed(text: str, start: int, end: int) -> bool:
    body = text[start:end]
    return sum(map(body.count, "{[")) > sum(map(body.count, "}]")) or body.rstrip()[-1:] not in ("}", "]")


def without(text: str, spans: list[tuple[int, int]]) -> str:
    """A text with some stretches replaced by a line break each, which ends a sentence."""
    out, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            out.append(text[at:start])
        at = max(at, end)
    out.append(text[at:])
    return "\n".join(out)


def _labelled(spoken: str, offset: int) -> list[Candidate]:
    """Scalars after a label. The last one must stand in the last line: what comes after may take it back."""
    found: list[Candidate] = []
    for match in _LABEL.finditer(spoken):
        value = match["value"].strip()
        begin = offset + match.start("value")
        found.append(Candidate(value, begin, begin + len(value), "labelled", "word"))
    if found and spoken[found[-1].end - offset :].strip():
        return [Candidate(**{**_fields(found[-1]), "state": "broken", "notes": ("words follow the answer",)})]
    if not found:
        chosen = _I_CHOOSE.fullmatch(spoken)
        if chosen is not None:
            begin = offset + chosen.start("value")
            found = [Candidate(chosen["value"], begin, begin + len(chosen["value"]), "labelled", "word")]
    return found
