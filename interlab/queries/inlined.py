"""Objects and lists in one line, without their brackets or quotation marks."""

from __future__ import annotations

import re

from interlab.queries.answers import notations
from interlab.queries.answers.series import NOT_THESE
from interlab.queries.answers.wording import HEDGE, NEGATION
from interlab.queries.relaxed import NotRelaxedJson, read_relaxed
from interlab.queries.typed import Typed

MEMBERS = re.compile(r"[\"'][\w ]{1,40}[\"']\s*:\s*\S")
ASSIGNED = re.compile(
    r"[A-Za-z_]\w*=(?:'[^'\n]*'|\"[^\"\n]*\"|[\w.-]+)(?:\s+[A-Za-z_]\w*=(?:'[^'\n]*'|"
    r"\"[^\"\n]*\"|[\w.-]+))+"
)
_TEXTS = re.compile(r"\(?\s*\"[^\"\n]*\"\s*(?:,\s*\"[^\"\n]*\"\s*)+,?\s*\)?$")

MAX_LINE = 5000
"""Characters of a line of keys in braces."""


def inline(typed: Typed, body: str, known: notations.Known) -> list[notations.Notated | None]:
    """What stands in one line: members without braces, keys with values, items in quotes or introduced."""
    line = body.strip()
    found: list[notations.Notated | None] = []
    within = re.fullmatch(r"[(\[<]\s*([\"'][^\"'\n]{1,40}[\"']\s*[:=].*?)\s*[)\]>}]", line, re.DOTALL)
    if within is not None and typed.is_object:
        line = within[1]
    for opening, closing, form in (("{", "}", MEMBERS), ("[", "]", _TEXTS)):
        if opening == "{" and ASSIGNED.fullmatch(line):
            line = re.sub(r"(?<=['\"\w\])])\s+(?=\w+=)", ", ", line)
        elif not form.match(line):
            continue
        inner = line.strip("()").rstrip(closing) if opening == "[" else line.rstrip("}")
        try:
            read = read_relaxed(f"{opening}{inner}{closing}")
        except (NotRelaxedJson, RecursionError):
            continue
        if read.end == len(inner) + 2 and not read.unclosed and not read.weak:
            found.append(notations.Notated(read.value, "JSON without brackets"))
    flow = re.fullmatch(r"\{\s*(.+?)\s*,?\s*\}", line, re.DOTALL) if len(line) < MAX_LINE else None
    if flow is not None and typed.is_object and not re.search(r"[{}]", flow[1]):
        parts = re.split(r",\s+(?=[^\W\d][\w ]{0,30}?\s*:\s)", flow[1])
        if all(re.match(r"[^\W\d][\w ]{0,30}?\s*:\s", part) for part in parts):
            found.append(notations.key_lines("\n".join(parts), known))
    if "\n" not in line and (typed.is_object or typed.is_map):
        parts = re.split(r"[,;|]\s+(?=[^\W\d][\w ]{0,30}?\s*[:=])", line)
        if len(parts) > 1:
            found.append(notations.key_lines("\n".join(parts), known, open_keys=typed.is_map))
    if typed.is_list and not typed.is_plain_list:
        pairs = re.findall(r"(?<![A-Za-z])([A-Za-z]{1,40})\s*[:=]\s*([-+]?\d+(?:\.\d+)?)", line)
        left = re.sub(r"(?<![A-Za-z])[A-Za-z]{1,40}\s*[:=]\s*[-+]?\d+(?:\.\d+)?", "", line)
        if pairs and not left.strip(" ,;\n.-*"):
            found.append(notations.Notated(dict(pairs), "parts with names") if len(dict(pairs)) == len(pairs) else None)
        call = re.fullmatch(r"(?:rgb|point|vec\d?|tuple)\((.*)\)", line, re.IGNORECASE)
        found.append(notations.Notated(call[1], "a call") if call is not None else None)
    if typed.is_plain_list and typed.has_tight_items and "\n" not in line:
        intro = re.fullmatch(r"[^:\d\n]{1,70}(?::|\bare)\s+(?P<rest>[^:]+?)\.?", line)
        if intro is not None and not re.search(r"\.\.|…|\betc\b|\bor\b", line):
            before = line[: intro.start("rest")]
            if not HEDGE.search(before) and not NEGATION.search(before) and not NOT_THESE.search(before):
                found.append(notations.Notated(intro["rest"], "commas"))
    return found
