"""Keys and passwords never reach the file, whichever way they come."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from interlab.tracing import Blob, FormatStr, Html, Store, Table, Tag, TracingNode, open_store
from interlab.tracing.secrets import REMOVED, names_a_secret

ENVIRONMENT = "correct-horse/battery+staple"
SHAPES = {
    "openai": "sk-proj-abcdefghijklmnop_0123456789-ABCDEF",
    "anthropic": "sk-ant-api03-abcdefghijklmnopqrstuvwxyz",
    "stripe": "sk_live_abcdefghijklmnop0123",
    "groq": "gsk_abcdefghijklmnopqrstuvwxyz0123",
    "aws": "AKIAABCDEFGHIJKLMNOP",
    "google": "AIzaSyA-abcdefghijklmnopqrstuvwxyz01234",
    "github": "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "github fine": "github_pat_abcdefghijklmnopqrstuvwxyz",
    "hugging face": "hf_abcdefghijklmnopqrstuvwxyz",
    "x.ai": "xai-abcdefghijklmnopqrstuvwxyz",
    "slack": "xoxb-1234567890-abcdefghij",
}


@dataclass
class Client:
    api_key: str
    note: str


class Shown:
    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"<Shown {self.text}>"


def everywhere(secret: str) -> TracingNode:
    """Record a secret in every place that a node has; the node that has most of them."""
    big = f"{'x' * 3000} {secret} {'y' * 3000}"
    with TracingNode(
        f"call with {secret}",
        kind=f"kind {secret}",
        inputs={
            "text": f"key: {secret}",
            "big": big,
            "nested": {"a": [{"b": (secret, {secret})}], secret: 1},
            secret: "as a name",
        },
        meta={"note": secret, "nested": {"deep": [secret]}},
        tags=[secret, Tag("t", secret)],
    ) as node:
        node.add_input("prompt", FormatStr("use {key}").format(key=secret))
        node.add_input("messages", [f"message {place} {secret if place == 2 else ''}" for place in range(5)])
        node.add_input("chat", [{"role": "user", "content": f"{secret} {'z' * place * 100}"} for place in range(5)])
        node.add_input("lone", f"\ud800 {secret}")
        node.add_input("lone and big", f"\ud800 {big}")
        node.add_input("bytes", f"POST {secret}".encode())
        node.add_input("blob", Blob(secret.encode(), "application/json"))
        node.add_input("html", Html(f"<b>{secret}</b>"))
        node.add_input("table", Table([secret], [[secret]], index=[secret]))
        node.add_input("object", Client("x", secret))
        node.add_input("opaque", Shown(secret))
        node.add_event(f"event {secret}", {"data": [secret, big]}, tags=[secret])
        node.add_meta(late=secret)
        node.add_tag(f"late {secret}")
        node.set_result([big, secret])
    with pytest.raises(ValueError), TracingNode("failing"):
        try:
            raise KeyError(secret)
        except KeyError as error:
            error.add_note(f"noted {secret}")
            raise ValueError(f"bad key {secret}") from error
    with TracingNode("set") as other:
        other.set_error(f"refused {secret}")
    return node


def absent(secret: str, path: Path, text: str = "") -> None:
    """Assert that nothing of a secret is in the files of a store."""
    files = list(path.parent.glob(path.name + "*"))
    assert files
    forms = {secret.encode(), base64.b64encode(secret.encode()), secret.encode("utf-16-le"), secret.encode("utf-32-le")}
    for file in files:
        data = file.read_bytes()
        for form in forms:
            assert form not in data, (file.name, form)


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "MY_OWN_API_KEY", "SOME_TOKEN", "AWS_SECRET_ACCESS_KEY", "API_KEY"])
def test_values_of_the_environment(name: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, ENVIRONMENT)
    store = open_store(path)
    with store:
        node = everywhere(ENVIRONMENT)
        absent(ENVIRONMENT, path)
        store.find(text="horse")
        # Also not in a form that only reading brings to light, as base64.
        assert ENVIRONMENT not in repr([node.inputs, node.result, node.meta])
    absent(ENVIRONMENT, path)
    store.close()
    absent(ENVIRONMENT, path)


def test_a_key_set_after_the_store_was_opened(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with TracingNode("before"):
        pass
    monkeypatch.setenv("LATE_API_KEY", ENVIRONMENT)
    everywhere(ENVIRONMENT)
    store.flush()
    absent(ENVIRONMENT, path)


@pytest.mark.parametrize("secret", ['quo"ted\\key', "schlüssel-ünïcode", "tab\tand\nline"])
def test_keys_that_json_writes_in_another_way(secret: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODD_API_KEY", secret)
    store = open_store(path)
    with store, TracingNode("x", inputs={"a": f"is {secret}", "b": [secret * 300]}) as node:
        node.set_result({secret: secret})
    assert secret not in repr(node.inputs) + repr(node.result)
    store.close()
    absent(secret, path)


@pytest.mark.parametrize("secret", SHAPES.values(), ids=SHAPES)
def test_keys_known_by_their_shape(secret: str, store: Store, path: Path) -> None:
    everywhere(secret)
    store.flush()
    absent(secret, path)


def test_what_stands_around_a_key_is_kept(store: Store) -> None:
    with TracingNode("x") as node:
        node.set_result(f"before {SHAPES['openai']}, after")
    assert node.result == f"before {REMOVED}, after"


def test_bearer_tokens_and_private_keys(store: Store, path: Path) -> None:
    token = "abcdefghijklmnop.QRSTUVWX-0123"
    private = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7\n-----END RSA PRIVATE KEY-----"
    with TracingNode("x", inputs={"a": f"Authorization: Bearer {token}", "b": [private, "after"]}):
        pass
    store.flush()
    absent(token, path)
    absent("MIIEpAIBAAKCAQEA7", path)


@pytest.mark.parametrize(
    "key",
    ["Authorization", "authorization", "x-api-key", "X-Goog-Api-Key", "api_key", "apiKey", "openai_api_key", "password",
     "Cookie", "Set-Cookie", "client_secret", "clientSecret", "access_token", "accessToken", "Proxy-Authorization"],
)  # fmt: skip
def test_values_under_names_of_secrets(key: str, store: Store, path: Path) -> None:
    secret = "an ordinary word, 4711"
    with TracingNode("x", inputs={"headers": {key: secret}, key: secret}, meta={key: secret}) as node:
        node.add_input("raw headers", [(key.encode(), secret.encode())])
        node.add_input("many", {key: [secret, secret]})
        node.add_input("bytes", {key.encode(): secret.encode()})
        node.add_input("long", {key: secret + "x" * 1000})
        node.add_event("e", {"request": {"headers": {key: secret}}})
        node.set_result({"a": [{key: secret}], 1: {key: secret}})
    store.flush()
    absent(secret, path)
    assert node.inputs["headers"][key] == REMOVED
    assert node.result["a"] == [{key: REMOVED}]


@pytest.mark.parametrize(
    "key", ["key", "tokens", "token_count", "monkey", "max_tokens", "keyboard", "passwords_tried", "author"]
)
def test_ordinary_names_are_no_secrets(key: str, store: Store) -> None:
    assert not names_a_secret(key)
    with TracingNode("x", inputs={key: "word"}) as node:
        pass
    assert node.inputs == {key: "word"}


def test_fields_of_objects_that_name_a_secret(store: Store, path: Path) -> None:
    with TracingNode("x", inputs={"client": Client("an ordinary word, 4711", "note")}) as node:
        pass
    store.flush()
    absent("an ordinary word, 4711", path)
    assert node.inputs["client"] == {"api_key": REMOVED, "note": "note"}


@pytest.mark.parametrize(
    "text", ["task-sk-", "risk-averse", "desk-top", "sk-short", "bearer of bad news", "the hf_ prefix", "AIza"]
)
def test_ordinary_text_is_left_alone(text: str, kept: Callable[[Any], Any]) -> None:
    assert kept(text) == text


def test_secrets_are_gone_from_memory_stores_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_API_KEY", ENVIRONMENT)
    store = open_store(":memory:")
    with store:
        everywhere(ENVIRONMENT)
    for node in store.find():
        row = store.journal.read("SELECT * FROM node WHERE id=?", (node.id,))[0]
        assert ENVIRONMENT not in repr(row)
    assert all(ENVIRONMENT.encode() not in data for (data,) in store.journal.read("SELECT data FROM value"))
    store.close()
