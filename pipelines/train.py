"""Examples -> adapter. Run twice: `align` on parallel pairs, then `extract`, which continues that adapter."""

from knowcoderx import training
from knowcoderx.config import Config
from knowcoderx.stage import Metrics, stage
from knowcoderx.tracking import Run


@stage
def train(config: Config, run: Run, phase: str) -> Metrics:
    return training.train(config, run, phase)


if __name__ == "__main__":
    train()
