"""Any Python callable as a model."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
from collections.abc import Callable
from types import CodeType
from typing import Any, Literal

from interlab.errors import InvalidArgument, ModelCallFailed
from interlab.models.messages import Message, to_openai, to_text
from interlab.models.model import Capability, Model, Params, Reply, Usage
from interlab.models.tokens import CHARACTERS_PER_TOKEN, estimate_tokens

_REQUEST_WORDS = ("params", "seed", "sample")


class CallableModel(Model):
    """A function from a text, or from messages, to a text or a `Reply`.

    Args:
        function: called with the prompt. It gets the request's `Params`, its seed and its sample index too
            if it has parameters named ``params``, ``seed``, ``sample``. Coroutine functions are run to
            their end.
        name: the recorded name; by default made of the function's own.
        takes: ``"text"`` or ``"messages"`` (dicts with ``role`` and ``content``). By default read off the
            signature: a first parameter called ``messages``, or annotated as a list or tuple, takes messages.

    Raises:
        InvalidArgument: `function` can't be called with one argument.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        name: str | None = None,
        takes: Literal["text", "messages"] | None = None,
        params: Params | None = None,
    ) -> None:
        if not callable(function):
            raise InvalidArgument(f"Expected a callable str -> str, got a {type(function).__name__}.")
        super().__init__(name or f"callable/{function_name(function)}", params)
        self._function = function
        first, self._words = _signature(function)
        self._takes = takes or first
        if self._takes not in ("text", "messages"):
            raise InvalidArgument(f"takes is 'text' or 'messages', not {takes!r}.")
        found: set[Capability] = {"images"} if self._takes == "messages" else set()
        if "seed" in self._words:
            found.add("seed")
        if "params" in self._words:
            found |= {"seed", "json_schema", "logprobs", "tools"}
        self.capabilities = frozenset(found)

    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        prompt: Any = to_text(messages) if self._takes == "text" else to_openai(messages)
        given = {"params": params, "seed": params.seed, "sample": params.sample}
        answer = self._function(prompt, **{word: given[word] for word in self._words})
        if inspect.isawaitable(answer):
            answer = _finish(answer)
        if isinstance(answer, Reply):
            return answer
        if not isinstance(answer, str):
            raise ModelCallFailed(
                f"The callable behind {self.name} must return a str or a Reply; it returned a {type(answer).__name__}."
            )
        size = sum(len(message.text) for message in messages)
        usage = Usage(-(-size // CHARACTERS_PER_TOKEN), int(estimate_tokens(answer)), estimated=True)
        return Reply(answer, usage, finish_reason="stop", model=self.name)


def _finish(awaitable: Any) -> Any:
    """Run an awaitable to its end, whether or not this thread has a running loop."""

    async def wait() -> Any:
        return await awaitable

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(wait())
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, wait()).result()


def _signature(function: Callable[..., Any]) -> tuple[Literal["text", "messages"], tuple[str, ...]]:
    """What the first parameter takes, and which of `_REQUEST_WORDS` the function wants."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return "text", ()  # some builtins have no signature
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.VAR_POSITIONAL)]
    if not positional:
        raise InvalidArgument(
            f"A callable model takes the prompt as its first argument; {function_name(function)} takes none."
        )
    first = positional[0]
    words = tuple(
        p.name for p in parameters if p.name in _REQUEST_WORDS and p is not first and p.kind is not p.VAR_POSITIONAL
    )
    required = [
        p
        for p in parameters
        if p is not first
        and p.default is p.empty
        and p.name not in words
        and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]
    if required:
        raise InvalidArgument(
            f"A callable model is called with the prompt alone; {function_name(function)} also needs "
            f"{', '.join(p.name for p in required)}. Bind them, for example with functools.partial."
        )
    annotation = "" if first.annotation is first.empty else str(first.annotation)
    many = first.name == "messages" or annotation.lower().startswith(
        ("list", "tuple", "sequence", "typing.list", "typing.sequence", "collections.abc.sequence")
    )
    return ("messages" if many else "text"), words


def function_name(function: Callable[..., Any]) -> str:
    """A name for a function that is the same in every process.

    Functions made inside others, and lambdas, share their qualified name with their siblings, so a digest
    of the code and of the plain values closed over is added.
    """
    inner = getattr(function, "__func__", function)
    qualified = getattr(inner, "__qualname__", None)
    if qualified is None:
        return f"{type(function).__module__}.{type(function).__qualname__}"
    name = f"{getattr(inner, '__module__', '')}.{qualified}"
    code = getattr(inner, "__code__", None)
    if isinstance(code, CodeType) and ("<lambda>" in qualified or "<locals>" in qualified):
        digest = hashlib.blake2b(digest_size=4)
        _feed(digest, code)
        for cell in getattr(inner, "__closure__", None) or ():
            try:
                value = cell.cell_contents
            except ValueError:
                continue  # not bound yet
            if isinstance(value, (str, int, float, bool, bytes, type(None))):
                digest.update(repr(value).encode())
        name += f"-{digest.hexdigest()}"
    return name


def _feed(digest: Any, code: CodeType) -> None:
    digest.update(code.co_code)
    digest.update(repr(code.co_names).encode())
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            _feed(digest, constant)
        else:
            digest.update(repr(constant).encode())
