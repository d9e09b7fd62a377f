"""When a conversation ends. Conditions compose: ``Messages(20) | Clock(600) | (Turns(4) & Consensus())``.

A condition is part of the conversation's state. It is looked at after every message, unless several are said at the
same time, and at the end of every turn.
Whatever is given, a conversation in which all stay silent ends too: see `Silence`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import Any, Protocol

from interlab.environments.messages import Utterance
from interlab.errors import InvalidArgument, LimitExceeded
from interlab.models.ledger import Limit, limit


class Progress(Protocol):
    """What of a conversation its end may depend on; a `Conversation` is one.

    Attributes:
        transcript: the messages so far, announcements among them.
        names: who takes part.
        turns: turns (steps) that are over.
        time: seconds on the clock.
        spoken: messages of actors so far.
        tokens: tokens of their words, counted or estimated.
        silent_rounds: rounds since the last message in which everybody was silent.
        last_place: by actor, the place of its last message in the transcript.
    """

    @property
    def transcript(self) -> Sequence[Utterance]: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def turns(self) -> int: ...
    @property
    def time(self) -> float: ...
    @property
    def spoken(self) -> int: ...
    @property
    def tokens(self) -> int: ...
    @property
    def silent_rounds(self) -> int: ...
    @property
    def last_place(self) -> Mapping[str, int]: ...


class End(ABC):
    """A condition under which a conversation ends. Override `reached`."""

    @abstractmethod
    def reached(self, talk: Progress) -> str | None:
        """Why the conversation ends now, in a few words; None when it goes on."""

    def around(self) -> AbstractContextManager[Any]:
        """What a turn is made in; for conditions that watch what is spent."""
        return nullcontext()

    def parts(self) -> Iterator[End]:
        """This condition and those it is made of."""
        yield self

    def __or__(self, other: Any) -> End:
        return AnyOf(self, as_end(other))

    def __and__(self, other: Any) -> End:
        return AllOf(self, as_end(other))

    def __ror__(self, other: Any) -> End:
        return AnyOf(as_end(other), self)

    def __rand__(self, other: Any) -> End:
        return AllOf(as_end(other), self)


class _Several(End):
    def __init__(self, *conditions: Any) -> None:
        if not conditions:
            raise InvalidArgument(f"{type(self).__name__} takes at least one condition.")
        self.conditions = tuple(as_end(one) for one in conditions)

    def around(self) -> AbstractContextManager[Any]:
        stack = ExitStack()
        for one in self.conditions:
            stack.enter_context(one.around())
        return stack

    def parts(self) -> Iterator[End]:
        yield self
        for one in self.conditions:
            yield from one.parts()


class AnyOf(_Several):
    """Ends when one of its conditions is reached; written ``a | b``."""

    def reached(self, talk: Progress) -> str | None:
        return next((why for one in self.conditions if (why := one.reached(talk)) is not None), None)

    def __repr__(self) -> str:
        return f"({' | '.join(map(repr, self.conditions))})"


class AllOf(_Several):
    """Ends when all of its conditions are reached together; written ``a & b``."""

    def reached(self, talk: Progress) -> str | None:
        reasons = [one.reached(talk) for one in self.conditions]
        found = [why for why in reasons if why is not None]
        return " and ".join(found) if len(found) == len(reasons) else None

    def __repr__(self) -> str:
        return f"({' & '.join(map(repr, self.conditions))})"


class _Count(End):
    """Ends when something counted reaches a number."""

    def __init__(self, count: float) -> None:
        is_number = isinstance(count, int | float) and not isinstance(count, bool)
        if not is_number or not math.isfinite(count) or count <= 0 or (self._whole and count != int(count)):
            kind = "a whole number of at least 1" if self._whole else "a number above 0"
            raise InvalidArgument(f"{type(self).__name__} takes {kind}; got {count!r}.")
        self.count = count

    _whole = True

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.count:g})"


class Messages(_Count):
    """Ends after so many messages of actors. Announcements do not count; a turn in which several speak at the same
    time is not cut short."""

    def reached(self, talk: Progress) -> str | None:
        return f"{talk.spoken} messages" if talk.spoken >= self.count else None


class Turns(_Count):
    """Ends after so many turns (steps), silent ones included."""

    def reached(self, talk: Progress) -> str | None:
        return f"{talk.turns} turns" if talk.turns >= self.count else None


class Clock(_Count):
    """Ends when the simulated clock shows so many seconds."""

    _whole = False

    def reached(self, talk: Progress) -> str | None:
        return f"the clock shows {talk.time:g} s" if talk.time >= self.count else None


class Tokens(_Count):
    """Ends when what was said has so many tokens; for what models take, prompts included, see `Spending`."""

    def reached(self, talk: Progress) -> str | None:
        return f"{talk.tokens:,} tokens were said" if talk.tokens >= self.count else None


class Spending(End):
    """Ends when calls of models, prompts included, would pass a limit. The call that would is not made.

    What was spent is part of the state, so a fork goes on with what is left. Replayed calls take nothing. A call whose
    reply may have any length reserves all that is left, so others wait for it: give actors `max_tokens`.

    Args:
        tokens: input and output tokens at most.
        cost_usd: dollars at most.
        calls: calls at most.
    """

    def __init__(self, tokens: int | None = None, *, cost_usd: float | None = None, calls: int | None = None) -> None:
        limit(tokens=tokens, cost_usd=cost_usd, calls=calls)  # says what can't be meant
        self.tokens, self.cost_usd, self.calls = tokens, cost_usd, calls
        self.spent_tokens = 0
        self.spent_usd = 0.0
        self.made_calls = 0
        self.refused: str | None = None

    @contextmanager
    def _watching(self) -> Iterator[None]:
        step = self._left()
        try:
            with step:
                yield
        except LimitExceeded as error:
            if error.limit is not step:
                raise
            self.refused = f"the limit on {error.quantity} is reached"
        finally:
            used = step.used
            self.spent_tokens += used.tokens
            self.spent_usd += used.cost_usd
            self.made_calls += used.calls

    def around(self) -> AbstractContextManager[Any]:
        return self._watching()

    def _left(self) -> Limit:
        return limit(
            tokens=None if self.tokens is None else max(0, self.tokens - self.spent_tokens),
            cost_usd=None if self.cost_usd is None else max(0.0, self.cost_usd - self.spent_usd),
            calls=None if self.calls is None else max(0, self.calls - self.made_calls),
            warn_at=None,
        )

    def reached(self, talk: Progress) -> str | None:
        if self.refused is None and (
            (self.tokens is not None and self.spent_tokens >= self.tokens)
            or (self.cost_usd is not None and self.spent_usd >= self.cost_usd)
            or (self.calls is not None and self.made_calls >= self.calls)
        ):
            return "the limit on spending is used up"
        return self.refused

    def __repr__(self) -> str:
        return f"Spending(tokens={self.tokens}, cost_usd={self.cost_usd}, calls={self.calls})"


class Silence(_Count):
    """Ends after so many rounds in which everybody was asked and stayed silent.

    One round is enough for any conversation; a condition that asks for more makes the conversation wait as long.
    Failures are silence. A moderator that does not ask everybody has ten turns per actor for a round.
    """

    def __init__(self, rounds: int = 1) -> None:
        super().__init__(rounds)

    def reached(self, talk: Progress) -> str | None:
        return "all were silent" if talk.silent_rounds >= self.count else None


class Consensus(End):
    """Ends when enough of the actors said the same in their last messages, and all have spoken.

    Args:
        share: of the actors who must agree, in (0, 1].
        opinion: what of a message must agree: a function of the message; by default its typed value, else its words
            without regard to capitals and surrounding marks. None from it means no opinion yet.
    """

    def __init__(self, share: float = 1.0, *, opinion: Callable[[Utterance], Any] | None = None) -> None:
        if not isinstance(share, int | float) or isinstance(share, bool) or not 0 < share <= 1:
            raise InvalidArgument(f"The share that must agree lies in (0, 1]; got {share!r}.")
        self.share = share
        self.opinion = opinion

    def reached(self, talk: Progress) -> str | None:
        names = talk.names
        if not names or any(name not in talk.last_place for name in names):
            return None
        opinion = self.opinion or opinion_of
        held = Counter(
            said for name in names if (said := _hashable(opinion(talk.transcript[talk.last_place[name]]))) is not None
        )
        if not held:
            return None
        said, count = held.most_common(1)[0]
        return f"{count} of {len(names)} agree on {said!r:.60}" if count >= self.share * len(names) - 1e-9 else None

    def __repr__(self) -> str:
        return f"Consensus({self.share:g})"


def opinion_of(message: Utterance) -> Any:
    """What a message says, for comparison: its typed value, else its words in small letters without marks around."""
    return message.value if message.value is not None else message.text.casefold().strip(" \t\n.!?,;:\"'")


def _hashable(opinion: Any) -> Any:
    try:
        hash(opinion)
    except TypeError:
        return repr(opinion)
    return opinion


class Predicate(End):
    """Ends when a function of the conversation says so.

    Args:
        function: returns whether it ends, or a text that says why. A function of a module is found again when the
            state is read in another process; others must be handed over with ``classes=``.
        reason: why it ends, when the function only says that it does.
    """

    def __init__(self, function: Callable[[Any], bool | str | None], reason: str | None = None) -> None:
        if not callable(function):
            raise InvalidArgument(f"Predicate takes a function of the conversation; got {function!r:.80}.")
        self.function = function
        self.reason = reason

    def reached(self, talk: Progress) -> str | None:
        found = self.function(talk)
        if isinstance(found, str) and found:
            return found
        return (self.reason or getattr(self.function, "__name__", "the predicate")) if found else None

    def __repr__(self) -> str:
        return f"Predicate({getattr(self.function, '__name__', self.function)})"


def as_end(given: Any) -> End:
    """A condition as it may be given: one, or a function of the conversation.

    Raises:
        InvalidArgument: it is neither.
    """
    if isinstance(given, End):
        return given
    if callable(given) and not isinstance(given, type):
        return Predicate(given)
    raise InvalidArgument(
        f"An end is Messages(n), Turns(n), Clock(seconds), …, or a function of the conversation; got {given!r:.80}."
    )
