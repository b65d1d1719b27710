"""What the package is made of: who imports whom, what no module does, how long things are."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
MODULES = sorted((SOURCE / "knowcoderx").rglob("*.py"))
SCRIPTS = sorted((ROOT / "pipelines").glob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in [*MODULES, *SCRIPTS]}

HEAVY = ("torch", "mlflow", "pandas", "numpy", "transformers", "lightning", "optuna", "pydantic", "scipy")
RUNS_CODE = {"eval", "exec", "compile", "__import__", "breakpoint"}
TALKS = {"print", "input"}
UNSAFE_MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}

BREAKS = [
    ("report.py", "import torch", "only the modules that train and generate know torch"),
    ("fit.py", "import mlflow", "only tracking, registry and serving know MLflow"),
    ("score.py", "from knowcoderx import fit", "layers: imports go down only"),
    ("gate.py", "from knowcoderx import tokens", "the pure half needs neither torch nor MLflow"),
    ("newcomer.py", '"""A module without a place."""', "layers: imports go down only"),
]


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def imports(tree: ast.AST) -> set[str]:
    """Top-level names of what is imported."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases):
                found |= {alias.name.partition(".")[0] for alias in aliases}
            case ast.ImportFrom(module=str(module), level=0):
                found.add(module.partition(".")[0])
    return found


def statement_lines(function: ast.FunctionDef) -> int:
    """Lines from the first statement to the last, without the signature, the docstring and functions inside."""
    body = function.body[ast.get_docstring(function) is not None :]
    inner = [n for s in body for n in ast.walk(s) if isinstance(n, ast.FunctionDef)]
    return sum(s.end_lineno - s.lineno + 1 for s in body) - sum(n.end_lineno - n.lineno + 1 for n in inner)


# --- who imports whom ---------------------------------------------------------------------------------------------


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "src"), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_import_contracts_hold() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(("module", "line", "contract"), BREAKS, ids=[module for module, _, _ in BREAKS])
def test_a_contract_notices_the_import_that_it_forbids(module: str, line: str, contract: str, tmp_path: Path) -> None:
    shutil.copytree(SOURCE, tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    shutil.copy2(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "src/knowcoderx" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{contract} BROKEN" in done.stdout


@pytest.mark.parametrize(
    "statement", ["import knowcoderx", "import knowcoderx.cli", "from knowcoderx import codec, ground"]
)
def test_importing_loads_nothing_heavy(statement: str) -> None:
    code = f"import sys\n{statement}\nprint(*({{m.partition('.')[0] for m in sys.modules}} & set({HEAVY!r})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == []


# --- what no module does ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", TREES, ids=shown)
def test_a_module_runs_no_text_and_prints_nothing(path: Path) -> None:
    named = [(c.func.id, c.lineno) for c in calls(TREES[path]) if isinstance(c.func, ast.Name)]
    assert [(name, line) for name, line in named if name in RUNS_CODE | TALKS] == []


@pytest.mark.parametrize("path", TREES, ids=shown)
def test_a_module_loads_no_pickles_and_no_foreign_code(path: Path) -> None:
    assert imports(TREES[path]) & UNSAFE_MODULES == set()
    for call in calls(TREES[path]):
        options = {k.arg: k.value for k in call.keywords}
        assert "trust_remote_code" not in options, f"line {call.lineno}"
        assert not (isinstance(shell := options.get("shell"), ast.Constant) and shell.value), f"line {call.lineno}"
        match call.func:
            case ast.Attribute(value=ast.Name(id="torch"), attr="load"):
                assert "weights_only" in options, f"line {call.lineno}"
            case ast.Attribute(value=ast.Name(id="os"), attr=("system" | "popen") as name):
                pytest.fail(f"line {call.lineno}: os.{name}")


# --- how long things are ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", TREES, ids=shown)
def test_a_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(TREES[path])


def test_no_module_is_long_and_most_are_short() -> None:
    lines = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: count for name, count in lines.items() if count >= 400} == {}
    assert median(lines.values()) < 150
    assert {shown(p): n for p in SCRIPTS if (n := len(p.read_text(encoding="utf-8").splitlines())) > 40} == {}


def test_no_function_is_long() -> None:
    functions = [(p, n) for p, tree in TREES.items() for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    long = {f"{shown(p)}:{n.lineno} {n.name}": count for p, n in functions if (count := statement_lines(n)) >= 40}
    assert long == {}


def test_no_module_is_named_after_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
    assert [shown(path) for path in MODULES if path.stem.strip("_") in empty] == []


# --- the Makefile -------------------------------------------------------------------------------------------------


def test_make_help_explains_every_target() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    listed = {line.split()[0]: line.split(maxsplit=1)[1:] for line in done.stdout.splitlines()}
    (phony,) = re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert set(listed) == set(phony.split())
    assert all(listed.values())
