"""The checker of memories: ours pass, and each planted fault is found under its own name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import interlab as il
from interlab.errors import InvalidArgument
from interlab.testing import ConformanceError, check_memory
from interlab.tracing.format_str import Filled


@pytest.mark.parametrize(
    "make",
    [
        il.ListMemory,
        lambda: il.ListMemory(item_limit=2),
        lambda: il.ListMemory(token_limit=20, separator="\n---\n"),
        lambda: il.ListMemory(model="openai/gpt-4o", token_limit=300),
        lambda: il.ListMemory(separator="", memories=["before"]),
    ],
)
def test_ours_pass(make: Callable[[], il.BaseMemory]) -> None:
    check_memory(make)


class Plain(il.BaseMemory):
    """A sound memory, to be spoilt."""

    def __init__(self) -> None:
        self.items: list[str] = []

    def _add(self, text: str, priority: float, time: int | None) -> None:
        self.items.append(text)

    def chosen(self, token_limit: int | None) -> list[str]:
        chosen: list[str] = []
        for text in reversed(self.items):
            if token_limit is not None and il.count_tokens("\n".join([text, *chosen])) > token_limit:
                break
            chosen.insert(0, text)
        return chosen

    def format_memories(self, query: str | None = None, *, token_limit: int | None = None) -> il.FormatStr:
        return il.FormatStr("\n").join(
            il.FormatStr.from_parts([Filled("memory", text)]) for text in self.chosen(token_limit)
        )

    def __len__(self) -> int:
        return len(self.items)


class ForgetsTheSeparators(Plain):
    def chosen(self, token_limit: int | None) -> list[str]:
        chosen: list[str] = []
        for text in reversed(self.items):
            if token_limit is not None and len("".join([text, *chosen])) // 4 > token_limit:
                break
            chosen.insert(0, text)
        return chosen


class AlwaysShowsTheNewest(Plain):
    def chosen(self, token_limit: int | None) -> list[str]:
        return super().chosen(token_limit) or self.items[-1:]


class NewestFirst(Plain):
    def chosen(self, token_limit: int | None) -> list[str]:
        return super().chosen(token_limit)[::-1]


class CountsHowOftenItWasShown(Plain):
    shown = 0

    def chosen(self, token_limit: int | None) -> list[str]:
        self.shown += 1
        return super().chosen(token_limit)


class ItemsInTheClass(Plain):
    everything: list[str] = []  # noqa: RUF012  # the fault

    def __init__(self) -> None:
        self.items = self.everything


class ItemsSharedByForks(Plain):
    __interlab_shared__ = ("items",)


class TakesAnything(Plain):
    def add_memory(self, text: Any, *, priority: float = 0, time: int | None = None) -> None:
        self.items.append(str(text))


class ReturnsTheText(Plain):
    def add_memory(self, text: str, *, priority: float = 0, time: int | None = None) -> Any:
        super().add_memory(text, priority=priority, time=time)
        return text


class TextsAsTemplates(Plain):
    def format_memories(self, query: str | None = None, *, token_limit: int | None = None) -> il.FormatStr:
        return il.FormatStr("\n".join(self.chosen(token_limit)))


class ShowsPlainText(Plain):
    def format_memories(self, query: str | None = None, *, token_limit: int | None = None) -> Any:
        return "\n".join(self.chosen(token_limit))


class KeepsAFile(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.source = iter(line for line in "ab")


class NumbersWhenForked(Plain):
    """A fork that reads its texts anew, as JSON."""

    def __interlab_fork__(self, fork_value: Any) -> Any:
        made = type(self)()
        made.items = [int(text) if text.isdigit() else text for text in self.items]  # type: ignore[misc]
        return made


@pytest.mark.parametrize(
    ("make", "check"),
    [
        (ForgetsTheSeparators, "the token limit holds"),
        (AlwaysShowsTheNewest, "the token limit holds"),
        (NewestFirst, "memories keep their order"),
        (CountsHowOftenItWasShown, "showing changes nothing"),
        (ItemsInTheClass, "memories are apart"),
        (ItemsSharedByForks, "forks are isolated"),
        (TakesAnything, "only texts are remembered"),
        (ReturnsTheText, "adding returns nothing"),
        (ShowsPlainText, "memories are shown as fields"),
        (KeepsAFile, "the state can be copied and written"),
        (NumbersWhenForked, "forks are isolated"),
    ],
)
def test_a_planted_fault_is_found(make: type[Plain], check: str) -> None:
    check_memory(Plain)
    with pytest.raises(ConformanceError) as caught:
        check_memory(make)
    assert caught.value.check == check
    assert caught.value.subject == make.__name__


def test_memories_used_as_templates_are_found() -> None:
    with pytest.raises(ConformanceError, match="no field is left open"):
        check_memory(TextsAsTemplates, texts=["one", "with {brace}"])


@pytest.mark.parametrize(("make", "texts"), [(lambda: "memory", ["a", "b"]), (Plain, ["a"]), (Plain, ["a", "a"])])
def test_wrong_arguments_are_refused(make: Any, texts: list[str]) -> None:
    with pytest.raises(InvalidArgument):
        check_memory(make, texts=texts)
