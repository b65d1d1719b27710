"""Whatever is drawn: the classes offered and the answer agree."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from knowcoderx import codec, mixture
from knowcoderx.config import Mixture, Prompt
from knowcoderx.schema import Concept, Ontology
from knowcoderx.types import Document, Mention, place

NAMES = tuple(f"Type{n}" for n in range(8))
ONTOLOGY = Ontology(Concept(name, "Entity", "Entity") for name in NAMES)
TEXT = "Аня едет в 北京 и Suzhou сегодня"
shares = st.floats(0, 1)
mixtures = st.builds(Mixture, negatives=shares, none_present=shares, empty=shares, shuffle_types=st.booleans())
mentions = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(0, len(TEXT) - 3)).map(
        lambda m: Mention(m[0], place(m[1], m[1] + 2))
    ),
    max_size=6,
).map(tuple)


@settings(max_examples=150, deadline=None)
@given(st.sets(st.sampled_from(NAMES)), shares, st.integers(1, 10), st.integers())
def test_classes_are_shown_once_within_the_limit_and_with_a_wrong_one(
    gold: set[str], share: float, most: int, seed: int
) -> None:
    shown = mixture.shown_types(gold, NAMES, negatives=share, most=most, rng=random.Random(seed))
    assert len(shown) == len(set(shown)) <= most
    assert shown
    assert list(shown) == sorted(shown, key=NAMES.index)
    if most > len(gold) and len(gold) < len(NAMES):
        assert set(shown) - gold
    if most == 10:
        assert set(shown) >= gold


@settings(max_examples=100, deadline=None)
@given(mentions, mixtures, st.integers(1, 9), st.integers(0, 99))
def test_an_example_answers_for_the_classes_that_it_offers(
    found: tuple[Mention, ...], settings_: Mixture, most: int, seed: int
) -> None:
    document = Document("c/ru-train/0", "ru", TEXT, found)
    prompt = Prompt(form="compact", types_per_prompt=most)
    for example in mixture.training_examples([document], {"c": ONTOLOGY}, mixture=settings_, prompt=prompt, seed=seed):
        answer = codec.decode_mentions(example.completion, example.types)
        assert not answer.issues
        assert len(answer.items) == sum(m.type in example.types for m in found)
        assert all(name in example.prompt for name in example.types)


@settings(max_examples=100, deadline=None)
@given(mentions, st.integers(1, 9))
def test_evaluation_prompts_together_hold_every_class_and_mention_once(found: tuple[Mention, ...], most: int) -> None:
    document = Document("c/ru-test/0", "ru", TEXT, found)
    prompt = Prompt(form="compact", types_per_prompt=most)
    every = list(mixture.evaluation_examples([document], ONTOLOGY, prompt=prompt))
    assert [t for e in every for t in e.types] == list(NAMES)
    assert sum(len(codec.decode_mentions(e.completion, e.types).items) for e in every) == len(found)
