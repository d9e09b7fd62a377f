"""The explorer's widget without a front end: what it sends, and what a saved notebook shows of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.ui.explorer import ExplorerWidget

NAME = "<script>alert(1)</script>\x1b[31m"


@pytest.fixture
def widget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ExplorerWidget]:
    with il.open_store(tmp_path / "lab.db") as store:
        run = CarSale(seed=7).run(NAME, progress=False)
    made: ExplorerWidget = il.explore(run, "price")
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(made, "send", lambda content, buffers=None: sent.append(content))
    made.sent = sent
    yield made
    made.close()
    store.close()


def asked(widget: ExplorerWidget, op: str, **more: Any) -> Any:
    widget.receive({"id": "1", "op": op, **more})
    reply = next(one["reply"] for one in widget.sent if one.get("id") == "1")
    assert reply["ok"], reply
    widget.sent.clear()
    return reply["value"]


def test_a_saved_notebook_shows_the_tree(widget: ExplorerWidget) -> None:
    bundle = widget._repr_mimebundle_()
    assert bundle is not None
    data, _ = bundle
    assert data["text/plain"].startswith("<script>alert(1)</script>␛[31m → price 2,440")
    assert "<script" not in data["text/html"]
    assert "&lt;script&gt;" in data["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in data


def test_what_is_chosen_is_at_hand_in_python(widget: ExplorerWidget) -> None:
    run = widget.explorer.root
    assert [one.uid for one in widget.chosen] == [run.uid]
    assert widget.study is None
    fork = il.intervene(run.at(3).fork(), il.SetSeed(3)).run("other", progress=False)
    asked(widget, "choose", runs=[run.uid, fork.uid])
    assert [one.name for one in widget.chosen] == [NAME, "other"]


def test_the_strips_grow_by_what_changed_only(widget: ExplorerWidget) -> None:
    asked(widget, "hello")
    root = widget.explorer.root.uid
    change = {"kind": "tell", "actor": "Alice", "text": "The buyer has another offer."}
    widget.receive({"id": "1", "op": "run", "run": root, "step": 3, "change": change, "replicas": 2, "name": "told"})
    assert widget.explorer.trials[-1].wait(60)
    for thread in threading.enumerate():
        if thread.name == "interlab-explorer":
            thread.join(30)
    pushes = [one["push"] for one in widget.sent if "push" in one]
    assert pushes[-1]["trial"]["status"] == "finished"
    held = {}
    for push in pushes:
        held |= {line["key"]: line for line in push["changed"]}
        assert set(push["order"]) <= set(held)
    assert [held[key]["name"] for key in pushes[-1]["order"]] == ["<script>alert(1)</script>␛[31m", "as it was", "told"]
    assert [len(held[key]["runs"]) for key in pushes[-1]["order"]] == [1, 2, 2]
    assert sum(line["key"] == root for push in pushes for line in push["changed"]) == 1
    assert widget.study is not None
    assert widget.study.status.finished == 4


@pytest.mark.parametrize("content", [None, 3, [], {"op": "choose", "runs": ["no"]}, {"op": "choose", "runs": 3}])
def test_a_message_that_means_nothing_breaks_nothing(widget: ExplorerWidget, content: Any) -> None:
    widget.receive(content)
    assert [run.uid for run in widget.explorer.store.runs()] == [widget.explorer.root.uid]
