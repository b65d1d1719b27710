"""The plan of a training: which examples each optimizer step learns from, fixed before the first."""

from __future__ import annotations

import math
from collections import Counter
from itertools import chain
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowcoderx import fit
from knowcoderx.tokens import IGNORED, Encoded

LENGTHS = st.lists(st.integers(2, 400), min_size=1, max_size=120)
BATCH = st.integers(1, 33)
SEED = st.integers(0, 2**32 - 1)


def seen(steps: list[tuple[int, ...]]) -> Counter[int]:
    return Counter(chain.from_iterable(steps))


@given(LENGTHS, BATCH, SEED, st.integers(1, 3))
def test_every_example_comes_once_an_epoch_and_only_the_last_step_is_filled_up(
    lengths: list[int], batch: int, seed: int, epochs: int
) -> None:
    steps = fit.plan(lengths, batch=batch, epochs=epochs, seed=seed)
    counts = seen(steps)
    assert len(steps) == math.ceil(len(lengths) * epochs / batch)
    assert all(len(step) == batch for step in steps)
    assert min(counts[i] for i in range(len(lengths))) >= epochs
    assert sum(counts.values()) - epochs * len(lengths) < batch


@given(LENGTHS, BATCH, SEED)
def test_no_example_comes_twice_before_all_came_once(lengths: list[int], batch: int, seed: int) -> None:
    counts = seen(fit.plan(lengths, batch=batch, epochs=2.5, seed=seed))
    assert set(counts) == set(range(len(lengths)))
    assert max(counts.values()) - min(counts.values()) <= 1


@pytest.mark.parametrize(
    ("examples", "batch", "epochs", "steps"),
    [
        (100, 10, 0.5, 5),
        (100, 10, 0.25, 3),
        (30, 3, 0.1, 1),
        (10, 16, 1, 1),
        (10, 16, 0.01, 1),
        (10, 4, 1, 3),
        (7, 7, 1.5, 2),
    ],
)
def test_part_of_an_epoch_is_so_many_steps(examples: int, batch: int, epochs: float, steps: int) -> None:
    plan = fit.plan([5] * examples, batch=batch, epochs=epochs, seed=1)
    assert len(plan) == steps
    if examples >= steps * batch:
        assert max(seen(plan).values()) == 1


@pytest.mark.parametrize(("lengths", "epochs"), [([], 1.0), ([4, 5], 0.0)])
def test_nothing_to_learn_from_is_no_step(lengths: list[int], epochs: float) -> None:
    assert fit.plan(lengths, batch=4, epochs=epochs, seed=1) == []


@given(LENGTHS, BATCH, SEED)
def test_a_plan_depends_on_its_seed_alone(lengths: list[int], batch: int, seed: int) -> None:
    def made(seed: int) -> list[tuple[int, ...]]:
        return fit.plan(lengths, batch=batch, epochs=2, seed=seed)

    assert made(seed) == made(seed)


def test_another_seed_and_another_epoch_are_another_order() -> None:
    one, other = (fit.plan([5] * 64, batch=8, epochs=2, seed=seed) for seed in (1, 2))
    assert one != other
    assert one[:8] != one[8:]


def test_a_step_holds_examples_of_like_length() -> None:
    lengths = [10 * (i % 40) + 5 for i in range(400)]
    steps = fit.plan(lengths, batch=10, epochs=1, seed=3)
    spread = [max(lengths[i] for i in step) - min(lengths[i] for i in step) for step in steps]
    assert sum(spread) / len(spread) < 100
    first = [min(lengths[i] for i in step) for step in steps]
    assert first != sorted(first)


@given(
    lengths=LENGTHS,
    seed=SEED,
    world=st.integers(1, 4),
    micro=st.integers(1, 4),
    accumulate=st.integers(1, 3),
    begun=st.integers(0, 3),
)
def test_ranks_share_the_same_steps_and_a_resumed_rank_goes_on_where_it_was(
    lengths: list[int], seed: int, world: int, micro: int, accumulate: int, begun: int
) -> None:
    steps = fit.plan(lengths, batch=world * micro * accumulate, epochs=1.5, seed=seed)
    examples = [Encoded(str(i), (i,) * n, 1) for i, n in enumerate(lengths)]
    module: Any = SimpleNamespace(
        train_config=SimpleNamespace(micro_batch=micro), steps=steps, examples=examples, pad=-1
    )
    ranks = [list(fit._Stream(module, begun, rank, world)) for rank in range(world)]
    assert {len(batches) for batches in ranks} == {accumulate * len(steps[begun:])}
    for number, step in enumerate(steps[begun:]):
        own = [batches[number * accumulate : (number + 1) * accumulate] for batches in ranks]
        rows = [int(row.max()) for batches in own for batch in batches for row in batch["input_ids"]]
        assert sorted(rows) == sorted(step)
        assert all((batch["labels"] != IGNORED).any() for batches in own for batch in batches)
