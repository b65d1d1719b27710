"""``knowcoderx extract``: texts in, documents out, with a model."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from knowcoderx import console
from knowcoderx.cli._streams import InputError, reading_json, say, schema, schema_option, texts

__all__ = ["extract"]

REGISTERED = "models:/"
CHAMPION = f"{REGISTERED}knowcoderx@champion"
MANY = 16
"""Documents above which a bar shows how far it is."""


@click.command(short_help="Find mentions in texts, with a model.")
@click.argument("text", metavar="TEXT|FILE|-")
@schema_option
@click.option(
    "--model",
    metavar="PATH|models:/NAME@ALIAS",
    help="A trained adapter's folder or a registered model. Default: models/PROFILE/extract of the profile in "
    f"./params.yaml; without that file, {CHAMPION}.",
)
@click.option("--lang", metavar="CODE", help="Language of texts that say none, such as en or zh.")
def extract(text: str, schema_file: str, model: str | None, lang: str | None) -> None:
    """Find the mentions of the schema's classes; print documents as JSON lines.

    An argument that is a file is read: documents if it ends in .jsonl, else text, a document a line. With -
    the same from standard input, where documents begin with {". Any other argument is the text itself.

    \b
    Example:
        knowcoderx extract "朴敏娜住在釜山。" --schema cities.py --lang zh
        knowcoderx extract news.txt --schema cities.py > found.jsonl

    Each line has "mentions", and what of the model's answer could not be used: "issues" ("problem", "detail"),
    "truncated" (the answer ran out of tokens), "trailing_text" (it went on after its list).
    """
    classes = schema(schema_file)
    given = texts(text, lang)
    chosen = model or _default_model()
    if not chosen.startswith(REGISTERED) and not Path(chosen).is_dir():
        raise InputError(f"no adapter in {chosen!r}. Train one with `dvc repro`, or name another with --model.")
    console.quieten()
    from tqdm import tqdm

    from knowcoderx.extractor import Extractor

    found = Extractor.load(chosen).extract_many(given, classes, batch=MANY)
    hidden = None if len(given) > MANY else True
    for reading in tqdm(found, total=len(given), desc="extract", unit="document", disable=hidden):
        say(reading_json(reading))
        sys.stdout.flush()


def _default_model() -> str:
    from knowcoderx import config

    return str(config.load().models / "extract") if config.PARAMS.exists() else CHAMPION
