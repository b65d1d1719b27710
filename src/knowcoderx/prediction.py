"""Adapter + prompts on disk -> completions, one file a benchmark and system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from knowcoderx import bases, generate, jsonl
from knowcoderx.config import Config
from knowcoderx.types import Completion, Example

__all__ = ["predict"]

SYSTEMS = ("tuned", "untrained")


def predict(config: Config, folder: Path) -> dict[str, Any]:
    """Complete the prompts of every benchmark with the adapter, and with the base alone where wanted.

    The prompts of all benchmarks are batched together, by length.
    """
    base = bases.get(config.train.base)
    inside = config.data / "examples/benchmarks"
    asked = {p.relative_to(inside): list(jsonl.read(p, Example)) for p in sorted(inside.rglob("*.jsonl"))}
    metrics: dict[str, Any] = {}
    for system in SYSTEMS if config.predict.untrained else SYSTEMS[:1]:
        made = generate.load(
            base,
            config.models / "extract" if system == "tuned" else None,
            max_new_tokens=config.predict.max_new_tokens,
            threads=config.train.threads,
        )
        answers = iter(
            made.complete(
                [e.id for examples in asked.values() for e in examples],
                [e.prompt for examples in asked.values() for e in examples],
                batch=config.predict.batch,
                kept=config.state / "completions.jsonl",
            )
        )
        total: Counter[str] = Counter()
        for name, examples in asked.items():
            own = list(islice(answers, len(examples)))
            jsonl.write(folder / system / name, own)
            total.update(_counts(own))
        metrics[system] = dict(total)
    return metrics


def _counts(answers: Sequence[Completion]) -> dict[str, int]:
    return {
        "prompts": len(answers),
        "new_tokens": sum(a.tokens for a in answers),
        "truncated": sum(a.truncated for a in answers),
    }
