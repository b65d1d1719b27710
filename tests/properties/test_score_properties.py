"""Laws of scores, and equality with seqeval where the two define the same thing."""

from __future__ import annotations

import random
import warnings
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics.v1 import precision_recall_fscore_support
from seqeval.scheme import IOB2

from knowcoderx.score import Comparison, Score, compare, match, score_documents
from knowcoderx.types import Document, Mention, place

TYPES = ("Person", "City", "GPE-city", "人物", "สถานที่")
mentions = st.lists(st.tuples(st.sampled_from(TYPES), st.sampled_from(["Ali", "北京", "Zoë", "مصر"])), max_size=8)


@st.composite
def scores(draw: st.DrawFn) -> Score:
    gold, predicted = draw(st.integers(0, 50)), draw(st.integers(0, 50))
    return Score(draw(st.integers(0, min(gold, predicted))), predicted, gold)


Tagged = list[tuple[str, int, int]]


@st.composite
def sentences(draw: st.DrawFn) -> tuple[int, Tagged, Tagged]:
    """A length in tokens, and two flat annotations of such a sentence as (type, first, past the last)."""
    size = draw(st.integers(1, 12))
    return size, draw(flat(size)), draw(flat(size))


@st.composite
def flat(draw: st.DrawFn, size: int) -> Tagged:
    found: Tagged = []
    at = 0
    while at < size:
        width = draw(st.integers(0, min(3, size - at)))
        if width:
            found.append((draw(st.sampled_from(TYPES)), at, at + width))
        at += max(1, width)
    return found


corpora = st.lists(sentences(), min_size=1, max_size=4)
few = settings(max_examples=40)


def document(id: int, size: int, annotation: Tagged) -> Document:
    """One character a token: token numbers are offsets."""
    return Document(str(id), "und", "字" * size, tuple(Mention(t, place(a, b)) for t, a, b in annotation))


def documents(corpus: list[tuple[int, Tagged, Tagged]]) -> tuple[list[Document], list[Document]]:
    gold = [document(i, size, annotation) for i, (size, annotation, _) in zip(count(), corpus, strict=False)]
    predicted = [document(i, size, annotation) for i, (size, _, annotation) in zip(count(), corpus, strict=False)]
    return gold, predicted


def tags(size: int, annotation: Tagged) -> list[str]:
    written = ["O"] * size
    for kind, start, end in annotation:
        written[start:end] = [f"B-{kind}"] + [f"I-{kind}"] * (end - start - 1)
    return written


@given(scores(), scores(), scores())
def test_scores_are_a_commutative_monoid(a: Score, b: Score, c: Score) -> None:
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + Score() == Score() + a == a


@given(scores())
def test_ratios_stay_between_zero_and_one_and_f1_between_the_two(score: Score) -> None:
    low, high = sorted((score.precision, score.recall))
    assert 0.0 <= low <= high <= 1.0
    assert low - 1e-12 <= score.f1 <= high + 1e-12


@given(mentions, mentions)
def test_swapping_gold_and_prediction_swaps_precision_and_recall(a: list[object], b: list[object]) -> None:
    there, back = match(a, b), match(b, a)
    assert (there.precision, there.recall, there.f1) == (back.recall, back.precision, back.f1)


@given(mentions, mentions, st.randoms(use_true_random=False))
def test_order_does_not_matter(a: list[object], b: list[object], rng: random.Random) -> None:
    assert match(rng.sample(a, len(a)), rng.sample(b, len(b))) == match(a, b)


@given(mentions, mentions, st.integers(1, 4))
def test_repeating_predictions_never_finds_more_than_there_is(a: list[object], b: list[object], times: int) -> None:
    once, repeated = match(a, b), match(a, b * times)
    assert repeated.hits <= len(a)
    assert repeated.recall <= 1.0
    assert once.hits <= repeated.hits


@given(mentions)
def test_only_the_gold_itself_scores_one(a: list[object]) -> None:
    assert match(a, a).hits == len(a)
    assert match([*a, "one more"], a).f1 < 1.0
    assert match(a, [*a, "one more"]).f1 < 1.0


@few
@given(corpora)
def test_a_corpus_scores_the_sum_of_its_documents(corpus: list[tuple[int, Tagged, Tagged]]) -> None:
    pairs = list(zip(*documents(corpus), strict=True))
    assert compare(pairs) == sum((compare([pair]) for pair in pairs), Comparison())


@few
@given(corpora, st.randoms(use_true_random=False))
def test_the_order_of_documents_does_not_matter(corpus: list[tuple[int, Tagged, Tagged]], rng: random.Random) -> None:
    gold, predicted = documents(corpus)
    shuffled = score_documents(rng.sample(gold, len(gold)), rng.sample(predicted, len(predicted)))
    assert shuffled.as_json() == score_documents(gold, predicted).as_json()


@few
@given(corpora)
def test_an_offset_hit_is_always_a_surface_hit(corpus: list[tuple[int, Tagged, Tagged]]) -> None:
    found = score_documents(*documents(corpus)).comparison
    assert found.offset.hits <= found.surface.hits
    assert (found.offset.gold, found.offset.predicted) == (found.surface.gold, found.surface.predicted)


@few
@given(corpora)
def test_flat_offsets_score_as_seqeval_in_strict_iob2(corpus: list[tuple[int, Tagged, Tagged]]) -> None:
    found = score_documents(*documents(corpus)).comparison.offset
    gold = [tags(size, annotation) for size, annotation, _ in corpus]
    predicted = [tags(size, annotation) for size, _, annotation in corpus]
    if found.gold and found.predicted:  # With an empty side seqeval raises or warns; ours are unit tests.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = precision_recall_fscore_support(gold, predicted, average="micro", scheme=IOB2)
        ours = (found.precision, found.recall, found.f1)
        assert all(abs(a - b) < 1e-9 for a, b in zip(ours, theirs[:3], strict=True))
        assert found.gold == theirs[3]
