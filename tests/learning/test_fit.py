"""The training loop on the toy base: it learns, it repeats itself to the byte, it goes on where it was stopped."""

from __future__ import annotations

import random
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from peft import get_peft_model_state_dict
from safetensors.torch import load_file
from torch.nn.functional import cross_entropy
from torch.optim.optimizer import register_optimizer_step_post_hook

from knowcoderx import adapter, bases, fit
from knowcoderx.adapter import AdapterError
from knowcoderx.config import Train
from knowcoderx.tokens import IGNORED, collate

pytestmark = pytest.mark.learning
Steps = Callable[[Path], list[Any]]


@pytest.fixture(scope="module")
def model(toy_run: ModuleType) -> Any:
    """The toy with an adapter that does something, without dropout."""
    made = adapter.attach(bases.load_model(toy_run.TOY, torch.float32), toy_run.TOY, toy_run.TRAIN).eval()
    torch.manual_seed(4)
    with torch.no_grad():
        for parameter in (p for p in made.parameters() if p.requires_grad):
            parameter.normal_(std=0.2)
    return made


@pytest.fixture(scope="module")
def straight(toy_run: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[Path, fit.Fitted]]:
    """Trainings that nobody interrupted, by micro batch."""
    found = {}
    for micro in (4, 2):
        folder = tmp_path_factory.mktemp(f"straight-{micro}")
        found[micro] = folder, toy_run.run(folder, micro_batch=micro)
    return found


def test_the_loss_falls_and_the_adapter_is_whole(toy_run: ModuleType, tmp_path: Path, steps: Steps) -> None:
    fitted = toy_run.run(tmp_path, epochs=8, lr=5e-2, dropout=0.0)
    losses = [step["loss"] for step in steps(tmp_path)]
    assert len(losses) == fitted.steps == 48
    assert fitted.loss == pytest.approx(sum(losses[-4:]) / 4)
    # Of the 5.55 nats of guessing; the tied random embeddings of the toy allow no more.
    assert fitted.loss < losses[0] - 0.1
    saved = load_file(tmp_path / "adapter/adapter_model.safetensors")
    assert len(saved) == 28
    manifest = adapter.read_manifest(tmp_path / "adapter")
    assert (manifest["steps"], manifest["base"], manifest["phase"]) == (48, toy_run.TOY.identity, "extract")
    assert not (tmp_path / "state").exists()


def test_the_bar_knows_the_last_step_and_shows_the_loss(
    toy_run: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    fitted = toy_run.run(tmp_path, epochs=1)
    shown = "".join(capfd.readouterr())
    assert f"{fitted.steps}/{fitted.steps} [" in shown
    assert "loss=" in shown


def test_the_learning_rate_warms_up_and_falls(straight: dict[int, tuple[Path, fit.Fitted]], steps: Steps) -> None:
    rates = [step["lr"] for step in steps(straight[4][0])]
    assert max(rates) == pytest.approx(1e-2)
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < 1e-4


def test_each_row_of_a_padded_batch_has_the_loss_it_has_alone(model: Any, toy_run: ModuleType) -> None:
    rows = toy_run.examples()[:6]
    assert len({len(e) for e in rows}) > 3
    with torch.inference_mode():
        alone = [float(fit.completion_loss(model, collate([e], 256))) for e in rows]
        together = float(fit.completion_loss(model, collate(rows, 256)))
    tokens = [len(e) - e.prompt for e in rows]
    assert together == pytest.approx(sum(a * n for a, n in zip(alone, tokens, strict=True)) / sum(tokens), rel=1e-5)
    assert max(alone) - min(alone) > 1e-3


def test_logits_of_the_last_columns_give_the_loss_of_all_logits(model: Any, toy_run: ModuleType) -> None:
    batch = collate(toy_run.examples()[:6], 256)
    with torch.inference_mode():
        inputs = {k: batch[k] for k in ("input_ids", "attention_mask", "position_ids")}  # type: ignore[literal-required]
        logits = model(**inputs).logits[:, :-1]
        full = cross_entropy(logits.flatten(0, 1), batch["labels"][:, 1:].flatten(), ignore_index=IGNORED)
        assert float(fit.completion_loss(model, batch)) == pytest.approx(float(full), rel=1e-6)


def test_the_mean_loss_does_not_depend_on_the_batch_and_has_no_dropout(model: Any, toy_run: ModuleType) -> None:
    rows = toy_run.examples()
    model.train()
    losses = [fit.mean_loss(model, rows, pad=256, batch=batch) for batch in (1, 5, 24)]
    assert losses[1:] == pytest.approx(losses[:1] * 2, rel=1e-5)
    assert fit.mean_loss(model, [], pad=256, batch=4) == 0


def test_micro_batches_add_up_to_the_step_of_one_batch(toy_run: ModuleType, tmp_path: Path) -> None:
    for micro in (4, 2, 1):
        toy_run.run(tmp_path / str(micro), epochs=0.5, dropout=0.0, micro_batch=micro)
    whole, *split = (load_file(tmp_path / m / "adapter/adapter_model.safetensors") for m in ("4", "2", "1"))
    for tensors in split:
        assert all(torch.allclose(tensors[name], whole[name], atol=2e-4) for name in whole)


def test_phase_two_begins_with_the_tensors_of_phase_one(
    toy_run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy_run.run(tmp_path / "align")
    begun: list[dict[str, torch.Tensor]] = []
    start = fit.Finetune.on_train_start

    def on_train_start(self: Any) -> None:
        begun.append({name: t.clone() for name, t in get_peft_model_state_dict(self.model).items()})
        start(self)

    monkeypatch.setattr(fit.Finetune, "on_train_start", on_train_start)
    fitted = toy_run.run(tmp_path / "extract", start=tmp_path / "align/adapter")
    one = load_file(tmp_path / "align/adapter/adapter_model.safetensors")
    two = load_file(tmp_path / "extract/adapter/adapter_model.safetensors")
    assert one.keys() == begun[0].keys() == two.keys()
    assert all(torch.equal(one[name], begun[0][name]) for name in one)
    assert not any(torch.equal(one[name], two[name]) for name in one)
    assert fitted.digest != adapter.digest(tmp_path / "align/adapter")


def test_phase_two_refuses_an_adapter_of_another_rank(toy_run: ModuleType, tmp_path: Path) -> None:
    toy_run.run(tmp_path / "align", epochs=0.2)
    with pytest.raises(AdapterError, match="Rank, targets and base must be the same"):
        toy_run.run(tmp_path / "extract", start=tmp_path / "align/adapter", rank=8)


@pytest.mark.parametrize("micro", [4, 2])
def test_the_same_seed_gives_the_same_bytes(
    micro: int, straight: dict[int, tuple[Path, fit.Fitted]], toy_run: ModuleType, tmp_path: Path, steps: Steps
) -> None:
    again = toy_run.run(tmp_path, micro_batch=micro)
    folder, fitted = straight[micro]
    assert (again.digest, again.loss) == (fitted.digest, fitted.loss)
    assert steps(tmp_path) == steps(folder)


@pytest.mark.parametrize("micro", [4, 2])
@pytest.mark.parametrize("at", [1, 3, 6, 11])
def test_ctrl_c_between_steps_costs_nothing(
    at: int, micro: int, straight: dict[int, tuple[Path, fit.Fitted]], toy_run: ModuleType, tmp_path: Path,
    steps: Steps, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    handlers = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    real = fit.Finetune.on_train_batch_end

    def stopping(self: Any, outputs: Any, batch: Any, index: int) -> None:
        real(self, outputs, batch, index)
        if self.global_step == at and (index + 1) % self.train_config.accumulate == 0:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(fit.Finetune, "on_train_batch_end", stopping)
        toy_run.run(tmp_path, micro_batch=micro)
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == handlers
    assert [step["step"] for step in steps(tmp_path)] == list(range(1, at + 1))
    assert not (tmp_path / "adapter").exists()
    _same_as(straight[micro], toy_run.run(tmp_path, micro_batch=micro), steps(tmp_path), steps)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("micro", [4, 2])
def test_ctrl_c_within_a_step_waits_for_its_end(
    micro: int, number: signal.Signals, straight: dict[int, tuple[Path, fit.Fitted]], toy_run: ModuleType,
    tmp_path: Path, steps: Steps, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with pytest.raises(KeyboardInterrupt), monkeypatch.context() as patch:
        patch.setattr(fit, "completion_loss", _at_call(7, lambda: signal.raise_signal(number)))
        toy_run.run(tmp_path, micro_batch=micro)
    stopped = 7 * micro // 4 + (micro == 2)
    assert [step["step"] for step in steps(tmp_path)] == list(range(1, stopped + 1))
    assert torch.load(tmp_path / "state/last.ckpt", weights_only=True)["global_step"] == stopped
    _same_as(straight[micro], toy_run.run(tmp_path, micro_batch=micro), steps(tmp_path), steps)


@pytest.mark.parametrize("micro", [4, 2])
def test_an_error_within_a_step_goes_back_to_the_last_whole_one(
    micro: int, straight: dict[int, tuple[Path, fit.Fitted]], toy_run: ModuleType, tmp_path: Path, steps: Steps,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def fail() -> None:
        raise MemoryError("no room for this batch")

    with pytest.raises(MemoryError), monkeypatch.context() as patch:
        patch.setattr(fit, "completion_loss", _at_call(8, fail))
        toy_run.run(tmp_path, micro_batch=micro)
    _same_as(straight[micro], toy_run.run(tmp_path, micro_batch=micro), steps(tmp_path), steps)


@pytest.mark.parametrize("micro", [4, 2])
def test_a_killed_training_goes_on_from_its_checkpoint(
    micro: int, straight: dict[int, tuple[Path, fit.Fitted]], toy_run: ModuleType, tmp_path: Path, steps: Steps,
    start_toy_run: Callable[..., subprocess.Popen[str]],
) -> None:  # fmt: skip
    at = random.Random(f"kill:{micro}").randint(2, 11)
    killed = start_toy_run(tmp_path, train={"micro_batch": micro}, kill_at=at)
    said, _ = killed.communicate(timeout=250)
    assert killed.returncode == -signal.SIGKILL, said
    assert (tmp_path / "state/last.ckpt").exists()
    assert not (tmp_path / "adapter").exists()
    _same_as(straight[micro], toy_run.run(tmp_path, micro_batch=micro), steps(tmp_path), steps)


def test_a_kill_while_a_checkpoint_is_written_leaves_the_one_before(
    straight: dict[int, tuple[Path, fit.Fitted]], toy_run: ModuleType, tmp_path: Path, steps: Steps,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    save = fit.TorchCheckpointIO.save_checkpoint
    calls = []

    def cut(self: Any, checkpoint: Any, path: Any, options: Any = None) -> None:
        calls.append(checkpoint["global_step"])
        if len(calls) == 3:
            Path(path).write_bytes(b"PK half of it")
            raise OSError(28, "No space left on device", str(path))
        save(self, checkpoint, path, options)

    with pytest.raises(OSError, match="No space left"), monkeypatch.context() as patch:
        patch.setattr(fit.TorchCheckpointIO, "save_checkpoint", cut)
        toy_run.run(tmp_path)
    assert calls[:3] == [2, 4, 6]
    assert torch.load(tmp_path / "state/last.ckpt", weights_only=True)["global_step"] in (4, 6)
    _same_as(straight[4], toy_run.run(tmp_path), steps(tmp_path), steps)


def test_a_training_killed_after_its_last_step_only_saves(
    straight: dict[int, tuple[Path, fit.Fitted]], toy_run: ModuleType, tmp_path: Path, steps: Steps,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def full(*arguments: Any) -> str:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"), monkeypatch.context() as patch:
        patch.setattr(adapter, "save", full)
        toy_run.run(tmp_path)
    monkeypatch.setattr(fit, "completion_loss", None)
    _same_as(straight[4], toy_run.run(tmp_path), steps(tmp_path), steps)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_stops_with_the_advice(
    bad: float, toy_run: ModuleType, tmp_path: Path, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = fit.completion_loss
    calls = []

    def spoiled(model: Any, batch: Any) -> torch.Tensor:
        calls.append(1)
        return real(model, batch) * (bad if len(calls) == 4 else 1)

    monkeypatch.setattr(fit, "completion_loss", spoiled)
    with pytest.raises(AdapterError, match=f"the loss is {bad} at step 3. Lower train.lr or check the data"):
        toy_run.run(tmp_path)
    assert len(steps(tmp_path)) == 3
    assert not (tmp_path / "adapter").exists()


def test_gradients_are_clipped_to_the_norm_asked_for(toy_run: ModuleType, tmp_path: Path, steps: Steps) -> None:
    clipped: list[float] = []

    def norm(optimizer: Any, *arguments: Any) -> None:
        grads = [p.grad.norm() for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
        clipped.append(float(torch.stack(grads).norm()))

    handle = register_optimizer_step_post_hook(norm)
    try:
        toy_run.run(tmp_path, clip=0.05, dropout=0.0)
    finally:
        handle.remove()
    before = [step["gradient_norm"] for step in steps(tmp_path)]
    assert min(before) > 0.05
    assert clipped == pytest.approx([0.05] * len(before), rel=1e-3)


def test_gradient_checkpointing_computes_the_same(toy_run: ModuleType, tmp_path: Path) -> None:
    one, other = (
        toy_run.run(tmp_path / str(on), epochs=0.5, dropout=0.0, gradient_checkpointing=on) for on in (False, True)
    )
    assert other.loss == pytest.approx(one.loss, rel=1e-5)


@pytest.mark.parametrize("precision", ["bf16-mixed", "bf16-true"])
def test_half_precision_learns_and_saves_fp32(precision: str, toy_run: ModuleType, tmp_path: Path) -> None:
    toy_run.run(tmp_path, epochs=0.5, precision=precision)
    saved = load_file(tmp_path / "adapter/adapter_model.safetensors")
    assert {t.dtype for t in saved.values()} == {torch.float32}


def _at_call(number: int, act: Callable[[], object]) -> Callable[[Any, Any], torch.Tensor]:
    """`completion_loss` that acts after its forward pass, once."""
    real = fit.completion_loss
    calls = []

    def loss(model: Any, batch: Any) -> torch.Tensor:
        found = real(model, batch)
        calls.append(1)
        if len(calls) == number:
            act()
        return found

    return loss


def _same_as(straight: tuple[Path, fit.Fitted], fitted: fit.Fitted, noted: list[Any], steps: Steps) -> None:
    """The same bytes from the same samples in the same order, every sample of the plan once a step."""
    assert noted == steps(straight[0])
    assert (fitted.digest, fitted.loss, fitted.steps) == (straight[1].digest, straight[1].loss, straight[1].steps)


def test_the_order_of_the_samples_is_the_plan(
    straight: dict[int, tuple[Path, fit.Fitted]], toy_run: ModuleType, steps: Steps
) -> None:
    examples = toy_run.examples()
    plan = fit.plan([len(e) for e in examples], batch=4, epochs=2, seed=5)
    for micro, (folder, _) in straight.items():
        noted = [[i for row in step["rows"] for i in row] for step in steps(folder)]
        assert noted == [[examples[i].id for i in step] for step in plan]
        assert {len(row) for step in steps(folder) for row in step["rows"]} == {micro}


def test_a_batch_that_no_accumulation_gives_is_refused(toy_run: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"batch 4 is no multiple of micro_batch x devices x nodes = 3. Use batch: 3"):
        Train.model_validate({**toy_run.TRAIN.model_dump(), "micro_batch": 3})
