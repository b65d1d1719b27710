"""params.yaml: what is accepted, what is refused, and in which words."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from knowcoderx import bases, corpora
from knowcoderx.config import Config, ConfigError, Train, load

ROOT = Path(__file__).parents[2]
PARAMS = (ROOT / "params.yaml").read_text(encoding="utf-8")
PROFILES = tuple(YAML(typ="safe", pure=True).load(PARAMS)["profiles"])


def loaded(tmp_path: Path, profile: str = "mine", text: str = PARAMS, **sections: str) -> Config:
    """The file with one more profile, each of whose sections is given as YAML in braces."""
    lines = [f"    {name.rstrip('_')}: {section}" for name, section in sections.items()]
    path = tmp_path / "params.yaml"
    least = {"ingest": '{train: ["sample:train"], benchmarks: ["sample:test"]}'}
    lines += [f"    {name}: {section}" for name, section in least.items() if name not in sections]
    path.write_text(text.rstrip("\n") + "\n  mine:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return load(path, profile=profile)


def refusal(tmp_path: Path, **sections: str) -> str:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, **sections)
    return str(caught.value)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_of_the_repository_validates(profile: str) -> None:
    config = load(ROOT / "params.yaml", profile=profile)
    assert config.profile == profile
    assert bases.get(config.train.base).context >= config.train.max_length + config.predict.max_new_tokens
    wanted = [*config.ingest.train, *config.ingest.dev, *config.ingest.benchmarks]
    assert all(corpora.references(reference) for reference in wanted)
    learned = {one for reference in config.ingest.train for one in corpora.references(reference)}
    assert {one for source in config.pair.sources for one in corpora.references(source)} <= learned


def test_the_real_corpora_teach_english_and_chinese_and_measure_twelve_languages_and_more() -> None:
    wanted = load(ROOT / "params.yaml", profile="cpu").ingest
    learned, measured = (
        {lang for reference in references for _, lang, _ in corpora.references(reference)}
        for references in (wanted.train, wanted.benchmarks)
    )
    assert {"en", "zh"} <= learned
    assert len(measured) >= 12


def test_a_profile_lies_over_the_file_and_leaves_the_rest(tmp_path: Path) -> None:
    plain, mine = loaded(tmp_path), loaded(tmp_path, train="{rank: 8, align: {epochs: 3}}")
    assert (mine.train.rank, mine.train.align.epochs) == (8, 3)
    assert mine.train.align.examples == plain.train.align.examples
    assert mine.train.model_copy(update={"rank": plain.train.rank, "align": plain.train.align}) == plain.train


def test_the_file_names_the_profile_where_no_other_is_asked_for() -> None:
    (named,) = re.findall(r"^profile: (\w+)", PARAMS, re.MULTILINE)
    assert load(ROOT / "params.yaml").profile == named


def test_an_unknown_profile_is_refused_with_the_nearest_and_all_names(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no profile 'sampel'\. Did you mean 'sample'\?") as caught:
        load(ROOT / "params.yaml", profile="sampel")
    assert all(name in str(caught.value) for name in PROFILES)


def test_a_missing_file_says_where_to_stand(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"params\.yaml' here\. Run from the repository's root"):
        load(tmp_path / "params.yaml")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"seed: [7", "not YAML"),
        (b"seed: 7\nseed: 8\n", "not YAML"),
        ("seed: 7 # Zürich\n".encode("latin-1"), "not YAML"),
        (b"- sample\n", "a mapping of sections was expected"),
        (b"", "a mapping of sections was expected"),
        (b"profile: sample\nprofiles:\n", "no profile 'sample'"),
        (b"profile: sample\nprofiles: [sample]\n", "profiles: a mapping of names was expected"),
        (b"profile: sample\nprofiles: {sample: [train]}\n", "profile 'sample': a mapping of sections was expected"),
        (b"profile: [sample]\nprofiles: {sample: }\n", "no profile"),
    ],
)
def test_a_file_that_is_no_configuration_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "params.yaml").write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        load(tmp_path / "params.yaml")


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ({"train": "{learning_rate: 1e-3}"}, r"train\.learning_rate: unknown key\. .*Known: base, lr"),
        ({"train": "{warm_up: 0.1}"}, r"train\.warm_up: unknown key\. Did you mean 'warmup'\?"),
        ({"train": "{align: {epoch: 1}}"}, r"train\.align\.epoch: unknown key\. Did you mean 'epochs'\?"),
        ({"registr": "{gain: 0}"}, r"registr: unknown key\. Did you mean 'register'\?"),
        ({"register": "{gains: 0}"}, r"register\.gains: unknown key\. Did you mean 'gain'\?"),
        ({"train": "{deepspeed: {stage: 2, offload: true}}"}, r"train\.deepspeed\.offload: unknown key"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_name(
    tmp_path: Path, sections: dict[str, str], message: str
) -> None:
    assert re.search(message, refusal(tmp_path, **sections))


def test_every_fault_of_a_file_is_said_at_once(tmp_path: Path) -> None:
    said = refusal(tmp_path, train="{lr: 2, rank: 0}", predict="{bach: 4}")
    assert all(name in said for name in ("params.yaml, profile 'mine'", "train.lr", "train.rank", "predict.bach"))


LIMITS: list[tuple[str, Any]] = [
    ("base", 7), ("base", None),
    ("lr", 0), ("lr", 1), ("lr", -1e-3), ("lr", '"1e-3"'), ("lr", ".nan"),
    ("warmup", -0.1), ("warmup", 1.1), ("schedule", "constant"),
    ("weight_decay", -1), ("weight_decay", ".inf"), ("clip", 0), ("clip", ".inf"),
    ("batch", 0), ("batch", 16.0), ("micro_batch", 0), ("max_length", 0), ("max_length", -1),
    ("rank", 0), ("alpha", 0), ("dropout", -0.1), ("dropout", 1.5), ("precision", "16-mixed"),
    ("gradient_checkpointing", '"yes"'), ("devices", 0), ("devices", "auto"), ("nodes", 0), ("threads", 0),
    ("accelerator", "tpu"), ("deepspeed", "{stage: 4}"), ("deepspeed", "{stage: 2, offload_parameters: true}"),
    ("checkpoint_every", 0), ("log_every", 0),
    ("align", "{epochs: -1}"), ("align", "{epochs: .inf}"), ("extract", "{examples: 0}"), ("extract", "once"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), LIMITS, ids=lambda v: str(v))
def test_a_training_parameter_outside_its_limits_is_refused_by_name(tmp_path: Path, field: str, value: Any) -> None:
    said = refusal(tmp_path, train=f"{{{field}: {'' if value is None else value}}}")
    assert re.search(rf"^  train\.{field}\b", said, re.MULTILINE), said


def test_no_training_parameter_is_without_a_limit() -> None:
    assert set(Train.model_fields) == {field for field, _ in LIMITS}


@pytest.mark.parametrize(
    ("section", "values"),
    [
        ("ingest", "{train: [], benchmarks: ['sample:test']}"),
        ("ingest", "{train: ['sample:train'], benchmarks: []}"),
        ("ingest", "{train: ['sample:train'], benchmarks: ['sample:test'], limit: {'sample:train': 0}}"),
        ("pair", "{min_score: 1.5}"),
        ("pair", "{max_length_ratio: 1}"),
        ("prompt", "{form: short}"),
        ("mixture", "{negatives: 2}"),
        ("search", "{trials: -1}"),
        ("search", "{lr: [3e-3, 2e-4]}"),
        ("search", "{lr: [2e-4]}"),
        ("search", "{rank: []}"),
        ("predict", "{max_new_tokens: 0}"),
        ("register", "{name: ''}"),
        ("register", "{drop: 2}"),
        ("register", "{gain: -0.1}"),
    ],
)
def test_each_section_refuses_what_it_cannot_use(tmp_path: Path, section: str, values: str) -> None:
    assert f"  {section}" in refusal(tmp_path, **{section: values})


def test_a_refusal_shows_the_value_and_what_is_allowed(tmp_path: Path) -> None:
    assert "train.lr: Input should be less than 1, got 3" in refusal(tmp_path, train="{lr: 3}")


@pytest.mark.parametrize("written", ["1e-5", "1E-5", "1.0e-5", "0.00001", "1e-05", "+1e-5"])
def test_a_learning_rate_is_a_number_however_it_is_written(tmp_path: Path, written: str) -> None:
    assert loaded(tmp_path, train=f"{{lr: {written}}}").train.lr == 1e-5


@pytest.mark.parametrize("word", ["no", "on", "off", "yes", "y", "n"])
def test_the_language_no_stays_a_word(tmp_path: Path, word: str) -> None:
    config = loaded(tmp_path, ingest=f"{{train: [{word}], benchmarks: ['sample:test'], limit: {{{word}: 3}}}}")
    assert config.ingest.train == (word,)
    assert config.ingest.limit == {word: 3}


def test_what_dvc_writes_for_a_small_number_is_read_as_that_number(tmp_path: Path) -> None:
    # `dvc exp run -S train.lr=0.00002` edits the file in place, and writes 2e-05.
    (tmp_path / "params.yaml").write_text(PARAMS, encoding="utf-8")
    edit = (
        "from pathlib import Path; from dvc.utils.serialize import modify_yaml\n"
        "with modify_yaml(Path('params.yaml')) as d: d['train']['lr'] = 0.00002"
    )
    subprocess.run([sys.executable, "-c", edit], cwd=tmp_path, check=True, timeout=60)
    assert re.search(r"lr: 2e-05\b", (tmp_path / "params.yaml").read_text(encoding="utf-8"))
    assert load(tmp_path / "params.yaml", profile="sample").train.lr == 2e-5


def test_a_batch_that_does_not_divide_is_refused_with_the_nearest_that_does(tmp_path: Path) -> None:
    said = refusal(tmp_path, train="{batch: 20, micro_batch: 8, devices: 2}")
    assert "batch 20 is no multiple of micro_batch x devices x nodes = 16. Use batch: 16." in said
    assert loaded(tmp_path, train="{batch: 32, micro_batch: 8, devices: 2}").train.accumulate == 2


def test_a_configuration_does_not_change_once_loaded(tmp_path: Path) -> None:
    config = loaded(tmp_path)
    with pytest.raises(ValueError, match="frozen"):
        config.train.lr = 0.5  # type: ignore[misc]


def test_every_folder_of_a_profile_carries_its_name(tmp_path: Path) -> None:
    config = loaded(tmp_path)
    folders = (config.data, config.models, config.metrics, config.plots, config.reports, config.state)
    assert [folder.name for folder in folders] == ["mine"] * len(folders)
    assert len(set(folders)) == len(folders)
