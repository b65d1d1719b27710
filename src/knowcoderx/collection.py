"""The documents of a profile on disk: what `ingest` writes and every later stage reads.

::

    train.jsonl  dev.jsonl              all training and dev splits, in the order of params.yaml
    benchmarks/<corpus>/<lang>-<split>.jsonl
    schemas/<corpus>/<lang>-<split>.py  the classes that the split's labels map to, as source
    keys.json                           document id -> the key that its translations share
    reported.json                       benchmark -> system of the literature -> F1 in percent

No module that reads from here asks which corpus a document came from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from knowcoderx.schema import Ontology
from knowcoderx.types import Document

__all__ = ["benchmarks", "keys", "ontologies", "reported", "split_of"]


def benchmarks(folder: Path) -> dict[str, Path]:
    """The benchmark files of a documents folder, by name (``wnut17/en-test``), sorted."""
    inside = folder / "benchmarks"
    return {p.relative_to(inside).with_suffix("").as_posix(): p for p in sorted(inside.rglob("*.jsonl"))}


def ontologies(folder: Path) -> Mapping[str, Ontology]:
    """The ontology of each corpus split, named as its benchmark would be (``crossner/en-ai-test``)."""
    inside = folder / "schemas"
    return {p.relative_to(inside).with_suffix("").as_posix(): Ontology.load(p) for p in sorted(inside.rglob("*.py"))}


def split_of(document: Document) -> str:
    """The corpus split of a document: ``wnut17/en-test/12`` is of ``wnut17/en-test``."""
    return document.id.rpartition("/")[0]


def keys(folder: Path) -> dict[str, str]:
    """Document id -> the key that a sentence and its translations share in their corpus."""
    shared: dict[str, str] = json.loads((folder / "keys.json").read_text(encoding="utf-8"))
    return shared


def reported(folder: Path) -> dict[str, dict[str, float]]:
    """Benchmark -> system of the literature -> F1 in percent."""
    figures: dict[str, dict[str, float]] = json.loads((folder / "reported.json").read_text(encoding="utf-8"))
    return figures
