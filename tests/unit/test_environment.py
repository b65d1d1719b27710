"""pyproject.toml, environment.yml, the locks, what is installed and what is imported tell one story."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import Distribution, distribution, packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DIRECT = {r.name: r for r in map(Requirement, PROJECT["dependencies"])}
DEV = {r.name: r for r in map(Requirement, PROJECT["optional-dependencies"]["dev"])}

NOT_IMPORTED = {"dvc", "gguf"}
"""`dvc` is run as a command; transformers imports `gguf` to read weights."""

CUDA = ("nvidia-", "cuda-", "triton")
"""torch asks for these where it was built for GPUs; pip fetches them there, beside the lock."""


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


LOCK = pins("requirements.lock")
LOCKED = {canonicalize_name(name): number for name, number in LOCK.items()}


@cache
def distributions() -> dict[str, set[str]]:
    """Top-level module -> the installed distributions that bring it."""
    return {module: {canonicalize_name(d) for d in found} for module, found in packages_distributions().items()}


def imported(folder: str) -> set[str]:
    """Top-level names that the files of a folder import."""
    names: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names=aliases):
                    names |= {alias.name.partition(".")[0] for alias in aliases}
                case ast.ImportFrom(module=str(module), level=0):
                    names.add(module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - {"knowcoderx"}


def test_every_file_asks_for_the_same_python() -> None:
    conda = YAML(typ="safe").load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    (python,) = (d.partition("=")[2] for d in conda["dependencies"] if isinstance(d, str) and d.startswith("python="))
    minor = int(python.split(".")[1])
    assert PROJECT["requires-python"] == f">=3.{minor},<3.{minor + 1}"
    assert (ROOT / ".python-version").read_text(encoding="utf-8").strip() == python
    assert f"{sys.version_info.major}.{sys.version_info.minor}" == python


def test_the_conda_file_repeats_no_package() -> None:
    conda = YAML(typ="safe").load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert conda["channels"] == ["conda-forge", "nodefaults"]
    assert conda["dependencies"][1:] == ["pip", {"pip": ["-r requirements.lock", "-e ."]}]


@pytest.mark.parametrize("name", ["requirements.lock", "weights.lock"])
def test_a_lock_has_one_exact_public_version_a_line(name: str) -> None:
    lines = [x for x in (ROOT / name).read_text(encoding="utf-8").splitlines() if not x.startswith("#")]
    assert [x for x in lines if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][A-Za-z0-9.!]*", x)] == []
    assert lines == sorted(lines, key=lambda line: line.partition("==")[0].lower())
    assert len({canonicalize_name(line.partition("==")[0]) for line in lines}) == len(lines)


@pytest.mark.parametrize("requirement", [*DIRECT.values(), *DEV.values()], ids=lambda r: r.name)
def test_a_direct_dependency_is_pinned_within_its_range(requirement: Requirement) -> None:
    pinned = LOCKED.get(canonicalize_name(requirement.name))
    assert pinned is not None, f"add {requirement.name} to requirements.lock (`make lock`)"
    assert requirement.specifier.contains(pinned), (
        f"the lock has {pinned}, pyproject.toml wants {requirement.specifier}"
    )


def test_what_is_installed_is_what_the_locks_say() -> None:
    locked = LOCK | pins("weights.lock")
    installed = {name: Version(version(name)).public for name in locked}
    assert installed == {name: Version(number).public for name, number in locked.items()}


def test_the_lock_holds_everything_that_its_packages_need() -> None:
    def needs(package: Distribution) -> set[str]:
        asked = map(Requirement, package.requires or ())
        return {canonicalize_name(r.name) for r in asked if r.marker is None or r.marker.evaluate({"extra": ""})}

    missing = {name: needs(distribution(name)) - LOCKED.keys() for name in LOCK}
    assert {name: gaps for name, gaps in missing.items() if any(not gap.startswith(CUDA) for gap in gaps)} == {}


def test_every_import_is_a_declared_dependency() -> None:
    owners = distributions()
    direct = {canonicalize_name(name) for name in DIRECT}
    assert {
        module for module in imported("src") | imported("pipelines") if not owners.get(module, set()) & direct
    } == set()
    dev = direct | {canonicalize_name(name) for name in DEV}
    assert {module for module in imported("tests") if not owners.get(module, set()) & dev} == set()


def test_every_declared_dependency_is_used() -> None:
    owners = distributions()
    used = set[str]().union(*(owners.get(module, set()) for module in imported("src")))
    assert {canonicalize_name(name) for name in DIRECT} - used == NOT_IMPORTED
