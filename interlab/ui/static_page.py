"""Nodes as one HTML page of nested ``<details>``: no scripts, no network, opens from disk.

Everything that comes from models or files is text and is escaped. HTML values stand in an ``<iframe sandbox>`` whose
document forbids every load; images are shown only as images, where they can't run anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from interlab.tracing import NodeReading
from interlab.ui.conversation import conversations
from interlab.ui.html_talk import talks_html
from interlab.ui.html_text import escape
from interlab.ui.html_tree import tree_html
from interlab.ui.html_values import ValueWriter
from interlab.ui.totals import totals
from interlab.ui.visible import one_line

MAX_NODES = 20_000
MAX_CHARACTERS = 40_000_000
"""Of values in one page; what is beyond is left out, and it is said."""

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'none'; "
    "base-uri 'none'; form-action 'none'"
)


@cache
def style() -> str:
    """The style sheet of pages and cells; every rule stands under the class ``il``."""
    return Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def page(*nodes: NodeReading, title: str | None = None) -> str:
    """A whole HTML document showing nodes and all below them, and above that what was said in the runs among them.

    Args:
        *nodes: the topmost nodes, in order.
        title: the document's title; the first node's name by default.

    Returns:
        A document without scripts that can be encoded as UTF-8.
    """
    name = escape(one_line(title or (nodes[0].name if nodes else ""), 200) or "InterLab")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta http-equiv="x-dns-prefetch-control" content="off"><meta name="referrer" content="no-referrer">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<title>{name}</title><style>{style()}</style></head><body class="il page"><main>'
        f'<header class="top"><h1><bdi>{name}</bdi></h1>{_totals(list(nodes))}</header>'
        f"{body(nodes, anchors=True)}</main>"
        '<footer class="note">A page of InterLab: no scripts, no network. Click a line to open it.</footer>'
        "</body></html>\n"
    )


def cell(nodes: Iterable[NodeReading], *, max_nodes: int, open_levels: int, max_characters: int) -> str:
    """Nodes for a notebook's cell: the same as on a page, in less room.

    Args:
        nodes: the topmost nodes.
        max_nodes: nodes shown at most.
        open_levels: levels that are unfolded at first.
        max_characters: of values shown at most.
    """
    tops = list(nodes)
    inside = body(tops, anchors=False, max_nodes=max_nodes, open_levels=open_levels, max_characters=max_characters)
    return f'<style>{style()}</style><div class="il cell">{_totals(tops)}{inside}</div>'


def body(
    nodes: Iterable[NodeReading],
    *,
    anchors: bool,
    max_nodes: int = MAX_NODES,
    open_levels: int = 1,
    max_characters: int = MAX_CHARACTERS,
) -> str:
    """The conversations of runs, and the tree of all nodes, to be put into an element of the class ``il``."""
    tops = list(nodes)
    talks = talks_html(conversations(tops), anchors=anchors)
    tree = tree_html(tops, ValueWriter(max_characters), max_nodes=max_nodes, open_levels=open_levels, anchors=anchors)
    heading = '<h2 class="traces">Every call</h2>' if talks and anchors else ""
    return f'{talks}{heading}<div class="tree">{tree}</div>'


def _totals(nodes: list[NodeReading]) -> str:
    parts = totals(nodes).parts if nodes else ["nothing here"]
    return f'<p class="totals">{"".join(f"<span>{escape(part)}</span>" for part in parts)}</p>'
