"""CITATION.cff, CHANGELOG.md, NOTICE and pyproject.toml agree on what this is, and keep the paper apart."""

from __future__ import annotations

import tomllib
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
ARXIV = "2411.04794"


def test_the_citation_has_the_version_and_the_licence_of_the_package() -> None:
    assert CITATION["cff-version"] == "1.2.0"
    assert (CITATION["version"], CITATION["license"]) == (PROJECT["version"], PROJECT["license"])
    assert PROJECT["version"] in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_paper_is_a_reference_and_its_authors_are_not_ours() -> None:
    (paper,) = CITATION["references"]
    assert paper["url"].endswith(ARXIV)
    assert ARXIV in (ROOT / "NOTICE").read_text(encoding="utf-8")
    ours = {author["name"] for author in CITATION["authors"]}
    assert ours == {author["name"] for author in PROJECT["authors"]}
    assert ours.isdisjoint(f"{a['given-names']} {a['family-names']}" for a in paper["authors"])


def test_the_licence_file_is_the_licence_that_is_named() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert PROJECT["license"] == "Apache-2.0"
    assert "Apache License\n                           Version 2.0, January 2004" in text
    assert text.rstrip().endswith("limitations under the License.")
