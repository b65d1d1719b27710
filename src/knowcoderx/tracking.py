"""Runs, metrics and artifacts in MLflow, which only this module, `registry` and `serving` know.

One run is one state of the code with one resolved configuration; each stage of a `dvc repro` finds it
by that key and goes on with it, so the UI has one row for parameters, curves and every benchmark.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from urllib.parse import unquote, urlsplit

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("DO_NOT_TRACK", "true")

import mlflow
from filelock import FileLock
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunStatus, RunTag, ViewType
from mlflow.exceptions import MlflowException
from mlflow.models import Model
from mlflow.tracking.context.registry import resolve_tags
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from tenacity import (
    retry,
    retry_if_exception,
    stop_after_delay,
    wait_random_exponential,
)

from knowcoderx import provenance
from knowcoderx.config import Config

__all__ = ["Run", "TrackingError", "close_orphans", "download", "open_run", "rehome", "store"]

P = ParamSpec("P")
T = TypeVar("T")
KEY, OWNER, COMPLETE = "knowcoderx.key", "knowcoderx.owner", "knowcoderx.complete"
ARTIFACTS = "mlartifacts"
PLACES = {
    "experiments": ("artifact_location",),
    "runs": ("artifact_uri",),
    "logged_models": ("artifact_location",),
    "model_versions": ("source", "storage_location"),
}
"""The columns in which MLflow keeps absolute paths of artifacts, by table."""


class TrackingError(RuntimeError):
    """Something that the store refused or could not take. Results are on disk by then."""


def store() -> str:
    """The tracking URI: ``MLFLOW_TRACKING_URI``, or SQLite in the current folder."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{Path('mlflow.db').resolve()}"


def _busy(error: BaseException) -> bool:
    return isinstance(error, OperationalError | MlflowException) and "locked" in str(error)


def patiently(function: Callable[P, T]) -> Callable[P, T]:
    """Wait for SQLite, which takes one writer at a time, two minutes at most; say the store's refusals as ours.

    The store's own words may hold the password of its address, and so may their traces.
    """
    waiting = retry(
        retry=retry_if_exception(_busy), wait=wait_random_exponential(max=5), stop=stop_after_delay(120), reraise=True
    )(function)

    @wraps(function)
    def call(*args: P.args, **options: P.kwargs) -> T:
        try:
            return waiting(*args, **options)
        except (MlflowException, OperationalError) as error:
            raise TrackingError(f"the store {_shown(store())} refused: {_shown(str(error))}") from None

    return call


class Run:
    """An open run. Everything that a stage reports goes through here."""

    def __init__(self, client: MlflowClient, run_id: str) -> None:
        self.client, self.id = client, run_id

    @patiently
    def metrics(self, values: Mapping[str, float], step: int = 0) -> None:
        """Log numbers; keys become ASCII.

        Raises:
            TrackingError: a value that is not finite. NaN would rank as a result.
        """
        bad = [key for key, value in values.items() if not math.isfinite(value)]
        if bad:
            raise TrackingError(f"metric {bad[0]!r} is {values[bad[0]]}: only finite numbers are tracked")
        now = int(time.time() * 1000)
        for some in _batches([Metric(ascii_key(k), float(v), now, step) for k, v in values.items()], 1000):
            self.client.log_batch(self.id, some)

    @patiently
    def tags(self, values: Mapping[str, str]) -> None:
        """Set tags, each cut to what a store takes."""
        self.client.log_batch(self.id, tags=[RunTag(k, v[:5000]) for k, v in values.items()])

    @patiently
    def artifact(self, path: Path, folder: str | None = None) -> None:
        """Keep a file, or all files of a folder."""
        log = self.client.log_artifacts if path.is_dir() else self.client.log_artifact
        log(self.id, str(path), folder)


def _batches(items: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    """As many as the store takes at once."""
    return (items[start : start + most] for start in range(0, len(items), most))


def ascii_key(name: str) -> str:
    """A metric key that any store accepts; equal for equal names, different for different ones."""
    plain = re.sub(r"[^A-Za-z0-9_\-./ ]", "_", name)
    return plain if plain == name else f"{plain}.{hashlib.sha256(name.encode()).hexdigest()[:6]}"


@contextmanager
def open_run(config: Config, stage: str) -> Iterator[Run]:
    """The run of this code and configuration, while a stage works on it.

    Its status is true at any time: RUNNING while a stage works, SCHEDULED between stages, FINISHED when
    the last stage is done, FAILED or KILLED when one was; what a kill left open is closed at the next start.
    """
    with _alone():
        client = _client()
        experiment = _experiment(client, f"knowcoderx-{config.profile}")
        close_orphans(client, experiment)
        run = _find_or_create(client, experiment, config)
        run.tags({"knowcoderx.stage": stage})
    ended = RunStatus.FAILED
    try:
        yield run
        ended = RunStatus.SCHEDULED
    except (KeyboardInterrupt, SystemExit):
        ended = RunStatus.KILLED
        raise
    finally:
        _end(client, run.id, ended)


@patiently
def _client() -> MlflowClient:
    return MlflowClient(store())


@patiently
def _end(client: MlflowClient, run_id: str, status: int) -> None:
    complete = client.get_run(run_id).data.tags.get(COMPLETE) == "true"
    final = RunStatus.FINISHED if complete and status == RunStatus.SCHEDULED else status
    client.set_tag(run_id, OWNER, "")
    if final == RunStatus.SCHEDULED:
        client.update_run(run_id, status=RunStatus.to_string(final))
    else:
        client.set_terminated(run_id, RunStatus.to_string(final))


@patiently
def _experiment(client: MlflowClient, name: str) -> str:
    rehome()
    found = client.get_experiment_by_name(name)
    if found is not None:
        if found.lifecycle_stage != "active":
            client.restore_experiment(found.experiment_id)
        return str(found.experiment_id)
    root = _artifacts()
    return client.create_experiment(name, artifact_location=f"{root}{name}" if root else None)


def _database() -> Path | None:
    """The file of a SQLite store; None for any other store."""
    uri = make_url(store()) if store().startswith("sqlite:") else None
    return Path(uri.database).resolve() if uri is not None and uri.database else None


def _artifacts() -> str | None:
    """Where the artifacts of a SQLite store go: beside its file, whatever the current folder is. Ends in a slash."""
    database = _database()
    return f"{(database.parent / ARTIFACTS).as_uri()}/" if database else None


def _alone() -> Any:
    """One process at a time opens a run in SQLite: neither its first migration nor "find or create" is atomic."""
    database = _database()
    return FileLock(f"{database}.lock", timeout=300) if database else nullcontext()


@patiently
def rehome() -> None:
    """Point a SQLite store that was moved or copied with its artifacts at where they are now, in one transaction.

    MLflow keeps absolute paths only. Experiments are moved by the prefix that ends in our artifact folder, so
    those that live elsewhere stay; so do all if the artifacts stayed behind and only the database is new here.
    """
    database, here = _database(), _artifacts()
    if database is None or here is None or not database.exists():
        return
    engine = create_engine(store())
    try:
        with engine.begin() as connection:
            if not inspect(connection).has_table("logged_models"):
                return
            known = connection.execute(text("SELECT name, artifact_location FROM experiments")).all()
            roots = {place.removesuffix(n) for n, place in known if place.endswith(f"/{ARTIFACTS}/{n}")}
            for old in sorted(root for root in roots - {here} if root.startswith("file:")):
                if Path(database.parent, ARTIFACTS).exists() or not _path(old).exists():
                    for statement in _moves():
                        connection.execute(text(statement), {"old": old, "new": here})
    finally:
        engine.dispose()


def _path(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path))


def _moves() -> Iterator[str]:
    for table, columns in PLACES.items():
        for column in columns:
            yield (
                f"UPDATE {table} SET {column} = :new || substr({column}, length(:old) + 1) "
                f"WHERE substr({column}, 1, length(:old)) = :old"
            )


@patiently
def close_orphans(client: MlflowClient, experiment: str) -> int:
    """Mark as KILLED each RUNNING run whose process on this host is gone; give their number."""
    closed = 0
    for run in client.search_runs([experiment], "attributes.status = 'RUNNING'", ViewType.ACTIVE_ONLY):
        host, _, process = run.data.tags.get(OWNER, "").rpartition(":")
        if host in ("", socket.gethostname()) and not _alive(process):
            client.set_terminated(run.info.run_id, "KILLED")
            closed += 1
    return closed


def _alive(process: str) -> bool:
    return process.isdigit() and Path(f"/proc/{process}").exists()


@patiently
def _find_or_create(client: MlflowClient, experiment: str, config: Config) -> Run:
    code = provenance.current()
    resolved = config.model_dump(mode="json", by_alias=True)
    key = hashlib.sha256(json.dumps([code.commit, code.diff, resolved], sort_keys=True).encode()).hexdigest()[:16]
    found = client.search_runs([experiment], f"tags.`{KEY}` = '{key}'", ViewType.ACTIVE_ONLY, max_results=1)
    # RUNNING without an owner would look like an orphan to another stage that starts now.
    owned = {OWNER: provenance.owner()}
    if found:
        run = Run(client, found[0].info.run_id)
        run.tags(owned)
        client.update_run(run.id, status="RUNNING")
        return run
    tags = resolve_tags({KEY: key, **owned})
    run = Run(client, client.create_run(experiment, run_name=f"{config.profile}-{code.code}", tags=tags).info.run_id)
    for some in _batches([Param(k, str(v)[:6000]) for k, v in _flat(resolved)], 100):
        client.log_batch(run.id, params=some)
    run.tags({
        "knowcoderx.commit": code.commit, "knowcoderx.diff": code.diff, "knowcoderx.machine": code.machine,
        COMPLETE: "false", "mlflow.source.name": " ".join(sys.argv)[:500],
    })  # fmt: skip
    client.log_dict(run.id, resolved, "config.json")
    return run


def _flat(section: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in section.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def download(uri: str) -> Path:
    """The adapter folder of a registered model (``models:/NAME@ALIAS`` or ``models:/NAME/VERSION``).

    Raises:
        TrackingError: no such model, version or alias in the store, its files are gone, or it is not of our kind.
    """
    if (database := _database()) and not database.exists():
        raise TrackingError(f"cannot load {uri!r}: no MLflow store at {store()}. Run where `dvc repro` ran.")
    mlflow.set_tracking_uri(store())
    try:
        rehome()
        folder = Path(mlflow.artifacts.download_artifacts(artifact_uri=uri))
        adapter: Path = folder / Model.load(str(folder)).flavors["python_function"]["artifacts"]["adapter"]["path"]
        next(adapter.iterdir())
    except (MlflowException, OSError, KeyError, StopIteration) as error:
        raise TrackingError(
            _shown(f"cannot load {uri!r} from {store()}: {error!s}. `dvc repro` registers a challenger, ")
            + "`knowcoderx promote` makes it champion."
        ) from None
    return adapter


def _shown(text: str) -> str:
    """A text without the passwords of the addresses in it."""
    return re.sub(r"//[^/@\s]*@", "//***@", text)
