"""``knowcoderx corpora``: what there is to read, where it comes from, and its documents."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from knowcoderx.cli import _table
from knowcoderx.cli._streams import InputError, note, say

if TYPE_CHECKING:
    from knowcoderx.corpora import Corpus

__all__ = ["corpora"]

FOLDERS = ("data", "data/raw", "../shared/data")
"""Where files are looked for without a params.yaml."""
DOWNLOADS = Path("data/raw")
WIDTH = 80


@click.command(short_help="List corpora; show, read or download one.")
@click.argument("name", required=False)
@click.option("--documents", "split", metavar="SPLIT", help="Print the documents of a split as JSON lines.")
@click.option("--lang", metavar="CODE", help="With --documents: only this language.")
@click.option("--json", "as_json", is_flag=True, help="Print the list or the card as JSON.")
@click.option("--download", is_flag=True, help=f"Get its files into {DOWNLOADS} and check them.")
@click.option("--pin", is_flag=True, help="Make the files that are here the ones that are meant (data/raw.sha256).")
def corpora(name: str | None, split: str | None, lang: str | None, as_json: bool, download: bool, pin: bool) -> None:
    """List the corpora, or show the card of one: source, commit, licence, classes, splits, files.

    Files are looked for in the folders that ingest.raw of ./params.yaml names; without that file in data,
    data/raw and ../shared/data.

    \b
    Example:
        knowcoderx corpora wnut17 --download
        knowcoderx corpora masakhaner2 --documents test --lang swa | head -3
    """
    wanted = [option for option, given in (("--documents", split), ("--download", download), ("--pin", pin)) if given]
    if len(wanted) > 1:
        raise click.UsageError(f"{' and '.join(wanted)} do not go together. Use one at a time.")
    if wanted and name is None:
        raise click.UsageError(f"{wanted[0]} needs the NAME of a corpus. `knowcoderx corpora` lists them.")
    if lang and split is None:
        raise click.UsageError("--lang goes with --documents SPLIT.")
    if name is None:
        _list(as_json)
    elif split is not None:
        _documents(name, split, lang)
    elif download:
        _download(name)
    elif pin:
        _pin(name)
    else:
        _card(name, as_json)


def _raw() -> tuple[Path, ...]:
    from knowcoderx import config

    return config.load().ingest.folders if config.PARAMS.exists() else tuple(map(Path, FOLDERS))


# --- list ------------------------------------------------------------------------------------------------------


def _list(as_json: bool) -> None:
    from knowcoderx import corpora as registry

    raw = _raw()
    facts = [_summary(registry.get(name), raw) for name in registry.names()]
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    rows = [(f["name"], ",".join(f["tasks"]), _few(f["languages"]), f["licence"], _here(f)) for f in facts]
    click.echo(_table.text(("name", "tasks", "languages", "licence", "files"), rows, widest=(20, 12, 16, 16)))


def _summary(corpus: Corpus, raw: tuple[Path, ...]) -> dict[str, Any]:
    found = _files(corpus, raw)
    return {
        **_origin(corpus),
        "splits": list(corpus.splits),
        "files": len(found),
        "files_found": sum(path is not None for path in found.values()),
    }


def _origin(corpus: Corpus) -> dict[str, Any]:
    """What the list and the card say alike: what it is, and where it comes from."""
    return {
        "name": corpus.name,
        "tasks": [task.value for task in corpus.tasks],
        "languages": list(corpus.languages),
        "licence": corpus.licence,
        "source": corpus.source,
        "commit": corpus.commit,
    }


def _files(corpus: Corpus, raw: tuple[Path, ...]) -> dict[str, str | None]:
    """Each file of the corpus, and where it lies."""
    from knowcoderx import corpora as registry

    places: dict[str, str | None] = {}
    for path in corpus.paths():
        try:
            places[path] = registry.find(corpus, path, raw).as_posix()
        except registry.CorpusMissing:
            places[path] = None
    return places


def _few(languages: list[str]) -> str:
    return " ".join(languages) if len(languages) <= 3 else f"{' '.join(languages[:2])} +{len(languages) - 2}"


def _here(facts: dict[str, Any]) -> str:
    if facts["files_found"] == facts["files"]:
        return "here"
    return f"{facts['files_found']} of {facts['files']}" if facts["files_found"] else "not here"


# --- card ------------------------------------------------------------------------------------------------------


def _card(name: str, as_json: bool) -> None:
    from knowcoderx import corpora as registry

    corpus = registry.get(name)
    files = _files(corpus, _raw())
    if as_json:
        click.echo(json.dumps(_card_json(corpus, files), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join([corpus.name, *_card_lines(corpus, files)]))


def _card_json(corpus: Corpus, files: dict[str, str | None]) -> dict[str, Any]:
    return {
        **_origin(corpus),
        "labels": dict(corpus.classes()),
        "splits": {
            split: {
                "path": path,
                "languages": list(corpus.languages_of(split)),
                "labels": list(corpus.classes(split)),
            }
            for split, path in corpus.splits.items()
        },
        "notes": corpus.notes,
        "reported": dict(corpus.reported),
        "files": files,
    }


def _card_lines(corpus: Corpus, files: dict[str, str | None]) -> Iterator[str]:
    yield from _field("source", corpus.source)
    yield from _field("commit", corpus.commit or ("see its files" if corpus.files else "this repository's own"))
    yield from _field("licence", corpus.licence)
    yield from _field("tasks", ", ".join(corpus.tasks))
    yield from _field("languages", f"{len(corpus.languages)}: {', '.join(corpus.languages)}")
    for number, (label, kind) in enumerate(corpus.classes().items()):
        yield from _field("" if number else "labels", f"{label} -> {kind or 'no mention, see notes'}")
    for number, (split, path) in enumerate(corpus.splits.items()):
        some = len(corpus.languages_of(split))
        of = f" ({some} of {len(corpus.languages)} languages)" if some < len(corpus.languages) else ""
        yield from _field("" if number else "splits", f"{split}: {path}{of}")
    if corpus.notes:
        yield from _field("notes", corpus.notes)
    if corpus.reported:
        each = ", ".join(f"{system} {f1}" for system, f1 in corpus.reported.items())
        yield from _field("reported", f"{each} (F1 in percent, by the literature)")
    found = [place.removesuffix(f"/{path}") for path, place in files.items() if place]
    where = ", ".join(dict.fromkeys(found))
    yield from _field("files", f"{len(found)} of {len(files)} are here{': ' if found else ''}{where}")
    if len(found) < len(files):
        yield from _field("", f"Get {'the others' if found else 'them'}: {_how_to_get(corpus)}")


def _how_to_get(corpus: Corpus) -> str:
    if corpus.commit or corpus.files:
        return f"knowcoderx corpora {corpus.name} --download"
    return f"they are in {corpus.source}; run this command from its root."


def _field(name: str, value: str) -> list[str]:
    lead = f"  {name:<10} "
    return textwrap.wrap(
        value, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead), break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


# --- documents and files ---------------------------------------------------------------------------------------


def _documents(name: str, split: str, lang: str | None) -> None:
    from knowcoderx import corpora as registry
    from knowcoderx import jsonl

    repairs: Counter[str] = Counter()
    reference = f"{name}/{lang}:{split}" if lang else f"{name}:{split}"
    for document in registry.documents(reference, _raw(), repairs):
        say(jsonl.document_to_json(document))
    if repairs:
        note("repaired: " + ", ".join(f"{what} {count}" for what, count in repairs.most_common()))


def _download(name: str) -> None:
    from knowcoderx import corpora as registry

    report = registry.download(name, DOWNLOADS)
    for path in report.ok:
        click.echo(f"ok       {DOWNLOADS / name / path}")
    for word, failed in (("missing", report.missing), ("wrong", report.wrong)):
        for path, why in failed.items():
            note(f"{word:<8} {path}: {why}")
    if not report.complete:
        lacking = len(report.missing) + len(report.wrong)
        raise InputError(
            f"corpus {name!r} is not complete: {lacking} of {lacking + len(report.ok)} files, see above. "
            "Run the same command again: what is here stays."
        )


def _pin(name: str) -> None:
    """Pin the files of the first raw folder that has any: reading would take the same."""
    from knowcoderx import corpora as registry

    corpus = registry.get(name)
    raw = _raw()
    having = (folder for folder in raw if any((folder / name / path).is_file() for path in corpus.paths()))
    folder = next(having, DOWNLOADS)
    paths = registry.pin(name, folder)
    click.echo(f"pinned {len(paths)} of {len(corpus.paths())} files of {folder / name} in {registry.REGISTRY}")
