"""The whole path for one text: prompt, completion, reading, placing. What a user imports and what is served."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from knowcoderx import adapter, bases, evaluate, generate, mixture
from knowcoderx.config import Prompt
from knowcoderx.evaluate import Reading
from knowcoderx.schema import Ontology
from knowcoderx.types import Document

if TYPE_CHECKING:
    from knowcoderx.generate import Generator

__all__ = ["Extractor"]


class Extractor:
    """A trained model that finds mentions of any schema's types in any text."""

    def __init__(self, generator: Generator, prompt: Prompt) -> None:
        self.generator = generator
        self.prompt = prompt

    @classmethod
    def load(cls, model: str | Path, *, threads: int = 2) -> Extractor:
        """A finished adapter's folder, or a registered model: ``models:/knowcoderx@champion``.

        Raises:
            AdapterError, TrackingError, BaseError: what is missing and how to get it.
        """
        folder = Path(model)
        if str(model).startswith("models:/"):
            from knowcoderx import tracking

            folder = tracking.download(str(model))
        made = adapter.read_manifest(folder)
        if adapter.digest(folder) == adapter.NONE:
            raise adapter.AdapterError(f"{str(folder)!r} is of a phase that was left out. Use that of `extract`.")
        base = bases.get(made["base_name"])
        generator = generate.load(base, folder, max_new_tokens=made["max_new_tokens"], threads=threads)
        return cls(generator, Prompt(form=made["prompt_form"], types_per_prompt=made["types_per_prompt"]))

    def extract(self, text: str, schema: Ontology | Iterable[type], *, lang: str = "und") -> Document:
        """The document with every mention found, spans in code points of ``text``."""
        document = Document("text/und/0", lang, text)
        return next(self.extract_many([document], schema)).predicted

    def extract_many(
        self, documents: Iterable[Document], schema: Ontology | Iterable[type], *, batch: int = 16
    ) -> Iterator[Reading]:
        """The same for many documents, in their order, with what of each answer could not be used.

        Documents are read as they are asked for; ``batch`` of them are generated together.
        """
        ontology = schema if isinstance(schema, Ontology) else Ontology.of(*schema)
        waiting = iter(documents)
        while some := [replace(d, mentions=()) for d in islice(waiting, batch)]:
            yield from self._batch(some, ontology)

    def _batch(self, documents: list[Document], ontology: Ontology) -> list[Reading]:
        examples = list(
            mixture.evaluation_examples((d for d in documents if d.text.strip()), ontology, prompt=self.prompt)
        )
        answers = self.generator.complete(
            [e.id for e in examples], [e.prompt for e in examples], batch=max(1, len(examples))
        )
        return evaluate.read(documents, examples, answers)
