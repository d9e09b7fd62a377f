"""InterLab: a laboratory for conversations between language-model actors.

Compose actors, memories and environments; every model call is a node in one nested tree in a store; go back to any
step of a run, change one thing, and see what it did. `import interlab as il` gives the public names; they are loaded
when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from interlab.tracing.hooks import register_hook as _register_hook

__version__ = "0.1.0"

if TYPE_CHECKING:
    from interlab.actors import BaseActor, ConsoleActor, LLMActor, ScriptedActor
    from interlab.counterfactual import Comparison, compare
    from interlab.environments import BaseEnvironment, Moment, Run
    from interlab.errors import InterLabError, ParsingFailure
    from interlab.memory import BaseMemory, ListMemory, MemoryItem
    from interlab.models import (
        Message,
        Model,
        Params,
        Reply,
        Usage,
        count_tokens,
        get_model,
        known_models,
        query_model,
        register_model,
    )
    from interlab.queries import (
        find_json,
        generate_example,
        parse_json,
        parse_tags,
        query_for_json,
        repeat_on_failure,
        summarize_with_limit,
    )
    from interlab.state import Log, Random
    from interlab.tracing import (
        Blob,
        FormatStr,
        Html,
        Image,
        Markdown,
        Store,
        Table,
        Tag,
        TracingNode,
        current_node,
        instrument,
        name_color,
        open_store,
        parallel,
        register_serializer,
        uninstrument,
        with_trace,
    )

_HOMES = {
    "actors": ("BaseActor", "ConsoleActor", "LLMActor", "ScriptedActor"),
    "counterfactual": ("Comparison", "compare"),
    "environments": ("BaseEnvironment", "Moment", "Run"),
    "errors": ("InterLabError", "ParsingFailure"),
    "memory": ("BaseMemory", "ListMemory", "MemoryItem"),
    "models": (
        "Message", "Model", "Params", "Reply", "Usage", "count_tokens", "get_model", "known_models", "query_model",
        "register_model",
    ),
    "queries": (
        "find_json", "generate_example", "parse_json", "parse_tags", "query_for_json", "repeat_on_failure",
        "summarize_with_limit",
    ),
    "state": ("Log", "Random"),
    "tracing": (
        "Blob", "FormatStr", "Html", "Image", "Markdown", "Store", "Table", "Tag", "TracingNode", "current_node",
        "instrument", "name_color", "open_store", "parallel", "register_serializer", "uninstrument", "with_trace",
    ),
}  # fmt: skip
_HOME_OF = {name: f"interlab.{package}" for package, names in _HOMES.items() for name in names}

__all__ = [
    "BaseActor",
    "BaseEnvironment",
    "BaseMemory",
    "Blob",
    "Comparison",
    "ConsoleActor",
    "FormatStr",
    "Html",
    "Image",
    "InterLabError",
    "LLMActor",
    "ListMemory",
    "Log",
    "Markdown",
    "MemoryItem",
    "Message",
    "Model",
    "Moment",
    "Params",
    "ParsingFailure",
    "Random",
    "Reply",
    "Run",
    "ScriptedActor",
    "Store",
    "Table",
    "Tag",
    "TracingNode",
    "Usage",
    "compare",
    "count_tokens",
    "current_node",
    "find_json",
    "generate_example",
    "get_model",
    "instrument",
    "known_models",
    "name_color",
    "open_store",
    "parallel",
    "parse_json",
    "parse_tags",
    "query_for_json",
    "query_model",
    "register_model",
    "register_serializer",
    "repeat_on_failure",
    "summarize_with_limit",
    "uninstrument",
    "with_trace",
]

for _name, _target in (
    ("run", "interlab.environments.run:run_of"),
    ("frame", "interlab.tracing.frames:to_frame"),
    ("text", "interlab.ui.text_tree:text_tree"),
    ("text_store", "interlab.ui.text_tree:store_tree"),
    ("html", "interlab.ui.static_page:page"),
    ("mimebundle", "interlab.ui.display:mimebundle"),
    ("display", "interlab.ui.display:display_node"),
    ("show_store", "interlab.ui.display:display_store"),
):
    _register_hook(_name, _target)


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'interlab' has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
