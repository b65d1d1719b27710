"""How a pipeline script runs: configuration, tracking, metrics file, and errors that a person can act on."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from knowcoderx import jsonl
from knowcoderx.config import load

__all__ = ["Metrics", "stage", "whole_folder"]

Metrics = Mapping[str, Any]
"""Nested numbers and texts, as they go into ``metrics/<profile>/<stage>.json``."""

QUIET = {
    "TOKENIZERS_PARALLELISM": "false",
    "DO_NOT_TRACK": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
"""Nothing here calls home. None of these changes a result."""


def stage(function: Callable[..., Metrics]) -> Callable[[], None]:
    """Turn ``function(config, run, *words)`` into a script's main: ``python pipelines/x.py PROFILE [WORDS...]``.

    What it returns is on disk before it is tracked.
    """

    def main() -> None:
        _prepare()
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
    aside = path.with_name(f".{path.name}.writing")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        yield aside
        shutil.rmtree(path, ignore_errors=True)
        aside.rename(path)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _prepare() -> None:
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    sys.excepthook = show_error
    signal.signal(signal.SIGTERM, _terminated)


def _terminated(number: int, frame: Any) -> None:
    """SIGTERM ends a stage as Ctrl-C does: open files are closed, the run is marked."""
    raise KeyboardInterrupt


def show_error(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """One sentence for what a user can mend; the whole trace for what only a maintainer can."""
    ours = kind.__module__.partition(".")[0] == "knowcoderx"
    match error:
        case KeyboardInterrupt():
            text = "stopped. Run the same command again to go on from the last checkpoint.\n"
        case OSError(errno=28):
            where = error.filename or "while writing"
            text = f"error: no space left on the device ({where}). Free some and run the same command again.\n"
        case _ if ours or kind is LookupError:
            text = f"error: {error}\n"
        case _:
            text = "".join(traceback.format_exception(kind, error, trace))
    sys.stderr.write(text)
