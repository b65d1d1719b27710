"""What the documentation names is there: links, commands with their options, targets, stages, files."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from functools import cache
from pathlib import Path

import click
import pytest
from ruamel.yaml import YAML

from knowcoderx.cli import main

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "data/sample/README.md"])
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# In two parts, so that this file does not hold what it looks for.
REGISTRIES = ("pypi" + ".org", "python" + "hosted.org", "conda.ana" + "conda.org", "test." + "pypi")
LOCAL_PATH = re.compile(r"(?<![\w.*}~$)-])/(?:work|root|home|tmp)/[\w.{]")

every_page = pytest.mark.parametrize("page", [*PAGES, *NOTEBOOKS], ids=lambda path: path.relative_to(ROOT).as_posix())


def text_of(page: Path) -> str:
    """A page's text; of a notebook, the cells that are text."""
    text = page.read_text(encoding="utf-8")
    if page.suffix != ".ipynb":
        return text
    return "\n\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown")


def fenced(text: str, *languages: str) -> list[str]:
    return [body for language, body in FENCE.findall(text) if language in languages]


def command_lines(text: str) -> list[str]:
    """Lines of shell blocks, and spans of code in the prose, without comments."""
    inline = re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
    lines = [line.partition(" #")[0].strip() for block in fenced(text, "sh") for line in block.splitlines()]
    return [line for line in [*lines, *inline] if line]


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ +(.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@cache
def tracked() -> list[Path]:
    """What git holds, and what it would take."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    paths = [ROOT / name for name in dict.fromkeys(listed.stdout.decode().split("\0")) if name]
    return [path for path in paths if path.is_file()]


# --- links --------------------------------------------------------------------------------------------------------


@every_page
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text_of(page)))
    for link in links:
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), f"{page.name}: {link}"
        assert not anchor or anchor in anchors(target), f"{page.name}: {link}"


def test_the_readme_leads_to_every_page_at_the_top() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        if page.name != "README.md":
            assert f"({page.relative_to(ROOT).as_posix()})" in README


# --- commands -----------------------------------------------------------------------------------------------------


@every_page
def test_every_command_and_option_exists(page: Path) -> None:
    for line in command_lines(text_of(page)):
        if not (found := re.match(r"(?:\.venv/bin/)?knowcoderx ([a-z][\w-]*)(.*)", line)):
            continue
        name, rest = found.groups()
        assert name in main.commands, line
        known = {option for parameter in main.commands[name].params for option in parameter.opts}
        options = set(re.findall(r"(?<=\s)--[a-z][a-z-]*", re.split(r"[|>]", rest)[0]))
        assert options - known - {"--help"} == set(), line


def test_the_readme_shows_every_command_that_a_user_needs() -> None:
    shown = {m.group(1) for line in command_lines(README) if (m := re.match(r"\.venv/bin/knowcoderx (\w+)", line))}
    assert shown == set(main.commands)


@pytest.mark.parametrize("name", main.commands)
def test_a_command_explains_itself_with_an_example(name: str) -> None:
    help_text = main.commands[name].get_help(click.Context(main.commands[name], info_name=f"knowcoderx {name}"))
    assert "Example:" in help_text
    assert f"knowcoderx {name}" in help_text


@every_page
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    lines = command_lines(text_of(page))
    assert {m.group(1) for line in lines if (m := re.match(r"make ([a-z-]+)", line))} - targets == set()


@every_page
def test_every_profile_that_is_named_exists(page: Path) -> None:
    profiles = set(YAML(typ="safe").load((ROOT / "params.yaml").read_text(encoding="utf-8"))["profiles"])
    assert set(re.findall(r"PROFILE=([a-z]\w*)", text_of(page))) <= profiles


# --- the front page -----------------------------------------------------------------------------------------------


def test_the_picture_shows_the_stages_of_dvc_in_their_order() -> None:
    stages = list(YAML(typ="safe").load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"])
    (line,) = (line for line in README.splitlines() if line.startswith("raw corpora -> "))
    assert line.split(" -> ") == ["raw corpora", *stages, "promote"]
    (picture,) = fenced(README, "mermaid")
    boxes = re.findall(r"\b([a-z]+)[\[{]\"?(\w+): ", picture)
    assert [name for name, _ in boxes] == [*stages, "promote"]
    assert all(name == title for name, title in boxes)


def test_the_layout_names_files_that_are_there() -> None:
    (layout,) = fenced(README, "")
    for line in layout.splitlines():
        assert (ROOT / line.split()[0]).exists(), line


def test_the_python_of_the_readme_parses_and_imports_public_names() -> None:
    import knowcoderx

    blocks = fenced(README, "python")
    assert blocks
    for block in blocks:
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.ImportFrom):
                assert node.module == "knowcoderx"
                assert {alias.name for alias in node.names} <= set(knowcoderx.__all__)


def test_the_schema_of_the_readme_is_the_file_it_links() -> None:
    from knowcoderx import Ontology

    in_file = Ontology.load(ROOT / "docs/cities.py")
    shown = Ontology.read(fenced(README, "python")[0])
    assert shown.names == in_file.names
    assert [c.guideline for c in shown.concepts] == [c.guideline for c in in_file.concepts]


def test_figures_stand_between_marks_that_open_and_close() -> None:
    marks = re.findall(r"<!-- (figures:[\w-]+|/figures) -->", README)
    assert marks[0::2] == ["figures:time", "figures:sample", "figures:cpu"]
    assert set(marks[1::2]) == {"/figures"}
    assert len(marks) == 6


@pytest.mark.parametrize("profile", ["sample", "cpu"])
def test_the_figures_of_the_readme_are_those_of_the_committed_metrics(profile: str) -> None:
    # As committed: a run on another machine may write other figures beside the README, and that is no fault of it.
    written = subprocess.run(
        ["git", "show", f"HEAD:metrics/{profile}/score.json"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    meant = []
    for system, found in json.loads(written).items():
        for name, scores in found["benchmarks"].items():
            ratios = (scores["surface"]["f1"], scores["offset"]["f1"], scores["ceiling"])
            meant.append([name, system, *(f"{100 * r:.1f}" for r in ratios), str(scores["documents"])])
        mean = found["macro"]["benchmarks"]["f1"]
        meant.append(["**mean over benchmarks**", system, f"**{100 * mean:.1f}**", "", "", ""])
    (figures,) = re.findall(rf"<!-- figures:{profile} -->\n(.*?)<!-- /figures -->", README, re.DOTALL)
    rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in figures.splitlines() if line.startswith("|")]
    assert sorted(rows[2:]) == sorted(meant)
    note = figures.rpartition("|\n")[2]
    commit = re.search(r"commit ([0-9a-f]{7,40})\b", note)
    assert commit and "`make repro" in note and re.search(r"seed \d+", note) and "cores" in note


def test_the_tuned_model_of_the_sample_beats_the_untrained_one_by_a_wide_margin() -> None:
    written = subprocess.run(
        ["git", "show", "HEAD:metrics/sample/score.json"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    tuned, untrained = (json.loads(written)[system]["macro"]["benchmarks"]["f1"] for system in ("tuned", "untrained"))
    assert tuned - untrained > 0.2


def test_the_front_page_fits_on_a_few_screens() -> None:
    words = re.sub(r"<!-- figures:.*?<!-- /figures -->", "", README, flags=re.DOTALL)
    assert len(words.splitlines()) < 200


# --- what no file of the repository holds -------------------------------------------------------------------------


def test_no_file_names_a_package_registry_or_a_place_on_one_machine() -> None:
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        for host in REGISTRIES:
            if host in text:
                found.append(f"{path.relative_to(ROOT)}: {host}")
        for match in LOCAL_PATH.finditer(text):
            found.append(f"{path.relative_to(ROOT)}: {text[match.start() : match.end() + 30]!r}")
    assert found == []


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("see /" + "work/shared", True),
        ('Path("/' + 'home/mina/data")', True),
        ("file:///" + "tmp/x", True),
        ("data/work/x", False),
        ("https://a.example/work/x", False),
        ("../shared/data", False),
    ],
)
def test_a_place_on_one_machine_is_told_from_a_relative_path(text: str, is_one: bool) -> None:
    assert bool(LOCAL_PATH.search(text)) is is_one


def test_the_worked_example_of_a_corpus_is_the_file_itself() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (card,) = fenced(contributing, "python")
    assert card == (ROOT / "src/knowcoderx/corpora/broad_twitter.py").read_text(encoding="utf-8")
