"""Which words translate which, learned from the parallel text at hand.

IBM model 1 (Brown et al. 1993) by expectation maximisation, in both directions; a link is strong when
both agree. Units are words, or characters where a script has no spaces.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowcoderx.parallel.units import Kind, key, segment

__all__ = ["Cooccurrence"]

ONCE = 1.0
"""Meetings that make a link half sure."""
TINY = 1e-12
"""Keeps a word whose every link has died from dividing by nothing."""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Cooccurrence:
    """Translation probabilities of the words seen together.

    ``pairs`` maps (source number, target number) as ``source * len(targets) + target``, sorted, to
    ``forward`` p(target | source), ``backward`` p(source | target) and ``together``, how often they met.
    """

    sources: dict[str, int]
    targets: dict[str, int]
    pairs: Ints
    forward: Floats
    backward: Floats
    together: Floats

    @classmethod
    def fit(cls, texts: Iterable[tuple[str, str]], *, rounds: int = 6) -> Cooccurrence:
        """Learn from pairs of texts that are translations. Time and memory grow with the products of their lengths."""
        sources: dict[str, int] = {}
        targets: dict[str, int] = {}
        cells: list[Any] = [np.zeros((4, 0), dtype=np.int64)]
        seen = [0, 0]
        for left, right in texts:
            rows = np.array([sources.setdefault(w, len(sources)) for w in words(left)], dtype=np.int64)
            columns = np.array([targets.setdefault(w, len(targets)) for w in words(right)], dtype=np.int64)
            at = np.meshgrid(np.arange(len(rows)), np.arange(len(columns)), indexing="ij")
            grid = [rows[at[0]], columns[at[1]], at[0] + seen[0], at[1] + seen[1]]
            cells.append(np.stack([g.ravel() for g in grid]))
            seen = [seen[0] + len(rows), seen[1] + len(columns)]
        row, column, row_at, column_at = np.concatenate(cells, axis=1)
        pairs, pair = np.unique(row * max(1, len(targets)) + column, return_inverse=True)
        width = max(1, len(targets))
        forward = _maximise(pair, pairs // width, column_at, rounds=rounds)
        backward = _maximise(pair, pairs % width, row_at, rounds=rounds)
        together = np.bincount(pair, minlength=len(pairs)).astype(np.float64)
        return cls(sources, targets, pairs, forward, backward, together)

    def links(self, source: str, target: str) -> tuple[Floats, Floats]:
        """Two shares in [0, 1] of each link, shape (words of source, words of target).

        The first is shared among the sources of each target word: which of them made it. The second is
        shared among the targets of each source word: what it was made into. Words that met once only
        are trusted by half: everything in their one sentence explains them equally well.
        """
        rows = [self.sources.get(w, -1) for w in words(source)]
        columns = [self.targets.get(w, -1) for w in words(target)]
        if not rows or not columns or not len(self.pairs):
            return np.zeros((len(rows), len(columns))), np.zeros((len(rows), len(columns)))
        wanted = np.add.outer(np.array(rows) * len(self.targets), np.array(columns))
        wanted[np.array(rows) < 0, :] = -1
        wanted[:, np.array(columns) < 0] = -1
        found = np.minimum(np.searchsorted(self.pairs, wanted), len(self.pairs) - 1)
        known = self.pairs[found] == wanted
        forward = np.where(known, self.forward[found], 0.0)
        backward = np.where(known, self.backward[found], 0.0)
        met = np.where(known, self.together[found], 0.0)
        trust = met / (met + ONCE)
        return trust * _share(forward, axis=0), trust * _share(backward, axis=1)


def words(text: str) -> list[str]:
    """The units of a text that are no punctuation, folded."""
    return [key(text[u.start : u.end]) for u in segment(text) if u.kind is not Kind.MARK]


def _share(table: Floats, *, axis: int) -> Floats:
    total = table.sum(axis=axis, keepdims=True)
    share: Floats = np.divide(table, total, out=np.zeros_like(table), where=total > 0)
    return share


def _maximise(pair: Ints, given: Ints, place: Ints, *, rounds: int) -> Floats:
    """p(other | given) of each pair of words.

    ``pair`` numbers the word pair of each cell, ``given`` the conditioning word of each pair, ``place``
    the position that each cell explains.
    """
    probability: Floats = np.ones(len(given))
    if not len(given):
        return probability
    for _ in range(rounds):
        weights = probability[pair]
        weights /= np.bincount(place, weights=weights)[place]
        counts = np.bincount(pair, weights=weights, minlength=len(given))
        probability = counts / np.maximum(np.bincount(given, weights=counts)[given], TINY)
    return probability
