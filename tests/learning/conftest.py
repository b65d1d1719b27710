"""The toy training that the tests of this folder share, here and as a program."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).with_name("toy_run.py")


@pytest.fixture(scope="session")
def toy_run() -> ModuleType:
    """The module ``toy_run``."""
    spec = importlib.util.spec_from_file_location("toy_run", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def start_toy_run() -> Callable[..., subprocess.Popen[str]]:
    """Start the script in a process of its own: ``start(folder, train={...}, kill_at=3)``."""

    def start(folder: Path, **wanted: Any) -> subprocess.Popen[str]:
        alone = {k: v for k, v in os.environ.items() if k not in {"LOCAL_RANK", "WORLD_SIZE", "MASTER_PORT"}}
        return subprocess.Popen(
            [sys.executable, str(SCRIPT), str(folder), json.dumps(wanted)], env=alone, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    return start


@pytest.fixture
def steps() -> Callable[[Path], list[Any]]:
    """What a folder's training noted of its steps; a repeated step counts as it was repeated."""

    def read(folder: Path) -> list[Any]:
        lines = (folder / "steps.jsonl").read_text(encoding="utf-8").splitlines()
        return list({entry["step"]: entry for entry in map(json.loads, lines)}.values())

    return read
