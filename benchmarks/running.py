"""What running costs: steps of a conversation, memories under a limit, waiting side by side.
Run: python benchmarks/running.py"""

from __future__ import annotations

import functools
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from _harness import begin, median, medians, report

import interlab as il

STEPS = 1_000
ACTORS = 4
LINE = "I think that we should take the second road, since it is the shorter one of them. "


class Talk(il.BaseEnvironment):
    """Four actors in turns; what one says all hear."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        model = il.get_model("bench")
        self.actors = [
            il.LLMActor(f"actor {number}", model, memory=il.ListMemory(item_limit=20)) for number in range(ACTORS)
        ]
        self.said: il.Log[str] = il.Log()

    def _step(self) -> str:
        speaker = self.actors[self.steps % ACTORS]
        line = speaker.query("Your turn.")
        self.said.append(line)
        for actor in self.actors:
            actor.observe(f"{speaker.name}: {line}", time=self.steps)
        return str(line)


def answer(prompt: str) -> str:
    return LINE


il.register_model("bench", lambda rest, *, name, params, **settings: il_model(name, params))


def il_model(name: str, params: Any) -> il.Model:
    from interlab.models import as_model

    return as_model(answer)


def in_new_folder(work: Callable[[Path], float]) -> Callable[[], float]:
    def run() -> float:
        with tempfile.TemporaryDirectory() as folder:
            return work(Path(folder))

    return run


def traced_steps(folder: Path, *, snapshots: bool = False) -> float:
    store = il.open_store(folder / "run.db")
    with store:
        env = Talk(seed=1)
        start = time.perf_counter()
        env.run(max_steps=STEPS, progress=False, snapshots=snapshots)
        took = time.perf_counter() - start
    store.close()
    return STEPS / took


def bare_steps(folder: Path) -> float:
    memories: list[list[str]] = [[] for _ in range(ACTORS)]
    with (folder / "run.jsonl").open("w") as file:
        start = time.perf_counter()
        for step in range(STEPS):
            prompt = "\n".join(memories[step % ACTORS][-20:]) + "\n\nYour turn."
            line = answer(prompt)
            file.write(json.dumps({"step": step, "prompt": prompt, "reply": line}) + "\n")
            file.flush()
            for memory in memories:
                memory.append(f"actor {step % ACTORS}: {line}")
        took = time.perf_counter() - start
    return STEPS / took


def memories_under_limit() -> tuple[Callable[[], float], Callable[[], float]]:
    texts = [f"{number:05d} " + "memory of something said " * 7 for number in range(10_000)]
    memory = il.ListMemory(token_limit=2_000, memories=texts)
    shown = len(memory.shown())

    def ours() -> float:
        start = time.perf_counter()
        memory.format_memories()
        return (time.perf_counter() - start) * 1e3

    def floor() -> float:
        start = time.perf_counter()
        "\n".join(texts[-shown:])
        return (time.perf_counter() - start) * 1e3

    return ours, floor


def waiting() -> float:
    def slow(prompt: str) -> str:
        time.sleep(0.05)
        return "yes"

    store = il.open_store(":memory:")
    with store, il.TracingNode("eight"):
        start = time.perf_counter()
        il.parallel([lambda: il.query_model(slow, "Well?") for _ in range(8)])
        took = time.perf_counter() - start
    store.close()
    return took * 1e3


def bare_waiting() -> float:
    start = time.perf_counter()
    time.sleep(0.05)
    return (time.perf_counter() - start) * 1e3


def main() -> None:
    begin()
    with_states = functools.partial(traced_steps, snapshots=True)
    ours, stored, floor = medians(in_new_folder(traced_steps), in_new_folder(with_states), in_new_folder(bare_steps))
    what = f"{STEPS} steps of {ACTORS} actors, durable"
    report(f"{what}, every call a node", ours, "steps a second", floor=floor, must="≥ 2,000")
    report(f"{what}, and the state stored after each step", stored, "steps a second", floor=floor)
    format_ours, format_floor = memories_under_limit()
    value, least = median(format_ours, 51), median(format_floor, 51)
    report("10,000 memories under 2,000 tokens", value, "ms", floor=least, must="≤ 0.2")
    value, least = medians(waiting, bare_waiting)
    report("8 queries to a model that waits 50 ms", value, "ms", floor=least, must="≤ 70")


if __name__ == "__main__":
    main()
