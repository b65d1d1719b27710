"""Documents of a profile -> its pairs: who is whose translation, in which direction, and how good the labels are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from knowcoderx.config import Pairing
from knowcoderx.parallel.dictionary import Dictionary, DictionaryError, cc_cedict
from knowcoderx.parallel.synthesis import quality, summary, synthesise
from knowcoderx.parallel.translators import ParallelText
from knowcoderx.types import Document, Pair

__all__ = ["build"]


def build(
    documents: Sequence[Document], keys: Mapping[str, str], wanted: Pairing, raw: Sequence[Path]
) -> tuple[list[Pair], dict[str, Any]]:
    """Pairs of the wanted sources with their translations, and the counts.

    Two documents are translations of each other when their corpus gives them the same key. Where the
    translation has gold labels of its own, they are not looked at, only used to measure the projection.
    """
    dictionary = _dictionary(wanted, raw)
    pairs: list[Pair] = []
    measured: dict[str, Any] = {}
    by_key: dict[tuple[str, str], list[Document]] = {}
    for document in documents:
        by_key.setdefault((_corpus(document), keys.get(document.id, document.id)), []).append(document)
    sources = [d for d in documents if any(d.id.startswith(_prefix(s)) for s in wanted.sources)]
    groups: dict[tuple[str, str], list[tuple[Document, Document]]] = {}
    for source in sources:
        for target in by_key[_corpus(source), keys.get(source.id, source.id)]:
            if target.lang != source.lang:
                groups.setdefault((source.lang, target.lang), []).append((source, target))
    for (here, there), group in sorted(groups.items()):
        targets = {source.id: target for source, target in group}
        own = [source for source, _ in group]
        translator = ParallelText.fit(own, targets, min_score=wanted.min_score, dictionary=dictionary)
        synthesised = synthesise(own, translator, lang=there, config=wanted)
        made = list(tqdm(synthesised, total=len(own), desc=f"pair {here}-{there}", unit="pair", disable=None))
        measured[f"{here}-{there}"] = quality(made, targets)
        pairs += made
    return pairs, {**summary(pairs), "quality": measured}


def _corpus(document: Document) -> str:
    return document.id.partition("/")[0]


def _prefix(reference: str) -> str:
    """``sample/en:train`` -> ``sample/en-train/``, what its documents' ids begin with."""
    return reference.replace(":", "-") + "/"


def _dictionary(wanted: Pairing, raw: Sequence[Path]) -> Dictionary | None:
    if wanted.dictionary is None:
        return None
    for folder in raw:
        if (path := folder / wanted.dictionary).is_file():
            return cc_cedict(path)
    searched = ", ".join(map(str, raw))
    raise DictionaryError(
        f"no dictionary {wanted.dictionary!r} in {searched}. Put it there, or set pair.dictionary to null."
    )
