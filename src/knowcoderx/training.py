"""A profile's examples on disk -> its adapters.

What a training depends on names the folder of its checkpoints, so that a changed parameter or changed
data starts afresh and the same ones go on where they were.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from knowcoderx import adapter, bases, fit, jsonl, plots, tokens
from knowcoderx.config import Config, Phase, Train
from knowcoderx.tokens import Encoded
from knowcoderx.types import Example

__all__ = ["Tracker", "encoded", "proposed", "some", "train"]


class Tracker(Protocol):
    """What a stage may tell while it works (`knowcoderx.tracking.Run`)."""

    def metrics(self, values: Mapping[str, float], step: int = 0) -> None:
        """Take numbers of a step."""


def train(config: Config, run: Tracker, phase: str) -> dict[str, Any]:
    """Train one phase (``align`` or ``extract``) and leave its adapter in ``models/<profile>/<phase>``."""
    wanted: Phase = getattr(config.train, phase)
    to = config.models / phase
    start = config.models / "align" if phase == "extract" and _trained(config.models / "align") else None
    if wanted.epochs == 0:
        _leave_out(to)
        return {"examples": 0, "steps": 0, "adapter": adapter.NONE}
    settings = _found(config)
    base = bases.get(settings.base)
    tokenizer = bases.load_tokenizer(base)
    dropped: Counter[str] = Counter()
    examples = tokens.usable(encoded(config, phase, tokenizer), settings.max_length, dropped)
    examples = some(examples, wanted.examples, f"{config.seed}:{phase}")
    state = config.state / "train" / f"{phase}-{_fingerprint(settings, wanted, examples, start, config.seed)}"
    with plots.curve(config.plots / f"{phase}.csv", state.with_suffix(".csv")) as curve:

        def watch(values: dict[str, float], step: int) -> None:
            curve(step, values)
            run.metrics({f"{phase}/{name}": value for name, value in values.items()}, step)

        fitted = fit.fit(
            examples, base=base, pad=int(tokenizer.pad_token_id), train=settings, phase=wanted, seed=config.seed,
            start=start, to=to, state=state, watch=watch, about=_about(config, phase),
        )  # fmt: skip
    return {
        "examples": len(examples),
        "tokens": sum(map(len, examples)),
        "supervised_tokens": sum(len(e) - e.prompt for e in examples),
        "too_long": dropped["too_long"],
        "steps": fitted.steps,
        "loss": fitted.loss,
        "lr": settings.lr,
        "rank": settings.rank,
        "adapter": fitted.digest,
    }


def encoded(config: Config, name: str, tokenizer: Any) -> list[Encoded]:
    """The examples of a set (``align``, ``extract``, ``dev``) as token ids."""
    return tokens.encode(list(jsonl.read(config.data / "examples" / f"{name}.jsonl", Example)), tokenizer)


def _found(config: Config) -> Train:
    """The training parameters with what the search found laid over them."""
    best = json.loads((config.models / "best.json").read_text(encoding="utf-8"))
    return proposed(config.train, best)


def some(examples: list[Encoded], limit: int | None, seed: str) -> list[Encoded]:
    """A seeded sample of at most ``limit``, in an order that does not depend on the rest."""
    ranked = sorted(examples, key=lambda e: hashlib.sha256(f"{seed}:{e.id}".encode()).digest())
    return examples if limit is None else ranked[:limit]


def proposed(train: Train, params: Mapping[str, Any]) -> Train:
    """``train`` with other parameters; alpha stays at the same ratio to the rank."""
    changed = dict(params)
    if "rank" in params:
        changed["alpha"] = max(1, round(train.alpha * params["rank"] / train.rank))
    return train.model_copy(update=changed)


def _trained(folder: Path) -> bool:
    return adapter.digest(folder) != adapter.NONE


def _leave_out(to: Path) -> None:
    """A phase of no epochs leaves a folder that says so: later stages start from the base."""
    shutil.rmtree(to, ignore_errors=True)
    jsonl.write_json(to / adapter.MANIFEST, {"weights_sha256": adapter.NONE, "tensors": 0})


def _about(config: Config, phase: str) -> dict[str, Any]:
    """What the extractor needs to ask the adapter as it was trained: the prompt travels with the weights."""
    return {
        "phase": phase,
        "prompt_form": config.prompt.form,
        "types_per_prompt": config.prompt.types_per_prompt,
        "max_new_tokens": config.predict.max_new_tokens,
    }


def _fingerprint(train: Train, phase: Phase, examples: Sequence[Encoded], start: Path | None, seed: int) -> str:
    parts = [train.model_dump(mode="json"), phase.model_dump(), [e.ids for e in examples], adapter.digest(start), seed]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]
