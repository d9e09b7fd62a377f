"""The picture that a saved notebook shows of what was played."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.tracing.colors import safe_color
from interlab.ui.lab import LabWidget
from interlab.ui.lab.picture import FIRST, LAST, lab_html

RUN = {
    "status": "finished", "steps": 3, "step": 0, "tokens": 10, "cost_usd": None, "change": "", "name": "a run",
    "result": "a deal", "error": "",
}  # fmt: skip


@pytest.fixture
def widget() -> Iterator[LabWidget]:
    store = il.open_store(":memory:")
    made: LabWidget = il.play(CarSale(seed=7), "<b>sale</b>", store=store, paused=True, pause_s=0)
    yield made
    made.close()
    made.lab.player.wait(20)
    store.close()


def test_it_goes_as_far_as_the_run_did(widget: LabWidget) -> None:
    player = widget.lab.player
    assert player.wait_until(lambda one: one.status == "paused")
    assert "il-say" not in widget.picture().partition("</style>")[2]
    player.whisper("Bob", "<script>she bluffs</script>")
    player.go_on()
    assert player.wait(60)
    html = widget.picture()
    assert html.count('class="il-say"') == player.steps + 1
    assert "&lt;b&gt;sale&lt;/b&gt;" in html
    assert "&lt;script&gt;she bluffs" in html
    assert "<script" not in html
    data, _ = widget._repr_mimebundle_() or ({}, {})
    assert "il-say" in data["text/html"]
    assert "finished" in data["text/plain"]


def test_of_a_thousand_messages_the_first_and_last_are_shown() -> None:
    items = [{"kind": "said", "step": at, "speaker": "Ann", "words": f"word {at}."} for at in range(1_000)]
    html = lab_html([RUN], items)
    shown = [int(number) for number in re.findall(r"word (\d+)\.", html)]
    assert shown == [*range(FIRST), *range(1_000 - LAST, 1_000)]
    assert f"… {1_000 - FIRST - LAST} more …" in html


@given(st.text(max_size=40))
def test_no_text_is_ever_markup(text: str) -> None:
    bid = {"name": text, "bid": text, "won": True}
    items: list[dict[str, Any]] = [
        {"kind": kind, "step": 1, "speaker": text, "words": text, "color": text, "deed": text, "to": text,
         "bids": [bid], "status": text}
        for kind in ("said", "whisper", "note", "bids", "error", "fork", "end")
    ]  # fmt: skip
    html = lab_html([{**RUN, "name": text, "result": text, "change": text}], items).partition("</style>")[2]
    assert set(re.findall(r"<(\w+)", html)) <= {"div", "p", "b", "bdi", "small", "br"}
    assert set(re.findall(r'style="--c:([^"]*)"', html)) <= {il.tracing.name_color(text), safe_color(text)}


def test_a_lab_in_which_nothing_was_run_says_what_it_is() -> None:
    assert "Run this cell to open it" in lab_html([], [])
