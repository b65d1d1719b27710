"""JSON lists of records: labelled character spans, or tokens with tags."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from knowcoderx.corpora._card import CorpusError, Labels, Reader, Sentence
from knowcoderx.corpora._tags import Tags, UnknownTag
from knowcoderx.corpora._text import whole
from knowcoderx.types import Mention, Span

__all__ = ["spans", "tokens"]


def spans(*, text: str, mentions: str, span: str, label: str, surface: str, key: str) -> Reader:
    """A reader of records that hold a text and a list of labelled half-open character spans.

    The arguments name the fields; ``surface`` is the mention's own words, which must stand at its span.
    """

    def read(path: Path, labels: Labels, repairs: Counter[str]) -> Iterator[Sentence]:
        for number, record in _records(path, repairs):
            try:
                written = _string(record[text])
                found = [_mention(item, written, labels, (span, label, surface)) for item in record[mentions]]
                own = str(record[key])
            except (KeyError, TypeError, ValueError) as error:
                raise CorpusError(f"{path}: record {number}: {_said(error)}") from None
            repairs.update({"left_out": found.count(None)} if None in found else {})
            yield Sentence(written, tuple(sorted((m for m in found if m), key=lambda m: m.spans)), own)

    return read


def tokens(*, tokens: str, tags: str, space_after: str, key: str) -> Reader:
    """A reader of records that hold tokens, their BIO tags, and whether a space follows each.

    The text is the tokens with exactly those spaces.
    """

    def read(path: Path, labels: Labels, repairs: Counter[str]) -> Iterator[Sentence]:
        reader = Tags(labels, repairs)
        for number, record in _records(path, repairs):
            try:
                words = [_string(word) for word in record[tokens]]
                spaces = [" " if space else "" for space in record[space_after]]
                written = [word + space for word, space in zip(words, spaces, strict=True)]
                tagged = [tag for tag, _ in zip(record[tags], words, strict=True)]
                starts = list(accumulate(map(len, written), initial=0))
                mentions = reader.mentions(tagged, starts, words)
                own = str(record[key])
            except (KeyError, TypeError, ValueError, UnknownTag) as error:
                raise CorpusError(f"{path}: record {number}: {_said(error)}") from None
            yield Sentence("".join(written).rstrip(), mentions, own)

    return read


def _records(path: Path, repairs: Counter[str]) -> Iterator[tuple[int, Any]]:
    try:
        records = json.loads(whole(path, repairs))
    except json.JSONDecodeError as error:
        raise CorpusError(f"{path}:{error.lineno}: not JSON: {error.msg}. Get the file again.") from None
    except RecursionError:
        raise CorpusError(f"{path}: JSON nested too deep to be a corpus. Get the file again.") from None
    if not isinstance(records, list):
        raise CorpusError(f"{path}: a list of records was expected, got {type(records).__name__}")
    return enumerate(records, start=1)


def _mention(item: Any, text: str, labels: Labels, fields: tuple[str, str, str]) -> Mention | None:
    span, label, surface = fields
    start, end = item[span]
    if text[start:end] != item[surface]:
        raise ValueError(f"the text at {start}..{end} is {text[start:end]!r}, not {item[surface]!r}")
    if item[label] not in labels:
        raise ValueError(labels.unknown(item[label]))
    kind = labels[item[label]]
    return Mention(kind, (Span(start, end),)) if kind else None


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a string was expected, got {value!r}")
    return value


def _said(error: Exception) -> str:
    return f"no field {error.args[0]!r}" if isinstance(error, KeyError) else str(error)
