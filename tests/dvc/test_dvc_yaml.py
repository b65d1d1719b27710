"""dvc.yaml against the code: what a stage imports and reads is what it declares, no more and no less."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import grimp
import pytest
from ruamel.yaml import YAML

from knowcoderx.config import Config

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "knowcoderx"
yaml = YAML(typ="safe", pure=True)
STAGES: dict[str, dict[str, Any]] = yaml.load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
PARAMS: dict[str, Any] = yaml.load((ROOT / "params.yaml").read_text(encoding="utf-8"))
ITEM = "${item.profile}"

PLUMBING = {"config", "console", "provenance", "stage", "tracking"}
"""How a stage runs, not what it makes: none of these changes an output."""
FILES_OF = {"report": "templates"}
"""Folders of the package that a module reads without importing them."""
METRICS = {"align": "train-align", "extract": "train-extract"}
"""Stages whose metrics are not named as they are: one script, run for two phases."""

every_stage = pytest.mark.parametrize("name", STAGES)


def script(name: str) -> Path:
    """The script that a stage's command runs."""
    return ROOT / STAGES[name]["cmd"].split()[1]


def declared(name: str) -> set[str]:
    """The modules of the package among a stage's dependencies, a package by its folder's name."""
    inside = [d.removeprefix("src/knowcoderx/") for d in STAGES[name]["deps"] if d.startswith("src/knowcoderx/")]
    return {PurePosixPath(d).stem for d in inside}


def outputs(name: str, *kinds: str) -> dict[str, dict[str, Any]]:
    """The outputs of a stage with their options, of all kinds or of those named."""
    found: dict[str, dict[str, Any]] = {}
    for kind in kinds or ("outs", "metrics", "plots"):
        for entry in STAGES[name].get(kind, []):
            found |= {entry: {}} if isinstance(entry, str) else entry
    return found


@cache
def imports() -> dict[str, set[str]]:
    """Module or package of the package -> those that it imports, also inside functions; plumbing leads nowhere."""
    graph = grimp.build_graph("knowcoderx", exclude_type_checking_imports=True, cache_dir=None)
    found: dict[str, set[str]] = {}
    for module in graph.modules - {"knowcoderx"}:
        unit = module.split(".")[1]
        there = {m.split(".")[1] for m in graph.find_modules_directly_imported_by(module) if m != "knowcoderx"}
        found.setdefault(unit, set()).update(there - {unit} - PLUMBING)
    return {unit: set() if unit in PLUMBING else there for unit, there in found.items()}


def imported_by(path: Path) -> set[str]:
    """What a script imports of the package, by name."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module="knowcoderx", names=aliases):
                names |= {alias.name for alias in aliases}
            case ast.ImportFrom(module=str(module)) if module.startswith("knowcoderx."):
                names.add(module.split(".")[1])
            case ast.Import(names=aliases):
                names |= {alias.name.split(".")[1] for alias in aliases if alias.name.startswith("knowcoderx.")}
    return names


def reached(name: str) -> set[str]:
    """Everything that a stage's script imports, and what that imports, without the plumbing."""
    seen: set[str] = set()
    waiting = imported_by(script(name)) - PLUMBING
    while waiting:
        unit = waiting.pop()
        seen.add(unit)
        waiting |= imports()[unit] - seen
    return seen | {folder for module, folder in FILES_OF.items() if module in seen}


# Code


@every_stage
def test_a_stage_declares_every_module_that_it_imports(name: str) -> None:
    assert reached(name) - declared(name) == set()


@every_stage
def test_a_stage_declares_no_module_that_it_does_not_import(name: str) -> None:
    assert declared(name) - reached(name) == set()


@every_stage
def test_a_stage_declares_its_script(name: str) -> None:
    assert script(name).relative_to(ROOT).as_posix() in STAGES[name]["deps"]
    assert STAGES[name]["cmd"].split()[2] == ITEM


@every_stage
def test_a_declared_file_exists_or_is_made_by_a_stage_before(name: str) -> None:
    before = [entry for earlier in list(STAGES)[: list(STAGES).index(name)] for entry in outputs(earlier)]
    for path in STAGES[name]["deps"]:
        made = any(path == entry or path.startswith(f"{entry}/") for entry in before)
        assert made or (ROOT / path).exists(), path


@every_stage
def test_the_list_of_dependencies_is_sorted_and_has_no_entry_twice(name: str) -> None:
    code = [d for d in STAGES[name]["deps"] if d.startswith("src/")]
    assert code == sorted(set(code))
    assert len(STAGES[name]["deps"]) == len(set(STAGES[name]["deps"]))


def test_every_script_is_a_stage_or_run_by_hand() -> None:
    by_hand = {"promote.py"}
    assert {script(name).name for name in STAGES} | by_hand == {p.name for p in (ROOT / "pipelines").glob("*.py")}


# Parameters


def looked_up(key: str, profile: str) -> bool:
    """Whether params.yaml has the key, for a profile."""
    value: Any = PARAMS
    for step in key.replace(ITEM, profile).split("."):
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True


@every_stage
@pytest.mark.parametrize("profile", PARAMS["profiles"])
def test_every_parameter_of_a_stage_exists_in_every_profile(name: str, profile: str) -> None:
    # DVC refuses a stage whose parameter is missing, so a profile has to have all sections, empty or not.
    assert [key for key in STAGES[name]["params"] if not looked_up(key, profile)] == []


@every_stage
def test_a_section_is_declared_together_with_what_the_profile_lays_over_it(name: str) -> None:
    keys = [key.replace(ITEM, "*").split(".") for key in STAGES[name]["params"]]
    sections = {first for first, *_ in keys} - {"profiles", "seed"}
    laid_over = {key[2] for key in keys if key[0] == "profiles"}
    assert laid_over == sections


@every_stage
def test_the_sections_that_a_script_reads_are_declared(name: str) -> None:
    # A first net, for the module that the script hands its configuration to. The pipeline's tests run each
    # stage with everything undeclared changed, which no reading of the code can replace.
    names = {field.alias or field_name for field_name, field in Config.model_fields.items()} - {"profile"}
    read: set[str] = set()
    for path in {script(name), *(p for m in imported_by(script(name)) if (p := SOURCE / f"{m}.py").exists())}:
        if path.stem in PLUMBING:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Attribute(value=ast.Name(id="config"), attr=attribute):
                    read |= {attribute.rstrip("_")} & names
    assert read
    assert read - {key.split(".")[0] for key in STAGES[name]["params"]} == set()


# Outputs


@every_stage
def test_numbers_and_plots_are_in_git_and_not_in_the_cache(name: str) -> None:
    numbers = outputs(name, "metrics", "plots")
    assert [path for path, options in numbers.items() if options.get("cache") is not False] == []
    assert f"metrics/{ITEM}/{METRICS.get(name, name)}.json" in numbers


@every_stage
def test_every_output_is_in_a_folder_of_its_profile(name: str) -> None:
    tops = {"data/build", "metrics", "models", "plots", "reports"}
    for path in outputs(name):
        top, _, rest = path.partition(f"/{ITEM}")
        assert top in tops, path
        assert rest == "" or rest.startswith("/"), path


@every_stage
def test_every_made_dependency_is_of_the_same_profile(name: str) -> None:
    made = [d for d in STAGES[name]["deps"] if not d.startswith(("src/", "pipelines/", "data/raw"))]
    assert [d for d in made if f"/{ITEM}" not in d] == []


@every_stage
def test_no_output_is_named_after_a_run_or_a_moment(name: str) -> None:
    for path in outputs(name):
        assert re.fullmatch(r"[a-z0-9_./-]+", path.replace(ITEM, "p")), path
        assert set(re.findall(r"\$\{.*?\}", path)) == {ITEM}, path


def test_no_two_stages_write_the_same_file() -> None:
    everything = [path for name in STAGES for path in outputs(name)]
    assert len(everything) == len(set(everything))
    inside = [(a, b) for a in everything for b in everything if a != b and a.startswith(f"{b}/")]
    assert inside == []


# Names


@every_stage
def test_a_stage_is_named_by_its_profile_alone(name: str) -> None:
    # A list of words gives `ingest@sample`; a list of mappings would number them, and reordering would shift names.
    assert STAGES[name]["matrix"] == {"profile": ["${profile}"]}


def test_the_lock_names_stages_by_profile_and_only_stages_that_exist() -> None:
    lock = ROOT / "dvc.lock"
    locked = yaml.load(lock.read_text(encoding="utf-8"))["stages"] if lock.exists() else {}
    names = {f"{name}@{profile}" for name in STAGES for profile in PARAMS["profiles"]}
    assert set(locked) <= names


def test_every_profile_is_a_plain_word() -> None:
    assert all(re.fullmatch(r"[a-z][a-z0-9_-]*", profile) for profile in PARAMS["profiles"])
