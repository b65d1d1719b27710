"""The nouns refuse what cannot be."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from knowcoderx.types import (
    Argument,
    Document,
    Event,
    Issue,
    Mention,
    Pair,
    Problem,
    Relation,
    Span,
    Task,
    place,
    surface,
)


@pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 3), (-1, 2), (0, 0)])
def test_a_span_is_never_empty_or_negative(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=f"got {start}..{end}"):
        Span(start, end)


def test_offsets_count_code_points() -> None:
    assert surface("😀 서울은 크다", place(2, 4)) == "서울"
    assert surface("กรุงเทพ อยู่ไกล", place(0, 7)) == "กรุงเทพ"
    assert surface("Cafe\u0301 Oslo", place(0, 5)) == "Cafe\u0301"


def test_the_parts_of_a_place_are_joined_by_a_space() -> None:
    assert surface("left and right lung", (Span(0, 4), Span(15, 19))) == "left lung"


def test_a_mention_reaches_from_its_first_to_its_last_part() -> None:
    mention = Mention("Organ", (Span(0, 4), Span(15, 19)))
    assert (mention.start, mention.end) == (0, 19)


@pytest.mark.parametrize("spans", [(), (Span(3, 5), Span(0, 2)), (Span(0, 3), Span(2, 5))])
def test_a_place_has_parts_in_order_and_apart(spans: tuple[Span, ...]) -> None:
    for build in (
        lambda: Mention("T", spans),
        lambda: Relation("T", spans, place(0, 1)),
        lambda: Relation("T", place(0, 1), spans),
        lambda: Argument("role", spans),
        lambda: Event("T", spans),
    ):
        with pytest.raises(ValueError, match="place"):
            build()


@pytest.mark.parametrize(
    "annotations",
    [
        {"mentions": (Mention("City", place(0, 3)),)},
        {"relations": (Relation("Near", place(0, 1), place(2, 3)),)},
        {"relations": (Relation("Near", place(2, 3), place(0, 1)),)},
        {"events": (Event("Visit", place(1, 3)),)},
        {"events": (Event("Visit", place(0, 1), (Argument("guest", place(0, 3)),)),)},
    ],
)
def test_an_annotation_stays_inside_its_text(annotations: dict[str, tuple[Mention, ...]]) -> None:
    with pytest.raises(ValueError, match="'a/0': an annotation ends at 3, but the text has 2 code points"):
        Document("a/0", "zh", "北京", **annotations)  # type: ignore[arg-type]


def test_a_document_lists_every_place() -> None:
    event = Event("Visit", place(2, 3), (Argument("guest", place(3, 4)),))
    document = Document(
        "a", "zh", "甲访问乙", (Mention("P", place(0, 1)),), (Relation("R", place(0, 1), place(3, 4)),), (event,)
    )
    assert document.places() == [place(0, 1), place(0, 1), place(3, 4), place(2, 3), place(3, 4)]


def test_nouns_are_frozen_and_hashable() -> None:
    mention = Mention("City", place(0, 2))
    with pytest.raises(FrozenInstanceError):
        mention.type = "Person"  # type: ignore[misc]
    assert {mention, Mention("City", place(0, 2))} == {mention}


def test_a_pair_without_a_reason_against_it_is_accepted() -> None:
    document = Document("a", "en", "Oslo")
    assert Pair(document, document, (), "joint").accepted
    assert not Pair(document, document, (), "joint", ("Oslo has no place",)).accepted


def test_tasks_and_problems_are_their_own_names_in_files() -> None:
    assert [str(task) for task in Task] == ["ner", "re", "ed", "eae"]
    assert f"{Issue(Problem.NOT_A_LIST).problem}" == "not_a_list"
