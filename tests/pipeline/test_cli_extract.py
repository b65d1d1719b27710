"""``knowcoderx extract`` with a real model of toy size, and ``promote`` down to the aliases."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from click.testing import CliRunner, Result
from peft import get_peft_model_state_dict

from knowcoderx import adapter, bases, config, registry
from knowcoderx.cli import main

pytestmark = pytest.mark.pipeline

SCHEMA = 'class Person(Entity):\n    """A named human being."""\n\n\nclass City(Entity):\n    """A town."""\n'
TEXTS = ("Mina Park lives in Busan.", "朴敏娜住在釜山。", "มีนา อยู่ที่ปูซาน", "تعيش مينا في بوسان.")


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An adapter of the toy base that changes it a little; it has learned nothing."""
    train = config.load().train.model_copy(update={"base": "toy", "rank": 2})
    monkeypatch.chdir(tmp_path)
    Path("schema.py").write_text(SCHEMA, encoding="utf-8")
    base = bases.get("toy")
    fresh = adapter.attach(bases.load_model(base, torch.float32), base, train)
    tensors = {name: t + 0.01 for name, t in get_peft_model_state_dict(fresh).items()}
    about = {"prompt_form": "compact", "types_per_prompt": 1, "max_new_tokens": 8}
    adapter.save(fresh, base, tensors, Path("toy"), about)
    return "toy"


def run(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, [*words], input=stdin)


def test_every_document_is_answered_in_its_order(model: str) -> None:
    done = run("extract", "-", "--schema", "schema.py", "--model", model, stdin="\n".join(TEXTS))
    assert (done.exit_code, done.stderr) == (0, "")
    found = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert [(d["id"], d["text"]) for d in found] == [(f"text/und/{n}", text) for n, text in enumerate(TEXTS)]
    fields = {"id", "lang", "text", "mentions", "relations", "events", "issues", "truncated", "trailing_text"}
    assert all(set(d) == fields for d in found)
    assert all(d["issues"] or d["mentions"] or d["truncated"] for d in found)


def test_a_text_that_is_too_long_is_named_and_not_cut(model: str) -> None:
    done = run("extract", "釜山" * 800, "--schema", "schema.py", "--model", model)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.startswith("error: text/und/0")
    assert "Split the text" in done.stderr


def test_a_folder_that_is_no_adapter_is_named(model: str) -> None:
    Path("empty").mkdir()
    done = run("extract", "Busan", "--schema", "schema.py", "--model", "empty")
    assert done.exit_code == 1
    assert "error: 'empty' is no finished adapter" in done.stderr


class Aliases:
    """A registry of two scored versions that remembers which alias moved."""

    def __init__(self) -> None:
        self.moved: list[tuple[str, str, str]] = []

    def get_model_version_by_alias(self, name: str, alias: str) -> SimpleNamespace:
        version, f1 = {"challenger": ("2", 0.6), "champion": ("1", 0.5)}[alias]
        return SimpleNamespace(version=version, tags={registry.SCORES: json.dumps({"sample/en-test": f1})})

    def set_registered_model_alias(self, name: str, alias: str, version: str) -> None:
        self.moved.append((name, alias, version))


@pytest.fixture
def aliases(monkeypatch: pytest.MonkeyPatch) -> Aliases:
    made = Aliases()
    monkeypatch.setattr(registry, "MlflowClient", lambda *_: made)
    monkeypatch.setattr(registry, "_check_artifact", lambda *_: None)
    return made


@pytest.mark.parametrize(
    ("options", "moved"), [([], [("cities", "champion", "2")]), (["--dry-run"], [])], ids=["promote", "dry run"]
)
def test_only_a_real_promotion_moves_the_alias(aliases: Aliases, options: list[str], moved: list[Any]) -> None:
    done = run("promote", "--name", "cities", *options)
    assert done.exit_code == 0
    assert "mean F1 +0.100" in done.stdout
    assert aliases.moved == moved
