"""The documents of a profile on disk: what `ingest` writes and every later stage reads.

::

    documents/train.jsonl  documents/dev.jsonl      all training and dev splits, in the order of params.yaml
    documents/benchmarks/<corpus>/<lang>-<split>.jsonl
    documents/schemas/<corpus>-<split>.py           the classes that the split's labels map to, as source
    documents/keys.json                             document id -> the key that its translations share

After this, no module asks which corpus a document came from.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from knowcoderx import corpora, jsonl
from knowcoderx.config import Ingest
from knowcoderx.corpora import Reference
from knowcoderx.schema import Ontology
from knowcoderx.types import Document

__all__ = ["benchmarks", "collect", "keys", "ontologies", "split_of"]


def collect(wanted: Ingest, folder: Path, *, seed: int) -> dict[str, Any]:
    """Read every split that is wanted, check its files against the pinned hashes, write it; give the counts.

    Raises:
        LookupError, CorpusMissing, CorpusError: see `knowcoderx.corpora`.
    """
    raw = [Path(p) for p in wanted.raw]
    counts: dict[str, Any] = {}
    repairs: Counter[str] = Counter()
    shared: dict[str, str] = {}
    listed = [(r, "train") for r in wanted.train] + [(r, "dev") for r in wanted.dev] + [(r, "") for r in wanted.benchmarks]
    for corpus in dict.fromkeys(name for r, _ in listed for name, _, _ in corpora.references(r)):
        corpora.verify(corpus, raw)
    gathered: dict[str, list[Document]] = {"train": [], "dev": []}
    for reference, use in tqdm(listed, desc="ingest", unit="split", disable=None):
        for one in corpora.references(reference):
            limit = wanted.limit.get(reference) if use else wanted.benchmark_limit
            keyed = _sample(corpora.keyed_documents(_name(one), raw, repairs), limit, f"{seed}:{_name(one)}")
            shared |= {document.id: key for key, document in keyed}
            found = [document for _, document in keyed]
            counts[f"{use or 'benchmark'}/{_file(one)}"] = {
                "documents": len(found), "mentions": sum(len(d.mentions) for d in found),
            }  # fmt: skip
            _write_schema(folder, one)
            if use:
                gathered[use] += found
            else:
                jsonl.write(folder / "benchmarks" / f"{_file(one)}.jsonl", found)
    for use, found in gathered.items():
        jsonl.write(folder / f"{use}.jsonl", found)
    jsonl.write_json(folder / "keys.json", shared)
    return {
        "documents": sum(c["documents"] for c in counts.values()),
        "mentions": sum(c["mentions"] for c in counts.values()),
        "languages": len({d.rpartition("/")[2].split("-")[0] for d in counts}),
        "repairs": dict(sorted(repairs.items())),
        "splits": counts,
    }


def benchmarks(folder: Path) -> dict[str, Path]:
    """The benchmark files of a documents folder, by name (``wnut17/en-test``), sorted."""
    inside = folder / "benchmarks"
    return {p.relative_to(inside).with_suffix("").as_posix(): p for p in sorted(inside.rglob("*.jsonl"))}


def ontologies(folder: Path) -> Mapping[str, Ontology]:
    """The ontology of each corpus split (``crossner-ai-test``)."""
    return {p.stem: Ontology.load(p) for p in sorted((folder / "schemas").glob("*.py"))}


def split_of(document: Document) -> str:
    """The corpus split of a document, as `ontologies` names it: ``wnut17/en-test/12`` is of ``wnut17-test``."""
    corpus, lang_split, _ = document.id.split("/")
    return f"{corpus}-{lang_split.partition('-')[2]}"


def keys(folder: Path) -> dict[str, str]:
    """Document id -> the key that a sentence and its translations share in their corpus."""
    shared: dict[str, str] = json.loads((folder / "keys.json").read_text(encoding="utf-8"))
    return shared


def _name(one: Reference) -> str:
    name, lang, split = one
    return f"{name}/{lang}:{split}"


def _file(one: Reference) -> str:
    name, lang, split = one
    return f"{name}/{lang}-{split}"


def _write_schema(folder: Path, one: Reference) -> None:
    name, _, split = one
    ontology = corpora.ontology(corpora.get(name), split)
    source = "\n\n\n".join(concept.source() for concept in _rooted(ontology))
    jsonl.write_text(folder / "schemas" / f"{name}-{split}.py", f"from knowcoderx import Entity\n\n\n{source}\n")


def _rooted(ontology: Ontology) -> Iterator[Any]:
    """Concepts whose parent is not among them hang on their root, so that the schema stands alone."""
    seen: set[str] = set()
    for concept in ontology.concepts:
        yield concept if concept.parent in seen else replace(concept, parent=concept.root)
        seen.add(concept.name)


def _sample(keyed: Iterable[tuple[str, Document]], limit: int | None, seed: str) -> Sequence[tuple[str, Document]]:
    """At most ``limit`` of them, drawn by the seed, in file order."""
    everything = list(keyed)
    if limit is None or limit >= len(everything):
        return everything
    chosen = sorted(random.Random(seed).sample(range(len(everything)), limit))
    return [everything[i] for i in chosen]
