"""The scenarios that `il.lab()` offers, as functions of plain values: a form can be made of each signature.

A parameter called ``…_model`` chooses who plays somebody. Add one of your own with the decorator `scenario`, or give
any function that makes an environment to ``il.lab(scenarios=[…])``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import interlab as il
from interlab.environments import Conversation, Messages
from interlab_zoo.debate import Debate, ScriptedDebater
from interlab_zoo.matrix_game import MatrixGame, prisoners_dilemma
from interlab_zoo.negotiation import CarSale
from interlab_zoo.sharded_facts import ShardedFacts, WitnessKind, draw_witnesses, make_puzzle

Make = TypeVar("Make", bound=Callable[..., Any])

SCENARIOS: list[Callable[..., Any]] = []
"""What is offered, in this order."""


def scenario(title: str, about: str = "", **bounds: tuple[float | None, float | None]) -> Callable[[Make], Make]:
    """Offer a function or class that makes an environment.

    Args:
        title: what it is called.
        about: what it is, in a line; the docstring's first paragraph by default.
        **bounds: by parameter, the least and the most that it can be.
    """

    def mark(make: Make) -> Make:
        make.__scenario__ = {"title": title, "about": about, "bounds": bounds}  # type: ignore[attr-defined]  # a mark on a function
        SCENARIOS.append(make)
        return make

    return mark


scenario(
    "Car sale",
    "A buyer with a budget and a seller with a lowest price haggle over a used car.",
    buyer_limit=(1, None),
    seller_limit=(1, None),
    asking_price=(1, None),
    max_steps=(1, 60),
)(CarSale)


@scenario("Prisoner's dilemma", "Two players talk, then cooperate or defect, round after round.",
          rounds=(1, 50), talk_turns=(0, 6))  # fmt: skip
def dilemma(
    ann_model: str = "demo", ben_model: str = "demo", *, rounds: int = 5, talk_turns: int = 0, seed: int | None = None
) -> MatrixGame:
    """Two players who cooperate or defect: 3 each, 1 each, or 5 and 0.

    Args:
        ann_model: who plays Ann. The model "demo" chooses by chance here.
        ben_model: who plays Ben.
        rounds: how often they choose.
        talk_turns: turns of talk before each choice; "demo" has nothing to say.
        seed: decides everything drawn.
    """
    players = [il.LLMActor("Ann", ann_model), il.LLMActor("Ben", ben_model)]
    return prisoners_dilemma(players, rounds=rounds, talk_turns=talk_turns, seed=seed)


@scenario("Auction for the floor", "Witnesses who each know a part of the answer bid to be heard, within a budget.",
          boxes=(1, 12), witnesses=(1, 24), competence=(0, 1), calibration=(0, 1), budget=(1, 5000))  # fmt: skip
def floor_auction(
    *,
    boxes: int = 4,
    witnesses: int = 6,
    competence: float = 0.8,
    calibration: float = 0.8,
    mechanism: Literal["second price", "first price", "by chance"] = "second price",
    budget: int = 120,
    seed: int | None = None,
) -> ShardedFacts:
    """Scripted witnesses bid what their words are worth; needs no model.

    Args:
        boxes: how many parts the answer has.
        witnesses: how many know one.
        competence: how probable it is that a witness saw the right number.
        calibration: how far confidence follows from being right.
        mechanism: who wins and pays what.
        budget: tokens that may be heard in all.
        seed: decides everything drawn.
    """
    drawn = 0 if seed is None else seed
    puzzle = make_puzzle(boxes, drawn)
    actors = draw_witnesses(puzzle, [WitnessKind(competence, calibration=calibration)] * witnesses, drawn)
    rules: dict[str, Any] = {"second price": il.SecondPrice, "first price": il.FirstPrice, "by chance": il.Lottery}
    moderator = il.AuctionModerator(rules[mechanism](), il.SelfReportValuation(), budget=budget)
    return ShardedFacts(puzzle, actors, moderator=moderator, seed=seed)


@scenario("Debate by script", "Debaters of known competence answer, hear each other, answer again, and vote.",
          debaters=(2, 9), competence=(0, 1), stubbornness=(0, 20), rounds=(0, 10))  # fmt: skip
def scripted_debate(
    *, debaters: int = 4, competence: float = 0.6, stubbornness: float = 1.0, rounds: int = 3, seed: int | None = None
) -> Debate:
    """Scripted debaters with three options, of which "Paris" is right; needs no model.

    Args:
        debaters: how many there are.
        competence: how probable it is that an answer of one's own is right.
        stubbornness: the weight of one's own answer beside one of others.
        rounds: rounds after the first.
        seed: decides everything drawn.
    """
    options = ("Paris", "Lyon", "Nice")
    cast = [
        ScriptedDebater(
            name, options, "Paris", competence=competence, stubbornness=stubbornness, seed=0 if seed is None else seed
        )
        for name in _NAMES[:debaters]
    ]
    return Debate("What is the capital of France?", cast, right="Paris", rounds=rounds, seed=seed)


@scenario("Debate", "Three models answer a question, hear each other with how sure each is, and answer again.",
          rounds=(0, 10))  # fmt: skip
def debate(
    ann_model: str = "local/smollm2",
    ben_model: str = "local/smollm2",
    eve_model: str = "local/smollm2",
    *,
    question: str = "Is a whale a fish?",
    right_answer: str = "no",
    rounds: int = 1,
    seed: int | None = None,
) -> Debate:
    """A debate between models, with the vote at the end.

    Args:
        ann_model: who plays Ann. Take a language model: "demo" knows only how to haggle.
        ben_model: who plays Ben.
        eve_model: who plays Eve.
        question: what they debate.
        right_answer: the right answer, for the score.
        rounds: rounds after the first.
        seed: decides everything drawn.
    """
    models = {"Ann": ann_model, "Ben": ben_model, "Eve": eve_model}
    cast = [il.LLMActor(name, model) for name, model in models.items()]
    return Debate(question, cast, right=right_answer, rounds=rounds, seed=seed)


@scenario("Talk", "Two talk about a topic of your choice, in turns.", messages=(1, 100))
def talk(
    ann_model: str = "local/smollm2",
    ben_model: str = "local/smollm2",
    *,
    topic: str = "whether cats or dogs are the better company",
    messages: int = 6,
    seed: int | None = None,
) -> Conversation:
    """A free conversation.

    Args:
        ann_model: who plays Ann. Take a language model or a person: "demo" knows only how to haggle.
        ben_model: who plays Ben.
        topic: what they talk about.
        messages: how many they exchange.
        seed: decides everything drawn.
    """
    prompt = "You are {name}. Speak in one or two short sentences."
    cast = [
        il.LLMActor(name, model, system_prompt=prompt.format(name=name), params=il.Params(max_tokens=80))
        for name, model in (("Ann", ann_model), ("Ben", ben_model))
    ]
    return Conversation(cast, topic=topic, end=Messages(messages), seed=seed)


_NAMES = ("Ann", "Ben", "Eve", "Dan", "Fay", "Gus", "Ida", "Joe", "Kim")
