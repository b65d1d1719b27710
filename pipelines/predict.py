"""Adapter + prompts -> completions, kept as the model wrote them."""

from knowcoderx import learning
from knowcoderx.config import Config
from knowcoderx.stage import Metrics, stage
from knowcoderx.tracking import Run


@stage
def predict(config: Config, run: Run) -> Metrics:
    return learning.predict(config)


if __name__ == "__main__":
    predict()
