"""What takes longer than a moment shows on a terminal how far it is, and nothing where there is no terminal."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from knowcoderx import collection, config, examples, ingestion, jsonl, parallel, prediction, scoring
from knowcoderx.config import Config
from knowcoderx.types import Document

pytestmark = pytest.mark.pipeline


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def pair(toy: Config, folder: Path) -> object:
    documents = list(jsonl.read(toy.data / "documents/train.jsonl", Document))
    return parallel.build(documents, collection.keys(toy.data / "documents"), toy.pair, toy.ingest.folders)


STAGES: dict[str, Callable[[Config, Path], object]] = {
    "ingest": lambda toy, folder: ingestion.collect(toy.ingest, folder, seed=toy.seed),
    "pair en-zh": pair,
    "render": examples.render,
    "predict": prediction.predict,
    "score tuned": lambda toy, folder: scoring.score(toy),
}
"""What the bar says -> what works on it. Training has Lightning's own bar: tests/learning/test_fit.py."""


@pytest.fixture(scope="module")
def toy(reproduced: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the run pipeline's folder, for what is written here is not DVC's."""
    return Path(shutil.copytree(reproduced, tmp_path_factory.mktemp("bars") / "repository", symlinks=True))


@pytest.mark.parametrize("on_terminal", [True, False])
@pytest.mark.parametrize("name", STAGES)
def test_a_stage_shows_a_bar_on_a_terminal_only(
    name: str, on_terminal: bool, toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(toy)
    seen = Terminal() if on_terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", seen)
    shutil.rmtree(toy / ".state", ignore_errors=True)
    STAGES[name](config.load(profile="toy"), tmp_path)
    assert (f"{name}:" in seen.getvalue()) is on_terminal
