"""Servers that speak OpenAI's interfaces and go by a name of their own: where they listen, which key they want."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from interlab.errors import InvalidArgument
from interlab.models.adapters.openai_client import OPENAI_URL, OpenAIModel
from interlab.models.adapters.openai_responses import OpenAIResponsesModel
from interlab.models.model import Model, Params


@dataclass(frozen=True, slots=True)
class Server:
    """A kind of server.

    Args:
        url: where it listens unless told otherwise.
        key_variable: the environment's variable that holds the key.
        fallback_key: what is sent without a key; None where one is needed.
        host_variable: the environment's variable that names another address.
    """

    url: str
    key_variable: str
    fallback_key: str | None = "none"
    host_variable: str | None = None

    def address(self) -> str:
        """Where it listens, the environment considered."""
        given = os.environ.get(self.host_variable) if self.host_variable else None
        if not given:
            return self.url
        given = given.rstrip("/")
        # Ollama's variable says where the server binds to: a host, perhaps a port, perhaps 0.0.0.0.
        given = given if "://" in given else f"http://{given}"
        given = given.replace("//0.0.0.0", "//127.0.0.1")
        if ":" not in given.partition("://")[2]:
            given += ":11434" if given.startswith("http:") else ""
        return given if given.endswith("/v1") else f"{given}/v1"


SERVERS: dict[str, Server] = {
    "llamacpp": Server("http://127.0.0.1:8080/v1", "LLAMA_API_KEY"),
    "ollama": Server("http://127.0.0.1:11434/v1", "OLLAMA_API_KEY", host_variable="OLLAMA_HOST"),
    "openrouter": Server("https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", fallback_key=None),
    "vllm": Server("http://127.0.0.1:8000/v1", "VLLM_API_KEY"),
}

APIS = ("chat", "responses")


def openai_model(
    rest: str, *, name: str | None, params: Params, api: str | None = None, **settings: Any
) -> OpenAIModel:
    """A model of an `openai` client, called through one of the two interfaces.

    Args:
        rest: the provider's name of the model.
        name: the recorded name.
        params: defaults for every request.
        api: ``"chat"`` (chat completions, the default) or ``"responses"``.
        settings: as for `OpenAIModel`.

    Raises:
        InvalidArgument: another interface.
    """
    if api not in (None, *APIS):
        raise InvalidArgument(f"api is 'chat' or 'responses', not {api!r}.")
    kind = OpenAIResponsesModel if api == "responses" else OpenAIModel
    return kind(rest, name=name, params=params, **settings)


def server_model(prefix: str, rest: str, *, name: str, params: Params, **settings: Any) -> Model:
    """A model of a named kind of server; OpenAI's own key is never sent there."""
    server = SERVERS[prefix]
    address = server.address()
    return openai_model(
        rest,
        name=name,
        params=params,
        known_url=address,
        key_variable=server.key_variable,
        fallback_key=server.fallback_key,
        **{"base_url": address, **settings},
    )


__all__ = ["APIS", "OPENAI_URL", "SERVERS", "Server", "openai_model", "server_model"]
