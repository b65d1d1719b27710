"""The shared ontology: every class is documented, unambiguous, and used."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from knowcoderx import Entity, Ontology, corpora, library

MODULES = [f"knowcoderx.library.{module.name}" for module in iter_modules(library.__path__)]
CLASSES = [
    kind
    for module in MODULES
    for kind in vars(import_module(module)).values()
    if inspect.isclass(kind) and issubclass(kind, Entity) and kind.__module__ == module
]


def test_there_is_a_library() -> None:
    assert "knowcoderx.library.general" in MODULES
    assert len(CLASSES) > 50


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_a_class_is_its_guideline(kind: type) -> None:
    concept = Ontology.of(kind)[kind.__name__]
    assert concept.guideline[0].isupper() and concept.guideline.endswith(".")
    assert len(concept.guideline) <= 200
    assert 2 <= len(concept.examples) <= 10
    assert all(example == example.strip() and "\n" not in example for example in concept.examples)


def test_names_of_classes_can_be_told_apart() -> None:
    assert len(Ontology.of(*CLASSES)) == len(CLASSES)


def test_no_two_classes_share_a_guideline() -> None:
    assert len({Ontology.of(kind)[kind.__name__].guideline for kind in CLASSES}) == len(CLASSES)


def test_every_class_is_used_by_a_corpus() -> None:
    used = {kind for name in corpora.names() for kind in corpora.get(name).labels.values()}
    assert {kind.__name__ for kind in CLASSES} - {kind.__name__ for kind in used if kind} == set()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_of_the_library_can_be_read_as_a_schema(module: str) -> None:
    file = Path(inspect.getfile(import_module(module)))
    tree = ast.parse(file.read_text(encoding="utf-8"))
    own = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    assert own == [kind.__name__ for kind in CLASSES if kind.__module__ == module]
    assert all(isinstance(node, ast.ClassDef | ast.ImportFrom | ast.Expr) for node in tree.body)


def test_general_classes_survive_a_round_trip_through_source() -> None:
    general = [kind for kind in CLASSES if kind.__module__ == "knowcoderx.library.general"]
    ontology = Ontology.of(*general)
    source = "\n\n\n".join(concept.source() for concept in ontology.concepts)
    assert Ontology.read(source) == ontology


def test_examples_of_people_and_places_are_in_several_scripts() -> None:
    ontology = Ontology.of(*CLASSES)
    for name in ("Person", "Location", "Organization", "Date"):
        scripts = {example[0].isascii() for example in ontology[name].examples}
        assert scripts == {True, False}, name
