"""Whether an actor keeps what every actor promises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from interlab.actors import BaseActor
from interlab.errors import InvalidArgument
from interlab.memory import BaseMemory
from interlab.testing.comparing import Subject, difference, own_trace, value_digest

SEED = 1_234
OBSERVATIONS = ("Alice asks $3,000 for the car.", "2023", "Bob: {braces} are text. 🚗")
PROMPTS = (
    "Your asking price is $3,000. What do you say?",
    "Would you take $2,500 for the car?",
    "What is your last price?",
)


def check_actor(
    make_actor: Callable[[], BaseActor],
    *,
    prompts: Sequence[Any] = PROMPTS,
    observations: Sequence[Any] = OBSERVATIONS,
    expected_type: Any = None,
    round_trip: bool = True,
) -> None:
    """Check that an actor keeps what every actor promises.

    Two that are made alike and hear the same answer the same; a query leaves the memory as it was and answers with
    the asked type; `observe` returns nothing; each is one node of its kind, in the actor's name and colour; forks leave
    each other alone and go on as the original; the state survives being written and read back.

    The actor hears one observation and then one prompt, as often as there are prompts, about six times over.

    Args:
        make_actor: makes a new actor, alike every time, with a model that answers the same request alike.
        prompts: what it is asked, one after another, at least 1.
        observations: what it hears before each, begun again when there are fewer; empty for none.
        expected_type: the type of its answers; None for text.
        round_trip: whether the state must be writable to a store.

    Raises:
        ConformanceError: a promise is broken; says which, what happened, and what to do.
        InvalidArgument: no prompts.
    """
    if not prompts:
        raise InvalidArgument("check_actor() asks something; give at least one prompt.")
    actor = make_actor()
    if not isinstance(actor, BaseActor):
        raise InvalidArgument(f"make_actor makes a BaseActor; it made a {type(actor).__name__}.")
    subject = Subject(type(actor).__name__, "actor")
    if not isinstance(actor.name, str) or not actor.name:
        subject.fails(
            "it has a name",
            expected="a name that is not empty",
            happened=f"the name is {actor.name!r}",
            advice="call super().__init__(name).",
        )
    checking = _Checking(subject, make_actor, prompts, observations, expected_type)
    states, answers = [subject.digest(actor)], [""]
    for place in range(len(prompts)):
        answers.append(checking.exchange(actor, place))
        states.append(subject.digest(actor))
    check = "made alike, actors answer alike"
    advice = (
        "keep no state in classes, modules or closures, draw nothing by chance, and use a model that can be seeded."
    )
    twin = make_actor()
    if subject.digest(twin) != states[0]:
        subject.fails(
            check,
            expected="make_actor() makes equal actors",
            happened=difference(make_actor(), twin, "actor"),
            advice=advice,
        )
    checking.go_on(check, "a second actor, made alike,", twin, 0, states, answers, advice)
    original = make_actor()
    for place in range(len(prompts)):
        checking.forks(original, place, states, answers, round_trip)


class _Checking:
    def __init__(
        self,
        subject: Subject,
        make_actor: Callable[[], BaseActor],
        prompts: Sequence[Any],
        observations: Sequence[Any],
        expected_type: Any,
    ) -> None:
        self.subject = subject
        self.make_actor = make_actor
        self.prompts = prompts
        self.observations = observations
        self.expected_type = expected_type

    def exchange(self, actor: BaseActor, place: int) -> str:
        """Tell and ask the actor something, check both, and give a digest of the answer."""
        if self.observations:
            self.observe(actor, self.observations[place % len(self.observations)])
        return self.query(actor, self.prompts[place])

    def again(self, places: int) -> BaseActor:
        """Another actor after as many exchanges, as it should be."""
        actor = self.make_actor()
        for place in range(places):
            self.exchange(actor, place)
        return actor

    def observe(self, actor: BaseActor, observation: Any) -> None:
        with own_trace(SEED) as node:
            given = actor.observe(observation)  # type: ignore[func-returns-value]  # which is what is checked
            if given is not None:
                self.subject.fails(
                    "observe returns nothing",
                    expected="observe() returns None",
                    happened=f"it returned a {type(given).__name__}",
                    advice="override _observe, and ask with query().",
                )
            self.recorded(actor, node.children, "observe")

    def query(self, actor: BaseActor, prompt: Any) -> str:
        memory = getattr(actor, "memory", None)
        before = self.subject.forked(memory) if isinstance(memory, BaseMemory) else None
        with own_trace(SEED) as node:
            answer = actor.query(prompt, expected_type=self.expected_type)
            self.recorded(actor, node.children, "query")
            if not node.children[0].has_result:
                self.not_recorded("the node's result is the answer", "it has none", "query")
        if before is not None:
            self.subject.must_equal(
                "a query leaves the memory as it was",
                before,
                memory,
                expected="the memory is the same before and after query()",
                advice="let _query only read the memory; the environment tells the actor what to remember.",
            )
        self.right_type(answer)
        return value_digest(answer)

    def right_type(self, answer: Any) -> None:
        wanted = str if self.expected_type is None else self.expected_type
        if isinstance(wanted, type) and not isinstance(answer, wanted):
            self.subject.fails(
                "answers are of the asked type",
                expected=f"an answer of type {wanted.__name__}",
                happened=f"a {type(answer).__name__} ({answer!r:.60})",
                advice="heed expected_type in _query, or tell check_actor which type the actor answers with.",
            )

    def recorded(self, actor: BaseActor, nodes: list[Any], kind: str) -> None:
        found = [(node.kind, node.name, node.meta.get("color")) for node in nodes]
        if found != [(kind, actor.name, actor.color)]:
            self.not_recorded(
                f"one node of kind {kind!r} named {actor.name!r} in the colour {actor.color}", f"{found[:4]}", kind
            )
        for inner in nodes[0].descendants():
            if not inner.is_closed:
                self.not_recorded("every node inside is closed", f"{inner.name!r} is open", kind)

    def not_recorded(self, expected: str, happened: str, kind: str) -> None:
        self.subject.fails(
            "what an actor does is recorded",
            expected=expected,
            happened=happened,
            advice=f"override _{kind}, not {kind}, and call models through query_model or call_model.",
        )

    def go_on(
        self, check: str, who: str, actor: BaseActor, start: int, states: list[str], answers: list[str], advice: str
    ) -> None:
        """Let an actor live on from a place, and compare it with the first one's life."""
        for place in range(start, len(self.prompts)):
            answer = self.exchange(actor, place)
            if answer != answers[place + 1]:
                happened = f"its answer number {place + 1} is another one"
            elif self.subject.digest(actor) != states[place + 1]:
                happened = f"its state after answer number {place + 1} is another one"
            else:
                continue
            self.subject.fails(check, expected=f"{who} answers as the first did", happened=happened, advice=advice)

    def forks(self, actor: BaseActor, place: int, states: list[str], answers: list[str], round_trip: bool) -> None:
        """Fork the actor at a place, let the fork live on, then the actor itself."""
        check = "forks are isolated"
        advice = "keep all that decides the next answer in attributes: not in classes, modules, closures or models."
        who = f"after {place} answers"
        untouched = self.subject.forked(actor)
        fork = self.subject.forked(actor)
        if self.subject.digest(fork) != states[place]:
            self.subject.fails(
                check,
                expected="a fork has the content of the original",
                happened=difference(actor, fork, "actor"),
                advice=advice,
            )
        self.go_on("a fork goes on as the original", f"an unchanged fork {who}", fork, place, states, answers, advice)
        if self.subject.digest(actor) != states[place]:
            self.subject.fails(
                check,
                expected=f"what a fork does leaves the original as it was {who}",
                happened=difference(self.again(place), actor, "actor"),
                advice=advice,
            )
        if round_trip:
            restored = self.subject.restored(actor)
            self.go_on(
                "the state survives a round trip", f"what is restored {who}", restored, place, states, answers, advice
            )
        answer = self.exchange(actor, place)
        if answer != answers[place + 1] or self.subject.digest(actor) != states[place + 1]:
            self.subject.fails(
                check,
                expected=f"the original goes on as if nobody had forked it {who}",
                happened="its next answer or its state is another one",
                advice=advice,
            )
        if self.subject.digest(untouched) != states[place]:
            self.subject.fails(
                check,
                expected=f"what the original does leaves its fork as it was {who}",
                happened="the fork's content changed",
                advice=advice,
            )
