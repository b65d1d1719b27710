"""``knowcoderx encode`` and ``decode``: what a model is asked, and what its answer says, without a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

import click

from knowcoderx.cli._streams import InputError, documents, note, nouns, reading_json, say, schema, schema_option

if TYPE_CHECKING:
    from knowcoderx.schema import Ontology
    from knowcoderx.types import Completion, Document, Example

__all__ = ["decode", "encode"]

Form = Literal["full", "compact"]

types_option = click.option(
    "--types-per-prompt",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    metavar="N",
    help="More classes than this are spread over several prompts.",
)


@click.command(short_help="Documents -> prompts and completions.")
@schema_option
@click.argument("documents_file", metavar="DOCUMENTS.jsonl")
@click.option(
    "--form",
    type=click.Choice(["full", "compact"]),
    default="full",
    show_default=True,
    help="full: classes with guidelines and examples; compact: their names.",
)
@types_option
@click.option("--skip-unknown", is_flag=True, help="Leave out mentions of classes that the schema lacks; count them.")
def encode(schema_file: str, documents_file: str, form: Form, types_per_prompt: int, skip_unknown: bool) -> None:
    """Print what a model is shown for each document and what it should answer: "id", "prompt", "completion".

    A schema with more classes than a prompt may hold gives several lines a document: id#0, id#1, ...

    \b
    Example:
        knowcoderx encode --schema cities.py documents.jsonl --form compact
        knowcoderx encode --schema cities.py - --skip-unknown < documents.jsonl
    """
    classes = schema(schema_file)
    given = documents(documents_file)
    if skip_unknown:
        given = _without_unknown(given, classes)
    else:
        _refuse_unknown(given, classes, schema_file)
    for example in _examples(given, classes, form=form, types_per_prompt=types_per_prompt):
        say({"id": example.id, "prompt": example.prompt, "completion": example.completion})


@click.command(short_help="Documents + a model's answers -> documents.")
@schema_option
@click.argument("documents_file", metavar="DOCUMENTS.jsonl")
@click.argument("completions_file", metavar="COMPLETIONS.jsonl")
@types_option
def decode(schema_file: str, documents_file: str, completions_file: str, types_per_prompt: int) -> None:
    """Read answers (lines {"id", "text"}) and print the documents with the mentions that they name.

    Ids match one to one. A document has either one answer under its own id, to all classes, or one for
    each of its prompts: id#0, id#1, ..., as encode numbers them with the same --types-per-prompt.

    \b
    Example:
        knowcoderx decode --schema cities.py gold.jsonl answers.jsonl > out.jsonl
        knowcoderx score gold.jsonl out.jsonl

    Nothing of an answer is run. What cannot be used is in "issues" ("problem", "detail"); an answer that was
    cut is "truncated", one that goes on after its list has "trailing_text".
    """
    from knowcoderx import evaluate
    from knowcoderx.types import Completion, Task
    from knowcoderx.types import Example as Asked

    classes = schema(schema_file)
    given = documents(documents_file)
    answers = nouns(completions_file, Completion)
    answered = {a.example_id for a in answers}
    alone = [d for d in given if d.id in answered]
    split = [d for d in given if d.id not in answered]
    examples = [Asked(d.id, Task.NER, d.lang, "", "", classes.names) for d in alone]
    examples += _examples(split, classes, form="compact", types_per_prompt=types_per_prompt)
    _refuse_mismatch([e.id for e in examples], answers, completions_file)
    for reading in evaluate.read(given, examples, answers):
        say(reading_json(reading))


def _examples(given: list[Document], classes: Ontology, *, form: Form, types_per_prompt: int) -> list[Example]:
    from knowcoderx import mixture
    from knowcoderx.config import Prompt

    prompt = Prompt(form=form, types_per_prompt=types_per_prompt)
    examples = list(mixture.evaluation_examples(given, classes, prompt=prompt))
    own = {d.id for d in given}
    if len(examples) > len(given) and (both := [e.id for e in examples if e.id in own]):
        raise InputError(
            f"id {both[0]!r} is a document and also a prompt of document {both[0].rpartition('#')[0]!r}. "
            "Rename one of the two, or raise --types-per-prompt."
        )
    return examples


# --- mentions of classes that the schema lacks -----------------------------------------------------------------


def _refuse_unknown(given: Sequence[Document], classes: Ontology, schema_file: str) -> None:
    for document in given:
        for mention in document.mentions:
            if mention.type not in classes:
                near = "".join(f" Did you mean {m!r}?" for m in get_close_matches(mention.type, classes.names, n=1))
                raise InputError(
                    f"document {document.id!r} has a mention of {mention.type!r}, which {schema_file} lacks.{near} "
                    "Add the class, or use --skip-unknown."
                )


def _without_unknown(given: Sequence[Document], classes: Ontology) -> list[Document]:
    skipped = Counter(m.type for d in given for m in d.mentions if m.type not in classes)
    if skipped:
        each = ", ".join(f"{kind} {count}" for kind, count in skipped.most_common())
        note(f"skipped {skipped.total()} mentions of classes that the schema lacks: {each}")
    return [replace(d, mentions=tuple(m for m in d.mentions if m.type in classes)) for d in given]


# --- ids -------------------------------------------------------------------------------------------------------


def _refuse_mismatch(asked: Sequence[str], answers: Sequence[Completion], name: str) -> None:
    """Ids one to one, or an error that names some and what to do."""
    from knowcoderx.score import named

    counts = Counter(a.example_id for a in answers)
    wanted = set(asked)
    if twice := [i for i, count in counts.items() if count > 1]:
        raise InputError(f"{name}: ids that come more than once: {named(twice)}. Keep one answer each.")
    if strangers := [i for i in counts if i not in wanted]:
        near = "".join(f" Did you mean {m!r}?" for m in get_close_matches(strangers[0], asked[:1000], n=1))
        raise InputError(f"{name}: ids of no document: {named(strangers)}.{near} Give the documents that were asked.")
    if lacking := [i for i in asked if i not in counts]:
        raise InputError(
            f'{name}: no answer for {named(lacking)}. Add a line {{"id", "text"}} for each; an empty text will do.'
        )
