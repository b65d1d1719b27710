"""Adapter + prompts -> completions, kept as the model wrote them."""

from knowcoderx import prediction
from knowcoderx.config import Config
from knowcoderx.stage import Metrics, stage, whole_folder
from knowcoderx.tracking import Run


@stage
def predict(config: Config, run: Run) -> Metrics:
    with whole_folder(config.data / "completions") as folder:
        return prediction.predict(config, folder)


if __name__ == "__main__":
    predict()
