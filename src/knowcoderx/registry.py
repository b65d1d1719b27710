"""Registry: a version is an adapter with its scores; aliases say which one challenges and which one serves.

The alias moves last, after the artifact was loaded and its hash compared with the one that was scored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from knowcoderx import adapter, gate, jsonl, scoring, tracking
from knowcoderx.config import Config
from knowcoderx.gate import Verdict
from knowcoderx.jsonl import flat

__all__ = ["CHALLENGER", "CHAMPION", "Promotion", "close", "promote", "register"]

CHALLENGER, CHAMPION = "challenger", "champion"
DIGEST, SCORES = "knowcoderx.adapter_sha256", "knowcoderx.scores"
UNKNOWN = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")
"""What the store says of a model that it does not know, and of an alias that the model does not have."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """What `promote` decided and, if it promoted, did."""

    name: str
    challenger: int
    champion: int | None
    verdict: Verdict


@tracking.patiently
def register(run_id: str, *, name: str, folder: Path, scores: Mapping[str, float]) -> int:
    """Log the adapter as a pyfunc model of the run, register it as a version and make it the challenger.

    A version of the same weights and scores is not registered twice: its number is given again.

    Args:
        scores: F1 a benchmark, what the gate compares.
    """
    from knowcoderx import serving

    mlflow.set_tracking_uri(tracking.store())
    client = MlflowClient(tracking.store())
    facts = {DIGEST: adapter.digest(folder), SCORES: json.dumps(dict(scores), sort_keys=True)}
    for known in _versions(client, name):
        if facts.items() <= known.tags.items():
            client.set_registered_model_alias(name, CHALLENGER, known.version)
            return int(known.version)
    with mlflow.start_run(run_id=run_id):
        logged = mlflow.pyfunc.log_model(
            name="extractor",
            python_model=str(Path(serving.__file__)),
            artifacts={"adapter": str(folder)},
            signature=serving.SIGNATURE,
            input_example=serving.EXAMPLE,
            pip_requirements=["knowcoderx"],
            code_paths=None,
        )
    made = mlflow.register_model(logged.model_uri, name, tags=facts)
    client.set_registered_model_alias(name, CHALLENGER, made.version)
    return int(made.version)


def close(config: Config, run: tracking.Run) -> dict[str, Any]:
    """Register the profile's adapter with its scores, attach what the run's page needs, and mark the run complete."""
    scores = scoring.f1_by_benchmark(config)
    weights = config.models / "extract"
    code = [(Path(name), "code") for name in ("dvc.lock", "params.yaml", "requirements.lock")]
    for path, folder in [(config.metrics, "metrics"), (config.plots, "plots"), (config.reports, "reports"), *code]:
        if path.exists():
            run.artifact(path, folder)
    for path in sorted(config.metrics.glob("*.json")):
        if path.stem not in ("types", "register"):
            values = flat(json.loads(path.read_text(encoding="utf-8")))
            run.metrics({f"{path.stem}.{key}": value for key, value in values})
    version = register(run.id, name=config.register_.name, folder=weights, scores=scores)
    run.tags({"knowcoderx.version": f"{config.register_.name}/{version}", tracking.COMPLETE: "true"})
    facts = {"name": config.register_.name, "adapter": adapter.digest(weights)}
    jsonl.write_json(config.models / "registered.json", facts)
    return {"mean_f1": sum(scores.values()) / len(scores), **facts}


@tracking.patiently
def promote(name: str, *, gain: float, drop: float, dry_run: bool = False) -> Promotion:
    """Make the challenger the champion if the gate allows it. A dry run decides, checks and changes nothing.

    Raises:
        TrackingError: no challenger, or its artifact is missing or is not the one that was scored.
    """
    client = MlflowClient(tracking.store())
    challenger, champion = _alias(client, name, CHALLENGER), _alias(client, name, CHAMPION)
    if challenger is None:
        raise tracking.TrackingError(f"model {name!r} has no challenger. `dvc repro` registers one.")
    number = int(challenger.version)
    if champion is not None and champion.version == challenger.version:
        verdict = Verdict(False, f"version {number} is the champion already")
    else:
        verdict = gate.compare(_scores(champion), _scores(challenger) or {}, gain=gain, drop=drop)
    if verdict.promote:
        _check_artifact(name, challenger)
    if verdict.promote and not dry_run:
        client.set_registered_model_alias(name, CHAMPION, challenger.version)
    return Promotion(name, number, int(champion.version) if champion else None, verdict)


def _check_artifact(name: str, version: ModelVersion) -> None:
    folder = tracking.download(f"models:/{name}/{version.version}")
    found = adapter.weights_digest(folder)
    if found != version.tags.get(DIGEST):
        raise tracking.TrackingError(
            f"version {version.version} of {name!r} holds other weights ({found[:12]}) than those that were scored "
            f"({version.tags.get(DIGEST, 'unknown')[:12]}). It was not promoted."
        )


def _versions(client: MlflowClient, name: str) -> list[ModelVersion]:
    return list(client.search_model_versions(f"name = '{name}'"))


def _alias(client: MlflowClient, name: str, alias: str) -> ModelVersion | None:
    try:
        return client.get_model_version_by_alias(name, alias)
    except MlflowException as error:
        if error.error_code in UNKNOWN:
            return None
        raise


def _scores(version: ModelVersion | None) -> dict[str, float] | None:
    return json.loads(version.tags.get(SCORES, "{}")) if version else None
