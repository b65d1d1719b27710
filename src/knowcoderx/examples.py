"""Documents and pairs on disk -> the examples of both phases, of the dev split and of every benchmark.

Here the labels are checked: the supervised tokens of each training example decode to its completion and
the end token, else the stage fails before anything was trained.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from tqdm import tqdm

from knowcoderx import bases, collection, jsonl, mixture, tokens
from knowcoderx.config import Config
from knowcoderx.types import Document, Example, Pair

__all__ = ["render"]


def render(config: Config, folder: Path) -> dict[str, Any]:
    """Write ``align.jsonl``, ``extract.jsonl``, ``dev.jsonl`` and ``benchmarks/``; give the counts."""
    source = config.data / "documents"
    ontologies = collection.ontologies(source)
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("align", "extract", "dev")}
    drawn: dict[str, Any] = {"mixture": config.mixture, "prompt": config.prompt, "seed": config.seed}
    pairs = jsonl.read(config.data / "pairs.jsonl", Pair)
    made = {
        "align": mixture.alignment_examples(pairs, ontologies, **drawn, counts=counts["align"]),
        "extract": mixture.training_examples(
            jsonl.read(source / "train.jsonl", Document), ontologies, **drawn, counts=counts["extract"]
        ),
        "dev": mixture.training_examples(
            jsonl.read(source / "dev.jsonl", Document), ontologies, **drawn, counts=counts["dev"]
        ),
    }
    tokenizer = bases.load_tokenizer(bases.get(config.train.base))
    metrics: dict[str, Any] = {}
    for name, examples in tqdm(made.items(), desc="render", unit="set", disable=None):
        written = list(examples)
        jsonl.write(folder / f"{name}.jsonl", written)
        metrics[name] = _measured(written, tokenizer, config.train.max_length)
    for name, path in collection.benchmarks(source).items():
        documents = list(jsonl.read(path, Document))
        ontology = ontologies[collection.split_of(documents[0])]
        count = jsonl.write(
            folder / "benchmarks" / f"{name}.jsonl",
            mixture.evaluation_examples(documents, ontology, prompt=config.prompt),
        )
        metrics.setdefault("benchmarks", {})[name] = {"documents": len(documents), "prompts": count}
    return metrics | {"mixture": {name: dict(sorted(found.items())) for name, found in counts.items()}}


def _measured(examples: list[Example], tokenizer: Any, max_length: int) -> dict[str, int]:
    """Token counts; encoding checks each label."""
    dropped: Counter[str] = Counter()
    kept = tokens.usable(tokens.encode(examples, tokenizer), max_length, dropped)
    return {
        "examples": len(examples),
        "too_long": dropped["too_long"],
        "tokens": sum(map(len, kept)),
        "supervised_tokens": sum(len(e) - e.prompt for e in kept),
        "labels_checked": len(examples),
    }
