"""Mentions <-> answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowcoderx import codec
from knowcoderx.codec import Answer
from knowcoderx.types import Document, Issue, Mention, Problem, Span, place

TYPES = {"Person", "City", "Organization"}


def test_mentions_are_named_in_text_order() -> None:
    document = Document(
        "a",
        "en",
        "University of Paris, Paris",
        (
            Mention("City", place(21, 26)),
            Mention("City", place(14, 19)),
            Mention("Organization", place(0, 19)),
            Mention("City", place(21, 26)),
        ),
    )
    assert codec.encode_mentions(document) == (
        'results = [Organization("University of Paris"), City("Paris"), City("Paris"), City("Paris")]'
    )


def test_only_the_types_that_the_prompt_offers_are_named() -> None:
    document = Document("a", "zh", "习近平访问北京", (Mention("Person", place(0, 3)), Mention("City", place(5, 7))))
    assert codec.encode_mentions(document, {"City"}) == 'results = [City("北京")]'
    assert codec.encode_mentions(document, ()) == "results = []"


def test_a_discontinuous_mention_is_named_by_its_parts() -> None:
    document = Document("a", "en", "left and right lung", (Mention("Organ", (Span(0, 4), Span(15, 19))),))
    assert codec.encode_mentions(document) == 'results = [Organ("left lung")]'


def test_nothing_found_is_an_empty_list_and_no_issue() -> None:
    assert codec.encode_mentions(Document("a", "th", "สวัสดี")) == "results = []"
    assert codec.decode_mentions("results = []", TYPES) == Answer((), (), False, False)


def test_repeats_are_kept() -> None:
    answer = codec.decode_mentions('results = [Person("Ali"), City("Busan"), Person("Ali")]', TYPES)
    assert answer.items == (("Person", "Ali"), ("City", "Busan"), ("Person", "Ali"))


def test_a_cut_answer_and_a_repeated_one_are_told_apart() -> None:
    cut = codec.decode_mentions('results = [Person("Mina Park"), City("Busan"), Orga', TYPES)
    assert (len(cut.items), cut.truncated, cut.trailing_text, cut.issues) == (2, True, False, ())
    full = 'results = [Person("Mina Park"), City("Busan"), Organization("부산대학교")]'
    repeated = codec.decode_mentions(f"{full}\n{full}\n{full}\nI hope this helps!", TYPES)
    assert (len(repeated.items), repeated.truncated, repeated.trailing_text) == (3, False, True)


def test_a_type_that_was_not_offered_is_an_issue() -> None:
    answer = codec.decode_mentions('results = [Planet("Mars"), Person("Ali")]', TYPES)
    assert answer.items == (("Person", "Ali"),)
    assert answer.issues == (Issue(Problem.UNKNOWN_TYPE, 'Planet("Mars")'),)


@pytest.mark.parametrize(
    "source",
    [
        'Person("")',
        "Person()",
        'Person("Ali", "Mina")',
        'Person(name="Ali")',
        'Person("Ali", name="Mina")',
        'Person(City("Busan"))',
        'Person(["Ali"])',
        'City(trigger="s", institution=[Entity("AUB")])',
    ],
)
def test_a_known_class_with_other_arguments_is_an_issue(source: str) -> None:
    answer = codec.decode_mentions(f'results = [{source}, City("Busan")]', TYPES)
    assert answer.items == (("City", "Busan"),)
    assert answer.issues == (Issue(Problem.WRONG_SHAPE, source),)


def test_a_long_source_is_shortened_in_the_issue() -> None:
    (issue,) = codec.decode_mentions(f'results = [Planet("{"火星" * 100}")]', TYPES).issues
    assert len(issue.detail) == 80


def test_a_predictions_file_cannot_run_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = ['results = [Person(__import__("os").mkdir("pwned"))]', "[" * 5000, 'results = [Person("Mina Park")]']
    answers = [codec.decode_mentions(line, TYPES) for line in lines]
    assert list(tmp_path.iterdir()) == []
    assert [len(answer.items) for answer in answers] == [0, 0, 1]
    assert [len(answer.issues) for answer in answers] == [1, 1, 0]


def test_escaped_chinese_and_thai_are_the_plain_mention() -> None:
    answer = codec.decode_mentions(
        r'results = [City("\u5317\u4eac"), City("北京"), City("\u0e1a\u0e49\u0e32\u0e19")]', TYPES
    )
    assert answer.items == (("City", "北京"), ("City", "北京"), ("City", "บ้าน"))


def test_a_joined_surrogate_pair_is_counted() -> None:
    answer = codec.decode_mentions(r'results = [Person("Ali \ud83d\ude00"), Person("\ude00")]', TYPES)
    assert answer.items == (("Person", "Ali 😀"),)
    assert answer.repairs == 1
    assert answer.issues == (Issue(Problem.UNPARSEABLE, r'Person("\ude00")'),)
