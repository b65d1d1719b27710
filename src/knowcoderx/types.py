"""The nouns: what a document, a pair, an example and a score are. Standard library only.

Offsets are half-open and count Unicode code points of the document's own text, everywhere.
A *place* is a tuple of spans: one span as a rule, several for a discontinuous mention.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

__all__ = [
    "Argument", "Completion", "Document", "Event", "Example", "Issue", "Link", "Mention", "Pair",
    "Place", "Problem", "Relation", "Span", "Task", "place", "surface",
]  # fmt: skip


class Task(StrEnum):
    """The four tasks of universal information extraction, by the field's abbreviations."""

    NER = "ner"
    RE = "re"
    ED = "ed"
    EAE = "eae"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters ``text[start:end]``: half-open, counted in Unicode code points."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, got {self.start}..{self.end}")


Place = tuple[Span, ...]


def place(start: int, end: int) -> Place:
    """The place that holds one span, the usual case."""
    return (Span(start, end),)


def surface(text: str, spans: Place) -> str:
    """The words at a place; the parts of a discontinuous one are joined by a single space."""
    return " ".join(text[span.start : span.end] for span in spans)


def _check_place(spans: Place) -> None:
    if not spans:
        raise ValueError("a place needs at least one span")
    for left, right in pairwise(spans):
        if left.end > right.start:
            raise ValueError(f"the parts of a place must be in order and apart, got {left} then {right}")


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """An entity of a type at a place."""

    type: str
    spans: Place

    def __post_init__(self) -> None:
        _check_place(self.spans)

    @property
    def start(self) -> int:
        """Where the first part begins."""
        return self.spans[0].start

    @property
    def end(self) -> int:
        """Where the last part ends."""
        return self.spans[-1].end


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """A typed, directed link from the place of a head to the place of a tail."""

    type: str
    head: Place
    tail: Place

    def __post_init__(self) -> None:
        _check_place(self.head)
        _check_place(self.tail)


@dataclass(frozen=True, slots=True, order=True)
class Argument:
    """Who or what plays a role in an event."""

    role: str
    spans: Place

    def __post_init__(self) -> None:
        _check_place(self.spans)


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """What a trigger says to have happened, with the arguments that take part."""

    type: str
    trigger: Place
    arguments: tuple[Argument, ...] = ()

    def __post_init__(self) -> None:
        _check_place(self.trigger)


@dataclass(frozen=True, slots=True)
class Document:
    """One sentence or text with its annotations.

    ``id`` is ``corpus/lang-split/n``, stable across runs. An empty tuple says "none found"; whether a
    corpus annotates a task at all is a fact of the corpus (`knowcoderx.corpora.Corpus.tasks`).
    """

    id: str
    lang: str
    text: str
    mentions: tuple[Mention, ...] = ()
    relations: tuple[Relation, ...] = ()
    events: tuple[Event, ...] = ()

    def places(self) -> list[Place]:
        """Every place that an annotation of this document names, in no particular order."""
        found = [m.spans for m in self.mentions]
        for relation in self.relations:
            found += [relation.head, relation.tail]
        for event in self.events:
            found += [event.trigger, *(a.spans for a in event.arguments)]
        return found

    def __post_init__(self) -> None:
        longest = max((spans[-1].end for spans in self.places()), default=0)
        if longest > len(self.text):
            raise ValueError(
                f"document {self.id!r}: an annotation ends at {longest}, but the text has {len(self.text)} code points"
            )


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """Mention number ``source`` of the source document is mention number ``target`` of the target."""

    source: int
    target: int


@dataclass(frozen=True, slots=True)
class Pair:
    """The same sentence in two languages, with the mentions of one linked to those of the other.

    ``stage`` names the step that accepted it, or the last one tried; ``reasons`` say why it was
    rejected and are empty for an accepted pair.
    """

    source: Document
    target: Document
    links: tuple[Link, ...]
    stage: str
    reasons: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Nothing speaks against training on it."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Example:
    """What the model is shown and what it should write. ``types`` are those that the prompt offers."""

    id: str
    task: Task
    lang: str
    prompt: str
    completion: str
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Completion:
    """Exactly what the model wrote, kept raw: reading it belongs to scoring.

    ``tokens`` counts what was generated, the stop token included; ``truncated`` says that the token
    limit ended it, not the model.
    """

    example_id: str
    text: str
    tokens: int = 0
    truncated: bool = False


class Problem(StrEnum):
    """What can be wrong with an answer. Each is counted; none is raised."""

    UNPARSEABLE = "unparseable"
    """Source that is no call of a class with strings inside."""
    NOT_A_LIST = "not_a_list"
    """There is no list of results to read."""
    UNKNOWN_TYPE = "unknown_type"
    """A class that the schema does not offer."""
    WRONG_SHAPE = "wrong_shape"
    """A known class with arguments that the task does not allow."""
    UNGROUNDED = "ungrounded"
    """A string that the text does not hold, or not as often as the answer does."""


@dataclass(frozen=True, slots=True, order=True)
class Issue:
    """One thing that could not be used, with enough of it to recognise it (80 characters at most)."""

    problem: Problem
    detail: str = field(default="")
