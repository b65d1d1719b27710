"""Runs in a real SQLite store: what their status says, what is kept, and what happens when something dies."""

from __future__ import annotations

import math
import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run as Stored

from knowcoderx import stage, tracking
from knowcoderx.config import Config, load
from knowcoderx.tracking import TrackingError, ascii_key, open_run

pytestmark = pytest.mark.usefixtures("workplace")
# Forked, not spawned: MLflow takes seconds to import. A child opens the store itself, before its parent does.
fork = multiprocessing.get_context("fork")


@pytest.fixture
def config(workplace: Path) -> Config:
    return load(profile="sample")


def other(config: Config) -> Config:
    """The same profile with another seed: a run of its own."""
    return config.model_copy(update={"seed": config.seed + 1})


def runs(config: Config) -> list[Stored]:
    client = MlflowClient(tracking.store())
    experiment = client.get_experiment_by_name(f"knowcoderx-{config.profile}")
    assert experiment is not None
    return list(client.search_runs([experiment.experiment_id]))


def only(config: Config) -> Stored:
    (run,) = runs(config)
    return run


@contextmanager
def working(function: Callable[[Callable[[], None]], None]) -> Iterator[multiprocessing.process.BaseProcess]:
    """A process that is inside ``function``, at the point where that calls its argument."""
    here, there = fork.Pipe()

    def child() -> None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        function(lambda: there.send("at work"))

    process = fork.Process(target=child, daemon=True)
    process.start()
    try:
        assert here.poll(60)
        yield process
    finally:
        process.kill()
        process.join()


def stage_that_waits(tell: Callable[[], None]) -> None:
    @stage.stage
    def wait(config: Config, run: tracking.Run) -> stage.Metrics:
        tell()
        signal.pause()
        return {}

    sys.argv[1:] = ["sample"]
    wait()


# Status


def test_a_run_between_two_stages_is_scheduled_and_stays_one_run(config: Config) -> None:
    with open_run(config, "ingest") as first:
        assert only(config).info.status == "RUNNING"
    assert only(config).info.status == "SCHEDULED"
    with open_run(config, "pair") as second:
        assert only(config).info.status == "RUNNING"
    assert second.id == first.id


def test_a_run_is_finished_only_once_it_is_complete(config: Config) -> None:
    with open_run(config, "register") as run:
        run.tags({tracking.COMPLETE: "true"})
    assert only(config).info.status == "FINISHED"
    assert only(config).info.end_time


def test_another_configuration_is_another_run(config: Config) -> None:
    with open_run(config, "ingest") as one:
        pass
    with open_run(other(config), "ingest") as two:
        pass
    assert one.id != two.id


@pytest.mark.parametrize(
    ("error", "status"),
    [(ValueError("no such label"), "FAILED"), (KeyboardInterrupt(), "KILLED"), (SystemExit(3), "KILLED")],
)
def test_an_error_ends_the_run_as_what_it_was(config: Config, error: BaseException, status: str) -> None:
    with pytest.raises(type(error)), open_run(config, "extract"):
        raise error
    assert only(config).info.status == status
    assert only(config).data.tags[tracking.COMPLETE] == "false"


def test_an_error_after_completion_is_not_called_finished(config: Config) -> None:
    with pytest.raises(ValueError, match="disk"), open_run(config, "register") as run:
        run.tags({tracking.COMPLETE: "true"})
        raise ValueError("disk")
    assert only(config).info.status == "FAILED"


def test_a_killed_stage_is_closed_by_the_next_one(config: Config) -> None:
    with working(stage_that_waits) as process:
        process.kill()
        process.join()
    assert only(config).info.status == "RUNNING"
    with open_run(other(config), "ingest"):
        pass
    assert sorted(run.info.status for run in runs(config)) == ["KILLED", "SCHEDULED"]


def test_a_stage_that_works_is_not_taken_for_an_orphan(config: Config) -> None:
    with working(stage_that_waits):
        with open_run(other(config), "ingest"):
            pass
        assert sorted(run.info.status for run in runs(config)) == ["RUNNING", "SCHEDULED"]


def test_a_stage_of_another_machine_is_left_alone(config: Config) -> None:
    with open_run(config, "extract") as run:
        run.tags({tracking.OWNER: "another-machine:1"})
        assert tracking.close_orphans(run.client, only(config).info.experiment_id) == 0


def test_sigterm_ends_a_stage_as_killed(config: Config) -> None:
    with working(stage_that_waits) as process:
        process.terminate()
        process.join(30)
        assert process.exitcode not in (0, None)
    assert only(config).info.status == "KILLED"


# What is kept


def test_the_resolved_configuration_is_kept_as_parameters_and_as_a_file(config: Config) -> None:
    with open_run(config, "ingest") as run:
        found = only(config).data
        files = {item.path for item in run.client.list_artifacts(run.id)}
    assert found.params["train.lr"] == str(config.train.lr)
    assert found.params["register.name"] == config.register_.name
    assert found.tags["knowcoderx.machine"]
    assert "config.json" in files


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_refused_with_its_name(config: Config, value: float) -> None:
    with open_run(config, "extract") as run, pytest.raises(TrackingError, match=r"'extract/loss' is -?(nan|inf)"):
        run.metrics({"extract/lr": 0.1, "extract/loss": value})
    assert "extract/lr" not in only(config).data.metrics


NAMES = [
    "f1/人物",
    "f1/व्यक्ति",
    "f1/สถานที่",
    "f1@5",
    "f1/A->B",
    "f1/A_>B",
    "f1/A--B",
    "f1/Zürich",
    "f1/Zu\u0308rich",
    "f1",
]


def test_names_of_any_script_become_keys_that_the_store_takes_and_tells_apart(config: Config) -> None:
    with open_run(config, "score") as run:
        run.metrics({name: float(i) for i, name in enumerate(NAMES)})
    kept = only(config).data.metrics
    assert sorted(kept.values()) == [float(i) for i in range(len(NAMES))]
    assert all(key.isascii() for key in kept)
    assert kept["f1"] == float(NAMES.index("f1")), "a name that needs no change keeps its own"
    assert ascii_key(NAMES[0]) == ascii_key(NAMES[0]) != ascii_key(NAMES[1])


def test_more_numbers_than_the_store_takes_at_once_are_all_kept(config: Config) -> None:
    with open_run(config, "score") as run:
        run.metrics({f"score.{i}": float(i) for i in range(2500)})
    assert len(only(config).data.metrics) == 2500


def test_four_stages_at_once_keep_every_number_of_one_run(config: Config) -> None:
    Path("mlflow.db").unlink()  # they also race to make its tables
    steps = 12

    def write(number: int) -> None:
        with open_run(config, f"stage-{number}") as run:
            for step in range(steps):
                run.metrics({f"writer-{number}/loss": step + number / 10, f"writer-{number}/lr": 0.5}, step)
        os._exit(0)

    processes = [fork.Process(target=write, args=(number,), daemon=True) for number in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
        process.kill()
    assert [process.exitcode for process in processes] == [0] * 4
    client, run = MlflowClient(tracking.store()), only(config)
    for number in range(4):
        kept = client.get_metric_history(run.info.run_id, f"writer-{number}/loss")
        assert [m.value for m in sorted(kept, key=lambda m: m.step)] == [step + number / 10 for step in range(steps)]


# Stores that move, and stores that do not answer


def files_of(config: Config) -> set[str]:
    run = only(config)
    local = Path(MlflowClient(tracking.store()).download_artifacts(run.info.run_id, ""))
    return {path.name for path in local.rglob("*") if path.is_file()}


def report(config: Config, text: str) -> None:
    Path("report.md").write_text(text, encoding="utf-8")
    with open_run(config, "score") as run:
        run.artifact(Path("report.md"), "reports")


def reported(config: Config, text: str) -> None:
    """In a process of its own: MLflow remembers in memory where a run's artifacts were."""
    process = fork.Process(target=report, args=(config, text), daemon=True)
    process.start()
    process.join(60)
    assert process.exitcode == 0


@pytest.mark.parametrize("name", ["moved", "with space", "मेरा काम", "100%"])
def test_a_folder_that_was_moved_finds_its_own_artifacts(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    reported(config, "# F1 0.61\n")
    there = tmp_path / name
    there.mkdir()
    for part in ("mlflow.db", "mlartifacts", "params.yaml"):
        shutil.move(tmp_path / part, there)
    monkeypatch.chdir(there)
    tracking.rehome()
    assert files_of(config) == {"report.md", "config.json"}
    report(config, "# F1 0.62\n")
    assert not (tmp_path / "mlartifacts").exists()


def test_a_copied_folder_writes_into_itself_and_not_into_the_first_one(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported(config, "# F1 0.61\n")
    there = tmp_path / "copy"
    there.mkdir()
    shutil.copy2("mlflow.db", there)
    shutil.copytree("mlartifacts", there / "mlartifacts")
    monkeypatch.chdir(there)
    report(config, "# F1 0.62\n")
    texts = [next((f / "mlartifacts").rglob("report.md")).read_text(encoding="utf-8") for f in (tmp_path, there)]
    assert texts == ["# F1 0.61\n", "# F1 0.62\n"]


def test_a_database_alone_in_a_new_folder_still_reads_the_artifacts_that_stayed(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported(config, "# F1 0.61\n")
    there = tmp_path / "elsewhere"
    there.mkdir()
    shutil.copy2("mlflow.db", there)
    monkeypatch.chdir(there)
    tracking.rehome()
    assert files_of(config) == {"report.md", "config.json"}


def test_a_shared_database_keeps_its_artifacts_beside_it_wherever_a_stage_runs(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "another checkout"
    there.mkdir()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", tracking.store())
    monkeypatch.chdir(there)
    reported(config, "# F1 0.61\n")
    assert (tmp_path / "mlartifacts").is_dir()
    assert not (there / "mlartifacts").exists()


def test_an_experiment_that_keeps_its_artifacts_elsewhere_is_not_touched(config: Config, tmp_path: Path) -> None:
    client = MlflowClient(tracking.store())
    place = (tmp_path / "big-disk" / "experiments").as_uri()
    client.create_experiment("knowcoderx-sample", artifact_location=place)
    reported(config, "# F1 0.61\n")
    assert (tmp_path / "big-disk" / "experiments").is_dir()
    assert client.get_experiment_by_name("knowcoderx-sample").artifact_location == place


def test_a_store_that_is_not_there_is_an_error_of_ours_without_its_password(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://mina:hunter2@127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")

    def download(_: Any) -> None:
        tracking.download("models:/knowcoderx@champion")

    for call in (lambda c: open_run(c, "ingest").__enter__(), download):
        with pytest.raises(TrackingError, match=r"http://\*\*\*@127\.0\.0\.1:9") as caught:
            call(config)
        assert "hunter2" not in str(caught.value)
        assert caught.value.__suppress_context__, "the trace would show the password of the first error"


def test_a_model_that_is_not_registered_says_how_one_gets_there(config: Config) -> None:
    with pytest.raises(TrackingError, match=r"cannot load 'models:/knowcoderx@champion' .*dvc repro.*promote"):
        tracking.download("models:/knowcoderx@champion")


def test_the_store_is_sqlite_in_the_current_folder_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tracking.store() == f"sqlite:///{tmp_path.resolve()}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:5000")
    assert tracking.store() == "http://127.0.0.1:5000"
