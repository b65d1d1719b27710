"""CSV files that `dvc plots` draws. A curve survives a kill: its rows are kept beside the checkpoints."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from knowcoderx import jsonl

__all__ = ["curve", "table"]

CURVE = ("step", "loss", "lr", "gradient_norm", "supervised_share", "padding_share")


@contextmanager
def table(path: Path, header: Sequence[str]) -> Iterator[Callable[..., None]]:
    """Give a function that adds a row; the file appears whole when the block ends well."""
    rows: list[tuple[Any, ...]] = []
    yield lambda *row: rows.append(row)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    jsonl.write_text(path, text.getvalue())


@contextmanager
def curve(path: Path, kept: Path) -> Iterator[Callable[[int, Mapping[str, float]], None]]:
    """Give a function that adds the metrics of an optimizer step; ``kept`` holds them until the block ends well.

    A resumed training repeats the steps since its last checkpoint: the later row of a step counts.
    """
    kept.parent.mkdir(parents=True, exist_ok=True)
    with kept.open("a", encoding="utf-8", newline="") as file:
        write = csv.writer(file, lineterminator="\n").writerow

        def add(step: int, metrics: Mapping[str, float]) -> None:
            write([step, *(f"{metrics[name]:.6g}" if name in metrics else "" for name in CURVE[1:])])
            file.flush()

        yield add
    with kept.open(encoding="utf-8", newline="") as file:
        rows = {int(row[0]): row[1:] for row in csv.reader(file) if len(row) == len(CURVE)}
    with table(path, CURVE) as row:
        for step, values in sorted(rows.items()):
            row(step, *values)
    kept.unlink()
