"""Seeds of one actor's calls side by side: told apart by what is asked, not by who comes first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import interlab as il
from interlab.models import seeded
from interlab.testing import ScriptedModel
from interlab.tracing.slots import placed


def side_by_side(callables: list[Callable[[], Any]]) -> list[Any]:
    return il.parallel(placed(callables))


def seeds_of(model: ScriptedModel, work: Callable[[list[il.LLMActor]], Any]) -> dict[str, Any]:
    """The seeds of what two actors ask, by who asks what."""
    before = len(model.requests)
    actors = [il.LLMActor(name, model, system_prompt=name) for name in ("A", "B")]
    with seeded(5), il.TracingNode("round"):
        work(actors)
    asked = model.requests[before:]
    return {f"{one.messages[0].text} {one.messages[-1].text}": one.params.seed for one in asked}


def test_seeds_of_questions_side_by_side_do_not_depend_on_arrival() -> None:
    model = ScriptedModel(lambda request: "yes")

    def turns(order: list[int]) -> Callable[[list[il.LLMActor]], Any]:
        def work(actors: list[il.LLMActor]) -> None:
            done = [threading.Event() for _ in order]

            def turn(place: int) -> None:
                rank = order.index(place)
                if rank:
                    assert done[rank - 1].wait(10)
                actors[0].query(f"Question {place}?")
                done[rank].set()

            side_by_side([lambda place=place: turn(place) for place in range(len(order))])  # type: ignore[misc]
            actors[0].query("The last?")

        return work

    one, other = seeds_of(model, turns([0, 1, 2])), seeds_of(model, turns([2, 0, 1]))
    assert one == other
    assert one["A The last?"] not in {one[f"A Question {place}?"] for place in range(3)}


def test_the_same_question_side_by_side_is_drawn_anew_each_time() -> None:
    model = ScriptedModel(lambda request: "yes")

    def work(actors: list[il.LLMActor]) -> None:
        side_by_side([lambda: actors[0].query("Well?")] * 6)
        side_by_side([lambda: side_by_side([lambda: actors[1].query("Well?")] * 2)] * 3)

    seeds_of(model, work)
    first = {request.params.seed for request in model.requests}
    assert len(model.requests) == len(first) == 12
    seeds_of(model, work)
    assert {request.params.seed for request in model.requests[12:]} == first
