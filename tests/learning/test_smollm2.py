"""The real base of the sample profile: it loads, it loses no letter, and it learns in a dozen steps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from knowcoderx import adapter, bases, codec, config, corpora, fit, generate, mixture, prompts, tokens
from knowcoderx.config import Phase
from knowcoderx.tokens import Encoded
from knowcoderx.types import Example, Problem, Task

pytestmark = [pytest.mark.learning, pytest.mark.timeout(900)]
BASE = bases.get("smollm2-135m")
SPACED = {
    "Latin": "Mina Park , 34 , doesn 't live in ` Busan ' any more ( she says ) .",
    "Han": "安 娜 离 开 了 苏 州 。",
    "Cyrillic": "Анна , из Твери , сказала : « да » .",
    "Arabic": "غادرت آنا تونس ، أمس .",
    "Devanagari": "आना ने पुणे छोड़ा ।",
    "Hangul": "미나 는 부산 에 산다 .",
    "Kana": "たろう は とうきょう へ 行った 。",
    "Hebrew": "נגה גרה בתל אביב , ליד הים .",
    "Thai": "แอนนา อยู่ ที่ เชียงใหม่ .",
    "Greek and more": "Η Άννα …  two  spaces\ttab 😀 e\u0301 ﬁ ½ \u200b",
}


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return bases.load_tokenizer(BASE)


@pytest.fixture(scope="module")
def examples(root: Path) -> list[Example]:
    """The shortest forty-eight training examples of the sample corpus that name something."""
    settings = config.load(root / "params.yaml", profile="sample")
    found = mixture.training_examples(
        corpora.documents("sample:train", [root / "data"]),
        {"sample": corpora.ontology(corpora.get("sample"), "train")},
        mixture=settings.mixture, prompt=settings.prompt, seed=settings.seed,
    )  # fmt: skip
    return sorted((e for e in found if e.completion != "results = []"), key=lambda e: len(e.prompt))[:48]


@pytest.mark.parametrize("script", SPACED)
def test_the_tokenizer_gives_spaced_text_back_letter_by_letter(tokenizer: Any, script: str) -> None:
    text = SPACED[script]
    for written in (text, codec.encode_mentions(_whole(text))):
        assert tokenizer.decode(tokenizer(written).input_ids, clean_up_tokenization_spaces=False) == written
        example = Example("made/xx-train/0", Task.NER, "xx", f"text = {written!r}\n", f"results = [{written!r}]", ())
        (encoded,) = tokens.encode([example], tokenizer)
        learned = tokenizer.decode(encoded.ids[encoded.prompt :], clean_up_tokenization_spaces=False)
        assert learned == example.completion + tokenizer.eos_token


def _whole(text: str) -> Any:
    from knowcoderx.types import Document, Mention, place

    return Document("made/xx-train/0", "xx", text, (Mention("Person", place(0, len(text))),))


def test_the_given_opening_is_how_every_learned_completion_begins(tokenizer: Any, examples: list[Example]) -> None:
    opening = tokenizer(generate.OPENING, add_special_tokens=False).input_ids
    for encoded in tokens.encode([*examples, _empty()], tokenizer):
        assert list(encoded.ids[encoded.prompt :][: len(opening)]) == opening


def _empty() -> Example:
    return Example("made/en-train/0", Task.NER, "en", 'text = "No."\n', "results = []", ())


def test_the_compact_form_costs_less_than_a_sixth_of_the_tokens(tokenizer: Any) -> None:
    ontology = corpora.ontology(corpora.get("sample"), "train")
    full, compact = (
        len(tokenizer(prompts.extraction(ontology, SPACED["Latin"], form=form)).input_ids)
        for form in ("full", "compact")
    )
    assert compact * 6 < full


def test_a_dozen_steps_lower_the_loss_and_teach_the_form(
    root: Path, tokenizer: Any, examples: Sequence[Example], tmp_path: Path
) -> None:
    settings = config.load(root / "params.yaml", profile="sample").train
    train = settings.model_copy(update={"batch": 8, "micro_batch": 8, "rank": 16, "alpha": 32})
    encoded: list[Encoded] = tokens.encode(examples, tokenizer)
    untrained = adapter.attach(bases.load_model(BASE, torch.float32), BASE, train)
    before = fit.mean_loss(untrained, encoded[:12], pad=tokenizer.pad_token_id, batch=12)
    del untrained
    fitted = fit.fit(
        encoded, base=BASE, pad=tokenizer.pad_token_id, train=train, phase=Phase(epochs=2, examples=None), seed=7,
        start=None, to=tmp_path / "adapter", state=tmp_path / "state", watch=lambda values, step: None, about={},
    )  # fmt: skip
    after = fit.mean_loss(fitted.model, encoded[:12], pad=tokenizer.pad_token_id, batch=12)
    assert fitted.steps == 12
    assert after < 0.7 * before
    generator = generate.load(BASE, tmp_path / "adapter", max_new_tokens=48, threads=train.threads)
    asked = examples[:6]
    answers = generator.complete([e.id for e in asked], [e.prompt for e in asked], batch=6)
    whole = 0
    for example, answer in zip(asked, answers, strict=True):
        read = codec.decode_mentions(answer.text, example.types)
        assert not {i.problem for i in read.issues} & {Problem.UNPARSEABLE, Problem.NOT_A_LIST}, answer.text
        whole += not (answer.truncated or read.truncated or read.trailing_text)
    # After a dozen steps the form is learned; where to stop is not yet, for every script.
    assert whole >= 4, [a.text for a in answers]
