"""Schemas from classes, from source, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowcoderx.schema import MOST_EXAMPLES, Concept, Entity, Event, Ontology, Relation, SchemaError


class Place(Entity):
    """Somewhere that has a name."""


class City(Place):
    """A city, town or village; not a country.

    Examples: "Busan", "北京", "Нижний Новгород"
    """


class LocatedIn(Relation):
    """The head lies in the tail."""

    head: City | Place
    tail: Place


class Visit(Event):
    guest: list[Entity]
    host: Place


SOURCE = '''"""A schema file."""
from knowcoderx import Entity, Event, Relation
import knowcoderx


class Place(Entity):
    """Somewhere that has a name."""


class City(Place):
    """A city, town or village; not a country.

    Examples: "Busan", "北京", "Нижний Новгород"
    """


class LocatedIn(knowcoderx.Relation):
    """The head lies in the tail."""

    head: City | Place
    tail: "Place"


class Visit(Event):
    guest: list[Entity]
    host: Place
'''


def test_classes_and_their_source_are_the_same_schema() -> None:
    from_classes = Ontology.of(Place, City, LocatedIn, Visit)
    assert Ontology.read(SOURCE) == from_classes
    assert hash(Ontology.read(SOURCE)) == hash(from_classes)


def test_a_concept_knows_its_guideline_its_examples_and_its_slots() -> None:
    ontology = Ontology.read(SOURCE)
    assert ontology["City"] == Concept(
        "City", "Entity", "Place", "A city, town or village; not a country.", ("Busan", "北京", "Нижний Новгород")
    )
    assert ontology["LocatedIn"].hints == (("head", ("City", "Place")), ("tail", ("Place",)))
    assert ontology["Visit"].hints == (("guest", ("Entity",)), ("host", ("Place",)))
    assert ontology["Visit"].guideline == ""


def test_source_is_shown_as_a_person_would_write_it() -> None:
    ontology = Ontology.read(SOURCE)
    assert ontology["Place"].source() == 'class Place(Entity):\n    """Somewhere that has a name."""'
    assert ontology["City"].source() == (
        "class City(Place):\n"
        '    """A city, town or village; not a country.\n'
        "\n"
        '    Examples: "Busan", "北京", "Нижний Новгород"\n'
        '    """'
    )
    assert ontology["Visit"].source() == "class Visit(Event):\n    guest: Entity\n    host: Place"
    assert Concept("Thing", "Entity", "Entity").source() == "class Thing(Entity):\n    ..."


@pytest.mark.parametrize(
    "guideline", ['Ends in a "quote"', '"""', 'a """ b', "back\\slash", 'line\nand "quote"', '""""""']
)
def test_any_guideline_survives_its_quotes(guideline: str) -> None:
    ontology = Ontology([Concept("Thing", "Entity", "Entity", guideline)])
    assert Ontology.read(ontology["Thing"].source()) == ontology


def test_examples_may_be_listed_without_quotes() -> None:
    read = Ontology.read('class City(Entity):\n    """A city.\n\n    Examples: Busan, 北京、東京، دبي.\n    """')
    assert read["City"].examples == ("Busan", "北京", "東京", "دبي")


def test_examples_stop_at_ten_and_do_not_repeat() -> None:
    many = ", ".join(f'"City {n // 2}"' for n in range(40))
    read = Ontology.read(f"class City(Entity):\n    '''A city.\n\n    Examples: {many}\n    '''")
    assert read["City"].examples == tuple(f"City {n}" for n in range(MOST_EXAMPLES))


def test_a_schema_looks_like_a_mapping_in_order() -> None:
    ontology = Ontology.read(SOURCE)
    assert ontology.names == tuple(ontology) == ("Place", "City", "LocatedIn", "Visit")
    assert len(ontology) == 4
    assert "City" in ontology
    assert "Planet" not in ontology
    assert repr(ontology) == "Ontology(Place, City, LocatedIn, Visit)"


def test_a_part_of_a_schema_keeps_the_order_asked_for() -> None:
    ontology = Ontology.read(SOURCE)
    assert ontology.only(["Visit", "City"]).names == ("Visit", "City")
    assert ontology.of_root("Entity").names == ("Place", "City")
    assert ontology.of_root("Relation").names == ("LocatedIn",)


def test_a_part_of_a_schema_stands_alone() -> None:
    ontology = Ontology.read(SOURCE)
    assert ontology.only(["City"])["City"].parent == "Entity"
    assert ontology.only(["City", "Place"])["City"].parent == "Entity"
    assert ontology.only(["Place", "City"])["City"].parent == "Place"


def test_a_misspelt_class_is_guessed() -> None:
    with pytest.raises(LookupError, match=r"no class 'Citty' in the schema\. Did you mean 'City'\?"):
        Ontology.read(SOURCE)["Citty"]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("class City(Entity) ...", "schema.py, line 1: not Python source"),
        ("x = 1", "schema.py, line 1: a schema is read, not run"),
        ("", "schema.py: no classes"),
        ("class City: ...", "schema.py, line 1: class City derives from nothing"),
        ("class City(Town): ...", "class City derives from Town. Derive it from Entity, Relation, Event"),
        ("class City(Entity, Event): ...", "derives from Entity, Event"),
        ("class City(Entity):\n    def go(self): ...", "line 2 is neither a docstring nor a slot"),
        ("class Near(Relation):\n    head: 3", "class Near: cannot read the type hint '3'"),
        ("class City(Entity): ...\nclass CITY(Entity): ...", "classes 'City' and 'CITY' differ in nothing"),
        ("class B(Entity): ...\nclass C(A): ...\nclass A(Entity): ...", "line 2: class C derives from A"),
    ],
)
def test_an_error_says_where_and_what_to_write(source: str, complaint: str) -> None:
    with pytest.raises(SchemaError) as raised:
        Ontology.read(source, name="schema.py")
    assert complaint in str(raised.value)


def test_a_class_of_no_root_is_no_concept() -> None:
    with pytest.raises(SchemaError, match="int is no subclass of Entity, Relation or Event"):
        Ontology.of(int)
    with pytest.raises(SchemaError, match="Entity is no subclass"):
        Ontology.of(Entity)


def test_a_schema_file_is_loaded_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "schema.py"
    path.write_text(SOURCE, encoding="utf-8-sig", newline="\n")
    assert Ontology.load(path) == Ontology.read(SOURCE)


def test_a_schema_file_that_is_missing_or_not_utf_8_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="no schema file"):
        Ontology.load(tmp_path / "none.py")
    path = tmp_path / "latin.py"
    path.write_bytes('class City(Entity):\n    """Zürich"""'.encode("latin-1"))
    with pytest.raises(SchemaError, match=r"latin\.py: not UTF-8 at byte 28"):
        Ontology.load(path)


def test_the_classes_can_be_called_as_the_answers_write_them() -> None:
    assert repr(LocatedIn(City("Busan"), Place("Korea"))) == "LocatedIn(City('Busan'), Place('Korea'))"
    assert repr(Visit("came", guest=[Entity("Ali")])) == "Visit('came', guest=[Entity('Ali')])"
