"""Text -> units: words where the script has spaces, characters where it has none.

A *unit* is what a candidate mention is built from and what a length is counted in. Marks of
punctuation are units too, but say nothing: they neither carry nor cost evidence.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

__all__ = ["Kind", "Unit", "key", "script", "scripts", "segment"]

WITHOUT_SPACES = frozenset({"CJK", "HIRAGANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN"})
_ALIASES = {"KATAKANA-HIRAGANA": "KATAKANA", "IDEOGRAPHIC": "CJK", "HALFWIDTH": "KATAKANA", "FULLWIDTH": "LATIN"}
_APOSTROPHES = "'’ʼ"


class Kind(StrEnum):
    """What sort of unit."""

    WORD = "word"
    NUMBER = "number"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Unit:
    """Characters ``text[start:end]`` of one kind."""

    start: int
    end: int
    kind: Kind


@lru_cache(maxsize=65536)
def script(character: str) -> str:
    """The script that Unicode's name of a character begins with (``LATIN``, ``CJK``), or "" for none."""
    if unicodedata.category(character)[0] not in "LM":
        return ""
    first = unicodedata.name(character, "").partition(" ")[0]
    return _ALIASES.get(first, first)


def scripts(text: str) -> Counter[str]:
    """Letters of each script. Combining marks and everything that is no letter are left out."""
    return Counter(script(c) for c in text if unicodedata.category(c)[0] == "L")


@lru_cache(maxsize=65536)
def key(word: str) -> str:
    """A word without case, width and compatibility differences, for comparing."""
    return unicodedata.normalize("NFKC", word).casefold()


def segment(text: str) -> tuple[Unit, ...]:
    """Every unit of a text, in order; white space belongs to none."""
    return tuple(_units(text))


def _units(text: str) -> Iterator[Unit]:
    start = 0
    while start < len(text):
        kind, end = _next(text, start)
        if kind is not None:
            yield Unit(start, end, kind)
        start = end


def _next(text: str, start: int) -> tuple[Kind | None, int]:
    first, end = text[start], start + 1
    if first.isspace():
        return None, end
    if first.isdecimal():
        while end < len(text) and (text[end].isdecimal() or _inside(text, end, ".,", str.isdecimal)):
            end += 1
        return Kind.NUMBER, end
    own = script(first)
    if not own:
        return Kind.MARK, end
    alone = own in WITHOUT_SPACES
    while end < len(text) and _continues(text, end, own, alone):
        end += 1
    return Kind.WORD, end


def _continues(text: str, at: int, own: str, alone: bool) -> bool:
    """Does the word that began in script ``own`` go on at this character?"""
    if unicodedata.category(text[at])[0] == "M":
        return True
    if alone:
        return False
    here = script(text[at])
    return (bool(here) and here not in WITHOUT_SPACES and (here == own or "KATAKANA" not in (here, own))) or (
        _inside(text, at, _APOSTROPHES, str.isalpha) and text[at + 1 : at + 3].rstrip().casefold() != "s"
    )


def _inside(text: str, at: int, marks: str, of: object) -> bool:
    """Is this one of ``marks`` with a character of the given sort on both sides?"""
    test = of if callable(of) else str.isalpha
    return text[at] in marks and at + 1 < len(text) and bool(test(text[at - 1])) and bool(test(text[at + 1]))
