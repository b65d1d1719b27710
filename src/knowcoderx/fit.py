"""The only training loop: Lightning over a plan of batches that is fixed before the first step.

The plan lists the examples of every optimizer step from the seed alone. A resumed run continues at its
step number, so it sees exactly what an uninterrupted one would have seen; ranks take their own part of
each step, so the number of devices does not change what a step learns from.
"""

from __future__ import annotations

import logging
import math
import random
import shutil
import signal
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightning as L
import torch
from lightning.fabric.plugins.io.torch_io import TorchCheckpointIO
from lightning.pytorch.callbacks import ModelCheckpoint, TQDMProgressBar
from peft import PeftModel, get_peft_model_state_dict
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, IterableDataset
from transformers import (
    get_cosine_schedule_with_warmup,
    get_linear_schedule_with_warmup,
)

from knowcoderx import adapter
from knowcoderx.bases import Base, load_model
from knowcoderx.config import Phase, Train
from knowcoderx.strategy import strategy
from knowcoderx.tokens import IGNORED, Batch, Encoded, collate

__all__ = ["Fitted", "fit", "mean_loss", "plan"]

Watch = Callable[[dict[str, float], int], None]
"""Receives the metrics of an optimizer step and its number."""

SCHEDULES: dict[str, Callable[..., Any]] = {
    "cosine": get_cosine_schedule_with_warmup,
    "linear": get_linear_schedule_with_warmup,
}
DTYPES = {"32-true": torch.float32, "bf16-mixed": torch.float32, "bf16-true": torch.bfloat16}
GROUP = 8
"""Batches sorted by length together: less padding, and still a random order."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a training gave. ``loss`` is the mean of the last tenth of the steps."""

    model: PeftModel
    steps: int
    loss: float
    digest: str


def plan(lengths: Sequence[int], *, batch: int, epochs: float, seed: int) -> list[tuple[int, ...]]:
    """The examples of each optimizer step, ``batch`` indices each, for ``epochs`` passes.

    Each pass is shuffled by its own seed; then batches of like length are formed within groups of
    `GROUP` batches. The last step is filled from the next pass, so every step has the same size.
    """
    if not lengths or epochs <= 0:
        return []
    # Rounded first: 0.1 * 30 is a little more than 3, and must not cost a step of its own.
    steps = max(1, math.ceil(round(len(lengths) * epochs / batch, 6)))
    order: list[int] = []
    while len(order) < steps * batch:
        rng = random.Random(f"{seed}:{len(order)}")
        once = rng.sample(range(len(lengths)), len(lengths))
        order += once
    made: list[tuple[int, ...]] = []
    for start in range(0, steps * batch, batch * GROUP):
        group = sorted(order[start : start + batch * GROUP][: steps * batch - start], key=lambda i: lengths[i])
        batches = [tuple(group[i : i + batch]) for i in range(0, len(group), batch)]
        random.Random(f"{seed}:group:{start}").shuffle(batches)
        made += batches
    return made


def fit(
    examples: Sequence[Encoded],
    *,
    base: Base,
    pad: int,
    train: Train,
    phase: Phase,
    seed: int,
    start: Path | None,
    to: Path,
    state: Path,
    watch: Watch,
    about: dict[str, Any],
) -> Fitted:
    """Train an adapter on examples and save it as the folder ``to``.

    ``start`` is the adapter to continue, None for a fresh one. Checkpoints are kept in ``state``, from
    which an interrupted training goes on; they are removed when the adapter is in place.

    Raises:
        Diverged: the loss is not finite.
        KeyboardInterrupt: after Ctrl-C, with a checkpoint written.
    """
    _quieten()
    torch.set_num_threads(train.threads)
    L.seed_everything(seed, verbose=False)
    model = adapter.attach(load_model(base, DTYPES[train.precision]), base, train)
    if start is not None:
        adapter.load_into(model, start)
    model.train()
    if train.gradient_checkpointing:
        model.gradient_checkpointing_enable()
        model.enable_input_require_grads()
    steps = plan([len(e) for e in examples], batch=train.batch, epochs=phase.epochs, seed=seed)
    module = Finetune(model, examples, steps, train, pad, watch)
    last = state / "last.ckpt"
    trainer = _trainer(train, len(steps), state)
    try:
        trainer.fit(module, ckpt_path=str(last) if last.exists() else None, weights_only=train.deepspeed is None)
    except SystemExit:  # what Lightning makes of Ctrl-C
        raise KeyboardInterrupt from None
    tensors = _whole(model)
    tail = module.losses[-max(1, len(module.losses) // 10) :]
    loss = sum(tail) / len(tail) if tail else float("nan")
    found = ""
    if trainer.is_global_zero:
        found = adapter.save(model, base, tensors, to, {"steps": len(steps), **about})
        shutil.rmtree(state, ignore_errors=True)
    trainer.strategy.barrier()
    return Fitted(model, len(steps), loss, found)


def mean_loss(model: PeftModel, examples: Sequence[Encoded], *, pad: int, batch: int) -> float:
    """Cross-entropy a supervised token, in nats, without dropout."""
    model.eval()
    total, count = 0.0, 0
    with torch.inference_mode():
        for start in range(0, len(examples), batch):
            rows = collate(examples[start : start + batch], pad)
            supervised = int((rows["labels"] != IGNORED).sum())
            total += float(completion_loss(model, rows)) * supervised
            count += supervised
    return total / max(1, count)


def completion_loss(model: Any, batch: Batch) -> torch.Tensor:
    """Mean cross-entropy over the supervised tokens of a batch.

    Rows are padded on the left, so all labels lie in the last columns: only those get logits, which
    saves the largest matrix product of a small model.
    """
    labels = batch["labels"]
    columns = (labels != IGNORED).any(0).nonzero()
    keep = labels.shape[1] - int(columns[0]) + 1
    inputs = {k: batch[k] for k in ("input_ids", "attention_mask", "position_ids")}
    logits = model(**inputs, logits_to_keep=keep, use_cache=False).logits
    targets = labels[:, -keep + 1 :]
    return cross_entropy(logits[:, :-1].flatten(0, 1).float(), targets.flatten(), ignore_index=IGNORED)


class Finetune(L.LightningModule):
    """A causal model with an adapter; learns the completions of a plan's examples."""

    strict_loading = False  # checkpoints hold what is trained, not the frozen base

    def __init__(
        self,
        model: PeftModel,
        examples: Sequence[Encoded],
        steps: list[tuple[int, ...]],
        train: Train,
        pad: int,
        watch: Watch,
    ) -> None:
        super().__init__()
        self.model = model
        self.examples, self.steps, self.train_config, self.pad, self.watch = examples, steps, train, pad, watch
        self.losses: list[float] = []
        self.within_step = self._stop = False

    def on_train_batch_start(self, batch: Batch, index: int) -> None:
        self.within_step = True

    def training_step(self, batch: Batch, index: int) -> torch.Tensor:
        loss = completion_loss(self.model, batch)
        if not torch.isfinite(loss):
            raise adapter.Diverged(
                f"the loss is {float(loss.detach())} at step {self.global_step}. Lower train.lr or check the data."
            )
        self.log("loss", loss, prog_bar=True, sync_dist=True)
        supervised = int((batch["labels"] != IGNORED).sum())
        self._note = {
            "loss": float(loss.detach()),
            "padding_share": 1 - float(batch["attention_mask"].float().mean()),
            "supervised_share": supervised / int(batch["attention_mask"].sum()),
        }
        self.losses.append(self._note["loss"])
        return loss * self._weight(supervised)

    def _weight(self, supervised: int) -> float:
        """Makes a step the mean over its tokens, however micro batches and devices split it: 1 if they do not."""
        step = [self.examples[i] for i in self.steps[self.global_step]]
        parts = self.train_config.accumulate * self.trainer.world_size
        return supervised * parts / sum(len(e) - e.prompt for e in step)

    def on_before_optimizer_step(self, optimizer: torch.optim.Optimizer) -> None:
        grads = [p.grad.norm() for p in self.model.parameters() if p.grad is not None]
        if grads:
            self._note["gradient_norm"] = float(torch.stack(grads).norm())

    def on_train_batch_end(self, outputs: Any, batch: Batch, index: int) -> None:
        self.within_step = (index + 1) % self.train_config.accumulate != 0
        if self.within_step:
            return
        if self.trainer.is_global_zero and self.global_step % self.train_config.log_every == 0:
            self.watch({**self._note, "lr": self.trainer.optimizers[0].param_groups[0]["lr"]}, self.global_step)
        if self._stop:
            raise KeyboardInterrupt

    def configure_optimizers(self) -> Any:
        trained = [p for p in self.model.parameters() if p.requires_grad]
        optimizer = torch.optim.AdamW(trained, lr=self.train_config.lr, weight_decay=self.train_config.weight_decay)
        warmup = round(self.train_config.warmup * len(self.steps))
        schedule = SCHEDULES[self.train_config.schedule](optimizer, warmup, len(self.steps))
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}

    def train_dataloader(self) -> DataLoader[Batch]:
        stream = _Stream(self, self.trainer.global_step, self.trainer.global_rank, self.trainer.world_size)
        return DataLoader(stream, batch_size=None)

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        trained = {n for n, p in self.named_parameters() if p.requires_grad}
        if "state_dict" in checkpoint:
            checkpoint["state_dict"] = {k: v for k, v in checkpoint["state_dict"].items() if k in trained}
        # Lightning keeps no generator state; without it dropout after a resume is another dropout.
        checkpoint["generator"] = torch.get_rng_state()
        checkpoint["losses"] = list(self.losses)

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        self.losses = list(checkpoint["losses"])
        self._generator = checkpoint["generator"]

    def on_train_start(self) -> None:
        if (generator := getattr(self, "_generator", None)) is not None:
            torch.set_rng_state(generator)
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):  # Lightning puts the handlers of before back
                signal.signal(number, self._stop_soon)

    def _stop_soon(self, number: int, frame: Any) -> None:
        """The first Ctrl-C waits for the end of the step, so that nothing of it is lost; a second one does not."""
        self._stop = True
        signal.signal(number, signal.default_int_handler)
        logging.getLogger(__name__).warning("stopping after this step; once more stops at once")


class _Stream(IterableDataset[Batch]):
    """A rank's micro batches from an optimizer step on. It has no length: `max_steps` ends the training."""

    def __init__(self, module: Finetune, step: int, rank: int, world: int) -> None:
        self.module, self.step, self.rank, self.world = module, step, rank, world

    def __iter__(self) -> Iterator[Batch]:
        size = self.module.train_config.micro_batch
        for chosen in self.module.steps[self.step :]:
            mine = chosen[self.rank :: self.world]
            for start in range(0, len(mine), size):
                yield collate([self.module.examples[i] for i in mine[start : start + size]], self.module.pad)


class _AtomicIO(TorchCheckpointIO):
    """Checkpoints that appear whole or not at all: a kill while writing leaves the one before."""

    def save_checkpoint(self, checkpoint: dict[str, Any], path: Any, storage_options: Any = None) -> None:
        aside = f"{path}.writing"
        super().save_checkpoint(checkpoint, aside, storage_options)
        Path(aside).replace(path)


class _Keeper(ModelCheckpoint):
    """Checkpoints on the way, and after an error between two steps. Within one, dropout has drawn already."""

    def on_exception(self, trainer: L.Trainer, module: L.LightningModule, exception: BaseException) -> None:
        if not module.within_step:
            super().on_exception(trainer, module, exception)


class _Bar(TQDMProgressBar):
    """Knows the end: the stream of batches has no length, the plan has."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self._batches = batches

    @property
    def total_train_batches(self) -> int:
        """Micro batches in all."""
        return self._batches


def _trainer(train: Train, steps: int, state: Path) -> L.Trainer:
    keeper = _Keeper(
        dirpath=state, filename="last", every_n_train_steps=train.checkpoint_every, save_top_k=1,
        enable_version_counter=False, save_on_exception=True,
    )  # fmt: skip
    return L.Trainer(
        accelerator=train.accelerator,
        devices=train.devices,
        num_nodes=train.nodes,
        strategy=strategy(train),
        precision=train.precision,
        plugins=None if train.deepspeed else [_AtomicIO()],
        max_steps=steps,
        max_epochs=-1,
        accumulate_grad_batches=train.accumulate,
        gradient_clip_val=train.clip,
        callbacks=[keeper, _Bar(steps * train.accumulate)],
        logger=False,
        enable_model_summary=False,
        use_distributed_sampler=False,
    )


def _quieten() -> None:
    """Lightning's advice is about other set-ups than this one: loaders with a length, modules in training mode."""
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module=r"lightning\..*|transformers\..*|torch\..*")


def _whole(model: PeftModel) -> dict[str, torch.Tensor]:
    """The adapter's tensors, gathered where ZeRO-3 holds a shard of each."""
    sharded = [p for p in model.parameters() if p.requires_grad and hasattr(p, "ds_id")]
    if not sharded:
        return {k: v.detach().clone() for k, v in get_peft_model_state_dict(model).items()}
    import deepspeed

    with deepspeed.zero.GatheredParameters(sharded):
        return {k: v.detach().clone() for k, v in get_peft_model_state_dict(model).items()}
