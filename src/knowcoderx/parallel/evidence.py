"""Evidence that a unit of one text translates a unit of the other, as one matrix in [0, 1].

Rows are the units of the source, columns those of the target. Each kind of evidence fills a matrix of
its own; the strongest counts. What is learned from text (weak) then counts only where nothing sure
has explained a row or a column already.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowcoderx.parallel import numerals, sounds
from knowcoderx.parallel.cooccurrence import Cooccurrence
from knowcoderx.parallel.dictionary import MOST_WORDS, Dictionary
from knowcoderx.parallel.glossary import GLOSSARY
from knowcoderx.parallel.units import WITHOUT_SPACES, Kind, Unit, key, script

__all__ = ["Evidence", "links"]

Matrix = NDArray[np.float64]
LEAST_ALIKE = 0.45
"""Likeness of two names under which it is chance; measured on the sample pairs."""
SAME = 0.85
"""Likeness that is as good as the same spelling."""
MOST_CHARACTERS = 9
"""Characters that one foreign word is written with at most."""
LONGEST_TERM = 2 * MOST_WORDS
"""Units of a dictionary term at most."""
SURE = 0.6
"""Strength from which a unit counts as explained."""
TERM = 0.95
ONE_CHARACTER = 0.6
"""Strength of a translation of one character, which stands in many words that mean something else."""


@dataclass(frozen=True)
class Evidence:
    """Two matrices over the units of both texts, shape (rows, columns).

    ``strength`` says how sure a link is, in [0, 1]. ``credit`` is how much of the row the column
    explains: a word written with four characters owes a quarter of the strength to each.
    """

    strength: Matrix
    credit: Matrix

    @classmethod
    def none(cls, rows: int, columns: int) -> Evidence:
        """Nothing known yet."""
        return cls(np.zeros((rows, columns)), np.zeros((rows, columns)))

    def add(self, rows: Sequence[int] | slice, columns: Sequence[int] | slice, strength: float, *, parts: int) -> None:
        """Note one link of a block; what is known and stronger stays."""
        at = np.ix_(*(np.arange(n)[part] for n, part in zip(self.strength.shape, (rows, columns), strict=True)))
        better = self.strength[at] < strength
        self.strength[at] = np.where(better, strength, self.strength[at])
        self.credit[at] = np.where(better, strength / parts, self.credit[at])


def links(
    source: str,
    rows: Sequence[Unit],
    target: str,
    columns: Sequence[Unit],
    *,
    wanted: Collection[int],
    cooccurrence: Cooccurrence | None,
    dictionary: Dictionary | None,
) -> Evidence:
    """Everything that speaks for a unit of the source (row) being a unit of the target (column).

    ``wanted`` are the rows inside mentions: only those are compared by sound, which is what costs.
    """
    left = [key(source[u.start : u.end]) for u in rows]
    right = [key(target[u.start : u.end]) for u in columns]
    found = Evidence.none(len(rows), len(columns))
    _copies(found, rows, left, right)
    _values(found, source, rows, target, columns)
    _translations(found, left, right, GLOSSARY)
    if dictionary is not None:
        _translations(found, left, right, dictionary)
    _sounds(found, source, rows, target, columns, wanted=frozenset(wanted))
    if cooccurrence is not None:
        learned = _learned(source, rows, target, columns, cooccurrence)
        weak = _unexplained(learned.strength, found.strength)
        better = found.strength < weak
        return Evidence(np.where(better, weak, found.strength), np.where(better, learned.credit, found.credit))
    return found


def _places(words: Sequence[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        places.setdefault(word, []).append(at)
    return places


def _copies(found: Evidence, rows: Sequence[Unit], left: Sequence[str], right: Sequence[str]) -> None:
    """Equal words, whatever their case and width. What is a word was decided when the text was cut into units."""
    places = _places(right)
    for row, (unit, word) in enumerate(zip(rows, left, strict=True)):
        if unit.kind is not Kind.MARK:
            for column in places.get(word, ()):
                found.add([row], [column], 1.0, parts=1)


def _values(found: Evidence, source: str, rows: Sequence[Unit], target: str, columns: Sequence[Unit]) -> None:
    """Equal numbers, months and weekdays, however they are written."""
    right = numerals.values(target)
    for one in numerals.values(source):
        mine = [i for i, u in enumerate(rows) if one.start <= u.start and u.end <= one.end]
        for other in right:
            if other.value == one.value:
                theirs = [i for i, u in enumerate(columns) if other.start <= u.start and u.end <= other.end]
                found.add(mine, theirs, 1.0, parts=max(1, len(theirs)))


def _translations(found: Evidence, left: Sequence[str], right: Sequence[str], dictionary: Dictionary) -> None:
    """Terms of the source whose translation stands in the target."""
    places = _places(right)
    for row in range(len(left)):
        for end in range(row + 1, min(row + LONGEST_TERM, len(left)) + 1):
            term = left[row:end]
            for translation, strength in dictionary.of_term(tuple(term)).items():
                words = translation.split()
                trust = ONE_CHARACTER if min(len("".join(term)), len("".join(words))) == 1 else TERM
                for column in places.get(words[0], ()) if words else ():
                    if list(right[column : column + len(words)]) == words:
                        block = slice(column, column + len(words))
                        found.add(slice(row, end), block, strength * trust, parts=len(words))


def _learned(
    source: str, rows: Sequence[Unit], target: str, columns: Sequence[Unit], cooccurrence: Cooccurrence
) -> Evidence:
    learned = Evidence.none(len(rows), len(columns))
    mine = [i for i, u in enumerate(rows) if u.kind is not Kind.MARK]
    theirs = [i for i, u in enumerate(columns) if u.kind is not Kind.MARK]
    made, becomes = cooccurrence.links(source, target)
    learned.strength[np.ix_(mine, theirs)] = made
    learned.credit[np.ix_(mine, theirs)] = becomes
    return learned


def _unexplained(weak: Matrix, sure: Matrix) -> Matrix:
    """Weak links without those to a row or a column that something sure explains."""
    free_rows = sure.max(axis=1, initial=0.0, keepdims=True) < SURE
    free_columns = sure.max(axis=0, initial=0.0, keepdims=True) < SURE
    kept: Matrix = weak * free_rows * free_columns
    return kept


def _sounds(
    found: Evidence,
    source: str,
    rows: Sequence[Unit],
    target: str,
    columns: Sequence[Unit],
    *,
    wanted: Collection[int],
) -> None:
    """Words that sound alike. A word may stand against a run of characters, on either side."""
    mine, theirs = _heard(source, rows), _heard(target, columns)
    for row in sorted(wanted):
        if mine[row] and not _alone(source, rows[row]):
            for start, end, strength in _best_runs(mine[row], theirs, target, columns):
                found.add([row], slice(start, end), strength, parts=end - start)
    inside = [code if i in wanted and _alone(source, rows[i]) else "" for i, code in enumerate(mine)]
    if any(inside):
        for column, code in enumerate(theirs):
            if code and not _alone(target, columns[column]):
                for start, end, strength in _best_runs(code, inside, source, rows):
                    found.add(slice(start, end), [column], strength, parts=1)


def _heard(text: str, units: Sequence[Unit]) -> list[str]:
    return [sounds.sound(text[u.start : u.end]) if _may_be_name(text, u) else "" for u in units]


def _may_be_name(text: str, unit: Unit) -> bool:
    """A word in lower case is no name, in scripts that have capitals."""
    return unit.kind is Kind.WORD and not text[unit.start : unit.end].islower()


def _alone(text: str, unit: Unit) -> bool:
    """Is the unit one character of a script without spaces?"""
    return script(text[unit.start]) in WITHOUT_SPACES


def _best_runs(word: str, codes: Sequence[str], text: str, units: Sequence[Unit]) -> list[tuple[int, int, float]]:
    """Runs of units that sound like ``word``, the best first, none over another."""
    found = sorted(_runs(word, codes, text, units), key=lambda run: (-run[2], run[0], run[1]))
    taken: list[tuple[int, int, float]] = []
    for start, end, likeness in found:
        if all(end <= s or e <= start for s, e, _ in taken):
            taken.append((start, end, likeness))
    return [(start, end, _strength(likeness)) for start, end, likeness in taken]


def _runs(word: str, codes: Sequence[str], text: str, units: Sequence[Unit]) -> Iterator[tuple[int, int, float]]:
    """Every run that is more like ``word`` than chance, with its likeness."""
    for start, code in enumerate(codes):
        if not code:
            continue
        if not _alone(text, units[start]):
            if (likeness := sounds.alike(word, code)) > LEAST_ALIKE:
                yield start, start + 1, likeness
            continue
        row, heard = sounds.first_row(word), ""
        for end in range(start, min(start + MOST_CHARACTERS, len(codes))):
            if not codes[end] or not _alone(text, units[end]):
                break
            for sound in codes[end]:
                if not heard.endswith(sound):  # 安娜 is Ana: a doubled sound is one
                    row = sounds.extend(row, word, sound)
                    heard += sound
            if (likeness := sounds.likeness(row[-1], word, heard)) > LEAST_ALIKE:
                yield start, end + 1, likeness
            if len(heard) > 2 * len(word) + 4:
                break


def _strength(likeness: float) -> float:
    """Likeness as evidence: 0 at chance, 1 well before the spelling is the same."""
    return min(1.0, (likeness - LEAST_ALIKE) / (SAME - LEAST_ALIKE))
