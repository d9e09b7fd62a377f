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
    from interlab.actors import BaseActor, ConsoleActor, HumanActor, LLMActor, ScriptedActor
    from interlab.auction import (
        AuctionModerator,
        EntropyValuation,
        FirstPrice,
        GeneralizedSecondPrice,
        Greedy,
        HeuristicValuation,
        JudgeValuation,
        KnapsackVCG,
        LogprobValuation,
        Lottery,
        NoveltyValuation,
        OracleValuation,
        PostedPrice,
        SecondPrice,
        SelfReportValuation,
        Softmax,
        TieredVCG,
        TokenBudget,
        reauction,
    )
    from interlab.counterfactual import (
        AddActor,
        AddMemory,
        Answer,
        BestResponse,
        Branch,
        Branches,
        Call,
        Comparison,
        Edge,
        EditMemory,
        EditMessage,
        Effect,
        FixedWidth,
        ForceSpeaker,
        Influence,
        Intervention,
        Interview,
        Judge,
        NotHeard,
        Observe,
        PerStep,
        PriceTag,
        RemoveActor,
        RemoveMemory,
        ReplaceActor,
        Resample,
        Results,
        SetField,
        SetSeed,
        SetSystemPrompt,
        Study,
        SwapModel,
        best_response,
        branches,
        compare,
        diff,
        expand_tree,
        experiment,
        influence,
        intervene,
        interview,
        power_of,
        replicas_needed,
        resample,
        studies,
    )
    from interlab.environments import (
        BaseEnvironment,
        Conversation,
        Hub,
        ModelChair,
        Moderator,
        Moment,
        Network,
        PersonChair,
        RandomSpeaker,
        Rooms,
        RoundRobin,
        Run,
        Say,
        Utterance,
        Volunteers,
        World,
    )
    from interlab.errors import InterLabError, LimitExceeded, ParsingFailure, ReplayMiss, UnknownPrice
    from interlab.memory import AssociativeMemory, BaseMemory, ListMemory, MemoryItem, SummarizingMemory
    from interlab.models import (
        ImagePart,
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
    from interlab.models.adapters.console import HumanModel
    from interlab.models.faults import FaultPolicy, faults, providers
    from interlab.models.ledger import Ledger, Limit, LimitWarning, PriceTable, limit, use_prices
    from interlab.models.replies import replies
    from interlab.people import Console, PageConsole, ScriptedConsole, TerminalConsole, WidgetConsole, people_at
    from interlab.queries import (
        find_json,
        generate_example,
        parse_json,
        parse_tags,
        query_for_json,
        repeat_on_failure,
        summarize_with_limit,
    )
    from interlab.state import Log, Map, Random, Set, Vectors
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
    from interlab.ui.explorer import explore
    from interlab.ui.lab import lab, play

_HOMES = {
    "actors": ("BaseActor", "ConsoleActor", "HumanActor", "LLMActor", "ScriptedActor",),
    "auction": (
        "AuctionModerator", "EntropyValuation", "FirstPrice", "GeneralizedSecondPrice", "Greedy",
        "HeuristicValuation", "JudgeValuation", "KnapsackVCG", "LogprobValuation", "Lottery", "NoveltyValuation",
        "OracleValuation", "PostedPrice", "SecondPrice", "SelfReportValuation", "Softmax", "TieredVCG",
        "TokenBudget", "reauction",
    ),
    "counterfactual": (
        "AddActor", "AddMemory", "Answer", "BestResponse", "Branch", "Branches", "Call", "Comparison", "Edge",
        "EditMemory", "EditMessage", "Effect", "FixedWidth", "ForceSpeaker", "Influence", "Intervention",
        "Interview", "Judge", "NotHeard", "Observe", "PerStep", "PriceTag", "RemoveActor", "RemoveMemory",
        "ReplaceActor", "Resample", "Results", "SetField", "SetSeed", "SetSystemPrompt", "Study", "SwapModel",
        "best_response", "branches", "compare", "diff", "expand_tree", "experiment", "influence", "intervene",
        "interview", "power_of", "replicas_needed", "resample", "studies",
    ),
    "environments": (
        "BaseEnvironment", "Conversation", "Hub", "ModelChair", "Moderator", "Moment", "Network", "PersonChair",
        "RandomSpeaker", "Rooms", "RoundRobin", "Run", "Say", "Utterance", "Volunteers", "World",
    ),
    "errors": ("InterLabError", "LimitExceeded", "ParsingFailure", "ReplayMiss", "UnknownPrice",),
    "memory": ("AssociativeMemory", "BaseMemory", "ListMemory", "MemoryItem", "SummarizingMemory",),
    "models": (
        "ImagePart", "Message", "Model", "Params", "Reply", "Usage", "count_tokens", "get_model", "known_models",
        "query_model", "register_model",
    ),
    "models.adapters.console": ("HumanModel",),
    "models.faults": ("FaultPolicy", "faults", "providers",),
    "models.ledger": ("Ledger", "Limit", "LimitWarning", "PriceTable", "limit", "use_prices",),
    "models.replies": ("replies",),
    "people": (
        "Console", "PageConsole", "ScriptedConsole", "TerminalConsole", "WidgetConsole", "people_at",
    ),
    "queries": (
        "find_json", "generate_example", "parse_json", "parse_tags", "query_for_json", "repeat_on_failure",
        "summarize_with_limit",
    ),
    "state": ("Log", "Map", "Random", "Set", "Vectors",),
    "tracing": (
        "Blob", "FormatStr", "Html", "Image", "Markdown", "Store", "Table", "Tag", "TracingNode", "current_node",
        "instrument", "name_color", "open_store", "parallel", "register_serializer", "uninstrument", "with_trace",
    ),
    "ui.explorer": ("explore",),
    "ui.lab": ("lab", "play",),
}  # fmt: skip
_HOME_OF = {name: f"interlab.{package}" for package, names in _HOMES.items() for name in names}

__all__ = [
    "AddActor",
    "AddMemory",
    "Answer",
    "AssociativeMemory",
    "AuctionModerator",
    "BaseActor",
    "BaseEnvironment",
    "BaseMemory",
    "BestResponse",
    "Blob",
    "Branch",
    "Branches",
    "Call",
    "Comparison",
    "Console",
    "ConsoleActor",
    "Conversation",
    "Edge",
    "EditMemory",
    "EditMessage",
    "Effect",
    "EntropyValuation",
    "FaultPolicy",
    "FirstPrice",
    "FixedWidth",
    "ForceSpeaker",
    "FormatStr",
    "GeneralizedSecondPrice",
    "Greedy",
    "HeuristicValuation",
    "Html",
    "Hub",
    "HumanActor",
    "HumanModel",
    "Image",
    "ImagePart",
    "Influence",
    "InterLabError",
    "Intervention",
    "Interview",
    "Judge",
    "JudgeValuation",
    "KnapsackVCG",
    "LLMActor",
    "Ledger",
    "Limit",
    "LimitExceeded",
    "LimitWarning",
    "ListMemory",
    "Log",
    "LogprobValuation",
    "Lottery",
    "Map",
    "Markdown",
    "MemoryItem",
    "Message",
    "Model",
    "ModelChair",
    "Moderator",
    "Moment",
    "Network",
    "NotHeard",
    "NoveltyValuation",
    "Observe",
    "OracleValuation",
    "PageConsole",
    "Params",
    "ParsingFailure",
    "PerStep",
    "PersonChair",
    "PostedPrice",
    "PriceTable",
    "PriceTag",
    "Random",
    "RandomSpeaker",
    "RemoveActor",
    "RemoveMemory",
    "ReplaceActor",
    "ReplayMiss",
    "Reply",
    "Resample",
    "Results",
    "Rooms",
    "RoundRobin",
    "Run",
    "Say",
    "ScriptedActor",
    "ScriptedConsole",
    "SecondPrice",
    "SelfReportValuation",
    "Set",
    "SetField",
    "SetSeed",
    "SetSystemPrompt",
    "Softmax",
    "Store",
    "Study",
    "SummarizingMemory",
    "SwapModel",
    "Table",
    "Tag",
    "TerminalConsole",
    "TieredVCG",
    "TokenBudget",
    "TracingNode",
    "UnknownPrice",
    "Usage",
    "Utterance",
    "Vectors",
    "Volunteers",
    "WidgetConsole",
    "World",
    "best_response",
    "branches",
    "compare",
    "count_tokens",
    "current_node",
    "diff",
    "expand_tree",
    "experiment",
    "explore",
    "faults",
    "find_json",
    "generate_example",
    "get_model",
    "influence",
    "instrument",
    "intervene",
    "interview",
    "known_models",
    "lab",
    "limit",
    "name_color",
    "open_store",
    "parallel",
    "parse_json",
    "parse_tags",
    "people_at",
    "play",
    "power_of",
    "providers",
    "query_for_json",
    "query_model",
    "reauction",
    "register_model",
    "register_serializer",
    "repeat_on_failure",
    "replicas_needed",
    "replies",
    "resample",
    "studies",
    "summarize_with_limit",
    "uninstrument",
    "use_prices",
    "with_trace",
]


def _know_own_classes(rare: bool = False) -> None:
    """Import what states are made of, so that a state from a file finds our own classes; a file never says what is
    imported. What few states hold comes only when it is asked for."""
    for package in ("auction", "counterfactual") if rare else ("actors", "environments", "memory", "models"):
        importlib.import_module(f"interlab.{package}")


_register_hook("state_classes", _know_own_classes)
for _name, _target in (
    ("run", "interlab.environments.run:run_of"),
    ("seat", "interlab.counterfactual.seating:seat"),
    ("frame", "interlab.tracing.frames:to_frame"),
    ("text", "interlab.ui.text_tree:text_tree"),
    ("text_store", "interlab.ui.text_tree:store_tree"),
    ("html", "interlab.ui.static_page:page"),
    ("branches", "interlab.counterfactual.branches:branches"),
    ("warm", "interlab.ui.warming:warm"),
    ("write_html", "interlab.ui.browser.file:write_file"),
    ("mimebundle", "interlab.ui.display:mimebundle"),
    ("display", "interlab.ui.display:display_node"),
    ("explore", "interlab.ui.explorer.widget:explore"),
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
