"""Completions: what a batch must not change, what is kept, where an answer ends, what is too long."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from knowcoderx import adapter, bases, generate, jsonl
from knowcoderx.generate import GenerateError, Generator

TOY = bases.get("toy")
TEXTS = [
    "Mina Park lives in Busan.",
    "安娜离开了苏州。",
    "Анна.",
    "",
    "غادرت آنا تونس.",
    "Zoë met Ọlá in Ìbàdàn, far away. " * 3,
]
PROMPTS = [f'# Entity: Person\ntext = "{text}"\n' for text in TEXTS]
IDS = [f"made/xx-test/{i}" for i in range(len(PROMPTS))]
END, LINE = 256, 198


def _thoughtful() -> Any:
    """The toy with weights so large that its answer depends on the whole prompt, not on the last letter alone."""
    model = bases.load_model(TOY, torch.float32)
    with torch.no_grad():
        for weights in model.model.layers.parameters():
            if weights.dim() > 1:
                weights *= 20
    return model


class Model(torch.nn.Module):
    """A toy that counts its calls; ``told`` is what it answers, as ids, instead of what it thinks."""

    def __init__(self, told: list[int] | None = None) -> None:
        super().__init__()
        self.inner = _thoughtful()
        self.generation_config = self.inner.generation_config
        self.device, self.dtype = self.inner.device, self.inner.dtype
        self.calls: list[int] = []
        self.told = told

    def generate(self, **options: Any) -> Any:
        rows = options["input_ids"]
        self.calls.append(len(rows))
        if self.told is None:
            return self.inner.generate(**options)
        new = self.told[: options["max_new_tokens"]]
        return torch.cat([rows, torch.tensor([new] * len(rows))], 1)


def generator(told: list[int] | None = None, **changes: Any) -> Generator:
    tokenizer = bases.load_tokenizer(TOY)
    settings = {"identity": "toy:none", "context": 400, "max_new_tokens": 12, **changes}
    return Generator(Model(told), tokenizer, **settings)  # type: ignore[arg-type]


def ids_of(text: str) -> list[int]:
    return list(bases.load_tokenizer(TOY)(text).input_ids)


@pytest.fixture(scope="module")
def alone() -> list[Any]:
    return generator().complete(IDS, PROMPTS, batch=1)


@pytest.mark.parametrize("batch", [2, 3, 16])
def test_the_batch_changes_no_answer(batch: int, alone: list[Any]) -> None:
    assert len({c.text for c in alone}) > 1
    assert generator().complete(IDS, PROMPTS, batch=batch) == alone


def test_the_answers_are_those_of_the_model_on_each_prompt_alone(alone: list[Any]) -> None:
    made = generator()
    for prompt, completion in zip(PROMPTS, alone, strict=True):
        ids = torch.tensor([ids_of(prompt + "results =")])
        for _ in range(completion.tokens):
            with torch.inference_mode():
                best = made.model.inner(ids).logits[0, -1].argmax()  # type: ignore[operator,union-attr]
            ids = torch.cat([ids, best.view(1, 1)], 1)
        written = made.tokenizer.decode(ids[0], skip_special_tokens=True)
        assert completion.text == "results =" + written.removeprefix(prompt + "results =")


def test_completions_come_in_the_order_of_the_prompts_whatever_their_lengths() -> None:
    made = generator()
    turned = made.complete(IDS[::-1], PROMPTS[::-1], batch=2)
    assert [c.example_id for c in turned] == IDS[::-1]
    assert turned == made.complete(IDS, PROMPTS, batch=2)[::-1]


def test_only_what_is_new_is_decoded_after_the_given_opening() -> None:
    (found,) = generator([*ids_of(' [Person("安娜")]'), END], max_new_tokens=40).complete(IDS[:1], PROMPTS[:1], batch=1)
    assert found.text == 'results = [Person("安娜")]'
    assert (found.tokens, found.truncated) == (len(ids_of(' [Person("安娜")]')) + 1, False)


def test_an_answer_that_the_limit_ends_is_truncated() -> None:
    (found,) = generator(ids_of(" [Person, Person]")).complete(IDS[:1], PROMPTS[:1], batch=1)
    assert (found.text, found.tokens, found.truncated) == ("results = [Person, Pe", 12, True)


@pytest.mark.parametrize("stop", [END, LINE])
def test_what_comes_behind_the_end_or_a_line_feed_is_left_out(stop: int) -> None:
    told = [*ids_of(" []"), stop, *ids_of("text = 1")]
    (found,) = generator(told, max_new_tokens=len(told)).complete(IDS[:1], PROMPTS[:1], batch=1)
    assert found.text.rstrip("\n") == "results = []"
    assert (found.tokens, found.truncated) == (4, False)


def test_the_model_itself_stops_at_a_line_feed() -> None:
    made = generator()
    head = made.model.inner.get_output_embeddings()  # type: ignore[operator,union-attr]
    head.register_forward_hook(lambda module, given, logits: logits.index_fill(-1, torch.tensor([LINE]), 99.0))
    assert {(c.text, c.tokens) for c in made.complete(IDS, PROMPTS, batch=16)} == {("results =\n", 1)}


def test_the_same_prompt_is_completed_once() -> None:
    made = generator()
    found = made.complete(["a", "b", "c"], [PROMPTS[0], PROMPTS[1], PROMPTS[0]], batch=8)
    assert made.model.calls == [2]
    assert found[0] == replace(found[2], example_id="a")
    assert [c.example_id for c in found] == ["a", "b", "c"]


def test_kept_completions_are_not_made_again(tmp_path: Path, alone: list[Any]) -> None:
    kept = tmp_path / "state" / "completions.jsonl"
    assert generator().complete(IDS[:4], PROMPTS[:4], batch=3, kept=kept) == alone[:4]
    other = generator()
    assert other.complete(IDS, PROMPTS, batch=16, kept=kept) == alone
    assert sum(other.model.calls) == len(IDS) - 4  # type: ignore[arg-type]
    third = generator()
    assert third.complete(IDS, PROMPTS, batch=16, kept=kept) == alone
    assert third.model.calls == []


def test_another_model_or_limit_does_not_use_what_was_kept(tmp_path: Path) -> None:
    kept = tmp_path / "completions.jsonl"
    generator().complete(IDS, PROMPTS, batch=16, kept=kept)
    other = generator(identity="toy:other")
    other.complete(IDS, PROMPTS, batch=16, kept=kept)
    assert sum(other.model.calls) == len(IDS)  # type: ignore[arg-type]


@pytest.mark.parametrize("cut", [1, 2, 20])
def test_a_last_line_cut_by_a_kill_is_made_again_and_spoils_no_other(
    cut: int, tmp_path: Path, alone: list[Any]
) -> None:
    kept = tmp_path / "completions.jsonl"
    generator().complete(IDS, PROMPTS, batch=16, kept=kept)
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-cut])
    again = generator()
    assert again.complete(IDS, PROMPTS, batch=16, kept=kept) == alone
    assert again.model.calls == [1]
    assert sorted(kept.read_bytes().splitlines()) == sorted(whole.splitlines())
    last = generator()
    assert last.complete(IDS, PROMPTS, batch=16, kept=kept) == alone
    assert last.model.calls == []


def test_a_stop_between_batches_loses_no_batch(
    tmp_path: Path, alone: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "completions.jsonl"
    stopped = generator()
    real = stopped.model.generate

    def ctrl_c(**options: Any) -> Any:
        if len(stopped.model.calls) == 2:  # type: ignore[arg-type]
            raise KeyboardInterrupt
        return real(**options)  # type: ignore[operator]

    monkeypatch.setattr(stopped.model, "generate", ctrl_c)
    with pytest.raises(KeyboardInterrupt):
        stopped.complete(IDS, PROMPTS, batch=2, kept=kept)
    assert len(kept.read_text(encoding="utf-8").splitlines()) == 4
    again = generator()
    assert again.complete(IDS, PROMPTS, batch=2, kept=kept) == alone
    assert again.model.calls == [2]


def test_a_prompt_without_room_for_its_answer_is_refused_with_the_numbers() -> None:
    length = len(ids_of(PROMPTS[0] + "results ="))
    exact = generator(context=length + 12)
    exact.complete(IDS[:1], PROMPTS[:1], batch=1)
    over = generator(context=length + 11)
    said = f"made/xx-test/0: a prompt of {length} tokens.* predict.max_new_tokens 12 .* model's {length + 11}"
    with pytest.raises(GenerateError, match=said):
        over.complete(IDS[:1], PROMPTS[:1], batch=1)
    assert over.model.calls == []


def test_nothing_to_complete_is_nothing(tmp_path: Path) -> None:
    assert generator().complete([], [], batch=4, kept=tmp_path / "completions.jsonl") == []


def test_a_base_alone_and_a_left_out_phase_are_the_same_model(tmp_path: Path) -> None:
    jsonl.write_json(tmp_path / "none" / adapter.MANIFEST, {"weights_sha256": adapter.NONE, "tensors": 0})
    base = generate.load(TOY, None, max_new_tokens=8, threads=1)
    left_out = generate.load(TOY, tmp_path / "none", max_new_tokens=8, threads=1)
    assert base.identity == left_out.identity
    assert base.complete(IDS, PROMPTS, batch=4) == left_out.complete(IDS, PROMPTS, batch=4)


def test_the_identity_names_everything_that_an_answer_depends_on() -> None:
    one, other = (generate.load(TOY, None, max_new_tokens=n, threads=1).identity for n in (8, 9))
    assert one != other
    assert one == generate.load(TOY, None, max_new_tokens=8, threads=2).identity


def test_what_is_kept_is_json_in_ascii(tmp_path: Path) -> None:
    kept = tmp_path / "completions.jsonl"
    generator([*ids_of(' ["苏州"]'), END]).complete(IDS[:1], PROMPTS[:1], batch=1, kept=kept)
    assert kept.read_bytes().isascii()
    _, text, tokens, truncated = json.loads(kept.read_text(encoding="utf-8"))
    assert (text, tokens, truncated) == ('results = ["苏州"]', len(ids_of(' ["苏州"]')) + 1, False)
