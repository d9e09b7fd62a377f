"""Examples of a type in JSON: given by the user, or made up by a model."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from typing import Any

from interlab.errors import InvalidArgument
from interlab.models import Model, Params, as_messages, as_model
from interlab.queries.asking import Asking
from interlab.queries.format_prompt import format_prompt, with_instructions
from interlab.queries.json_type import Invalid, JsonType, json_type
from interlab.queries.tokens import read_strict
from interlab.tracing import FormatStr, TracingNode

MAKE_UP = FormatStr("Make up one short, realistic example of a value that follows a JSON schema.")

MAX_CACHED = 256

_made: OrderedDict[tuple[str, str], str] = OrderedDict()
_lock = threading.Lock()


def generate_example(model: Any, T: Any, *, params: Params | None = None, max_repeats: int = 3) -> str:  # noqa: N803
    """Let a model make up an example of a type, in JSON.

    It is validated, and made once per model and schema in this process.

    Args:
        model: a `Model`, a name for `get_model`, or anything that `as_model` takes.
        T: any type that pydantic can describe in JSON.
        params: how the model is asked.
        max_repeats: calls at most, ≥ 1.

    Returns:
        The example as JSON text.

    Raises:
        ParsingFailure: the model made no valid example.
        ModelError: the model could not be called.
    """
    asked, wanted = as_model(model), json_type(T)
    key = (asked.__interlab_resource_name__(), wanted.shown)
    with _lock:
        if key in _made:
            _made.move_to_end(key)
            return _made[key]
    if isinstance(max_repeats, bool) or not isinstance(max_repeats, int) or max_repeats < 1:
        raise InvalidArgument(f"max_repeats is a whole number ≥ 1, not {max_repeats!r}.")
    inputs = {"type": wanted.name}
    with TracingNode(f"example of {wanted.name}", kind="query", inputs=inputs) as node:
        use_schema = "json_schema" in asked.capabilities
        asking = Asking(asked, wanted, max_repeats, params or Params(), use_schema=use_schema)
        messages = with_instructions(as_messages(MAKE_UP), format_prompt(asking.shown_schema))
        example = wanted.dump(asking.ask(messages, node))
        node.set_result(example)
    with _lock:
        _made[key] = example
        if len(_made) > MAX_CACHED:
            _made.popitem(last=False)
    return example


def given_example(example: Any, wanted: JsonType) -> str:
    """A user's example as JSON text, checked.

    Args:
        example: JSON text, or a value of the type.

    Raises:
        InvalidArgument: it is no valid example of the type.
    """
    if isinstance(example, str):
        text = example.strip()
        try:
            value, end = read_strict(text, 0)
        except ValueError as error:
            checked: tuple[Any] | Invalid = Invalid(f"it is not JSON ({error})")
        else:
            checked = wanted.validate(value) if end == len(text) else Invalid("text follows the JSON")
        if not isinstance(checked, Invalid):
            return text
        try:
            return wanted.dump(example)  # for a type whose values are texts
        except InvalidArgument:
            raise InvalidArgument(
                f"with_example is a {wanted.name} as JSON text or as a value; this text is neither: {checked.reason}."
            ) from None
    return wanted.dump(example)


def example_text(example: Any, model: Model, wanted: JsonType, params: Params, max_repeats: int) -> str | None:
    """What `with_example` asks for: None, an example made up by the model, or a given one."""
    if example is False or example is None:
        return None
    if example is True and not isinstance(wanted.validate(True), tuple):
        return generate_example(model, wanted, params=params, max_repeats=max_repeats)
    if example is True:
        return json.dumps(True)
    return given_example(example, wanted)
