"""Files as lines: UTF-8 only, split on LF only, read in pieces so that size does not matter.

Corpora hold U+2028, U+0085 and lone CRs inside sentences, so `str.splitlines` would cut them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from knowcoderx.corpora._card import CorpusError

__all__ = ["blocks", "decode", "whole"]

PIECE = 1 << 20
"""Bytes read at once; each piece is then read on to the end of its line."""


def decode(path: Path, data: bytes, *, offset: int = 0) -> str:
    """Bytes as text; ``offset`` is where in the file they begin.

    Raises:
        CorpusError: not UTF-8, with the byte.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        at = offset + error.start
        raise CorpusError(
            f"{path}: not UTF-8 at byte {at} ({data[error.start : error.start + 4]!r}). "
            f"Save the file as UTF-8, or get it again."
        ) from None


def whole(path: Path, repairs: Counter[str]) -> str:
    """The text of a whole file, without a byte order mark."""
    return _without_mark(decode(path, path.read_bytes()), repairs)


def blocks(path: Path, repairs: Counter[str]) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines between blank ones, each with the number (from 1) of its first line.

    A line of nothing but TABs and spaces is blank. Repairs: ``bom``, ``crlf`` (per line), ``blank_with_tab``.
    """
    carried: list[str] = []
    number = 1
    for lines in _pieces(path, repairs):
        lines[:0] = carried
        start, stop = 0, len(lines)
        while start < stop:
            try:
                end = lines.index("", start)
            except ValueError:
                break
            if end > start:
                yield number + start, lines[start:end]
            start = end + 1
        carried = lines[start:]
        number += start
    if carried:
        yield number, carried


def _pieces(path: Path, repairs: Counter[str]) -> Iterator[list[str]]:
    offset = 0
    with path.open("rb") as file:
        while data := file.read(PIECE):
            data += file.readline()
            text = decode(path, data, offset=offset)
            if not offset:
                text = _without_mark(text, repairs)
            offset += len(data)
            yield _lines(text, repairs)


def _lines(text: str, repairs: Counter[str]) -> list[str]:
    if "\r" in text:
        text, cut = re.subn(r"\r(?=\n|\Z)", "", text)
        repairs["crlf"] += cut
    lines = text.split("\n")
    if lines[-1] == "":
        del lines[-1]
    if "\n\t" in text or "\n " in text or text[:1] in ("\t", " "):
        for index, line in enumerate(lines):
            if line and not line.strip("\t "):
                lines[index] = ""
                repairs["blank_with_tab"] += 1
    return lines


def _without_mark(text: str, repairs: Counter[str]) -> str:
    if text.startswith("\ufeff"):
        repairs["bom"] += 1
        return text[1:]
    return text
