"""Whether a memory keeps what every memory promises."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from interlab.errors import InvalidArgument
from interlab.memory import BaseMemory
from interlab.models import count_tokens
from interlab.testing.comparing import Subject, difference, own_trace
from interlab.tracing import FormatStr
from interlab.tracing.format_str import Filled

TEXTS = (
    "Alice asks $3,000 for the car.",
    "2023",
    "Bob: I could pay 2,100, not more.",
    "true",
    "A line\nand another\n\nand {braces} that are no field.",
    "Žluťoučký kůň, 駅, 🚗",
    "Alice: " + "the engine was overhauled last spring, " * 12 + "I promise.",
    "ok",
    "null",
    "Bob offers $2,300.",
)
LIMITS = (1, 5, 12, 40, 100, 1_000)


def check_memory(
    make_memory: Callable[[], BaseMemory],
    *,
    texts: Sequence[str] = TEXTS,
    token_limits: Sequence[int] = LIMITS,
    round_trip: bool = True,
) -> None:
    """Check that a memory keeps what every memory promises.

    Two that are filled alike are alike; what is shown stands in the order in which it was added and keeps to the token
    limit; showing changes nothing; forks leave each other alone; the state survives being written and read back;
    a text stays a text.

    Args:
        make_memory: makes a new memory, alike every time.
        texts: what it is told, different from one another, at least 2.
        token_limits: limits asked of `format_memories`, each at least 1.
        round_trip: whether the state must be writable to a store.

    Raises:
        ConformanceError: a promise is broken; says which, what happened, and what to do.
        InvalidArgument: fewer than two texts.
    """
    if len(set(texts)) != len(texts) or len(texts) < 2:
        raise InvalidArgument(f"check_memory() needs at least two texts, all different; got {len(texts)}.")
    memory = make_memory()
    if not isinstance(memory, BaseMemory):
        raise InvalidArgument(f"make_memory makes a BaseMemory; it made a {type(memory).__name__}.")
    subject = Subject(type(memory).__name__, "memory")
    with own_trace():
        _fill(subject, memory, texts)
        before = subject.digest(memory)
        twin = make_memory()
        _fill(subject, twin, texts)
        if subject.digest(memory) != before:
            subject.fails(
                "memories are apart",
                expected="what one memory is told leaves another as it was",
                happened="the other's content changed",
                advice="keep memories in an attribute of the instance, not in the class, a module or a closure.",
            )
        subject.must_equal(
            "filled alike, memories are alike",
            memory,
            twin,
            expected="two memories told the same have the same content",
            advice="keep no state in the class or a module, and draw nothing by chance.",
        )
        _refusals(subject, memory)
        _showing(subject, memory, texts, token_limits)
        for place in (0, 1, len(texts) // 2, len(texts)):
            _forks(subject, make_memory, texts, place, round_trip)


def _fill(subject: Subject, memory: BaseMemory, texts: Sequence[str]) -> None:
    for place, text in enumerate(texts):
        given = memory.add_memory(text, time=place)  # type: ignore[func-returns-value]  # which is what is checked
        if given is not None:
            subject.fails(
                "adding returns nothing",
                expected="add_memory() returns None",
                happened=f"it returned a {type(given).__name__}",
                advice="override _add instead of add_memory.",
            )


def _refusals(subject: Subject, memory: BaseMemory) -> None:
    before, length = subject.digest(memory), len(memory)
    wrong: list[object] = [2023, None, b"bytes", ["a"]]
    for value in wrong:
        try:
            memory.add_memory(value)  # type: ignore[arg-type]  # which is what is checked
        except InvalidArgument:
            continue
        subject.fails(
            "only texts are remembered",
            expected=f"add_memory({value!r}) raises InvalidArgument",
            happened="it was accepted",
            advice="override _add instead of add_memory, which checks.",
        )
    if subject.digest(memory) != before or len(memory) != length:
        subject.fails(
            "only texts are remembered",
            expected="what was refused leaves the memory as it was",
            happened=f"the content changed, and its length from {length} to {len(memory)}",
            advice="check before changing anything.",
        )


def _showing(subject: Subject, memory: BaseMemory, texts: Sequence[str], limits: Sequence[int]) -> None:
    untouched = subject.forked(memory)
    before = subject.digest(memory)
    for query in (None, "What was offered?", texts[0]):
        for limit in (None, *limits):
            shown = memory.format_memories(query, token_limit=limit)
            _shown_well(subject, shown, texts)
            if shown != memory.format_memories(query, token_limit=limit):
                subject.fails(
                    "showing changes nothing",
                    expected="the same question shows the same memories again",
                    happened="the second time they were others",
                    advice="let format_memories() only read.",
                )
            tokens = count_tokens(str(shown), getattr(memory, "model", None))
            if limit is not None and tokens > limit:
                subject.fails(
                    "the token limit holds",
                    expected=f"at most {limit} tokens, separators included",
                    happened=f"{tokens} tokens: {str(shown)!r:.80}",
                    advice="stop before the memory that does not fit, and show nothing when not even one does.",
                )
    if subject.digest(memory) != before:
        subject.fails(
            "showing changes nothing",
            expected="format_memories() leaves the memory as it was",
            happened=difference(untouched, memory, "memory"),
            advice="let format_memories() only read; do what must be kept when a memory is added.",
        )


def _shown_well(subject: Subject, shown: FormatStr, texts: Sequence[str]) -> None:
    if not isinstance(shown, FormatStr):
        subject.fails(
            "memories are shown as fields",
            expected="format_memories() returns a FormatStr",
            happened=f"it returned a {type(shown).__name__}",
            advice='build it with FormatStr.from_parts([Filled("memory", text), …]) or FormatStr("…").format(…).',
        )
    if shown.free_fields:
        subject.fails(
            "memories are shown as fields",
            expected="no field is left open: braces in a memory are text",
            happened=f"open fields: {', '.join(sorted(shown.free_fields))}",
            advice="put memories in as values of fields, not as templates.",
        )
    places = {text: place for place, text in enumerate(texts)}
    order = [places[str(part.text)] for part in shown.parts if isinstance(part, Filled) and str(part.text) in places]
    if order != sorted(order):
        subject.fails(
            "memories keep their order",
            expected="what is shown stands in the order in which it was added",
            happened=f"the order is {order}",
            advice="choose by importance or relevance, then sort what was chosen by when it was added.",
        )


def _forks(
    subject: Subject, make_memory: Callable[[], BaseMemory], texts: Sequence[str], place: int, round_trip: bool
) -> None:
    check = "forks are isolated"
    advice = (
        "keep memories in an attribute of the instance, best in an il.Log, not in the class, a module or a closure."
    )
    memory, twin = make_memory(), make_memory()
    for one in (memory, twin):
        _fill(subject, one, texts[:place])
    fork = subject.forked(memory)
    subject.must_equal(check, memory, fork, expected="a fork has the content of the original", advice=advice)
    restored = subject.restored(memory) if round_trip else subject.forked(memory)
    _fill(subject, fork, ["only in the fork", *texts[place:]])
    subject.must_equal(check, twin, memory, expected="adding to a fork leaves the original as it was", advice=advice)
    waiting = subject.forked(memory)
    _fill(subject, memory, texts[place:])
    subject.must_equal(check, twin, waiting, expected="adding to the original leaves its fork as it was", advice=advice)
    for one in (twin, waiting, restored):
        for later, text in enumerate(texts[place:]):
            one.add_memory(text, time=later)
    for one, who in ((twin, "the original"), (waiting, "a fork"), (restored, "what was restored")):
        if one is not twin:
            subject.must_equal(
                check,
                memory,
                one,
                expected=f"{who} goes on as the original did, after {place} memories",
                advice=advice,
            )
        if str(one.format_memories()) != str(memory.format_memories()):
            subject.fails(
                check,
                expected=f"{who} shows what the original shows, after {place} memories",
                happened="it shows something else",
                advice=advice,
            )
