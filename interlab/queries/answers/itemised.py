"""Lists outside of JSON: bullets, numbered lines, one item a line; the rows of a matrix."""

from __future__ import annotations

import re

from interlab.queries.answers.notations import BULLET, HEADING, Notated, are_sentences, cells, scalar


def items(text: str, *, one_a_line: bool) -> Notated | None:
    """The items of a list with bullets or numbers, or one a line, below a line that introduces it at most."""
    lines = [line for line in text.splitlines() if line.strip()]
    before = ""
    titled = lines and (HEADING.match(lines[0]) or re.fullmatch(r"\s*\*\*[^*\n]{1,40}\*\*\s*", lines[0]))
    if lines and (titled or lines[0].rstrip().endswith(":")) and not BULLET.match(lines[0]):
        before, lines = lines[0], lines[1:]
    bullets = [BULLET.match(line) for line in lines]
    count = next((at for at, one in enumerate(bullets) if one is None), len(bullets))
    if 0 < count < len(bullets) and are_sentences("\n".join(lines[count:])) and "\n\n" in text:
        kept = [scalar(one["rest"]) for one in bullets[:count] if one is not None]
        return Notated(kept, "bullets", before, "\n".join(lines[count:]))
    if lines and all(bullets):
        return Notated([scalar(one["rest"]) for one in bullets if one is not None], "bullets", before)
    if one_a_line and len(lines) > 1 and not any(bullets):
        bare = [one for one in map(scalar, lines) if isinstance(one, str)]
        if len(bare) == len(lines) and all(
            len(one) <= 60
            and not re.search(
                r"[.!?:]$|"
                r"[,;]\s*\S",
                one.strip(),
            )
            for one in bare
        ):
            return Notated([one.rstrip(",;") for one in bare], "lines", before)
    return None


def matrix(text: str) -> list[list[str]] | None:
    """The rows of a matrix in LaTeX, or of a table in Markdown that holds nothing but numbers."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if len(lines) > 1 and all(line.count("|") > 1 for line in lines):
        table = [cells(line) for line in lines if re.fullmatch(r"[|\s:-]+", line) is None]
        numeric = [[re.fullmatch(r"-?\d+(?:\.\d+)?", cell) is not None for cell in row] for row in table]
        if (
            table
            and all(map(all, numeric[1:]))
            and (all(numeric[0]) or (not any(map(any, numeric[:1])) and len(table) > 1))
        ):
            kept = table if all(numeric[0]) else table[1:]
            return kept if len({len(row) for row in kept}) == 1 else None
    found = re.search(r"\\begin\{([pbvBV]?matrix|array)\}(?:\{[^}]*\})?(.*?)\\end\{\1\}", text, re.DOTALL)
    if found is None or text.count("\\begin{") != 1:
        return None
    rows = [row for row in re.split(r"\\\\", found[2]) if row.strip()]
    return [[cell.strip() for cell in row.split("&")] for row in rows]
