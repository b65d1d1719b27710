"""`dvc repro` from raw corpora to a registered model, and what the second and third one leave alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run
from ruamel.yaml import YAML

# The first test waits for nine stages; each takes seconds to load its libraries.
pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(1800)]

Dvc = Callable[..., str]
NAMES = ("ingest", "pair", "render", "search", "align", "extract", "predict", "score", "register")
SCHEMA = 'class Person(Entity):\n    """A named human being."""\n'


@pytest.fixture
def client(reproduced: Path, monkeypatch: pytest.MonkeyPatch) -> MlflowClient:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{reproduced}/mlflow.db")
    return MlflowClient(f"sqlite:///{reproduced}/mlflow.db")


def runs(client: MlflowClient) -> list[Run]:
    experiment = client.get_experiment_by_name("knowcoderx-toy")
    assert experiment is not None
    return list(client.search_runs([experiment.experiment_id]))


def artifacts(client: MlflowClient, run: Run, folder: str | None = None) -> set[str]:
    found = client.list_artifacts(run.info.run_id, folder)
    inside = [artifacts(client, run, item.path) for item in found if item.is_dir]
    return {item.path for item in found if not item.is_dir}.union(*inside)


def edit(repository: Path, old: str, new: str) -> None:
    params = repository / "params.yaml"
    text = params.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    params.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def test_nine_stages_leave_all_their_outputs(reproduced: Path) -> None:
    lock = YAML(typ="safe").load((reproduced / "dvc.lock").read_text(encoding="utf-8"))["stages"]
    assert list(lock) == [f"{name}@toy" for name in NAMES]
    made = [out["path"] for stage in lock.values() for out in stage["outs"]]
    assert [path for path in made if not (reproduced / path).exists()] == []
    assert (reproduced / "models/toy/extract/manifest.json").is_file()
    assert (reproduced / "reports/toy/report.md").stat().st_size > 0


def test_no_stage_leaves_anything_half_written(reproduced: Path) -> None:
    hidden = [
        p for top in ("data/build", "models", "metrics", "plots", "reports") for p in (reproduced / top).rglob(".*")
    ]
    assert hidden == []


def test_one_run_holds_every_stage_and_is_finished(client: MlflowClient) -> None:
    (run,) = runs(client)
    assert run.info.status == "FINISHED"
    assert run.data.tags["knowcoderx.complete"] == "true"
    assert run.data.tags["knowcoderx.version"] == "knowcoderx-toy/1"
    assert re.fullmatch("[0-9a-f]{40}", run.data.tags["knowcoderx.commit"])
    assert run.data.tags["knowcoderx.diff"] == "", "the pipeline's own outputs are no change of the code"
    assert (run.data.params["train.base"], run.data.params["search.trials"]) == ("toy", "2")


def test_the_run_has_the_numbers_of_every_stage_and_the_curves_of_both_phases(
    client: MlflowClient, reproduced: Path
) -> None:
    (run,) = runs(client)
    stages = {path.stem for path in (reproduced / "metrics/toy").glob("*.json")} - {"types"}
    assert stages == {
        "ingest",
        "pair",
        "render",
        "search",
        "train-align",
        "train-extract",
        "predict",
        "score",
        "register",
    }
    assert stages <= {key.split(".")[0] for key in run.data.metrics}
    for phase in ("align", "extract"):
        curve = client.get_metric_history(run.info.run_id, f"{phase}/loss")
        assert [point.step for point in curve] == [1, 2]
    assert len(client.get_metric_history(run.info.run_id, "search/dev_loss")) == 2
    assert {
        "score.tuned.benchmarks.sample/en-test.surface.f1",
        "score.untrained.benchmarks.sample/hi-test.surface.f1",
    } <= set(run.data.metrics)


def test_the_run_keeps_the_report_the_plots_and_the_lock(client: MlflowClient) -> None:
    (run,) = runs(client)
    assert artifacts(client, run) >= {
        "config.json", "code/dvc.lock", "code/params.yaml", "code/requirements.lock", "metrics/score.json",
        "metrics/types.json", "plots/align.csv", "plots/f1.csv", "reports/report.md",
    }  # fmt: skip


def test_the_challenger_loads_from_the_registry_and_answers(client: MlflowClient, reproduced: Path) -> None:
    version = client.get_model_version_by_alias("knowcoderx-toy", "challenger")
    (run,) = runs(client)
    assert version.run_id == run.info.run_id
    mlflow.set_tracking_uri(f"sqlite:///{reproduced}/mlflow.db")
    model = mlflow.pyfunc.load_model("models:/knowcoderx-toy@challenger")
    texts = ["Mina Park visited Busan.", "朴敏娜去了釜山。", "मीना पार्क बुसान गईं।"]
    answers = model.predict(pd.DataFrame({"text": texts, "schema": [SCHEMA] * 3, "lang": ["en", "zh", "hi"]}))
    documents = [json.loads(line) for line in answers["document"]]
    assert [(d["lang"], d["text"]) for d in documents] == list(zip(("en", "zh", "hi"), texts, strict=True))
    for document in documents:
        assert all(0 <= m["start"] < m["end"] <= len(document["text"]) for m in document["mentions"])


def test_the_search_is_what_the_training_used(reproduced: Path) -> None:
    best = json.loads((reproduced / "models/toy/best.json").read_text(encoding="utf-8"))
    trained = json.loads((reproduced / "metrics/toy/train-extract.json").read_text(encoding="utf-8"))
    assert best == {"lr": trained["lr"], "rank": trained["rank"]}


def test_a_second_repro_does_nothing(reproduced: Path, dvc: Dvc) -> None:
    before = (reproduced / "dvc.lock").read_bytes()
    said = dvc("repro")
    assert "Data and pipelines are up to date." in said
    assert "Running stage" not in said
    assert (reproduced / "dvc.lock").read_bytes() == before


def test_another_gate_reruns_registration_alone_and_makes_no_new_version(
    reproduced: Path, dvc: Dvc, client: MlflowClient
) -> None:
    before = [run.info.run_id for run in runs(client)]
    edit(reproduced, "name: knowcoderx-toy, gain: 0.005", "name: knowcoderx-toy, gain: 0.25")
    said = dvc("repro")
    assert re.findall(r"Running stage '(.*?)'", said) == ["register@toy"]
    (new,) = [run for run in runs(client) if run.info.run_id not in before]
    assert new.info.status == "FINISHED"
    assert new.data.params["register.gain"] == "0.25"
    assert "train-extract.loss" in new.data.metrics, "the page of the new run is as full as that of the first"
    assert len(client.search_model_versions("name = 'knowcoderx-toy'")) == 1


def test_another_profile_and_back_reruns_nothing(reproduced: Path, dvc: Dvc) -> None:
    edit(reproduced, "\nprofile: toy", "\nprofile: sample")
    other = dvc("status")
    edit(reproduced, "\nprofile: sample", "\nprofile: toy")
    assert "ingest@sample" in other
    assert "@toy" not in other
    assert "Data and pipelines are up to date." in dvc("status")
