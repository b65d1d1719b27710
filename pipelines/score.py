"""Completions -> annotations -> precision, recall, F1, and the report."""

from knowcoderx import scoring
from knowcoderx.config import Config
from knowcoderx.stage import Metrics, stage
from knowcoderx.tracking import Run


@stage
def score(config: Config, run: Run) -> Metrics:
    return scoring.score(config)


if __name__ == "__main__":
    score()
