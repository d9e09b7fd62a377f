"""Typed queries: a model is asked for a value of a type, and the answer is right, refused, or an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, overload

from interlab.errors import InvalidArgument, ParsingFailure
from interlab.models import Message, Model, Params, as_messages, as_model, call_model
from interlab.models.messages import Prompt
from interlab.models.model import PARAM_NAMES
from interlab.models.replies import recorded_messages
from interlab.queries.asking import Asking
from interlab.queries.examples import example_text
from interlab.queries.format_prompt import (
    LATER,
    check_fields,
    format_prompt,
    has_place,
    with_addition,
    with_instructions,
)
from interlab.queries.json_type import JsonType, json_type
from interlab.queries.outcomes import STRICTNESSES, Strictness
from interlab.tracing import FormatStr, TracingNode

V = TypeVar("V")

THINK = (
    "Think about this step by step before you decide. Write down only your thoughts now, not yet your "
    "answer; you will be asked for it next."
)
THOUGHTS = FormatStr("Your thoughts on this so far:\n{thoughts}")


@overload
def query_for_json(
    model: Any,
    T: type[V],  # noqa: N803
    prompt: Prompt,
    *,
    with_example: Any = ...,
    with_cot: bool = ...,
    max_repeats: int = ...,
    system: str | None = ...,
    params: Params | None = ...,
    repair: bool = ...,
    strictness: Strictness = ...,
    schema_mode: bool | None = ...,
    on_failure: Callable[[ParsingFailure], Any] | None = ...,
    name: str | None = ...,
    **settings: Any,
) -> V: ...
@overload
def query_for_json(
    model: Any,
    T: Any,  # noqa: N803
    prompt: Prompt,
    *,
    with_example: Any = ...,
    with_cot: bool = ...,
    max_repeats: int = ...,
    system: str | None = ...,
    params: Params | None = ...,
    repair: bool = ...,
    strictness: Strictness = ...,
    schema_mode: bool | None = ...,
    on_failure: Callable[[ParsingFailure], Any] | None = ...,
    name: str | None = ...,
    **settings: Any,
) -> Any: ...
def query_for_json(
    model: Any,
    T: Any,  # noqa: N803
    prompt: Prompt,
    *,
    with_example: Any = False,
    with_cot: bool = False,
    max_repeats: int = 3,
    system: str | None = None,
    params: Params | None = None,
    repair: bool = True,
    strictness: Strictness = "lenient",
    schema_mode: bool | None = None,
    on_failure: Callable[[ParsingFailure], Any] | None = None,
    name: str | None = None,
    **settings: Any,
) -> Any:
    """Ask a model for a value of a type.

    The answer is read, or the model is asked again with its own answer and the reason why it can't be used; it
    is never guessed. Everything is recorded under one node of kind ``query``.

    Args:
        model: a `Model`, a name for `get_model`, a LangChain model, an openai client, or a callable.
        T: any type that pydantic can describe in JSON: dataclasses, models, TypedDict, Literal, Enum, unions,
            lists, tuples, recursive types, bare scalars.
        prompt: a text, a `FormatStr`, or messages. Instructions about the format go where
            ``{FORMAT_PROMPT}`` stands, else to the end of the last user message.
        with_example: True to show the model an example that it made up itself before (once per schema), or an
            example, as JSON text or as a value.
        with_cot: let the model think in a call of its own first; its thoughts go into the second prompt.
        max_repeats: calls at most for the answer itself, ≥ 1.
        system: a system message to put in front.
        params: how the model is asked.
        repair, strictness: how an answer may be read; see `parse_json`.
        schema_mode: whether the provider's own schema mode is used; None uses it where the model has it.
        on_failure: called with the `ParsingFailure` after the last attempt; what it returns is the result.
        name: the recorded node's name.
        **settings: single parameters by name, such as ``temperature=0.2``; they win over `params`.

    Returns:
        A value of type `T`, or what `on_failure` returned.

    Raises:
        ParsingFailure: no answer could be read; every attempt is in it.
        InvalidArgument: a type that JSON can't express, a prompt with two places or with open fields, an
            example that is none.
        Unsupported: something is asked for that the model lacks; nothing was called.
        ModelTimeout, ModelCallFailed: the model could not be called.
    """
    wanted, asked = json_type(T), as_model(model)
    request = _request(params, settings)
    if isinstance(max_repeats, bool) or not isinstance(max_repeats, int) or max_repeats < 1:
        raise InvalidArgument(f"max_repeats is a whole number ≥ 1, not {max_repeats!r}.")
    if on_failure is not None and not callable(on_failure):
        raise InvalidArgument(
            f"on_failure is called with the failure; a {type(on_failure).__name__} can't be. For a fixed value "
            "give lambda failure: value."
        )
    if strictness not in STRICTNESSES:
        raise InvalidArgument(f"strictness is 'strict', 'lenient' or 'loose', not {strictness!r}.")
    messages = as_messages(prompt)
    if system is not None:
        messages = (Message("system", system), *messages)
    check_fields(messages)
    inputs: dict[str, Any] = {
        "prompt": prompt if isinstance(prompt, str) else recorded_messages(as_messages(prompt)),
        "type": wanted.name,
    }
    if system is not None:
        inputs["system"] = system
    use_schema = "json_schema" in asked.capabilities if schema_mode is None else schema_mode
    asking = Asking(asked, wanted, max_repeats, request, strictness, repair, use_schema, insists=schema_mode is True)
    with TracingNode(name or f"query for {wanted.name}", kind="query", inputs=inputs) as node:
        example = _example(with_example, asked, wanted, request, max_repeats, node)
        if with_cot:
            thinking = with_addition(with_instructions(messages, LATER) if has_place(messages) else messages, THINK)
            thoughts = call_model(asked, thinking, request, name="thoughts").text
            messages = with_addition(messages, THOUGHTS.format(thoughts=thoughts))
        messages = with_instructions(messages, format_prompt(asking.shown_schema, example))
        try:
            value = asking.ask(messages, node)
        except ParsingFailure as failure:
            if on_failure is None:
                raise
            value = on_failure(failure)
            node.add_event("fault handler", {"reason": str(failure)})
        node.set_result(value)
        return value


def _request(params: Params | None, settings: dict[str, Any]) -> Params:
    unknown = sorted(set(settings) - PARAM_NAMES)
    if unknown:
        raise InvalidArgument(
            f"Unknown setting {unknown[0]!r}; the settings are {', '.join(sorted(PARAM_NAMES))}. "
            "What only one provider knows goes into extra={…}."
        )
    request = Params(**settings).over(params or Params()) if settings else params or Params()
    if request.json_schema is not None:
        raise InvalidArgument("json_schema is made from the type T here; leave it out of the parameters.")
    return request


def _example(
    given: Any, model: Model, wanted: JsonType, request: Params, max_repeats: int, node: TracingNode
) -> str | None:
    """The example to show. One that the model can't make up is done without: it was only to help."""
    try:
        return example_text(given, model, wanted, request, max_repeats)
    except ParsingFailure as failure:
        node.add_event("no example", {"reason": str(failure)})
        return None
