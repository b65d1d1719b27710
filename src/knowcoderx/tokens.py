"""Example -> token ids and labels, and their batches.

Prompt and completion are tokenised apart and joined as ids, so that no token spans the border between
what is shown and what is learned, and the same ids are used to train and to generate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

import torch

from knowcoderx.types import Example

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["IGNORED", "Batch", "Encoded", "TokenError", "collate", "encode", "prompt_ids", "usable"]

IGNORED = -100
"""The label of a position that is not learned."""


class TokenError(ValueError):
    """An example whose supervised tokens would not be its completion."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token ids of an example; the first ``prompt`` of them are shown, the rest are learned."""

    id: str
    ids: tuple[int, ...]
    prompt: int

    def __len__(self) -> int:
        return len(self.ids)


class Batch(TypedDict):
    """``input_ids``, ``labels``, ``position_ids``: int64; ``attention_mask``: bool. All ``(rows, longest)``."""

    input_ids: torch.Tensor
    labels: torch.Tensor
    attention_mask: torch.Tensor
    position_ids: torch.Tensor


def prompt_ids(prompts: Sequence[str], tokenizer: PreTrainedTokenizerBase) -> list[list[int]]:
    """Ids of prompts, with the start token that the model expects, once, if it expects one."""
    full, bare = tokenizer(["a"]).input_ids[0], _plain(["a"], tokenizer)[0]
    start = full[: next(i for i in range(len(full)) if full[i : i + len(bare)] == bare)]
    return [start + ids for ids in _plain(prompts, tokenizer)]


def encode(examples: Sequence[Example], tokenizer: PreTrainedTokenizerBase) -> list[Encoded]:
    """Ids of each example: prompt, completion, one end token.

    Raises:
        TokenError: the learned ids do not decode to exactly the completion and the end token.
    """
    shown = prompt_ids([e.prompt for e in examples], tokenizer)
    learned = _plain([e.completion for e in examples], tokenizer)
    back = tokenizer.batch_decode(learned, skip_special_tokens=False, clean_up_tokenization_spaces=False)
    for example, ids, text in zip(examples, learned, back, strict=True):
        if text != example.completion or tokenizer.eos_token_id in ids:
            raise TokenError(
                f"example {example.id!r}: its labels decode to {text[:80]!r}, not to {example.completion[:80]!r}. "
                "This tokenizer cannot learn it; use another base."
            )
    end = [tokenizer.eos_token_id]
    return [Encoded(e.id, tuple(p + c + end), len(p)) for e, p, c in zip(examples, shown, learned, strict=True)]


def usable(encoded: Iterable[Encoded], max_length: int, dropped: Counter[str]) -> list[Encoded]:
    """Those of at most ``max_length`` tokens. A longer one is left out whole and counted, never cut."""
    kept = []
    for example in encoded:
        if len(example) <= max_length:
            kept.append(example)
        else:
            dropped["too_long"] += 1
    return kept


def collate(batch: Sequence[Encoded], pad: int) -> Batch:
    """Pad to the longest, on the left, so that what is learned ends each row.

    Labels are `IGNORED` over prompt and padding, also where the pad id equals the end id. Positions
    count from 0 at the first real token.
    """
    longest = max(map(len, batch))
    ids = torch.full((len(batch), longest), pad, dtype=torch.int64)
    labels = torch.full((len(batch), longest), IGNORED, dtype=torch.int64)
    mask = torch.zeros((len(batch), longest), dtype=torch.bool)
    for row, example in enumerate(batch):
        at = longest - len(example)
        ids[row, at:] = torch.tensor(example.ids)
        labels[row, at + example.prompt :] = ids[row, at + example.prompt :]
        mask[row, at:] = True
    positions = (mask.cumsum(1) - 1).clamp(min=0)
    return Batch(input_ids=ids, labels=labels, attention_mask=mask, position_ids=positions)


def _plain(texts: Sequence[str], tokenizer: PreTrainedTokenizerBase) -> list[list[int]]:
    if not texts:
        return []
    # A text may hold the name of a control token, such as "<|im_end|>": it is read as letters.
    ids: list[list[int]] = tokenizer(list(texts), add_special_tokens=False, split_special_tokens=True).input_ids
    return ids
