"""Results -> what people read: a Markdown report, one self-contained HTML page, CSV files for plots.

The same results give the same bytes: no time of day, fixed ids in the charts. The page asks for nothing over
the network, and shows strings of corpora and models as text, whatever they hold.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, zip_longest
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from knowcoderx import jsonl
from knowcoderx.evaluate import BenchmarkResult, Reading, Systems, by_language, means
from knowcoderx.plots import table as plot_table
from knowcoderx.score import Comparison, Score, offset_keys
from knowcoderx.types import Mention, Problem

__all__ = ["Rerun", "Table", "page", "summary", "tables", "write"]

MOST_EXAMPLES = 30
"""Sentences with errors that the page shows."""
RULE = (
    "Strict micro-F1 in percent: a mention counts if its type and its string agree (F1, P, R), or its type and "
    "its place (offset F1). Strings are compared after NFC and a trim of white space. A string that is not in the "
    "text and a class that was not offered are wrong predictions. The ceiling is the offset F1 of the gold "
    "annotations themselves, written as an answer and placed again."
)
MEANS = "The mean F1 of those that have something to score; how many were left out as undefined is in the last column."

Reported = Mapping[str, Mapping[str, float]]
"""Benchmark -> system of the literature -> F1 in percent."""


@dataclass(frozen=True, slots=True)
class Rerun:
    """What is needed to get the same figures again. ``dirty``: with changes that no commit holds."""

    command: str
    commit: str
    dirty: bool
    machine: str
    seed: int
    profile: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table for either report; every cell is plain text. The first ``words`` columns are not numbers."""

    title: str
    note: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 2


def write(systems: Systems, rerun: Rerun, *, reports: Path, plots: Path, reported: Reported | None = None) -> None:
    """Write ``report.md`` and ``report.html`` to ``reports``, ``f1.csv`` and ``by_type.csv`` to ``plots``.

    Args:
        systems: in the order of the rows; the errors shown are those of the first.
        reported: figures of the literature; they appear marked "as reported".
    """
    for path, columns, rows in (
        (plots / "f1.csv", F1_COLUMNS, _f1_rows(systems)),
        (plots / "by_type.csv", TYPE_COLUMNS, _type_rows(systems)),
    ):
        with plot_table(path, columns) as row:
            for values in rows:
                row(*values)
    jsonl.write_text(reports / "report.md", summary(systems, rerun, reported=reported))
    jsonl.write_text(reports / "report.html", page(systems, rerun, reported=reported))


# --- tables ---------------------------------------------------------------------------------------------------


def tables(systems: Systems, *, reported: Reported | None = None) -> list[Table]:
    """All tables of the reports, in order."""
    return [
        Table("Benchmarks", RULE, BENCHMARK_COLUMNS, tuple(_benchmark_rows(systems, reported or {}))),
        Table("Languages", "Over all benchmarks.", LANGUAGE_COLUMNS, tuple(_language_rows(systems))),
        Table("Means", MEANS, MEAN_COLUMNS, tuple(_mean_rows(systems))),
        Table("Answers", ANSWERS, ANSWER_COLUMNS, tuple(_answer_rows(systems))),
    ]


SCORE_COLUMNS = ("F1", "P", "R", "offset F1", "offset P", "offset R", "gold")
BENCHMARK_COLUMNS = ("benchmark", "system", *SCORE_COLUMNS, "ceiling", "documents")
LANGUAGE_COLUMNS = ("language", "system", *SCORE_COLUMNS)
MEAN_COLUMNS = ("mean over", "system", "F1", "defined", "undefined")
ANSWER_COLUMNS = (
    "benchmark", "system", *(p.value.replace("_", " ") for p in Problem),
    "copied", "truncated", "trailing text", "missing",
)  # fmt: skip
ANSWERS = (
    "What could not be used, and how often. Copied: strings of a class's examples that the text does not hold. "
    "Missing: documents without a prompt; they predict nothing."
)


def _benchmark_rows(systems: Systems, reported: Reported) -> Iterator[tuple[str, ...]]:
    for name in dict.fromkeys(name for results in systems.values() for name in results):
        for system, results in systems.items():
            if name in results:
                result = results[name]
                yield name, system, *_cells(result.comparison), _percent(result.ceiling), str(result.documents)
        for system, f1 in reported.get(name, {}).items():
            blank = [""] * (len(BENCHMARK_COLUMNS) - 3)
            yield name, f"{system} (as reported)", f"{f1:.2f}", *blank


def _language_rows(systems: Systems) -> Iterator[tuple[str, ...]]:
    found = {system: by_language(results) for system, results in systems.items()}
    for lang in sorted({lang for languages in found.values() for lang in languages}):
        for system, languages in found.items():
            if lang in languages:
                yield lang, system, *_cells(languages[lang])


def _mean_rows(systems: Systems) -> Iterator[tuple[str, ...]]:
    found = {system: means(results) for system, results in systems.items()}
    for over in dict.fromkeys(over for each in found.values() for over in each):
        for system, each in found.items():
            mean = each[over]
            f1 = f"{100 * mean.f1:.2f}" if mean.defined else "undefined"
            yield over, system, f1, str(mean.defined), str(mean.undefined)


def _answer_rows(systems: Systems) -> Iterator[tuple[str, ...]]:
    for name in dict.fromkeys(name for results in systems.values() for name in results):
        for system, results in systems.items():
            if name in results:
                result = results[name]
                counts = [*(result.issues.get(p, 0) for p in Problem), result.copied, result.truncated]
                yield name, system, *map(str, [*counts, result.trailing_text, result.missing])


def _cells(comparison: Comparison) -> tuple[str, ...]:
    words, places = comparison.surface, comparison.offset
    if words.undefined:
        return ("undefined",) * 6 + ("0",)
    ratios = (words.f1, words.precision, words.recall, places.f1, places.precision, places.recall)
    return (*(f"{100 * ratio:.2f}" for ratio in ratios), str(words.gold))


def _percent(score: Score) -> str:
    return "undefined" if score.undefined else f"{100 * score.f1:.2f}"


# --- Markdown -------------------------------------------------------------------------------------------------


def summary(systems: Systems, rerun: Rerun, *, reported: Reported | None = None) -> str:
    """The Markdown report."""
    parts = [f"# Results of profile `{rerun.profile}`", "    " + " ".join(rerun.command.split()), _origin(rerun)]
    for table in tables(systems, reported=reported):
        parts += [f"## {table.title}", table.note, _markdown(table)]
    return "\n\n".join(parts) + "\n"


def _origin(rerun: Rerun) -> str:
    dirty = " with uncommitted changes" if rerun.dirty else ""
    return f"Commit {rerun.commit}{dirty}; seed {rerun.seed}; {rerun.machine}."


def _markdown(table: Table) -> str:
    rules = tuple("---" if n < table.words else "---:" for n in range(len(table.header)))
    rows = [table.header, rules, *(tuple(map(_plain, row)) for row in table.rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _plain(cell: str) -> str:
    """A cell that cannot end its row, open a tag or start an emphasis."""
    escaped = html.escape(" ".join(cell.split()), quote=False)
    return "".join(f"\\{c}" if c in "\\|*`[]" else c for c in escaped)


# --- HTML -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text under the same mentions: ``mark`` is right, wrong or empty; ``types`` end here."""

    text: str
    mark: str = ""
    types: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A sentence whose prediction is not its gold: the two as marked text, and what the text does not hold."""

    benchmark: str
    id: str
    lang: str
    gold: tuple[Piece, ...]
    predicted: tuple[Piece, ...]
    unplaced: tuple[str, ...]


def page(systems: Systems, rerun: Rerun, *, reported: Reported | None = None) -> str:
    """The HTML report: tables, charts and marked errors in one page that needs nothing else."""
    environment = Environment(
        loader=PackageLoader("knowcoderx"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    first = next(iter(systems), "")
    return (
        environment.get_template("report.html.j2")
        .render(
            rerun=rerun,
            origin=_origin(rerun),
            tables=tables(systems, reported=reported),
            charts=_charts(systems),
            system=first,
            examples=[_shown(name, reading) for name, reading in _wrong(systems.get(first, {}))],
        )
        .rstrip("\n")
        + "\n"
    )


def _charts(systems: Systems) -> list[Markup]:
    benchmarks = {s: {n: r.surface for n, r in results.items()} for s, results in systems.items()}
    languages = {s: {n: c.surface for n, c in by_language(results).items()} for s, results in systems.items()}
    return [
        _chart("F1 by benchmark", "f1-by-benchmark", benchmarks, library=True),
        _chart("F1 by language", "f1-by-language", languages, library=False),
    ]


def _chart(title: str, name: str, systems: Mapping[str, Mapping[str, Score]], *, library: bool) -> Markup:
    """Horizontal bars, a colour a system. ``library`` puts plotly's own script in, needed once a page."""
    # Here and not above: plotly takes longer to import than the rest of the package.
    from plotly import graph_objects

    rows = len({n for scores in systems.values() for n in scores})
    bars = [
        graph_objects.Bar(
            name=html.escape(system),
            y=[html.escape(n) for n in scores],
            x=[round(100 * s.f1, 2) for s in scores.values()],
            orientation="h",
        )
        for system, scores in systems.items()
    ]
    figure = graph_objects.Figure(bars)
    figure.update_layout(
        title=title, barmode="group", template="none", height=160 + 24 * rows * max(1, len(systems)),
        margin={"l": 200}, xaxis={"range": [0, 100], "title": "F1, percent"},
        yaxis={"type": "category", "autorange": "reversed"}, legend={"traceorder": "normal"},
    )  # fmt: skip
    config = {"displaylogo": False, "responsive": True}
    # plotly escapes <, > and / in the data that it writes into its script.
    return Markup(figure.to_html(config=config, full_html=False, include_plotlyjs=library, div_id=name))


def _wrong(results: Mapping[str, BenchmarkResult]) -> Iterator[tuple[str, Reading]]:
    """Readings that are wrong, a benchmark and language in turn, so that a large one does not fill the list."""
    groups: dict[tuple[str, str], list[tuple[str, Reading]]] = {}
    for name, result in results.items():
        for reading in result.readings:
            if reading.wrong:
                groups.setdefault((name, reading.gold.lang), []).append((name, reading))
    turns = zip_longest(*groups.values())
    return islice((found for turn in turns for found in turn if found), MOST_EXAMPLES)


def _shown(benchmark: str, reading: Reading) -> Shown:
    gold, predicted = reading.gold, reading.predicted
    agreed = set(offset_keys(gold)) & set(offset_keys(predicted))
    sides = []
    for document in (gold, predicted):
        right = {m for m, key in zip(document.mentions, offset_keys(document), strict=True) if key in agreed}
        sides.append(tuple(_pieces(document.text, document.mentions, right)))
    unplaced = tuple(f"{kind}: {words}" for kind, words in reading.unplaced)
    return Shown(benchmark, gold.id, gold.lang, sides[0], sides[1], unplaced)


def _pieces(text: str, mentions: Sequence[Mention], right: Iterable[Mention]) -> Iterator[Piece]:
    """Cut the text wherever a mention begins or ends; nested and discontinuous ones need no more than that."""
    good = set(right)
    edges = {0, len(text)} | {edge for m in mentions for span in m.spans for edge in (span.start, span.end)}
    for start, end in pairwise(sorted(edges)):
        over = [m for m in mentions if any(s.start <= start and end <= s.end for s in m.spans)]
        ending = ", ".join(m.type for m in over if m.end == end)
        mark = ("right" if all(m in good for m in over) else "wrong") if over else ""
        yield Piece(text[start:end], mark, ending)


# --- plot data ------------------------------------------------------------------------------------------------

F1_COLUMNS = ("system", "benchmark", "lang", "precision", "recall", "f1", "gold")
TYPE_COLUMNS = ("system", "benchmark", "type", "precision", "recall", "f1", "hits", "predicted", "gold")


def _f1_rows(systems: Systems) -> Iterator[tuple[object, ...]]:
    for system, results in systems.items():
        for name, result in results.items():
            for lang, comparison in result.by_lang.items():
                found = comparison.surface
                yield system, name, lang, *_ratios(found), found.gold


def _type_rows(systems: Systems) -> Iterator[tuple[object, ...]]:
    for system, results in systems.items():
        for name, result in results.items():
            for kind, found in result.comparison.by_type.items():
                yield system, name, kind, *_ratios(found), found.hits, found.predicted, found.gold


def _ratios(score: Score) -> tuple[float, float, float]:
    return round(score.precision, 6), round(score.recall, 6), round(score.f1, 6)
