"""LangChain's callbacks as nodes. Imported only when LangChain is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from langchain_core.callbacks.base import BaseCallbackHandler

from interlab.tracing.capture.calls import Outcome, open_call
from interlab.tracing.capture.content import all_text, named
from interlab.tracing.capture.langchain_runs import SLOT, Run, began, ended, parent_of, run_of
from interlab.tracing.capture.langchain_values import (
    message_record,
    plain,
    reply_outcome,
    request_params,
    run_name,
)
from interlab.tracing.capture.problems import problem

_HIDDEN = "langsmith:hidden"
_INTERNAL_TAGS = ("seq:step:", "map:key:", "condition:", "branch:", "langsmith:")
_INTERNAL_METADATA = ("ls_", "lc_", "__", "langgraph_", "checkpoint_")


class NodeHandler(BaseCallbackHandler):
    """Opens a node when a run starts, and closes it when the run ends."""

    run_inline = True
    raise_error = False

    def __init__(self) -> None:
        self.active = True

    def __copy__(self) -> NodeHandler:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> NodeHandler:
        return self

    # Starts -------------------------------------------------------------------------------------------

    def _start(
        self,
        kind: str,
        name: str,
        inputs: Callable[[], Mapping[str, Any]],
        run_id: UUID,
        parent_run_id: UUID | None,
        about: Mapping[str, Any],
        *,
        inputs_at_end: bool = False,
    ) -> None:
        slot = SLOT.get()
        run: Run | None = None
        parent = parent_of(parent_run_id) if self.active else None
        if parent is not None:
            tags = about.get("tags") or ()
            if _HIDDEN in tags:
                run = Run(parent, None, kind)
            else:
                call = open_call(
                    name,
                    kind,
                    "langchain",
                    inputs,
                    parent=parent,
                    meta=_metadata(about.get("metadata")),
                    tags=tuple(tag for tag in tags if not tag.startswith(_INTERNAL_TAGS)),
                )
                run = Run(parent if call is None else call.node, call, kind, inputs_at_end)
            began(run_id, run)
        if slot is not None:
            slot.take(run_id, run)

    def on_chat_model_start(
        self,
        serialized: dict[str, Any],
        messages: list[list[Any]],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **about: Any,
    ) -> None:
        """A chat model is asked."""

        def inputs() -> dict[str, Any]:
            return _model_inputs("messages", [message_record(item) for item in messages[0]], about)

        name = run_name(serialized, about.get("name"), "chat model")
        self._start("model", name, inputs, run_id, parent_run_id, about)

    def on_llm_start(
        self,
        serialized: dict[str, Any],
        prompts: list[str],
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **about: Any,
    ) -> None:
        """A model of plain text is asked."""
        name = run_name(serialized, about.get("name"), "language model")
        self._start("model", name, lambda: _model_inputs("prompt", prompts[0], about), run_id, parent_run_id, about)

    def on_chain_start(
        self,
        serialized: dict[str, Any],
        inputs: Any,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **about: Any,
    ) -> None:
        """A runnable is called. The inputs of a streamed one are still to come, and LangChain says so."""
        to_come = isinstance(inputs, dict) and inputs == {"input": ""}
        name = run_name(serialized, about.get("name"), "chain")
        self._start(
            "chain",
            name,
            lambda: {} if to_come else _given(inputs),
            run_id,
            parent_run_id,
            about,
            inputs_at_end=to_come,
        )

    def on_tool_start(
        self,
        serialized: dict[str, Any],
        input_str: str,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **about: Any,
    ) -> None:
        """A tool is called."""
        given = about.get("inputs")
        name = run_name(serialized, about.get("name"), "tool")
        self._start(
            "tool",
            name,
            lambda: _given(given if given is not None else input_str),
            run_id,
            parent_run_id,
            about,
        )

    def on_retriever_start(
        self,
        serialized: dict[str, Any],
        query: str,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **about: Any,
    ) -> None:
        """A retriever is asked."""
        name = run_name(serialized, about.get("name"), "retriever")
        self._start("retriever", name, lambda: {"query": query}, run_id, parent_run_id, about)

    # Pieces -------------------------------------------------------------------------------------------

    def on_llm_new_token(self, token: Any, *, run_id: UUID, chunk: Any = None, **_: Any) -> None:
        """A piece of a reply arrived."""
        run = run_of(run_id)
        if run is None or run.call is None:
            return
        try:
            text = all_text(token)
            if text:
                run.texts.append(text)
            if token or getattr(getattr(chunk, "message", None), "tool_call_chunks", None):
                run.call.token_arrived()
        except Exception as error:
            problem("reading a piece of a reply of LangChain", error)

    def on_stream_event(self, event: Any, *, run_id: UUID, **_: Any) -> None:
        """A piece of a reply arrived, in the newer protocol."""
        run = run_of(run_id)
        if run is None or run.call is None:
            return
        try:
            if event.get("event") == "content-block-delta":
                run.call.token_arrived()
                text = (event.get("delta") or {}).get("text")
                if isinstance(text, str):
                    run.texts.append(text)
        except Exception as error:
            problem("reading a piece of a reply of LangChain", error)

    def on_custom_event(self, name: str, data: Any, *, run_id: UUID, **_: Any) -> None:
        """The user's code reports something."""
        run = run_of(run_id)
        if run is None:
            return
        try:
            run.node.add_event(name, plain(data))
        except Exception as error:
            problem("recording an event of LangChain", error)

    # Ends ---------------------------------------------------------------------------------------------

    def on_llm_end(self, response: Any, *, run_id: UUID, **_: Any) -> None:
        """A model has replied."""
        self._finish(run_id, lambda: reply_outcome(response))

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **about: Any) -> None:
        """A runnable has returned."""
        run = run_of(run_id)
        if run is not None and run.inputs_at_end and run.call is not None and about.get("inputs") is not None:
            try:
                run.node.add_inputs(_given(about["inputs"]))
            except Exception as error:
                problem("recording the inputs of a streamed runnable", error)
        self._finish(run_id, lambda: Outcome(plain(outputs)))

    def on_tool_end(self, output: Any, *, run_id: UUID, **_: Any) -> None:
        """A tool has returned."""
        self._finish(run_id, lambda: Outcome(_tool_result(output)))

    def on_retriever_end(self, documents: Sequence[Any], *, run_id: UUID, **_: Any) -> None:
        """A retriever has returned."""
        self._finish(run_id, lambda: Outcome([plain(document) for document in documents]))

    def _finish(self, run_id: UUID, read: Callable[[], Outcome]) -> None:
        run = ended(run_id)
        if run is not None and run.call is not None:
            run.call.finish(read)

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        """A model failed, or the reader of its stream went away."""
        self._fail(error, run_id)

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        """A runnable failed."""
        self._fail(error, run_id)

    def on_tool_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        """A tool failed."""
        self._fail(error, run_id)

    def on_retriever_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        """A retriever failed."""
        self._fail(error, run_id)

    def _fail(self, error: BaseException, run_id: UUID) -> None:
        run = ended(run_id)
        if run is None or run.call is None:
            return
        if isinstance(error, GeneratorExit):
            run.call.finish(run.partial, abandoned=True)
        else:
            run.call.fail(error, run.partial)


def _model_inputs(name: str, content: Any, about: Mapping[str, Any]) -> dict[str, Any]:
    model, params = request_params(about.get("invocation_params"), about.get("options"))
    model = model or (about.get("metadata") or {}).get("ls_model_name")
    inputs: dict[str, Any] = {name: content}
    if model:
        inputs["model"] = str(model)
    if params:
        inputs["params"] = params
    return inputs


def _given(inputs: Any) -> dict[str, Any]:
    return named(plain(inputs), "input") if isinstance(inputs, Mapping) else {"input": plain(inputs)}


def _metadata(metadata: Mapping[str, Any] | None) -> dict[str, Any] | None:
    own = {key: value for key, value in (metadata or {}).items() if not str(key).startswith(_INTERNAL_METADATA)}
    return {"metadata": own} if own else None


def _tool_result(output: Any) -> Any:
    return output.content if type(output).__name__ == "ToolMessage" else plain(output)


HANDLER = NodeHandler()
HANDLER_VARIABLE: ContextVar[NodeHandler | None] = ContextVar("interlab_langchain", default=HANDLER)
"""Its default holds in every thread and task."""
