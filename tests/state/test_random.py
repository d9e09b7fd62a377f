from __future__ import annotations

import copy
import pickle
import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlab.errors import InvalidArgument
from interlab.state import Random, derive_seed, fork


def test_the_stream_is_fixed():
    """The same on every platform and in every later version: states name positions in it."""
    rng = Random(7)
    assert [rng.getrandbits(64) for _ in range(3)] == STREAM
    assert Random("seven").getrandbits(32) != Random(b"seven").getrandbits(32)
    assert derive_seed(7, "actor", 0) == DERIVED


STREAM = [6666869290172094122, 13739493473827786648, 13564606721161139745]
DERIVED = 1176193213378265021


@given(st.integers() | st.text() | st.binary() | st.floats(allow_nan=False), st.integers(0, 30))
def test_a_fork_goes_on_alike_and_apart(seed, drawn):
    rng = Random(seed)
    for _ in range(drawn):
        rng.random()
    rng.gauss()
    same = [fork(rng), rng.fork(), copy.deepcopy(rng), pickle.loads(pickle.dumps(rng)), Random(0)]
    same[-1].setstate(rng.getstate())
    expected = [rng.gauss(), *(rng.random() for _ in range(20))]
    for other in same:
        assert [other.gauss(), *(other.random() for _ in range(20))] == expected


def test_the_methods_of_the_standard_library():
    rng = Random(1)
    assert isinstance(rng, random.Random)
    assert sorted(rng.sample(range(10), 10)) == list(range(10))
    deck = list(range(52))
    rng.shuffle(deck)
    assert sorted(deck) == list(range(52)) != deck
    assert {rng.choice("abc") for _ in range(100)} == set("abc")
    assert {rng.randint(1, 6) for _ in range(200)} == set(range(1, 7))
    assert len(rng.randbytes(33)) == 33
    assert 0 <= rng.betavariate(1, 2) <= 1
    assert rng.choices([1, 2], weights=[0, 1], k=3) == [2, 2, 2]


def test_numbers_are_even():
    rng = Random(2)
    drawn = [rng.random() for _ in range(20_000)]
    assert min(drawn) >= 0 and max(drawn) < 1
    assert abs(statistics.mean(drawn) - 0.5) < 0.01
    assert abs(statistics.variance(drawn) - 1 / 12) < 0.005
    bits = [rng.getrandbits(1) for _ in range(10_000)]
    assert 4800 < sum(bits) < 5200


@given(st.integers(0, 300))
def test_getrandbits(k):
    assert 0 <= Random(3).getrandbits(k) < 1 << k or k == 0


def test_spawn():
    rng = Random(1)
    named = rng.spawn("buyer", 1)
    first, second = rng.spawn(), rng.spawn()
    assert rng.spawn("buyer", 1) == named  # whatever was drawn since
    others = [rng.spawn("buyer", "1"), rng.spawn("buyer")]
    streams = [each.getrandbits(64) for each in (rng, named, first, second, *others)]
    assert len(set(streams)) == len(streams)


@given(st.lists(st.text(max_size=3) | st.integers(-300, 300), max_size=4), st.integers(-(10**30), 10**30))
def test_seeds_of_other_names_differ(names, seed):
    derived = derive_seed(seed, *names)
    assert 0 <= derived < 1 << 63
    assert derived == derive_seed(seed, *names)
    assert derived != derive_seed(seed, *names, "")
    assert derived != derive_seed(seed + 1, *names)
    if len(names) > 1 and all(isinstance(name, str) for name in names):
        assert derived != derive_seed(seed, "".join(map(str, names)))


def test_wrong_arguments():
    with pytest.raises(InvalidArgument):
        derive_seed("7", "a")
    with pytest.raises(InvalidArgument):
        derive_seed(7, 2.5)
    with pytest.raises(InvalidArgument):
        Random([1])
    with pytest.raises(InvalidArgument):
        Random(1).spawn(b"x")
    with pytest.raises(InvalidArgument):
        Random(1).getrandbits(-1)
    with pytest.raises(InvalidArgument, match="state of interlab"):
        Random(1).setstate(random.Random(1).getstate())


def test_without_a_seed_generators_differ():
    assert Random().getrandbits(64) != Random().getrandbits(64)
    assert Random().random() != Random(None).random()
