"""The policy: waits, blocks, and what servers ask for."""

from __future__ import annotations

import random
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlab.errors import InvalidArgument
from interlab.models import as_model, get_model
from interlab.models.faults import FaultPolicy, faults
from interlab.models.faults.classifying import seconds_of
from interlab.models.faults.policy import policy_of
from interlab.tracing import instrument, parallel, uninstrument

seconds = st.floats(0, 1e4)


@given(base=seconds, cap=seconds, longest=seconds, asked=st.none() | seconds, attempt=st.integers(1, 2000))
def test_waits_stay_between_what_is_asked_and_the_bounds(
    base: float, cap: float, longest: float, asked: float | None, attempt: int
) -> None:
    policy = FaultPolicy(base_wait_s=base, longest_wait_s=cap, longest_retry_after_s=longest)
    wait = policy.wait_s(attempt, asked, random.Random(attempt))
    bound = min(cap, base * 2.0 ** min(attempt - 1, 60))
    if asked is None:
        assert 0 <= wait <= bound
    else:
        assert min(asked, longest) <= wait <= max(bound, min(asked, longest))


def test_jitter_is_full() -> None:
    policy = FaultPolicy(base_wait_s=1.0, longest_wait_s=4.0)
    draws = random.Random(1)
    for attempt, bound in ((1, 1.0), (2, 2.0), (3, 4.0), (9, 4.0)):
        waits = [policy.wait_s(attempt, None, draws) for _ in range(2000)]
        assert min(waits) < 0.02 * bound
        assert max(waits) > 0.98 * bound
        assert sum(waits) / len(waits) == pytest.approx(bound / 2, rel=0.05)


@pytest.mark.parametrize(
    "wrong",
    [
        {"retries": -1},
        {"retries": True},
        {"max_in_flight": 0},
        {"circuit_failures": -1},
        {"base_wait_s": -0.1},
        {"longest_wait_s": float("nan")},
        {"longest_retry_after_s": float("inf")},
        {"budget_s": "long"},
        {"circuit_wait_s": None},
        {"seed": 1.5},
    ],
)
def test_wrong_settings_are_named(wrong: dict[str, object]) -> None:
    name = next(iter(wrong))
    with pytest.raises(InvalidArgument, match=name):
        FaultPolicy(**wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match=name), faults(**wrong):
        pass


def test_blocks_win_over_models_and_inner_blocks_over_outer_ones() -> None:
    model = get_model("demo", faults=FaultPolicy(retries=9, max_in_flight=3))
    assert policy_of(model) == FaultPolicy(retries=9, max_in_flight=3)
    with faults(retries=1, seed=5) as outer:
        assert outer == FaultPolicy(retries=1, seed=5)
        assert policy_of(model) == FaultPolicy(retries=1, seed=5, max_in_flight=3)
        with faults(retries=0):
            assert policy_of(model) == FaultPolicy(retries=0, seed=5, max_in_flight=3)
        with faults(FaultPolicy(retries=2), budget_s=None):
            assert policy_of(model) == FaultPolicy(retries=2, budget_s=None)
        assert policy_of(model).retries == 1
    assert policy_of(model).retries == 9
    with pytest.raises(InvalidArgument, match="retires"), faults(retires=1):
        pass


def test_a_policy_of_ones_own_for_every_kind_of_model() -> None:
    policy = FaultPolicy(retries=7)
    assert policy_of(as_model(lambda prompt: "x", faults=policy)) == policy
    assert policy_of(as_model("demo", faults=policy)) == policy
    for make in (lambda: get_model("demo", faults=3), lambda: as_model(str.upper, faults={"retries": 1})):
        with pytest.raises(InvalidArgument, match="FaultPolicy"):
            make()
    assert "faults" not in get_model("demo", faults=policy).__interlab_resource_name__()


def test_threads_inherit_the_block() -> None:
    model = get_model("demo")
    instrument()
    try:
        with faults(retries=1):
            assert parallel([lambda: policy_of(model).retries] * 3) == [1, 1, 1]
    finally:
        uninstrument()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        (" 3 ", 3.0),
        ("-4", 0.0),
        ("0", 0.0),
        (formatdate(1030.0, usegmt=True), 30.0),
        (formatdate(970.0, usegmt=True), 0.0),
        ("soon", None),
        ("", None),
        ("inf", None),
        ("nan", None),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
    ],
)
def test_retry_after_is_read(value: str, expected: float | None) -> None:
    assert seconds_of(value, now=1000.0) == expected


@given(st.text(max_size=40))
def test_no_header_breaks_the_reading(value: str) -> None:
    found = seconds_of(value)
    assert found is None or found >= 0
