"""The notebooks run from top to bottom, in this environment, and leave nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
NEEDED = ("params.yaml", "data/sample", "notebooks")

every_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture
def clone(root: Path, tmp_path: Path) -> Path:
    """What the notebooks read of a clone, and nothing that a pipeline would have made."""
    here = tmp_path / "clone"
    for name in NEEDED:
        copy = shutil.copytree if (root / name).is_dir() else shutil.copy2
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        copy(root / name, here / name)
    return here


@pytest.fixture
def jupyter(tmp_path: Path) -> dict[str, str]:
    """Jupyter's folders in one place of the test's own, with a kernel `python3` that is this interpreter."""
    kernel = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3",
        "language": "python",
    }
    folder = tmp_path / "jupyter/kernels/python3"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(kernel), encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_TRACKING", "PYTEST_"))}
    return kept | {
        "JUPYTER_PATH": str(tmp_path / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
        "IPYTHONDIR": str(tmp_path / "ipython"),
    }


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.pipeline
@every_notebook
def test_a_notebook_runs_and_leaves_nothing_behind(
    notebook: Path, clone: Path, jupyter: dict[str, str], tmp_path: Path
) -> None:
    before = files(clone)
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-c", str(tmp_path / "pytest.ini"), "-p", "no:cacheprovider",
            "--nbmake", "--nbmake-kernel=python3", "--nbmake-timeout=240", str(clone / "notebooks" / notebook.name),
        ],
        cwd=tmp_path, env=jupyter, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    assert files(clone) == before


@every_notebook
def test_a_notebook_is_kept_without_outputs(notebook: Path) -> None:
    kept = json.loads(notebook.read_text(encoding="utf-8"))
    cells = [cell for cell in kept["cells"] if cell["cell_type"] == "code"]
    assert [cell for cell in cells if cell["outputs"] or cell["execution_count"] is not None] == []
    assert kept["metadata"]["kernelspec"]["name"] == "python3"
    assert set(kept["metadata"]) == {"kernelspec", "language_info"}


def test_the_notebooks_are_three_and_are_read_in_order() -> None:
    assert [path.name[:3] for path in NOTEBOOKS] == ["01_", "02_", "03_"]
    for here, after in pairwise(NOTEBOOKS):
        assert f"({after.name})" in here.read_text(encoding="utf-8")
