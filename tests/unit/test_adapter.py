"""The adapter's folder: round trips, what is refused, equal bytes for equal weights, kills."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel, get_peft_model_state_dict
from safetensors.torch import load_file

from knowcoderx import adapter, bases, jsonl
from knowcoderx.adapter import AdapterError
from knowcoderx.config import Phase, Train

TOY = bases.get("toy")
ALL = Phase(epochs=1, examples=None)
TRAIN = Train(
    base="toy", lr=1e-3, warmup=0.1, schedule="cosine", weight_decay=0.0, clip=1.0, batch=4, micro_batch=4,
    max_length=256, rank=4, alpha=8, dropout=0.0, precision="32-true", gradient_checkpointing=False, devices=1,
    nodes=1, threads=1, accelerator="cpu", deepspeed=None, checkpoint_every=10, log_every=1, align=ALL, extract=ALL,
)  # fmt: skip
IDS = torch.tensor([list("results = [City(苏州)]".encode())])


def made(seed: int = 1, train: Train = TRAIN) -> PeftModel:
    """The toy with an adapter that changes its answers, as after a training."""
    model = adapter.attach(bases.load_model(TOY, torch.float32), TOY, train)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in (p for p in model.parameters() if p.requires_grad):
            parameter.copy_(torch.randn(parameter.shape, generator=generator) / 10)
    return model.eval()


def tensors(model: PeftModel) -> dict[str, torch.Tensor]:
    return {name: t.detach().clone() for name, t in get_peft_model_state_dict(model).items()}


def saved(to: Path, seed: int = 1, **about: Any) -> str:
    model = made(seed)
    return adapter.save(model, TOY, tensors(model), to, about)


def logits(model: Any) -> torch.Tensor:
    with torch.inference_mode():
        found: torch.Tensor = model(IDS).logits
    return found


def test_a_fresh_adapter_changes_nothing() -> None:
    base = bases.load_model(TOY, torch.float32)
    before = logits(base)
    fresh = adapter.attach(base, TOY, TRAIN)
    assert torch.equal(logits(fresh.eval()), before)
    adapted = {name.split(".")[-3] for name in tensors(fresh)}
    assert adapted <= set(TOY.targets) | {"lora_A", "lora_B"} | {"self_attn", "mlp"}
    assert len(tensors(fresh)) == 2 * len(TOY.targets) * 2


def test_what_was_saved_and_loaded_gives_equal_logits(tmp_path: Path) -> None:
    model = made()
    adapter.save(model, TOY, tensors(model), tmp_path / "a", {})
    fresh = adapter.attach(bases.load_model(TOY, torch.float32), TOY, TRAIN).eval()
    assert not torch.allclose(logits(fresh), logits(model), atol=1e-3)
    adapter.load_into(fresh, tmp_path / "a")
    assert torch.equal(logits(fresh), logits(model))


def test_the_merged_model_gives_the_logits_of_base_and_adapter(tmp_path: Path) -> None:
    model = made()
    adapter.save(model, TOY, tensors(model), tmp_path / "a", {})
    merged = adapter.merge(bases.load_model(TOY, torch.float32), tmp_path / "a", TOY)
    assert torch.allclose(logits(merged), logits(model), atol=1e-5)
    assert not [name for name in merged.state_dict() if "lora" in name]
    assert not merged.training


def test_the_manifest_tells_what_was_saved(tmp_path: Path) -> None:
    found = saved(tmp_path / "a", phase="extract")
    manifest = adapter.read_manifest(tmp_path / "a")
    base = {"base": TOY.identity, "base_name": "toy"}
    assert manifest == {"weights_sha256": found, "tensors": 28, **base, "phase": "extract"}
    assert found == adapter.digest(tmp_path / "a") == adapter.weights_digest(tmp_path / "a")
    assert found == hashlib.sha256((tmp_path / "a/adapter_model.safetensors").read_bytes()).hexdigest()
    assert adapter.digest(None) == "none"


def spoiled(change: Any) -> dict[str, torch.Tensor]:
    return {name: change(name, t) for name, t in tensors(made()).items()}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda name, t: t * 0 if "lora_B" in name else t, "B matrices are all zero"),
        (lambda name, t: t / 0, "NaN or infinity.*Lower train.lr"),
        (lambda name, t: torch.full_like(t, float("nan")), "NaN or infinity"),
        (lambda name, t: t[:0] if "layers.1" in name and "q_proj" in name else t, "empty tensors"),
        (lambda name, t: t.new_empty(0), "empty tensors"),
    ],
    ids=["zero", "infinite", "nan", "one-shard", "all-shards"],
)
def test_a_useless_adapter_is_not_saved(change: Any, said: str, tmp_path: Path) -> None:
    saved(tmp_path / "a")
    before = adapter.digest(tmp_path / "a")
    with pytest.raises(AdapterError, match=f"{said}.*Nothing was saved"):
        adapter.save(made(), TOY, spoiled(change), tmp_path / "a", {})
    assert adapter.digest(tmp_path / "a") == before
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_no_tensors_are_no_adapter(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="empty"):
        adapter.save(made(), TOY, {}, tmp_path / "a", {})


def test_a_folder_without_a_manifest_is_no_adapter(tmp_path: Path) -> None:
    saved(tmp_path / "a")
    (tmp_path / "a" / adapter.MANIFEST).unlink()
    for read in (adapter.read_manifest, adapter.digest, lambda folder: adapter.load_into(made(), folder)):
        with pytest.raises(AdapterError, match=r"no finished adapter.*manifest.json.*`dvc repro`"):
            read(tmp_path / "a")
    with pytest.raises(AdapterError, match="no finished adapter"):
        adapter.read_manifest(tmp_path / "nowhere")


def test_an_adapter_of_another_base_is_refused(tmp_path: Path) -> None:
    saved(tmp_path / "a")
    other = replace(TOY, weights=bases.Toy(seed=9))
    with pytest.raises(AdapterError, match=f"another base or revision .{TOY.identity}, not {other.identity}"):
        adapter.merge(bases.load_model(other, torch.float32), tmp_path / "a", other)


def test_an_adapter_of_another_rank_is_refused(tmp_path: Path) -> None:
    saved(tmp_path / "a")
    with pytest.raises(AdapterError, match="Rank, targets and base must be the same"):
        adapter.load_into(made(train=TRAIN.model_copy(update={"rank": 8})), tmp_path / "a")


def test_the_configuration_is_written_in_an_order_of_its_own(tmp_path: Path) -> None:
    saved(tmp_path / "a")
    config = json.loads((tmp_path / "a/adapter_config.json").read_text(encoding="utf-8"))
    assert list(config) == sorted(config)
    assert config["target_modules"] == sorted(TOY.targets)
    assert (config["r"], config["lora_alpha"], config["task_type"], config["peft_type"]) == (4, 8, "CAUSAL_LM", "LORA")


def test_the_configuration_names_the_base_and_no_path_of_this_machine(tmp_path: Path) -> None:
    model = made()
    trained = tensors(model)
    model.peft_config["default"].base_model_name_or_path = str(tmp_path / "cache")
    adapter.save(model, TOY, trained, tmp_path / "a", {})
    text = (tmp_path / "a/adapter_config.json").read_text(encoding="utf-8")
    assert json.loads(text)["base_model_name_or_path"] == "toy"
    assert str(tmp_path) not in text


def test_the_configuration_names_a_hub_model_by_its_id(tmp_path: Path) -> None:
    model, base = made(), replace(TOY, weights=bases.Hub("org/seven-b", "a" * 40))
    adapter.save(model, base, tensors(model), tmp_path / "a", {})
    config = json.loads((tmp_path / "a/adapter_config.json").read_text(encoding="utf-8"))
    assert config["base_model_name_or_path"] == "org/seven-b"


def test_equal_weights_are_equal_bytes(tmp_path: Path) -> None:
    assert saved(tmp_path / "a") == saved(tmp_path / "b") != saved(tmp_path / "c", seed=2)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


SAVE = """
import importlib.util, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("of_adapter", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
module.saved(Path(sys.argv[2]))
"""


@pytest.mark.learning
def test_two_processes_with_other_hash_seeds_write_equal_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / seed for seed in ("1", "77")]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", SAVE, __file__, str(folder)], env={**os.environ, "PYTHONHASHSEED": folder.name}
        )
        for folder in folders
    ]
    assert [process.wait(timeout=200) for process in running] == [0, 0]
    one, other = ({p.name: p.read_bytes() for p in folder.iterdir()} for folder in folders)
    assert one == other
    assert set(one) == {"adapter_model.safetensors", "adapter_config.json", "manifest.json"}


def test_an_error_before_the_manifest_leaves_the_old_adapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = saved(tmp_path / "a")
    write = jsonl.write_json

    def full(path: Path, value: object) -> None:
        if path.name == adapter.MANIFEST:
            raise OSError(28, "No space left on device", str(path))
        write(path, value)

    monkeypatch.setattr(jsonl, "write_json", full)
    with pytest.raises(OSError, match="No space left"):
        saved(tmp_path / "a", seed=2)
    assert adapter.weights_digest(tmp_path / "a") == adapter.digest(tmp_path / "a") == before
    monkeypatch.undo()
    assert saved(tmp_path / "a", seed=2) == adapter.digest(tmp_path / "a") != before
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_a_rename_that_fails_leaves_the_old_adapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = saved(tmp_path / "a")
    rename = Path.rename

    def busy(self: Path, to: Any) -> Any:
        if self.name == ".a.writing":
            raise OSError(16, "Device or resource busy", str(self))
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", busy)
    with pytest.raises(OSError, match="busy"):
        saved(tmp_path / "a", seed=2)
    assert adapter.weights_digest(tmp_path / "a") == adapter.digest(tmp_path / "a") == before


def test_a_kill_before_the_rename_leaves_the_old_adapter(tmp_path: Path) -> None:
    before = saved(tmp_path / "a")
    model = made(seed=2)
    trained = tensors(model)
    child = os.fork()
    if child == 0:
        # The process of the training, killed when the new folder is whole but not yet in its place.
        Path.rename = lambda self, to: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment,method-assign]
        adapter.save(model, TOY, trained, tmp_path / "a", {})
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert (tmp_path / ".a.writing" / adapter.MANIFEST).exists()
    assert adapter.digest(tmp_path / "a") == before
    assert load_file(tmp_path / "a/adapter_model.safetensors").keys() == tensors(made()).keys()
    saved(tmp_path / "a", seed=2)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a"]
