"""A profile's folders -> the training, search and prediction of its configuration.

What a training depends on names the folder of its checkpoints, so that a changed parameter or changed
data starts afresh and the same ones go on where they were.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from knowcoderx import adapter, bases, fit, generate, jsonl, plots, tokens
from knowcoderx import search as optuna_search
from knowcoderx.config import Config, Phase, Train
from knowcoderx.stage import Metrics, whole_folder
from knowcoderx.tokens import Encoded
from knowcoderx.types import Completion, Example

__all__ = ["predict", "search", "train"]

SYSTEMS = ("tuned", "untrained")


class Tracker(Protocol):
    """What a stage may tell while it works (`knowcoderx.tracking.Run`)."""

    def metrics(self, values: dict[str, float], step: int = 0) -> None: ...


def train(config: Config, run: Tracker, phase: str) -> Metrics:
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
    examples = tokens.usable(_encoded(config, phase, tokenizer), settings.max_length, dropped)
    examples = _first(examples, wanted.examples, f"{config.seed}:{phase}")
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


def search(config: Config, run: Tracker) -> Metrics:
    """Search the training parameters; write the best of them to ``models/<profile>/best.json``."""
    best: dict[str, Any] = {}
    metrics: dict[str, Any] = {"trials": 0}
    with plots.table(config.plots / "search.csv", ("trial", "lr", "rank", "dev_loss")) as row:
        if config.search.trials:
            base = bases.get(config.train.base)
            tokenizer = bases.load_tokenizer(base)
            examples = _first(_encoded(config, "extract", tokenizer), config.search.examples, f"{config.seed}:search")
            dev = _first(_encoded(config, "dev", tokenizer), config.search.dev_examples, f"{config.seed}:dev")

            def told(number: int, params: dict[str, Any], loss: float) -> None:
                run.metrics({"search/dev_loss": loss, "search/lr": params["lr"], "search/rank": params["rank"]}, number)

            study = optuna_search.search(
                config.train, config.search, base=base, pad=int(tokenizer.pad_token_id), examples=examples, dev=dev,
                seed=config.seed, store=config.state / "search.db", told=told,
            )  # fmt: skip
            for trial in study.trials:
                if trial.value is not None:
                    row(trial.number, trial.params["lr"], trial.params["rank"], trial.value)
            best = optuna_search.best_of(study)
            metrics = {"trials": config.search.trials, "dev_loss": study.best_value, **best}
    jsonl.write_json(config.models / "best.json", best)
    return metrics


def predict(config: Config) -> Metrics:
    """Complete the prompts of every benchmark with the adapter, and with the base alone where wanted."""
    base = bases.get(config.train.base)
    files = {p.relative_to(config.data / "examples/benchmarks"): p for p in _benchmark_files(config)}
    metrics: dict[str, Any] = {}
    with whole_folder(config.data / "completions") as folder:
        for system in SYSTEMS if config.predict.untrained else SYSTEMS[:1]:
            made = generate.load(
                base,
                config.models / "extract" if system == "tuned" else None,
                max_new_tokens=config.predict.max_new_tokens,
                threads=config.train.threads,
            )
            total: Counter[str] = Counter()
            for name, path in files.items():
                examples = list(jsonl.read(path, Example))
                answers = made.complete(
                    [e.id for e in examples], [e.prompt for e in examples],
                    batch=config.predict.batch, kept=config.state / "completions.jsonl",
                )  # fmt: skip
                jsonl.write(folder / system / name, answers)
                total.update(_counts(answers))
            metrics[system] = dict(total)
    return metrics


def _counts(answers: Sequence[Completion]) -> dict[str, int]:
    return {
        "prompts": len(answers),
        "new_tokens": sum(a.tokens for a in answers),
        "truncated": sum(a.truncated for a in answers),
    }


def _benchmark_files(config: Config) -> list[Path]:
    return sorted((config.data / "examples/benchmarks").rglob("*.jsonl"))


def _encoded(config: Config, name: str, tokenizer: Any) -> list[Encoded]:
    return tokens.encode(list(jsonl.read(config.data / "examples" / f"{name}.jsonl", Example)), tokenizer)


def _found(config: Config) -> Train:
    """The training parameters with what the search found laid over them."""
    best = json.loads((config.models / "best.json").read_text(encoding="utf-8"))
    return optuna_search.proposed(config.train, best)


def _first(examples: list[Encoded], limit: int | None, seed: str) -> list[Encoded]:
    """A seeded sample of at most ``limit``, in an order that does not depend on the rest."""
    ranked = sorted(examples, key=lambda e: hashlib.sha256(f"{seed}:{e.id}".encode()).digest())
    return examples if limit is None else ranked[:limit]


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
        "base_name": config.train.base,
        "prompt_form": config.prompt.form,
        "types_per_prompt": config.prompt.types_per_prompt,
        "max_new_tokens": config.predict.max_new_tokens,
    }


def _fingerprint(train: Train, phase: Phase, examples: Sequence[Encoded], start: Path | None, seed: int) -> str:
    parts = [train.model_dump(mode="json"), phase.model_dump(), [e.ids for e in examples], adapter.digest(start), seed]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:12]


