"""Adapter + scores -> a registry version with alias challenger; closes the run."""

from knowcoderx import registry
from knowcoderx.config import Config
from knowcoderx.stage import Metrics, stage
from knowcoderx.tracking import Run


@stage
def register(config: Config, run: Run) -> Metrics:
    return registry.close(config, run)


if __name__ == "__main__":
    register()
