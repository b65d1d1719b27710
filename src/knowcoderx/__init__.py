"""KnowCoder-X: multilingual information extraction as Python code generation.

Importing this package loads neither torch nor MLflow; what needs them is loaded when it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from knowcoderx.schema import Entity, Event, Ontology, Relation, SchemaError
from knowcoderx.types import Document, Mention, Span

if TYPE_CHECKING:
    from knowcoderx.extractor import Extractor

    __version__: str
__all__ = ["Document", "Entity", "Event", "Extractor", "Mention", "Ontology", "Relation", "SchemaError", "Span"]


def __getattr__(name: str) -> Any:
    if name == "Extractor":
        return import_module("knowcoderx.extractor").Extractor
    if name == "__version__":  # asked for seldom, and half of the time that the import would take
        return import_module("importlib.metadata").version("knowcoderx")
    raise AttributeError(f"module 'knowcoderx' has no attribute {name!r}")
