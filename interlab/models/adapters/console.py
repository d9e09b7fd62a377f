"""A person at the terminal as a model."""

from __future__ import annotations

import threading

from interlab.errors import ModelCallFailed, ModelUnavailable
from interlab.models.messages import Message
from interlab.models.model import Model, Params, Reply, Usage
from interlab.models.tokens import CHARACTERS_PER_TOKEN, estimate_tokens

_one_at_a_time = threading.Lock()


class ConsoleModel(Model):
    """A person who reads the messages in the terminal or notebook and types the reply, one line.

    Raises (when called):
        ModelUnavailable: nobody can type here: standard input is closed.
    """

    capabilities = frozenset({"json_schema"})
    honours_abort = True  # a person is asked in the thread that asks, where the kernel knows the cell

    def __init__(self, name: str = "console", *, params: Params | None = None) -> None:
        super().__init__(name, params)

    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        shown = "\n\n".join(f"[{message.name or message.role}]\n{visible(message.text)}" for message in messages)
        asks = " (as JSON)" if params.json_schema is not None else ""
        try:
            with _one_at_a_time:  # side by side queries ask one after the other
                print(f"\n{shown}\n", flush=True)
                text = input(f"Your answer{asks}: ")
        except (EOFError, OSError) as error:
            raise _nobody(error) from error
        except RuntimeError as error:
            # Raised by kernels without an input channel (and by input() itself when stdin is gone).
            if "stdin" in str(error).lower() or "StdinNotImplemented" in type(error).__name__:
                raise _nobody(error) from error
            raise ModelCallFailed(f"Asking the person failed: {error}") from error
        size = sum(len(message.text) for message in messages)
        usage = Usage(-(-size // CHARACTERS_PER_TOKEN), int(estimate_tokens(text)), estimated=True)
        return Reply(text, usage, finish_reason="stop", model=self.name)


def _nobody(error: BaseException) -> ModelUnavailable:
    return ModelUnavailable(
        f"The model 'console' asks a person through input(), but standard input is closed here ({error}). "
        "Run in a terminal or a notebook, or use another model."
    )


def visible(text: str) -> str:
    """`text` without control characters, so that a message can't rewrite the terminal it is shown in."""
    return "".join(char if char.isprintable() or char in "\n\t" else "\N{REPLACEMENT CHARACTER}" for char in text)
