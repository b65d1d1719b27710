"""Scoring against seqeval, in one run on one machine: a ratio, not a time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from seqeval.metrics import f1_score

from knowcoderx.score import score_documents
from knowcoderx.types import Document, Mention, place

pytestmark = pytest.mark.bench

SENTENCES = 20_000
TYPES = ("Person", "Location", "Organization", "Product")


def sentence(number: int, rng: random.Random) -> tuple[list[str], Document]:
    """Tags and document of a sentence of 8 to 30 tokens, a character each, with about two mentions."""
    size = rng.randint(8, 30)
    tags, mentions, at = ["O"] * size, [], 0
    while at < size:
        if rng.random() < 0.12:
            end, kind = min(size, at + rng.randint(1, 3)), rng.choice(TYPES)
            tags[at:end] = [f"B-{kind}"] + [f"I-{kind}"] * (end - at - 1)
            mentions.append(Mention(kind, place(at, end)))
            at = end
        at += 1
    return tags, Document(str(number), "und", "x" * size, tuple(mentions))


def fastest(work: Callable[[], float], times: int = 3) -> tuple[float, float]:
    """Seconds of the fastest of some runs, and what it gave."""
    best, value = float("inf"), 0.0
    for _ in range(times):
        start = time.perf_counter()
        value = work()
        best = min(best, time.perf_counter() - start)
    return best, value


def test_scoring_is_at_least_as_fast_as_seqeval(capsys: pytest.CaptureFixture[str]) -> None:
    rng = random.Random(7)
    gold_tags, gold = zip(*(sentence(n, rng) for n in range(SENTENCES)), strict=True)
    # Every fourth sentence is predicted empty: hits and misses.
    predicted_tags, predicted = list(gold_tags), list(gold)
    for n in range(0, SENTENCES, 4):
        predicted_tags[n] = ["O"] * len(gold_tags[n])
        predicted[n] = Document(str(n), "und", gold[n].text)
    ours, our_f1 = fastest(lambda: score_documents(gold, predicted).comparison.offset.f1)
    theirs, their_f1 = fastest(lambda: float(f1_score(list(gold_tags), predicted_tags)))
    with capsys.disabled():
        print(f"\nscored {SENTENCES / ours:,.0f} sentences/s (surface, offset, by type); "
              f"seqeval {SENTENCES / theirs:,.0f}/s (F1 alone); ratio {theirs / ours:.1f}")  # fmt: skip
    assert our_f1 == pytest.approx(their_f1)
    assert theirs / ours >= 1.0
