"""Sentences and their translations -> pairs with labels on both sides (ParallelNER)."""

from knowcoderx import collection, jsonl, parallel
from knowcoderx.config import Config
from knowcoderx.stage import Metrics, stage
from knowcoderx.tracking import Run
from knowcoderx.types import Document


@stage
def pair(config: Config, run: Run) -> Metrics:
    folder = config.data / "documents"
    documents = list(jsonl.read(folder / "train.jsonl", Document))
    pairs, metrics = parallel.build(documents, collection.keys(folder), config.pair, config.ingest.folders)
    jsonl.write(config.data / "pairs.jsonl", pairs)
    return metrics


if __name__ == "__main__":
    pair()
