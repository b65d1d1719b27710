"""Completions + gold documents -> scores of a benchmark: by surface, by offset, by type, by language.

The rule for what cannot be used, the same for every system: a string that the text does not hold, and a class
that the prompt did not offer, are predictions, and wrong ones. They stay in the denominator of precision.
What has no type and no string (prose, broken calls) is counted as an issue only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowcoderx import codec, ground
from knowcoderx.score import (
    Comparison,
    Macro,
    Score,
    ScoreError,
    by_id,
    macro,
    match,
    match_by_type,
    named,
    normal,
    offset_keys,
    surface_keys,
)
from knowcoderx.types import (
    Completion,
    Document,
    Example,
    Issue,
    Mention,
    Problem,
    surface,
)

__all__ = [
    "NOT_OFFERED", "BenchmarkResult", "Reading", "Systems", "by_language", "evaluate", "means",
    "predicted_documents", "read", "scores_json", "types_json",
]  # fmt: skip

Item = tuple[str, str]
"""Type and surface, as an answer writes them."""

NOT_OFFERED = "(not offered)"
"""Stands in the tables by type for every class that the prompt did not offer; no class can have this name."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the answers to one document's prompts say, and where its text holds it.

    ``items`` are in the order written, the prompts' results united; ``mentions`` those that were placed.
    ``prompts`` is 0 for a document that no prompt was made for (too long, for one): it predicts nothing.
    """

    gold: Document
    items: tuple[Item, ...] = ()
    mentions: tuple[Mention, ...] = ()
    issues: tuple[Issue, ...] = ()
    prompts: int = 0
    truncated: int = 0
    trailing_text: int = 0

    @property
    def predicted(self) -> Document:
        """The document with the mentions that were placed."""
        return Document(self.gold.id, self.gold.lang, self.gold.text, self.mentions)

    @property
    def unplaced(self) -> tuple[Item, ...]:
        """The items that the text does not hold, or not as often as they were written."""
        placed = Counter((m.type, normal(surface(self.gold.text, m.spans))) for m in self.mentions)
        left = []
        for kind, words in self.items:
            placed[kind, normal(words)] -= 1
            if placed[kind, normal(words)] < 0:
                left.append((kind, words))
        return tuple(left)

    @property
    def wrong(self) -> bool:
        """Is anything missed, misplaced or invented?"""
        return Counter(self.gold.mentions) != Counter(self.mentions) or len(self.items) != len(self.mentions)


Systems = Mapping[str, Mapping[str, "BenchmarkResult"]]
"""System (``tuned``, ``untrained``) -> benchmark -> result."""


@dataclass(frozen=True, slots=True)
class BenchmarkResult:
    """How one system did on one benchmark. Counts are of documents, but for ``truncated`` and
    ``trailing_text`` (completions), ``issues`` (answers' parts) and ``copied`` (mentions).

    ``ceiling`` is the offset score of the gold itself, encoded, decoded and grounded again: what a perfect
    answer can reach. ``copied`` counts strings that are in a class's docstring but not in the text.
    """

    by_lang: Mapping[str, Comparison]
    issues: Mapping[Problem, int]
    ceiling: Score
    truncated: int = 0
    trailing_text: int = 0
    missing: int = 0
    copied: int = 0
    readings: tuple[Reading, ...] = field(default=(), repr=False)

    @property
    def comparison(self) -> Comparison:
        """The scores by type, over all languages."""
        return sum(self.by_lang.values(), Comparison())

    @property
    def surface(self) -> Score:
        """Micro score by type and string."""
        return self.comparison.surface

    @property
    def offset(self) -> Score:
        """Micro score by type and place."""
        return self.comparison.offset

    @property
    def documents(self) -> int:
        """How many documents the benchmark has."""
        return len(self.readings)

    @property
    def predicted(self) -> tuple[Document, ...]:
        """The predictions as documents, in the order of the gold."""
        return tuple(reading.predicted for reading in self.readings)

    def as_json(self) -> dict[str, Any]:
        """``f1`` is the strict one by surface. No class names: they are no metric keys (see `types_json`)."""
        return {
            **_scores(self.comparison),
            "ceiling": self.ceiling.f1,
            "documents": self.documents,
            "missing": self.missing,
            "truncated": self.truncated,
            "trailing_text": self.trailing_text,
            "copied": self.copied,
            "issues": {problem.value: count for problem, count in self.issues.items()},
        }


def evaluate(
    gold: Sequence[Document],
    examples: Sequence[Example],
    completions: Sequence[Completion],
    *,
    shown: Mapping[str, Collection[str]] | None = None,
) -> BenchmarkResult:
    """Read the completions and score them.

    Args:
        gold: the benchmark's documents.
        examples: their prompts. An id is the document's, or ``document#k`` for the k-th of several prompts.
        completions: one for each example, in any order.
        shown: class -> example mentions of its docstring, to count answers copied from there.

    Raises:
        ScoreError: ids that do not match one to one; see `read`.
    """
    readings = read(gold, examples, completions)
    languages = sorted({reading.gold.lang for reading in readings})
    return BenchmarkResult(
        by_lang={lang: _compare(r for r in readings if r.gold.lang == lang) for lang in languages},
        issues=_count_issues(readings),
        ceiling=sum(map(_ceiling, gold), Score()),
        truncated=sum(r.truncated for r in readings),
        trailing_text=sum(r.trailing_text for r in readings),
        missing=sum(not r.prompts for r in readings),
        copied=sum(normal(words) in _shown(shown, kind) for r in readings for kind, words in r.unplaced),
        readings=tuple(readings),
    )


def predicted_documents(
    gold: Sequence[Document], examples: Sequence[Example], completions: Sequence[Completion]
) -> list[Document]:
    """The gold documents with the mentions that the completions name, in the order of the gold."""
    return [reading.predicted for reading in read(gold, examples, completions)]


def read(gold: Sequence[Document], examples: Sequence[Example], completions: Sequence[Completion]) -> list[Reading]:
    """Decode each completion against the classes of its own prompt, unite, and place in the text.

    Raises:
        ScoreError: an id twice on a side, an example without a completion or of no document, or a
            completion of no example.
    """
    documents = by_id(gold, "gold")
    answered = _completions_by_id(completions)
    asked: dict[str, list[Example]] = {i: [] for i in documents}
    for example in _unique(examples):
        asked[_document_id(example.id, documents)].append(example)
    _check_one_to_one({e.id for e in examples}, answered)
    return [_read(document, asked[i], answered) for i, document in documents.items()]


def _read(document: Document, examples: Sequence[Example], answered: Mapping[str, Completion]) -> Reading:
    pairs = [(answered[e.id], codec.decode_mentions(answered[e.id].text, e.types)) for e in examples]
    items = _unite(document.text, [answer.items for _, answer in pairs])
    mentions, unplaced = ground.place_surfaces(document.text, items)
    return Reading(
        gold=document,
        items=tuple(items),
        mentions=tuple(mentions),
        issues=(*(issue for _, answer in pairs for issue in answer.issues), *unplaced),
        prompts=len(pairs),
        truncated=sum(completion.truncated or answer.truncated for completion, answer in pairs),
        trailing_text=sum(answer.trailing_text for _, answer in pairs),
    )


def _unite(text: str, answers: Sequence[Sequence[Item]]) -> list[Item]:
    """One answer of several: an item as often as the answer that names it most often, in the order of the text.

    A single answer stays as it is: its own order says where its repeats belong.
    """
    if len(answers) == 1:
        return list(answers[0])
    united: list[Item] = []
    have: Counter[Item] = Counter()
    for answer in answers:
        seen: Counter[Item] = Counter()
        for item in answer:
            seen[item] += 1
            if seen[item] > have[item]:
                united.append(item)
        have |= seen
    return sorted(united, key=lambda item: text.find(item[1]) % (len(text) + 1))


def _compare(readings: Iterable[Reading]) -> Comparison:
    surfaces: tuple[list[Any], list[Any]] = ([], [])
    offsets: tuple[list[Any], list[Any]] = ([], [])
    for number, reading in enumerate(readings):
        wrong = [(NOT_OFFERED, number, "")] * _not_offered(reading)
        surfaces[0].extend(surface_keys(reading.gold, number))
        offsets[0].extend(offset_keys(reading.gold, number))
        surfaces[1].extend([(kind, number, normal(words)) for kind, words in reading.items] + wrong)
        offsets[1].extend(offset_keys(reading.predicted, number) + _unplaced_keys(reading, number) + wrong)
    return Comparison(match_by_type(*surfaces), match_by_type(*offsets))


def _not_offered(reading: Reading) -> int:
    return sum(issue.problem is Problem.UNKNOWN_TYPE for issue in reading.issues)


def _unplaced_keys(reading: Reading, number: int) -> list[tuple[Any, ...]]:
    """Keys without a place, which no gold mention has."""
    left = Counter(kind for kind, _ in reading.items) - Counter(m.type for m in reading.mentions)
    return [(kind, number) for kind in left.elements()]


def _ceiling(document: Document) -> Score:
    """What the offsets of the gold keep of themselves on the way through an answer."""
    types = {m.type for m in document.mentions}
    answer = codec.decode_mentions(codec.encode_mentions(document), types)
    mentions, _ = ground.place_surfaces(document.text, answer.items)
    return match(document.mentions, mentions)


def _count_issues(readings: Iterable[Reading]) -> dict[Problem, int]:
    """Every problem, those that did not occur too."""
    counts = Counter(issue.problem for reading in readings for issue in reading.issues)
    return {problem: counts[problem] for problem in Problem}


def _shown(shown: Mapping[str, Collection[str]] | None, kind: str) -> set[str]:
    return {normal(words) for words in (shown or {}).get(kind, ())}


# --- which prompt belongs to which document -------------------------------------------------------------------


def _document_id(example_id: str, documents: Mapping[str, Document]) -> str:
    base, _, number = example_id.rpartition("#")
    for found in (example_id, base if number.isdecimal() else ""):
        if found in documents:
            return found
    raise ScoreError(
        f"example {example_id!r} belongs to no gold document. Render the prompts of these documents again."
    )


def _unique(examples: Sequence[Example]) -> Sequence[Example]:
    if twice := [i for i, count in Counter(e.id for e in examples).items() if count > 1]:
        raise ScoreError(f"example ids that come more than once: {named(twice)}. Render the prompts again.")
    return examples


def _completions_by_id(completions: Sequence[Completion]) -> dict[str, Completion]:
    answered = {c.example_id: c for c in completions}
    if len(answered) < len(completions):
        counts = Counter(c.example_id for c in completions)
        twice = [i for i, count in counts.items() if count > 1]
        raise ScoreError(
            f"examples completed more than once: {named(twice)}. Delete the completions and predict again."
        )
    return answered


def _check_one_to_one(asked: Collection[str], answered: Mapping[str, Completion]) -> None:
    if lacking := sorted(asked - answered.keys()):
        raise ScoreError(
            f"examples without a completion: {named(lacking)}. Predict again: it goes on where it stopped."
        )
    if strangers := sorted(answered.keys() - asked):
        raise ScoreError(f"completions of no example: {named(strangers)}. Delete them and predict again.")


# --- files ----------------------------------------------------------------------------------------------------


def scores_json(systems: Systems) -> dict[str, Any]:
    """``score.json``: system -> benchmarks, languages (over all benchmarks) and macro means."""
    return {system: _summary(results) for system, results in systems.items()}


def types_json(systems: Systems) -> dict[str, Any]:
    """System -> benchmark -> class -> surface score. A table, for a class may have any name."""
    return {
        system: {
            name: {kind: score.as_json() for kind, score in result.comparison.by_type.items()}
            for name, result in results.items()
        }
        for system, results in systems.items()
    }


def by_language(results: Mapping[str, BenchmarkResult]) -> dict[str, Comparison]:
    """Language -> scores over all benchmarks that have it."""
    languages = sorted({lang for result in results.values() for lang in result.by_lang})
    return {
        lang: sum((r.by_lang[lang] for r in results.values() if lang in r.by_lang), Comparison()) for lang in languages
    }


def means(results: Mapping[str, BenchmarkResult]) -> dict[str, Macro]:
    """Macro F1 by surface over benchmarks, languages and classes; `Macro` says how many were undefined."""
    total = sum((r.comparison for r in results.values()), Comparison())
    return {
        "benchmarks": macro(r.surface for r in results.values()),
        "languages": macro(c.surface for c in by_language(results).values()),
        "types": macro(score for kind, score in total.by_type.items() if kind != NOT_OFFERED),
    }


def _summary(results: Mapping[str, BenchmarkResult]) -> dict[str, Any]:
    return {
        "benchmarks": {name: result.as_json() for name, result in results.items()},
        "languages": {lang: _scores(found) for lang, found in by_language(results).items()},
        "macro": {over: mean.as_json() for over, mean in means(results).items()},
    }


def _scores(comparison: Comparison) -> dict[str, Any]:
    found = comparison.surface
    return {
        "f1": found.f1,
        "surface": found.as_json(),
        "offset": comparison.offset.as_json(),
        "undefined": found.undefined,
    }
