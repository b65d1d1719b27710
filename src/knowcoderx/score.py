"""Strict scores that add up: a corpus's score is the sum of its documents' scores.

Two comparisons, both of multisets, so that a prediction made twice needs a gold mention that is there
twice: by *surface* (type and string) and by *offset* (type and place). Strings are compared after
Unicode NFC and a trim of white space, and after nothing looser: ``C++`` is not ``C#``.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from knowcoderx.types import Document, surface

__all__ = [
    "Comparison", "DocumentsResult", "Macro", "Score", "ScoreError", "by_id", "compare", "macro", "match",
    "match_by_type", "named", "normal", "offset_keys", "score_documents", "surface_keys",
]  # fmt: skip

MOST_NAMED = 5
"""Ids that an error message spells out."""

Key = tuple[Any, ...]
"""What two mentions must share to be the same; the type comes first."""


class ScoreError(ValueError):
    """Predictions that cannot be set against their gold: which ids, and what to do."""


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of mentions. ``Score()`` is the neutral element, so ``sum(scores, Score())`` works.

    A ratio without a denominator is 0.0; `undefined` tells that zero from an earned one.
    """

    hits: int = 0
    predicted: int = 0
    gold: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= min(self.predicted, self.gold):
            raise ValueError(f"a score needs 0 <= hits <= predicted and gold, got {self}")

    def __add__(self, other: Score) -> Score:
        return Score(self.hits + other.hits, self.predicted + other.predicted, self.gold + other.gold)

    @property
    def precision(self) -> float:
        """Hits among what was predicted."""
        return self.hits / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Hits among what was to be found."""
        return self.hits / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of the two, from the counts."""
        return 2 * self.hits / (self.predicted + self.gold) if self.predicted or self.gold else 0.0

    @property
    def undefined(self) -> bool:
        """Nothing to find and nothing found: no number would be right."""
        return not self.gold and not self.predicted

    def as_json(self) -> dict[str, float]:
        """The three ratios (0 to 1), then the three counts."""
        return {
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "hits": self.hits,
            "predicted": self.predicted,
            "gold": self.gold,
        }


def match(gold: Iterable[Hashable], predicted: Iterable[Hashable]) -> Score:
    """Compare two multisets: a repeated prediction needs a repeated gold."""
    want, got = Counter(gold), Counter(predicted)
    return Score(hits=(want & got).total(), predicted=got.total(), gold=want.total())


def match_by_type(gold: Sequence[Key], predicted: Sequence[Key]) -> dict[str, Score]:
    """`match`, for each type of either side, in the order of the types' names."""
    want, got = Counter(gold), Counter(predicted)
    hits: Counter[str] = Counter()
    for key in want.keys() & got.keys():
        hits[key[0]] += min(want[key], got[key])
    wanted, found = (Counter(key[0] for key in side) for side in (gold, predicted))
    return {kind: Score(hits[kind], found[kind], wanted[kind]) for kind in sorted(wanted.keys() | found.keys())}


def normal(text: str) -> str:
    """The form in which strings are compared: NFC, outer white space off. Case, marks and articles stay."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFC", text).strip()


def surface_keys(document: Document, number: int = 0) -> list[Key]:
    """What a surface hit must share, a key for each mention: type, document number, string."""
    text = document.text
    return [(m.type, number, normal(surface(text, m.spans))) for m in document.mentions]


def offset_keys(document: Document, number: int = 0) -> list[Key]:
    """What an offset hit must share, a key for each mention: type, document number, starts and ends."""
    # Plain numbers: hashing a place would cost more than all the rest.
    return [(m.type, number, *[n for span in m.spans for n in (span.start, span.end)]) for m in document.mentions]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Scores by type, under both comparisons. Adds up as `Score` does.

    The type is part of what must agree, so the micro score over all types is the sum over the types.
    """

    surfaces: Mapping[str, Score] = field(default_factory=dict)
    offsets: Mapping[str, Score] = field(default_factory=dict)

    def __add__(self, other: Comparison) -> Comparison:
        return Comparison(_added(self.surfaces, other.surfaces), _added(self.offsets, other.offsets))

    @property
    def surface(self) -> Score:
        """Micro score by type and string."""
        return sum(self.surfaces.values(), Score())

    @property
    def offset(self) -> Score:
        """Micro score by type and place."""
        return sum(self.offsets.values(), Score())

    @property
    def by_type(self) -> Mapping[str, Score]:
        """The surface scores, a type each."""
        return self.surfaces


def _added(left: Mapping[str, Score], right: Mapping[str, Score]) -> dict[str, Score]:
    nothing = Score()
    return {t: left.get(t, nothing) + right.get(t, nothing) for t in sorted(left.keys() | right.keys())}


def compare(pairs: Iterable[tuple[Document, Document]]) -> Comparison:
    """Compare the mentions of (gold, predicted) documents; a mention can only meet one of its own pair."""
    surfaces: tuple[list[Key], list[Key]] = ([], [])
    offsets: tuple[list[Key], list[Key]] = ([], [])
    for number, pair in enumerate(pairs):
        for side, document in enumerate(pair):
            surfaces[side].extend(surface_keys(document, number))
            offsets[side].extend(offset_keys(document, number))
    return Comparison(match_by_type(*surfaces), match_by_type(*offsets))


@dataclass(frozen=True, slots=True)
class Macro:
    """The mean F1 over the defined scores only; how many were left out is part of the result."""

    f1: float
    defined: int
    undefined: int

    def as_json(self) -> dict[str, float]:
        """The mean and the two counts."""
        return {"f1": self.f1, "defined": self.defined, "undefined": self.undefined}


def macro(scores: Iterable[Score]) -> Macro:
    """Average the F1 of scores that have something to score. With none of them it is 0.0 over 0."""
    every = list(scores)
    f1 = [s.f1 for s in every if not s.undefined]
    return Macro(sum(f1) / len(f1) if f1 else 0.0, len(f1), len(every) - len(f1))


@dataclass(frozen=True, slots=True)
class DocumentsResult:
    """What `score_documents` found.

    ``missing`` are the gold ids without a prediction, scored as empty ones. ``other_text`` are those
    whose prediction holds another text than the gold, so that its offsets say little.
    """

    comparison: Comparison
    documents: int
    missing: tuple[str, ...] = ()
    other_text: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """What ``knowcoderx score --json`` prints; ``by_type`` are the surface scores."""
        return {
            "surface": self.comparison.surface.as_json(),
            "offset": self.comparison.offset.as_json(),
            "by_type": {kind: score.as_json() for kind, score in self.comparison.by_type.items()},
            "missing": len(self.missing),
            "undefined": self.comparison.surface.undefined,
        }


def score_documents(
    gold: Iterable[Document], predicted: Iterable[Document], *, allow_missing: bool = True
) -> DocumentsResult:
    """Score predicted documents against gold ones of the same ids, in whatever order they come.

    Raises:
        ScoreError: an id twice on a side, a predicted id that is not in the gold, or, unless
            ``allow_missing``, a gold id without a prediction.
    """
    want = by_id(gold, "gold")
    got = by_id(predicted, "predicted")
    if strangers := [i for i in got if i not in want]:
        hint = "".join(f" Did you mean {m!r}?" for m in get_close_matches(strangers[0], list(want)[:1000], n=1))
        raise ScoreError(f"predicted ids that are not in the gold: {named(strangers)}.{hint} Score the same documents.")
    missing = tuple(i for i in want if i not in got)
    if missing and not allow_missing:
        raise ScoreError(
            f"no prediction for: {named(missing)}. Predict them, or allow missing ones: they count as empty."
        )
    other_text = tuple(i for i, p in got.items() if p.text != want[i].text)
    pairs = ((document, got.get(i) or Document(i, document.lang, document.text)) for i, document in want.items())
    return DocumentsResult(compare(pairs), len(want), missing, other_text)


def by_id(documents: Iterable[Document], side: str) -> dict[str, Document]:
    """Documents by their id. An id that comes twice is a `ScoreError` naming the side."""
    found: dict[str, Document] = {}
    twice: list[str] = []
    for document in documents:
        if document.id in found:
            twice.append(document.id)
        found[document.id] = document
    if twice:
        raise ScoreError(f"{side} ids that come more than once: {named(twice)}. Give each document an id of its own.")
    return found


def named(ids: Iterable[str]) -> str:
    """The first few of some ids and how many more there are, for a message."""
    every = list(dict.fromkeys(ids))
    more = f" and {len(every) - MOST_NAMED} more" if len(every) > MOST_NAMED else ""
    return ", ".join(map(repr, every[:MOST_NAMED])) + more
