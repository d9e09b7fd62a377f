"""What every valuation is: from drafts and the conversation so far to what each message is worth."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from interlab.auction.draft import Draft
from interlab.environments import Talk
from interlab.errors import Unsupported


class Valuation(ABC):
    """What messages are worth. Override `_value`, or `values` where drafts are valued together.

    A value is a finite number, zero or more, in a unit of the valuation's own; who gets any other makes no bid.
    """

    needs_logprobs: ClassVar[bool] = False
    """Whether log-probabilities of the drafts' tokens are needed."""

    needs_draft: ClassVar[bool] = True
    """Whether it values words that are written; others can also value what an actor would say."""

    asks: ClassVar[bool] = False
    """Whether models are asked for values, so that drafts can't be valued anew without calls."""

    @abstractmethod
    def _value(self, draft: Draft, talk: Talk) -> float:
        """What one draft is worth."""

    def values(self, drafts: Sequence[Draft], talk: Talk) -> dict[str, Any]:
        """What drafts are worth, by bidder; those for whom no value was found are missing.

        Args:
            drafts: of different bidders, each with a text unless `needs_draft` is false.
            talk: the conversation as its moderator sees it.
        """
        return {draft.bidder: self._value(draft, talk) for draft in drafts}

    def settings(self) -> dict[str, Any]:
        """How models must be asked for drafts, so that these can be valued."""
        return {"logprobs": True} if self.needs_logprobs else {}

    def check(self, talk: Talk) -> None:
        """Say that the valuation does not work with these actors, before any call.

        Raises:
            Unsupported: an actor's model gives no log-probabilities, and they are needed.
        """
        if not self.needs_logprobs:
            return
        for name in talk.names:
            model: Any = getattr(talk.actor(name), "model", None)
            if "logprobs" not in getattr(model, "capabilities", ()):
                who = f"the model {model.name}" if hasattr(model, "name") else "no model"
                raise Unsupported(
                    f"{type(self).__name__} needs the log-probabilities of drafts, and {name} has {who}, which gives "
                    "none. Use a model that does (see its `capabilities`), or HeuristicValuation, NoveltyValuation, "
                    "SelfReportValuation or JudgeValuation, which work with any."
                )

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class OracleValuation(Valuation):
    """A function knows the values: for simulations and tests, and for actors whose competence is known.

    Args:
        value: ``(draft, talk) -> value``, or values by the actors' names. A function of a module is found again when
            the state is read in another process; others must be handed over with ``classes=``.
    """

    needs_draft = False

    def __init__(self, value: Callable[[Draft, Any], float] | Mapping[str, float]) -> None:
        self.value: Any = value if callable(value) else dict(value)

    def values(self, drafts: Sequence[Draft], talk: Talk) -> dict[str, Any]:
        """Values of those whom the function or mapping knows."""
        if callable(self.value):
            return super().values(drafts, talk)
        return {draft.bidder: self.value[draft.bidder] for draft in drafts if draft.bidder in self.value}

    def _value(self, draft: Draft, talk: Talk) -> float:
        found: float = self.value(draft, talk)
        return found
