"""Reading a reply as a value of a type: right or refused, never guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, overload

from interlab.errors import InvalidArgument, ParsingFailure
from interlab.queries.finding import Candidate, find_json, without
from interlab.queries.fitting import NoFit, fit
from interlab.queries.json_type import WRAPPED, Invalid, JsonType, json_type, resolved
from interlab.queries.relaxed import STRICT

T_co = TypeVar("T_co")

Strictness = Literal["strict", "lenient"]

CUT_OFF = frozenset({"length", "max_tokens", "MAX_TOKENS", "max_output_tokens", "incomplete"})
"""Providers' words for a reply that ended because there was no room for more."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A reply that was read.

    Args:
        value: the value, of the type that was asked for.
        json: the value as JSON, as it was given to the validator.
        extracted: whether it was picked out of other text.
        repaired: what of its syntax was put right.
        coerced: what of its content was converted, and which unknown keys were passed over.
    """

    value: Any
    json: Any
    extracted: bool = False
    repaired: tuple[str, ...] = ()
    coerced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reply that was not read.

    Args:
        reason: why, in words meant for the model.
        cut_off: whether it ended too early, so that a shorter answer is wanted.
    """

    reason: str
    cut_off: bool = False


@overload
def parse_json(
    text: str,
    T: type[T_co],  # noqa: N803
    *,
    strictness: Strictness = ...,
    repair: bool = ...,
    finish_reason: str | None = ...,
) -> T_co: ...
@overload
def parse_json(
    text: str,
    T: Any,  # noqa: N803
    *,
    strictness: Strictness = ...,
    repair: bool = ...,
    finish_reason: str | None = ...,
) -> Any: ...
def parse_json(
    text: str,
    T: Any,  # noqa: N803
    *,
    strictness: Strictness = "lenient",
    repair: bool = True,
    finish_reason: str | None = None,
) -> Any:
    """Read a reply as a value of a type, without a model.

    Args:
        text: a reply: JSON alone, in a fence, or between words, thoughts in ``<think>`` tags before it.
        T: any type that pydantic can describe in JSON.
        strictness: ``"lenient"`` converts what has one reading only (a number in quotes, a label in capitals, a
            list of one object); ``"strict"`` takes JSON types as they are and no unknown keys.
        repair: whether to read what is not quite JSON (single quotes, trailing commas, …), if nothing is lost.
        finish_reason: why the model stopped, if known: a reply that was cut off is refused.

    Returns:
        The value.

    Raises:
        ParsingFailure: there is no answer of this type, more than one, or one that is cut off.
        InvalidArgument: a type that JSON can't express, or an unknown strictness.
    """
    wanted = json_type(T)
    outcome = read_reply(text, wanted, strictness=strictness, repair=repair, finish_reason=finish_reason)
    if isinstance(outcome, Refusal):
        raise ParsingFailure(
            f"Expected one {wanted.name} in JSON; {outcome.reason}. The reply was: {_shortened(text)}",
            expected=wanted.of,
            attempts=[(text, outcome.reason)],
        )
    return outcome.value


def _shortened(text: str) -> str:
    return repr(text if len(text) <= 200 else text[:197] + "…")


def read_reply(
    text: str,
    wanted: JsonType,
    *,
    strictness: Strictness = "lenient",
    repair: bool = True,
    finish_reason: str | None = None,
    wrapped: bool = False,
) -> Reading | Refusal:
    """`parse_json` with what was done on the way, and a refusal as a value.

    Args:
        wrapped: whether an object around the value was asked for, under the key `WRAPPED`.
    """
    if not isinstance(text, str):
        raise InvalidArgument(f"A reply is a text; got {type(text).__name__}.")
    if strictness not in ("strict", "lenient"):
        raise InvalidArgument(f"strictness is 'strict' or 'lenient', not {strictness!r}.")
    if finish_reason in CUT_OFF:
        return Refusal("it was cut off before its end", cut_off=True)
    reader = _Reader(text, wanted, strictness == "lenient", repair, wrapped)
    try:
        return reader.read()
    except ParsingFailure as error:  # too many brackets to tell apart
        return Refusal(str(error))


@dataclass(slots=True)
class _Reader:
    text: str
    wanted: JsonType
    lenient: bool
    repair: bool
    wrapped: bool
    reasons: list[str] = field(default_factory=list)

    def read(self) -> Reading | Refusal:
        candidates = find_json(self.text)
        if not candidates:
            thoughts = "<think" in self.text
            return Refusal("it has no answer after its thoughts" if thoughts else "it is empty", cut_off=thoughts)
        if any(candidate.state == "cut" for candidate in candidates):
            return Refusal("its JSON is not complete: a bracket or a quotation mark never closes", cut_off=True)
        readings: list[tuple[Candidate, Reading]] = []
        for candidate in candidates:
            reading = self.candidate(candidate)
            if reading is not None:
                readings.append((candidate, reading))
        if not readings:
            return Refusal(self.why_not(candidates))
        if len({_canonical(reading.json) for _, reading in readings}) > 1:
            shown = " and ".join(_shortened(candidate.text) for candidate, _ in readings[:3])
            return Refusal(f"it holds {len(readings)} different answers: {shown}")
        doubt = self.doubt(candidates, readings)
        return Refusal(doubt) if doubt else readings[-1][1]

    def why_not(self, candidates: list[Candidate]) -> str:
        if self.reasons:
            return "; ".join(dict.fromkeys(self.reasons[:3]))
        return "it holds no JSON value" if candidates[0].state == "word" else "it does not fit the schema"

    def doubt(self, candidates: list[Candidate], readings: list[tuple[Candidate, Reading]]) -> str | None:
        """What the words around the answer say against it."""
        if readings[0][0].where == "whole":
            return None
        spans = [(candidate.start, candidate.end) for candidate in candidates]
        for candidate, _ in readings:
            if candidate.where == "labelled":
                continue
            before, after = self.text[: candidate.start], self.text[candidate.end :]
            if _TAKEN_BACK_BEFORE.search(_lead(before)) or _TAKEN_BACK_AFTER.match(_FENCE.sub(" ", after)):
                return "the words beside the JSON say that it is an example or not the answer"
        later = without(self.text, [*spans, (0, readings[0][0].end)])
        if _CORRECTED.search(later):
            return "words after the JSON take it back"
        return None

    # One candidate ------------------------------------------------------------------------------------

    def candidate(self, candidate: Candidate) -> Reading | None:
        """The reading of one candidate, or None with a reason kept."""
        if candidate.state == "word":
            return self.word(candidate)
        value, notes = candidate.value, candidate.notes
        if candidate.state == "broken":
            self.no(f"its JSON can't be read: {'; '.join(notes)}")
            return None
        if candidate.state == "relaxed" and not self.repair:
            self.no(f"it is not quite JSON: {'; '.join(notes)}")
            return None
        if self.repeats_schema(value):
            self.no("it repeats the schema instead of a value that follows it")
            return None
        if isinstance(value, list) and candidate.where == "prose" and not _stands_alone(self.text, candidate):
            self.no("it has a list only inside of a sentence")
            return None
        read = self.value(value, is_prose=candidate.where == "prose")
        if read is None:
            return None
        made, plain, coerced = read
        return Reading(made, plain, candidate.where != "whole", notes, coerced)

    def repeats_schema(self, value: Any) -> bool:
        if not isinstance(value, dict) or not _SCHEMA_KEYS & value.keys():
            return False
        return value in (json.loads(self.wanted.shown), self.wanted.provider_schema)

    def value(self, value: Any, *, is_prose: bool) -> tuple[Any, Any, tuple[str, ...]] | None:
        """A JSON value as the type: made, as JSON, what was converted."""
        if self.wrapped and isinstance(value, dict) and value.keys() == {WRAPPED}:
            value = value[WRAPPED]
        done = self.fitted(value)
        if not isinstance(done, str) or not self.lenient:
            if isinstance(done, str):
                self.no(done)
                return None
            return done
        if isinstance(value, dict) and len(value) == 1:
            key, inner = next(iter(value.items()))
            if _is_wrapper(key, self.wanted.name):
                unwrapped = self.fitted(inner)
                if not isinstance(unwrapped, str):
                    made, plain, notes = unwrapped
                    return made, plain, (f"the answer stood under the key {key!r}", *notes)
        if isinstance(value, list) and len(value) == 1 and not is_prose and not isinstance(value[0], (dict, list)):
            inside = self.fitted(value[0])
            if not isinstance(inside, str):
                made, plain, notes = inside
                return made, plain, ("the answer was taken out of a list of one", *notes)
        self.no(done)
        return None

    def fitted(self, value: Any) -> tuple[Any, Any, tuple[str, ...]] | str:
        reason, fitted = "", None
        try:
            fitted = fit(value, self.wanted.schema)
        except NoFit as error:
            reason = error.reason
        except RecursionError:
            return "it is nested too deep"
        exact = self.wanted.validate(value)
        if not isinstance(exact, Invalid):
            # The fitter knows of texts that the validator would take for a moment in 1970.
            return (exact[0], value, ()) if fitted is not None or " is no " not in reason else reason
        if fitted is None or not (self.lenient or fitted.is_exact):
            return "; ".join(filter(None, [reason, exact.reason]))
        made = self.wanted.validate(fitted.value, allow_unknown_keys=True)
        if isinstance(made, Invalid):
            return made.reason
        ignored = tuple(f"the unknown key {key!r} was passed over" for key in fitted.ignored)
        return made[0], fitted.value, (*fitted.notes, *ignored)

    def word(self, candidate: Candidate) -> Reading | None:
        """A scalar without quotes: the whole of a reply, a fenced line, or what follows a label."""
        text = candidate.text
        if len(text) > 300 or "\n" in text or not self.lenient:
            self.no("it holds no JSON value")
            return None
        bare = _DECORATION.sub("", text.strip())
        for form in dict.fromkeys((text.strip(), bare)):
            for value in _scalars(form):
                if isinstance(value, str) and not _takes_words(self.wanted.schema, self.wanted.schema):
                    continue
                read = self.fitted(value)
                if not isinstance(read, str):
                    made, plain, notes = read
                    return Reading(made, plain, candidate.where != "whole", (), ("the answer was not in JSON", *notes))
        self.no("it holds no JSON value of this type")
        return None

    def no(self, reason: str) -> None:
        self.reasons.append(reason)


def _scalars(text: str) -> Iterator[Any]:
    """What a word can be as a JSON value: JSON if it is, else a text."""
    try:
        value = STRICT.decode(text)
    except (ValueError, RecursionError):
        yield text
    else:
        if not isinstance(value, (dict, list)):
            yield value


def _takes_words(schema: Any, root: Any, depth: int = 0) -> bool:
    """Whether a word without quotes can be read under the schema: not where any text would do, since then a
    model's excuses would do too."""
    schema = resolved(schema, root)
    branches = schema.get("anyOf") or schema.get("oneOf")
    if branches:
        return depth < 20 and all(_takes_words(branch, root, depth + 1) for branch in branches)
    if "enum" in schema or "const" in schema:
        return True
    kind = schema.get("type")
    if kind == "string":
        return schema.get("format") in _TIGHT_FORMATS
    return kind in ("integer", "number", "boolean", "null")


_TIGHT_FORMATS = frozenset({"date", "date-time", "time", "duration", "uuid", "ipv4", "ipv6", "email", "uri"})
_DECORATION = re.compile(r"^[\s*`_\"'“”‘’]+|[\s*`_\"'“”‘’.!]+$")
_SCHEMA_KEYS = frozenset({"type", "properties", "$defs", "$ref", "anyOf", "oneOf", "enum", "const"})
_WRAPPER_KEYS = frozenset(
    ["answer", "result", "response", "output", "value", "final_answer", "data", "json", "choice", "decision"]
)


def _is_wrapper(key: str, name: str) -> bool:
    plain = re.sub(r"[\s-]+", "_", key.strip()).casefold()
    return plain in _WRAPPER_KEYS or plain == name.casefold()


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


_FENCE = re.compile(r"(?:```|~~~)[\w+.-]*")
_FENCE_BEFORE = re.compile(r"(?:```|~~~)[\w+.-]*\s*$")
_SENTENCE_END = re.compile(r"[.!?](?=\s)|\n\s*\n")
_CLAUSE = re.compile(r"[,;\n–—]\s*")
_OWN_LEAD = re.compile(
    r"\s*(?:(?:but|and|so|then|thus|therefore)\b,?\s*)*"
    r"(?:here|my|the (?:final )?answer|i (?:answer|choose|offer|decide|say|will))\b"
    r"|\s*(?:so|thus|therefore)\s*:",
    re.IGNORECASE,
)
_TAKEN_BACK_BEFORE = re.compile(
    r"\b(?:not|never|cannot|instead of|rather than|for instance|such as|wrong|incorrect|invalid|e\.g|template)\b"
    r"|n['’]t\b"
    r"|\bexamples?\b",
    re.IGNORECASE,
)
_TAKEN_BACK_AFTER = re.compile(
    r"[\s`*]*(?:is|was|are|would be|could be|isn['’]t|wouldn['’]t)\b"
    r"[^.\n]{0,60}?(?:\b(?:not|wrong|incorrect|invalid|example|never)\b|n['’]t\b)"
    r"|[\s`*]*(?:isn|wasn|wouldn)['’]t\b",
    re.IGNORECASE,
)
_CORRECTED = re.compile(
    r"(?:^|[.!?:]\s+|\n\s*)(?:no,|wait|actually,|correction|scratch that|on second thoughts?|hold on|"
    r"i take (?:that|it) back|disregard|"
    r"ignore (?:the|that)|i (?:have )?changed my mind|i made a mistake|sorry, (?:that|i))",
    re.IGNORECASE,
)


def _lead(before: str) -> str:
    """The words that lead to a candidate: its sentence, or only its clause if that introduces an answer by itself, as
    in "I'm not sure, but here is my answer:"."""
    before = _FENCE_BEFORE.sub("", before.rstrip()).rstrip()
    if before.endswith((".", "!", "?")) and not before.endswith("e.g."):
        return ""
    sentence: str = _SENTENCE_END.split(before)[-1]
    clause: str = _CLAUSE.split(sentence)[-1]
    return clause if _OWN_LEAD.match(clause) else sentence


def _stands_alone(text: str, candidate: Candidate) -> bool:
    """Whether a list stands where an answer does (a line of its own, after a colon), not where a citation does."""
    before = re.search(r"(?:^|\n|[:=]|\b(?:is|are))[\s`*>-]*$", text[: candidate.start])
    after = re.match(r"[\s`*]*(?:$|\n|[.!](?:\s|$))", text[candidate.end :])
    return before is not None and after is not None
