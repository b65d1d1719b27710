"""May a challenger become champion? Values in, a verdict with its reason out; the act is another module's."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Verdict", "compare"]

SLACK = 1e-9
"""A limit met exactly is met, whatever the last bits of the difference of two floats say."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether to promote, and the sentence that is logged with it."""

    promote: bool
    reason: str


def compare(
    champion: Mapping[str, float] | None, challenger: Mapping[str, float], *, gain: float, drop: float
) -> Verdict:
    """Should the challenger take over?

    Yes if both were scored on the same benchmarks, the mean F1 rises by at least ``gain`` and no benchmark
    falls by more than ``drop``, or if there is no champion yet. Scores, ``gain`` and ``drop`` are on one
    scale, 0 to 1. A score that is no number, of either side, is a refusal.
    """
    if not challenger:
        return Verdict(False, "the challenger has no scores; score it on the benchmarks first")
    if refusal := _unusable("challenger", challenger) or _unusable("champion", champion or {}):
        return Verdict(False, refusal)
    if champion is None:
        return Verdict(True, f"no champion yet; mean F1 {_mean(challenger):.3f} over {len(challenger)} benchmarks")
    if champion.keys() != challenger.keys():
        return Verdict(False, f"scored on different benchmarks: {_differences(champion, challenger)}")
    change = {name: challenger[name] - champion[name] for name in sorted(champion)}
    worst = min(change, key=change.__getitem__)
    mean = _mean(change)
    if change[worst] < -drop - SLACK:
        return Verdict(False, f"{worst} falls by {-change[worst]:.3f}, more than {drop}")
    if mean < gain - SLACK:
        return Verdict(False, f"mean F1 changes by {mean:+.3f}, under the {gain} asked for")
    return Verdict(True, f"mean F1 {mean:+.3f}; worst {worst} {change[worst]:+.3f}")


def _unusable(side: str, scores: Mapping[str, float]) -> str:
    bad = sorted(name for name, value in scores.items() if not math.isfinite(value))
    return f"the {side}'s score is no number on: {', '.join(bad)}" if bad else ""


def _mean(values: Mapping[str, float]) -> float:
    return math.fsum(values.values()) / len(values)


def _differences(champion: Mapping[str, float], challenger: Mapping[str, float]) -> str:
    """The names that only one side has, and which."""
    sides = {"champion": champion.keys() - challenger.keys(), "challenger": challenger.keys() - champion.keys()}
    return "; ".join(f"only the {side} has {', '.join(sorted(names))}" for side, names in sides.items() if names)
