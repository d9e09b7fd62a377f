"""What the demo model makes of a prompt: who it plays, its limits, who offered what, and rumours.

Patterns, not understanding: the aim is to read the plain English of negotiation prompts whatever the exact
template. What isn't recognised is left out, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from interlab.models.messages import Message

Side: TypeAlias = Literal["buyer", "seller"]

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_MONEY = re.compile(
    rf"(?P<sign>[$€£])\s?(?P<a>{_NUMBER})(?P<ak>k\b)?"
    rf"|(?P<b>{_NUMBER})(?P<bk>k)?\s?(?P<word>dollars?\b|USD\b|euros?\b|EUR\b|€|pounds?\b|GBP\b)"
    rf"|[\"']?(?:price|offer|amount|bid)[\"']?\s*[:=]\s*(?P<c>{_NUMBER})",
    re.IGNORECASE,
)
# Bare numbers count as money only after such words, and only where no currency is written.
_BARE = re.compile(
    rf"\b(?:offer(?:s|ed)?|pay|paying|for|at|price of|price is|bid|take|accept|do|how about)\s+(?:you\s+)?"
    rf"(?P<a>{_NUMBER})(?P<ak>k\b)?(?!\s*(?:%|km|miles|years?|rounds?|turns?|times))(?![\d.,]*\d)",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"at most|no more than|not more than|up to"
    r"|(?:n't|not|never|nothing) (?:\w+ ){0,3}(?:more than|above|over)"
    r"|budget|maximum|\bmax\b|limit|afford|highest|ceiling|willing to pay",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    r"at least|no less than|not less than|nothing less than|(?:n't|not|never|nothing) (?:\w+ ){0,4}"
    r"(?:less than|lower than|below|under)|minimum|\bmin\b|lowest|floor|reserve|limit"
    r"|willing to (?:accept|take)",
    re.IGNORECASE,
)
_LIMITS = {
    "buyer": (_AT_MOST, re.compile(r"at most|limit|budget|maximum", re.IGNORECASE)),
    "seller": (_AT_LEAST, re.compile(r"at least|limit|minimum|or more", re.IGNORECASE)),
}
"""What names a limit before an amount, and after it."""

_ASKING = re.compile(r"asking|list(?:ed|ing)?\b|list price|advertis|sticker|tag says", re.IGNORECASE)
_WISH = re.compile(
    r"would like|would love|'d like|'d love|hope|ideal|prefer|aim|goal|target|dream|happy", re.IGNORECASE
)
_NAME = re.compile(r"\b(?i:you are|you're|your name is|act as|you play)\s+(?:called |named )?([A-Z][\w'’-]*)")
_SIDE = re.compile(
    r"\b(?:buy|buyer|buying|purchase|purchasing)\b|\b(?:sell|seller|selling|owner|dealer|vendor|salesman)\b",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"^[\s>*\-•]*(?:\[?\d+[\].):]*\s+)?(?P<who>[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)?)(?:\s*\([^)]*\))?"
    r"(?:\s+(?:said|says|replied|replies|answered|answers|wrote))?\s*:\s*(?P<what>.+)$"
)
_REPORTED = re.compile(
    r"^[\s>*\-•]*(?P<who>[A-Z][\w'’-]*|[Tt]he (?:buyer|seller))\s+(?:has |have |just |now )*"
    r"(?P<what>(?:offer(?:s|ed)?|propose[sd]?|bids?|counter(?:s|ed)?|made an offer|asks?|asked"
    r"|accept(?:s|ed)?|walk(?:s|ed)? away|reject(?:s|ed)?)\b.*)$"
)
_NO_SPEAKER = re.compile(
    r"answer|assistant|budget|car|context|conversation|deadline|event|example|format|goal|hint|history|important"
    r"|instructions?|item|json|limit|maximum|memory|minimum|name|news|notes?|observation|price|product|question"
    r"|reserve|role|round|rules?|rumou?r|schema|situation|step|system|task|tool|transcript|user",
    re.IGNORECASE,
)
"""Words before a colon that are headings, not names."""

_RIVAL = re.compile(
    r"\b(?:another|a competing|competing|a rival|rival|a second|a different|other|an alternative|a better)\s+"
    r"(?:\w+\s+){0,2}?(?P<what>offers?|bids?|proposals?|buyers?|customers?|bidders?|sellers?|dealers?|dealerships?"
    r"|shops?|cars?|part(?:y|ies)|person|people)\b",
    re.IGNORECASE,
)
_ACCEPTS = re.compile(
    r"\baccept(?:s|ed)?\b(?! (?:any|less|nothing|at least))|\bdeal\b|\bagreed\b|\bi agree\b"
    r"|\bi(?:'|’)ll take it\b|\bsold\b",
    re.IGNORECASE,
)
_NO_DEAL = re.compile(r"\bno deal\b|walk(?:s|ed|ing)? away|walk_away|goodbye|looking elsewhere", re.IGNORECASE)
_REFUSED = re.compile(
    r"(?:can(?:'|’)?t|cannot|won(?:'|’)?t|not|reject(?:s|ed)?|instead of|than|from|over)"
    r"(?:\s+\w+){0,3}\s*(?:at |for |to |your |offer of )*$",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\b(?:I|I'm|I'll|I’ll|[Mm]y|[Ww]e|[Oo]ur)\b|walk away|\b[Dd]eal\b")
_ROUND = re.compile(
    r"\b(?:round|turn|step)\s+(\d+)\s*(?:of|/)\s*(\d+)|(\d+)\s+(?:more\s+)?(?:rounds?|turns?)\s+(?:left|remain)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something said in the negotiation.

    Args:
        mine: whether the actor played here said it.
        text: the words.
        offer: the price it puts on the table, if any.
        accepts: whether it closes a deal.
        leaves: whether it breaks off.
    """

    mine: bool
    text: str
    offer: float | None = None
    accepts: bool = False
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class Rival:
    """An outside option somebody is said to have.

    Args:
        of: whose option it is: a buyer's other offer, or a seller's other buyer.
        price: its price, if one was named.
    """

    of: Side
    price: float | None


@dataclass(slots=True)
class Situation:
    """A negotiation as read from a prompt.

    Attributes:
        side: who the model plays; None if the prompt does not say.
        name: the name the model plays under, if any.
        limit: the most a buyer pays or the least a seller takes.
        wish: the price hoped for.
        asking: the asking price.
        spoken: all utterances in order.
        rivals: outside options, oldest first.
        rounds_left: own turns left, where the prompt tells.
        currency: the sign to write before amounts.
    """

    side: Side | None = None
    name: str | None = None
    limit: float | None = None
    wish: float | None = None
    asking: float | None = None
    spoken: list[Utterance] = field(default_factory=list)
    rivals: list[Rival] = field(default_factory=list)
    rounds_left: int | None = None
    currency: str = "$"

    def offers(self, *, mine: bool) -> list[float]:
        """The prices one side has put on the table, oldest first."""
        return [said.offer for said in self.spoken if said.mine == mine and said.offer is not None]


def amounts(text: str, *, bare: bool = False) -> list[tuple[float, int]]:
    """The sums of money in a text with their positions; bare numbers count if `bare` and no sign is there."""
    found = [(_value(match, "a", "b", "c"), match.start()) for match in _MONEY.finditer(text)]
    if not found and bare:
        found = [(_value(match, "a"), match.start("a")) for match in _BARE.finditer(text)]
    return found


def _value(match: re.Match[str], *groups: str) -> float:
    groups_found = match.groupdict()
    for group in groups:
        digits = groups_found.get(group)
        if digits is not None:
            return float(digits.replace(",", "")) * (1000.0 if groups_found.get(f"{group}k") else 1.0)
    return 0.0  # not reached: one group always matches


def read(messages: Iterable[Message], *, without: tuple[str, ...] = ()) -> Situation:
    """Read a prompt.

    Args:
        messages: the request; assistant messages are what the model itself said before.
        without: stretches of text to leave out, such as JSON schemas.
    """
    situation = Situation()
    texts = []
    for message in messages:
        text = str(message.text)
        for stretch in without:
            text = text.replace(stretch, " ")
        texts.append((message.role, text))
    told = [text for role, text in texts if role != "assistant"]
    whole = "\n".join(told)
    named = _NAME.search(whole)
    situation.name = named.group(1) if named else None
    situation.side = _read_side(told, situation.name)
    sign = re.search(r"[$€£]", whole)
    situation.currency = sign.group() if sign else "$"
    is_chat = any(role == "assistant" for role, _ in texts)
    for role, text in texts:
        if role == "assistant":
            _add_utterance(situation, text, mine=True)
        elif is_chat and role == "user" and _is_said(text):
            _add_utterance(situation, text, mine=False)
        else:
            for line in text.splitlines():
                if line.strip():
                    _read_line(situation, line.strip())
    return situation


def _read_side(texts: list[str], name: str | None) -> Side | None:
    """Buyer or seller: the first such word after a "you" (or the name), sentence by sentence."""
    subject = re.compile(rf"\b(?:you|your|you're{'|' + re.escape(name) if name else ''})\b", re.IGNORECASE)
    for text in texts:
        for line in text.splitlines():
            if _speaker(line) is not None:
                continue
            for sentence in _sentences(line):
                you = subject.search(sentence)
                word = _SIDE.search(sentence, you.end()) if you else None
                if word:
                    return "buyer" if word.group().lower().startswith(("buy", "purchas")) else "seller"
    return None


def _sentences(line: str) -> Iterator[str]:
    yield from (part for part in re.split(r"(?<=[.!?;])\s+", line) if part)


def _speaker(line: str) -> tuple[str, str] | None:
    """Who says what in this line, or None if it is not speech."""
    spoken = _SPOKEN.match(line) or _REPORTED.match(line)
    if spoken is None or _NO_SPEAKER.fullmatch(spoken["who"].split()[-1]):
        return None
    return spoken["who"], spoken["what"]


def _is_said(text: str) -> bool:
    """Whether a user message in a chat is the other side speaking, not the situation being told."""
    if any(_speaker(line.strip()) for line in text.splitlines()):
        return False
    if _FIRST_PERSON.search(text):
        return True
    about_you = re.search(r"\byou(?:r|'re)?\b", text, re.IGNORECASE) or _RIVAL.search(text)
    return not about_you and bool(amounts(text) or _ACCEPTS.search(text) or _NO_DEAL.search(text))


def _read_line(situation: Situation, line: str) -> None:
    speech = _speaker(line)
    # "The buyer has made another offer of …" reports a rival, not a speaker's own offer.
    if speech is not None and not (_RIVAL.search(line) and _SPOKEN.match(line) is None):
        who = speech[0].lower()
        words = {
            "you",
            "i",
            "me",
            (situation.name or "").lower(),
            situation.side or "",
            f"the {situation.side}",
        }
        _add_utterance(situation, speech[1], mine=who in words or who.split()[0] in words)
        return
    for sentence in _sentences(line):
        _read_sentence(situation, sentence)


def _add_utterance(situation: Situation, text: str, *, mine: bool) -> None:
    leaves = bool(_NO_DEAL.search(text))
    accepts = not leaves and bool(_ACCEPTS.search(text)) and "?" not in text and not re.search(
        r"(?:can(?:'|’)?t|cannot|not|won(?:'|’)?t|if|\bto) (?:\w+ ){0,2}(?:accept|agree)|\bif\b.*\bdeal\b"
        r"|a (?:good|great|fair|better) deal|accept\s*[\"']?\s*[:=]\s*false",
        text,
        re.IGNORECASE,
    )  # fmt: skip
    offer: float | None = None
    speaker: Side | None = situation.side if mine else _other(situation.side)
    for sentence in _sentences(text):
        rival = _RIVAL.search(sentence)
        found = amounts(sentence, bare=True)
        if rival and speaker is not None:
            price = found[0][0] if found else None
            situation.rivals.append(Rival(_owner(sentence, rival, situation, speaker=speaker), price))
            continue
        kept = [value for value, start in found if not _REFUSED.search(sentence[max(0, start - 40) : start])]
        if kept:
            offer = kept[-1]
    situation.spoken.append(Utterance(mine, text, offer, accepts=accepts, leaves=leaves))


def _other(side: Side | None) -> Side | None:
    return None if side is None else "seller" if side == "buyer" else "buyer"


def _read_sentence(situation: Situation, sentence: str) -> None:
    """One sentence that nobody speaks: the persona, the situation, or something overheard."""
    deadline = _ROUND.search(sentence)
    if deadline:
        now, last, left = deadline.groups()
        situation.rounds_left = int(left) if left else max(0, int(last) - int(now))
    found = amounts(sentence, bare=True)
    rival = _RIVAL.search(sentence)
    if rival:
        if found or re.search(r"\b(?:offer|buyer|seller|dealer|customer|bid)", rival["what"], re.IGNORECASE):
            of = _owner(sentence, rival, situation, speaker=None)
            situation.rivals.append(Rival(of, found[0][0] if found else None))
        return
    start = 0
    for value, position in found:
        words = sentence[start:position]
        after = sentence[position : position + 60]
        start = position
        if _WISH.search(words):
            situation.wish = value
        elif _ASKING.search(words) or _ASKING.search(after.split(",")[0]):
            situation.asking = value
        elif situation.side is not None:
            before, behind = _LIMITS[situation.side]
            if before.search(words) or behind.search(after):
                situation.limit = value


def _owner(sentence: str, rival: re.Match[str], situation: Situation, *, speaker: Side | None) -> Side:
    """Whose outside option a rumour is about: another buyer is the seller's, another seller the buyer's."""
    what = rival["what"].lower()
    if what.startswith(("buyer", "customer", "bidder")):
        return "seller"
    if what.startswith(("seller", "dealer", "shop", "car")):
        return "buyer"
    before = sentence[: rival.start()].lower()
    after = sentence[rival.end() :].lower()
    if re.search(r"\bfrom (?:another |a |an )?(?:\w+ )?(?:seller|dealer|shop)", after):
        return "buyer"
    if re.search(r"\bfrom (?:another |a |an )?(?:\w+ )?(?:buyer|customer)", after):
        return "seller"
    mine: Side = situation.side or "seller"
    theirs: Side = "seller" if mine == "buyer" else "buyer"
    if speaker is not None:
        return speaker if re.search(r"\b(?:i|we|i've|we've|i’ve)\b", before) else mine if "you" in before else speaker
    sides: tuple[Side, Side] = ("buyer", "seller")
    for side in sides:
        if side in before:
            return side
    name = (situation.name or "").lower()
    if re.search(r"\byou\b", before) or (name and name in before):
        return mine
    # Whoever is neither "you" nor a named side is the other one.
    return theirs
