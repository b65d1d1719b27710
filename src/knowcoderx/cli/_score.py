"""``knowcoderx score``: predicted documents against gold ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from knowcoderx.cli import _table
from knowcoderx.cli._streams import note, nouns

if TYPE_CHECKING:
    from knowcoderx.score import DocumentsResult, Score

__all__ = ["score"]


@click.command(short_help="Precision, recall and F1 of documents.")
@click.argument("gold_file", metavar="GOLD.jsonl")
@click.argument("predicted_file", metavar="PREDICTED.jsonl")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: ratios from 0 to 1, and the counts.")
@click.option("--allow-missing", is_flag=True, help="Documents without a prediction are no error.")
@click.pass_context
def score(context: click.Context, gold_file: str, predicted_file: str, as_json: bool, allow_missing: bool) -> None:
    """Strict micro scores of mentions: by surface (type and string) and by offset (type and place).

    Documents are matched by id. One without a prediction has an empty one; then the result is printed and
    the exit status is 1, unless you say --allow-missing.

    \b
    Example:
        knowcoderx score gold.jsonl found.jsonl
        knowcoderx score gold.jsonl found.jsonl --json > score.json
    """
    from knowcoderx.score import named, score_documents
    from knowcoderx.types import Document

    result = score_documents(nouns(gold_file, Document), nouns(predicted_file, Document))
    click.echo(json.dumps(result.as_json(), ensure_ascii=False) if as_json else _shown(result))
    if result.other_text:
        note(f"warning: another text than in the gold, so offsets say little: {named(result.other_text)}")
    if result.missing and not allow_missing:
        note(
            f"error: {len(result.missing)} of {result.documents} documents have no prediction and count as empty: "
            f"{named(result.missing)}. If that is meant, use --allow-missing."
        )
        context.exit(1)


def _shown(result: DocumentsResult) -> str:
    comparison = result.comparison
    rows = [_row("surface", comparison.surface), _row("offset", comparison.offset)]
    rows += [_row(f"  {kind}", found) for kind, found in comparison.by_type.items()]
    head = ("", "precision", "recall", "F1", "hits", "predicted", "gold")
    last = (
        f"{result.documents} documents, {len(result.missing)} without a prediction. "
        "Ratios in percent; types by surface."
    )
    undefined = "\nNothing to find and nothing found: no score is defined." if comparison.surface.undefined else ""
    return f"{_table.text(head, rows, widest=(24,))}\n\n{last}{undefined}"


def _row(name: str, found: Score) -> tuple[str, ...]:
    ratios = ("-", "-", "-") if found.undefined else (_percent(r) for r in (found.precision, found.recall, found.f1))
    return (name, *ratios, str(found.hits), str(found.predicted), str(found.gold))


def _percent(ratio: float) -> str:
    return f"{100 * ratio:.2f}"
