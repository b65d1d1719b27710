"""Annotations <-> the source that a model writes. One pair of functions a task; `knowcoderx.syntax` below both.

The contract, each clause a property test: encoding always gives valid Python on one line; decoding never
raises; decoding undoes encoding; a cut loses only the tail; hostile source gives no annotation and at least
one issue. An answer names strings, not places: `knowcoderx.ground` finds them in the text.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from knowcoderx import syntax
from knowcoderx.syntax import Call
from knowcoderx.types import Document, Issue, Mention, Problem, surface

__all__ = ["Answer", "decode_mentions", "encode_mentions"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer says: ``items`` are (type, surface) in the order written, repeats kept.

    ``issues`` are what could not be used. ``truncated``, ``trailing_text`` and ``repairs`` are those of
    `knowcoderx.syntax.Parsed`.
    """

    items: tuple[tuple[str, str], ...]
    issues: tuple[Issue, ...]
    truncated: bool
    trailing_text: bool
    repairs: int = 0


def encode_mentions(document: Document, types: Collection[str] | None = None) -> str:
    """The answer that names the document's mentions in text order, only those of ``types`` if given.

    Text order is by start, then end, then type. A discontinuous mention is named by its parts, joined by
    single spaces.

    Raises:
        ValueError: a type whose name cannot be the name of a Python class.
    """
    shown = [m for m in document.mentions if types is None or m.type in types]
    shown.sort(key=_text_order)
    return syntax.write(Call(m.type, (surface(document.text, m.spans),)) for m in shown)


def decode_mentions(text: str, types: Collection[str]) -> Answer:
    """Read an answer to a prompt that offers ``types``. Never raises, whatever the text."""
    parsed = syntax.parse(text)
    items: list[tuple[str, str]] = []
    issues = list(parsed.issues)
    for call in parsed.calls:
        match call:
            case Call(name) if name not in types:
                issues.append(Issue(Problem.UNKNOWN_TYPE, syntax.detail(syntax.source(call))))
            case Call(name, (str(words),), ()) if words:
                items.append((name, words))
            case _:
                issues.append(Issue(Problem.WRONG_SHAPE, syntax.detail(syntax.source(call))))
    return Answer(tuple(items), tuple(issues), parsed.truncated, parsed.trailing_text, parsed.repairs)


def _text_order(mention: Mention) -> tuple[int, int, str]:
    return mention.start, mention.end, mention.type
