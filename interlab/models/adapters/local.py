"""A small real language model in process, for trying things offline and for tests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from queue import SimpleQueue
from typing import Any, Literal

from interlab.errors import CallCancelled, InvalidArgument, ModelCallFailed, ModelTimeout, UnknownModel
from interlab.models.cancelling import abortable
from interlab.models.local_engine import CONTEXT_TOKENS, LOCAL_MODEL, LocalEngine, check_installed, engine
from interlab.models.messages import Message, to_openai
from interlab.models.model import Model, Params, Reply, TokenLogprob, Usage
from interlab.models.replies import current

NAMES = ("smollm2", "SmolLM2-135M-Instruct")

DEFAULT_MAX_TOKENS = 256

MAX_STRING, MAX_ITEMS = 240, 8
"""Bounds set on texts and lists that a schema leaves open: a model this small may never end them."""

_TOKENS_AROUND_MESSAGE = 6
_TOKENS_OF_TEMPLATE = 64
"""Room for what the chat template adds, such as its own system message where there is none."""
_CUT = "\n[…]\n"


class LocalModel(Model):
    """SmolLM2-135M-Instruct, run in this process on one thread.

    With a seed the same request gives the same bits. It is a very small model: it writes English, and
    follows a JSON schema because its output is constrained to one, but it reasons poorly.

    Args:
        name: ``"local/smollm2"`` or its alias ``"local/SmolLM2-135M-Instruct"``.
        too_long: what to do with a prompt that leaves no room in the context of 4,096 tokens: ``"error"``,
            or ``"cut"`` the middle out of its longest messages.
        params: defaults for every request; `max_tokens` is 256 if unset.

    Raises:
        UnknownModel: another name.
        ModelUnavailable: the runtime or the weights are not installed. A block that replays needs neither.
    """

    capabilities = frozenset({"json_schema", "logprobs", "seed"})
    honours_abort = True

    def __init__(
        self,
        name: str = LOCAL_MODEL,
        *,
        too_long: Literal["error", "cut"] = "error",
        params: Params | None = None,
    ) -> None:
        if name.partition("/")[2].lower() not in {known.lower() for known in NAMES}:
            raise UnknownModel(f"No local model is called {name!r}; there is {LOCAL_MODEL}.")
        if too_long not in ("error", "cut"):
            raise InvalidArgument(f"too_long is 'error' or 'cut', not {too_long!r}.")
        serving = current()
        if serving is None or serving.mode != "replay":  # what is replayed needs no weights
            check_installed()
        super().__init__(LOCAL_MODEL, params)
        self._too_long = too_long

    def identity(self) -> Mapping[str, Any]:
        return {} if self._too_long == "error" else {"too_long": self._too_long}

    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        running = engine()
        collected = _Collected(params)
        with abortable(collected.abort):
            running.chat(self._request(running, messages, params), collected.receive)
        return collected.reply()

    def _stream(self, messages: tuple[Message, ...], params: Params) -> Iterator[str | Reply]:
        running = engine()
        pieces: SimpleQueue[str | BaseException | None] = SimpleQueue()
        collected = _Collected(params, pieces.put)
        request = self._request(running, messages, params)

        def work() -> None:
            try:
                running.chat(request, collected.receive)
            except BaseException as error:
                pieces.put(error)
            else:
                pieces.put(None)

        # The runtime hands its pieces to a callback, in the thread that asks.
        thread = threading.Thread(target=work, name=f"stream of {self.name}", daemon=True)
        thread.start()
        try:
            with abortable(collected.abort):
                while (piece := pieces.get()) is not None:
                    if isinstance(piece, BaseException):
                        raise piece
                    yield piece
            yield collected.reply()
        finally:
            collected.abort()
            thread.join()

    def _request(self, running: LocalEngine, messages: tuple[Message, ...], params: Params) -> dict[str, Any]:
        max_tokens = min(params.max_tokens or DEFAULT_MAX_TOKENS, CONTEXT_TOKENS // 2)
        messages = self._fit(messages, running, CONTEXT_TOKENS - max_tokens - _TOKENS_OF_TEMPLATE)
        request: dict[str, Any] = {
            **params.extra,
            "messages": to_openai(messages),
            "max_tokens": max_tokens,
            "cache_prompt": False,
            "stream_options": {"include_usage": True},
        }
        if params.temperature is not None:
            request["temperature"] = params.temperature
        if params.stop:
            request["stop"] = list(params.stop)
        seed = params.request_seed
        if seed is not None:
            request["seed"] = seed % (2**32 - 1)  # the largest number means "any"
        if params.wants_logprobs:
            request["logprobs"] = True
            request["top_logprobs"] = max(params.top_logprobs or 0, 1)
        if params.json_schema is not None:
            schema = {"name": "reply", "schema": bounded(params.json_schema)}
            request["response_format"] = {"type": "json_schema", "json_schema": schema}
        return request

    def _fit(self, messages: tuple[Message, ...], running: LocalEngine, room: int) -> tuple[Message, ...]:
        """The messages, if they leave room for the reply; else cut or an error, as chosen."""
        if sum(len(message.text.encode()) + 40 for message in messages) <= room:
            return messages  # a token has at least a byte
        for _ in range(8):
            sizes = [len(running.tokenize(str(m.text))) + _TOKENS_AROUND_MESSAGE for m in messages]
            excess = sum(sizes) - room
            if excess <= 0:
                return messages
            if self._too_long == "error":
                raise ModelCallFailed(
                    f"The prompt has {sum(sizes)} tokens; {self.name} has room for {room} beside the reply. "
                    "Shorten it (a memory's token limit does), lower max_tokens, or make the model with "
                    "too_long='cut'."
                )
            longest = max(range(len(sizes)), key=sizes.__getitem__)
            text = str(messages[longest].text)
            keep = max(0, int(len(text) * (1 - (excess + 10) / sizes[longest])))
            cut = text[: (keep + 1) // 2] + _CUT + text[len(text) - keep // 2 :]
            messages = (
                *messages[:longest],
                replace(messages[longest], content=cut),
                *messages[longest + 1 :],
            )
        raise ModelCallFailed(f"The prompt can't be cut to the {room} tokens that {self.name} has room for.")


class _Collected:
    """A reply put together from its chunks."""

    def __init__(self, params: Params, on_text: Callable[[str], None] | None = None) -> None:
        self._params = params
        self._on_text = on_text
        self._aborted = False
        self._started = time.monotonic()
        self._text: list[str] = []
        self._logprobs: list[TokenLogprob] = []
        self._first_s: float | None = None
        self._finish: str | None = None
        self._usage = Usage()
        self._id: str | None = None
        self._late = False

    def abort(self) -> None:
        """Stop at the next chunk."""
        self._aborted = True

    def receive(self, chunk: Any) -> bool:
        """Take in a chunk; True when the time is up or the call was given up."""
        for part in chunk if isinstance(chunk, list) else [chunk]:
            self._take(part)
        limit = self._params.timeout_s
        self._late = limit is not None and time.monotonic() - self._started > limit and self._finish is None
        return self._late or self._aborted

    def _take(self, chunk: dict[str, Any]) -> None:
        self._id = chunk.get("id", self._id)
        usage = chunk.get("usage")
        if usage:
            cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens", 0)
            self._usage = Usage(usage["prompt_tokens"], usage["completion_tokens"], cached)
        for choice in chunk.get("choices") or ():
            text = (choice.get("delta") or {}).get("content")
            if text:
                if self._first_s is None:
                    self._first_s = time.monotonic() - self._started
                self._text.append(text)
                if self._on_text is not None:
                    self._on_text(text)
            self._finish = choice.get("finish_reason") or self._finish
            for entry in (choice.get("logprobs") or {}).get("content") or ():
                top = tuple((other["token"], other["logprob"]) for other in entry.get("top_logprobs", ()))
                count = self._params.top_logprobs or 0
                self._logprobs.append(TokenLogprob(entry["token"], entry["logprob"], top[:count]))

    def reply(self) -> Reply:
        """The whole reply."""
        if self._late:
            raise ModelTimeout(f"{LOCAL_MODEL} did not finish within {self._params.timeout_s:g} s.")
        if self._aborted and self._finish is None:
            raise CallCancelled(f"{LOCAL_MODEL} was stopped before its reply was finished.")
        return Reply(
            "".join(self._text),
            self._usage,
            logprobs=tuple(self._logprobs) if self._params.wants_logprobs else None,
            finish_reason=self._finish,
            model=LOCAL_MODEL,
            request_id=self._id,
            time_to_first_token_s=self._first_s,
        )


def bounded(schema: Any) -> Any:
    """A copy of a JSON schema in which every text and list has an upper bound."""
    if isinstance(schema, list):
        return [bounded(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    out = {
        key: value if key in ("enum", "const", "default", "examples") else bounded(value)
        for key, value in schema.items()
    }
    # A property may itself be called "type": only a type's name counts.
    if out.get("type") == "string" and not {"enum", "const", "pattern", "format"} & out.keys():
        out.setdefault("maxLength", max(MAX_STRING, out.get("minLength", 0)))
    elif out.get("type") == "array":
        out.setdefault("maxItems", max(MAX_ITEMS, out.get("minItems", 0)))
    return out
