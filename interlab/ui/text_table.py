"""Rows under headings as aligned text."""

from __future__ import annotations

from collections.abc import Sequence

from interlab.ui.visible import clip, columns_of, one_line

_GAP = "  "
_WIDEST = 200


def text_table(
    headings: Sequence[str], rows: Sequence[Sequence[object]], *, width: int | None = None, shrink: Sequence[int] = ()
) -> str:
    """Rows as aligned columns; nothing in a cell is read as markup.

    Args:
        headings: one for each column.
        rows: as many cells each.
        width: columns of the terminal that lines are cut to; None for none.
        shrink: numbers of the columns that give way when there is not enough room, the first one first.
    """
    texts = [[one_line(str(cell), _WIDEST) for cell in row] for row in rows]
    widths = [
        max([columns_of(heading), *(columns_of(row[place]) for row in texts)]) for place, heading in enumerate(headings)
    ]
    if width is not None:
        for place in shrink:
            over = sum(widths) + len(_GAP) * (len(widths) - 1) - width
            widths[place] = max(min(widths[place], 8), widths[place] - max(0, over))
    return "\n".join(_line(row, widths) for row in [list(headings), *texts])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    clipped = [clip(cell, width) for cell, width in zip(cells, widths, strict=True)]
    padded = (cell + " " * (width - columns_of(cell)) for cell, width in zip(clipped, widths, strict=True))
    return _GAP.join(padded).rstrip()
