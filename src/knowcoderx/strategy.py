"""Where the training runs: Lightning's strategies, DeepSpeed among them, from one section of the configuration.

Stock Lightning admits DeepSpeed on CUDA only. `CpuDeepSpeed` widens that guard, so the same engine,
ZeRO partitioning, clipping and checkpoints run in tests on a machine without a GPU. It relies on
private methods of Lightning, which is why pyproject pins that version exactly.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lightning.fabric.utilities.seed import reset_seed
from lightning.pytorch.accelerators import CPUAccelerator
from lightning.pytorch.strategies import DDPStrategy, DeepSpeedStrategy, Strategy

from knowcoderx.config import Train

__all__ = ["CpuDeepSpeed", "strategy"]


def strategy(train: Train) -> Strategy | str:
    """The strategy that ``train`` asks for: one device, data parallel, or DeepSpeed."""
    match train:
        case Train(deepspeed=None, devices=1, nodes=1):
            return "auto"
        case Train(deepspeed=None):
            return "ddp"
    section = train.deepspeed
    assert section is not None
    options: dict[str, Any] = {
        "stage": section.stage,
        "offload_optimizer": section.offload_optimizer,
        "offload_parameters": section.offload_parameters,
        "exclude_frozen_parameters": True,
        # Lightning would ask the loader, but our stream of planned batches has no batch size to tell.
        "logging_batch_size_per_gpu": train.micro_batch,
    }
    if train.accelerator == "gpu":
        return DeepSpeedStrategy(**options)
    _no_compilation()
    # Buckets of the default size would take hundreds of megabytes for a toy model.
    small: dict[str, Any] = {"allgather_bucket_size": 2**20, "reduce_bucket_size": 2**20, "pin_memory": False}
    made = CpuDeepSpeed(process_group_backend="gloo", **options, **small)
    assert isinstance(made.config, dict)
    made.config["zero_force_ds_cpu_optimizer"] = False
    return made


def _no_compilation() -> None:
    """Gloo alone: without this, DeepSpeed compiles a shared-memory extension when it starts on a CPU."""
    os.environ.setdefault("DS_ACCELERATOR", "cpu")
    import deepspeed

    deepspeed.ops.__compatible_ops__["deepspeed_shm_comm"] = False


class CpuDeepSpeed(DeepSpeedStrategy):
    """`DeepSpeedStrategy` that also accepts the CPU. With any other accelerator nothing differs."""

    strategy_name = "deepspeed_cpu"

    @property
    def _on_cpu(self) -> bool:
        return isinstance(self.accelerator, CPUAccelerator)

    def setup_environment(self) -> None:
        """As upstream, without its refusal of the CPU."""
        if self._on_cpu:
            DDPStrategy.setup_environment(self)
        else:
            super().setup_environment()

    def setup_distributed(self) -> None:
        """As upstream, without its check of device indices: torch.device("cpu") has none."""
        if self._on_cpu:
            reset_seed()
            self.set_world_ranks()
            self._init_deepspeed_distributed()
        else:
            super().setup_distributed()

    def _setup_model_and_optimizer(self, model: Any, optimizer: Any, lr_scheduler: Any = None) -> Any:
        with self._local_rank_as_device():
            return super()._setup_model_and_optimizer(model, optimizer, lr_scheduler)

    def _initialize_deepspeed_inference(self, model: Any) -> None:
        with self._local_rank_as_device():
            super()._initialize_deepspeed_inference(model)

    @contextmanager
    def _local_rank_as_device(self) -> Iterator[None]:
        """DeepSpeed compares the device rank with 0; on a CPU Lightning hands it None."""
        import deepspeed

        original = deepspeed.initialize

        def initialize(args: Any = None, **rest: Any) -> Any:
            if args is not None and getattr(args, "device_rank", 0) is None:
                args.device_rank = self.local_rank
            return original(args=args, **rest)

        deepspeed.initialize = initialize
        try:
            yield
        finally:
            deepspeed.initialize = original
