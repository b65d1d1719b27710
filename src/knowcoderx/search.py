"""Optuna over the training parameters, judged by the loss on the dev split; resumable.

The study lives in SQLite. ``search.trials`` means completed trials in total: a rerun adds what is
missing and nothing else. The sampler is seeded by the number of trials that came to an end, not by the
start of the process, since a seeded sampler would repeat its first proposals after each restart.
"""

from __future__ import annotations

import hashlib
import json
import math
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import optuna
from optuna.trial import Trial, TrialState

from knowcoderx import bases, fit, jsonl, plots, training
from knowcoderx.adapter import Diverged
from knowcoderx.bases import Base
from knowcoderx.config import Config, Phase, Search, Train
from knowcoderx.tokens import Encoded
from knowcoderx.training import Tracker

__all__ = ["SearchError", "best_of", "complete", "search"]

FINGERPRINT = "knowcoderx.fingerprint"
DIVERGED = "knowcoderx.diverged"
Told = Callable[[int, dict[str, Any], float], None]
"""Receives a completed trial: its number, parameters and dev loss."""


class SearchError(RuntimeError):
    """A study that belongs to another question."""


def search(config: Config, run: Tracker) -> dict[str, Any]:
    """Search the training parameters; write the best of them to ``models/<profile>/best.json``."""
    best: dict[str, Any] = {}
    metrics: dict[str, Any] = {"trials": 0}
    with plots.table(config.plots / "search.csv", ("trial", "lr", "rank", "dev_loss")) as row:
        if config.search.trials:
            base = bases.get(config.train.base)
            tokenizer = bases.load_tokenizer(base)
            examples = training.some(
                training.encoded(config, "extract", tokenizer), config.search.examples, f"{config.seed}:search"
            )
            dev = training.some(
                training.encoded(config, "dev", tokenizer), config.search.dev_examples, f"{config.seed}:dev"
            )

            def told(number: int, params: dict[str, Any], loss: float) -> None:
                run.metrics({"search/dev_loss": loss, "search/lr": params["lr"], "search/rank": params["rank"]}, number)

            study = complete(
                config.train, config.search, base=base, pad=int(tokenizer.pad_token_id), examples=examples, dev=dev,
                seed=config.seed, store=config.state / "search.db", told=told,
            )  # fmt: skip
            for trial in study.trials:
                if trial.value is not None:
                    row(trial.number, trial.params["lr"], trial.params["rank"], trial.value)
            best = best_of(study)
            metrics = {"trials": config.search.trials, "dev_loss": study.best_value, **best}
    jsonl.write_json(config.models / "best.json", best)
    return metrics


def complete(
    train: Train, wanted: Search, *, base: Base, pad: int, examples: Sequence[Encoded], dev: Sequence[Encoded],
    seed: int, store: Path, told: Told,
) -> optuna.Study:  # fmt: skip
    """Complete ``wanted.trials`` trials and give the study.

    Raises:
        SearchError: the stored study has another space, base or data.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    store.parent.mkdir(parents=True, exist_ok=True)
    study = optuna.create_study(
        study_name="train", storage=f"sqlite:///{store}", direction="minimize", load_if_exists=True
    )
    _check_same(study, _fingerprint(train, wanted, base, examples, dev))
    _close_orphans(study)
    while (finished := len(_completed(study))) < wanted.trials:
        study.sampler = optuna.samplers.TPESampler(seed=seed + finished + _diverged(study))
        trial = study.ask()
        value = _try(trial, train, wanted, base, pad, examples, dev, seed)
        if math.isfinite(value):
            study.tell(trial, value)
            told(trial.number, trial.params, value)
        else:
            trial.set_user_attr(DIVERGED, True)
            study.tell(trial, state=TrialState.FAIL)
            if _diverged(study) > 3 * wanted.trials:
                raise SearchError(
                    f"{_diverged(study)} trials diverged. Narrow search.lr ({wanted.lr[0]} to {wanted.lr[1]})."
                )
    return study


def best_of(study: optuna.Study) -> dict[str, Any]:
    """The parameters of the best trial, named as in ``train``."""
    return dict(study.best_trial.params)


def _try(
    trial: Trial,
    train: Train,
    wanted: Search,
    base: Base,
    pad: int,
    examples: Sequence[Encoded],
    dev: Sequence[Encoded],
    seed: int,
) -> float:
    trial.suggest_float("lr", *wanted.lr, log=True)
    trial.suggest_categorical("rank", list(wanted.rank))
    with tempfile.TemporaryDirectory() as scratch:
        try:
            fitted = fit.fit(
                examples,
                base=base,
                pad=pad,
                train=training.proposed(train, trial.params),
                phase=Phase(epochs=wanted.epochs, examples=None),
                seed=seed,
                start=None,
                to=Path(scratch) / "adapter",
                state=Path(scratch) / "state",
                watch=_unwatched,
                about={},
            )
        except Diverged:
            return math.inf
        return fit.mean_loss(fitted.model, dev, pad=pad, batch=train.micro_batch)


def _unwatched(metrics: dict[str, float], step: int) -> None:
    """A trial's steps are not tracked one by one."""


def _fingerprint(
    train: Train, wanted: Search, base: Base, examples: Sequence[Encoded], dev: Sequence[Encoded]
) -> dict[str, str]:
    """What a study's numbers depend on, part by part, so that a refusal can name the part that changed."""
    free = {"lr", "rank", "alpha"}
    data = hashlib.sha256(json.dumps([e.ids for e in (*examples, *dev)]).encode()).hexdigest()[:16]
    return {
        "search.lr": str(wanted.lr),
        "search.rank": str(wanted.rank),
        "search.epochs": str(wanted.epochs),
        "train.alpha / train.rank": str(train.alpha / train.rank),
        "train": json.dumps({k: v for k, v in train.model_dump(mode="json").items() if k not in free}, sort_keys=True),
        "base": base.identity,
        "data": data,
    }


def _check_same(study: optuna.Study, fingerprint: dict[str, str]) -> None:
    stored = study.user_attrs.get(FINGERPRINT)
    if stored is None:
        study.set_user_attr(FINGERPRINT, fingerprint)
    elif stored != fingerprint:
        changed = [key for key in fingerprint if stored.get(key) != fingerprint[key]]
        raise SearchError(
            f"the stored study was made with other {', '.join(changed)}; its trials cannot be compared with new ones. "
            "Put the old values back, or begin a new study by removing search.db under .state/<profile>/."
        )


def _completed(study: optuna.Study) -> list[Any]:
    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))


def _diverged(study: optuna.Study) -> int:
    """Trials whose loss was not finite; not those that a killed process left behind."""
    failed = study.get_trials(deepcopy=False, states=(TrialState.FAIL,))
    return sum(trial.user_attrs.get(DIVERGED, False) for trial in failed)


def _close_orphans(study: optuna.Study) -> None:
    """Trials of a killed process would stay RUNNING for ever. One process searches here, so each is an orphan."""
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        study.tell(trial.number, state=TrialState.FAIL)
