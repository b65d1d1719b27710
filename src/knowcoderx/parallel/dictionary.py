"""A bilingual dictionary as evidence, and a careful reader of CC-CEDICT files.

The dictionary is handed in: the package ships none. CC-CEDICT is published under CC BY-SA 4.0.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowcoderx.parallel.units import key, segment

__all__ = ["Dictionary", "DictionaryError", "cc_cedict"]

MOST_BYTES = 64 << 20
LONGEST_LINE = 8192
MOST_WORDS = 5
"""Words of a term at most; longer explanations are no translations."""
_ENTRY = re.compile(r"(\S{1,40}) (\S{1,40}) \[[^\]]{0,300}\] /(.+)/\s*$")
_ASIDE = re.compile(r"\([^()]*\)")
_CAPITALISED = re.compile(r"(?:[A-Z][\w'’-]*)(?: (?:of|the|de|and|[A-Z][\w'’-]*))*(?<! of)(?<! the)(?<! and)")
_NO_TRANSLATION = re.compile(r"(?:surname|variant|old variant|CL:|see|abbr\.|classifier|used in|also written)\b")


class DictionaryError(ValueError):
    """A dictionary file that cannot be used, and why."""


@dataclass(frozen=True)
class Dictionary:
    """Term -> its translations, each with a strength in (0, 1]. Terms are folded words joined by one space."""

    entries: Mapping[str, Mapping[str, float]]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str, float]]) -> Dictionary:
        """Build from (term, translation, strength); of repeated pairs the strongest counts."""
        entries: dict[str, dict[str, float]] = {}
        for term, translation, strength in pairs:
            known = entries.setdefault(folded(term), {})
            other = folded(translation)
            known[other] = max(strength, known.get(other, 0.0))
        return cls(entries)

    def of_term(self, words: tuple[str, ...]) -> Mapping[str, float]:
        """The translations of a term given as its folded words."""
        return self.entries.get(" ".join(words), {})


def folded(term: str) -> str:
    """A term as its folded units with single spaces: characters stand apart where a script has no spaces."""
    return " ".join(key(term[u.start : u.end]) for u in segment(term))


def cc_cedict(path: Path, *, most_bytes: int = MOST_BYTES) -> Dictionary:
    """Chinese and English, in both directions, from a gzipped CC-CEDICT file. Lines that are no entries are skipped.

    Raises:
        DictionaryError: no such file, not gzip, not UTF-8, or more than ``most_bytes`` when unpacked.
    """
    try:
        with gzip.open(path) as file:
            text = file.read(most_bytes + 1)
    except FileNotFoundError:
        raise DictionaryError(f"no dictionary {str(path)!r}. Download CC-CEDICT or leave the dictionary out.") from None
    except (OSError, EOFError, zlib.error) as error:
        raise DictionaryError(f"{path}: not a whole gzip file ({error}). Download it again.") from None
    if len(text) > most_bytes:
        raise DictionaryError(f"{path}: unpacks to more than {most_bytes} bytes. Is it CC-CEDICT?")
    try:
        lines = text.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise DictionaryError(f"{path}: not UTF-8 at byte {error.start}.") from None
    found = [entry for line in lines if len(line) <= LONGEST_LINE for entry in _entries(line)]
    return Dictionary.of([*found, *((gloss, term, strength) for term, gloss, strength in found)])


def _entries(line: str) -> Iterator[tuple[str, str, float]]:
    match = _ENTRY.match(line)
    if line.startswith("#") or not match:
        return
    for gloss, strength in _glosses(match[3]):
        for term in {match[1], match[2]}:
            yield term, gloss, strength


def _glosses(listed: str) -> Iterator[tuple[str, float]]:
    """Translations in the glosses of an entry: whole short ones, and the name that opens an explanation."""
    for raw in re.split(r"[/;]", listed):
        gloss = _ASIDE.sub("", raw).strip()
        if not gloss or _NO_TRANSLATION.match(gloss):
            continue
        plain = re.sub(r"^(?:to|the|an?) ", "", gloss)
        if len(plain.split()) <= MOST_WORDS:
            yield plain, 1.0
        if (name := _CAPITALISED.match(gloss)) and name[0] != plain and len(name[0].split()) <= MOST_WORDS:
            yield name[0], 0.9
