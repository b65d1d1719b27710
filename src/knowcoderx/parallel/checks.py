"""What must be true of a pair before a model learns from it. Pure functions; each fault has a name.

"The translated mention is a substring of the translated sentence" is not enough: the same words can
serve two mentions, a sentence can come back untranslated, a year can change on the way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum

from knowcoderx.parallel import numerals
from knowcoderx.parallel.units import Kind, key, script, scripts, segment
from knowcoderx.types import Document, Mention, Place

__all__ = ["SCRIPTS", "Reason", "check", "length", "same_nesting"]


class Reason(StrEnum):
    """Why a pair was rejected."""

    NO_TRANSLATION = "no_translation"
    """The translator has no sentence for this one."""
    NOT_FOUND = "mention_not_found"
    """A mention of the source has no place in the target."""
    PLACE_TWICE = "place_used_twice"
    """Two mentions that are apart in the source share characters of the target."""
    NESTING = "nesting_lost"
    """A mention inside another one came out beside it or around it."""
    COUNTS = "counts_per_type_differ"
    COPY = "copy_of_the_source"
    """The words around the mentions are those of the source."""
    SCRIPT = "wrong_script"
    """Most letters around the mentions are in no script of the target language."""
    LENGTH = "length_ratio"
    NUMBERS = "numbers_differ"
    """A number in digits has no equal on the other side."""


_LATIN, _CYRILLIC, _ARABIC, _DEVANAGARI = (frozenset({s}) for s in ("LATIN", "CYRILLIC", "ARABIC", "DEVANAGARI"))
SCRIPTS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("en", "de", "es", "fr", "it", "nl", "pl", "pt", "ro", "sv", "da", "fi", "tr", "id"), _LATIN),
    **dict.fromkeys(("swa", "hau", "yor", "ibo", "zul", "xho", "kin", "lug", "luo", "wol", "sna", "tsn"), _LATIN),
    **dict.fromkeys(("ru", "uk", "bg"), _CYRILLIC),
    **dict.fromkeys(("ar", "fa", "ur"), _ARABIC),
    **dict.fromkeys(("hi", "mr", "ne"), _DEVANAGARI),
    "sr": _CYRILLIC | _LATIN,
    "bn": frozenset({"BENGALI"}),
    "el": frozenset({"GREEK"}),
    "he": frozenset({"HEBREW"}),
    "ja": frozenset({"HIRAGANA", "KATAKANA", "CJK"}),
    "ko": frozenset({"HANGUL", "CJK"}),
    "ta": frozenset({"TAMIL"}),
    "th": frozenset({"THAI"}),
    "zh": frozenset({"CJK"}),
}
"""Language -> scripts that it is written in. A language that is not here is not checked."""
_WORDS_A_UNIT = {"CJK": 0.6, "HIRAGANA": 0.4, "THAI": 0.25, "LAO": 0.25, "KHMER": 0.25, "MYANMAR": 0.3, "TIBETAN": 0.5}
"""Words that one character stands for, roughly, where a script has no spaces."""
SHORT = 2.0
"""Words added to both sides of the length ratio, so that one word more is no fault in a short sentence."""
MOST_COPIED = 0.8
LEAST_WORDS = 3
"""Words around the mentions that it takes to call a sentence a copy."""


def check(
    source: Document, target: Document, found: Sequence[Mention | None], *, max_length_ratio: float
) -> tuple[Reason, ...]:
    """Every reason to reject the pair, each once, in the order of `Reason`; none for a good pair.

    ``found[i]`` is the place in the target of mention i of the source, or None.
    """
    faults = {
        Reason.NOT_FOUND: any(m is None for m in found),
        Reason.PLACE_TWICE: not _places_apart(source.mentions, found),
        Reason.NESTING: not _nesting_kept(source.mentions, found),
        Reason.COUNTS: Counter(m.type for m in source.mentions) != Counter(m.type for m in target.mentions),
        Reason.COPY: _copied(source, target),
        Reason.SCRIPT: not _script_fits(target),
        Reason.LENGTH: not _lengths_fit(source.text, target.text, max_length_ratio),
        Reason.NUMBERS: not _numbers_agree(source.text, target.text),
    }
    return tuple(reason for reason, true in faults.items() if true)


def length(text: str) -> float:
    """How long a text is, in words of a language with spaces; marks do not count."""
    units = [u for u in segment(text) if u.kind is not Kind.MARK]
    return sum(_WORDS_A_UNIT.get(script(text[u.start]), 1.0) for u in units)


def same_nesting(first: Place, second: Place, one: Place, other: Place) -> bool:
    """Do ``one`` and ``other`` lie to each other as ``first`` and ``second`` do: apart, equal, or one in the other?"""
    if _overlap(one, other):
        return (_within(first, second) and _within(one, other)) or (_within(second, first) and _within(other, one))
    return not _overlap(first, second)


def _overlap(one: Place, other: Place) -> bool:
    return any(a.start < b.end and b.start < a.end for a in one for b in other)


def _within(inner: Place, outer: Place) -> bool:
    return all(any(b.start <= a.start and a.end <= b.end for b in outer) for a in inner)


def _couples(mentions: Sequence[Mention], found: Sequence[Mention | None]) -> list[tuple[Place, Place, Place, Place]]:
    held = [(m.spans, f.spans) for m, f in zip(mentions, found, strict=True) if f is not None]
    return [(a, b, x, y) for i, (a, x) in enumerate(held) for b, y in held[i + 1 :]]


def _places_apart(mentions: Sequence[Mention], found: Sequence[Mention | None]) -> bool:
    return not any(_overlap(x, y) and not _overlap(a, b) for a, b, x, y in _couples(mentions, found))


def _nesting_kept(mentions: Sequence[Mention], found: Sequence[Mention | None]) -> bool:
    return all(same_nesting(a, b, x, y) for a, b, x, y in _couples(mentions, found) if _overlap(a, b))


def _around(document: Document) -> str:
    """The text without its mentions."""
    inside = {i for m in document.mentions for s in m.spans for i in range(s.start, s.end)}
    return "".join(" " if i in inside else c for i, c in enumerate(document.text))


def _copied(source: Document, target: Document) -> bool:
    if key(source.text).split() == key(target.text).split():
        return any(c.isalpha() for c in _around(source))
    left, right = (Counter(_words(_around(d))) for d in (source, target))
    return right.total() >= LEAST_WORDS and (left & right).total() > MOST_COPIED * right.total()


def _words(text: str) -> list[str]:
    return [key(text[u.start : u.end]) for u in segment(text) if u.kind is Kind.WORD]


def _script_fits(target: Document) -> bool:
    expected, letters = SCRIPTS.get(target.lang), scripts(_around(target))
    if expected is None or not letters:
        return True
    return sum(letters[s] for s in expected) * 2 >= letters.total()


def _lengths_fit(source: str, target: str, most: float) -> bool:
    left, right = length(source) + SHORT, length(target) + SHORT
    return max(left, right) <= most * min(left, right)


def _numbers_agree(source: str, target: str) -> bool:
    """August, 8月 and 8 agree: what a month is called is not a number in digits on both sides."""
    plain = [{v.value.partition(":")[2] for v in numerals.values(text)} for text in (source, target)]
    needed = [{v.partition(":")[2] for v in numerals.numbers(text)} for text in (source, target)]
    return needed[0] <= plain[1] and needed[1] <= plain[0]
