"""Matching, sums, macro means and the one-to-one rule of ids."""

from __future__ import annotations

import pytest

from knowcoderx.score import Score, ScoreError, compare, macro, match, match_by_type, score_documents
from knowcoderx.types import Document, Mention, Span, place


def document(id: str, text: str, *named: tuple[str, str], lang: str = "en") -> Document:
    """A document whose mentions are the first occurrences of the words named, each after a type."""
    mentions = (Mention(kind, place(text.index(words), text.index(words) + len(words))) for kind, words in named)
    return Document(id, lang, text, tuple(mentions))


def test_ratios_come_from_the_counts() -> None:
    score = Score(hits=3, predicted=4, gold=6)
    assert (score.precision, score.recall, score.f1) == (0.75, 0.5, 0.6)
    assert score.as_json() == {"precision": 0.75, "recall": 0.5, "f1": 0.6, "hits": 3, "predicted": 4, "gold": 6}


def test_scores_are_summed_by_sum() -> None:
    assert sum([Score(1, 2, 3), Score(), Score(2, 2, 2)], Score()) == Score(3, 4, 5)


@pytest.mark.parametrize("counts", [(2, 1, 3), (2, 3, 1), (-1, 0, 0)])
def test_more_hits_than_mentions_are_refused(counts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="hits"):
        Score(*counts)


@pytest.mark.parametrize(
    ("score", "undefined"), [(Score(), True), (Score(0, 0, 2), False), (Score(0, 2, 0), False), (Score(1, 1, 1), False)]
)
def test_only_a_score_of_nothing_at_all_is_undefined(score: Score, undefined: bool) -> None:
    assert score.undefined is undefined


@pytest.mark.parametrize("score", [Score(), Score(0, 0, 2), Score(0, 2, 0)])
def test_a_ratio_without_a_denominator_is_zero(score: Score) -> None:
    assert (score.precision, score.recall, score.f1) == (0.0, 0.0, 0.0)


def test_a_repeated_prediction_needs_a_repeated_gold() -> None:
    assert match(["Ali", "Ali"], ["Ali", "Ali", "Ali"]) == Score(hits=2, predicted=3, gold=2)


def test_types_of_either_side_have_a_score() -> None:
    found = match_by_type([("City", "Busan"), ("Person", "Mina")], [("City", "Busan"), ("River", "Han")])
    assert found == {"City": Score(1, 1, 1), "Person": Score(0, 0, 1), "River": Score(0, 1, 0)}


def test_a_hyphen_in_a_type_name_separates_nothing() -> None:
    gold = document("1", "Busan, Korea", ("GPE-city", "Busan"), ("GPE-country", "Korea"))
    predicted = document("1", "Busan, Korea", ("GPE-country", "Busan"), ("GPE-country", "Korea"))
    found = compare([(gold, predicted)])
    assert found.by_type == {"GPE-city": Score(0, 0, 1), "GPE-country": Score(1, 2, 1)}


@pytest.mark.parametrize(
    ("text", "gold", "predicted"),
    [
        ("C++ y C#", "C++", "C#"),
        ("Vivo en a Coruña", "a Coruña", "Coruña"),
        ("The Hague", "The Hague", "Hague"),
        ("apple Apple", "apple", "Apple"),
        ("東京都", "東京都", "東京"),
        ("हिन्दी हिन्द", "हिन्दी", "हिन्द"),
        ("2\u00b2 22", "2\u00b2", "22"),
        ("\uff21\uff22\uff23 ABC", "\uff21\uff22\uff23", "ABC"),
    ],
)
def test_no_letter_and_no_sign_is_dropped_before_comparing(text: str, gold: str, predicted: str) -> None:
    pair = document("1", text, ("Thing", gold)), document("1", text, ("Thing", predicted))
    assert compare([pair]).surface == Score(0, 1, 1)


def test_composed_and_decomposed_letters_are_the_same_surface() -> None:
    pair = document("1", "Zo\u00eb", ("Person", "Zo\u00eb")), document("1", "Zoe\u0308", ("Person", "Zoe\u0308"))
    assert compare([pair]).surface == Score(1, 1, 1)


def test_outer_white_space_is_trimmed_and_inner_is_not() -> None:
    text = "New York  New  York"
    gold = Document("1", "en", text, (Mention("City", place(0, 8)),))
    trimmed = Document("1", "en", text, (Mention("City", place(0, 9)),))
    spaced = Document("1", "en", text, (Mention("City", place(10, 19)),))
    assert (compare([(gold, trimmed)]).surface.hits, compare([(gold, spaced)]).surface.hits) == (1, 0)


def test_the_same_word_elsewhere_is_a_surface_hit_but_no_offset_hit() -> None:
    text = "علي قابل والد علي"
    gold = Document("1", "ar", text, (Mention("Person", place(0, 3)),))
    predicted = Document("1", "ar", text, (Mention("Person", place(14, 17)),))
    found = compare([(gold, predicted)])
    assert (found.surface, found.offset) == (Score(1, 1, 1), Score(0, 1, 1))


def test_every_part_of_a_discontinuous_mention_counts() -> None:
    text = "left and right lung"
    gold = Document("1", "en", text, (Mention("Organ", (Span(0, 4), Span(15, 19))),))
    whole = Document("1", "en", text, (Mention("Organ", place(0, 19)),))
    assert compare([(gold, gold)]).offset == Score(1, 1, 1)
    assert compare([(gold, whole)]).offset == Score(0, 1, 1)


def test_a_mention_cannot_be_a_hit_in_another_document() -> None:
    mina, nobody = document("1", "Mina", ("Person", "Mina")), document("1", "Mina")
    assert compare([(mina, nobody), (nobody, mina)]).surface == Score(0, 1, 1)


def test_documents_are_matched_by_id_and_never_by_order() -> None:
    gold = [document("a", "Mina Park", ("Person", "Mina Park")), document("b", "北京很大", ("City", "北京"))]
    assert score_documents(gold, reversed(gold)).comparison.offset == Score(2, 2, 2)


def test_a_missing_prediction_is_an_empty_one_and_is_counted() -> None:
    gold = [document("a", "Mina Park", ("Person", "Mina Park")), document("b", "Busan", ("City", "Busan"))]
    found = score_documents(gold, gold[:1])
    assert (found.missing, found.comparison.surface) == (("b",), Score(1, 1, 2))


def test_missing_predictions_are_refused_where_they_are_not_allowed() -> None:
    gold = [document("a", "x"), document("b", "y")]
    with pytest.raises(ScoreError, match="no prediction for: 'b'"):
        score_documents(gold, gold[:1], allow_missing=False)


@pytest.mark.parametrize(
    ("gold", "predicted", "message"),
    [
        (["a", "a"], ["a"], "gold ids that come more than once: 'a'"),
        (["a"], ["a", "a"], "predicted ids that come more than once: 'a'"),
        (["pud/en-test/1"], ["pud/en-test/2"], "not in the gold: 'pud/en-test/2'. Did you mean 'pud/en-test/1'"),
    ],
)  # fmt: skip
def test_ids_that_do_not_match_one_to_one_are_named(gold: list[str], predicted: list[str], message: str) -> None:
    with pytest.raises(ScoreError) as error:
        score_documents([document(i, "x") for i in gold], [document(i, "x") for i in predicted])
    assert message in str(error.value)


def test_a_message_names_five_ids_and_counts_the_rest() -> None:
    with pytest.raises(ScoreError, match=r"'0', '1', '2', '3', '4' and 7 more"):
        score_documents([], [document(str(i), "x") for i in range(12)])


def test_gold_without_any_mention_gives_zeros_and_says_undefined() -> None:
    gold = [document("1", "Nothing here."), document("2", "ここには何もない。")]
    zeros = {"precision": 0.0, "recall": 0.0, "f1": 0.0, "hits": 0, "predicted": 0, "gold": 0}
    assert score_documents(gold, gold).as_json() == {
        "surface": zeros, "offset": zeros, "by_type": {}, "missing": 0, "undefined": True,
    }  # fmt: skip


def test_no_documents_at_all_are_undefined_too() -> None:
    assert score_documents([], []).as_json()["undefined"] is True


def test_json_has_a_score_for_each_type() -> None:
    gold = [document("1", "Mina Park lives in Busan.", ("Person", "Mina Park"), ("City", "Busan"))]
    predicted = [document("1", "Mina Park lives in Busan.", ("Person", "Mina"), ("City", "Busan"))]
    found = score_documents(gold, predicted).as_json()
    assert list(found) == ["surface", "offset", "by_type", "missing", "undefined"]
    assert found["by_type"] == {"City": Score(1, 1, 1).as_json(), "Person": Score(0, 1, 1).as_json()}


def test_a_prediction_over_another_text_is_named() -> None:
    assert score_documents([document("1", "Ali")], [document("1", "Ali ")]).other_text == ("1",)


def test_the_macro_mean_leaves_undefined_scores_out_and_counts_them() -> None:
    found = macro([Score(1, 1, 1), Score(0, 0, 3), Score(), Score()])
    assert found.as_json() == {"f1": 0.5, "defined": 2, "undefined": 2}


def test_the_macro_mean_of_nothing_is_zero_over_zero() -> None:
    assert macro([Score()]).as_json() == {"f1": 0.0, "defined": 0, "undefined": 1}
