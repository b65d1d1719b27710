"""A schema and its source are the same thing, and source is never run."""

from __future__ import annotations

import ast
import sys
from keyword import iskeyword
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowcoderx.schema import MOST_EXAMPLES, ROOTS, Concept, Ontology, SchemaError

names = st.from_regex(r"[A-Z][a-z]{1,6}[0-9]?", fullmatch=True).filter(lambda n: n not in ROOTS and not iskeyword(n))
lines = st.lists(
    st.sampled_from(
        ["A city, town or village;", "not a country.", '"quoted"', "C:\\new", "한국의 도시", "'''", '"""', "#"]
    ),
    min_size=1,
    max_size=4,
).map(" ".join)
guidelines = st.just("") | st.lists(lines, min_size=1, max_size=3).map("\n".join)
examples = st.lists(
    st.sampled_from(["Busan", "北京", "Нижний Новгород", 'The "Gate"', "C:\\new", "a, b", "O'Neil", 'צה"ל', "😀"])
    | st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=8),
    max_size=MOST_EXAMPLES,
    unique=True,
).map(tuple)
hints = st.dictionaries(
    st.sampled_from(["head", "tail", "place", "time"]),
    st.lists(st.sampled_from(["Person", "City", "Entity"]), min_size=1, max_size=2, unique=True).map(tuple),
    max_size=3,
).map(lambda slots: tuple(slots.items()))


@st.composite
def concepts(draw: st.DrawFn) -> list[Concept]:
    made: list[Concept] = []
    for name in draw(st.lists(names, min_size=1, max_size=4, unique_by=str.casefold)):
        root = draw(st.sampled_from(sorted(ROOTS)))
        parent = draw(st.sampled_from([root, *(c.name for c in made if c.root == root)]))
        made.append(Concept(name, root, parent, draw(guidelines), draw(examples), draw(hints)))
    return made


def source_of(ontology: Ontology) -> str:
    return "\n\n\n".join(concept.source() for concept in ontology.concepts)


@given(concepts())
def test_reading_undoes_writing(made: list[Concept]) -> None:
    ontology = Ontology(made)
    assert Ontology.read(source_of(ontology)) == ontology


@given(concepts())
def test_the_source_of_a_concept_is_one_class(made: list[Concept]) -> None:
    for concept in made:
        (definition,) = ast.parse(concept.source()).body
        assert isinstance(definition, ast.ClassDef)
        assert definition.name == concept.name


junk = st.text(max_size=80) | st.text("class X(Entity):\n \"'\\#[](){}", max_size=80)


@given(junk)
def test_no_source_is_too_strange_to_refuse(source: str) -> None:
    try:
        ontology = Ontology.read(source)
    except SchemaError:
        return
    assert len(ontology) >= 1


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.mkdir('pwned')",
        "from pathlib import Path\nPath('pwned').mkdir()",
        "class City(Entity):\n    x = __import__('os').mkdir('pwned')",
        "class City(Entity):\n    def __init__(self): ...",
        "class City(__import__('os').mkdir('pwned')): ...",
        "class City(Entity):\n    head: __import__('os').mkdir('pwned')",
        "class City(Entity):\n    f'{print(1)}'",
        "City = type('City', (), {})",
        "[" * 5000,
        "class City(Entity): ...\n" + "-" * 100_000 + "1",
        "class City(Entity): ...\x00",
        "\ud800",
        "",
        '"""only a docstring"""',
        "class City(Place): ...",
        "class City: ...",
        "class City(Entity): ...\nclass CITY(Entity): ...",
    ],
)
def test_hostile_source_is_refused_and_runs_nothing(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SchemaError):
        Ontology.read(source)
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "source",
    [
        "@print\nclass City(Entity): ...",
        "class City(Entity, metaclass=print('pwned')): ...",
        "class City(Entity):\n    head: Person = print('pwned')",
    ],
)
def test_what_a_class_carries_besides_its_meaning_is_passed_over(
    source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Ontology.read(source).names == ("City",)
    assert capsys.readouterr().out == ""


def test_an_import_in_a_schema_imports_nothing() -> None:
    assert "antigravity" not in sys.modules
    Ontology.read("import antigravity\nfrom knowcoderx import Entity\nclass City(Entity): ...")
    assert "antigravity" not in sys.modules
