"""JSON lines undo themselves, and a broken line is always a `JsonlError`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowcoderx import jsonl
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

text = st.text(max_size=30) | st.sampled_from(["a\u2028b", "\r", "e\u0301", "😀", "北京", "\x00", "\ufeff", "שלום"])
names = st.text(min_size=1, max_size=8)


@st.composite
def places(draw: st.DrawFn, size: int) -> Place:
    count = draw(st.integers(1, min(3, size // 2)) if size >= 2 else st.just(1))
    bounds = sorted(draw(st.lists(st.integers(0, size), min_size=2 * count, max_size=2 * count, unique=True)))
    return tuple(Span(a, b) for a, b in zip(bounds[::2], bounds[1::2], strict=True))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    words = draw(text)
    if not words:
        return Document(draw(names), draw(names), words)
    spots = places(len(words))
    return Document(
        draw(names),
        draw(names),
        words,
        tuple(draw(st.lists(st.builds(Mention, names, spots), max_size=3))),
        tuple(draw(st.lists(st.builds(Relation, names, spots, spots), max_size=2))),
        tuple(
            draw(
                st.lists(
                    st.builds(Event, names, spots, st.lists(st.builds(Argument, names, spots), max_size=2).map(tuple)),
                    max_size=2,
                )
            )
        ),
    )


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    source, target = draw(documents()), draw(documents())
    links: tuple[Link, ...] = ()
    if source.mentions and target.mentions:
        ends = st.builds(Link, st.integers(0, len(source.mentions) - 1), st.integers(0, len(target.mentions) - 1))
        links = tuple(draw(st.lists(ends, max_size=3)))
    return Pair(source, target, links, draw(names), tuple(draw(st.lists(text, max_size=2))))


examples = st.builds(Example, names, st.sampled_from(Task), names, text, text, st.lists(names, max_size=4).map(tuple))
completions = st.builds(Completion, names, text, st.integers(0, 10**6), st.booleans())
nouns = documents() | pairs() | examples | completions


@given(nouns)
def test_a_line_undoes_itself(noun: Document | Pair | Example | Completion) -> None:
    (line,) = jsonl.dump_lines([noun])
    assert line.count("\n") == 1
    assert list(jsonl.load([line], type(noun))) == [noun]
    assert list(jsonl.load([line.encode("utf-8")], type(noun))) == [noun]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(documents(), max_size=4))
def test_a_file_undoes_itself(tmp_path_factory: pytest.TempPathFactory, many: list[Document]) -> None:
    path = tmp_path_factory.mktemp("file") / "documents.jsonl"
    assert jsonl.write(path, many) == len(many)
    assert list(jsonl.read(path, Document)) == many


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@given(documents(), st.data())
def test_a_line_with_one_strange_value_is_read_or_refused(document: Document, data: st.DataObject) -> None:
    line: Any = jsonl.document_to_json(document)
    owner, key = line, data.draw(st.sampled_from(list(line)))
    while isinstance(owner[key], (dict, list)) and owner[key] and data.draw(st.booleans()):
        owner = owner[key]
        key = data.draw(st.sampled_from(list(owner) if isinstance(owner, dict) else range(len(owner))))
    owner[key] = data.draw(values)
    try:
        read = list(jsonl.load([json.dumps(line)], Document))
    except jsonl.JsonlError as error:
        assert str(error).startswith("<stdin>:1: ")
    else:
        assert len(read) == 1


@given(st.binary(max_size=60), st.sampled_from([Document, Pair, Example, Completion]))
def test_no_bytes_break_the_reader(junk: bytes, kind: type[Document]) -> None:
    lines = junk.split(b"\n")
    if junk.removeprefix("\ufeff".encode()).strip(jsonl.JSON_SPACE.encode()):
        with pytest.raises(jsonl.JsonlError):
            list(jsonl.load(lines, kind))
