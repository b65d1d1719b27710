"""JSON lines: what a line may hold, what an error says, and files that are whole or not there."""

from __future__ import annotations

import errno
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowcoderx import jsonl
from knowcoderx.jsonl import JsonlError
from knowcoderx.types import (
    Argument,
    Completion,
    Document,
    Event,
    Example,
    Link,
    Mention,
    Pair,
    Relation,
    Span,
    Task,
    place,
)

SEOUL = Document(
    "sample/ko:test/0",
    "ko",
    "김민아는 서울에서 Ali를 만났다.",
    mentions=(Mention("Person", place(0, 3)), Mention("City", place(5, 7)), Mention("Person", place(10, 13))),
    relations=(Relation("LocatedIn", place(0, 3), place(5, 7)),),
    events=(Event("Meeting", place(15, 18), (Argument("guest", place(10, 13)),)),),
)
LUNGS = Document("x/0", "en", "left and right lung", (Mention("Organ", (Span(0, 4), Span(15, 19))),))


def test_a_document_is_written_as_the_readme_of_the_format_says() -> None:
    assert jsonl.document_to_json(SEOUL) == {
        "id": "sample/ko:test/0",
        "lang": "ko",
        "text": "김민아는 서울에서 Ali를 만났다.",
        "mentions": [
            {"type": "Person", "start": 0, "end": 3},
            {"type": "City", "start": 5, "end": 7},
            {"type": "Person", "start": 10, "end": 13},
        ],
        "relations": [{"type": "LocatedIn", "head": {"start": 0, "end": 3}, "tail": {"start": 5, "end": 7}}],
        "events": [
            {
                "type": "Meeting",
                "trigger": {"start": 15, "end": 18},
                "arguments": [{"role": "guest", "start": 10, "end": 13}],
            }
        ],
    }


def test_a_discontinuous_mention_lists_its_spans() -> None:
    line = jsonl.document_to_json(LUNGS)
    assert line["mentions"] == [{"type": "Organ", "spans": [[0, 4], [15, 19]]}]
    assert jsonl.document_from_json(line) == LUNGS


def test_what_a_document_leaves_out_is_empty() -> None:
    assert jsonl.document_from_json({"id": "a", "text": "北京"}) == Document("a", "und", "北京")


@pytest.mark.parametrize(
    "noun",
    [
        SEOUL,
        LUNGS,
        Pair(SEOUL, SEOUL, (Link(0, 0), Link(2, 1)), "joint", ("no place for 'Ali'",)),
        Example("x/1", Task.NER, "zh", "提示\n", 'results = [City("北京")]', ("City", "Person")),
        Completion("x/1", 'results = [City("北京', tokens=12, truncated=True),
    ],
    ids=lambda noun: type(noun).__name__,
)
def test_each_noun_comes_back_from_its_file(tmp_path: Path, noun: Document | Pair | Example | Completion) -> None:
    path = tmp_path / "deep" / "nouns.jsonl"
    assert jsonl.write(path, [noun, noun]) == 2
    assert list(jsonl.read(path, type(noun))) == [noun, noun]


def test_a_completion_line_needs_only_an_id_and_a_text() -> None:
    assert list(jsonl.load(['{"id": "x/1", "text": "results = []"}\n'], Completion)) == [
        Completion("x/1", "results = []")
    ]


def test_only_a_line_feed_ends_a_line(tmp_path: Path) -> None:
    text = "eins\u2028zwei\u0085drei\rvier\x0cfünf\x1esechs"
    path = tmp_path / "breaks.jsonl"
    jsonl.write(path, [Document("a", "de", text)])
    assert path.read_bytes().count(b"\n") == 1
    assert next(jsonl.read(path, Document)).text == text


def test_a_byte_order_mark_crlf_and_empty_lines_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "windows.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": "a", "text": "Oslo"}\r\n\r\n{"id": "b", "text": "Rom"}')
    assert [d.id for d in jsonl.read(path, Document)] == ["a", "b"]


def test_streams_are_read_and_written_like_files() -> None:
    written = "".join(jsonl.dump_lines([SEOUL, LUNGS]))
    assert list(jsonl.load(io.BytesIO(written.encode()), Document)) == [SEOUL, LUNGS]
    assert list(jsonl.load(io.StringIO(written), Document)) == [SEOUL, LUNGS]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "docs.jsonl:2: not JSON at character 2"),
        ("[1]", "docs.jsonl:2: an object was expected, got '[1]'"),
        ('{"text": "a"}', "docs.jsonl:2: id: missing. The line has: text"),
        ('{"id": 7, "text": "a"}', "docs.jsonl:2: id: a string was expected, got 7"),
        ('{"id": "a", "text": "b", "mention": []}', "docs.jsonl:2: mention: unknown field. Did you mean 'mentions'?"),
        ('{"id": "a", "text": "b", "mentions": {}}', "docs.jsonl:2: mentions: a list was expected, got {}"),
        ('{"id": "a", "text": "b", "mentions": [3]}', "docs.jsonl:2: mentions[0]: an object was expected, got 3"),
        (
            '{"id": "a", "text": "北京", "mentions": [{"type": "City", "start": 0, "end": 6}]}',
            "docs.jsonl:2: mentions[0]: 0..6 is no span of a text of 2 code points",
        ),
        (
            '{"id": "a", "text": "b", "mentions": [{"type": "City", "start": true, "end": 1}]}',
            "docs.jsonl:2: mentions[0]: start and end must be whole numbers, got true, 1",
        ),
        (
            '{"id": "a", "text": "b", "mentions": [{"type": "City", "start": 0.0, "end": 1}]}',
            "mentions[0]: start and end must be whole numbers, got 0.0, 1",
        ),
        (
            '{"id": "a", "text": "bcd", "mentions": [{"type": "X", "spans": [[1, 2], [0, 1]]}]}',
            "mentions[0].spans[1]: the parts of a place must be in order and apart",
        ),
        (
            '{"id": "a", "text": "bcd", "mentions": [{"type": "X", "spans": []}]}',
            "mentions[0].spans: write either start and end or a list of [start, end]",
        ),
        (
            '{"id": "a", "text": "bcd", "mentions": [{"type": "X", "spans": [[1]]}]}',
            "mentions[0].spans[0]: [start, end] was expected, got [1]",
        ),
        (
            '{"id": "a", "text": "b", "relations": [{"type": "R", "head": {"start": 0, "end": 1}}]}',
            "relations[0].tail: an object was expected, got null",
        ),
        ('{"id": "a", "text": "b", "events": [{"type": "E"}]}', "events[0].trigger: an object was expected"),
        ('{"id": "a", "text": "\\ud83d"}', "docs.jsonl:2: text: half of a surrogate pair at character 0"),
        ('{"id": "a", "text": "b", "n": NaN}', "docs.jsonl:2: not JSON that can be read: NaN is no JSON number"),
        ("[" * 100_000, "docs.jsonl:2: not JSON that can be read"),
        ('{"id": "a", "text": "b", "n": ' + "9" * 5000 + "}", "docs.jsonl:2: not JSON that can be read"),
    ],
)
def test_an_error_names_the_file_the_line_and_the_field(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "docs.jsonl"
    path.write_text('{"id": "first", "text": "whole"}\n' + line + "\n", encoding="utf-8", newline="\n")
    read = jsonl.read(path, Document)
    assert next(read).id == "first"
    with pytest.raises(JsonlError) as raised:
        next(read)
    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    ("kind", "line", "complaint"),
    [
        (Example, '{"task": "nur"}', 'task: "nur" is none of ner, re, ed, eae'),
        (Completion, '{"id": "a", "text": "b", "tokens": -1}', "tokens: a whole number from 0 was expected, got -1"),
        (Completion, '{"id": "a", "text": "b", "truncated": 1}', "truncated: true or false was expected, got 1"),
        (Pair, '{"target": {}}', "source: an object was expected, got null"),
        (
            Pair,
            '{"source": {"id": "a", "text": "b"}, "target": {"id": "a", "text": "b"}, '
            '"links": [{"source": 0, "target": 0}], "stage": "joint"}',
            "links[0]: there is no mention 0 or 0 to link",
        ),
    ],
)
def test_the_other_nouns_are_checked_too(kind: type[Example], line: str, complaint: str) -> None:
    with pytest.raises(JsonlError, match=r"^<stdin>:1: ") as raised:
        list(jsonl.load([line], kind))
    assert complaint in str(raised.value)


def test_bytes_that_are_not_utf_8_are_placed(tmp_path: Path) -> None:
    path = tmp_path / "latin.jsonl"
    path.write_bytes('{"id": "a", "text": "Zürich"}\n'.encode("latin-1"))
    with pytest.raises(JsonlError, match=r"latin\.jsonl:1: not UTF-8 at byte 22 of the line"):
        list(jsonl.read(path, Document))


def test_a_missing_file_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(JsonlError, match="no file"):
        list(jsonl.read(tmp_path / "none.jsonl", Document))


def test_half_a_surrogate_pair_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "docs.jsonl"
    with pytest.raises(JsonlError, match=r"docs\.jsonl:2: half of a surrogate pair"):
        jsonl.write(path, [SEOUL, Document("b", "en", "\ud83d")])
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "docs.jsonl"
    jsonl.write(path, [SEOUL])
    before = path.read_bytes()

    def interrupted() -> Iterator[Document]:
        yield LUNGS
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        jsonl.write(path, interrupted())
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_is_at_the_path_before_the_last_line_is_written(tmp_path: Path) -> None:
    path = tmp_path / "docs.jsonl"
    seen: list[bool] = []

    def watched() -> Iterator[Document]:
        yield SEOUL
        seen.append(path.exists())

    jsonl.write(path, watched())
    assert seen == [False]
    assert path.exists()


def _no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_leaves_the_old_file_and_names_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "docs.jsonl"
    jsonl.write(path, [SEOUL])
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", _no_space)
    with pytest.raises(OSError, match=r"nothing was changed.*docs\.jsonl") as raised:
        jsonl.write(path, [LUNGS])
    assert raised.value.errno == errno.ENOSPC
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_way_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "docs.jsonl"
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        jsonl.write(path, [SEOUL])
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_and_what_it_points_to_is_kept(tmp_path: Path) -> None:
    cached = tmp_path / "cached"
    cached.write_text("cached", encoding="utf-8")
    path = tmp_path / "docs.jsonl"
    path.symlink_to(cached)
    jsonl.write(path, [SEOUL])
    assert cached.read_text(encoding="utf-8") == "cached"
    assert list(jsonl.read(path, Document)) == [SEOUL]


def test_json_keeps_the_order_of_its_keys_and_its_script(tmp_path: Path) -> None:
    path = tmp_path / "metrics.json"
    jsonl.write_json(path, {"z": 1, "a": {"城市": 0.5}})
    assert path.read_text(encoding="utf-8") == '{\n  "z": 1,\n  "a": {\n    "城市": 0.5\n  }\n}\n'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", {1, 2}])
def test_what_json_cannot_say_is_refused_before_the_file_is_touched(tmp_path: Path, value: object) -> None:
    path = tmp_path / "metrics.json"
    jsonl.write_json(path, {"f1": 0.5})
    with pytest.raises(JsonlError, match=r"metrics\.json: cannot be written as JSON"):
        jsonl.write_json(path, {"f1": value})
    assert json.loads(path.read_text(encoding="utf-8")) == {"f1": 0.5}
    assert list(tmp_path.iterdir()) == [path]


def test_a_text_file_keeps_its_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    jsonl.write_text(path, "eins\r\nдва\n三\r")
    assert path.read_bytes().decode("utf-8") == "eins\r\nдва\n三\r"
    assert list(tmp_path.iterdir()) == [path]


def test_nested_metrics_are_flattened_to_their_numbers() -> None:
    nested = {"f1": 0.5, "wnut17": {"surface": {"f1": 1}, "lang": "en", "undefined": True}}
    assert list(jsonl.flat(nested)) == [("f1", 0.5), ("wnut17.surface.f1", 1.0), ("wnut17.undefined", 1.0)]
