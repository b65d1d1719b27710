"""Prompts -> completions, greedily: batches by length, padding on the left, each answer kept once made.

Completions go to an append-only file as they come, keyed by the model's identity and the prompt's ids,
so a killed prediction continues where it was and a new benchmark costs only its own prompts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tqdm import tqdm
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from knowcoderx import adapter
from knowcoderx.bases import Base, load_model, load_tokenizer
from knowcoderx.tokens import prompt_ids
from knowcoderx.types import Completion

__all__ = ["GenerateError", "Generator", "load"]

OPENING = "results ="
"""How every completion begins (spec, section 1): given, not generated, trained or not."""


class GenerateError(ValueError):
    """A prompt that the model cannot take whole."""


@dataclass(frozen=True, slots=True)
class Generator:
    """A model that completes prompts. ``identity`` names base, weights and limits for the kept completions."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    identity: str
    context: int
    max_new_tokens: int

    def complete(
        self, ids: Sequence[str], prompts: Sequence[str], *, batch: int, kept: Path | None = None
    ) -> list[Completion]:
        """One completion a prompt, in the order given; the file ``kept`` is read first and added to.

        Raises:
            GenerateError: a prompt leaves no room in the model's context; nothing is cut.
        """
        opening = self.tokenizer(OPENING, add_special_tokens=False).input_ids
        encoded = [p + opening for p in prompt_ids(prompts, self.tokenizer)]
        self._refuse_long(ids, encoded)
        keys = [self._key(e) for e in encoded]
        if kept:
            _mend(kept)
        done = dict(_kept(kept)) if kept else {}
        todo = sorted(
            {k: e for k, e in zip(keys, encoded, strict=True) if k not in done}.items(), key=lambda i: len(i[1])
        )
        with tqdm(total=len(todo), desc="predict", unit="prompt", disable=None, leave=None) as bar:
            for start in range(0, len(todo), batch):
                part = todo[start : start + batch]
                made = dict(zip([k for k, _ in part], self._batch([e for _, e in part]), strict=True))
                done |= made
                if kept:
                    _keep(kept, made)
                bar.update(len(part))
        return [Completion(i, *done[key]) for i, key in zip(ids, keys, strict=True)]

    def _batch(self, rows: Sequence[Sequence[int]]) -> Iterator[tuple[str, int, bool]]:
        """Greedy completions as (text, generated tokens, cut by the limit)."""
        longest = max(map(len, rows))
        pad = int(self.tokenizer.pad_token_id)
        inputs = torch.tensor([[pad] * (longest - len(r)) + list(r) for r in rows], device=self.model.device)
        mask = torch.tensor([[0] * (longest - len(r)) + [1] * len(r) for r in rows], device=self.model.device)
        with torch.inference_mode():
            out = self.model.generate(  # type: ignore[operator]
                input_ids=inputs,
                attention_mask=mask,
                max_new_tokens=self.max_new_tokens,
                do_sample=False,
                num_beams=1,
                eos_token_id=self._ends,
                pad_token_id=pad,
            )
        for row in out[:, longest:].tolist():
            end = next((i for i, t in enumerate(row) if t in self._ends), None)
            new = row if end is None else row[: end + 1]
            text = str(self.tokenizer.decode(new, skip_special_tokens=True, clean_up_tokenization_spaces=False))
            yield OPENING + text, len(new), end is None

    @property
    def _ends(self) -> list[int]:
        """The end token, and a line feed: a completion is one line, so an untrained model stops there too."""
        line = self.tokenizer("\n", add_special_tokens=False).input_ids
        return [int(self.tokenizer.eos_token_id), *(line if len(line) == 1 else [])]

    def _refuse_long(self, ids: Sequence[str], encoded: Sequence[Sequence[int]]) -> None:
        for name, row in zip(ids, encoded, strict=True):
            if len(row) + self.max_new_tokens > self.context:
                raise GenerateError(
                    f"{name}: a prompt of {len(row)} tokens, which with predict.max_new_tokens {self.max_new_tokens} "
                    f"is over the model's {self.context}. Split the text; nothing is cut in silence."
                )

    def _key(self, ids: Sequence[int]) -> str:
        return hashlib.sha256(f"{self.identity}:{list(ids)}".encode()).hexdigest()[:32]


def load(base: Base, adapter_folder: Path | None, *, max_new_tokens: int, threads: int) -> Generator:
    """The base model with an adapter merged in, or alone; on a GPU in bf16 where there is one."""
    torch.set_num_threads(threads)
    on_gpu = torch.cuda.is_available()
    model = load_model(base, torch.bfloat16 if on_gpu else torch.float32)
    if adapter.digest(adapter_folder) != adapter.NONE:
        assert adapter_folder is not None
        model = adapter.merge(model, adapter_folder, base)
    # The shipped sampling settings would only warn: decoding here is greedy.
    model.generation_config = type(model.generation_config)(eos_token_id=model.generation_config.eos_token_id)
    identity = f"{base.identity}:{adapter.digest(adapter_folder)}:{max_new_tokens}:{model.dtype}"
    tokenizer = load_tokenizer(base)
    model.to(device="cuda" if on_gpu else "cpu")  # type: ignore[call-arg]
    return Generator(model, tokenizer, identity, base.context, max_new_tokens)


def _mend(path: Path) -> None:
    """Cut off a last line that a kill left without its end, or the next one would be glued to it and lost too."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        whole = file.read()
        file.truncate(whole.rfind(b"\n") + 1)


def _kept(path: Path) -> Iterator[tuple[str, tuple[str, int, bool]]]:
    """The completions kept so far."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            try:
                key, text, tokens, truncated = json.loads(line)
            except ValueError:
                continue
            yield key, (text, tokens, truncated)


def _keep(path: Path, made: dict[str, tuple[str, int, bool]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps([key, *value]) + "\n" for key, value in made.items())
