"""One text in, a document out: every script, no text, many documents, more classes than a prompt holds."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import torch
from peft import get_peft_model_state_dict

from knowcoderx import Entity, adapter, bases, generate
from knowcoderx.adapter import AdapterError
from knowcoderx.config import Phase, Prompt, Train
from knowcoderx.extractor import Extractor
from knowcoderx.generate import GenerateError, Generator
from knowcoderx.schema import Ontology
from knowcoderx.types import Completion, Document, Mention, Problem, place


class Person(Entity):
    """A person or family by name."""


class City(Entity):
    """A city, town or village; not a country."""


class Date(Entity):
    """A day, month or year."""


PROMPT = Prompt(form="compact", types_per_prompt=20)
TEXTS = {
    "en": "Mina Park lives in Busan.",
    "zh": "安娜离开了苏州。",
    "ar": "غادرت آنا تونس.",
    "hi": "आना ने पुणे छोड़ा।",
    "th": "แอนนาอยู่ที่เชียงใหม่",
    "emoji": "👩‍👩‍👧 in 🏙️ e\u0301 \U0001d50a",
}


class Told:
    """Answers by a rule of the text and the classes of a prompt, and notes what it was asked."""

    def __init__(self, rule: Callable[[str, list[str]], str]) -> None:
        self.rule = rule
        self.prompts: list[str] = []
        self.batches: list[int] = []

    def complete(self, ids: Sequence[str], prompts: Sequence[str], *, batch: int) -> list[Completion]:
        self.prompts += prompts
        self.batches.append(len(prompts))
        return [Completion(i, self._answer(p)) for i, p in zip(ids, prompts, strict=True)]

    def _answer(self, prompt: str) -> str:
        classes, _, text = prompt.partition("\ntext = ")
        return self.rule(ast.literal_eval(text.strip()), classes.removeprefix("# Entity: ").split(", "))


def extractor(rule: Callable[[str, list[str]], str], most: int = 20) -> tuple[Extractor, Told]:
    told = Told(rule)
    return Extractor(told, Prompt(form="compact", types_per_prompt=most)), told  # type: ignore[arg-type]


def first_word(text: str, classes: list[str]) -> str:
    return f'results = [{classes[0]}("{text.split()[0]}")]'


@pytest.fixture(scope="module")
def toy() -> Generator:
    return generate.load(bases.get("toy"), None, max_new_tokens=16, threads=1)


@pytest.mark.parametrize("text", ["", " ", "\n\t\u3000"])
def test_a_text_without_words_has_no_mentions_and_asks_no_model(text: str) -> None:
    made, told = extractor(first_word)
    assert made.extract(text, [Person]) == Document("text/und/0", "und", text)
    assert sum(told.batches) == 0


@pytest.mark.parametrize("lang", TEXTS)
def test_an_untrained_model_gives_a_document_with_spans_inside_the_text(toy: Generator, lang: str) -> None:
    text = TEXTS[lang]
    found = Extractor(toy, PROMPT).extract(text, [Person, City], lang=lang)
    assert (found.text, found.lang) == (text, lang)
    assert all(0 <= m.start < m.end <= len(text) for m in found.mentions)


@pytest.mark.parametrize(
    ("text", "answer", "mentions"),
    [
        ("Mina Park lives in Busan.", '[Person("Mina Park"), City("Busan")]', [("Person", 0, 9), ("City", 19, 24)]),
        ("安娜离开了苏州。", '[Person("安娜"), City("苏州")]', [("Person", 0, 2), ("City", 5, 7)]),
        ("غادرت آنا تونس.", '[Person("آنا"), City("تونس")]', [("Person", 6, 9), ("City", 10, 14)]),
        ("😀 Анна, Анна", '[Person("Анна"), Person("Анна")]', [("Person", 2, 6), ("Person", 8, 12)]),
        ("Busan", '[City("Seoul"), Country("Busan")]', []),
    ],
)
def test_the_answer_is_placed_in_the_text(text: str, answer: str, mentions: list[tuple[str, int, int]]) -> None:
    made, _ = extractor(lambda text, classes: f"results = {answer}")
    found = made.extract(text, Ontology.of(Person, City))
    assert found.mentions == tuple(Mention(t, place(a, b)) for t, a, b in mentions)


def documents(number: int) -> list[Document]:
    texts = [f"Anna{i} saw 苏州" if i % 4 else "" for i in range(number)]
    return [Document(f"made/en-test/{i}", "en", text) for i, text in enumerate(texts)]


@pytest.mark.parametrize("batch", [1, 3, 50])
def test_many_documents_come_in_their_order_whatever_the_batch(batch: int) -> None:
    made, told = extractor(first_word)
    readings = list(made.extract_many(documents(10), [Person], batch=batch))
    assert [r.predicted.id for r in readings] == [f"made/en-test/{i}" for i in range(10)]
    assert [bool(r.predicted.mentions) for r in readings] == [bool(i % 4) for i in range(10)]
    assert max(told.batches) <= batch


def test_documents_are_read_as_they_are_asked_for() -> None:
    read: list[str] = []

    def stream() -> Iterator[Document]:
        for document in documents(9):
            read.append(document.id)
            yield document

    made, _ = extractor(first_word)
    readings = made.extract_many(stream(), [Person], batch=3)
    assert read == []
    next(readings)
    assert len(read) == 3


def test_mentions_that_a_document_has_are_not_taken_for_found() -> None:
    given = Document("made/en-test/0", "en", "Anna left.", (Mention("City", place(5, 9)),))
    made, _ = extractor(first_word)
    (reading,) = made.extract_many([given], [Person])
    assert reading.predicted.mentions == (Mention("Person", place(0, 4)),)


def test_what_cannot_be_used_is_told() -> None:
    made, _ = extractor(lambda text, classes: 'results = [Person("Bob"), Planet("Anna"), Person("Anna")')
    (reading,) = made.extract_many([Document("made/en-test/0", "en", "Anna left.")], [Person])
    assert {i.problem for i in reading.issues} == {Problem.UNGROUNDED, Problem.UNKNOWN_TYPE}
    assert reading.predicted.mentions == (Mention("Person", place(0, 4)),)
    assert reading.truncated == 1


def test_more_classes_than_a_prompt_holds_are_spread_over_several_and_united() -> None:
    words = {"Person": "Anna", "City": "Busan", "Date": "1999"}
    made, told = extractor(lambda text, classes: f"results = [{', '.join(f'{c}({words[c]!r})' for c in classes)}]", 1)
    found = made.extract("In 1999 Anna left Busan.", [Person, City, Date])
    assert [(m.type, m.start) for m in found.mentions] == [("Date", 3), ("Person", 8), ("City", 18)]
    assert [p.partition("\n")[0] for p in told.prompts] == ["# Entity: Person", "# Entity: City", "# Entity: Date"]


def test_a_class_named_by_a_prompt_that_did_not_offer_it_is_not_taken() -> None:
    made, _ = extractor(lambda text, classes: 'results = [City("Busan")]', most=1)
    (reading,) = made.extract_many([Document("made/en-test/0", "en", "Busan")], [Person, City])
    assert reading.predicted.mentions == (Mention("City", place(0, 5)),)
    assert [i.problem for i in reading.issues] == [Problem.UNKNOWN_TYPE]


def test_a_text_that_does_not_fit_is_refused_and_not_cut(toy: Generator) -> None:
    with pytest.raises(GenerateError, match=r"text/und/0: a prompt of 2\d{3} tokens.*model's 2048"):
        Extractor(toy, PROMPT).extract("苏州 " * 290, [City])


def test_a_saved_adapter_is_asked_as_it_was_trained(tmp_path: Path) -> None:
    base, phase = bases.get("toy"), Phase(epochs=1, examples=None)
    train = Train(
        base="toy", lr=1e-3, warmup=0.1, schedule="cosine", weight_decay=0.0, clip=1.0, batch=4, micro_batch=4,
        max_length=256, rank=4, alpha=8, dropout=0.0, precision="32-true", gradient_checkpointing=False, devices=1,
        nodes=1, threads=1, accelerator="cpu", deepspeed=None, checkpoint_every=9, log_every=1, align=phase,
        extract=phase,
    )  # fmt: skip
    model = adapter.attach(bases.load_model(base, torch.float32), base, train)
    tensors = {name: torch.ones_like(t) / 50 for name, t in get_peft_model_state_dict(model).items()}
    about = {"prompt_form": "full", "types_per_prompt": 2, "max_new_tokens": 9}
    adapter.save(model, base, tensors, tmp_path / "a", about)
    loaded = Extractor.load(tmp_path / "a", threads=1)
    assert loaded.prompt == Prompt(form="full", types_per_prompt=2)
    assert (loaded.generator.max_new_tokens, loaded.generator.context) == (9, 2048)
    assert loaded.extract(TEXTS["zh"], [Person, City, Date]).text == TEXTS["zh"]


def test_a_folder_that_is_no_adapter_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match=r"no finished adapter.*dvc repro"):
        Extractor.load(tmp_path)
