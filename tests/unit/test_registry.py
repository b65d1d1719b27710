"""The registry in a real SQLite store: versions of real adapters of toy size, and who may become champion."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import mlflow
import pandas as pd
import pytest
import torch
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from peft import get_peft_model_state_dict

from knowcoderx import adapter, bases, extractor, jsonl, provenance, registry, tracking
from knowcoderx.config import load
from knowcoderx.registry import CHALLENGER, CHAMPION, Promotion
from knowcoderx.schema import Ontology
from knowcoderx.tracking import TrackingError

NAME = "knowcoderx-test"
LOW = {"wnut17/en-test": 0.40, "weibo_zh/zh-test": 0.50}
HIGH = {"wnut17/en-test": 0.45, "weibo_zh/zh-test": 0.52}
UNEVEN = {"wnut17/en-test": 0.60, "weibo_zh/zh-test": 0.45}
SCHEMA = 'class Person(Entity):\n    """A named human being."""\n'


@pytest.fixture(scope="module")
def adapters(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two finished adapters of the toy base with different weights."""
    train = load(root / "params.yaml", profile="sample").train.model_copy(update={"base": "toy", "rank": 2})
    base = bases.get("toy")
    made = []
    for shift in (0.01, 0.02):
        fresh = adapter.attach(bases.load_model(base, torch.float32), base, train)
        tensors = {name: t + shift for name, t in get_peft_model_state_dict(fresh).items()}
        about = {"prompt_form": "compact", "types_per_prompt": 20}
        folder = tmp_path_factory.mktemp("models") / "extract"
        adapter.save(fresh, base, tensors, folder, {**about, "max_new_tokens": 4})
        made.append(folder)
    return made[0], made[1]


@pytest.fixture
def client(workplace: Path) -> MlflowClient:
    return MlflowClient(tracking.store())


def register(folder: Path, scores: dict[str, float], seed: int = 7) -> int:
    config = load(profile="sample").model_copy(update={"seed": seed})
    with tracking.open_run(config, "register") as run:
        return registry.register(run.id, name=NAME, folder=folder, scores=scores)


def promote(*, dry_run: bool = False) -> Promotion:
    return registry.promote(NAME, gain=0.005, drop=0.02, dry_run=dry_run)


def alias(client: MlflowClient, name: str) -> int | None:
    try:
        return int(client.get_model_version_by_alias(NAME, name).version)
    except MlflowException:
        return None


def spoil(version: int) -> None:
    """Change one byte of the weights that the registry holds."""
    weights = tracking.download(f"models:/{NAME}/{version}") / "adapter_model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)


# Registering


def test_a_version_is_the_challenger_with_its_weights_scores_and_run(
    client: MlflowClient, adapters: tuple[Path, Path]
) -> None:
    number = register(adapters[0], LOW)
    version = client.get_model_version(NAME, str(number))
    assert alias(client, CHALLENGER) == number
    assert alias(client, CHAMPION) is None
    assert json.loads(version.tags[registry.SCORES]) == LOW
    assert version.tags[registry.DIGEST] == adapter.digest(adapters[0])
    assert client.get_run(version.run_id).info.status == "SCHEDULED"
    there = tracking.download(f"models:/{NAME}@{CHALLENGER}")
    assert {p.name: p.read_bytes() for p in there.iterdir()} == {p.name: p.read_bytes() for p in adapters[0].iterdir()}


def test_the_same_weights_and_scores_are_one_version_and_others_are_not(
    client: MlflowClient, adapters: tuple[Path, Path]
) -> None:
    first, second = register(adapters[0], LOW), register(adapters[1], LOW, seed=8)
    again = register(adapters[0], LOW, seed=9)
    assert (first, second, again) == (1, 2, 1)
    assert alias(client, CHALLENGER) == first, "what was registered last is the challenger"
    assert len(client.search_model_versions(f"name = '{NAME}'")) == 2


def test_a_registered_model_is_loaded_by_mlflow_and_by_the_extractor_and_both_answer_alike(
    client: MlflowClient, adapters: tuple[Path, Path]
) -> None:
    register(adapters[0], LOW)
    mlflow.set_tracking_uri(tracking.store())
    texts = ["Mina Park visited Busan.", "朴敏娜去了釜山。", "मीना पार्क बुसान गईं।"]
    served = mlflow.pyfunc.load_model(f"models:/{NAME}@{CHALLENGER}").predict(
        pd.DataFrame({"text": texts, "schema": [SCHEMA] * 3, "lang": ["en", "zh", "hi"]})
    )
    own = extractor.Extractor.load(f"models:/{NAME}@{CHALLENGER}")
    schema = Ontology.read(SCHEMA)
    for text, lang, line in zip(texts, ("en", "zh", "hi"), served["document"], strict=True):
        assert json.loads(line) == jsonl.document_to_json(own.extract(text, schema, lang=lang))


def test_a_folder_that_was_moved_still_has_its_champion(
    client: MlflowClient, adapters: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(adapters[0], LOW)
    promote()
    there = tmp_path / "copy of मीना"
    there.mkdir()
    for part in ("mlflow.db", "mlartifacts"):
        shutil.move(part, there)
    monkeypatch.chdir(there)
    monkeypatch.delenv("MLFLOW_TRACKING_URI")  # where MLflow keeps what it was told
    folder = tracking.download(f"models:/{NAME}@{CHAMPION}")
    assert adapter.weights_digest(folder) == adapter.digest(adapters[0])


# Promoting


def test_without_a_challenger_it_says_who_makes_one(client: MlflowClient) -> None:
    with pytest.raises(TrackingError, match=r"model 'knowcoderx-test' has no challenger\. `dvc repro` registers one"):
        promote()


def test_the_first_challenger_becomes_champion(client: MlflowClient, adapters: tuple[Path, Path]) -> None:
    number = register(adapters[0], LOW)
    done = promote()
    assert (done.challenger, done.champion, done.verdict.promote) == (number, None, True)
    assert alias(client, CHAMPION) == number


def test_the_champion_does_not_challenge_itself(client: MlflowClient, adapters: tuple[Path, Path]) -> None:
    register(adapters[0], LOW)
    promote()
    done = promote()
    assert (done.verdict.promote, done.verdict.reason) == (False, "version 1 is the champion already")


def test_a_better_challenger_takes_over_and_a_dry_run_only_says_so(
    client: MlflowClient, adapters: tuple[Path, Path]
) -> None:
    register(adapters[0], LOW)
    promote()
    register(adapters[1], HIGH, seed=8)
    assert promote(dry_run=True) == Promotion(NAME, 2, 1, promote(dry_run=True).verdict)
    assert alias(client, CHAMPION) == 1
    assert promote().verdict.promote
    assert alias(client, CHAMPION) == 2


def test_a_challenger_that_loses_on_one_benchmark_is_refused_with_its_name(
    client: MlflowClient, adapters: tuple[Path, Path]
) -> None:
    register(adapters[0], LOW)
    promote()
    register(adapters[1], UNEVEN, seed=8)
    done = promote()
    assert not done.verdict.promote
    assert "weibo_zh/zh-test falls by 0.050" in done.verdict.reason
    assert alias(client, CHAMPION) == 1


def test_weights_other_than_those_that_were_scored_are_refused_and_no_alias_moves(
    client: MlflowClient, adapters: tuple[Path, Path]
) -> None:
    register(adapters[0], LOW)
    promote()
    spoil(register(adapters[1], HIGH, seed=8))
    for dry_run in (True, False):
        with pytest.raises(TrackingError, match=r"version 2 of 'knowcoderx-test' holds other weights .* not promoted"):
            promote(dry_run=dry_run)
    assert alias(client, CHAMPION) == 1


def test_a_version_whose_files_are_gone_is_refused_and_no_alias_moves(
    client: MlflowClient, adapters: tuple[Path, Path]
) -> None:
    register(adapters[0], LOW)
    shutil.rmtree("mlartifacts")
    with pytest.raises(TrackingError, match="cannot load 'models:/knowcoderx-test/1'"):
        promote()
    assert alias(client, CHAMPION) is None


def test_a_store_that_does_not_answer_is_not_taken_for_one_without_a_challenger(
    client: MlflowClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://mina:hunter2@127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(TrackingError, match="refused") as caught:
        promote()
    assert "hunter2" not in str(caught.value)


# Closing a run


def test_a_closed_run_is_finished_and_holds_what_its_page_needs(
    client: MlflowClient, adapters: tuple[Path, Path]
) -> None:
    config = load(profile="sample")
    shutil.copytree(adapters[0], config.models / "extract")
    one = {name: {"surface": {"f1": f1, "hits": 3}} for name, f1 in LOW.items()}
    jsonl.write_json(config.metrics / "score.json", {"tuned": {"benchmarks": one}})
    jsonl.write_json(config.metrics / "types.json", {"tuned": {"人物": {"f1": 0.5}}})
    jsonl.write_text(config.plots / "f1.csv", "benchmark,f1\n")
    jsonl.write_text(config.reports / "report.md", "# Scores\n")
    with tracking.open_run(config, "register") as run:
        facts = registry.close(config, run)
    stored = client.get_run(run.id)
    assert stored.info.status == "FINISHED"
    assert stored.data.tags[tracking.COMPLETE] == "true"
    assert stored.data.tags["knowcoderx.version"] == f"{config.register_.name}/1"
    assert stored.data.metrics["score.tuned.benchmarks.wnut17/en-test.surface.f1"] == 0.40
    assert {item.path for item in client.list_artifacts(run.id)} >= {"metrics", "plots", "reports", "code"}
    assert facts["mean_f1"] == pytest.approx(0.45)
    written = (config.models / "registered.json").read_text(encoding="utf-8")
    assert json.loads(written) == {"name": config.register_.name, "adapter": adapter.digest(adapters[0])}
    assert run.id not in written, "a run's name in an output would make each rerun another output"


def test_a_run_whose_registration_fails_is_not_complete(
    client: MlflowClient, adapters: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = load(profile="sample")
    shutil.copytree(adapters[0], config.models / "extract")
    one = {name: {"surface": {"f1": f1}} for name, f1 in LOW.items()}
    jsonl.write_json(config.metrics / "score.json", {"tuned": {"benchmarks": one}})

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(registry, "register", full)
    with pytest.raises(OSError, match="No space"), tracking.open_run(config, "register") as run:
        registry.close(config, run)
    stored = client.get_run(run.id)
    assert (stored.info.status, stored.data.tags[tracking.COMPLETE]) == ("FAILED", "false")


def test_outside_git_the_code_is_unknown_and_not_an_error(workplace: Path) -> None:
    provenance.current.cache_clear()
    assert provenance.current().commit == "unknown"
    provenance.current.cache_clear()
