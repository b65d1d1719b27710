"""Optuna over the training parameters, on the dev split -> best.json ({} where no search is wanted)."""

from knowcoderx import search as optuna_search
from knowcoderx.config import Config
from knowcoderx.stage import Metrics, stage
from knowcoderx.tracking import Run


@stage
def search(config: Config, run: Run) -> Metrics:
    return optuna_search.search(config, run)


if __name__ == "__main__":
    search()
