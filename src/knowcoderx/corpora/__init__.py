"""Annotated corpora: one module a corpus, and the folder is the registry.

A reference names what to read: ``wnut17:test``, ``masakhaner2/swa:test``, ``crossner:ai-test``. Without
``/lang`` it means every language, without ``:split`` every split. Modules that begin with ``_`` are the
readers they share. Whatever a reader repairs, it counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from knowcoderx.corpora._card import Corpus, CorpusError, CorpusMissing, Reference, Sentence, did_you_mean
from knowcoderx.corpora._download import REGISTRY, Report, download, pin, verify
from knowcoderx.corpora._registry import get, names
from knowcoderx.schema import Ontology
from knowcoderx.types import Document

__all__ = [
    "REGISTRY", "Corpus", "CorpusError", "CorpusMissing", "Reference", "Report", "documents", "download", "find",
    "get", "keyed_documents", "names", "ontology", "pin", "references", "verify",
]  # fmt: skip


def references(reference: str) -> tuple[Reference, ...]:
    """The single splits that a reference stands for, split by split, languages in the card's order.

    Raises:
        LookupError: an unknown corpus, language or split, or a split that the language does not have;
            the message lists what there is.
    """
    whose, _, split = reference.partition(":")
    name, slash, lang = whose.partition("/")
    corpus = get(name)
    if split and split not in corpus.splits:
        raise LookupError(
            f"{reference!r}: no split {split!r} in {name}.{did_you_mean(split, corpus.splits)} "
            f"It has: {', '.join(corpus.splits)}"
        )
    if slash and lang not in corpus.languages:
        raise LookupError(f"{reference!r}: no language {lang!r} in {name}. It has: {', '.join(corpus.languages)}")
    wanted = [split] if split else list(corpus.splits)
    found = tuple(
        Reference(name, language, part)
        for part in wanted
        for language in corpus.languages_of(part)
        if not lang or language == lang
    )
    if not found:
        have = [part for part in corpus.splits if lang in corpus.languages_of(part)]
        raise LookupError(
            f"{reference!r}: {lang} has no split {split!r} in {name}, only {', '.join(have)}; "
            f"languages with {split!r}: {', '.join(corpus.languages_of(split))}"
        )
    return found


def documents(reference: str, raw: Sequence[Path], repairs: Counter[str] | None = None) -> Iterator[Document]:
    """The documents that a reference stands for, in file order, read as they are asked for.

    Args:
        raw: folders searched for ``<corpus>/<file>``, in order.
        repairs: what the reader had to repair is added here, by name.

    Raises:
        LookupError: see `references`. Raised at the call, not at the first document.
        CorpusMissing: a file lies in none of the folders.
        CorpusError: a file that cannot be read as the card says.
    """
    return (document for _, document in keyed_documents(reference, raw, repairs))


def keyed_documents(
    reference: str, raw: Sequence[Path], repairs: Counter[str] | None = None
) -> Iterator[tuple[str, Document]]:
    """`documents`, each with the key under which its translations are found in the corpus.

    The key is the sentence's id in the file (``sent_id``); its place in the order that the languages
    share, where the card has one; else its place in the file.
    """
    return _read(references(reference), raw, Counter() if repairs is None else repairs)


def ontology(corpus: Corpus, split: str | None = None) -> Ontology:
    """The classes that the labels of a corpus (of one of its splits) map to, each once, in the card's order."""
    labels = corpus.classes(split)
    kinds = (kind for label, kind in corpus.labels.items() if label in labels and kind)
    return Ontology.of(*dict.fromkeys(kinds))


def find(corpus: Corpus, path: str, raw: Sequence[Path]) -> Path:
    """A file of a corpus, from the first folder that has it.

    Raises:
        CorpusMissing: none has it.
    """
    for folder in raw:
        if (found := folder / corpus.name / path).is_file():
            return found
    searched = ", ".join(str(folder / corpus.name) for folder in raw) or "no folder at all"
    at = f" at commit {corpus.commit}" if corpus.commit else ""
    raise CorpusMissing(
        f"corpus {corpus.name!r}: no file {path!r} in {searched}. It is published at {corpus.source}{at} "
        f"under {corpus.licence}. Get it with: knowcoderx corpora {corpus.name} --download"
    )


def _read(wanted: tuple[Reference, ...], raw: Sequence[Path], repairs: Counter[str]) -> Iterator[tuple[str, Document]]:
    for name, lang, split in wanted:
        corpus = get(name)
        path = find(corpus, corpus.path(split, lang), raw)
        count = 0
        for sentence in corpus.read(path, corpus.classes(split), repairs):
            key = _key(corpus, lang, sentence, count)
            text, mentions, _, relations, events = sentence
            yield key, Document(f"{name}/{lang}-{split}/{count}", lang, text, mentions, relations, events)
            count += 1
        if not count:
            raise CorpusError(f"{path}: no sentence in it. Get it again: knowcoderx corpora {name} --download")


def _key(corpus: Corpus, lang: str, sentence: Sentence, place: int) -> str:
    if corpus.order:
        return str(corpus.order[lang](place) if lang in corpus.order else place)
    return sentence.key or str(place)
