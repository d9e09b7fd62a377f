"""Models by name, and anything that can serve as one."""

from __future__ import annotations

import difflib
import json
import weakref
from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import Any
from urllib.parse import unquote

from interlab.errors import InvalidArgument, UnknownModel
from interlab.models.adapters.callable import CallableModel
from interlab.models.adapters.console import ConsoleModel, human_model
from interlab.models.adapters.langchain import LangChainModel, is_langchain, provider_model
from interlab.models.adapters.local import LocalModel
from interlab.models.adapters.openai_servers import SERVERS, openai_model, server_model
from interlab.models.demo import DemoModel
from interlab.models.faults.policy import checked_policy
from interlab.models.model import PARAM_NAMES, Model, Params

Factory = Callable[..., Model]
"""Called with the name after the prefix, the full name, the request defaults, and further settings."""

_factories: dict[str, Factory] = {}
_examples: dict[str, str] = {}


def register_model(prefix: str, factory: Factory, *, example: str | None = None) -> None:
    """Make `get_model` know a further kind of model.

    Args:
        prefix: what stands before the first ``/`` of the name, or the whole name.
        factory: called as ``factory(rest, name=, params=, **settings)``, where `rest` is what follows the
            prefix and its slash, `name` is the full name that the model must bear, `params` are the
            defaults for requests and `settings` are all other keyword arguments.
        example: a full name to show in error messages.

    Raises:
        InvalidArgument: a prefix that is empty or holds ``/`` or ``?``.
    """
    if not isinstance(prefix, str) or not prefix or "/" in prefix or "?" in prefix:
        raise InvalidArgument(f"A model prefix is a non-empty text without '/' and '?', not {prefix!r}.")
    _factories[prefix] = factory
    _examples[prefix] = example or prefix


def known_models() -> list[str]:
    """An example name for each kind of model that `get_model` can make."""
    return [_examples[prefix] for prefix in sorted(_factories)]


def parse_resource_name(name: str) -> tuple[str, dict[str, Any]]:
    """Split ``demo?seed=3`` into the bare name and its settings; the values are JSON."""
    bare, _, query = name.partition("?")
    settings: dict[str, Any] = {}
    for pair in query.split("&") if query else []:
        key, equals, raw = pair.partition("=")
        try:
            if not equals:
                raise ValueError("no '='")
            value = json.loads(unquote(raw))
        except ValueError as error:
            raise InvalidArgument(
                f"The part {pair!r} of the model name {name!r} is not key=JSON value: {error}"
            ) from error
        if key.startswith("extra."):
            settings.setdefault("extra", {})[key.removeprefix("extra.")] = value
        else:
            settings[key] = value
    return bare, settings


def get_model(name: str, **params: Any) -> Model:
    """A model by name.

    Args:
        name: ``"demo"`` (a script, offline), ``"local/smollm2"`` (a small real model in process),
            ``"openai/NAME"``, ``"openai-responses/NAME"``, ``"openrouter/NAME"``, ``"ollama/NAME"``,
            ``"vllm/NAME"``, ``"llamacpp/NAME"``, ``"anthropic/NAME"``, ``"google/NAME"``, ``"mistral/NAME"``,
            ``"console"`` (a person at the terminal), ``"human/SEAT"`` (a person in a cell, on a page or at the
            terminal), or a kind added by `register_model`. The recorded name of
            a model (``demo?seed=3``) is read too.
        params: defaults for every request (see `Params`); `faults`, a `FaultPolicy` of the model's own; and
            settings of the kind of model, such as `base_url`, `api_key` and `api` for ``openai/…`` or
            `stubborn` for ``demo``.

    Raises:
        UnknownModel: no such kind; lists what is known and what comes close.
        ModelUnavailable: a package, a key or a file is missing; says which.
        InvalidArgument: a setting that the kind of model does not have, or a value out of range.
    """
    if not isinstance(name, str):
        raise InvalidArgument(f"get_model takes a name, not a {type(name).__name__}; see as_model for objects.")
    bare, settings = parse_resource_name(name)
    settings = {**settings, **params}
    faults = checked_policy(settings.pop("faults", None))
    prefix, _, rest = bare.partition("/")
    factory = _factories.get(prefix)
    if factory is None:
        raise UnknownModel(_unknown(bare))
    defaults = Params(**{key: settings.pop(key) for key in list(settings) if key in PARAM_NAMES})
    model = factory(rest, name=bare, params=defaults, **settings)
    if faults is not None:
        model.faults = faults
    return model


def _unknown(name: str) -> str:
    candidates = sorted({*known_models(), *_factories})
    close = difflib.get_close_matches(name, candidates, n=3, cutoff=0.5)
    if not close:
        close = difflib.get_close_matches(name.partition("/")[0], sorted(_factories), n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
    return (
        f"No model is called {name!r}.{hint} Known: {', '.join(known_models())}. "
        "Add a kind of your own with register_model, or give a model object or a callable instead of a name."
    )


_made: weakref.WeakKeyDictionary[FunctionType, CallableModel] = weakref.WeakKeyDictionary()


def as_model(model: Any, /, **params: Any) -> Model:
    """Anything that can serve as a model, as a `Model`.

    Args:
        model: a `Model`, a name for `get_model`, a callable ``str -> str``, a LangChain chat model or LLM,
            or an `openai.OpenAI` client (which needs ``model="NAME"``, and takes ``api="responses"``).
        params: settings as for `get_model`, for everything but a ready `Model`.

    Raises:
        InvalidArgument: something else, or settings for a model that is already made.
    """
    if isinstance(model, Model):
        if params:
            raise InvalidArgument(
                f"{model.name} is already made; settings ({', '.join(params)}) can't be added. Give them to "
                "get_model, or to each request."
            )
        return model
    if isinstance(model, str):
        return get_model(model, **params)
    if isinstance(model, FunctionType) and not params:
        found = _made.get(model)
        if found is None:
            found = _made[model] = CallableModel(model)
        return found
    faults = checked_policy(params.pop("faults", None))
    made = _from_object(model, params)
    if made is not None:
        if faults is not None:
            made.faults = faults
        return made
    raise InvalidArgument(
        "A model is a Model, a name for get_model, a callable str -> str, a LangChain model or an openai "
        f"client; this is a {type(model).__name__}."
    )


def _from_object(model: Any, params: dict[str, Any]) -> Model | None:
    defaults = Params(**{key: params.pop(key) for key in list(params) if key in PARAM_NAMES})
    if is_langchain(model):
        return LangChainModel(model, params=defaults, **params)
    if type(model).__module__.partition(".")[0] == "openai" and hasattr(model, "chat"):
        name = params.pop("name", None)
        return openai_model(params.pop("model", ""), name=name, client=model, params=defaults, **params)
    if callable(model) and not isinstance(model, type):
        return CallableModel(model, params=defaults, **params)
    return None


def _known(name: str, settings: dict[str, Any], *allowed: str) -> None:
    """Refuse settings that this kind of model does not have."""
    unknown = [key for key in settings if key not in allowed]
    if unknown:
        has = ", ".join([*allowed, *sorted(PARAM_NAMES)])
        raise InvalidArgument(f"{name} has no setting {', '.join(unknown)}. It takes: {has}.")


def _demo(rest: str, *, name: str, params: Params, **settings: Any) -> Model:
    _known(name, settings, "stubborn")
    return DemoModel(name, params=params, **settings)


def _local(rest: str, *, name: str, params: Params, **settings: Any) -> Model:
    _known(name, settings, "too_long")
    return LocalModel(name, params=params, **settings)


def _openai(rest: str, *, name: str, params: Params, **settings: Any) -> Model:
    _known(name, settings, "base_url", "api_key", "client", "api")
    return openai_model(rest, name=name, params=params, **settings)


def _responses(rest: str, *, name: str, params: Params, **settings: Any) -> Model:
    _known(name, settings, "base_url", "api_key", "client")
    return openai_model(rest, name=name, params=params, api="responses", **settings)


def _server(kind: str, rest: str, *, name: str, params: Params, **settings: Any) -> Model:
    _known(name, settings, "base_url", "api_key", "api")
    return server_model(kind, rest, name=name, params=params, **settings)


def _console(rest: str, *, name: str, params: Params, **settings: Any) -> Model:
    _known(name, settings)
    if rest:
        raise UnknownModel(_unknown(name))
    return ConsoleModel(params=params)


register_model("demo", _demo)
register_model("local", _local, example="local/smollm2")
register_model("openai", _openai, example="openai/NAME")
register_model("openai-responses", _responses, example="openai-responses/NAME")
register_model("console", _console)
register_model("human", human_model, example="human/SEAT")
for _kind in SERVERS:
    register_model(_kind, partial(_server, _kind), example=f"{_kind}/NAME")
for _kind in ("anthropic", "google", "mistral"):
    register_model(_kind, partial(provider_model, _kind), example=f"{_kind}/NAME")
