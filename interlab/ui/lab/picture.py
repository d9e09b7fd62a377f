"""What was played in a lab as HTML without scripts, for a notebook that is opened without its kernel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from interlab.ui.html_text import color_of, escape
from interlab.ui.visible import one_line

FIRST, LAST = 40, 60
"""Of the conversation shown; what is between is counted."""
WORDS = 600
MOST_RUNS = 30
OPEN = "An InterLab lab. Run this cell to open it."
_STYLE = (
    ".il-talk{font:14px system-ui,sans-serif;line-height:1.4;max-width:900px;overflow-wrap:anywhere}"
    ".il-talk p{margin:0 0 6px;white-space:pre-line}"
    ".il-talk .il-say{border-left:4px solid var(--c,#8794a3);padding:3px 10px;margin:0 0 7px;border-radius:3px;"
    "background:color-mix(in srgb,var(--c,#8794a3) 11%,transparent)}"
    ".il-talk .il-say b{color:var(--c)}.il-talk small{opacity:.7}.il-talk .il-fault{color:#c0392b}"
)
_STATUS = {
    "running": "running when this was shown", "paused": "paused", "stopping": "stopping", "finished": "finished",
    "stopped": "stopped", "failed": "failed",
}  # fmt: skip


def lab_html(runs: Sequence[Mapping[str, Any]], items: Sequence[Mapping[str, Any]]) -> str:
    """The runs of a lab, and of one of them what was said.

    Args:
        runs: as `Lab.state` gives them, oldest first; what was said is that of the last.
        items: what happened in it, as `Lab.items` gives it.

    Returns:
        An element; where styles are taken out of HTML its words stand there one below another.
    """
    if not runs:
        return f"<p>{escape(OPEN)}</p>"
    before = runs[:-1]
    left = max(0, len(before) - MOST_RUNS)
    lines = [f"<p><small>… {left:,} runs before</small></p>"] if left else []
    lines += [_run(one) for one in before[left:]]
    lines.append(_run(runs[-1]))
    middle = len(items) - FIRST - LAST
    shown = list(map(_item, items if middle <= 0 else items[:FIRST]))
    if middle > 0:
        shown.append(f"<p><small>… {middle:,} more …</small></p>")
        shown += map(_item, items[-LAST:])
    return f'<style>{_STYLE}</style><div class="il-talk">{"".join(lines)}{"".join(shown)}</div>'


def _run(one: Mapping[str, Any]) -> str:
    words = [_STATUS.get(one["status"], one["status"]), f"{one['steps']:,} step{'' if one['steps'] == 1 else 's'}"]
    if one["tokens"]:
        words.append(f"{one['tokens']:,} tokens")
    if one["cost_usd"]:
        words.append(f"${one['cost_usd']:.4f}")
    if one["change"]:
        words.insert(0, f"forked after step {one['step']}: {one_line(one['change'], 160)}")
    name = f"<b><bdi>{escape(one_line(one['name'], 120))}</bdi></b>"
    end = one["result"] or one["error"]
    result = f" · {escape(one_line(end, 160))}" if end else ""
    return f"<p>{name} <small>{escape(' · '.join(words))}</small>{result}</p>"


def _item(item: Mapping[str, Any]) -> str:
    kind, words = item["kind"], str(item.get("words", ""))
    told = escape(words if len(words) <= WORDS else f"{words[:WORDS]}…")
    number = f"<small>{item['step']}</small> "
    if kind in ("said", "whisper"):
        return _said(item, number, told)
    if kind == "bids":
        bids = ", ".join(
            f"{one['name']} {one['bid']}{' (won)' if one['won'] else ''}" for one in item["bids"]
        )  # fmt: skip
        return f"<p>{number}<small>bids: {escape(one_line(bids, 300))}</small></p>"
    if kind == "error":
        return f'<p class="il-fault">{number}{told}</p>'
    if kind == "fork":
        return f"<p>{number}<small>forked here: {told}</small></p>"
    if kind == "end":
        status = escape(_STATUS.get(str(item.get("status")), ""))
        return f"<p><b>{status.capitalize()}</b> {told}</p>"
    return f"<p>{number}{told}</p>"


def _said(item: Mapping[str, Any], number: str, told: str) -> str:
    speaker = str(item.get("speaker", ""))
    name = f"<b><bdi>{escape(one_line(speaker, 60))}</bdi></b>"
    if item["kind"] == "whisper":
        name = f"<small>whispered to</small> {name} <small>alone</small>"
    elif item.get("to"):
        name += f" <small>to {escape(one_line(item['to'], 80))}</small>"
    deed = f" <small>{escape(one_line(item['deed'], 60))}</small>" if item.get("deed") else ""
    color = color_of(speaker, item.get("color"))
    return f'<div class="il-say" style="--c:{color}">{number}{name}{deed}<br>{told}</div>'
