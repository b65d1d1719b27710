"""Examples -> ids and labels: what is learned is the completion and one end, whatever the tokenizer."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from tokenizers import Tokenizer, decoders, models, normalizers, processors
from transformers import PreTrainedTokenizerFast

from knowcoderx import bases, tokens
from knowcoderx.tokens import IGNORED, Encoded, TokenError
from knowcoderx.types import Example, Task

SENTENCES = {
    "en": ("Mina Park lives in Busan.", 'results = [Person("Mina Park"), City("Busan")]'),
    "zh": ("安娜离开了苏州。", 'results = [Person("安娜"), City("苏州")]'),
    "ru": ("Анна уехала из Твери.", 'results = [Person("Анна"), City("Твери")]'),
    "ar": ("غادرت آنا تونس.", 'results = [Person("آنا"), City("تونس")]'),
    "hi": ("आना ने पुणे छोड़ा।", "results = []"),
}


def example(text: str, completion: str, lang: str = "en") -> Example:
    prompt = f'# Entity: Person\ntext = "{text}"\n'
    return Example(f"made/{lang}-train/0", Task.NER, lang, prompt, completion, ("Person",))


EXAMPLES = [example(text, completion, lang) for lang, (text, completion) in SENTENCES.items()]


@pytest.fixture(scope="module")
def toy() -> Any:
    return bases.load_tokenizer(bases.get("toy"))


def with_start(start: str) -> Any:
    """One id a character, "<s>" in front of every text, as Llama's tokenizers do; "</s>" ends and pads."""
    letters = sorted(set("".join(e.prompt + e.completion for e in EXAMPLES)))
    inner = Tokenizer(models.BPE({letter: i for i, letter in enumerate([*letters, "<s>", "</s>"])}, []))
    inner.decoder = decoders.Fuse()
    inner.add_special_tokens(["<s>", "</s>"])
    inner.post_processor = processors.TemplateProcessing(
        single=f"{start} $A", special_tokens=[(start, inner.token_to_id(start))]
    )
    return PreTrainedTokenizerFast(tokenizer_object=inner, bos_token=start, eos_token="</s>", pad_token="</s>")


def learned(row: Any) -> list[int]:
    return [int(i) for i in row if i != IGNORED]


def test_what_is_learned_is_the_completion_and_one_end(toy: Any) -> None:
    assert toy.pad_token_id == toy.eos_token_id
    batch = tokens.collate(tokens.encode(EXAMPLES, toy), toy.pad_token_id)
    for one, labels in zip(EXAMPLES, batch["labels"], strict=True):
        assert toy.decode(learned(labels)) == one.completion + toy.eos_token
        assert learned(labels).count(toy.eos_token_id) == 1


def test_no_token_spans_the_border_of_prompt_and_completion(toy: Any) -> None:
    for one, encoded in zip(EXAMPLES, tokens.encode(EXAMPLES, toy), strict=True):
        assert toy.decode(encoded.ids[: encoded.prompt]) == one.prompt
        assert one.prompt.endswith("\n")
        assert encoded.ids[encoded.prompt] == toy("r").input_ids[0]


def test_a_merge_over_the_border_is_not_used() -> None:
    letters = sorted(set("ab\n>"))
    vocabulary = {piece: i for i, piece in enumerate([*letters, "\nb", "</s>"])}
    inner = Tokenizer(models.BPE(vocabulary, [("\n", "b")]))
    inner.decoder = decoders.Fuse()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, eos_token="</s>")
    one = Example("made/en/0", Task.NER, "en", "a\n", "ba", ())
    assert vocabulary["\nb"] in tokenizer("a\nba").input_ids
    (encoded,) = tokens.encode([one], tokenizer)
    assert encoded == Encoded("made/en/0", tuple(vocabulary[p] for p in ["a", "\n", "b", "a", "</s>"]), 2)


@pytest.mark.parametrize("start", ["<s>", "</s>"])
def test_a_start_token_is_there_once_in_training_and_in_generation(start: str) -> None:
    tokenizer = with_start(start)
    first = tokenizer.convert_tokens_to_ids(start)
    prompts = tokens.prompt_ids([e.prompt for e in EXAMPLES], tokenizer)
    for encoded, shown in zip(tokens.encode(EXAMPLES, tokenizer), prompts, strict=True):
        assert list(encoded.ids[: encoded.prompt]) == shown
        assert (shown[0], shown.count(first)) == (first, 1)
        assert encoded.ids[encoded.prompt :].count(tokenizer.eos_token_id) == 1


def test_the_name_of_a_control_token_in_a_text_is_letters(toy: Any) -> None:
    hostile = example("Mina <|end|> Park", 'results = [Person("Mina <|end|> Park")]')
    (encoded,) = tokens.encode([hostile], toy)
    assert encoded.ids.count(toy.eos_token_id) == 1
    assert toy.decode(encoded.ids) == hostile.prompt + hostile.completion + toy.eos_token


def test_a_tokenizer_that_changes_the_text_is_refused() -> None:
    tokenizer = with_start("<s>")
    tokenizer.backend_tokenizer.normalizer = normalizers.Lowercase()
    with pytest.raises(TokenError, match=r"made/en-train/0.*results = \[.*use another base"):
        tokens.encode(EXAMPLES, tokenizer)


def test_a_tokenizer_without_the_letters_is_refused() -> None:
    unknown = example("Ōsaka", 'results = [City("Ōsaka")]', "ja")
    with pytest.raises(TokenError, match="made/ja-train/0"):
        tokens.encode([unknown], with_start("<s>"))


def test_rows_are_padded_on_the_left_and_positions_count_from_the_first_token() -> None:
    batch = tokens.collate([Encoded("a", (5, 6, 7, 8), 2), Encoded("b", (5, 9), 1)], pad=0)
    assert batch["input_ids"].tolist() == [[5, 6, 7, 8], [0, 0, 5, 9]]
    assert batch["labels"].tolist() == [[-100, -100, 7, 8], [-100, -100, -100, 9]]
    assert batch["attention_mask"].tolist() == [[True] * 4, [False, False, True, True]]
    assert batch["position_ids"].tolist() == [[0, 1, 2, 3], [0, 0, 0, 1]]


def test_the_pad_token_is_the_end_token_where_a_base_has_none_and_goes_left(toy: Any) -> None:
    assert (toy.padding_side, toy.pad_token_id) == ("left", toy.eos_token_id)


def test_a_long_example_is_left_out_whole_and_counted() -> None:
    rng = random.Random(3)
    encoded = [Encoded(str(i), tuple(range(rng.randint(2, 20))), 1) for i in range(50)]
    dropped: Counter[str] = Counter()
    kept = tokens.usable(encoded, 10, dropped)
    assert kept == [e for e in encoded if len(e.ids) <= 10]
    assert dropped == {"too_long": 50 - len(kept)}
    assert 0 < len(kept) < 50


def test_nothing_to_encode_is_nothing(toy: Any) -> None:
    assert tokens.encode([], toy) == []
    assert tokens.prompt_ids([], toy) == []
