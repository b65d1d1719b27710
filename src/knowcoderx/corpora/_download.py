"""Get a corpus from where it is published, and prove that a file is the one that was meant.

The registry (``data/raw.sha256``, in the format of ``sha256sum``) pins every file. A file that the card
cuts is published longer: it is downloaded whole, cut the same way, then checked. A file appears in its
place only when whole, so an interrupted download leaves nothing that looks finished; what is there
and right is not downloaded again.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from knowcoderx.corpora._card import Corpus, CorpusError, CorpusMissing, First
from knowcoderx.corpora._registry import get

__all__ = ["REGISTRY", "Report", "download", "pin", "verify"]

REGISTRY = Path("data/raw.sha256")
HOST = "https://raw.githubusercontent.com"
SECONDS = 60
"""Patience with a server that says nothing."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a download left behind, by file: right, not to be had (why), or not the pinned file (why)."""

    ok: tuple[str, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return not self.missing and not self.wrong


def download(
    name: str, to: Path = Path("data/raw"), registry: Path = REGISTRY, *, host: str = HOST, progressbar: bool = True
) -> Report:
    """Put the files of a corpus into ``to/<name>/``.

    A file that cannot be had or differs does not stop the others; the report says which and why.

    Raises:
        CorpusError: a corpus of this repository, or a registry that cannot be read.
        LookupError: no such corpus.
    """
    corpus = get(name)
    if not corpus.commit and not corpus.files:
        raise CorpusError(f"corpus {name!r} lives in this repository, there is nothing to download: {corpus.source}")
    pinned = _pinned(registry)
    ok: list[str] = []
    missing: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for path in corpus.paths():
        target = to / name / path
        expected = pinned.get(f"{name}/{path}")
        if target.is_file() and expected == _sha256(target.read_bytes()):
            ok.append(path)
            continue
        try:
            data = _cut(_fetch(_url(corpus, path, host), target.parent, progressbar), corpus.cuts.get(path))
        except OSError as error:
            missing[path] = f"{_url(corpus, path, host)}: {error}"
        except ValueError as error:
            wrong[path] = f"cannot be cut as the card says: {error}"
        else:
            found = _sha256(data)
            if expected is None:
                wrong[path] = f"not pinned in {registry}. Kept; look at it, then run: {_pin_command(name)}"
            elif found != expected:
                wrong[path] = f"sha256 is {found}, pinned is {expected}. Not kept; the source may have moved."
                continue
            else:
                ok.append(path)
            _replace(target, data)
    return Report(tuple(ok), missing, wrong)


def verify(name: str, folders: Sequence[Path], registry: Path = REGISTRY) -> tuple[str, ...]:
    """Hash the files of a corpus where reading would find them; the paths that were checked.

    Files that are in no folder are not looked at: reading says what is missing.

    Raises:
        CorpusMissing: none of the files is there.
        CorpusError: a file differs from the pinned one, or is not pinned.
    """
    corpus = get(name)
    pinned = _pinned(registry)
    checked = []
    for path in corpus.paths():
        file = next((folder / name / path for folder in folders if (folder / name / path).is_file()), None)
        if file is None:
            continue
        expected = pinned.get(f"{name}/{path}")
        if expected is None:
            raise CorpusError(f"{file}: not in {registry}. If it is the file you mean, run: {_pin_command(name)}")
        if _sha256(file.read_bytes()) != expected:
            raise CorpusError(
                f"{file} differs from the one that {registry} pins. Get it: knowcoderx corpora {name} --download. "
                f"If you mean this one, run: {_pin_command(name)}"
            )
        checked.append(path)
    if not checked:
        raise CorpusMissing(
            f"corpus {name!r}: no file of it in {', '.join(str(f / name) for f in folders)}. "
            f"Get it with: knowcoderx corpora {name} --download"
        )
    return tuple(checked)


def pin(name: str, folder: Path, registry: Path = REGISTRY) -> tuple[str, ...]:
    """Make the files in ``folder/<name>/`` the pinned ones: the corpus's lines of the registry are replaced.

    Raises:
        CorpusMissing: the folder holds no file of the corpus.
    """
    corpus = get(name)
    there = [path for path in corpus.paths() if (folder / name / path).is_file()]
    if not there:
        raise CorpusMissing(f"corpus {name!r}: no file of it in {folder / name}, so nothing to pin")
    lines = {key: sha for key, sha in _pinned(registry).items() if not key.startswith(f"{name}/")}
    lines |= {f"{name}/{path}": _sha256((folder / name / path).read_bytes()) for path in there}
    text = "".join(f"{sha}  {key}\n" for key, sha in sorted(lines.items()))
    _replace(registry, text.encode())
    return tuple(there)


def _pin_command(name: str) -> str:
    return f"knowcoderx corpora {name} --pin"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _pinned(registry: Path) -> dict[str, str]:
    """``corpus/file`` -> sha256. No file is an empty registry."""
    if not registry.is_file():
        return {}
    pinned = {}
    for number, line in enumerate(registry.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        sha, _, key = line.partition("  ")
        if len(sha) != 64 or not key.strip():
            raise CorpusError(f"{registry}:{number}: expected a sha256, two spaces and a path, got {line[:80]!r}")
        pinned[key.strip()] = sha
    return pinned


def _url(corpus: Corpus, path: str, host: str) -> str:
    """Where the file is published: repository and commit of the card, or those that ``files`` names."""
    written = corpus.files.get(path, corpus.upstream.replace("{path}", path))
    place, colon, inside = written.partition(":")
    if not colon:
        place, inside = f"{corpus.source.removeprefix('https://github.com/')}@{corpus.commit}", written
    repository, _, commit = place.rpartition("@")
    return f"{host}/{repository}/{commit}/{quote(inside)}"


def _fetch(url: str, beside: Path, progressbar: bool) -> bytes:
    """The bytes behind a URL, downloaded into a folder beside their target that is gone afterwards."""
    import pooch  # only here: it is slow to import

    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=beside) as folder:
        downloader = pooch.HTTPDownloader(progressbar=progressbar, timeout=SECONDS)
        return Path(pooch.retrieve(url, None, fname="file", path=folder, downloader=downloader)).read_bytes()


def _replace(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.part")
    with aside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(target)


def _cut(data: bytes, cut: First | None) -> bytes:
    """The first units of a file; a list of records is written again as `json.dumps` writes it.

    Raises:
        ValueError: fewer units than asked for.
    """
    if cut is None:
        return data
    if cut.unit == "records":
        records = json.loads(data)
        if len(records) < cut.number:
            raise ValueError(f"{len(records)} records, not {cut.number}")
        return json.dumps(records[: cut.number], ensure_ascii=False).encode()
    ends = _sentence_ends(data) if cut.unit == "sentences" else _line_ends(data)
    for count, end in enumerate(ends, start=1):
        if count == cut.number:
            return data[:end]
    raise ValueError(f"fewer than {cut.number} {cut.unit}")


def _line_ends(data: bytes) -> Iterator[int]:
    end = 0
    while end < len(data):
        end = data.find(b"\n", end) + 1 or len(data)
        yield end


def _sentence_ends(data: bytes) -> Iterator[int]:
    """The offset after the blank line that ends each sentence; a document mark is no sentence."""
    filled = False
    start = 0
    for end in _line_ends(data):
        line = data[start:end].strip()
        if not line and filled:
            yield end
            filled = False
        elif line and not line.startswith(b"-DOCSTART-"):
            filled = True
        start = end
    if filled:
        yield len(data)
