"""Raw corpora -> documents, whatever their format was."""

from knowcoderx import ingestion
from knowcoderx.config import Config
from knowcoderx.stage import Metrics, stage, whole_folder
from knowcoderx.tracking import Run


@stage
def ingest(config: Config, run: Run) -> Metrics:
    with whole_folder(config.data / "documents") as folder:
        return ingestion.collect(config.ingest, folder, seed=config.seed)


if __name__ == "__main__":
    ingest()
