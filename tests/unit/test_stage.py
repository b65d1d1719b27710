"""How a pipeline script runs: folders that are whole or not there, numbers on disk first, errors as sentences."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import knowcoderx
from knowcoderx import jsonl
from knowcoderx.config import Config, ConfigError
from knowcoderx.jsonl import JsonlError, flat
from knowcoderx.stage import Metrics, show_error, stage, whole_folder

ROOT = Path(__file__).parents[2]
fork = multiprocessing.get_context("fork")


class Refused(RuntimeError):
    """What a store says that takes nothing."""


class Tracking:
    """Stands for `knowcoderx.tracking`: keeps what it is told, and refuses metrics where wanted."""

    def __init__(self, refuses: bool = False) -> None:
        self.refuses, self.told, self.files, self.stages = refuses, dict[str, float](), list[Path](), list[str]()

    @contextmanager
    def open_run(self, config: Config, name: str) -> Iterator[Tracking]:
        self.stages.append(name)
        yield self

    def metrics(self, values: dict[str, float], step: int = 0) -> None:
        if self.refuses:
            raise Refused("the store is away")
        self.told |= values

    def artifact(self, path: Path, folder: str | None = None) -> None:
        assert path.is_file()
        self.files.append(path)


@pytest.fixture
def tracking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracking]:
    shutil.copy2(ROOT / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["pipelines/score.py", "sample"])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    before = signal.getsignal(signal.SIGTERM)
    made = Tracking()
    monkeypatch.setitem(sys.modules, "knowcoderx.tracking", made)
    monkeypatch.setattr(knowcoderx, "tracking", made, raising=False)
    yield made
    signal.signal(signal.SIGTERM, before)


def score(config: Config, run: Any) -> Metrics:
    return {"tuned": {"f1": 0.5, "hits": 3}, "commit": "abc", "languages": ["en", "zh"], "undefined": False}


def train(config: Config, run: Any, phase: str) -> Metrics:
    return {"loss": 0.25, "lr": config.train.lr}


def said(error: BaseException, capsys: pytest.CaptureFixture[str]) -> str:
    show_error(type(error), error, error.__traceback__)
    return capsys.readouterr().err


# Numbers


def test_nested_metrics_become_dotted_names_of_their_numbers_only() -> None:
    nested = {"f1": 0.5, "by": {"wnut17": {"hits": 3, "note": "small"}, "空": {}}, "ok": True, "none": None, "l": [1]}
    assert dict(flat(nested)) == {"f1": 0.5, "by.wnut17.hits": 3.0, "ok": 1.0}


def test_what_a_stage_returns_is_a_file_and_is_tracked_under_its_name(tracking: Tracking) -> None:
    stage(score)()
    file = Path("metrics/sample/score.json")
    assert json.loads(file.read_text(encoding="utf-8")) == score(None, None)  # type: ignore[arg-type]
    assert tracking.told == {"score.tuned.f1": 0.5, "score.tuned.hits": 3.0, "score.undefined": 0.0}
    assert tracking.files == [file]


def test_a_stage_with_a_word_has_it_in_its_name(tracking: Tracking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["pipelines/train.py", "cpu", "align"])
    stage(train)()
    assert tracking.stages == ["train-align"]
    assert Path("metrics/cpu/train-align.json").is_file()


def test_numbers_are_on_disk_before_the_store_refuses_them(tracking: Tracking) -> None:
    tracking.refuses = True
    with pytest.raises(Refused):
        stage(score)()
    assert json.loads(Path("metrics/sample/score.json").read_text(encoding="utf-8"))["tuned"] == {"f1": 0.5, "hits": 3}


def test_a_number_that_is_not_finite_leaves_the_file_of_the_last_run(tracking: Tracking) -> None:
    stage(score)()
    before = Path("metrics/sample/score.json").read_bytes()

    def score_of_nothing(config: Config, run: Any) -> Metrics:
        return {"f1": float("nan")}

    score_of_nothing.__name__ = "score"
    with pytest.raises(JsonlError, match=r"score\.json: cannot be written as JSON"):
        stage(score_of_nothing)()
    assert Path("metrics/sample/score.json").read_bytes() == before


@pytest.mark.parametrize("words", [[], ["sample", "align"]])
def test_a_wrong_number_of_words_shows_the_right_one(
    tracking: Tracking, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["pipelines/score.py", *words])
    with pytest.raises(SystemExit, match=r"usage: python pipelines/score\.py PROFILE$"):
        stage(score)()
    monkeypatch.setattr(sys, "argv", ["pipelines/train.py", "sample"])
    with pytest.raises(SystemExit, match=r"usage: python pipelines/train\.py PROFILE PHASE$"):
        stage(train)()
    assert tracking.stages == []


def test_a_wrong_profile_stops_before_a_run_is_opened(tracking: Tracking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["pipelines/score.py", "sampel"])
    with pytest.raises(ConfigError, match="Did you mean 'sample'"):
        stage(score)()
    assert tracking.stages == []


# Folders


def filled(folder: Path, text: str = "old") -> Path:
    folder.mkdir(parents=True)
    (folder / "train.jsonl").write_text(text, encoding="utf-8")
    (folder / f"{text}.json").write_text("{}", encoding="utf-8")
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8") for p in folder.rglob("*") if p.is_file()}


def test_a_folder_appears_whole_and_replaces_the_old_one(tmp_path: Path) -> None:
    folder = filled(tmp_path / "build" / "documents")
    with whole_folder(folder) as aside:
        (aside / "train.jsonl").write_text("new", encoding="utf-8")
        assert contents(folder)["train.jsonl"] == "old"
        assert aside.parent == folder.parent, "a rename works on one disk only"
    assert contents(folder) == {"train.jsonl": "new"}
    assert list(folder.parent.iterdir()) == [folder]


@pytest.mark.parametrize("error", [ValueError("line 7"), KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left")])
def test_an_error_leaves_the_old_folder_and_nothing_else(tmp_path: Path, error: BaseException) -> None:
    folder = filled(tmp_path / "documents")
    before = contents(folder)
    with pytest.raises(type(error)), whole_folder(folder) as aside:
        (aside / "train.jsonl").write_text("half", encoding="utf-8")
        raise error
    assert contents(folder) == before
    assert list(tmp_path.iterdir()) == [folder]


def test_an_error_where_nothing_was_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="line 7"), whole_folder(tmp_path / "documents") as aside:
        (aside / "train.jsonl").write_text("half", encoding="utf-8")
        raise ValueError("line 7")
    assert list(tmp_path.iterdir()) == []


def killed_inside(folder: Path) -> None:
    with whole_folder(folder) as aside:
        (aside / "train.jsonl").write_text("half", encoding="utf-8")
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_kill_leaves_the_old_folder_and_the_next_run_clears_what_it_left(tmp_path: Path) -> None:
    folder = filled(tmp_path / "documents")
    before = contents(folder)
    process = fork.Process(target=killed_inside, args=(folder,))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    assert contents(folder) == before
    with whole_folder(folder) as aside:
        assert contents(aside) == {}
    assert list(tmp_path.iterdir()) == [folder]


def test_an_interrupt_while_the_old_folder_is_removed_leaves_no_half_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = filled(tmp_path / "documents")
    remove = shutil.rmtree

    def interrupted(path: Path, **options: Any) -> None:
        if any(child.name == "old.json" for child in (path.iterdir() if path.exists() else ())):
            (path / "old.json").unlink()
            monkeypatch.setattr(shutil, "rmtree", remove)
            raise KeyboardInterrupt
        remove(path, **options)

    monkeypatch.setattr(shutil, "rmtree", interrupted)
    with pytest.raises(KeyboardInterrupt), whole_folder(folder) as aside:
        (aside / "train.jsonl").write_text("new", encoding="utf-8")
    assert contents(folder) == {"train.jsonl": "new"}


# Errors


def test_an_error_of_ours_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(ConfigError("params.yaml: no profile 'sampel'. Did you mean 'sample'?"), capsys)
    assert text == "error: params.yaml: no profile 'sampel'. Did you mean 'sample'?\n"


def test_a_full_disk_names_the_file_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(OSError(errno.ENOSPC, "No space left on device", "data/build/sample/pairs.jsonl"), capsys)
    assert text.startswith("error: no space left on the device (data/build/sample/pairs.jsonl).")
    assert "run the same command again" in text
    assert "while writing" in said(OSError(errno.ENOSPC, "No space left on device"), capsys)


def test_a_full_disk_under_a_real_write_is_the_same_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "score.json").write_text("{}\n", encoding="utf-8")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as caught:
        jsonl.write_json(tmp_path / "score.json", {"f1": 0.5})
    assert f"({tmp_path / 'score.json'})" in said(caught.value, capsys)
    assert contents(tmp_path) == {"score.json": "{}\n"}


def test_ctrl_c_says_how_to_go_on_and_shows_no_trace(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(KeyboardInterrupt(), capsys) == (
        "stopped. Run the same command again to go on from the last checkpoint.\n"
    )


def test_an_error_that_only_a_maintainer_can_mend_has_its_whole_trace(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        SimpleNamespace().mentions  # noqa: B018
    except AttributeError as error:
        text = said(error, capsys)
    assert text.startswith("Traceback")
    assert "test_stage.py" in text
    assert "AttributeError" in text


SCRIPT = """
import os, signal
from knowcoderx.stage import stage, whole_folder
from pathlib import Path

@stage
def ingest(config, run):
    with whole_folder(Path("documents")) as folder:
        (folder / "train.jsonl").write_text("half")
        {act}

ingest()
"""


@pytest.mark.parametrize(
    ("act", "code", "text"),
    [
        ("os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGINT, "stopped. Run the same command again"),
        ("raise OSError(28, 'No space left on device', str(folder))", 1, "error: no space left on the device"),
    ],
    ids=["SIGTERM", "full disk"],
)
def test_a_script_that_dies_says_one_sentence_and_leaves_nothing_half(
    tmp_path: Path, act: str, code: int, text: str
) -> None:
    shutil.copy2(ROOT / "params.yaml", tmp_path)
    (tmp_path / "tracking.py").write_text(
        "from contextlib import nullcontext\nopen_run = lambda config, name: nullcontext()\n", encoding="utf-8"
    )
    program = "import sys, knowcoderx, tracking; sys.modules['knowcoderx.tracking'] = knowcoderx.tracking = tracking\n"
    done = subprocess.run(
        [sys.executable, "-c", program + SCRIPT.format(act=act), "sample"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith(text), done.stderr
    assert "Traceback" not in done.stderr
    assert {p.name for p in tmp_path.iterdir()} - {"__pycache__"} == {"params.yaml", "tracking.py"}
