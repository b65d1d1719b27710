"""The search: how many trials, what a stop or a rerun changes, which studies are not gone on with."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.trial import TrialState

from knowcoderx import bases, config, fit, jsonl, search, training
from knowcoderx.adapter import AdapterError, Diverged
from knowcoderx.config import Phase, Search, Train
from knowcoderx.search import SearchError
from knowcoderx.tokens import Encoded
from knowcoderx.types import Example, Task

TOY = bases.get("toy")
ALL = Phase(epochs=1, examples=None)
TRAIN = Train(
    base="toy", lr=1e-3, warmup=0.1, schedule="cosine", weight_decay=0.0, clip=1.0, batch=4, micro_batch=4,
    max_length=256, rank=32, alpha=64, dropout=0.0, precision="32-true", gradient_checkpointing=False, devices=1,
    nodes=1, threads=1, accelerator="cpu", deepspeed=None, checkpoint_every=10, log_every=1, align=ALL, extract=ALL,
)  # fmt: skip
SEARCH = Search(trials=5, examples=8, dev_examples=4, epochs=1, lr=(1e-4, 1e-2), rank=(4, 8, 16))
EXAMPLES = [Encoded(f"e/{i}", (65 + i, 66, 256), 1) for i in range(8)]
DEV = EXAMPLES[:4]


@dataclass
class Trials:
    """Stands in for the training: the dev loss is a function of the parameters; ``act`` comes before each trial."""

    act: Callable[[int], None] = lambda number: None
    loss: Callable[[float, int, int], float] = lambda lr, rank, number: abs(math.log10(lr) + 3) + 1 / rank
    seen: list[tuple[float, int, int]] = field(default_factory=list)

    def fit(self, examples: Any, *, train: Train, **rest: Any) -> fit.Fitted:
        self.act(len(self.seen))
        self.seen.append((train.lr, train.rank, train.alpha))
        return fit.Fitted(None, 1, 1.0, "")  # type: ignore[arg-type]

    def mean_loss(self, model: Any, examples: Any, **rest: Any) -> float:
        lr, rank, _ = self.seen[-1]
        return self.loss(lr, rank, len(self.seen) - 1)


@pytest.fixture
def trials(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trials]:
    made = Trials()
    monkeypatch.setattr(fit, "fit", lambda *a, **k: made.fit(*a, **k))
    monkeypatch.setattr(fit, "mean_loss", lambda *a, **k: made.mean_loss(*a, **k))
    yield made


def searched(store: Path, *, told: Any = lambda *of_trial: None, **changes: Any) -> optuna.Study:
    settings: dict[str, Any] = {
        "train": TRAIN, "wanted": SEARCH, "base": TOY, "examples": EXAMPLES, "dev": DEV, "seed": 3, **changes,
    }  # fmt: skip
    train, wanted = settings.pop("train"), settings.pop("wanted")
    return search.complete(train, wanted, pad=256, store=store, told=told, **settings)


def completed(study: optuna.Study) -> list[dict[str, Any]]:
    return [t.params for t in study.get_trials(states=(TrialState.COMPLETE,))]


def wanting(**changes: Any) -> Search:
    return SEARCH.model_copy(update=changes)


def test_trials_means_completed_trials_in_total(trials: Trials, tmp_path: Path) -> None:
    told: list[Any] = []
    study = searched(tmp_path / "state/search.db", told=lambda *of_trial: told.append(of_trial))
    assert len(completed(study)) == len(trials.seen) == 5
    assert [(number, params) for number, params, _ in told] == list(enumerate(completed(study)))
    assert [loss for _, _, loss in told] == [t.value for t in study.trials]
    assert search.best_of(study) == study.best_trial.params
    assert min(loss for _, _, loss in told) == study.best_value


def test_a_rerun_adds_nothing_and_more_trials_add_only_the_missing(trials: Trials, tmp_path: Path) -> None:
    before = completed(searched(tmp_path / "s.db"))
    assert completed(searched(tmp_path / "s.db")) == before
    assert len(trials.seen) == 5
    assert completed(searched(tmp_path / "s.db", wanted=wanting(trials=7)))[:5] == before
    assert len(trials.seen) == 7
    searched(tmp_path / "s.db", wanted=wanting(trials=2))
    assert len(trials.seen) == 7


def test_proposals_stay_in_the_space_and_keep_the_ratio_of_alpha(trials: Trials, tmp_path: Path) -> None:
    searched(tmp_path / "s.db", wanted=wanting(trials=20))
    assert all(1e-4 <= lr <= 1e-2 and rank in (4, 8, 16) and alpha == 2 * rank for lr, rank, alpha in trials.seen)
    assert len({lr for lr, _, _ in trials.seen}) == 20
    assert len({rank for _, rank, _ in trials.seen}) == 3


@pytest.mark.parametrize("at", [0, 2, 4])
@pytest.mark.parametrize("stop", [KeyboardInterrupt, MemoryError])
def test_a_stopped_and_resumed_search_tries_what_a_straight_one_tries(
    at: int, stop: type[BaseException], trials: Trials, tmp_path: Path
) -> None:
    straight = completed(searched(tmp_path / "straight.db"))
    trials.seen.clear()

    def act(number: int) -> None:
        if number == at:
            raise stop

    trials.act = act
    with pytest.raises(stop):
        searched(tmp_path / "stopped.db")
    trials.act = lambda number: None
    study = searched(tmp_path / "stopped.db")
    assert completed(study) == straight
    assert [t.state for t in study.trials].count(TrialState.FAIL) == 1
    assert not study.get_trials(states=(TrialState.RUNNING,))


def test_the_trial_of_a_killed_process_is_closed_as_failed(trials: Trials, tmp_path: Path) -> None:
    study = searched(tmp_path / "s.db", wanted=wanting(trials=2))
    study.ask()
    (orphan,) = study.get_trials(states=(TrialState.RUNNING,))
    after = searched(tmp_path / "s.db", wanted=wanting(trials=3))
    assert after.trials[orphan.number].state == TrialState.FAIL
    assert [t.state.name for t in after.trials] == ["COMPLETE", "COMPLETE", "FAIL", "COMPLETE"]
    assert len(trials.seen) == 3


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"wanted": wanting(rank=(4, 8, 16, 32))}, "search.rank"),
        ({"wanted": wanting(lr=(1e-5, 1e-2))}, "search.lr"),
        ({"wanted": wanting(epochs=2.0)}, "search.epochs"),
        ({"train": TRAIN.model_copy(update={"warmup": 0.3})}, "train"),
        ({"train": TRAIN.model_copy(update={"alpha": 32})}, "train.alpha"),
        ({"base": bases.get("smollm2-135m")}, "base"),
        ({"dev": EXAMPLES[4:]}, "data"),
        ({"examples": EXAMPLES[::-1]}, "data"),
    ],
    ids=["rank", "lr", "epochs", "train", "alpha", "base", "dev", "examples"],
)
def test_a_study_of_another_question_is_refused_by_name(
    changes: Any, named: str, trials: Trials, tmp_path: Path
) -> None:
    searched(tmp_path / "s.db", wanted=wanting(trials=2))
    said = rf"made with other [\w./, ]*\b{named}\b[\w./, ]*;.*removing search.db"
    with pytest.raises(SearchError, match=said) as found:
        searched(tmp_path / "s.db", **changes)
    others = {"search.rank", "search.lr", "search.epochs", "base", "data"} - {named}
    assert not [name for name in others if name in str(found.value).partition(";")[0]]
    assert len(trials.seen) == 2
    assert len(completed(searched(tmp_path / "s.db", wanted=wanting(trials=2)))) == 2


def test_what_the_search_sets_itself_may_change(trials: Trials, tmp_path: Path) -> None:
    searched(tmp_path / "s.db", wanted=wanting(trials=2))
    searched(tmp_path / "s.db", wanted=wanting(trials=3), train=TRAIN.model_copy(update={"lr": 5e-3}))
    assert len(trials.seen) == 3


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_dev_loss_that_is_not_finite_fails_the_trial_and_another_is_tried(
    bad: float, trials: Trials, tmp_path: Path
) -> None:
    trials.loss = lambda lr, rank, number: bad if number in (1, 2) else 1 / rank
    study = searched(tmp_path / "s.db")
    assert [t.state.name for t in study.trials] == ["COMPLETE", "FAIL", "FAIL", *["COMPLETE"] * 4]
    assert len({lr for lr, _, _ in trials.seen}) == 7
    searched(tmp_path / "s.db")
    assert len(trials.seen) == 7


def test_a_training_that_diverges_fails_the_trial_and_another_is_tried(trials: Trials, tmp_path: Path) -> None:
    def act(number: int) -> None:
        if number == 1 and len(calls) < 1:
            calls.append(number)
            raise Diverged("the loss is nan at step 3. Lower train.lr or check the data.")

    calls: list[int] = []
    trials.act = act
    study = searched(tmp_path / "s.db")
    assert [t.state.name for t in study.trials] == ["COMPLETE", "FAIL", *["COMPLETE"] * 4]
    assert study.trials[1].params != study.trials[2].params


def test_another_fault_of_a_training_is_not_hidden(trials: Trials, tmp_path: Path) -> None:
    def act(number: int) -> None:
        raise AdapterError("the adapter's B matrices are all zero")

    trials.act = act
    with pytest.raises(AdapterError, match="all zero"):
        searched(tmp_path / "s.db")


def test_a_search_in_which_all_diverges_ends_with_advice(trials: Trials, tmp_path: Path) -> None:
    trials.loss = lambda lr, rank, number: math.nan
    with pytest.raises(SearchError, match=r"7 trials diverged. Narrow search.lr \(0.0001 to 0.01\)"):
        searched(tmp_path / "s.db", wanted=wanting(trials=2))


@pytest.fixture
def sample(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> config.Config:
    """The sample profile with the toy base, in an empty folder with a few examples."""
    loaded = config.load(root / "params.yaml", profile="sample")
    monkeypatch.chdir(tmp_path)
    train = loaded.train.model_copy(update={"base": "toy", "batch": 4, "micro_batch": 4, "threads": 1})
    made = [
        Example(f"made/zh-train/{i}", Task.NER, "zh", f'text = "安娜 {i}"\n', 'results = [Person("安娜")]', ("Person",))
        for i in range(8)
    ]
    for name in ("extract", "dev"):
        jsonl.write(loaded.data / "examples" / f"{name}.jsonl", made)
    return loaded.model_copy(update={"train": train, "search": wanting(trials=2)})


class Noted:
    def __init__(self) -> None:
        self.values: list[tuple[int, dict[str, float]]] = []

    def metrics(self, values: Any, step: int = 0) -> None:
        self.values.append((step, dict(values)))


def test_no_trials_leave_no_study_and_change_nothing(sample: config.Config) -> None:
    off = sample.model_copy(update={"search": wanting(trials=0)})
    assert search.search(off, Noted()) == {"trials": 0}
    assert json.loads((off.models / "best.json").read_text(encoding="utf-8")) == {}
    assert (off.plots / "search.csv").read_text(encoding="utf-8") == "trial,lr,rank,dev_loss\n"
    assert not (off.state / "search.db").exists()
    assert training.proposed(off.train, {}) == off.train


@pytest.mark.learning
def test_the_best_trial_of_real_trainings_is_written_and_laid_over_the_parameters(sample: config.Config) -> None:
    run = Noted()
    metrics = search.search(sample, run)
    best = json.loads((sample.models / "best.json").read_text(encoding="utf-8"))
    assert metrics == {"trials": 2, "dev_loss": min(v["search/dev_loss"] for _, v in run.values), **best}
    found = training.proposed(sample.train, best)
    assert (found.lr, found.rank, found.alpha) == (best["lr"], best["rank"], 2 * best["rank"])
    rows = (sample.plots / "search.csv").read_text(encoding="utf-8").splitlines()
    assert [row.partition(",")[0] for row in rows] == ["trial", "0", "1"]
    assert 0 < metrics["dev_loss"] < 6
    again = Noted()
    assert search.search(sample, again) == metrics
    assert again.values == []
