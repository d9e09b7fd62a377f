"""Forks and the moments of a run: independent, exact, numbered on, with other models."""

from __future__ import annotations

import contextvars
import threading
from dataclasses import dataclass
from typing import Any

import pytest
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.errors import InvalidArgument, StateError
from interlab.models import Model
from interlab.state import MemoryBlobs, content_hash, decode, encode
from interlab.testing import ScriptedModel


@pytest.fixture(autouse=True)
def store() -> Any:
    store = il.open_store(":memory:")
    with store:
        yield store
    store.close()


@dataclass(frozen=True)
class Settings:
    model: Any
    label: str


class Lottery(il.BaseEnvironment):
    """Draws, keeps messages and something pending, and asks models kept in several places."""

    def __init__(self, models: list[Any], seed: int = 1) -> None:
        super().__init__(seed=seed)
        self.actor = il.LLMActor("Ann", models[0])
        self.listed = [models[1 % len(models)]]
        self.pair = (models[2 % len(models)], "and a text")
        self.settings = Settings(models[3 % len(models)], "kept")
        self.messages: il.Log[dict[str, Any]] = il.Log()
        self.pending: list[str] = []

    def _step(self) -> list[str]:
        self.pending.append(f"pending {self.rng.randrange(1_000)}")
        self.messages.append({"content": self.pending[-1], "parts": [self.steps]})
        asked = [self.actor.model, *self.listed, self.pair[0], self.settings.model]
        return [il.query_model(model, f"step {self.steps}") for model in asked] + [self.pending[-1]]


def named(name: str, **settings: Any) -> ScriptedModel:
    return ScriptedModel(lambda request: f"{name}: {request.messages[-1].text}", name=name, **settings)


def lottery() -> Lottery:
    return Lottery([named(name) for name in ("a", "b", "c", "d")])


# Forks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["fork", "copy"])
def test_copies_diverge_independently(how: str) -> None:
    env = lottery()
    env.step()
    other = getattr(env, how)()
    before = content_hash(env)
    other.step()
    other.actor.observe("Only here.")
    other.note = "only here"
    assert content_hash(env) == before
    assert (env.steps, other.steps) == (1, 2)
    taken = content_hash(other)
    env.step()
    env.actor.observe("Only there.")
    assert content_hash(other) == taken


def test_a_fork_goes_on_exactly_and_one_with_a_seed_draws_anew() -> None:
    env = lottery()
    env.step()
    same, anew, again = env.fork(), env.fork(seed=5), env.fork(seed=5)
    expected = env.step()
    assert same.step() == expected
    assert anew.step() == again.step() != expected
    assert (same.seed, anew.seed) == (1, 5)


def test_all_unchanged_forks_of_a_car_sale_reproduce_the_rest() -> None:
    run = CarSale(seed=7).run(progress=False)
    assert len(run.steps) == 11
    for number in range(11):
        what_if = run.at(number).fork().run(progress=False)
        assert [step.meta["step"] for step in what_if.steps] == list(range(number + 1, 12))
        assert [step.wire() for step in what_if.steps] == [step.wire() for step in run.steps[number:]]
        for one, other in zip(run.steps[number:], what_if.steps, strict=True):
            mine = [(node.kind, node.name, node.inputs, node.result) for node in one.descendants()]
            assert mine == [(node.kind, node.name, node.inputs, node.result) for node in other.descendants()]
        assert what_if.result == run.result
        assert what_if.origin == (run.uid, number)
        assert il.compare(run, what_if).are_same
    with pytest.raises(il.InterLabError, match="finished"):
        run.at(11).fork().run()


# Defects of others ------------------------------------------------------------------------------------------


def test_forks_fail_on_any_lock_in_a_model_client() -> None:
    class Client(Model):
        def __init__(self) -> None:
            super().__init__("client")
            self.lock = threading.Lock()
            self.local = threading.local()

        def _generate(self, messages: Any, params: Any) -> Any:
            with self.lock:
                return il.Reply("yes")

    env = Lottery([Client()])
    run = env.run(max_steps=2, progress=False)
    assert run.at(1).fork().step()[0] == "yes"


def test_forks_duplicate_the_shared_model() -> None:
    env = lottery()
    fork = env.fork()
    assert fork.actor.model is env.actor.model
    assert fork.listed[0] is env.listed[0]
    assert fork.settings.model is env.settings.model


def test_forks_alias_message_content_so_that_editing_the_fork_edits_the_original() -> None:
    env = lottery()
    env.step()
    fork = env.fork()
    edited = fork.messages[0]
    edited["content"] = "edited"
    edited["parts"].append("edited")
    fork.messages.replace(0, edited)
    assert fork.messages[0]["content"] == "edited"
    assert env.messages[0]["content"].startswith("pending") and env.messages[0]["parts"] == [1]


def test_forks_share_a_pending_buffer() -> None:
    env = lottery()
    env.step()
    fork = env.fork()
    fork.pending.clear()
    assert len(env.pending) == 1


def test_deduplication_fails_after_a_restore_in_another_process() -> None:
    env = lottery()
    for _ in range(40):
        env.step()
    blobs = MemoryBlobs()
    root = encode(env, blobs)
    models = {model.name: model for model in (named(name) for name in ("a", "b", "c", "d"))}
    restored = decode(root, blobs, resources=models)
    assert encode(restored, blobs) == root
    restored.step()
    size = len(blobs.blobs)
    encode(restored, blobs)
    assert len(blobs.blobs) - size <= 4  # the spine and what is new, not forty messages


def test_restoring_logs_and_swallows_errors() -> None:
    env = lottery()
    blobs = MemoryBlobs()
    root = encode(env, blobs)
    with pytest.raises(StateError, match=r"'a'.*'b'.*'c'.*'d'"):
        decode(root, blobs)


def test_a_message_is_resent_before_its_state_is_restored() -> None:
    """Forking asks no model: only steps do."""
    models = [named(name) for name in ("a", "b", "c", "d")]
    run = Lottery(models).run(max_steps=3, progress=False)
    asked = [len(model.requests) for model in models]
    run.at(1).fork()
    run.at(2).env  # to look at
    run.at(1).fork(models={"a": "demo"})
    assert [len(model.requests) for model in models] == asked == [3, 3, 3, 3]


# Moments ----------------------------------------------------------------------------------------------------


def test_moments_are_found_by_number_from_the_end_and_by_node() -> None:
    run = CarSale(seed=7).run(max_steps=5, progress=False)
    assert [run.at(place).step for place in (0, 3, 5, -1, -2, -6)] == [0, 3, 5, 5, 4, 0]
    assert run.at(run.steps[2]).step == 3
    assert run.at(run.steps[-1]).fork().steps == 5
    assert repr(run.at(3)) == "<Moment after step 3 of 'CarSale'>"


@pytest.mark.parametrize("step", [6, -7, 1.0, True, None, "3"])
def test_what_is_no_moment_is_refused(step: Any) -> None:
    run = CarSale(seed=7).run(max_steps=5, progress=False)
    with pytest.raises(InvalidArgument, match=r"moments are 0 to 5|takes the number of a step"):
        run.at(step)


def test_nodes_that_are_no_steps_of_this_run_are_refused() -> None:
    run = CarSale(seed=7).run(max_steps=2, progress=False)
    other = CarSale(seed=8).run(max_steps=2, progress=False)
    for node in (other.steps[0], run.node, other.steps[0].children[0]):
        with pytest.raises(InvalidArgument, match="stands in no step of the run"):
            run.at(node)


def test_a_node_inside_a_step_is_the_moment_before_it() -> None:
    run = CarSale(seed=7).run(max_steps=2, progress=False)
    assert run.at(run.steps[1]).step == 2
    assert run.at(run.steps[1].children[0]).step == 1
    assert run.at(run.steps[1].find_nodes(kind="model")[0]).fork().steps == 1


def test_a_forks_run_numbers_on_and_names_its_origin() -> None:
    run = CarSale(seed=7).run(progress=False)
    what_if = run.at(3).fork().run(name="what if", max_steps=2, progress=False)
    assert [step.name for step in what_if.steps] == ["step 4", "step 5"]
    assert what_if.origin == (run.uid, 3)
    assert what_if.node.inputs["forked_from"] == {"run": run.uid, "step": 3}
    assert what_if.at(4).fork().steps == 4
    assert what_if.at(-1).step == 5
    with pytest.raises(InvalidArgument, match="moments are 3 to 5"):
        what_if.at(2)


def test_a_forks_run_goes_to_the_store_of_its_origin(tmp_path: Any, store: il.Store) -> None:
    with il.open_store(tmp_path / "a.db") as home:
        run = CarSale(seed=7).run(max_steps=3, progress=False)
    fork, other = run.at(2).fork(), run.at(2).fork()

    def outside() -> list[Any]:
        il.intervene(fork, il.SetSeed(3))
        return [
            fork.run("outside", max_steps=1, progress=False),
            fork.fork().run("and on", max_steps=1, progress=False),
        ]

    runs = contextvars.Context().run(outside)  # where no store is current
    other.run("elsewhere", max_steps=1, progress=False)
    assert [one.name for one in home.runs()] == ["CarSale", "outside", "and on"]
    assert [one.name for one in store.runs()] == ["elsewhere"]
    assert len(il.branches(home, run).runs) == 3 and runs[0].at(3).fork().steps == 3
    home.close()
    assert contextvars.Context().run(lambda: fork.fork().run("closed", max_steps=1, progress=False)).name == "closed"


def test_moments_and_the_end_are_copies_to_look_at() -> None:
    env = CarSale(seed=7)
    run = env.run(max_steps=3, progress=False)
    look = run.at(2).env
    assert (look.steps, len(look.transcript)) == (2, 2)
    look.step()
    look.buyer.observe("Changed.")
    assert len(run.at(2).env.transcript) == 2
    env.step()
    assert (run.env.steps, env.steps) == (3, 4)
    run.env.buyer.observe("Changed.")
    assert content_hash(run.env) == content_hash(run.at(3).env)


def test_a_run_without_snapshots_says_so() -> None:
    run = CarSale(seed=7).run(max_steps=2, snapshots=False, progress=False)
    assert run.env is None
    with pytest.raises(StateError, match=r"were not stored: it was run with snapshots=False\."):
        run.at(1)


def test_changing_a_fork_changes_what_follows_and_nothing_else() -> None:
    run = CarSale(seed=7).run(progress=False)
    before = [step.wire() for step in run.steps]
    fork = run.at(3).fork()
    fork.seller.observe("The buyer has another offer at $2,400.")
    what_if = fork.run(progress=False)
    assert not il.compare(run, what_if).are_same
    assert [step.wire() for step in run.steps] == before
    assert il.compare(run, run.at(3).fork().run(progress=False)).are_same


# Other models -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", range(4))
def test_models_are_replaced_by_name_wherever_they_stand(place: int) -> None:
    run = lottery().run(max_steps=2, progress=False)
    fork = run.at(1).fork(models={"abcd"[place]: named("new")})
    answers = fork.step()
    expected = run.steps[1].result
    assert answers[place] == "new: step 2"
    assert [one for at, one in enumerate(answers) if at != place] == [
        one for at, one in enumerate(expected) if at != place
    ]
    assert run.at(1).fork().step() == expected  # the original keeps its models


def test_models_are_replaced_by_full_and_bare_name() -> None:
    warm, cold = il.get_model("demo", temperature=0.9), il.get_model("demo", temperature=0.1)
    run = Lottery([warm, cold]).run(max_steps=1, progress=False)
    fork = run.at(0).fork(models={"demo?temperature=0.9": named("new")})
    assert [model.name for model in (fork.actor.model, fork.listed[0])] == ["new", "demo"]
    fork = run.at(0).fork(models={"demo": named("new")})
    assert [model.name for model in (fork.actor.model, fork.listed[0])] == ["new", "new"]
    fork = run.at(0).fork(models={"demo": lambda prompt: "a callable"})
    assert fork.step()[0] == "a callable"


def test_replacing_one_model_leaves_others_of_one_name_apart() -> None:
    run = Lottery([named("a"), named("same", repeat=True), named("same")]).run(max_steps=1, progress=False)
    fork = run.at(0).fork(models={"a": named("new")})
    assert fork.listed[0] is run.at(0).env.listed[0]
    assert fork.pair[0] is run.at(0).env.pair[0]
    assert fork.listed[0] is not fork.pair[0]


def test_a_seed_and_models_together() -> None:
    run = lottery().run(max_steps=2, progress=False)
    one, two = (run.at(1).fork(seed=5, models={"a": named("new")}).step() for _ in range(2))
    assert one == two and one[0] == "new: step 2"
    assert one[-1] != run.steps[1].result[-1]


def test_a_model_that_is_not_used_is_named() -> None:
    run = lottery().run(max_steps=1, progress=False)
    with pytest.raises(InvalidArgument, match="No model named 'gpt' is used here; the models are 'a', 'b', 'c', 'd'"):
        run.at(0).fork(models={"gpt": "demo"})


def test_histories_stay_shared_when_models_are_replaced() -> None:
    run = lottery().run(max_steps=20, progress=False)
    fork = run.at(20).fork(models={"a": named("new")})
    original = run.at(20).env
    assert all(one is two for one, two in zip(fork.messages.chunks(), original.messages.chunks(), strict=True))
