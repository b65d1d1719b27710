"""Task + ontology + text -> prompt. A prompt is Python source; the completion continues it.

Two forms of the same schema: ``full`` shows the classes with guidelines and examples, as the paper
does; ``compact`` names them in one comment, a small part of the tokens::

    # Entity: Person, City
    text = "Mina Park lives in Busan."

Everything up to ``text =`` depends on the schema alone, so sentences can share its computation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from knowcoderx import literals, syntax
from knowcoderx.schema import Ontology
from knowcoderx.syntax import Call

__all__ = ["FORMS", "alignment", "extraction"]

INSTRUCTION = "# List every mention of these classes in the text, in the order of the text."
ALIGNED = "# The same text in another language: list its mentions in the same order."


def extraction(ontology: Ontology, text: str, *, form: str) -> str:
    """The prompt for one text; it ends with a newline, the completion begins with ``results =``."""
    return f"{FORMS[form](ontology)}{_text(text)}"


def alignment(ontology: Ontology, source: str, answer: Sequence[Call], target: str, *, form: str) -> str:
    """Translated instance prediction (spec, section 2.1): the source text WITH its results, then the target text."""
    return f"{FORMS[form](ontology)}{_text(source)}{syntax.write(answer)}\n{ALIGNED}\n{_text(target)}"


def _text(text: str) -> str:
    return f"text = {literals.write(text)}\n"


def _full(ontology: Ontology) -> str:
    classes = "\n\n".join(concept.source() for concept in ontology.standalone().concepts)
    return f"{classes}\n\n{INSTRUCTION}\n"


def _compact(ontology: Ontology) -> str:
    roots = dict.fromkeys(concept.root for concept in ontology.concepts)
    return "".join(f"# {root}: {', '.join(ontology.of_root(root).names)}\n" for root in roots)


FORMS: dict[str, Callable[[Ontology], str]] = {"full": _full, "compact": _compact}
