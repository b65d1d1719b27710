"""Completions on disk -> the scores and the report of a profile."""

from __future__ import annotations

import json
from typing import Any

from tqdm import tqdm

from knowcoderx import collection, evaluate, jsonl, provenance, report
from knowcoderx.config import Config
from knowcoderx.evaluate import BenchmarkResult
from knowcoderx.report import Rerun
from knowcoderx.types import Completion, Document, Example

__all__ = ["ScoringError", "f1_by_benchmark", "score"]


class ScoringError(RuntimeError):
    """Completions that do not belong to the benchmarks."""


def score(config: Config) -> dict[str, Any]:
    """Score every system on every benchmark; write tables by type, plots and reports; give the metrics.

    Raises:
        ScoringError: a prediction of a benchmark that is not on the list any more, or one missing.
    """
    files = collection.benchmarks(config.data / "documents")
    ontologies = collection.ontologies(config.data / "documents")
    systems: dict[str, dict[str, BenchmarkResult]] = {}
    for folder in sorted((config.data / "completions").iterdir()):
        _refuse_strays(
            folder.name, set(files), {p.relative_to(folder).with_suffix("").as_posix() for p in folder.rglob("*.jsonl")}
        )
        systems[folder.name] = {}
        for name, path in tqdm(files.items(), desc=f"score {folder.name}", unit="benchmark", disable=None):
            gold = list(jsonl.read(path, Document))
            shown = {c.name: c.examples for c in ontologies[collection.split_of(gold[0])].concepts}
            systems[folder.name][name] = evaluate.evaluate(
                gold,
                list(jsonl.read(config.data / "examples/benchmarks" / f"{name}.jsonl", Example)),
                list(jsonl.read(folder / f"{name}.jsonl", Completion)),
                shown=shown if config.prompt.form == "full" else None,
            )
    jsonl.write_json(config.metrics / "types.json", evaluate.types_json(systems))
    report.write(
        systems,
        _rerun(config),
        reports=config.reports,
        plots=config.plots,
        reported=collection.reported(config.data / "documents"),
    )
    return evaluate.scores_json(systems)


def f1_by_benchmark(config: Config, system: str = "tuned") -> dict[str, float]:
    """What the gate compares: surface F1 of each benchmark, from the metrics file."""
    scores = json.loads((config.metrics / "score.json").read_text(encoding="utf-8"))
    return {name: result["surface"]["f1"] for name, result in scores[system]["benchmarks"].items()}


def _refuse_strays(system: str, wanted: set[str], found: set[str]) -> None:
    if wanted != found:
        odd = ", ".join(sorted(wanted ^ found))
        raise ScoringError(
            f"the completions of {system!r} are not those of the benchmarks: {odd}. Run `dvc repro predict`."
        )


def _rerun(config: Config) -> Rerun:
    code = provenance.current()
    return Rerun(
        command=f"make repro PROFILE={config.profile}",
        commit=code.commit,
        dirty=bool(code.diff),
        machine=code.machine,
        seed=config.seed,
        profile=config.profile,
    )
