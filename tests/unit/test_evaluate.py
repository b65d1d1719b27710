"""From raw completions to scores: ids, several prompts, what counts as a prediction, the ceiling, the JSON."""

from __future__ import annotations

import json

import pytest

from knowcoderx.evaluate import (
    NOT_OFFERED,
    BenchmarkResult,
    evaluate,
    means,
    predicted_documents,
    read,
    scores_json,
    types_json,
)
from knowcoderx.score import Score, ScoreError
from knowcoderx.types import Completion, Document, Example, Mention, Problem, Task, place

BUSAN = Document(
    "sample/en-test/0", "en", "Mina Park lives in Busan.",
    (Mention("Person", place(0, 9)), Mention("City", place(19, 24))),
)  # fmt: skip
BEIJING = Document(
    "sample/zh-test/0", "zh", "李娜住在北京。", (Mention("Person", place(0, 2)), Mention("City", place(4, 6)))
)
NOTHING = Document("sample/th-test/0", "th", "ฝนตกหนักมาก")
RIGHT = {
    BUSAN.id: 'results = [Person("Mina Park"), City("Busan")]',
    BEIJING.id: 'results = [Person("李娜"), City("北京")]',
    NOTHING.id: "results = []",
}


def example(id: str, *types: str) -> Example:
    return Example(id, Task.NER, "en", "prompt", "", types or ("Person", "City"))


def result(document: Document, text: str, *types: str, truncated: bool = False) -> BenchmarkResult:
    """One document, one prompt, one completion."""
    completion = Completion(document.id, text, truncated=truncated)
    return evaluate([document], [example(document.id, *types)], [completion])


def perfect(*documents: Document) -> BenchmarkResult:
    examples = [example(d.id) for d in documents]
    return evaluate(documents, examples, [Completion(d.id, RIGHT[d.id]) for d in documents])


def test_right_answers_score_one_in_every_script() -> None:
    found = perfect(BUSAN, BEIJING, NOTHING)
    assert (found.surface, found.offset, found.ceiling) == (Score(4, 4, 4),) * 3
    assert found.predicted == (BUSAN, BEIJING, NOTHING)


def test_completions_are_matched_by_id_whatever_their_order() -> None:
    examples = [example(d.id) for d in (BUSAN, BEIJING)]
    completions = [Completion(d.id, RIGHT[d.id]) for d in (BEIJING, BUSAN)]
    assert evaluate([BUSAN, BEIJING], examples, completions).surface == Score(4, 4, 4)


def test_languages_and_types_have_scores_of_their_own() -> None:
    completions = [Completion(BUSAN.id, "results = []"), Completion(BEIJING.id, RIGHT[BEIJING.id])]
    found = evaluate([BUSAN, BEIJING], [example(BUSAN.id), example(BEIJING.id)], completions)
    assert {lang: c.surface for lang, c in found.by_lang.items()} == {"en": Score(0, 0, 2), "zh": Score(2, 2, 2)}
    assert found.comparison.by_type == {"City": Score(1, 1, 2), "Person": Score(1, 1, 2)}


def test_a_string_that_the_text_does_not_hold_is_a_wrong_prediction() -> None:
    found = result(BUSAN, 'results = [Person("Mina Park"), City("Seoul")]')
    assert (found.surface, found.offset) == (Score(1, 2, 2), Score(1, 2, 2))
    assert found.issues[Problem.UNGROUNDED] == 1
    assert found.predicted[0].mentions == BUSAN.mentions[:1]


def test_a_class_that_was_not_offered_is_a_wrong_prediction() -> None:
    found = result(BUSAN, 'results = [Person("Mina Park"), Galaxy("Busan")]')
    assert (found.surface, found.offset) == (Score(1, 2, 2), Score(1, 2, 2))
    assert found.comparison.by_type[NOT_OFFERED] == Score(0, 1, 0)
    assert found.issues[Problem.UNKNOWN_TYPE] == 1


def test_a_class_of_the_gold_is_unknown_where_its_prompt_did_not_offer_it() -> None:
    assert result(BUSAN, RIGHT[BUSAN.id], "City").surface == Score(1, 2, 2)


def test_a_mention_written_more_often_than_it_occurs_is_wrong_once() -> None:
    text = "Ali met Ali's father; Ali left."
    ali = Document("x/en-test/1", "en", text, tuple(Mention("Person", place(a, a + 3)) for a in (0, 8, 22)))
    found = result(ali, "results = [" + ", ".join(['Person("Ali")'] * 4) + "]")
    assert (found.surface, found.offset) == (Score(3, 4, 3), Score(3, 4, 3))


def test_prose_without_a_list_predicts_nothing_and_is_counted() -> None:
    found = result(BUSAN, "I think that Mina Park is a person.")
    assert found.surface == Score(0, 0, 2)
    assert found.issues == {p: int(p is Problem.NOT_A_LIST) for p in Problem}


def test_an_answer_that_tries_to_run_something_does_nothing_but_count() -> None:
    hostile = 'results = [Person(__import__("os").getcwd()), City("Busan")]'
    found = result(BUSAN, hostile)
    assert found.surface.hits == 1
    assert sum(found.issues.values()) == 1


@pytest.mark.parametrize(
    ("text", "truncated"),
    [('results = [Person("Mina Park"), City("Bus', False), (RIGHT[BUSAN.id], True)],
)  # fmt: skip
def test_a_cut_answer_is_counted_whether_the_text_or_the_generator_says_so(text: str, truncated: bool) -> None:
    assert result(BUSAN, text, truncated=truncated).truncated == 1


def test_text_after_the_list_is_counted_and_not_read() -> None:
    found = result(BUSAN, RIGHT[BUSAN.id] + "\n" + RIGHT[BUSAN.id])
    assert (found.trailing_text, found.surface) == (1, Score(2, 2, 2))


def test_results_of_several_prompts_are_united() -> None:
    examples = [example(f"{BUSAN.id}#0", "City"), example(f"{BUSAN.id}#1", "Person")]
    completions = [Completion(f"{BUSAN.id}#1", 'results = [Person("Mina Park")]'),
                   Completion(f"{BUSAN.id}#0", 'results = [City("Busan")]')]  # fmt: skip
    found = evaluate([BUSAN], examples, completions)
    assert (found.offset, found.documents, found.predicted) == (Score(2, 2, 2), 1, (BUSAN,))


def test_a_mention_that_two_prompts_name_is_one_prediction() -> None:
    examples = [example(f"{BUSAN.id}#{k}") for k in range(2)]
    found = evaluate([BUSAN], examples, [Completion(e.id, RIGHT[BUSAN.id]) for e in examples])
    assert found.surface == Score(2, 2, 2)


def test_two_prompts_do_not_push_each_others_mentions_to_a_later_place() -> None:
    text = "Ali lives in Ankara, and Ali works in Ankara."
    gold = Document("x/en-test/2", "en", text, (Mention("Person", place(0, 3)), Mention("City", place(13, 19))))
    examples = [example(f"{gold.id}#0", "City"), example(f"{gold.id}#1", "Person")]
    completions = [Completion(f"{gold.id}#0", 'results = [City("Ankara")]'),
                   Completion(f"{gold.id}#1", 'results = [Person("Ali")]')]  # fmt: skip
    assert evaluate([gold], examples, completions).offset == Score(2, 2, 2)


def test_an_id_that_holds_a_hash_belongs_to_its_own_document() -> None:
    documents = [Document("a", "en", "x"), Document("a#1", "en", "y")]
    readings = read(documents, [example("a#1"), example("a")], [Completion("a", "[]"), Completion("a#1", "[]")])
    assert [r.prompts for r in readings] == [1, 1]


def test_a_document_without_a_prompt_is_missing_and_predicts_nothing() -> None:
    found = evaluate([BUSAN, BEIJING], [example(BUSAN.id)], [Completion(BUSAN.id, RIGHT[BUSAN.id])])
    assert (found.missing, found.surface) == (1, Score(2, 2, 4))


@pytest.mark.parametrize(
    ("examples", "completions", "message"),
    [
        (["sample/en-test/0"], [], "examples without a completion: 'sample/en-test/0'"),
        (["sample/en-test/0"], ["sample/en-test/0", "stray"], "completions of no example: 'stray'"),
        (["sample/en-test/0"], ["sample/en-test/0"] * 2, "completed more than once: 'sample/en-test/0'"),
        (["sample/en-test/0"] * 2, ["sample/en-test/0"], "example ids that come more than once: 'sample/en-test/0'"),
        (["sample/en-test/9"], ["sample/en-test/9"], "example 'sample/en-test/9' belongs to no gold document"),
        (["sample/en-test/0#x"], ["sample/en-test/0#x"], "example 'sample/en-test/0#x' belongs to no gold document"),
    ],
)
def test_ids_that_do_not_match_one_to_one_are_named(examples: list[str], completions: list[str], message: str) -> None:
    with pytest.raises(ScoreError) as error:
        evaluate([BUSAN], [example(i) for i in examples], [Completion(i, "results = []") for i in completions])
    assert message in str(error.value)


def test_a_gold_id_that_comes_twice_is_named() -> None:
    with pytest.raises(ScoreError, match="gold ids that come more than once: 'sample/en-test/0'"):
        evaluate([BUSAN, BUSAN], [], [])


def test_the_ceiling_falls_where_a_string_cannot_say_which_of_two_was_meant() -> None:
    second = Document("x/en-test/3", "en", "Ali met Ali.", (Mention("Person", place(8, 11)),))
    found = result(second, 'results = [Person("Ali")]')
    assert (found.surface, found.offset, found.ceiling) == (Score(1, 1, 1), Score(0, 1, 1), Score(0, 1, 1))


def test_answers_copied_from_the_examples_of_a_class_are_counted() -> None:
    text = 'results = [Person("Mina Park"), City("Lagos"), City("Busan"), City("Atlantis")]'
    shown = {"City": ("Lagos", "Busan"), "Person": ("Atlantis",)}
    found = evaluate([BUSAN], [example(BUSAN.id)], [Completion(BUSAN.id, text)], shown=shown)
    assert (found.copied, found.issues[Problem.UNGROUNDED]) == (1, 2)


def test_predicted_documents_keep_the_order_of_the_gold() -> None:
    examples = [example(d.id) for d in (BEIJING, BUSAN)]
    completions = [Completion(d.id, RIGHT[d.id]) for d in (BEIJING, BUSAN)]
    assert predicted_documents([BUSAN, BEIJING], examples, completions) == [BUSAN, BEIJING]


def test_a_benchmark_without_gold_is_undefined_and_left_out_of_the_means() -> None:
    systems = {"tuned": {"sample:test": perfect(BUSAN), "empty:test": perfect(NOTHING)}}
    found = scores_json(systems)["tuned"]
    assert found["benchmarks"]["empty:test"]["undefined"] is True
    assert found["macro"]["benchmarks"] == {"f1": 1.0, "defined": 1, "undefined": 1}


def test_languages_are_pooled_over_benchmarks() -> None:
    other = Document("other/en-test/0", "en", "Busan", (Mention("City", place(0, 5)),))
    results = {"sample:test": perfect(BUSAN, BEIJING), "other:test": result(other, "results = []")}
    found = scores_json({"tuned": results})["tuned"]["languages"]
    assert (found["en"]["surface"]["gold"], found["en"]["surface"]["hits"]) == (3, 2)
    assert found["zh"]["f1"] == 1.0


def test_classes_that_were_not_offered_are_no_part_of_the_mean_over_types() -> None:
    found = means({"sample:test": result(BUSAN, 'results = [Galaxy("Busan")]')})
    assert (found["types"].defined, found["types"].undefined) == (2, 0)


def test_systems_stand_side_by_side_and_only_the_table_of_types_has_class_names() -> None:
    thai = Document("x/th-test/0", "th", "ไปกรุงเทพ", (Mention("สถานที่", place(2, 9)),))
    results = {"x:test": result(thai, 'results = [สถานที่("กรุงเทพ")]', "สถานที่")}
    systems = {"tuned": results, "untrained": {"x:test": result(thai, "results = []", "สถานที่")}}
    scores, types = scores_json(systems), types_json(systems)
    assert json.dumps(scores, ensure_ascii=False, allow_nan=False).isascii()
    assert {system: s["benchmarks"]["x:test"]["f1"] for system, s in scores.items()} == {"tuned": 1.0, "untrained": 0.0}
    assert types["tuned"]["x:test"]["สถานที่"]["f1"] == 1.0


def test_a_benchmark_in_json_has_its_counts() -> None:
    found = result(BUSAN, 'results = [Person("Mina Park"), City("Seoul")] and more').as_json()
    assert list(found) == [
        "f1", "surface", "offset", "undefined", "ceiling", "documents", "missing", "truncated", "trailing_text",
        "copied", "issues",
    ]  # fmt: skip
    assert (found["f1"], found["ceiling"], found["trailing_text"]) == (0.5, 1.0, 1)
    assert found["issues"] == {
        "unparseable": 0, "not_a_list": 0, "unknown_type": 0, "wrong_shape": 0, "ungrounded": 1,
    }  # fmt: skip
