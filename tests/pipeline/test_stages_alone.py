"""Each stage run in a folder that holds what it declares and nothing else gives what `dvc repro` gave.

Modules and data that it does not declare are absent, and every parameter that it does not declare has
another value. A stage that used one of them would fail here, or give something else.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(1800)]

ROOT = Path(__file__).parents[2]


def read_yaml(path: Path) -> dict[str, Any]:
    """With a reader of its own: one that two threads share mixes their files."""
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return found


STAGES: dict[str, dict[str, Any]] = read_yaml(ROOT / "dvc.yaml")["stages"]
PROFILE = "toy"

PLUMBING = (
    "__init__.py", "config.py", "console.py", "jsonl.py", "provenance.py", "schema.py", "stage.py", "tracking.py",
    "types.py", "wire.py",
)  # fmt: skip
"""What opens a stage, with what it imports: no output depends on how a stage is opened."""

OTHER: dict[str, Any] = {
    "seed": 1234,
    "ingest": {"train": ["sample/de:train"], "dev": [], "benchmarks": ["sample/ru:test"], "benchmark_limit": 1},
    "pair": {"sources": ["sample/de:train"], "min_score": 1.0, "max_length_ratio": 1.01},
    "prompt": {"form": "full", "types_per_prompt": 1},
    "mixture": {"negatives": 0.0, "none_present": 1.0, "empty": 0.0, "shuffle_types": False},
    "train": {
        "base": "smollm2-135m", "lr": 0.9, "warmup": 1.0, "schedule": "linear", "weight_decay": 0.9, "clip": 1e-6,
        "batch": 1, "micro_batch": 1, "max_length": 1, "rank": 1, "alpha": 1, "dropout": 0.9, "threads": 2,
        "align": {"epochs": 0}, "extract": {"epochs": 0},
    },
    "search": {"trials": 0, "examples": 1, "dev_examples": 1, "epochs": 9.0, "lr": [0.1, 0.2], "rank": [1]},
    "predict": {"batch": 1, "max_new_tokens": 1, "untrained": False},
    "register": {"name": "another-model", "gain": 0.9, "drop": 0.9},
}  # fmt: skip
"""For each parameter another value, which the stage would notice."""


def filled(text: str) -> str:
    return text.replace("${item.profile}", PROFILE)


def copied(path: str, here: Path, there: Path) -> None:
    (there / path).parent.mkdir(parents=True, exist_ok=True)
    if (here / path).is_dir():
        shutil.copytree(here / path, there / path, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy2(here / path, there / path)


def overlaid(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    return dict(under) | {
        key: overlaid(under[key], value) if isinstance(value, dict) and isinstance(under.get(key), dict) else value
        for key, value in over.items()
    }


def leaves(section: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in section.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def is_declared(key: str, declared: list[str]) -> bool:
    """A value counts as declared where both the file's own section and the profile's are."""
    plain = any(key == d or key.startswith(f"{d}.") for d in declared if not d.startswith("profiles."))
    own = f"profiles.{PROFILE}.{key}"
    laid_over = any(own == d or own.startswith(f"{d}.") for d in declared if d.startswith("profiles."))
    return plain and (laid_over or "." not in key)


def parameters(name: str, here: Path) -> dict[str, Any]:
    """The parameters of the profile, with another value for each that the stage does not declare."""
    raw = read_yaml(here / "params.yaml")
    made = overlaid(raw, raw.pop("profiles")[PROFILE]) | {"profiles": {PROFILE: {}}}
    declared = [filled(key) for key in STAGES[name]["params"]]
    for key, value in leaves(OTHER):
        if not is_declared(key, declared):
            *sections, last = key.split(".")
            section = made
            for step in sections:
                section = section[step]
            section[last] = value
    return made


def outputs(name: str) -> list[str]:
    entries = [entry for kind in ("outs", "metrics", "plots") for entry in STAGES[name].get(kind, [])]
    return [filled(entry if isinstance(entry, str) else next(iter(entry))) for entry in entries]


def files(path: Path) -> dict[str, bytes]:
    found = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    return {p.relative_to(path.parent).as_posix(): p.read_bytes() for p in found}


def run_alone(name: str, here: Path, there: Path, surroundings: dict[str, str], store: Path) -> str:
    """Run a stage in ``there`` with what it declares of ``here``; give its words."""
    for path in {"pipelines/python", *map(filled, STAGES[name]["deps"])}:
        copied(path, here, there)
    for file in PLUMBING:
        if not (there / "src/knowcoderx" / file).exists():
            copied(f"src/knowcoderx/{file}", here, there)
    (there / "params.yaml").write_text(json.dumps(parameters(name, here)), encoding="utf-8")
    shutil.copy2(store, there / "mlflow.db")
    done = subprocess.run(
        filled(STAGES[name]["cmd"]).split(), cwd=there,
        env=surroundings | {"PYTHONPATH": str(there / "src"), "GIT_CEILING_DIRECTORIES": str(there.parent)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=600,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stdout


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MLflow takes seconds to make its tables: they are made once and copied."""
    from mlflow import MlflowClient

    file = tmp_path_factory.mktemp("store") / "mlflow.db"
    MlflowClient(f"sqlite:///{file}").search_experiments()
    return file


@pytest.fixture(scope="module")
def alone(
    reproduced: Path, empty_store: Path, surroundings: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, tuple[Path, Future[str]]]]:
    """Every stage in a folder of its own, as many at once as there are cores."""
    folders = {name: tmp_path_factory.mktemp(f"alone-{name}") for name in STAGES}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {
            name: (folder, pool.submit(run_alone, name, reproduced, folder, surroundings, empty_store))
            for name, folder in folders.items()
        }


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_needs_only_what_it_declares(
    name: str, alone: dict[str, tuple[Path, Future[str]]], reproduced: Path
) -> None:
    folder, ended = alone[name]
    assert ended.result() == ""
    for path in outputs(name):
        if path.startswith("reports/"):  # it names the commit, and there is no git here
            assert files(folder / path).keys() == files(reproduced / path).keys()
        else:
            assert files(folder / path) == files(reproduced / path), path


def test_the_other_values_differ_from_those_of_the_profile(reproduced: Path) -> None:
    raw = read_yaml(reproduced / "params.yaml")
    own = dict(leaves(overlaid(raw, raw.pop("profiles")[PROFILE])))
    assert [key for key, value in leaves(OTHER) if own[key] == value] == []
