"""How a pipeline script runs: configuration, tracking, metrics file, and errors that a person can act on."""

from __future__ import annotations

import logging
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from inspect import signature
from pathlib import Path
from types import TracebackType
from typing import Any

from knowcoderx import console, jsonl
from knowcoderx.config import load

__all__ = ["Metrics", "stage", "whole_folder"]

Metrics = Mapping[str, Any]
"""Nested numbers and texts, as they go into ``metrics/<profile>/<stage>.json``."""


def stage(function: Callable[..., Metrics]) -> Callable[[], None]:
    """Turn ``function(config, run, *words)`` into a script's main: ``python pipelines/x.py PROFILE [WORDS...]``.

    What it returns is on disk before it is tracked.
    """

    def main() -> None:
        _prepare()
        wanted = [name.upper() for name in list(signature(function).parameters)[2:]]
        if len(sys.argv) != 2 + len(wanted):
            raise SystemExit(f"usage: python {' '.join([sys.argv[0], 'PROFILE', *wanted])}")
        profile, *words = sys.argv[1:]
        config = load(profile=profile)
        name = "-".join([function.__name__, *words])
        from knowcoderx import tracking

        with tracking.open_run(config, name) as run:
            metrics = function(config, run, *words)
            jsonl.write_json(config.metrics / f"{name}.json", metrics)
            run.metrics({f"{name}.{key}": value for key, value in jsonl.flat(metrics)})
            run.artifact(config.metrics / f"{name}.json", "metrics")

    return main


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A folder to write into that takes the place of ``path`` when the block ends well, and never half-full."""
    aside, before = (path.with_name(f".{path.name}.{word}") for word in ("writing", "before"))
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        yield aside
        # Renamed, not removed: Ctrl-C in the middle of a removal would leave half a folder under the good name.
        shutil.rmtree(before, ignore_errors=True)
        if path.exists():
            path.rename(before)
        aside.rename(path)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(before, ignore_errors=True)


def _prepare() -> None:
    console.quieten()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    sys.excepthook = show_error
    signal.signal(signal.SIGTERM, _terminated)


def _terminated(number: int, frame: Any) -> None:
    """SIGTERM ends a stage as Ctrl-C does: open files are closed, the run is marked."""
    raise KeyboardInterrupt


def show_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """One sentence for what a user can mend; the whole trace for what only a maintainer can."""
    match error:
        case KeyboardInterrupt():
            text = "stopped. Run the same command again to go on from the last checkpoint.\n"
        case _ if said := console.sentence(error):
            text = f"error: {said}\n"
        case _:
            text = "".join(traceback.format_exception(kind, error, trace))
    sys.stderr.write(text)
