"""Nouns <-> the JSON objects of their lines, both ways, with errors that name the field.

A document::

    {"id": "sample/en:dev/0", "lang": "en", "text": "Ali met Mina.",
     "mentions": [{"type": "Person", "start": 0, "end": 3}],
     "relations": [{"type": "Meets", "head": {"start": 0, "end": 3}, "tail": {"start": 8, "end": 12}}],
     "events": [{"type": "Meeting", "trigger": {"start": 4, "end": 7},
                 "arguments": [{"role": "guest", "start": 8, "end": 12}]}]}

Offsets are half-open code points of ``text``; a discontinuous place has ``"spans": [[s, e], ...]`` instead of
``start`` and ``end``. Missing annotations are none, a missing ``lang`` is ``und``. A field that is not known is
passed over, unless it looks like a known one misspelt. A pair holds two documents; a completion names its
example as ``id``; the fields of an example are those of the noun.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from knowcoderx.types import (
    Argument,
    Completion,
    Document,
    Event,
    Example,
    Link,
    Mention,
    Pair,
    Place,
    Relation,
    Span,
    Task,
)

__all__ = ["FROM_JSON", "TO_JSON", "Json", "JsonlError", "Noun", "document_from_json", "document_to_json"]

Noun = Document | Pair | Example | Completion
Json = dict[str, Any]


class JsonlError(ValueError):
    """A line that cannot be read or a noun that cannot be written: which file and line, which field, and why."""


def document_to_json(document: Document) -> Json:
    """The object of a document's line."""
    return {
        "id": document.id,
        "lang": document.lang,
        "text": document.text,
        "mentions": [{"type": m.type, **_place_to_json(m.spans)} for m in document.mentions],
        "relations": [
            {"type": r.type, "head": _place_to_json(r.head), "tail": _place_to_json(r.tail)} for r in document.relations
        ],
        "events": [_event_to_json(e) for e in document.events],
    }


def _event_to_json(event: Event) -> Json:
    arguments = [{"role": a.role, **_place_to_json(a.spans)} for a in event.arguments]
    return {"type": event.type, "trigger": _place_to_json(event.trigger), "arguments": arguments}


def _place_to_json(spans: Place) -> Json:
    if len(spans) == 1:
        return {"start": spans[0].start, "end": spans[0].end}
    return {"spans": [[span.start, span.end] for span in spans]}


def _pair_to_json(pair: Pair) -> Json:
    return {
        "source": document_to_json(pair.source),
        "target": document_to_json(pair.target),
        "links": [{"source": link.source, "target": link.target} for link in pair.links],
        "stage": pair.stage,
        "reasons": list(pair.reasons),
    }


def _example_to_json(example: Example) -> Json:
    return {
        "id": example.id,
        "task": str(example.task),
        "lang": example.lang,
        "prompt": example.prompt,
        "completion": example.completion,
        "types": list(example.types),
    }


def _completion_to_json(completion: Completion) -> Json:
    return {
        "id": completion.example_id,
        "text": completion.text,
        "tokens": completion.tokens,
        "truncated": completion.truncated,
    }


# --- objects -> nouns ------------------------------------------------------------------------------------
# `where` is the path of the value inside the line, for the error.


def document_from_json(value: object) -> Document:
    """The document of such an object.

    Raises:
        JsonlError: a field that is missing, of the wrong type, or a place outside the text.
    """
    return _document(_object(value, ""), "")


def _document(line: Json, where: str) -> Document:
    _refuse_misspelt(line, ("id", "lang", "text", "mentions", "relations", "events"), where)
    text = _string(line, "text", where)
    size = len(text)
    return Document(
        id=_string(line, "id", where),
        lang=_string(line, "lang", where) if "lang" in line else "und",
        text=text,
        mentions=tuple(
            Mention(_string(m, "type", at), _place(m, at, size)) for m, at in _objects(line, "mentions", where)
        ),
        relations=tuple(_relation(r, at, size) for r, at in _objects(line, "relations", where)),
        events=tuple(_event(e, at, size) for e, at in _objects(line, "events", where)),
    )


def _relation(value: Json, where: str, size: int) -> Relation:
    ends = [_place(_object(value.get(end), _join(where, end)), _join(where, end), size) for end in ("head", "tail")]
    return Relation(_string(value, "type", where), ends[0], ends[1])


def _event(value: Json, where: str, size: int) -> Event:
    at = _join(where, "trigger")
    trigger = _place(_object(value.get("trigger"), at), at, size)
    found = _objects(value, "arguments", where)
    arguments = tuple(Argument(_string(a, "role", at), _place(a, at, size)) for a, at in found)
    return Event(_string(value, "type", where), trigger, arguments)


def _place(value: Json, where: str, size: int) -> Place:
    """The place of an object that has ``start`` and ``end`` or ``spans``, inside a text of ``size`` code points."""
    if "spans" not in value:
        return (_span(value.get("start"), value.get("end"), where, size),)
    parts = value["spans"]
    if "start" in value or "end" in value or not isinstance(parts, list) or not parts:
        raise JsonlError(f"{_join(where, 'spans')}: write either start and end or a list of [start, end]")
    spans = []
    for i, part in enumerate(parts):
        at = f"{_join(where, 'spans')}[{i}]"
        if not isinstance(part, list) or len(part) != 2:
            raise JsonlError(f"{at}: [start, end] was expected, got {_short(part)}")
        spans.append(_span(part[0], part[1], at, size))
        if i and spans[i - 1].end > spans[i].start:
            raise JsonlError(f"{at}: the parts of a place must be in order and apart")
    return tuple(spans)


def _span(start: object, end: object, where: str, size: int) -> Span:
    if type(start) is not int or type(end) is not int:
        raise JsonlError(f"{where or 'place'}: start and end must be whole numbers, got {_short(start)}, {_short(end)}")
    if not 0 <= start < end <= size:
        raise JsonlError(
            f"{where or 'place'}: {_short(start)}..{_short(end)} is no span of a text of {size} code points; "
            "0 <= start < end <= length, end not included"
        )
    return Span(start, end)


def _pair(line: Json) -> Pair:
    source = _document(_object(line.get("source"), "source"), "source")
    target = _document(_object(line.get("target"), "target"), "target")
    links = []
    for value, at in _objects(line, "links", ""):
        link = Link(_count(value, "source", at), _count(value, "target", at))
        if link.source >= len(source.mentions) or link.target >= len(target.mentions):
            raise JsonlError(f"{at}: there is no mention {link.source} or {link.target} to link")
        links.append(link)
    return Pair(source, target, tuple(links), _string(line, "stage", ""), _strings(line, "reasons"))


def _example(line: Json) -> Example:
    task = _string(line, "task", "")
    if task not in set(Task):
        raise JsonlError(f"task: {_short(task)} is none of {', '.join(Task)}")
    names = ("id", "lang", "prompt", "completion")
    id_, lang, prompt, completion = (_string(line, name, "") for name in names)
    return Example(id_, Task(task), lang, prompt, completion, _strings(line, "types"))


def _completion(line: Json) -> Completion:
    _refuse_misspelt(line, ("id", "text", "tokens", "truncated"), "")
    truncated = line.get("truncated", False)
    if not isinstance(truncated, bool):
        raise JsonlError(f"truncated: true or false was expected, got {_short(truncated)}")
    tokens = _count(line, "tokens", "") if "tokens" in line else 0
    return Completion(_string(line, "id", ""), _string(line, "text", ""), tokens, truncated)


def _object(value: object, where: str) -> Json:
    if not isinstance(value, dict):
        raise JsonlError(f"{where}: an object was expected, got {_short(value)}".removeprefix(": "))
    return value


def _objects(owner: Json, name: str, where: str) -> list[tuple[Json, str]]:
    """The objects of a list that may be missing, each with its path."""
    path = _join(where, name)
    return [(_object(v, f"{path}[{i}]"), f"{path}[{i}]") for i, v in enumerate(_list(owner, name, path))]


def _strings(owner: Json, name: str) -> tuple[str, ...]:
    values = _list(owner, name, name)
    return tuple(_text(value, f"{name}[{i}]") for i, value in enumerate(values))


def _list(owner: Json, name: str, path: str) -> list[Any]:
    values = owner.get(name, [])
    if not isinstance(values, list):
        raise JsonlError(f"{path}: a list was expected, got {_short(values)}")
    return values


def _string(owner: Json, name: str, where: str) -> str:
    if name not in owner:
        raise JsonlError(f"{_join(where, name)}: missing. The line has: {', '.join(owner) or 'nothing'}"[:300])
    return _text(owner[name], _join(where, name))


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise JsonlError(f"{where}: a string was expected, got {_short(value)}")
    if not value.isascii():
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise JsonlError(f"{where}: half of a surrogate pair at character {error.start}") from None
    return value


def _count(owner: Json, name: str, where: str) -> int:
    value = owner.get(name)
    if type(value) is not int or value < 0:
        raise JsonlError(f"{_join(where, name)}: a whole number from 0 was expected, got {_short(value)}")
    return value


def _refuse_misspelt(owner: Json, known: tuple[str, ...], where: str) -> None:
    """A misspelt optional field would read as "none found": say so instead."""
    for name in owner.keys() - set(known):
        for meant in get_close_matches(name, [k for k in known if k not in owner], n=1, cutoff=0.8):
            raise JsonlError(f"{_join(where, name)}: unknown field. Did you mean {meant!r}?")


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _short(value: object) -> str:
    """A value as an error shows it."""
    written = ascii(value) if isinstance(value, float) else json.dumps(value)
    return written if len(written) <= 40 else written[:39] + "…"


TO_JSON: dict[type, Callable[[Any], Json]] = {
    Document: document_to_json,
    Pair: _pair_to_json,
    Example: _example_to_json,
    Completion: _completion_to_json,
}
FROM_JSON: dict[type, Callable[[Json], Noun]] = {
    Document: document_from_json,
    Pair: _pair,
    Example: _example,
    Completion: _completion,
}
