"""Runs of units of the target that may express a mention, each with a score in [0, 1]."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowcoderx.parallel.evidence import Evidence
from knowcoderx.parallel.glossary import CLASS_WORDS
from knowcoderx.parallel.units import Kind, Unit
from knowcoderx.types import Place, place

__all__ = ["Candidate", "candidates_of", "covered"]

LONGEST = 24
"""Units of a candidate at most."""
MOST_CANDIDATES = 12
"""Candidates of a mention that take part in the assignment."""
LEAST = 0.1
EDGE = 0.3
"""Evidence that the first and the last unit of a candidate need."""
POSITION = 0.06
"""What a candidate at the far end of the text loses: it decides between equals only."""
CUT = 0.1
"""What a candidate loses that ends before a word which belongs to the name."""
QUOTED = 0.62
"""Score of the words between quotation marks for a mention between quotation marks."""
_OPENING, _CLOSING = '"“„«『「《〈‹‘', '"”“»』」》〉›’'
_DOTS = frozenset("·・‧•")
_JOINING = "-·・‧•.'’&:/–"
"""Marks that may stand inside a mention at no cost."""

Flags = NDArray[np.bool_]
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place of the target that may express a mention. ``score`` is in [0, 1]."""

    place: Place
    score: float


def covered(spans: Place, units: Sequence[Unit]) -> list[int]:
    """The units that a place covers, whole or in part."""
    return [i for i, u in enumerate(units) if any(u.start < s.end and s.start < u.end for s in spans)]


def candidates_of(
    source: str,
    rows: Sequence[Unit],
    target: str,
    columns: Sequence[Unit],
    mine: Sequence[int],
    found: Evidence,
) -> list[Candidate]:
    """The best candidates of the mention that covers the rows ``mine``, the best first.

    ``found`` is the evidence over all units of both texts.
    """
    telling = [i for i in mine if rows[i].kind is not Kind.MARK]
    if not telling or not columns:
        return []
    scores = dict(_scored(source, rows, telling, target, columns, found))
    if _between_quotes(source, rows, mine[0], mine[-1] + 1):
        for spot in _quotations(target, columns):
            scores[spot] = max(scores.get(spot, 0.0), QUOTED)
    middle = (telling[0] + telling[-1]) / 2 / max(1, len(rows) - 1)
    last = max(1, len(columns) - 1)
    near = {
        (s, e): v - POSITION * abs((s + e - 1) / 2 / last - middle) - CUT * _cut(target, columns, e)
        for (s, e), v in scores.items()
    }
    best = sorted(near.items(), key=lambda item: (-item[1], item[0]))[:MOST_CANDIDATES]
    return [Candidate(place(columns[s].start, columns[e - 1].end), max(0.0, v)) for (s, e), v in best]


def _scored(
    source: str,
    rows: Sequence[Unit],
    telling: Sequence[int],
    target: str,
    columns: Sequence[Unit],
    found: Evidence,
) -> Iterator[tuple[Range, float]]:
    """Each run of columns with how much of the mention it explains, times the root of how much of it does so.

    The root makes half a mention worse than a mention with half a word too much; on the sample pairs
    that keeps the half-found ones under 0.5.
    """
    block, credit = found.strength[list(telling)], found.credit[list(telling)]
    weights = np.array([_weight(source, rows[i]) for i in telling])
    cost = np.array([_weight(target, u) for u in columns])
    helps = _with_class_words(block.max(axis=0), target, columns)
    edge = helps > EDGE
    starts, ends = edge & ~_after(target, columns), edge & ~_before(target, columns)
    for start in np.flatnonzero(starts).tolist():
        stop = start + LONGEST
        most = np.maximum.accumulate(block[:, start:stop], axis=1)
        explained = weights @ np.minimum(most, np.cumsum(credit[:, start:stop], axis=1)) / weights.sum()
        explains = np.cumsum(helps[start:stop] * cost[start:stop]) / np.maximum(np.cumsum(cost[start:stop]), 1e-9)
        score = explained * np.sqrt(explains)
        for end in np.flatnonzero((score > LEAST) & ends[start:stop]).tolist():
            yield (start, start + end + 1), float(score[end])


def _with_class_words(helps: NDArray[np.float64], text: str, units: Sequence[Unit]) -> NDArray[np.float64]:
    """A word such as 公司 behind a name is as well explained as the name."""
    helps = helps.copy()
    for at in range(1, len(units)):
        for word in CLASS_WORDS:
            if helps[at - 1] > EDGE and text.startswith(word, units[at].start):
                helps[at : at + len(word)] = np.maximum(helps[at : at + len(word)], helps[at - 1])
    return helps


def _cut(text: str, units: Sequence[Unit], end: int) -> bool:
    return end < len(units) and text.startswith(CLASS_WORDS, units[end].start)


def _after(text: str, units: Sequence[Unit]) -> Flags:
    """Units behind a dot that joins the parts of one name: no mention begins there."""
    joined = _joining(text, units)
    return np.array([i > 0 and joined[i - 1] for i in range(len(units))], dtype=np.bool_)


def _before(text: str, units: Sequence[Unit]) -> Flags:
    """Units in front of such a dot: no mention ends there."""
    joined = _joining(text, units)
    return np.array([i + 1 < len(units) and joined[i + 1] for i in range(len(units))], dtype=np.bool_)


def _joining(text: str, units: Sequence[Unit]) -> list[bool]:
    """Which units are dots with a word right before and right after."""
    return [
        text[unit.start] in _DOTS
        and 0 < i < len(units) - 1
        and units[i - 1].kind is Kind.WORD
        and units[i + 1].kind is Kind.WORD
        and units[i - 1].end == unit.start
        and unit.end == units[i + 1].start
        for i, unit in enumerate(units)
    ]


def _weight(text: str, unit: Unit) -> float:
    """What a unit counts: short words in lower case (of, de) say little, and marks that join say nothing."""
    word = text[unit.start : unit.end]
    if unit.kind is Kind.MARK:
        return 0.0 if word in _JOINING else 3.0
    return 0.15 if word.islower() and len(word) <= 3 else 1.0


def _between_quotes(text: str, units: Sequence[Unit], start: int, end: int) -> bool:
    before = text[units[start - 1].start] if start else ""
    after = text[units[end].start] if end < len(units) else ""
    if after and after in ".,;:!?" and end + 1 < len(units):  # "like this," with the comma inside
        after = text[units[end + 1].start]
    return bool(before and after) and before in _OPENING and after in _CLOSING


def _quotations(text: str, units: Sequence[Unit]) -> Iterator[Range]:
    """What stands between an opening mark and the next closing one, without marks at its end."""
    start: int | None = None
    for at, unit in enumerate(units):
        mark = text[unit.start] if unit.kind is Kind.MARK else ""
        if start is not None and mark and mark in _CLOSING:
            end = at
            while end > start and units[end - 1].kind is Kind.MARK:
                end -= 1
            if 0 < end - start <= LONGEST:
                yield start, end
            start = None
        elif mark and mark in _OPENING:
            start = at + 1
