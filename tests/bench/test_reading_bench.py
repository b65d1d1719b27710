"""Reading speed, as a ratio to the least that any reader must do, measured in the same run."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from knowcoderx.corpora._card import Labels
from knowcoderx.corpora._conll import conll

LABELS = Labels("bench", {"person": "Person", "location": "Location"})
SENTENCE = (
    "Amara\tB-person\nOkafor\tI-person\nsays\tO\nthe\tO\nferry\tO\nto\tO\nÅland\tB-location\nleaves\tO\nat\tO\n"
    "nine\tO\n,\tO\nnot\tO\nat\tO\nten\tO\n,\tO\nif\tO\nat\tO\nall\tO\n.\tO\n\n"
)
COUNT = 20_000
LONGEST = 12
"""Times the naive reader; a shared machine is noisy, the usual figure is half of it."""


def naive(path: Path) -> int:
    """Split lines and columns and build nothing: no text, no offsets, no checks."""
    sentences, rows = 0, []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line:
            rows.append(line.split("\t"))
        elif rows:
            sentences, rows = sentences + 1, []
    return sentences


def ours(path: Path) -> int:
    return sum(len(sentence.mentions) == 2 for sentence in conll()(path, LABELS, Counter()))


def best(action: Callable[[Path], int], path: Path) -> float:
    """The shortest of five runs, in seconds."""
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        assert action(path) == COUNT
        times.append(time.perf_counter() - begun)
    return min(times)


def test_reading_costs_a_small_multiple_of_splitting_lines(tmp_path: Path, capsys) -> None:
    path = tmp_path / "bench.conll"
    path.write_text(SENTENCE * COUNT, encoding="utf-8", newline="\n")
    floor, reading = best(naive, path), best(ours, path)
    with capsys.disabled():
        print(f"\nreading: {COUNT / reading:,.0f} sentences/s, {reading / floor:.1f} times a naive split")
    assert reading / floor < LONGEST
