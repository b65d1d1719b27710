"""The reports: their content, their safety with hostile strings, and their sameness from run to run."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from knowcoderx.evaluate import BenchmarkResult, Systems, evaluate
from knowcoderx.report import ANSWERS, MEANS, RULE, Rerun, page, summary, write
from knowcoderx.score import compare
from knowcoderx.types import Completion, Document, Example, Mention, Span, Task, place

RERUN = Rerun("dvc repro --single-item", "0123abc", False, "2 cores", 7, "sample")
BUSAN = Document(
    "sample/en-test/0", "en", "Mina Park lives in Busan.",
    (Mention("Person", place(0, 9)), Mention("City", place(19, 24))),
)  # fmt: skip
CAIRO = Document("sample/ar-test/0", "ar", "وصلت ليلى إلى القاهرة", (Mention("City", place(14, 21)),))


def result(answers: dict[str, str], *documents: Document) -> BenchmarkResult:
    types = tuple(sorted({m.type for d in documents for m in d.mentions}))
    examples = [Example(d.id, Task.NER, d.lang, "", "", types) for d in documents]
    return evaluate(documents, examples, [Completion(i, text) for i, text in answers.items()])


@pytest.fixture(scope="module")
def systems() -> Systems:
    tuned = {BUSAN.id: 'results = [Person("Mina"), City("Busan")]', CAIRO.id: 'results = [City("القاهرة")]'}
    untrained = {BUSAN.id: "The weather is nice.", CAIRO.id: 'results = [City("Paris")]'}
    return {
        "tuned": {"sample:test": result(tuned, BUSAN, CAIRO)},
        "untrained": {"sample:test": result(untrained, BUSAN, CAIRO)},
    }


GOLDEN = """# Results of profile `sample`

    dvc repro --single-item

Commit 0123abc; seed 7; 2 cores.

## Benchmarks

{rule}

| benchmark | system | F1 | P | R | offset F1 | offset P | offset R | gold | ceiling | documents |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| sample:test | tuned | 66.67 | 66.67 | 66.67 | 66.67 | 66.67 | 66.67 | 3 | 100.00 | 2 |
| sample:test | untrained | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 3 | 100.00 | 2 |
| sample:test | GoLLIE (as reported) | 54.30 |  |  |  |  |  |  |  |  |

## Languages

Over all benchmarks.

| language | system | F1 | P | R | offset F1 | offset P | offset R | gold |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| ar | tuned | 100.00 | 100.00 | 100.00 | 100.00 | 100.00 | 100.00 | 1 |
| ar | untrained | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 1 |
| en | tuned | 50.00 | 50.00 | 50.00 | 50.00 | 50.00 | 50.00 | 2 |
| en | untrained | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 2 |

## Means

{means}

| mean over | system | F1 | defined | undefined |
| --- | --- | ---: | ---: | ---: |
| benchmarks | tuned | 66.67 | 1 | 0 |
| benchmarks | untrained | 0.00 | 1 | 0 |
| languages | tuned | 75.00 | 2 | 0 |
| languages | untrained | 0.00 | 2 | 0 |
| types | tuned | 50.00 | 2 | 0 |
| types | untrained | 0.00 | 2 | 0 |

## Answers

{answers}

| benchmark | system | unparseable | not a list | unknown type | wrong shape | ungrounded | copied | truncated | trailing text | missing |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| sample:test | tuned | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
| sample:test | untrained | 0 | 1 | 0 | 0 | 1 | 0 | 0 | 0 | 0 |
"""  # noqa: E501


def test_the_markdown_report_holds_every_table(systems: Systems) -> None:
    text = summary(systems, RERUN, reported={"sample:test": {"GoLLIE": 54.3}})
    assert text == GOLDEN.format(rule=RULE, means=MEANS, answers=ANSWERS)


def test_a_dirty_checkout_is_said_to_be_one(systems: Systems) -> None:
    dirty = Rerun("make repro", "0123abc", True, "2 cores", 7, "sample")
    assert "Commit 0123abc with uncommitted changes; seed 7" in summary(systems, dirty)


def test_nothing_to_score_is_called_undefined_and_not_zero() -> None:
    nothing = Document("x/th-test/0", "th", "ฝนตก")
    text = summary({"tuned": {"x:test": result({nothing.id: "results = []"}, nothing)}}, RERUN)
    assert re.search(r"\| x:test \| tuned \| (undefined \| ){6}0 \| undefined \| 1 \|", text)
    assert "| benchmarks | tuned | undefined | 0 | 1 |" in text


def test_a_system_that_ran_on_fewer_benchmarks_has_fewer_rows(systems: Systems) -> None:
    uneven = {"tuned": systems["tuned"], "untrained": {}}
    assert "| sample:test | untrained" not in summary(uneven, RERUN)


def test_hostile_names_end_no_cell_and_open_no_tag_in_markdown(systems: Systems) -> None:
    text = summary({"<b>|`x`\n": systems["tuned"]}, RERUN)
    assert "| sample:test | &lt;b&gt;\\|\\`x\\` | 66.67 |" in text


class Page(HTMLParser):
    """What a browser would load or run, and the text of the marks."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.scripts = 0
        self.marks: list[tuple[str, str]] = []
        self.directions = 0
        self._mark: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.scripts += tag == "script"
        self.addresses += [v or "" for k, v in attrs if k in ("src", "href", "srcset", "action", "data", "poster")]
        self._mark = found.get("class") if tag == "mark" else None
        self.directions += found.get("dir") == "auto"

    def handle_data(self, data: str) -> None:
        if self._mark:
            self.marks.append((self._mark, data))
            self._mark = None


def test_the_page_loads_nothing_from_elsewhere(systems: Systems) -> None:
    text = page(systems, RERUN)
    assert Page(text).addresses == ["data:,"]
    assert "default-src 'none'" in text
    assert "@import" not in text.partition("</style>")[0]


def test_the_page_brings_the_chart_library_once_and_a_chart_by_benchmark_and_by_language(systems: Systems) -> None:
    text = page(systems, RERUN)
    assert text.count("plotly.js v") == 1
    for name in ("f1-by-benchmark", "f1-by-language"):
        assert f'Plotly.newPlot(                        "{name}"' in text


def test_the_page_has_the_tables_of_the_markdown_report(systems: Systems) -> None:
    text = page(systems, RERUN, reported={"sample:test": {"GoLLIE": 54.3}})
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", text)
    wanted = [c.strip() for line in GOLDEN.splitlines() if line.startswith("| ") for c in line[1:-1].split("|")]
    headers = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', text)
    assert [c for c in wanted if c and not re.fullmatch("---:?", c) and c not in headers] == [c for c in cells if c]


def test_errors_are_marked_in_gold_and_prediction(systems: Systems) -> None:
    found = Page(page(systems, RERUN))
    assert found.marks == [("wrong", "Mina Park"), ("right", "Busan"), ("wrong", "Mina"), ("right", "Busan")]
    assert found.directions == 2


def test_strings_that_the_text_does_not_hold_are_listed(systems: Systems) -> None:
    text = page({"untrained": systems["untrained"]}, RERUN)
    assert '<dt>not in text</dt><dd dir="auto">City: Paris</dd>' in text


def test_nested_and_discontinuous_mentions_leave_the_text_whole() -> None:
    text = "University of Paris, left and right lung"
    mentions = (
        Mention("Organ", (Span(21, 25), Span(36, 40))), Mention("School", place(0, 19)), Mention("City", place(14, 19)),
    )  # fmt: skip
    document = Document("x/en-test/0", "en", text, mentions)
    html = page({"tuned": {"x:test": result({document.id: "results = []"}, document)}}, RERUN)
    gold = re.search(r"<dt>gold</dt><dd[^>]*>(.*?)</dd>", html, re.DOTALL)
    assert gold is not None
    assert re.sub(r"<sub>.*?</sub>|<[^>]*>", "", gold[1]) == text
    assert re.findall(r"<sub>(.*?)</sub>", gold[1]) == ["School, City", "Organ"]


def test_a_stretch_is_right_only_if_every_mention_over_it_is() -> None:
    text = "University of Paris"
    document = Document("x/fr-test/0", "fr", text, (Mention("School", place(0, 19)), Mention("City", place(14, 19))))
    html = page({"tuned": {"x:test": result({document.id: f'results = [School("{text}")]'}, document)}}, RERUN)
    assert Page(html).marks == [("right", "University of "), ("wrong", "Paris"), ("right", text)]


def test_names_in_the_charts_are_escaped_for_the_chart_library_too(systems: Systems) -> None:
    text = page({"<b>bold</b>": systems["tuned"]}, RERUN)
    assert text.count("\\u0026lt;b\\u0026gt;bold") + text.count('"name":"&lt;b&gt;bold') == 2


def test_hostile_text_stays_text() -> None:
    evil = '<script>alert("x")</script><img src="https://example.org/a.png">'
    document = Document(evil, "en", f"{evil} Busan", (Mention("City", place(len(evil) + 1, len(evil) + 6)),))
    harmless = Document("sample/en-test/1", "en", "Busan", (Mention("City", place(0, 5)),))
    answer = 'results = [City("' + evil.replace('"', '\\"') + '"), City("<b>not there</b>")]'
    hostile = {evil: {evil: result({evil: answer}, document)}}
    plain = {"tuned": {"x:test": result({harmless.id: "results = []"}, harmless)}}
    found = Page(page(hostile, Rerun(evil, evil, True, evil, 7, evil), reported={evil: {evil: 1.0}}))
    assert found.scripts == Page(page(plain, RERUN)).scripts
    assert found.addresses == ["data:,"]


def test_at_most_thirty_errors_are_shown_and_every_language_has_a_turn() -> None:
    english = [Document(f"x/en-test/{n}", "en", "Busan", (Mention("City", place(0, 5)),)) for n in range(40)]
    hindi = Document("x/hi-test/0", "hi", "मीना दिल्ली में है", (Mention("City", place(5, 11)),))
    documents = [*english, hindi]
    text = page({"tuned": {"x:test": result({d.id: "results = []" for d in documents}, *documents)}}, RERUN)
    assert text.count("<article>") == 30
    assert "x/hi-test/0" in text


def test_the_same_results_give_the_same_bytes(systems: Systems, tmp_path: Path) -> None:
    for name in ("once", "again"):
        write(systems, RERUN, reports=tmp_path / name, plots=tmp_path / name)
    files = sorted(p.name for p in (tmp_path / "once").iterdir())
    assert files == ["by_type.csv", "f1.csv", "report.html", "report.md"]
    assert all((tmp_path / "once" / f).read_bytes() == (tmp_path / "again" / f).read_bytes() for f in files)


def test_plot_data_has_a_row_for_each_language_and_each_type(systems: Systems, tmp_path: Path) -> None:
    write(systems, RERUN, reports=tmp_path, plots=tmp_path)
    assert (tmp_path / "f1.csv").read_bytes().decode() == (
        "system,benchmark,lang,precision,recall,f1,gold\n"
        "tuned,sample:test,ar,1.0,1.0,1.0,1\n"
        "tuned,sample:test,en,0.5,0.5,0.5,2\n"
        "untrained,sample:test,ar,0.0,0.0,0.0,1\n"
        "untrained,sample:test,en,0.0,0.0,0.0,2\n"
    )
    with (tmp_path / "by_type.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["system"], r["type"], r["hits"], r["predicted"], r["gold"]) for r in rows] == [
        ("tuned", "City", "2", "2", "2"), ("tuned", "Person", "0", "1", "1"),
        ("untrained", "City", "0", "1", "2"), ("untrained", "Person", "0", "0", "1"),
    ]  # fmt: skip


def test_a_type_with_a_comma_and_a_quote_survives_the_csv(tmp_path: Path) -> None:
    kind = 'place, "big"'
    document = Document("x/fa-test/0", "fa", "تهران", (Mention(kind, place(0, 5)),))
    unlabelled = Document("x/fa-test/0", "fa", "تهران")
    odd = replace(evaluate([unlabelled], [], []), by_lang={"fa": compare([(document, unlabelled)])})
    write({"tuned": {"x:test": odd}}, RERUN, reports=tmp_path, plots=tmp_path)
    with (tmp_path / "by_type.csv").open(encoding="utf-8", newline="") as file:
        assert [row["type"] for row in csv.DictReader(file)] == [kind]
