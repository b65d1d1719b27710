"""``params.yaml``, typed: one section a stage, and profiles that lay over them what differs by machine.

The only module that opens YAML. It reads with the loader that DVC uses, so ``1e-5`` is a number and
``no`` a word for both. Unknown keys are refused, limits are part of the types.
"""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

__all__ = ["Config", "ConfigError", "load"]

Positive = Annotated[int, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Limit = Annotated[int | None, Field(gt=0)]
PARAMS = Path("params.yaml")


class ConfigError(ValueError):
    """A parameter that cannot be used: its key, its value and what is allowed."""


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _lists_are_tuples(cls, values: Any) -> Any:
        """YAML has lists; frozen sections hold tuples."""
        if isinstance(values, dict):
            return {key: tuple(v) if isinstance(v, list) else v for key, v in values.items()}
        return values


class Ingest(Section):
    """Raw corpora -> documents. Each name is ``corpus`` or ``corpus:split``."""

    raw: tuple[str, ...] = Field(description="folders searched for a corpus's folder, in order")
    train: tuple[str, ...] = Field(min_length=1, description="corpus/lang splits to learn from")
    dev: tuple[str, ...] = Field(description="splits that the search looks at")
    benchmarks: tuple[str, ...] = Field(min_length=1, description="splits to evaluate on")
    limit: dict[str, Positive] = Field(default_factory=dict, description="documents of a split at most, seeded sample")
    benchmark_limit: Limit = Field(description="documents of each benchmark, seeded sample; null for all")

    @property
    def folders(self) -> tuple[Path, ...]:
        """``raw`` as paths."""
        return tuple(map(Path, self.raw))


class Pairing(Section):
    """Sentences -> pairs with labels on both sides (ParallelNER)."""

    sources: tuple[str, ...] = Field(
        description="labelled splits whose translations exist (corpus/lang:split), of ingest.train"
    )
    translator: Literal["parallel-text"]
    dictionary: str | None = Field(description="CC-CEDICT, as a path inside a folder of ingest.raw; null for none")
    min_score: Share = Field(description="evidence under which a mention counts as not found")
    max_length_ratio: float = Field(gt=1, description="longer side over shorter side, in scripts' own units")


class Prompt(Section):
    """Schema + text -> prompt."""

    form: Literal["full", "compact"] = Field(description="full: classes with guidelines; compact: their names")
    types_per_prompt: Positive = Field(description="more classes than this are spread over several prompts")


class Mixture(Section):
    """Which examples, how often, and which classes a prompt shows."""

    negatives: Share = Field(description="classes without a mention, as a share of the positive ones (spec: 0.2)")
    none_present: Share = Field(description="prompts that offer none of their sentence's classes (spec: 0.05)")
    empty: Share = Field(description="share kept of the sentences without any mention")
    shuffle_types: bool


class Deepspeed(Section):
    """Lightning's DeepSpeed strategy."""

    stage: Literal[1, 2, 3]
    offload_optimizer: bool = False
    offload_parameters: bool = False

    @model_validator(mode="after")
    def _parameters_need_stage_3(self) -> Deepspeed:
        if self.offload_parameters and self.stage != 3:
            raise ValueError("offload_parameters needs stage 3")
        return self


class Phase(Section):
    """How long one phase trains."""

    epochs: float = Field(ge=0, description="passes over the examples; 0 leaves the phase out")
    examples: Limit = Field(description="examples at most, a seeded sample; null for all")


class Train(Section):
    """Examples -> adapter: LoRA, loss on the completion only."""

    base: str = Field(description="a name of knowcoderx.bases")
    lr: float = Field(gt=0, lt=1)
    warmup: Share = Field(description="share of the steps")
    schedule: Literal["cosine", "linear"]
    weight_decay: float = Field(ge=0)
    clip: float = Field(gt=0, description="gradient norm")
    batch: Positive = Field(description="examples an optimizer step, over all devices")
    micro_batch: Positive = Field(description="examples a device computes at once")
    max_length: Positive = Field(description="tokens; a longer example is left out and counted, never cut")
    rank: Positive
    alpha: Positive
    dropout: Share
    precision: Literal["32-true", "bf16-mixed", "bf16-true"]
    gradient_checkpointing: bool
    devices: Positive
    nodes: Positive
    threads: Positive = Field(description="CPU threads; part of what makes a rerun identical")
    accelerator: Literal["cpu", "gpu"]
    deepspeed: Deepspeed | None
    checkpoint_every: Positive = Field(description="optimizer steps between resumable checkpoints")
    log_every: Positive
    align: Phase
    extract: Phase

    @model_validator(mode="after")
    def _batch_is_whole(self) -> Train:
        at_once = self.micro_batch * self.devices * self.nodes
        if self.batch % at_once:
            raise ValueError(
                f"batch {self.batch} is no multiple of micro_batch x devices x nodes = {at_once}. "
                f"Use batch: {max(1, round(self.batch / at_once)) * at_once}."
            )
        return self

    @property
    def accumulate(self) -> int:
        """Micro batches an optimizer step."""
        return self.batch // (self.micro_batch * self.devices * self.nodes)


class Search(Section):
    """Optuna over training parameters; the best ones replace those of ``train``."""

    trials: int = Field(ge=0, description="completed trials in total; 0 leaves the search out")
    examples: Positive = Field(description="training examples a trial sees")
    dev_examples: Positive
    epochs: float = Field(gt=0)
    lr: tuple[float, float] = Field(description="log-uniform between the two")
    rank: tuple[int, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _range_is_one(self) -> Search:
        if not 0 < self.lr[0] < self.lr[1]:
            raise ValueError(f"search.lr needs 0 < low < high, got {self.lr}")
        return self


class Predict(Section):
    """Adapter + prompts -> completions."""

    batch: Positive = Field(description="prompts generated together")
    max_new_tokens: Positive
    untrained: bool = Field(description="also run the base model without an adapter, as a row of its own")


class Register(Section):
    """Adapter + scores -> a registry version, and what a challenger must show to become champion."""

    name: str = Field(min_length=1)
    gain: float = Field(ge=0, description="mean F1 over the benchmarks must rise by this")
    drop: Share = Field(description="no benchmark may fall by more")


class Config(Section):
    """Everything that a run depends on."""

    profile: str
    seed: int = Field(ge=0, lt=2**32)
    ingest: Ingest
    pair: Pairing
    prompt: Prompt
    mixture: Mixture
    train: Train
    search: Search
    predict: Predict
    register_: Register = Field(alias="register")

    @property
    def data(self) -> Path:
        """What the stages make of the raw corpora."""
        return Path("data/build") / self.profile

    @property
    def models(self) -> Path:
        """Adapters, and the parameters that the search found."""
        return Path("models") / self.profile

    @property
    def metrics(self) -> Path:
        """Numbers, in git."""
        return Path("metrics") / self.profile

    @property
    def plots(self) -> Path:
        """Curves and bars for `dvc plots`, in git."""
        return Path("plots") / self.profile

    @property
    def reports(self) -> Path:
        """What people read, in git."""
        return Path("reports") / self.profile

    @property
    def state(self) -> Path:
        """Resumable state: checkpoints, studies, completions. No DVC output, so no run deletes it."""
        return Path(".state") / self.profile


def load(path: Path = PARAMS, *, profile: str | None = None) -> Config:
    """Read the parameters of a profile (of the file's own ``profile`` if none is given).

    Raises:
        ConfigError: no such file, not YAML, an unknown profile or key, a value outside its limits.
    """
    raw = _read(path)
    profiles = _mapping(raw.pop("profiles", None), f"{path}, profiles: a mapping of names was expected")
    name = raw["profile"] = profile or raw.get("profile")
    if not isinstance(name, str) or name not in profiles:
        known = list(map(str, profiles))
        raise ConfigError(f"{path}: no profile {name!r}.{_hint(name, known)} It has: {', '.join(known)}")
    over = _mapping(profiles[name], f"{path}, profile {name!r}: a mapping of sections was expected")
    resolved = _overlay(raw, over)
    try:
        return Config.model_validate(resolved)
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, e['loc']))}: {_said(e)}" for e in error.errors()]
        raise ConfigError(f"{path}, profile {name!r}:\n" + "\n".join(lines)) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"no {str(path)!r} here. Run from the repository's root.") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not YAML: {error}") from None
    return _mapping(raw or [], f"{path}: a mapping of sections was expected")


def _mapping(value: Any, refusal: str) -> dict[str, Any]:
    """The value if it is a mapping; an empty one for none."""
    if value is not None and not isinstance(value, dict):
        raise ConfigError(refusal)
    return value or {}


def _overlay(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(under.get(key), dict)
        merged[key] = _overlay(under[key], value) if both else value
    return merged


def _hint(name: object, known: Any) -> str:
    return "".join(f" Did you mean {m!r}?" for m in get_close_matches(str(name), [str(k) for k in known], n=1))


def _said(error: Any) -> str:
    match error["type"]:
        case "extra_forbidden":
            owner: type[BaseModel] = Config
            for step in error["loc"][:-1]:
                field = next((f for n, f in owner.model_fields.items() if step in (n, f.alias)), None)
                if field is None or not (
                    isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
                ):
                    return "unknown key"
                owner = field.annotation
            names = [f.alias or n for n, f in owner.model_fields.items()]
            return f"unknown key.{_hint(error['loc'][-1], names)} Known: {', '.join(names)}"
        case _:
            return f"{error['msg']}, got {error['input']!r}"
