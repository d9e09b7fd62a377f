"""Random programs of steps, forks, edits, saves and loads, beside a plain model of the state that is deep-copied."""

from __future__ import annotations

import copy
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import interlab as il

NAMES = ("Ada", "Bo")
LIVE_AT_MOST = 6
WORDS = st.sampled_from(["yes", "no", "ü ≠ x", "", "<b>&"])


class Garden(il.BaseEnvironment):
    """Two actors say by chance how things grow; everything of it is state of some kind."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.actors = [il.ScriptedActor(name, ["grow", "wilt", "stay"], repeat=True) for name in NAMES]
        self.transcript: il.Log[str] = il.Log()
        self.beds: dict[str, list[int]] = {"roses": [0], "leeks": []}
        self.last: tuple[str, int] | None = None

    def _step(self) -> str:
        actor = self.actors[self.rng.randrange(2)]
        bed = self.rng.choice(sorted(self.beds))
        message = f"{actor.name}: {actor.query('?')} {bed} {self.rng.random():.6f}"
        self.transcript.append(message)
        self.beds[bed].append(self.steps)
        self.last = (bed, self.steps)
        for one in self.actors:
            one.observe(message, time=self.steps)
        return message


class Plain:
    """The same by plain lists and dictionaries."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.rng = il.Random(seed)
        self.steps = 0
        self.positions = [0, 0]
        self.memories: list[list[str]] = [[], []]
        self.transcript: list[str] = []
        self.beds: dict[str, list[int]] = {"roses": [0], "leeks": []}
        self.last: tuple[str, int] | None = None

    def step(self) -> None:
        self.steps += 1
        who = self.rng.randrange(2)
        bed = self.rng.choice(sorted(self.beds))
        word = ["grow", "wilt", "stay"][self.positions[who] % 3]
        self.positions[who] += 1
        message = f"{NAMES[who]}: {word} {bed} {self.rng.random():.6f}"
        self.transcript.append(message)
        self.beds[bed].append(self.steps)
        self.last = (bed, self.steps)
        for memory in self.memories:
            memory.append(message)


def agree(env: Garden, plain: Plain) -> None:
    assert env.steps == plain.steps
    assert env.seed == plain.seed
    assert list(env.transcript) == plain.transcript
    assert env.beds == plain.beds
    assert env.last == plain.last
    assert [actor.memory.texts for actor in env.actors] == plain.memories
    assert [actor.position for actor in env.actors] == plain.positions
    assert env.rng.getstate() == plain.rng.getstate()


class TimeTravel(RuleBasedStateMachine):
    """Environments that live, beside their models; and runs in a store, beside the models at each of their steps."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "lab.db"
        self.store = il.open_store(self.path)
        self.live: list[tuple[Garden, Plain]] = []
        self.runs: list[tuple[str, dict[int, Plain]]] = []

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def pick(self, place: int) -> tuple[Garden, Plain]:
        return self.live[place % len(self.live)]

    def keep(self, env: Garden, plain: Plain) -> None:
        self.live.append((env, plain))
        del self.live[:-LIVE_AT_MOST]

    @initialize(seed=st.integers(0, 5))
    def begin(self, seed: int) -> None:
        self.keep(Garden(seed=seed), Plain(seed))

    @rule(place=st.integers(0, 9), times=st.integers(1, 4))
    def step(self, place: int, times: int) -> None:
        env, plain = self.pick(place)
        with self.store:
            for _ in range(times):
                env.step()
                plain.step()

    @rule(place=st.integers(0, 9), seed=st.none() | st.integers(0, 5))
    def fork(self, place: int, seed: int | None) -> None:
        env, plain = self.pick(place)
        plain = copy.deepcopy(plain)
        if seed is not None:
            plain.seed, plain.rng = seed, il.Random(seed)
        self.keep(env.fork(seed), plain)

    @rule(place=st.integers(0, 9), text=WORDS, who=st.integers(0, 1))
    def remember(self, place: int, text: str, who: int) -> None:
        env, plain = self.pick(place)
        with self.store:
            il.intervene(env, il.AddMemory(NAMES[who], text))
        plain.memories[who].append(text)

    @rule(place=st.integers(0, 9), who=st.integers(0, 1), at=st.integers(0, 99), text=st.none() | WORDS)
    def change_a_memory(self, place: int, who: int, at: int, text: str | None) -> None:
        env, plain = self.pick(place)
        memory = plain.memories[who]
        if not memory:
            return
        at %= len(memory)
        with self.store:
            if text is None:
                il.intervene(env, il.RemoveMemory(NAMES[who], at))
                del memory[at]
            else:
                il.intervene(env, il.EditMemory(NAMES[who], at, text))
                memory[at] = text

    @rule(place=st.integers(0, 9), at=st.integers(0, 99), text=WORDS)
    def change_the_transcript(self, place: int, at: int, text: str) -> None:
        env, plain = self.pick(place)
        if plain.transcript:
            at %= len(plain.transcript)
            env.transcript.replace(at, text)
            plain.transcript[at] = text

    @rule(place=st.integers(0, 9), number=st.integers(-3, 3))
    def change_a_field(self, place: int, number: int) -> None:
        env, plain = self.pick(place)
        env.beds["leeks"].append(number)
        plain.beds["leeks"].append(number)
        with self.store:
            il.intervene(env, il.SetField("beds['roses']", [number]))
        plain.beds["roses"] = [number]

    @rule(place=st.integers(0, 9), steps=st.integers(0, 4))
    def save(self, place: int, steps: int) -> None:
        env, plain = self.pick(place)
        at = {plain.steps: copy.deepcopy(plain)}
        with self.store:
            run = env.run(max_steps=steps, progress=False)
        for _ in range(steps):
            plain.step()
            at[plain.steps] = copy.deepcopy(plain)
        self.runs.append((run.uid, at))

    @precondition(lambda self: self.runs)
    @rule(which=st.integers(0, 9), step=st.integers(0, 9), reopened=st.booleans(), seed=st.none() | st.integers(0, 5))
    def load(self, which: int, step: int, reopened: bool, seed: int | None) -> None:
        uid, at = self.runs[which % len(self.runs)]
        number = sorted(at)[step % len(at)]
        plain = copy.deepcopy(at[number])
        if seed is not None:
            plain.seed, plain.rng = seed, il.Random(seed)
        store = il.open_store(self.path) if reopened else self.store
        try:
            run = next(run for run in store.runs() if run.uid == uid)
            self.keep(run.at(number, classes=[Garden]).fork(seed), plain)
        finally:
            if reopened:
                store.close()

    @invariant()
    def nothing_diverged(self) -> None:
        for env, plain in self.live:
            agree(env, plain)

    @precondition(lambda self: self.runs)
    @invariant()
    def the_past_stays(self) -> None:
        uid, at = self.runs[0]
        run = next(run for run in self.store.runs() if run.uid == uid)
        for number, plain in at.items():
            agree(run.at(number).env, plain)


TimeTravel.TestCase.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
TestTimeTravel = TimeTravel.TestCase
