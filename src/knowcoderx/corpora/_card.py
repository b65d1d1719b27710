"""What a corpus says about itself: where it is published, what it labels, how its files are read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple, Protocol

from knowcoderx.schema import Entity
from knowcoderx.types import Event, Mention, Relation, Task

__all__ = [
    "Corpus", "CorpusError", "CorpusMissing", "First", "Labels", "Reader", "Reference", "Sentence", "did_you_mean",
]  # fmt: skip

Unit = Literal["sentences", "records", "lines"]


class CorpusError(ValueError):
    """A card or a file that cannot be used: where, what it is, and what to do."""


class CorpusMissing(CorpusError):
    """A file that lies in none of the raw folders; the message says where it is published."""


class Sentence(NamedTuple):
    """One sentence as a reader gives it. ``key`` is the name that the file itself gives it, if any."""

    text: str
    mentions: tuple[Mention, ...] = ()
    key: str = ""
    relations: tuple[Relation, ...] = ()
    events: tuple[Event, ...] = ()


class Labels(dict[str, str | None]):
    """Raw label -> class name of the library, or None for a label that is read but gives no mention."""

    def __init__(self, corpus: str, classes: Mapping[str, str | None]) -> None:
        super().__init__(classes)
        self.corpus = corpus

    def unknown(self, label: str) -> str:
        """What to say of a label that is not here."""
        return (
            f"label {label!r} is not known.{did_you_mean(label, self)} Known: {', '.join(self)}. Correct the file, or "
            f"add the label to `labels` in src/knowcoderx/corpora/{self.corpus}.py, with a class of the library "
            "(or None, and the reason in `notes`)."
        )


class Reader(Protocol):
    """Reads a file sentence by sentence, counts each repair by its name, raises `CorpusError`."""

    def __call__(self, path: Path, labels: Labels, repairs: Counter[str]) -> Iterator[Sentence]: ...


class First(NamedTuple):
    """Only the first ``number`` units of the published file are used: its prefix, cut after a whole unit."""

    number: int
    unit: Unit


class Reference(NamedTuple):
    """One split of one language of one corpus; prints as ``corpus/lang:split``."""

    corpus: str
    lang: str
    split: str

    def __str__(self) -> str:
        return f"{self.corpus}/{self.lang}:{self.split}"


@dataclass(frozen=True, eq=False)
class Corpus:
    """The card of a corpus.

    Attributes:
        source: page of the repository that publishes it.
        commit: the 40 digits of the commit that is meant; empty if ``files`` names commits, or if the
            corpus lives in this repository.
        labels: each raw label with its class; None for a label that deliberately gives no mention
            (``notes`` must say why). The order is the order of the types in a prompt.
        splits: split -> path of its file in the corpus's folder; ``{lang}`` stands for the language.
        split_languages: the languages of a split that not every language has.
        split_labels: the labels of a split that does not use all of them (a domain, say).
        upstream: path in the repository, with ``{path}`` for the path in the corpus's folder.
        files: the exceptions: path in the folder -> path in the repository, or ``owner/repo@commit:path``.
        cuts: files of which only the beginning is used, by path in the folder.
        order: only for a corpus whose languages are translations of each other: for a language, where
            sentence ``n`` of its file stands in the shared order (default: at ``n``).
        reported: F1 in percent that the literature reports, by system.
    """

    name: str
    source: str
    licence: str
    languages: tuple[str, ...]
    labels: Mapping[str, type[Entity] | None]
    read: Reader
    splits: Mapping[str, str]
    commit: str = ""
    tasks: tuple[Task, ...] = (Task.NER,)
    split_languages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    split_labels: Mapping[str, Collection[str]] = field(default_factory=dict)
    upstream: str = "{path}"
    files: Mapping[str, str] = field(default_factory=dict)
    cuts: Mapping[str, First] = field(default_factory=dict)
    order: Mapping[str, Callable[[int], int]] = field(default_factory=dict)
    notes: str = ""
    reported: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise CorpusError(f"corpus {self.name!r}: {problem}")

    def languages_of(self, split: str) -> tuple[str, ...]:
        """The languages that a split has a file for, in the card's order."""
        return tuple(self.split_languages.get(split, self.languages))

    def path(self, split: str, lang: str) -> str:
        """Where the file of a split lies inside the corpus's folder."""
        return self.splits[split].replace("{lang}", lang)

    def paths(self) -> tuple[str, ...]:
        """Every file of the corpus, each once."""
        return tuple(dict.fromkeys(self.path(s, lang) for s in self.splits for lang in self.languages_of(s)))

    def classes(self, split: str | None = None) -> Labels:
        """The names of the classes that the labels (of a split) map to."""
        chosen = self.labels if split is None else self.split_labels.get(split, self.labels)
        names = {label: kind.__name__ if kind else None for label, kind in self.labels.items()}
        return Labels(self.name, {label: name for label, name in names.items() if label in chosen})


def did_you_mean(name: str, known: Collection[str]) -> str:
    """A hint for a message, with a leading space; empty if nothing is close."""
    return "".join(f" Did you mean {m!r}?" for m in get_close_matches(name, list(known), n=1))


def _problems(corpus: Corpus) -> Iterator[str]:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", corpus.name):
        yield "a name is lower case letters, digits and _, as its module's"
    if not corpus.tasks or not all(isinstance(t, Task) for t in corpus.tasks):
        yield "`tasks` needs at least one of knowcoderx.types.Task"
    if corpus.commit and not re.fullmatch(r"[0-9a-f]{40}", corpus.commit):
        yield f"`commit` is 40 hexadecimal digits or empty, got {corpus.commit!r}"
    if not corpus.languages or len(set(corpus.languages)) < len(corpus.languages):
        yield "`languages` needs at least one language, each once"
    for lang in corpus.languages:
        if not re.fullmatch(r"[a-z]{2,3}", lang):
            yield f"language {lang!r} is no code of two or three letters"
    yield from _split_problems(corpus)
    yield from _label_problems(corpus)


def _split_problems(corpus: Corpus) -> Iterator[str]:
    if not corpus.splits:
        yield "`splits` is empty"
    for split, pattern in corpus.splits.items():
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", split):
            yield f"split {split!r}: use lower case words joined by single hyphens"
        plain = pattern.replace("{lang}", "")
        if set("{}") & set(plain) or PurePosixPath(pattern).is_absolute() or ".." in PurePosixPath(pattern).parts:
            yield f"split {split!r}: {pattern!r} must be a path inside the folder; {{lang}} is the only field"
        if len(corpus.split_languages.get(split, corpus.languages)) > 1 and "{lang}" not in pattern:
            yield f"split {split!r}: {pattern!r} needs {{lang}}, for it has several languages"
    for name, listed, allowed in (
        ("split_languages", corpus.split_languages, set(corpus.languages)),
        ("split_labels", corpus.split_labels, set(corpus.labels)),
    ):
        for split, values in listed.items():
            if split not in corpus.splits:
                yield f"`{name}` names {split!r}, which is no split"
            if strays := set(values) - allowed:
                yield f"`{name}` of {split!r} names unknown {', '.join(sorted(strays))}"
    paths = set(corpus.paths())
    for path in (*corpus.files, *corpus.cuts):
        if path not in paths:
            yield f"`files` and `cuts` name {path!r}, which is the file of no split"


def _label_problems(corpus: Corpus) -> Iterator[str]:
    if not corpus.labels:
        yield "`labels` is empty"
    for label, kind in corpus.labels.items():
        if kind is None:
            if label not in corpus.notes:
                yield f"label {label!r} gives no mention: say why in `notes`"
        elif not (isinstance(kind, type) and issubclass(kind, Entity) and kind is not Entity):
            yield f"label {label!r}: {kind!r} does not derive from knowcoderx.Entity"
