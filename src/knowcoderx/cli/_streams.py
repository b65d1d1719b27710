"""What the commands read and write: schemas, documents and texts in, JSON lines out."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from knowcoderx.evaluate import Reading
    from knowcoderx.schema import Ontology
    from knowcoderx.types import Completion, Document

    Noun = TypeVar("Noun", Document, Completion)

__all__ = ["InputError", "documents", "note", "nouns", "reading_json", "say", "schema", "schema_option", "texts"]

STDIN = "-"
TEXT_FILES = (".jsonl", ".json", ".txt")
"""Endings by which a single word is taken for a file that is not there."""

schema_option = click.option(
    "--schema", "schema_file", required=True, metavar="FILE.py", help="Classes to find; read, never run."
)


class InputError(ValueError):
    """Something that was given to a command and cannot be used: what, where, and what to give instead."""


def schema(path: str) -> Ontology:
    """The entity classes of a schema file.

    Raises:
        SchemaError: the file is none.
        InputError: it has no entity class, or a type hint without end.
    """
    from knowcoderx.schema import Ontology

    try:
        whole = Ontology.load(Path(path))
    except RecursionError:
        raise InputError(f"{path}: a type hint in it is nested too deeply to be read. Write A | B.") from None
    entities = whole.of_root("Entity")
    if not len(entities):
        raise InputError(
            f"{path}: no entity class, only {', '.join(whole.names)}. "
            "Mentions are of classes that derive from Entity: add one."
        )
    return entities


def documents(path: str) -> list[Document]:
    """The documents of a JSON lines file (``-``: standard input), at least one, each id once."""
    from knowcoderx.types import Document

    return _checked(nouns(path, Document), path)


def nouns(path: str, kind: type[Noun]) -> list[Noun]:
    """All documents or completions of a JSON lines file (``-``: standard input)."""
    from knowcoderx import jsonl

    if path == STDIN:
        return list(jsonl.load(sys.stdin.buffer, kind))
    return list(jsonl.read(Path(path), kind))


def texts(given: str, lang: str | None) -> list[Document]:
    """Documents from what the user gave: a text, a file or ``-``. Ids of plain text are ``text/<lang>/<n>``.

    A file is documents if its name ends in ``.jsonl``, standard input if it begins with ``{"``; otherwise
    each line is a document and empty ones are left out. ``lang`` is for what says no language itself.
    """
    from knowcoderx import jsonl
    from knowcoderx.types import Document

    path = Path(given)
    if given == STDIN:
        name, data = "<stdin>", sys.stdin.buffer.read()
        lines = data.split(b"\n")
        as_documents = data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b'{"')
    elif _is_file(path):
        name, lines = given, path.read_bytes().split(b"\n")
        as_documents = path.suffix == ".jsonl"
    elif path.suffix in TEXT_FILES and not any(map(str.isspace, given)):
        raise InputError(f"no file {given!r}. Give the path of a file, or a text in quotes.")
    else:
        return [Document(f"text/{lang or 'und'}/0", lang or "und", _utf8(given))]
    if as_documents:
        found = list(jsonl.load(lines, Document, name=name))
        found = [replace(d, lang=lang) if lang and d.lang == "und" else d for d in found]
    else:
        filled = [line for line in _lines(lines, name) if line.strip()]
        found = [Document(f"text/{lang or 'und'}/{n}", lang or "und", line) for n, line in enumerate(filled)]
    return _checked(found, name)


def _checked(found: list[Document], name: str) -> list[Document]:
    from knowcoderx.score import by_id

    if not found:
        raise InputError(f'{name}: no document in it. A line of a .jsonl file is {{"id": ..., "text": ...}}.')
    by_id(found, f"{name}:")
    return found


def _is_file(path: Path) -> bool:
    """Also a pipe that the shell made. A long text is no path that the system would look at."""
    try:
        return path.exists() and not path.is_dir()
    except OSError:
        return False


def _lines(lines: Sequence[bytes], name: str) -> list[str]:
    """Text lines without their ends (LF or CR LF) and without a byte order mark."""
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(line.decode("utf-8-sig" if number == 1 else "utf-8").removesuffix("\r"))
        except UnicodeDecodeError as error:
            raise InputError(
                f"{name}:{number}: not UTF-8 at byte {error.start} of the line. Save the file as UTF-8."
            ) from None
    return found


def _utf8(argument: str) -> str:
    """A word of the command line as what its bytes are in UTF-8, whatever the locale took them for."""
    try:
        return os.fsencode(argument).decode("utf-8")
    except UnicodeError:
        pass
    try:
        argument.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError("the text is not UTF-8. Put it into a file, save that as UTF-8 and give its path.") from None
    return argument


def reading_json(reading: Reading) -> dict[str, Any]:
    """A document as it was read from its answers, with what could not be used."""
    from knowcoderx import jsonl

    return {
        **jsonl.document_to_json(reading.predicted),
        "issues": [{"problem": issue.problem.value, "detail": issue.detail} for issue in reading.issues],
        "truncated": reading.truncated > 0,
        "trailing_text": reading.trailing_text > 0,
    }


def say(value: Mapping[str, Any]) -> None:
    """One JSON line on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n")


def note(text: str) -> None:
    """One line on standard error."""
    click.echo(text, err=True)
