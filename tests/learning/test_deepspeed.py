"""`profile: gpu` at toy size: its training section, DeepSpeed and all, on the CPU of this machine."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from lightning.pytorch.accelerators import CPUAccelerator
from lightning.pytorch.strategies import DeepSpeedStrategy
from safetensors.torch import load_file

from knowcoderx import adapter, bases, config
from knowcoderx.config import Deepspeed, Train
from knowcoderx.strategy import CpuDeepSpeed, strategy

pytestmark = pytest.mark.learning
Start = Callable[..., "subprocess.Popen[str]"]

SMALL: dict[str, Any] = {
    "base": "toy", "accelerator": "cpu", "precision": "32-true", "batch": 4, "micro_batch": 2, "max_length": 256,
    "rank": 4, "alpha": 8, "dropout": 0.0, "threads": 1, "lr": 1e-2,
}  # fmt: skip
"""What a toy changes in the training section of `profile: gpu`."""


@pytest.fixture(scope="module")
def gpu(root: Path) -> config.Config:
    return config.load(root / "params.yaml", profile="gpu")


@pytest.fixture(scope="module")
def settings(gpu: config.Config) -> dict[str, Any]:
    assert gpu.train.deepspeed is not None
    return {**gpu.train.model_dump(mode="json"), **SMALL}


@pytest.fixture(scope="module")
def plain(toy_run: ModuleType, settings: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The adapter of the same training without DeepSpeed."""
    folder = tmp_path_factory.mktemp("plain")
    toy_run.run(folder, **{**settings, "deepspeed": None})
    return folder / "adapter"


@pytest.fixture
def answer() -> Iterator[Callable[[subprocess.Popen[str]], str]]:
    """Wait for a program and give what it said; kill it if the test ends before it does."""
    begun: list[subprocess.Popen[str]] = []

    def wait(program: subprocess.Popen[str]) -> str:
        begun.append(program)
        said, _ = program.communicate(timeout=280)
        assert program.returncode == 0, said
        return said

    yield wait
    for program in begun:
        program.kill()


def test_every_setting_of_the_gpu_profile_holds_and_is_the_papers_shape(gpu: config.Config) -> None:
    train = gpu.train
    assert isinstance(bases.get(train.base).weights, bases.Hub)
    assert (train.rank, train.precision, train.accelerator, gpu.prompt.form) == (32, "bf16-true", "gpu", "full")
    assert train.accumulate * train.micro_batch * train.devices * train.nodes == train.batch
    assert train.max_length + gpu.predict.max_new_tokens <= bases.get(train.base).context


@pytest.mark.parametrize("stage", [1, 2, 3])
def test_a_gpu_gets_the_stock_strategy_with_the_stage_asked_for(gpu: config.Config, stage: Any) -> None:
    asked = Deepspeed(stage=stage, offload_optimizer=True, offload_parameters=stage == 3)
    made = strategy(gpu.train.model_copy(update={"deepspeed": asked}))
    assert type(made) is DeepSpeedStrategy
    assert isinstance(made.config, dict)
    zero = made.config["zero_optimization"]
    assert zero["stage"] == stage
    assert zero["offload_optimizer"]["device"] == "cpu"
    assert ("offload_param" in zero) == (stage == 3)


def test_the_profile_as_it_stands_gets_its_own_stage(gpu: config.Config) -> None:
    made = strategy(gpu.train)
    assert type(made) is DeepSpeedStrategy
    assert gpu.train.deepspeed is not None
    assert isinstance(made.config, dict)
    assert made.config["zero_optimization"]["stage"] == gpu.train.deepspeed.stage


@pytest.mark.parametrize(
    ("devices", "nodes", "name"), [(1, 1, "auto"), (2, 1, "ddp"), (1, 2, "ddp")], ids=["one", "two", "two-machines"]
)
def test_without_deepspeed_the_number_of_devices_decides(
    gpu: config.Config, devices: int, nodes: int, name: str
) -> None:
    assert strategy(gpu.train.model_copy(update={"deepspeed": None, "devices": devices, "nodes": nodes})) == name


def test_the_stock_strategy_still_refuses_the_cpu() -> None:
    """The day it does not, `CpuDeepSpeed` can go."""
    stock = DeepSpeedStrategy(accelerator=CPUAccelerator(), stage=2)
    with pytest.raises(RuntimeError, match="only supported on CUDA GPUs"):
        stock.setup_environment()


def test_only_the_cpu_gets_the_widened_strategy(settings: dict[str, Any]) -> None:
    made = strategy(Train.model_validate(settings))
    assert isinstance(made, CpuDeepSpeed)
    assert isinstance(made.config, dict)
    assert made.config["zero_force_ds_cpu_optimizer"] is False


@pytest.mark.parametrize(("stage", "devices"), [(2, 1), (3, 2)])
def test_the_gpu_profile_trains_a_toy_whose_adapter_is_saved_whole(
    stage: int, devices: int, settings: dict[str, Any], plain: Path, tmp_path: Path, start_toy_run: Start,
    answer: Callable[..., str],
) -> None:  # fmt: skip
    wanted = {**settings, "deepspeed": {"stage": stage}, "devices": devices}
    if devices == 2:
        wanted["micro_batch"] = 1
    answer(start_toy_run(tmp_path, train=wanted))
    told = json.loads((tmp_path / "rank-0.json").read_text(encoding="utf-8"))
    assert (told["steps"], told["digest"]) == (12, adapter.weights_digest(tmp_path / "adapter"))
    assert len(list(tmp_path.glob("rank-*.json"))) == devices
    one, other = (load_file(f / "adapter_model.safetensors") for f in (plain, tmp_path / "adapter"))
    assert {n: t.shape for n, t in one.items()} == {n: t.shape for n, t in other.items()}
    assert all(torch.allclose(one[name], other[name], atol=2e-3) for name in one)
    base = bases.get("toy")
    adapter.merge(bases.load_model(base, torch.float32), tmp_path / "adapter", base)
    assert not (tmp_path / "state").exists()
