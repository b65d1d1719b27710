"""Which classes a prompt shows, and that nothing else moves when one thing changes."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from knowcoderx import codec, mixture
from knowcoderx.config import Mixture, Prompt
from knowcoderx.schema import Entity, Ontology
from knowcoderx.types import Document, Link, Mention, Pair, place


class Person(Entity):
    """A person."""


class City(Entity):
    """A city."""


class Team(Entity):
    """A team."""


class Date(Entity):
    """A date."""


class River(Entity):
    """A river."""


ONTOLOGY = Ontology.of(Person, City, Team, Date, River)
PLAIN = Mixture(negatives=0.2, none_present=0.0, empty=1.0, shuffle_types=False)
PROMPT = Prompt(form="compact", types_per_prompt=20)
TEXT = "刘文清在桂林出生。"


def documents(number: int, corpus: str = "sample") -> list[Document]:
    mentions = (Mention("City", place(4, 6)), Mention("Person", place(0, 3)))
    return [Document(f"{corpus}/zh-train/{n}", "zh", TEXT, mentions) for n in range(number)]


def examples(docs: list[Document], settings: Mixture = PLAIN, prompt: Prompt = PROMPT, **more: object) -> list[object]:
    ontologies = {"sample": ONTOLOGY, "other": ONTOLOGY}
    return list(mixture.training_examples(docs, ontologies, mixture=settings, prompt=prompt, seed=7, **more))  # type: ignore[arg-type]


def test_the_right_classes_are_shown_with_at_least_one_wrong_one() -> None:
    shown = mixture.shown_types(["City"], ONTOLOGY.names, negatives=0.2, most=20, rng=random.Random(1))
    assert "City" in shown
    assert len(shown) == 2


def test_more_wrong_classes_come_with_a_larger_share() -> None:
    shown = mixture.shown_types(["City", "Person"], ONTOLOGY.names, negatives=1.0, most=20, rng=random.Random(1))
    assert len(shown) == 4


def test_a_prompt_never_holds_more_classes_than_it_may() -> None:
    shown = mixture.shown_types(ONTOLOGY.names[:4], ONTOLOGY.names, negatives=0.2, most=3, rng=random.Random(1))
    assert len(shown) == 3
    assert "River" in shown


def test_a_class_that_the_ontology_lacks_is_an_error_that_names_it() -> None:
    with pytest.raises(LookupError, match="Planet"):
        mixture.shown_types(["Planet"], ONTOLOGY.names, negatives=0.2, most=20, rng=random.Random(1))


def test_the_completion_names_mentions_of_offered_classes_only() -> None:
    for example in examples(documents(20), prompt=Prompt(form="compact", types_per_prompt=2)):
        answer = codec.decode_mentions(example.completion, example.types)  # type: ignore[attr-defined]
        assert not answer.issues
        assert len(example.types) == 2  # type: ignore[attr-defined]


def test_a_share_of_the_prompts_offers_none_of_the_classes() -> None:
    counts: Counter[str] = Counter()
    every = examples(documents(400), PLAIN.model_copy(update={"none_present": 0.25}), counts=counts)
    without = [e for e in every if not {"City", "Person"} & set(e.types)]  # type: ignore[attr-defined]
    assert 60 < len(without) < 140
    assert counts["none_present"] == len(without)
    assert {e.completion for e in without} == {"results = []"}  # type: ignore[attr-defined]


def test_a_share_of_the_sentences_without_mentions_is_kept() -> None:
    empty = [Document(f"sample/en-train/{n}", "en", "It rains.") for n in range(400)]
    counts: Counter[str] = Counter()
    kept = examples(empty, PLAIN.model_copy(update={"empty": 0.5}), counts=counts)
    assert 150 < len(kept) < 250
    assert counts["kept"] + counts["dropped_empty"] == 400
    assert all(e.types for e in kept)  # type: ignore[attr-defined]
    assert examples(empty, PLAIN.model_copy(update={"empty": 0.0})) == []


def test_adding_a_corpus_changes_no_example_of_another() -> None:
    settings = PLAIN.model_copy(update={"none_present": 0.3, "shuffle_types": True})
    alone = examples(documents(50), settings)
    together = examples(documents(30, "other") + documents(50), settings)
    assert together[30:] == alone


def test_another_seed_draws_other_classes() -> None:
    settings = PLAIN.model_copy(update={"shuffle_types": True})
    one, two = (
        [
            e.types
            for e in mixture.training_examples(
                documents(30), {"sample": ONTOLOGY}, mixture=settings, prompt=PROMPT, seed=s
            )
        ]
        for s in (7, 8)
    )
    assert one != two


def test_class_order_is_shuffled_or_declared() -> None:
    declared = [e.types for e in examples(documents(30))]  # type: ignore[attr-defined]
    assert all(list(t) == sorted(t, key=ONTOLOGY.names.index) for t in declared)
    shuffled = examples(documents(30), PLAIN.model_copy(update={"shuffle_types": True}))
    assert any(list(e.types) != sorted(e.types, key=ONTOLOGY.names.index) for e in shuffled)  # type: ignore[attr-defined]


def test_a_splits_own_ontology_comes_before_that_of_its_corpus() -> None:
    small = Ontology.of(Person, City)
    own = {"sample": ONTOLOGY, "sample/zh-train": small}
    (example,) = mixture.training_examples(documents(1), own, mixture=PLAIN, prompt=PROMPT, seed=7)
    assert set(example.types) == {"Person", "City"}


def test_a_corpus_without_an_ontology_is_an_error_that_names_it() -> None:
    with pytest.raises(LookupError, match="no ontology for corpus 'stray'"):
        examples(documents(1, "stray"))


def test_evaluation_offers_every_class_in_declared_order_under_the_documents_id() -> None:
    (example,) = mixture.evaluation_examples(documents(1), ONTOLOGY, prompt=PROMPT)
    assert (example.id, example.types) == ("sample/zh-train/0", ONTOLOGY.names)
    assert example.completion == 'results = [Person("刘文清"), City("桂林")]'


def test_more_classes_than_fit_are_spread_over_numbered_prompts() -> None:
    counts: Counter[str] = Counter()
    prompt = Prompt(form="compact", types_per_prompt=2)
    split = list(mixture.evaluation_examples(documents(1), ONTOLOGY, prompt=prompt, counts=counts))
    assert [e.id for e in split] == ["sample/zh-train/0#0", "sample/zh-train/0#1", "sample/zh-train/0#2"]
    assert [t for e in split for t in e.types] == list(ONTOLOGY.names)
    assert max(len(e.types) for e in split) == 2
    assert counts["split_prompts"] == 3


def pair(reasons: tuple[str, ...] = ()) -> Pair:
    english = Document(
        "sample/en-train/0",
        "en",
        "Liu Wenqing was born in Guilin.",
        (Mention("Person", place(0, 11)), Mention("City", place(24, 30))),
    )
    chinese = Document(
        "sample/zh-train/0",
        "zh",
        "在桂林，刘文清出生了。",
        (Mention("City", place(1, 3)), Mention("Person", place(4, 7))),
    )
    return Pair(english, chinese, (Link(0, 1), Link(1, 0)), "joint", reasons)


def test_alignment_goes_both_ways_in_the_order_of_the_text_with_results() -> None:
    there, back = mixture.alignment_examples([pair()], {"sample": ONTOLOGY}, mixture=PLAIN, prompt=PROMPT, seed=7)
    assert there.completion == 'results = [Person("刘文清"), City("桂林")]'
    assert back.completion == 'results = [City("Guilin"), Person("Liu Wenqing")]'
    assert 'results = [City("桂林"), Person("刘文清")]' in back.prompt
    assert (there.id, there.lang) == ("sample/en-train/0>zh", "zh")
    assert (back.id, back.lang) == ("sample/en-train/0<zh", "en")


def test_rejected_pairs_are_not_learned_from() -> None:
    counts: Counter[str] = Counter()
    made = mixture.alignment_examples(
        [pair(("copy_of_the_source",))], {"sample": ONTOLOGY}, mixture=PLAIN, prompt=PROMPT, seed=7, counts=counts
    )
    assert list(made) == []
    assert counts["rejected"] == 1
