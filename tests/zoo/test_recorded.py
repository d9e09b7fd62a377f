"""Recordings that ship: they are served where neither model nor weights are installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from interlab_zoo.recorded import recorded

import interlab as il
from interlab.errors import InvalidArgument, ModelUnavailable, ReplayMiss
from interlab.models import local_engine


@pytest.fixture
def without_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing() -> Path:
        raise ModelUnavailable("no weights")

    monkeypatch.setattr(local_engine, "weights_path", nothing)


def test_a_recording_is_served_without_weights(without_weights: None) -> None:
    with pytest.raises(ModelUnavailable):
        il.get_model("local/smollm2")
    with il.replies("replay", source=recorded("pets")), pytest.raises(ReplayMiss):
        il.query_model(il.get_model("local/smollm2"), "This was never asked.")


def test_a_recording_holds_replies_and_nothing_else() -> None:
    store = il.open_store(recorded("pets"), read_only=True)
    assert store.roots() == []
    store.close()


def test_an_unknown_recording_names_those_there_are() -> None:
    with pytest.raises(InvalidArgument, match="pets"):
        recorded("none of that name")
