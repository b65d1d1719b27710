"""The three stages of ParallelNER: joint translation, span rephrasing, sentence rephrasing; and how good they were.

Each stage is tried on what the one before could not do. Every pair comes out, accepted or not: a
rejected one holds what was found and why it is not enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from knowcoderx.config import Pairing
from knowcoderx.parallel.candidates import Candidate
from knowcoderx.parallel.checks import Reason, check
from knowcoderx.parallel.projection import assign
from knowcoderx.parallel.translators import Translation, Translator
from knowcoderx.parallel.units import segment
from knowcoderx.score import Score, match, offset_keys
from knowcoderx.types import Document, Link, Mention, Pair, place

__all__ = ["Stage", "quality", "summary", "synthesise"]

INSIDE_A_WORD = 0.5
"""Score of an occurrence that begins or ends within a word."""
FAR = 0.1
"""What an occurrence at the other end of the sentence loses."""


class Stage(StrEnum):
    """The step that made a pair what it is."""

    JOINT = "joint"
    SPAN = "rephrase_span"
    SENTENCE = "rephrase_sentence"


def synthesise(sources: Iterable[Document], translator: Translator, *, lang: str, config: Pairing) -> Iterator[Pair]:
    """One pair for each source document, in order, with its target in ``lang``.

    A rejected pair names the last stage that gave an answer.
    """
    return (_synthesise(source, translator, lang, config.max_length_ratio) for source in sources)


def _synthesise(source: Document, translator: Translator, lang: str, ratio: float) -> Pair:
    answer = translator.joint(source, lang)
    if answer is None:
        nothing = Document(f"{source.id}>{lang}", lang, "")
        return Pair(source, nothing, (), Stage.JOINT.value, (Reason.NO_TRANSLATION.value,))
    pair = _pair(source, answer, Stage.JOINT, lang=lang, ratio=ratio)
    if not (missing := _missing(pair)):
        return pair
    if rephrased := _rephrase_spans(source, translator, answer, missing):
        answer = rephrased
        pair = _pair(source, answer, Stage.SPAN, lang=lang, ratio=ratio)
        if not (missing := _missing(pair)):
            return pair
    if (rewritten := translator.rephrase_sentence(source, answer.text, missing)) is not None:
        return _pair(source, rewritten, Stage.SENTENCE, lang=lang, ratio=ratio)
    return pair


def _rephrase_spans(
    source: Document, translator: Translator, answer: Translation, missing: Sequence[int]
) -> Translation | None:
    """The same sentence with other words for the missing mentions; None if the translator has none."""
    surfaces = dict(enumerate(answer.surfaces))
    said = {i: words for i in missing if (words := translator.rephrase_span(source, i, answer.text))}
    if not said:
        return None
    surfaces.update(said)
    places = tuple(None if i in said else spans for i, spans in enumerate(answer.places))
    return replace(answer, surfaces=tuple(surfaces.get(i) for i in range(len(source.mentions))), places=places)


def _missing(pair: Pair) -> list[int]:
    linked = {link.source for link in pair.links}
    return [i for i in range(len(pair.source.mentions)) if i not in linked]


def _pair(source: Document, answer: Translation, stage: Stage, *, lang: str, ratio: float) -> Pair:
    found = _placed(source, answer)
    held = sorted((m, i) for i, m in enumerate(found) if m is not None)
    held.sort(key=lambda item: (item[0].start, item[0].end, item[0].type))
    target = Document(answer.id or f"{source.id}>{lang}", lang, answer.text, tuple(m for m, _ in held))
    links = tuple(sorted(Link(i, number) for number, (_, i) in enumerate(held)))
    reasons = check(source, target, found, max_length_ratio=ratio)
    return Pair(source, target, links, stage.value, tuple(r.value for r in reasons))


def _placed(source: Document, answer: Translation) -> list[Mention | None]:
    """A place of its own for each mention whose words the sentence holds."""
    borders = {border for unit in segment(answer.text) for border in (unit.start, unit.end)}
    offered = []
    for index, mention in enumerate(source.mentions):
        spans = answer.places[index] if index < len(answer.places) else None
        words = answer.surfaces[index] if index < len(answer.surfaces) else None
        inside = spans is not None and spans[-1].end <= len(answer.text)
        at = mention.start / max(1, len(source.text))
        offered.append([Candidate(spans, 1.0)] if spans and inside else _occurrences(answer.text, words, borders, at))
    places = list(dict.fromkeys(m.spans for m in source.mentions))
    first = {m.spans: own for m, own in reversed(list(zip(source.mentions, offered, strict=True)))}
    chosen = dict(zip(places, assign(places, [first[p] for p in places], min_score=0.0), strict=True))
    return [Mention(m.type, c.place) if (c := chosen[m.spans]) else None for m in source.mentions]


def _occurrences(text: str, words: str | None, borders: set[int], at: float) -> list[Candidate]:
    """Where the words stand in the text; the same relative position as in the source is best."""
    found: list[Candidate] = []
    start = text.find(words) if words and words.strip() == words else -1
    while words and start >= 0:
        end = start + len(words)
        whole = 1.0 if {start, end} <= borders else INSIDE_A_WORD
        found.append(Candidate(place(start, end), whole - FAR * abs(start / len(text) - at)))
        start = text.find(words, start + 1)
    return found


def summary(pairs: Iterable[Pair]) -> dict[str, Any]:
    """Counts for the metrics: accepted and rejected by stage and by language pair, and why."""
    total: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    stages: dict[str, Counter[str]] = {}
    languages: dict[str, Counter[str]] = {}
    for pair in pairs:
        verdict = "accepted" if pair.accepted else "rejected"
        counts = Counter({"pairs": 1, verdict: 1, "mentions": len(pair.source.mentions), "projected": len(pair.links)})
        total += counts
        reasons.update(pair.reasons)
        stages.setdefault(pair.stage, Counter())[verdict] += 1
        own = languages.setdefault(f"{pair.source.lang}-{pair.target.lang}", Counter())
        own.update(counts)
        own.update(f"reason_{reason}" for reason in pair.reasons)
    keys = ("pairs", "accepted", "rejected", "mentions", "projected")
    return {
        **{name: total[name] for name in keys},
        "by_stage": {s.value: _ordered(stages[s.value]) for s in Stage if s.value in stages},
        "by_reason": {r.value: reasons[r.value] for r in Reason if reasons[r.value]},
        "by_language": {name: _ordered(counts) for name, counts in sorted(languages.items())},
    }


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in sorted(counts)}


def quality(pairs: Iterable[Pair], gold_targets: Mapping[str, Document]) -> dict[str, Any]:
    """How well the projected labels agree with gold labels of the other side: strict place and type.

    ``gold_targets`` maps the id of a *source* document to the gold annotation of its translation. Pairs
    without one are left out and counted. ``all`` takes every mention found, of rejected pairs too,
    ``accepted`` only what training sees. ``ceiling`` is what a perfect projection would get: as many
    hits as both sides have mentions of a type, sentence by sentence.
    """
    scores = dict.fromkeys(("all", "accepted", "ceiling"), Score())
    counts = Counter({"without_gold": 0, "other_text": 0, "pairs": 0})
    for pair in pairs:
        gold = gold_targets.get(pair.source.id)
        if gold is None or (pair.target.text and gold.text != pair.target.text):
            counts["without_gold" if gold is None else "other_text"] += 1
            continue
        counts["pairs"] += 1
        agreed = match(offset_keys(gold), offset_keys(pair.target))
        scores["all"] += agreed
        scores["accepted"] += agreed if pair.accepted else Score()
        scores["ceiling"] += match([m.type for m in gold.mentions], [m.type for m in pair.source.mentions])
    return {**counts, **{name: score.as_json() for name, score in scores.items()}}
