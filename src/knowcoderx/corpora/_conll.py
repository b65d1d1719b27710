"""CoNLL files: a token and a tag a line, a blank line between sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby
from pathlib import Path

from knowcoderx.corpora._card import CorpusError, Labels, Reader, Sentence
from knowcoderx.corpora._tags import Tags, UnknownTag
from knowcoderx.corpora._text import blocks

__all__ = ["conll"]

DOCUMENT_MARK = "-DOCSTART-"


@dataclass(frozen=True, slots=True)
class _Format:
    sep: str
    columns: int | None
    token_column: int
    tag_column: int
    joiner: str
    token: Callable[[str], str] | None
    tag: Callable[[str], str] | None
    comment: str | None
    key: Callable[[str], str] | None
    group_column: int | None
    header: int

    @property
    def least(self) -> int:
        return self.columns or max(self.token_column, self.tag_column) + 1


def conll(
    *,
    sep: str = "\t",
    columns: int | None = 2,
    token_column: int = 0,
    tag_column: int = 1,
    joiner: str = " ",
    token: Callable[[str], str] | None = None,
    tag: Callable[[str], str] | None = None,
    comment: str | None = None,
    key: Callable[[str], str] | None = None,
    group_column: int | None = None,
    header: int = 0,
) -> Reader:
    """A reader of CoNLL files. The text of a sentence is its tokens with ``joiner`` between them.

    Args:
        columns: columns of a line; None if lines may have more than the reader needs.
        joiner: ``" "``, or ``""`` where a token is one character; then a space is a character too.
        token: what to make of the token column (cut a decoration off, say).
        tag: the tag column as O, B-label or I-label, where it is written otherwise.
        comment: how lines begin that are no tokens. Only with a mark no token has.
        key: a comment line -> the sentence's own id, or "" if this is not the line that has it.
        group_column: sentences are told apart by this column (which is their id), not by blank lines.
        header: lines at the top of the file to leave out.

    Repairs, by name: those of `blocks` and `Tags`; ``bad_columns`` (empty columns too many, left out),
    ``empty_tag`` (read as O), ``empty_token`` (left out), ``padded_token`` (spaces cut off),
    ``sentence_without_tokens`` (left out), ``document_mark`` (left out).
    """
    form = _Format(sep, columns, token_column, tag_column, joiner, token, tag, comment, key, group_column, header)

    def read(path: Path, labels: Labels, repairs: Counter[str]) -> Iterator[Sentence]:
        tags = Tags(labels, repairs, form.tag)
        for number, lines in _sentences(form, path, repairs):
            numbers: list[int] | None = None
            own = ""
            if form.comment is not None and any(line.startswith(form.comment) for line in lines):
                own, lines, numbers = _without_comments(form, number, lines)
            if lines and lines[0].startswith(DOCUMENT_MARK):
                repairs["document_mark"] += 1
                lines, number = lines[1:], number + 1
            if not lines:
                continue
            if form.group_column is not None:
                own = lines[0].split(form.sep)[form.group_column]
            try:
                sentence = _sentence(form, lines, tags, own)
            except (UnknownTag, _BadLine) as error:
                at = numbers[error.index] if numbers else number + error.index
                raise CorpusError(f"{path}:{at}: {error.reason}") from None
            if sentence is None:
                repairs["sentence_without_tokens"] += 1
            else:
                yield sentence

    return read


class _BadLine(Exception):
    def __init__(self, index: int, reason: str) -> None:
        super().__init__(reason)
        self.index = index
        self.reason = reason


def _sentences(form: _Format, path: Path, repairs: Counter[str]) -> Iterator[tuple[int, list[str]]]:
    for number, lines in blocks(path, repairs):
        if number <= form.header:
            cut = min(len(lines), form.header - number + 1)
            number, lines = number + cut, lines[cut:]
        if form.group_column is None:
            yield number, lines
            continue
        column = form.group_column
        for line in lines:
            if line.count(form.sep) < column:
                at = number + lines.index(line)
                raise CorpusError(f"{path}:{at}: no column {column + 1}, which tells sentences apart: {line[:60]!r}")
        for _, group in groupby(lines, key=lambda line: line.split(form.sep)[column]):
            rows = list(group)
            yield number, rows
            number += len(rows)


def _without_comments(form: _Format, number: int, lines: list[str]) -> tuple[str, list[str], list[int]]:
    mark = form.comment or ""
    keys = [form.key(line) for line in lines if line.startswith(mark)] if form.key else []
    kept = [(number + i, line) for i, line in enumerate(lines) if not line.startswith(mark)]
    return next(filter(None, keys), ""), [line for _, line in kept], [n for n, _ in kept]


def _sentence(form: _Format, lines: list[str], tags: Tags, key: str) -> Sentence | None:
    rows = [line.split(form.sep) for line in lines]
    widths = set(map(len, rows))
    if widths != {form.columns}:
        _check_widths(form, rows, tags.repairs)
    column = form.token_column
    tokens = [row[column] for row in rows]
    column = form.tag_column
    written = [row[column] for row in rows]
    if form.token is not None:
        tokens = list(map(form.token, tokens))
    if "" in written:
        tags.repairs["empty_tag"] += written.count("")
        written = [tag or "O" for tag in written]
    text = form.joiner.join(tokens)
    if "" in tokens or (form.joiner and len(text.split()) != len(tokens)):
        tokens, written = _clean(form, tokens, written, tags)
        text = form.joiner.join(tokens)
    if not text.strip():
        return None
    if written.count("O") == len(written):
        return Sentence(text, (), key)
    starts = list(accumulate(map(len(form.joiner).__add__, map(len, tokens)), initial=0))
    return Sentence(text, tags.mentions(written, starts, tokens), key)


def _check_widths(form: _Format, rows: list[list[str]], repairs: Counter[str]) -> None:
    """Put rows right whose only fault is an empty column too many; in place."""
    for index, row in enumerate(rows):
        if len(row) < form.least:
            raise _BadLine(
                index,
                f"{len(row)} column{'s' * (len(row) != 1)} where {form.least} separated by {form.sep!r} were expected: "
                f"{form.sep.join(row)[:60]!r}. Add the missing one, or correct the separator.",
            )
        if form.columns is not None and len(row) > form.columns:
            filled = [column for column in row if column.strip()]
            if len(filled) != form.columns:
                raise _BadLine(
                    index,
                    f"{len(row)} columns where {form.columns} separated by {form.sep!r} were expected: "
                    f"{form.sep.join(row)[:60]!r}. Remove the surplus, or correct the separator.",
                )
            repairs["bad_columns"] += 1
            rows[index] = filled


def _clean(form: _Format, tokens: list[str], written: list[str], tags: Tags) -> tuple[list[str], list[str]]:
    """Without the tokens that hold nothing visible; the others without spaces around them.

    The tags are looked up first, so that a label on a token left out is checked as well.
    """
    for index, tag in enumerate(written):
        tags.check(tag, index)
    kept: list[tuple[str, str]] = []
    for token, tag in zip(tokens, written, strict=True):
        bare = token.strip() if form.joiner else token
        if not bare:
            tags.repairs["empty_token"] += 1
            continue
        if bare != token:
            tags.repairs["padded_token"] += 1
        kept.append((bare, tag))
    return [token for token, _ in kept], [tag for _, tag in kept]
