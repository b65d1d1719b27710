"""The promotion verdict: every way to be refused, and the reasons given."""

from __future__ import annotations

import math

import pytest

from knowcoderx.gate import Verdict, compare

CHAMPION = {"weibo_zh:test": 0.50, "wnut17:test": 0.40}


def verdict(challenger: dict[str, float], champion: dict[str, float] | None = CHAMPION) -> Verdict:
    return compare(champion, challenger, gain=0.01, drop=0.02)


def test_a_better_challenger_is_promoted() -> None:
    assert verdict({"weibo_zh:test": 0.49, "wnut17:test": 0.44}) == Verdict(
        True, "mean F1 +0.015; worst weibo_zh:test -0.010"
    )


def test_without_a_champion_the_challenger_is_promoted() -> None:
    found = verdict({"wnut17:test": 0.4}, champion=None)
    assert (found.promote, found.reason) == (True, "no champion yet; mean F1 0.400 over 1 benchmarks")


def test_one_benchmark_that_falls_too_far_is_a_refusal_whatever_the_mean() -> None:
    found = verdict({"weibo_zh:test": 0.90, "wnut17:test": 0.37})
    assert found == Verdict(False, "wnut17:test falls by 0.030, more than 0.02")


def test_too_small_a_gain_is_a_refusal() -> None:
    found = verdict({"weibo_zh:test": 0.50, "wnut17:test": 0.41})
    assert found == Verdict(False, "mean F1 changes by +0.005, under the 0.01 asked for")


def test_limits_met_exactly_are_met() -> None:
    assert verdict({"weibo_zh:test": 0.51, "wnut17:test": 0.41}).promote
    assert compare({"a": 0.3, "b": 0.3}, {"a": 0.3 - 0.02, "b": 0.9}, gain=0.0, drop=0.02).promote


def test_equal_scores_pass_only_if_no_gain_is_asked_for() -> None:
    assert compare(CHAMPION, dict(CHAMPION), gain=0.0, drop=0.0).promote
    assert not compare(CHAMPION, dict(CHAMPION), gain=0.001, drop=0.0).promote


def test_different_benchmarks_are_named_with_their_side() -> None:
    found = verdict({"wnut17:test": 0.99, "klue_ner_ko:test": 0.99})
    assert found == Verdict(
        False,
        "scored on different benchmarks: only the champion has weibo_zh:test; only the challenger has klue_ner_ko:test",
    )


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("champion", [CHAMPION, None])
def test_a_score_that_is_no_number_is_never_promoted(value: float, champion: dict[str, float] | None) -> None:
    found = verdict({"weibo_zh:test": 0.9, "wnut17:test": value}, champion)
    assert found == Verdict(False, "the challenger's score is no number on: wnut17:test")


def test_a_champion_without_a_number_is_no_reason_to_promote() -> None:
    found = verdict({"weibo_zh:test": 0.9, "wnut17:test": 0.9}, {"weibo_zh:test": 0.5, "wnut17:test": math.nan})
    assert found == Verdict(False, "the champion's score is no number on: wnut17:test")


@pytest.mark.parametrize("champion", [CHAMPION, {}, None])
def test_a_challenger_without_scores_is_refused(champion: dict[str, float] | None) -> None:
    assert verdict({}, champion).reason.startswith("the challenger has no scores")


def test_the_verdict_does_not_depend_on_the_order_of_the_benchmarks() -> None:
    challenger = {"wnut17:test": 0.39, "weibo_zh:test": 0.49}
    assert verdict(challenger) == verdict(dict(reversed(challenger.items())))
