"""What happened in a step, as plain data for a window: who said what, who bid what, what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from interlab.errors import InterLabError
from interlab.tracing import NodeReading, name_color
from interlab.ui.describe import Saying, as_saying, as_sayings, in_words
from interlab.ui.visible import visible

LONGEST = 4_000
LONGEST_NAME = 200
NAME_LENGTH = 120
"""Of a run or an arm, in a line with others."""
Item = dict[str, Any]


def items_of(step: NodeReading, number: int, colors: Mapping[str, str]) -> list[Item]:
    """What a finished step says.

    Args:
        step: its node.
        number: its number.
        colors: the actors' colours by name.
    """
    found: list[Item] = []
    result = step.result
    one = as_saying(result) or _answered(step, result)
    several = [one] if one is not None else as_sayings(result)
    results = [result] if one is not None else list(result) if several else []
    for saying, record in zip(several or (), results, strict=True):
        found.append(_said(number, saying, colors, record))
    if not found and result is not None and not (isinstance(result, list | tuple) and not result):
        words = result if isinstance(result, str) else in_words(result, 600)
        found.append({"kind": "note", "step": number, "words": shown(words)})
    return [*_failures(step, number), *found]


def _answered(step: NodeReading, result: Any) -> Saying | None:
    """A step whose result is, to the letter, the one answer that one actor gave in it: that actor said it."""
    if not isinstance(result, str):
        return None
    actors = [
        str(node.meta.get("actor") or "") for node in step.children if node.kind == "query" and node.result == result
    ]
    return Saying(actors[0], result, "") if len(actors) == 1 and actors[0] else None


def _said(number: int, saying: Saying, colors: Mapping[str, str], record: Any) -> Item:
    speaker = saying.speaker[:LONGEST_NAME]
    item: Item = {"kind": "said", "step": number, "speaker": speaker, "words": shown(saying.words)}
    item["color"] = colors.get(saying.speaker) or name_color(saying.speaker)
    if saying.deed:
        item["deed"] = saying.deed[:LONGEST_NAME]
    if not saying.speaker:
        item["kind"] = "note"
    if isinstance(record, Mapping) and record.get("whispered"):
        item["to"] = ", ".join(map(str, record.get("audience") or ()))[:LONGEST_NAME]
    return item


def _failures(step: NodeReading, number: int) -> list[Item]:
    """Who was asked in vain: what conversations note, and take for silence."""
    found: list[Item] = []
    for event in step.find_nodes(kind="event"):
        facts = event.result
        if isinstance(facts, Mapping) and "reason" in facts:
            words = f"{event.name}: {facts['reason']}"
            found.append({"kind": "error", "step": number, "words": shown(words)})
    return found


def bids_of(rounds: Iterable[Any], number: int, colors: Mapping[str, str]) -> list[Item]:
    """Rounds of an auction that were held in a step."""
    found: list[Item] = []
    for one in rounds:
        bids = []
        for name, bid in one.bids.items():
            won = name in one.winners
            bids.append({
                "name": name, "bid": _amount(bid), "won": won, "color": colors.get(name) or name_color(name),
                "pays": _amount(one.payments.get(name)) if won else "", "tokens": one.tokens.get(name),
            })  # fmt: skip
        room = "" if one.room is None else f"room for {one.room:,} tokens"
        found.append({"kind": "bids", "step": number, "bids": bids, "words": one.reason or "", "aside": room})
    return found


def _amount(bid: Any) -> str:
    if bid is None:
        return "no bid"
    if isinstance(bid, Mapping):
        return ", ".join(f"{tier} {_amount(value)}" for tier, value in bid.items())
    return f"{bid:.3g}" if isinstance(bid, int | float) else in_words(bid, 40)


def shown(text: str) -> str:
    """A text with nothing hidden in it, and not without end."""
    return visible(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def in_human_words(error: BaseException) -> str:
    """An error as a person is told: its own words where it was raised on purpose, and no traceback."""
    notes = " ".join(getattr(error, "__notes__", ()))
    words = str(error) if isinstance(error, InterLabError) else f"{type(error).__name__}: {error}"
    return shown(f"{words} {notes}".strip())
