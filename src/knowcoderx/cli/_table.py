"""Tables in plain text, for letters of one and of two columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

__all__ = ["text"]

_NUMBER = re.compile(r"-|[-+]?[\d.,]+")
MARK = "…"


def text(head: Sequence[str], rows: Sequence[Sequence[str]], *, widest: Sequence[int] = ()) -> str:
    """Columns two spaces apart, numbers to the right. A cell of column i is cut to ``widest[i]`` terminal columns."""
    cut = [[_cut(cell, widest[i]) if i < len(widest) else cell for i, cell in enumerate(row)] for row in rows]
    widths = [max(map(_width, column)) for column in zip(head, *cut, strict=True)]
    right = [bool(cut) and all(_NUMBER.fullmatch(row[i]) for row in cut) for i in range(len(head))]
    return "\n".join(
        "  ".join(_padded(cell, widths[i], right=right[i]) for i, cell in enumerate(row)).rstrip()
        for row in (head, *cut)
    )


def _padded(cell: str, width: int, *, right: bool) -> str:
    space = " " * (width - _width(cell))
    return space + cell if right else cell + space


def _cut(cell: str, widest: int) -> str:
    if _width(cell) <= widest:
        return cell
    while _width(cell) >= widest:
        cell = cell[:-1]
    return cell + MARK


def _width(cell: str) -> int:
    """Terminal columns: Han, kana and Hangul take two, combining marks none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in cell)
