"""Reading a reply as a value of a type: right or refused, never guessed."""

from __future__ import annotations

from typing import Any, TypeVar, overload

from interlab.errors import InvalidArgument, ParsingFailure
from interlab.queries.json_type import JsonType, json_type
from interlab.queries.outcomes import STRICTNESSES, Reading, Refusal, Strictness
from interlab.queries.reply import ReplyReader

__all__ = ["Reading", "Refusal", "Strictness", "parse_json", "read_reply"]

T_co = TypeVar("T_co")


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
        text: a reply: JSON alone, in a fence, or between words; or another notation that names the fields (lines of
            keys, YAML, tables, tags), or for a scalar a sentence that asserts it. Thoughts are passed over.
        T: any type that pydantic can describe in JSON.
        strictness: ``"lenient"`` converts what has one reading only (a number in quotes, a label in capitals, a
            list of one object); ``"strict"`` takes JSON only, its types as they are, and no unknown keys; ``"loose"``
            takes JSON even if the words around it put it in doubt, and notes that. Two answers are refused always.
        repair: whether to read what is not quite JSON (single quotes, trailing commas, …), if nothing is lost.
        finish_reason: why the model stopped, if known. Of a reply that was cut off only what was closed before
            counts; brackets missing at the end are forgotten ones only if it is known to have ended by itself.

    Returns:
        The value.

    Raises:
        ParsingFailure: there is no answer of this type, more than one, or one that is cut off.
        InvalidArgument: a type that JSON can't express, or an unknown strictness.
    """
    wanted = json_type(T)
    outcome = read_reply(text, wanted, strictness=strictness, repair=repair, finish_reason=finish_reason)
    if isinstance(outcome, Refusal):
        shown = repr(text if len(text) <= 200 else text[:197] + "…")
        raise ParsingFailure(
            f"Expected one {wanted.name} in JSON; {outcome.reason}. The reply was: {shown}",
            expected=wanted.of,
            attempts=[(text, outcome.reason)],
        )
    return outcome.value


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
    if strictness not in STRICTNESSES:
        raise InvalidArgument(f"strictness is 'strict', 'lenient' or 'loose', not {strictness!r}.")
    reader = ReplyReader(text, wanted, strictness != "strict", repair, wrapped, finish_reason, strictness == "loose")
    try:
        return reader.read()
    except ParsingFailure as error:  # too many brackets to tell apart
        return Refusal(str(error))
