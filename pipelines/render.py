"""Documents and pairs -> prompts and completions, with the labels of every training example checked."""

from knowcoderx import examples
from knowcoderx.config import Config
from knowcoderx.stage import Metrics, stage, whole_folder
from knowcoderx.tracking import Run


@stage
def render(config: Config, run: Run) -> Metrics:
    with whole_folder(config.data / "examples") as folder:
        return examples.render(config, folder)


if __name__ == "__main__":
    render()
