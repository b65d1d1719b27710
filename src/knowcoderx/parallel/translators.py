"""Who writes the target sentence, behind one protocol of three steps (KnowCoder-X, the three stages of ParallelNER).

A translator answers None to a step that is not its own; the next stage is then asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from knowcoderx.parallel.cooccurrence import Cooccurrence
from knowcoderx.parallel.dictionary import Dictionary
from knowcoderx.parallel.projection import project
from knowcoderx.types import Document, Place, surface

__all__ = ["ParallelText", "Translation", "Translator"]


@dataclass(frozen=True, slots=True)
class Translation:
    """A target sentence and what each mention of the source is called in it, None where that is not known.

    ``places[i]`` says where, if the translator knows; otherwise the words of ``surfaces[i]`` are looked
    for. ``id`` is the target's own document id, if it has one.
    """

    text: str
    surfaces: tuple[str | None, ...]
    places: tuple[Place | None, ...] = ()
    id: str = ""


class Translator(Protocol):
    """The three steps. Texts go in and out as they are; nothing that comes back is trusted."""

    def joint(self, source: Document, lang: str) -> Translation | None:
        """Translate a sentence into ``lang`` and all its mentions with it."""

    def rephrase_span(self, source: Document, index: int, target_text: str) -> str | None:
        """The words of ``target_text`` that express mention ``index`` of the source."""

    def rephrase_sentence(self, source: Document, target_text: str, missing: Sequence[int]) -> Translation | None:
        """Write the target sentence again so that it holds the ``missing`` mentions too."""


@dataclass(frozen=True)
class ParallelText:
    """Human translations that exist already; the mentions are found in them by `project`. No model.

    ``targets`` maps the id of a source document to its translation, of which only the text is used.
    """

    targets: Mapping[str, Document]
    min_score: float
    cooccurrence: Cooccurrence | None = None
    dictionary: Dictionary | None = None

    @classmethod
    def fit(
        cls,
        sources: Iterable[Document],
        targets: Mapping[str, Document],
        *,
        min_score: float,
        dictionary: Dictionary | None = None,
    ) -> ParallelText:
        """Learn from the texts of all the pairs which words translate which; labels are not looked at."""
        texts = [(s.text, targets[s.id].text) for s in sources if s.id in targets]
        return cls(targets, min_score, Cooccurrence.fit(texts), dictionary)

    def joint(self, source: Document, lang: str) -> Translation | None:
        """The stored translation, if there is one in that language."""
        target = self.targets.get(source.id)
        if target is None or target.lang != lang:
            return None
        found = project(
            source, target.text,
            min_score=self.min_score, cooccurrence=self.cooccurrence, dictionary=self.dictionary,
        )  # fmt: skip
        places = tuple(m.spans if m else None for m in found.mentions)
        surfaces = tuple(surface(target.text, spans) if spans else None for spans in places)
        return Translation(target.text, surfaces, places, target.id)

    def rephrase_span(self, source: Document, index: int, target_text: str) -> str | None:
        """None: the projection has looked everywhere already."""
        return None

    def rephrase_sentence(self, source: Document, target_text: str, missing: Sequence[int]) -> Translation | None:
        """None: a human's sentence stays as it is."""
        return None
