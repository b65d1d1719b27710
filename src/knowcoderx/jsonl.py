"""Nouns <-> JSON lines, and files that are whole or not there.

One object a line, UTF-8, LF. Only LF ends a line: the texts of corpora hold U+2028, U+0085 and lone CRs.
A file is written aside in its own folder and takes its name when it is complete and on the disk, so a full
disk, an exception or Ctrl-C leaves what was there before.

What the lines hold is said in `knowcoderx.wire`.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

from knowcoderx.types import Completion, Document, Example, Pair
from knowcoderx.wire import (
    FROM_JSON,
    TO_JSON,
    Json,
    JsonlError,
    Noun,
    document_from_json,
    document_to_json,
)

__all__ = ["JsonlError", "aside", "document_from_json", "document_to_json", "dump_lines", "flat", "load", "read",
           "write", "write_json", "write_text"]  # fmt: skip

JSON_SPACE = " \t\r\n"
N = TypeVar("N", Document, Pair, Example, Completion)


@contextmanager
def aside(path: Path) -> Iterator[BinaryIO]:
    """A file to write to that becomes ``path`` when the block ends well, and is removed when it does not.

    A link at ``path`` is replaced, not written through: a data cache may stand behind it.

    Raises:
        OSError: the disk's own words, with the path.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.parent / f".{secrets.token_hex(8)}.part"
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        if error.errno is None or error.filename not in (None, str(part)):
            raise
        raise OSError(error.errno, f"{error.strerror}; nothing was changed", str(path)) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Put the new name itself on the disk, where the system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write(path: Path, nouns: Iterable[Noun]) -> int:
    """Write documents, pairs, examples or completions, one a line. Returns how many."""
    count = 0
    with aside(path) as file:
        for line in dump_lines(nouns, name=str(path)):
            file.write(line.encode("utf-8"))
            count += 1
    return count


def write_text(path: Path, text: str) -> None:
    """Write a text file, whole or not at all, as UTF-8 with the line ends that the text has."""
    with aside(path) as file:
        file.write(text.encode("utf-8"))


def write_json(path: Path, value: object) -> None:
    """Write one JSON value, indented, keys in the order given.

    Raises:
        JsonlError: it holds NaN, an infinity, half a surrogate pair or something that JSON has no form for.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
        content = text.encode("utf-8")
    except (ValueError, TypeError, RecursionError) as error:
        raise JsonlError(f"{path}: cannot be written as JSON: {error}") from None
    with aside(path) as file:
        file.write(content)


def read(path: Path, kind: type[N]) -> Iterator[N]:
    """Read the nouns of a file one by one. A byte order mark at its start and empty lines are passed over.

    Raises:
        JsonlError: no such file, or a line that is no such noun; with the file, the line and the field.
    """
    try:
        file = path.open("rb")
    except (FileNotFoundError, IsADirectoryError):
        raise JsonlError(f"no file {str(path)!r}. Give the path of a .jsonl file.") from None
    with file:
        yield from load(file, kind, name=str(path))


def load(lines: Iterable[bytes | str], kind: type[N], *, name: str = "<stdin>") -> Iterator[N]:
    """Read nouns from lines, such as those of ``sys.stdin.buffer``."""
    from_json = cast("Callable[[Json], N]", FROM_JSON[kind])
    for number, line in enumerate(lines, start=1):
        try:
            text = line if isinstance(line, str) else line.decode("utf-8")
            text = (text.removeprefix("\ufeff") if number == 1 else text).strip(JSON_SPACE)
            if text:
                yield from_json(_parsed(text))
        except UnicodeDecodeError as error:
            raise JsonlError(f"{name}:{number}: not UTF-8 at byte {error.start} of the line") from None
        except JsonlError as error:
            raise JsonlError(f"{name}:{number}: {error}") from None


def dump_lines(nouns: Iterable[Noun], *, name: str = "<stdout>") -> Iterator[str]:
    """The nouns as lines, each with its LF."""
    for number, noun in enumerate(nouns, start=1):
        line = json.dumps(TO_JSON[type(noun)](noun), ensure_ascii=False, allow_nan=False) + "\n"
        try:
            line.encode("utf-8")
        except UnicodeEncodeError:
            raise JsonlError(f"{name}:{number}: half of a surrogate pair, which UTF-8 cannot hold") from None
        yield line


def _parsed(text: str) -> Json:
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise JsonlError(f"not JSON at character {error.pos + 1}: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise JsonlError(f"not JSON that can be read: {error}") from None
    if not isinstance(value, dict):
        raise JsonlError(f"an object was expected, got {text[:40]!r}")
    return value


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON number")


def flat(metrics: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    """The numbers of nested metrics, with dotted names."""
    for key, value in metrics.items():
        match value:
            case Mapping():
                yield from flat(value, f"{prefix}{key}.")
            case bool() | int() | float():
                yield f"{prefix}{key}", float(value)
