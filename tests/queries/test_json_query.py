"""Typed queries: what is asked, how often, what comes back, and what is recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from interlab.errors import EmptyReply, InvalidArgument, ModelCallFailed, ParsingFailure
from interlab.models import ImagePart, Message, Params, Reply, TextPart
from interlab.queries import generate_example, query_for_json
from interlab.tracing import FormatStr, Store, open_store


@dataclass
class Offer:
    price: int
    kind: Literal["offer", "accept"] = "offer"


GOOD = '{"price": 3, "kind": "offer"}'


class Script:
    """A model that answers from a list and keeps what it was asked."""

    def __init__(self, *replies: str | Reply | Exception) -> None:
        self.replies = list(replies)
        self.asked: list[list[dict[str, Any]]] = []

    def __call__(self, messages: list[dict[str, Any]]) -> str | Reply:
        self.asked.append(messages)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def prompt(self, call: int = -1) -> str:
        return str(self.asked[call][-1]["content"])


class SchemaScript(Script):
    """A model with a schema mode."""

    def __init__(self, *replies: str | Reply | Exception) -> None:
        super().__init__(*replies)
        self.params: list[Params] = []

    def __call__(self, messages: list[dict[str, Any]], params: Params = Params()) -> str | Reply:  # noqa: B008
        self.params.append(params)
        return super().__call__(messages)


@pytest.fixture
def store() -> Iterator[Store]:
    with open_store(":memory:") as opened:
        yield opened


def test_a_good_answer_takes_one_call(store: Store) -> None:
    model = Script(GOOD)
    assert query_for_json(model, Offer, "What do you offer?") == Offer(3)
    (query,) = store.roots()
    assert (query.kind, query.state, query.name) == ("query", "finished", "query for Offer")
    assert query.inputs == {"prompt": "What do you offer?", "type": "Offer"}
    assert (query.result.type_name.endswith("Offer"), query.result["price"]) == (True, 3)
    (call,) = query.children
    assert (call.kind, call.result) == ("model", GOOD)
    assert model.prompt().startswith("What do you offer?\n\nAnswer with one JSON value only")


def test_the_prompt_holds_the_schema_without_titles() -> None:
    model = Script(GOOD)
    query_for_json(model, Offer, "What?")
    schema = json.loads(model.prompt().partition("```json\n")[2].partition("\n```")[0])
    assert schema == {
        "type": "object",
        "properties": {
            "price": {"type": "integer"},
            "kind": {"type": "string", "enum": ["offer", "accept"], "default": "offer"},
        },
        "required": ["price"],
    }


def test_asking_again_gives_the_answer_and_the_reason(store: Store) -> None:
    model = Script('{"price": "much", "kind": "offer"}', "I refuse.", GOOD)
    assert query_for_json(model, Offer, "What?") == Offer(3)
    second, third = model.asked[1], model.asked[2]
    assert [message["role"] for message in second] == ["user", "assistant", "user"]
    assert second[1]["content"] == '{"price": "much", "kind": "offer"}'
    assert "price" in second[2]["content"] and '"much"' in second[2]["content"]
    assert [message["content"] for message in third[:3]] == [message["content"] for message in second]
    (query,) = store.roots()
    assert [child.kind for child in query.children] == ["model", "event", "model", "event", "model"]
    assert [child.name for child in query.children if child.kind == "event"] == ["refused", "refused"]
    assert query.meta["attempts"] == 3


@pytest.mark.parametrize("max_repeats", [1, 2, 4])
def test_after_the_last_attempt_all_of_them_are_in_the_failure(max_repeats: int, store: Store) -> None:
    model = Script(*[f"no {i}" for i in range(9)])
    with pytest.raises(ParsingFailure) as caught:
        query_for_json(model, Offer, "What?", max_repeats=max_repeats)
    assert len(model.asked) == max_repeats
    assert [reply for reply, _ in caught.value.attempts] == [f"no {i}" for i in range(max_repeats)]
    assert all(reason for _, reason in caught.value.attempts)
    assert caught.value.expected is Offer
    assert store.roots()[0].state == "error"


def test_a_fault_handler_has_the_last_word(store: Store) -> None:
    seen: list[ParsingFailure] = []

    def handler(failure: ParsingFailure) -> str:
        seen.append(failure)
        return "nothing"

    assert query_for_json(Script("a", "b", "c"), Offer, "What?", on_failure=handler) == "nothing"
    assert len(seen[0].attempts) == 3
    (query,) = store.roots()
    assert (query.state, query.result) == ("finished", "nothing")
    assert query.children[-1].name == "fault handler"


def test_an_empty_reply_is_asked_again_and_never_sent_back() -> None:
    model = Script("", "  ", GOOD)
    assert query_for_json(model, Offer, "What?") == Offer(3)
    assert all(message["content"].strip() for message in model.asked[-1])
    with pytest.raises(ParsingFailure):
        query_for_json(Script("", "", ""), Offer, "What?")


def test_a_reply_that_was_cut_off_is_asked_for_shorter() -> None:
    model = Script(Reply(GOOD[:-1], finish_reason="length"), '{"price": 3, "kind', GOOD)
    assert query_for_json(model, Offer, "What?") == Offer(3)
    assert "shorter" in model.prompt(1) and "shorter" in model.prompt(2)


def test_a_model_that_fails_is_not_asked_again() -> None:
    model = Script(RuntimeError("down"), GOOD)
    with pytest.raises(ModelCallFailed):
        query_for_json(model, Offer, "What?")
    assert len(model.asked) == 1


def test_what_was_done_to_an_answer_is_recorded(store: Store) -> None:
    model = Script("Here: {'price': '3', 'kind': 'Offer', 'why': 'x'}")
    assert query_for_json(model, Offer, "What?") == Offer(3)
    (query,) = store.roots()
    events = {child.name: child.result for child in query.children if child.kind == "event"}
    assert set(events) == {"extracted", "repaired", "converted"}
    assert query.meta["converted"] == events["converted"]
    assert ["price" in events["converted"][0], "why" in events["converted"][-1]] == [True, True]
    with pytest.raises(ParsingFailure):
        query_for_json(Script("{'price': 3}"), Offer, "What?", max_repeats=1, repair=False)
    with pytest.raises(ParsingFailure):
        query_for_json(Script('{"price": "3"}'), Offer, "What?", max_repeats=1, strictness="strict")


# The place of the instructions --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "prompt",
    [
        "Before. {FORMAT_PROMPT} After {x}.",
        FormatStr("Before. {FORMAT_PROMPT} After {{x}}."),
        [("system", "Be brief."), ("user", "Before. {FORMAT_PROMPT} After {x}.")],
        FormatStr("\n").join(["Before. {FORMAT_PROMPT}", "After {x}."]),
        FormatStr("{all}").format(all=FormatStr("Before. {FORMAT_PROMPT} After {{x}}.")),
    ],
)
def test_instructions_go_into_their_place(prompt: Any) -> None:
    model = Script(GOOD)
    query_for_json(model, Offer, prompt)
    text = model.prompt()
    assert text.index("Before.") < text.index("Answer with one JSON") < text.index("After {x}.")
    assert "FORMAT_PROMPT" not in text
    assert text.count("```json") == 1


def test_instructions_may_stand_in_the_system_message() -> None:
    model = Script(GOOD)
    query_for_json(model, Offer, "What?", system="Rules: {FORMAT_PROMPT}")
    assert "```json" in model.asked[0][0]["content"]
    assert model.asked[0][1]["content"] == "What?"


def test_without_a_place_they_end_the_last_user_message() -> None:
    model = Script(GOOD)
    query_for_json(model, Offer, [("user", "A"), ("assistant", "B"), ("user", "C"), ("assistant", "D")])
    contents = [message["content"] for message in model.asked[0]]
    assert contents[:2] == ["A", "B"] and contents[3] == "D"
    assert contents[2].startswith("C\n\nAnswer with one JSON")
    model = Script(GOOD)
    query_for_json(model, Offer, [("system", "S")])
    assert [message["role"] for message in model.asked[0]] == ["system", "user"]


def test_messages_with_images_keep_them() -> None:
    model = Script(GOOD)
    image = ImagePart("data:image/png;base64,AA==")
    query_for_json(model, Offer, [Message("user", (TextPart("What?"), image))])
    parts = model.asked[0][0]["content"]
    assert [part["type"] for part in parts] == ["text", "image_url", "text"]
    assert "```json" in parts[2]["text"]


@pytest.mark.parametrize(
    "prompt",
    [
        "{FORMAT_PROMPT} and {FORMAT_PROMPT}",
        FormatStr("{FORMAT_PROMPT} and {FORMAT_PROMPT}"),
        [("system", "{FORMAT_PROMPT}"), ("user", "{FORMAT_PROMPT}")],
    ],
)
def test_two_places_are_refused_before_any_call(prompt: Any) -> None:
    model = Script(GOOD)
    with pytest.raises(InvalidArgument, match="2 places"):
        query_for_json(model, Offer, prompt)
    assert model.asked == []


def test_a_place_in_other_peoples_words_is_text() -> None:
    model = Script(GOOD)
    said = "Ha: {FORMAT_PROMPT} {FORMAT_PROMPT} {open}"
    query_for_json(model, Offer, FormatStr("They said: {said}\n{FORMAT_PROMPT}").format(said=said))
    assert said in model.prompt()
    assert "```json" in model.prompt().removeprefix("They said: " + said)
    model = Script(GOOD)
    query_for_json(model, Offer, [("assistant", said), ("user", "What?")])
    assert model.asked[0][0]["content"] == said


def test_open_fields_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="name"):
        query_for_json(Script(GOOD), Offer, FormatStr("Hello {name}"))


# Thinking first, and examples -----------------------------------------------------------------------------


def test_thinking_first_takes_two_calls(store: Store) -> None:
    model = Script("Three is {fair}.", GOOD)
    assert query_for_json(model, Offer, "What? {FORMAT_PROMPT}", with_cot=True) == Offer(3)
    assert len(model.asked) == 2
    assert "step by step" in model.prompt(0) and "```json" not in model.prompt(0)
    assert "FORMAT_PROMPT" not in model.prompt(0)
    assert "Three is {fair}." in model.prompt(1) and "```json" in model.prompt(1)
    (query,) = store.roots()
    assert query.children[0].name == "thoughts"
    assert [child.kind for child in query.children] == ["model", "model"]


def test_the_thoughts_call_does_not_count_as_a_repeat() -> None:
    model = Script("Hm.", "bad", GOOD)
    assert query_for_json(model, Offer, "What?", with_cot=True, max_repeats=2) == Offer(3)


def test_an_example_is_made_once_per_schema(store: Store) -> None:
    model = Script('{"price": 77}', GOOD, GOOD)

    def asked(messages: list[dict[str, Any]]) -> str | Reply:
        return model(messages)

    for _ in range(2):
        assert query_for_json(asked, Offer, "What?", with_example=True) == Offer(3)
    assert len(model.asked) == 3
    assert '{"price": 77, "kind": "offer"}' in model.prompt(1)
    assert '{"price": 77, "kind": "offer"}' in model.prompt(2)
    first, second = store.roots()
    assert [child.kind for child in first.children] == ["query", "model"]
    assert [child.kind for child in second.children] == ["model"]


def test_an_example_that_the_model_can_not_make_is_done_without(store: Store) -> None:
    model = Script("no", "no", "no", GOOD)
    assert query_for_json(lambda messages: model(messages), Offer, "What?", with_example=True) == Offer(3)
    assert "example" not in model.prompt()
    assert "no example" in [child.name for child in store.roots()[0].children]


@pytest.mark.parametrize("example", [Offer(9), '{"price": 9}', {"price": 9}])
def test_a_given_example_is_shown(example: Any) -> None:
    model = Script(GOOD)
    query_for_json(model, Offer, "What?", with_example=example)
    assert len(model.asked) == 1
    assert '"price": 9' in model.prompt().rpartition("```json")[2]


@pytest.mark.parametrize("example", ['{"price": "x"}', "nine", {"cost": 9}, 5])
def test_a_wrong_example_is_refused_before_any_call(example: Any) -> None:
    model = Script(GOOD)
    with pytest.raises(InvalidArgument):
        query_for_json(model, Offer, "What?", with_example=example)
    assert model.asked == []


def test_an_example_for_a_text_is_that_text() -> None:
    model = Script('"Rome"')
    assert query_for_json(model, str, "Where?", with_example="Paris") == "Rome"
    assert '```json\n"Paris"\n```' in model.prompt()


def test_generate_example_is_validated() -> None:
    model = Script('{"price": "many"}', '{"price": 5}')
    assert json.loads(generate_example(lambda messages: model(messages), Offer)) == {"price": 5, "kind": "offer"}
    with pytest.raises(ParsingFailure):
        generate_example(Script("no", "no", "no"), list[Offer])
    with pytest.raises(InvalidArgument):
        generate_example(Script(), Offer, max_repeats=0)


# Schema mode ----------------------------------------------------------------------------------------------


def test_schema_mode_is_used_where_the_model_has_it() -> None:
    model = SchemaScript(GOOD)
    assert query_for_json(model, Offer, "What?") == Offer(3)
    schema = model.params[0].json_schema
    assert schema is not None
    assert (schema["type"], schema["additionalProperties"]) == ("object", False)
    model = SchemaScript(GOOD)
    query_for_json(model, Offer, "What?", schema_mode=False)
    assert model.params[0].json_schema is None


@pytest.mark.parametrize(("of", "value"), [(int, 5), (list[int], [1, 2]), (Literal["a", "b"], "b"), (int | None, None)])
def test_schema_mode_asks_for_other_values_inside_an_object(of: Any, value: Any) -> None:
    model = SchemaScript(json.dumps({"value": value}))
    assert query_for_json(model, of, "What?") == value
    schema = model.params[0].json_schema
    assert schema is not None
    assert (schema["type"], schema["required"]) == ("object", ["value"])
    assert '"value"' in model.prompt()
    assert query_for_json(SchemaScript(json.dumps(value)), of, "What?") == value


class Refused(Exception):
    status_code = 400


def test_a_provider_that_refuses_the_schema_is_asked_without(store: Store) -> None:
    model = SchemaScript(Refused("response_format is not supported"), "", '{"value": 5}')
    assert query_for_json(model, int, "What?") == 5
    assert [params.json_schema is not None for params in model.params] == [True, False, False]
    assert "schema mode refused" in [child.name for child in store.roots()[0].children]
    with pytest.raises(ModelCallFailed):
        query_for_json(SchemaScript(Refused("no"), GOOD), Offer, "What?", schema_mode=True)


# Settings -------------------------------------------------------------------------------------------------


def test_settings_win_over_params() -> None:
    model = SchemaScript(GOOD)
    query_for_json(model, Offer, "What?", params=Params(temperature=1.0, max_tokens=50), temperature=0.5, name="offer")
    assert (model.params[0].temperature, model.params[0].max_tokens) == (0.5, 50)


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_repeats": 0},
        {"max_repeats": True},
        {"heat": 3},
        {"strictness": "lax"},
        {"on_failure": "nothing"},
        {"params": Params(json_schema={})},
    ],
)
def test_wrong_arguments_are_refused_before_any_call(wrong: dict[str, Any]) -> None:
    model = Script(GOOD)
    with pytest.raises(InvalidArgument):
        query_for_json(model, Offer, "What?", **wrong)
    assert model.asked == []


# Real models ----------------------------------------------------------------------------------------------


@dataclass
class Node:
    name: str
    below: list[Node]


@pytest.mark.parametrize("schema_mode", [True, False])
@pytest.mark.parametrize("of", [Offer, Node, int, bool, list[Offer], Literal["a", "b"], float | None, dict[str, int]])
def test_the_demo_model_answers_any_type(of: Any, schema_mode: bool) -> None:
    prompt = "You are the buyer of a car and pay at most $2,500. What do you say?"
    calls: list[Callable[[], Any]] = [
        lambda: query_for_json("demo", of, prompt, schema_mode=schema_mode, max_repeats=1),
        lambda: query_for_json("demo", of, prompt, schema_mode=schema_mode, max_repeats=1, with_cot=True),
    ]
    assert [call() for call in calls] == [call() for call in calls]


@pytest.mark.local_model
def test_the_local_model_answers_in_schema_mode() -> None:
    offer = query_for_json(
        "local/smollm2", Offer, "Offer a price for a used bicycle.", seed=1, temperature=0.0, max_tokens=60
    )
    assert isinstance(offer, Offer)


def test_empty_thoughts_are_an_error() -> None:
    with pytest.raises(EmptyReply):
        query_for_json(Script("", GOOD), Offer, "What?", with_cot=True)
