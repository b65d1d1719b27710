"""The adapter: LoRA on a base model, saved so that equal weights are equal bytes.

A finished adapter is a folder with ``adapter_model.safetensors``, ``adapter_config.json`` and
``manifest.json``. It appears by one rename, and nothing else reads a folder without a manifest.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import torch
from peft import (
    LoraConfig,
    PeftModel,
    get_peft_model,
    get_peft_model_state_dict,
    set_peft_model_state_dict,
)
from safetensors.torch import load_file, save_file
from transformers import PreTrainedModel

from knowcoderx import jsonl
from knowcoderx.bases import Base
from knowcoderx.config import Train

__all__ = [
    "MANIFEST",
    "NONE",
    "AdapterError",
    "Diverged",
    "attach",
    "digest",
    "load_into",
    "merge",
    "read_manifest",
    "save",
    "weights_digest",
]

WEIGHTS = "adapter_model.safetensors"
MANIFEST = "manifest.json"
NONE = "none"
"""The digest of no adapter: the base model alone."""


class AdapterError(RuntimeError):
    """A folder that is no finished adapter, or one of another base."""


class Diverged(AdapterError):
    """A training whose numbers are no longer finite."""


def attach(model: PreTrainedModel, base: Base, train: Train) -> PeftModel:
    """A fresh LoRA adapter on the model: B is zero, so it changes nothing yet."""
    config = LoraConfig(
        r=train.rank,
        lora_alpha=train.alpha,
        lora_dropout=train.dropout,
        target_modules=list(base.targets),
        task_type="CAUSAL_LM",
    )
    return get_peft_model(model, config)


def load_into(model: PeftModel, folder: Path) -> None:
    """Put the tensors of a saved adapter into a model with an adapter of the same shape.

    Raises:
        AdapterError: no finished adapter, or its tensors do not fit.
    """
    read_manifest(folder)
    tensors = load_file(folder / WEIGHTS)
    wanted = {name: tensor.shape for name, tensor in get_peft_model_state_dict(model).items()}
    if wanted != {name: tensor.shape for name, tensor in tensors.items()}:
        raise AdapterError(
            f"{folder}: its tensors are not those of this adapter. Rank, targets and base must be the same."
        )
    set_peft_model_state_dict(model, tensors)


def merge(model: PreTrainedModel, folder: Path, base: Base) -> PreTrainedModel:
    """The base model with the adapter added to its weights: as fast as the base alone."""
    made_for = read_manifest(folder)["base"]
    if made_for != base.identity:
        raise AdapterError(f"{folder} was trained on another base or revision ({made_for}, not {base.identity})")
    merged: PreTrainedModel = PeftModel.from_pretrained(model, str(folder)).merge_and_unload()
    merged.train(False)
    return merged


def save(model: PeftModel, base: Base, tensors: dict[str, torch.Tensor], to: Path, about: dict[str, Any]) -> str:
    """Write a finished adapter and give its digest.

    ``tensors`` are whole (gathered from all ranks). Refuses an adapter that is empty, not finite, or
    whose B matrices are all zero: such a one would be registered and change nothing.
    """
    _refuse_useless(tensors)
    aside = to.with_name(f".{to.name}.writing")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    # One metadata key: with several, safetensors writes them in an order that differs between runs.
    save_file(
        {k: t.detach().to("cpu", torch.float32).contiguous() for k, t in sorted(tensors.items())}, aside / WEIGHTS
    )
    # peft would keep the folder that the base was loaded from: a path of one machine, in a file that is hashed.
    config = model.peft_config["default"].to_dict() | {"base_model_name_or_path": base.published}
    jsonl.write_json(aside / "adapter_config.json", _plain(config))
    found = hashlib.sha256((aside / WEIGHTS).read_bytes()).hexdigest()
    jsonl.write_json(
        aside / MANIFEST,
        {"weights_sha256": found, "tensors": len(tensors), "base": base.identity, "base_name": base.name, **about},
    )
    _put_in_place(aside, to)
    return found


def _put_in_place(aside: Path, to: Path) -> None:
    """Replace a folder by another; if that fails, the old one is back where it was."""
    old = to.with_name(f".{to.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if to.exists():
        to.rename(old)
    try:
        aside.rename(to)
    except BaseException:
        if old.exists():
            old.rename(to)
        raise
    shutil.rmtree(old, ignore_errors=True)


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the adapter's maker wrote beside it.

    Raises:
        AdapterError: there is none, so the folder is missing or half-written.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise AdapterError(
            f"{str(folder)!r} is no finished adapter (no {MANIFEST}). Train one with `dvc repro`, "
            "or give the path of another."
        ) from None
    except ValueError as error:
        raise AdapterError(f"{folder / MANIFEST}: not the manifest of an adapter ({error})") from None
    return manifest


def digest(folder: Path | None) -> str:
    """What identifies the adapter's weights; "none" for the base model alone."""
    return str(read_manifest(folder)["weights_sha256"]) if folder else NONE


def weights_digest(folder: Path) -> str:
    """The hash of the weights file itself, whatever its manifest says."""
    return hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()


def _refuse_useless(tensors: dict[str, torch.Tensor]) -> None:
    grown = [t for name, t in tensors.items() if "lora_B" in name]
    if not grown or any(t.numel() == 0 for t in tensors.values()):
        raise AdapterError("the adapter has empty tensors: its shards were not gathered. Nothing was saved.")
    if not all(torch.isfinite(t).all() for t in tensors.values()):
        raise Diverged("the adapter holds NaN or infinity: the training diverged. Lower train.lr. Nothing was saved.")
    if not any(t.count_nonzero() for t in grown):
        raise AdapterError("the adapter's B matrices are all zero: nothing was learned. Nothing was saved.")


def _plain(value: Any) -> Any:
    """JSON with an order of its own: peft keeps sets, whose order changes with the hash seed."""
    match value:
        case dict():
            return {str(k): _plain(v) for k, v in sorted(value.items(), key=lambda item: str(item[0]))}
        case set() | frozenset():
            return sorted(_plain(v) for v in value)
        case list() | tuple():
            return [_plain(v) for v in value]
        case str() | int() | float() | bool() | None:
            return value
    return str(value)
