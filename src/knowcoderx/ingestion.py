"""Raw corpora -> the documents folder of a profile (`knowcoderx.collection` says what is in it)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from knowcoderx import corpora, jsonl
from knowcoderx.config import Ingest
from knowcoderx.corpora import Reference
from knowcoderx.types import Document

__all__ = ["collect"]


def collect(wanted: Ingest, folder: Path, *, seed: int) -> dict[str, Any]:
    """Read every split that is wanted, check its files against the pinned hashes, write it; give the counts.

    Raises:
        LookupError, CorpusMissing, CorpusError: see `knowcoderx.corpora`.
    """
    raw = wanted.folders
    counts: dict[str, Any] = {}
    repairs: Counter[str] = Counter()
    shared: dict[str, str] = {}
    listed = (
        [(r, "train") for r in wanted.train] + [(r, "dev") for r in wanted.dev] + [(r, "") for r in wanted.benchmarks]
    )
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
    jsonl.write_json(folder / "reported.json", _reported(wanted.benchmarks))
    return {
        "documents": sum(c["documents"] for c in counts.values()),
        "mentions": sum(c["mentions"] for c in counts.values()),
        "languages": len({d.rpartition("/")[2].split("-")[0] for d in counts}),
        "repairs": dict(sorted(repairs.items())),
        "splits": counts,
    }


def _reported(references: Sequence[str]) -> dict[str, dict[str, float]]:
    """Benchmark -> the literature's figures, where the corpus's card has some."""
    singles = [one for reference in references for one in corpora.references(reference)]
    return {_file(one): dict(found) for one in singles if (found := corpora.get(one[0]).reported)}


def _name(one: Reference) -> str:
    name, lang, split = one
    return f"{name}/{lang}:{split}"


def _file(one: Reference) -> str:
    name, lang, split = one
    return f"{name}/{lang}-{split}"


def _write_schema(folder: Path, one: Reference) -> None:
    ontology = corpora.ontology(corpora.get(one[0]), one[2])
    source = "\n\n\n".join(concept.source() for concept in ontology.standalone().concepts)
    jsonl.write_text(folder / "schemas" / f"{_file(one)}.py", f"from knowcoderx import Entity\n\n\n{source}\n")


def _sample(keyed: Iterable[tuple[str, Document]], limit: int | None, seed: str) -> Sequence[tuple[str, Document]]:
    """At most ``limit`` of them, drawn by the seed, in file order."""
    everything = list(keyed)
    if limit is None or limit >= len(everything):
        return everything
    chosen = sorted(random.Random(seed).sample(range(len(everything)), limit))
    return [everything[i] for i in chosen]
