"""Surfaces -> places: where in a text the strings of an answer stand, in every script.

An answer says ``Person("Ali")``, not which Ali. The rule that gives each item its place:

1. Items are placed in the order of the answer, and an occurrence is used once for each type. Another type may
   have the same place (a `City` that is also a `Team`), but only when no unused occurrence is left.
2. Whole words come first: ``Ali`` is looked for inside ``Alice`` only when no word ``Ali`` is left for the
   type. Han, kana, Thai, Lao, Khmer, Myanmar and Tibetan are written without spaces between words; beside a
   character of these any border is a word's border. In Korean a particle follows its noun directly, so a
   Hangul syllable behind a surface is no part of its word.
3. Of these, the next occurrence that starts at or after the start of the item before: answers follow the
   text. If there is none ahead, the first in the text.
4. One exception to "the next": an occurrence inside a mention that is already placed (``Paris`` inside
   ``University of Paris``) is passed over as long as enough free ones lie ahead for every item of that
   surface which is still to come.
5. Only if the exact string gives no place, the surface is looked for up to Unicode's canonical equivalence
   (NFC: ``é`` as one code point or as two) and with any run of white space for any other. The place is that
   of the original text, of whole characters. Nothing looser: no case folding, no stripped punctuation.
6. What is left is `Problem.UNGROUNDED`.

Surfaces do not say everything: which of two equal words was meant is a guess, so gold annotations that are
encoded, decoded and grounded again keep every surface, but not always every offset.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from knowcoderx import syntax
from knowcoderx.types import Issue, Mention, Problem, place

__all__ = ["contains", "place_surfaces"]

Range = tuple[int, int]
"""Start and end of an occurrence, half-open, in code points of the text."""

_UNSPACED = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u19e0-\u19ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
_WHITE = re.compile(r"\s+")
_JOINERS = "_\u200c\u200d"
MOST_MARKS = 30
"""Combining marks in a row up to which a text is normalised (Unicode's stream-safe limit): sorting them is slow."""
_MANY_MARKS = re.compile(rf"[^\w\s\x00-\x7f]{{{MOST_MARKS + 1}}}")


def place_surfaces(text: str, items: Sequence[tuple[str, str]]) -> tuple[tuple[Mention, ...], tuple[Issue, ...]]:
    """Find each (type, surface) of an answer in the text, by the rule above.

    Returns:
        The mentions that were found, in the order of the answer, and an issue for each item that was not.
    """
    search = _Search(text, Counter(surface for _, surface in items))
    mentions: list[Mention] = []
    issues: list[Issue] = []
    for type_, surface in items:
        found = search.take(type_, surface)
        if found:
            mentions.append(Mention(type_, place(*found)))
        else:
            source = syntax.source(surface)
            issues.append(Issue(Problem.UNGROUNDED, syntax.detail(f"{type_}({source})")))
    return tuple(mentions), tuple(issues)


def contains(text: str, surface: str) -> bool:
    """Would `place_surfaces` find the surface in the text at all?"""
    if not surface:
        return False
    return surface in text or bool(_Search(text, Counter()).loose(surface))


class _Pool:
    """Occurrences of one surface that are equally good, in text order; ``free``: those that no item has."""

    __slots__ = ("every", "free", "shareable", "takers")

    def __init__(self, every: list[Range]) -> None:
        self.every = every
        self.free = every.copy()
        self.takers: dict[Range, set[str]] = {}
        self.shareable: dict[str, list[Range]] = {}

    def left_for(self, type_: str) -> list[Range]:
        """The occurrences to choose from: the free ones, else those that other types have."""
        if self.free:
            return self.free
        if type_ not in self.shareable:
            self.shareable[type_] = [spot for spot in self.every if type_ not in self.takers.get(spot, ())]
        return self.shareable[type_]


class _Search:
    """One text, and what of it is taken."""

    def __init__(self, text: str, wanted: Counter[str]) -> None:
        self.text = text
        self.wanted = wanted
        self.last_start = 0
        self.covered = bytearray(len(text))
        self.taken: set[tuple[str, Range]] = set()
        self.exact_pools: dict[str, list[_Pool]] = {}
        self.loose_pools: dict[str, list[_Pool]] = {}

    def take(self, type_: str, surface: str) -> Range | None:
        """The place of the next item, now taken; None if there is none."""
        found = self._from(self._exact(surface), type_, surface) or self._from(self._loose(surface), type_, surface)
        self.wanted[surface] -= 1
        if found:
            start, end = found
            self.last_start = start
            self.covered[start:end] = b"\x01" * (end - start)
            self.taken.add((type_, found))
        return found

    def _from(self, pools: list[_Pool], type_: str, surface: str) -> Range | None:
        for pool in pools:
            while left := pool.left_for(type_):
                found = left.pop(self._choose(left, self.wanted[surface]))
                pool.takers.setdefault(found, set()).add(type_)
                if (type_, found) not in self.taken:
                    return found
        return None

    def _choose(self, left: list[Range], wanted: int) -> int:
        """Which of the occurrences, given how many items want one."""
        if len(left) == 1:
            return 0
        ahead = bisect_left(left, (self.last_start, 0))
        if ahead == len(left):
            ahead = 0
        if len(left) - ahead > wanted and self._is_covered(left[ahead]):
            clear = [i for i in range(ahead, len(left)) if not self._is_covered(left[i])]
            if len(clear) >= wanted:
                return clear[0]
        return ahead

    def _is_covered(self, spot: Range) -> bool:
        return self.covered.find(1, *spot) >= 0

    def _exact(self, surface: str) -> list[_Pool]:
        if surface not in self.exact_pools:
            self.exact_pools[surface] = self._pools(_occurrences(self.text, surface))
        return self.exact_pools[surface]

    def _loose(self, surface: str) -> list[_Pool]:
        if surface not in self.loose_pools:
            self.loose_pools[surface] = self._pools(self.loose(surface))
        return self.loose_pools[surface]

    def _pools(self, spots: list[Range]) -> list[_Pool]:
        """The whole words, then the parts of words."""
        whole: list[Range] = []
        partial: list[Range] = []
        for spot in spots:
            (whole if _is_whole(self.text, spot) else partial).append(spot)
        return [_Pool(spots) for spots in (whole, partial) if spots]

    def loose(self, surface: str) -> list[Range]:
        """Where the text holds an equivalent of the surface that is not the surface itself."""
        plain = surface.isascii() and self.text.isascii()
        if not surface or (plain and not _WHITE.search(surface)) or _MANY_MARKS.search(surface):
            return []
        normal = _WHITE.sub(" ", unicodedata.normalize("NFC", surface))
        text, starts, ends = self._normalised
        spots = [(starts[a], ends[b - 1]) for a, b in _occurrences(text, normal)]
        return [(a, b) for a, b in spots if a >= 0 and b >= 0 and self.text[a:b] != surface]

    @cached_property
    def _normalised(self) -> tuple[str, list[int], list[int]]:
        return _normalised(self.text)


def _occurrences(text: str, surface: str) -> list[Range]:
    """Every occurrence, overlapping ones too, in text order."""
    found: list[Range] = []
    at = text.find(surface) if surface else -1
    while at >= 0:
        found.append((at, at + len(surface)))
        at = text.find(surface, at + 1)
    return found


def _is_whole(text: str, spot: Range) -> bool:
    start, end = spot
    if start > 0 and _joined(text[start - 1], text[start]):
        return False
    return end == len(text) or _is_hangul(text[end]) or not _joined(text[end - 1], text[end])


def _joined(left: str, right: str) -> bool:
    """Are two neighbours parts of one word?"""
    if not (_in_word(left) and _in_word(right)):
        return False
    if right.isascii() and left.isascii():
        return True
    return _is_mark(right) or not (_UNSPACED.match(left) or _UNSPACED.match(right))


def _in_word(character: str) -> bool:
    return character.isalnum() or character in _JOINERS or (not character.isascii() and _is_mark(character))


def _is_hangul(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3"


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def _normalised(text: str) -> tuple[str, list[int], list[int]]:
    """The text in NFC with every run of white space as one space, and where its characters come from.

    Returns:
        The text and two lists as long as it: the original start of the piece that a character begins, and the
        original end of the piece that it ends; -1 inside a piece. A piece is the least that normalises alone.
    """
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _pieces(text):
        piece = text[start:end]
        normal = " " if piece[0].isspace() else unicodedata.normalize("NFC", piece)
        pieces.append(normal)
        inside = [-1] * (len(normal) - 1)
        starts += [start, *inside]
        ends += [*inside, end]
    return "".join(pieces), starts, ends


def _pieces(text: str) -> list[Range]:
    """Runs of white space, and the rest cut before every character that composes with nothing before it."""
    cuts = [0]
    for at in range(1, len(text)):
        right = text[at]
        if right.isspace() or text[at - 1].isspace():
            if not (right.isspace() and text[at - 1].isspace()):
                cuts.append(at)
        elif right.isascii() or not _composes(text[cuts[-1] : at], right):
            cuts.append(at)
    return list(zip(cuts, [*cuts[1:], len(text)], strict=True)) if text else []


def _composes(before: str, character: str) -> bool:
    """Can normalising change the two together? A cluster past the stream-safe limit is cut."""
    if len(before) > MOST_MARKS:
        return False
    if unicodedata.combining(character):
        return True
    both = unicodedata.normalize("NFC", before + character)
    return both != unicodedata.normalize("NFC", before) + unicodedata.normalize("NFC", character)
