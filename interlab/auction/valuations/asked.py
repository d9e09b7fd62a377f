"""Values that somebody is asked for: the actor itself, or a judge. Answers are typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from interlab.actors import BaseActor, LLMActor
from interlab.auction.bids import bid_fault, checked_price
from interlab.auction.draft import Draft
from interlab.auction.valuations.base import Valuation
from interlab.environments import Talk
from interlab.errors import InvalidArgument
from interlab.tracing import FormatStr

OWN_DRAFT = FormatStr(
    "You, {name}, could say this now:\n{draft}\nOthers want to speak, too. How much would it help the conversation if "
    "this were heard? Answer with a number from 0 (not at all) to {scale} (nothing could help more)."
)
NO_DRAFT = FormatStr(
    "Others want to speak, too. Without writing down what you, {name}, would say: how much would it help the "
    "conversation if you spoke next, in at most {tokens} tokens? Answer with a number from 0 (not at all) to {scale} "
    "(nothing could help more)."
)
JUDGED = FormatStr(
    "{topic}{heard}{name} wants to say this:\n{draft}\nHow much would it help the conversation if this were heard? "
    "Answer with a number from 0 (not at all) to {scale} (nothing could help more)."
)


class _Asked(Valuation):
    """Somebody names a number from 0 to `scale`; the value is its share of the scale, in [0, 1]."""

    asks = True

    def __init__(self, scale: float) -> None:
        self.scale = checked_price(scale, "scale")
        if self.scale == 0:
            raise InvalidArgument("The scale goes from 0 to a number above it; got 0.")

    def _share(self, answer: Any) -> Any:
        # What is beyond the scale is read as its end; what is no number at all is handed on, and makes no bid.
        return answer if bid_fault(answer) else min(1.0, float(answer) / self.scale)

    def _value(self, draft: Draft, talk: Talk) -> float:
        return float(self.values([draft], talk)[draft.bidder])


class SelfReportValuation(_Asked):
    """Each actor says what its message is worth, after its draft or, bidding first, without one.

    Cheap talk: nothing but the mechanism and the actor's own interest keeps it honest. See `calibration`.

    Args:
        scale: the highest number that may be answered, above 0.
    """

    needs_draft = False

    def __init__(self, scale: float = 10.0) -> None:
        super().__init__(scale)

    def values(self, drafts: Sequence[Draft], talk: Talk) -> dict[str, Any]:
        """What each says, asked side by side; those whose model fails are missing."""
        questions = {
            draft.bidder: (
                NO_DRAFT.format(name=draft.bidder, scale=f"{self.scale:g}", tokens=str(draft.tokens))
                if draft.text is None
                else OWN_DRAFT.format(name=draft.bidder, draft=draft.text, scale=f"{self.scale:g}")
            )
            for draft in drafts
        }
        answers = talk.ask(list(questions), questions, expected_type=float)
        return {name: self._share(answer) for name, answer in answers.items() if answer is not None}


class JudgeValuation(_Asked):
    """A model reads the last messages and says what each draft is worth. Its tokens are nobody's charge.

    Args:
        model: a model, a name for `get_model`, a callable; or an actor, who judges.
        scale: the highest number that may be answered, above 0.
        shown: how many of the last messages the judge is shown, at least 0.
        name: how the judge is called.
    """

    def __init__(self, model: Any, *, scale: float = 10.0, shown: int = 20, name: str = "Judge") -> None:
        super().__init__(scale)
        if not isinstance(shown, int) or isinstance(shown, bool) or shown < 0:
            raise InvalidArgument(f"shown is a whole number of messages, at least 0; got {shown!r}.")
        self.judge = model if isinstance(model, BaseActor) else LLMActor(name, model)
        self.shown = shown

    def check(self, talk: Talk) -> None:
        """Raise InvalidArgument if an actor has the judge's name: their tokens could not be told apart."""
        if self.judge.name in talk.names:
            raise InvalidArgument(f"The judge and an actor are both called {self.judge.name!r}; name the judge.")

    def values(self, drafts: Sequence[Draft], talk: Talk) -> dict[str, Any]:
        """What the judge says of each, asked side by side; those on whom it fails are missing."""
        transcript = talk.transcript
        heard = "\n".join(str(message) for message in transcript[max(0, len(transcript) - self.shown) :])
        questions = {
            draft.bidder: JUDGED.format(
                topic=f"The conversation is about {talk.topic}.\n\n" if talk.topic else "",
                heard=f"The last messages:\n{heard}\n\n" if heard else "",
                name=draft.bidder,
                draft=draft.text or "",
                scale=f"{self.scale:g}",
            )
            for draft in drafts
        }
        judges = dict.fromkeys(questions, self.judge)
        answers = talk.ask(list(questions), questions, expected_type=float, instead=judges)
        return {name: self._share(answer) for name, answer in answers.items() if answer is not None}
