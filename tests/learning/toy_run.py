"""A training of the toy base as a program of its own, to be killed or started on several ranks.

``python toy_run.py FOLDER '{"train": {...}, "epochs": 2, "kill_at": 5}'`` leaves in FOLDER the adapter, the
ids of the samples in the order of each step, and what the ranks know at the end.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from knowcoderx import adapter, bases, fit, jsonl, tokens
from knowcoderx.config import Phase, Train
from knowcoderx.tokens import Encoded
from knowcoderx.types import Example, Task

ALL = Phase(epochs=1, examples=None)
TRAIN = Train(
    base="toy", lr=1e-2, warmup=0.1, schedule="cosine", weight_decay=0.0, clip=1.0, batch=4, micro_batch=4,
    max_length=256, rank=4, alpha=8, dropout=0.1, precision="32-true", gradient_checkpointing=False, devices=1,
    nodes=1, threads=1, accelerator="cpu", deepspeed=None, checkpoint_every=2, log_every=1, align=ALL, extract=ALL,
)  # fmt: skip
NAMES = ("Mina Park", "安娜", "Анна", "آنا", "Zoë", "たろう", "Ọlá", "Nguyễn Văn A")
TOY = bases.get("toy")


def examples() -> list[Encoded]:
    """Twenty-four sentences of unlike length, in several scripts."""
    made = [
        Example(
            f"made/en-train/{i}",
            Task.NER,
            "en",
            f'text = "{name} has {i} {"very " * (i % 5)}old hats."\n',
            f'results = [Person("{name}")]' if i % 6 else "results = []",
            ("Person",),
        )
        for i, name in enumerate(NAMES * 3)
    ]
    return tokens.encode(made, bases.load_tokenizer(TOY))


def run(folder: Path, *, epochs: float = 2, kill_at: int = 0, start: Path | None = None, **train: Any) -> fit.Fitted:
    """Train into ``folder``; every step appends a line to ``steps.jsonl`` there."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[list[str]] = []
    collate = fit.collate

    def noted(batch: Any, pad: int) -> Any:
        rows.append([e.id for e in batch])
        return collate(batch, pad)

    settings = Train.model_validate({**TRAIN.model_dump(), **train})

    def watch(values: dict[str, float], step: int) -> None:
        own = [rows.pop(0) for _ in range(settings.accumulate)]
        with (folder / "steps.jsonl").open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps({"step": step, "rows": own, **values}) + "\n")
        if step == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    fit.collate = noted
    try:
        return fit.fit(
            examples(), base=TOY, pad=256, train=settings, phase=Phase(epochs=epochs, examples=None), seed=5,
            start=start, to=folder / "adapter", state=folder / "state", watch=watch, about={"phase": "extract"},
        )  # fmt: skip
    finally:
        fit.collate = collate


def main() -> None:
    folder, wanted = Path(sys.argv[1]), json.loads(sys.argv[2])
    fitted = run(folder, epochs=wanted.get("epochs", 2), kill_at=wanted.get("kill_at", 0), **wanted.get("train", {}))
    rank = int(os.environ.get("LOCAL_RANK", "0"))
    jsonl.write_json(
        folder / f"rank-{rank}.json", {"steps": fitted.steps, "loss": fitted.loss, "digest": fitted.digest}
    )
    if rank == 0:
        assert adapter.weights_digest(folder / "adapter") == fitted.digest


if __name__ == "__main__":
    main()
