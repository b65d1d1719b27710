"""A copy of the repository with a profile that takes seconds: `toy`, a random two-layer model on the sample corpus."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

TOY = """
  toy:
    ingest:
      raw: [{raw}]
      train: ["sample/en:train", "sample/zh:train"]
      dev: ["sample/en:dev"]
      benchmarks: ["sample/en:test", "sample/hi:test"]
      benchmark_limit: 3
    pair: {{sources: ["sample/en:train"]}}
    prompt: {{}}
    mixture: {{}}
    train:
      {{base: toy, batch: 2, micro_batch: 2, max_length: 2048, rank: 4, alpha: 8, threads: 1,
       align: {{epochs: 1, examples: 4}}, extract: {{epochs: 1, examples: 4}}}}
    search: {{trials: 2, examples: 4, dev_examples: 2, rank: [2, 4]}}
    predict: {{batch: 6, max_new_tokens: 8}}
    register: {{name: knowcoderx-toy, gain: 0.005}}
"""
LEFT_OUT = ("tests/", "notebooks/", "docs/", "metrics/", "plots/", "reports/", "dvc.lock")
"""No input of any stage: what other profiles gave, and what is read by people."""


@pytest.fixture(scope="session")
def surroundings() -> dict[str, str]:
    """The environment of a stage: this interpreter first, one thread, no settings of the developer's own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_TRACKING", "GIT_", "DVC_", "PYTHON"))}
    return kept | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "DVC_NO_ANALYTICS": "1",
        "OMP_NUM_THREADS": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }


@pytest.fixture(scope="session")
def repository(root: Path, tmp_path_factory: pytest.TempPathFactory, surroundings: dict[str, str]) -> Path:
    """A git repository of the files as they are now, with the profile `toy` chosen."""
    here = tmp_path_factory.mktemp("repository")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (root / name).is_file() and not name.startswith(LEFT_OUT):
            (here / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, here / name)
    params = (here / "params.yaml").read_text(encoding="utf-8")
    chosen = params.replace("\nprofile: sample", "\nprofile: toy")
    assert chosen != params
    toy = TOY.format(raw=here / "data")
    (here / "params.yaml").write_text(chosen.rstrip("\n") + "\n" + toy, encoding="utf-8", newline="\n")
    for words in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "-qm", "All files"],
    ):
        subprocess.run(["git", *words], cwd=here, env=surroundings, check=True)
    return here


@pytest.fixture(scope="session")
def dvc(repository: Path, surroundings: dict[str, str]) -> Callable[..., str]:
    """Run DVC in the repository, with its own sources, and give what it says."""

    def run(*words: str) -> str:
        done = subprocess.run(
            ["dvc", *words], cwd=repository, env=surroundings | {"PYTHONPATH": "src"},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=1200,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-4000:]
        return done.stdout

    return run


@pytest.fixture(scope="session")
def reproduced(repository: Path, dvc: Callable[..., str]) -> Path:
    """The repository after its first `dvc repro`."""
    dvc("repro")
    return repository
