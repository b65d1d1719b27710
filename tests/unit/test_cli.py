"""The command line: what it prints, its exit status, and one line for whatever is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

import knowcoderx
from knowcoderx import corpora
from knowcoderx.cli import _codec, _table, main
from knowcoderx.evaluate import Reading
from knowcoderx.gate import Verdict
from knowcoderx.types import Document, Issue, Problem

ROOT = Path(__file__).parents[2]
SCHEMA = '''from knowcoderx import Entity


class Person(Entity):
    """A named human being."""


class City(Entity):
    """A city, town or village; not a country.

    Examples: "Busan", "北京"
    """
'''
TEXTS = {
    "en": ("Mina Park lives in Busan.", {"Person": "Mina Park", "City": "Busan"}),
    "zh": ("朴敏娜住在釜山。", {"Person": "朴敏娜", "City": "釜山"}),
    "th": ("มีนา ปาร์ค อยู่ที่ปูซาน", {"Person": "มีนา ปาร์ค", "City": "ปูซาน"}),
    "ar": ("تعيش مينا بارك في بوسان.", {"Person": "مينا بارك", "City": "بوسان"}),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every command runs in an empty folder with a schema and documents in four scripts."""
    monkeypatch.chdir(tmp_path)
    write("schema.py", SCHEMA)
    lines("gold.jsonl", *(gold(lang) for lang in TEXTS))
    return tmp_path


def gold(lang: str) -> dict[str, Any]:
    text, named = TEXTS[lang]
    mentions = [{"type": t, "start": text.index(s), "end": text.index(s) + len(s)} for t, s in named.items()]
    return {"id": f"cities/{lang}-test/0", "lang": lang, "text": text, "mentions": mentions}


def write(name: str, content: str | bytes) -> None:
    Path(name).write_bytes(content.encode() if isinstance(content, str) else content)


def lines(name: str, *objects: Mapping[str, Any]) -> None:
    write(name, "".join(json.dumps(o, ensure_ascii=False) + "\n" for o in objects))


def run(*words: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, list(words), input=stdin)


def printed(result: Result) -> list[dict[str, Any]]:
    """The JSON lines of a command that went well."""
    assert (result.exit_code, result.stderr) == (0, "")
    return [json.loads(line) for line in result.stdout.split("\n") if line]


def complaint(result: Result, *, status: int = 1) -> str:
    """The one line of a command that went wrong, and nothing else."""
    assert (result.exit_code, result.stdout) == (status, "")
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def program(*words: str, locale: str = "C.UTF-8", stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """The command line in a process of its own, in a locale that Python is kept from mending."""
    environment = {**os.environ, "LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-m", "knowcoderx.cli", *words]
    return subprocess.run(command, input=stdin, capture_output=True, env=environment, check=False)


# --- help and speed --------------------------------------------------------------------------------------------


def test_help_loads_none_of_the_slow_libraries() -> None:
    code = (
        "import sys\nfrom knowcoderx.cli import main\n"
        "slow = {'torch', 'mlflow', 'transformers', 'pandas', 'pydantic', 'numpy'}\n"
        "try: main(['--help'])\n"
        "finally: print('loaded:', *slow & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Usage: ")
    assert done.stdout.splitlines()[-1] == "loaded:"


@pytest.mark.parametrize("name", ["extract", "encode", "decode", "score", "corpora", "promote"])
def test_the_help_of_each_command_has_an_example_of_two_lines_that_fit(name: str) -> None:
    shown = run(name, "--help").stdout.splitlines()
    at = shown.index("  Example:")
    assert shown[at + 1].startswith(f"      knowcoderx {name} ")
    assert shown[at + 2].startswith("      knowcoderx ")
    assert max(map(len, shown)) <= 80


def test_the_version_is_that_of_the_package() -> None:
    assert run("--version").stdout == f"knowcoderx {knowcoderx.__version__}\n"


def test_the_program_is_also_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "knowcoderx", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"knowcoderx {knowcoderx.__version__}\n"


# --- wrong use and interruptions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["frobnicate"], "No such command 'frobnicate'. Try `knowcoderx --help`"),
        (["encode", "gold.jsonl"], "Missing option '--schema'. Try `knowcoderx encode --help`"),
        (["score", "gold.jsonl"], "Missing argument 'PREDICTED.jsonl'"),
        (["encode", "--schema", "schema.py", "gold.jsonl", "--types-per-prompt", "0"], "--types-per-prompt"),
        (["corpora", "--pin"], "--pin needs the NAME of a corpus"),
        (["corpora", "sample", "--pin", "--download"], "--download and --pin do not go together"),
        (["corpora", "sample", "--lang", "en"], "--lang goes with --documents"),
    ],
)
def test_a_wrong_use_is_one_line_and_status_2(words: list[str], said: str) -> None:
    assert said in complaint(run(*words), status=2)


def test_no_command_at_all_shows_the_help() -> None:
    done = run()
    assert done.exit_code == 2
    assert "Commands:" in done.stderr


def test_ctrl_c_has_its_own_status(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(path: str) -> list[Document]:
        raise KeyboardInterrupt

    monkeypatch.setattr(_codec, "documents", interrupted)
    done = run("encode", "--schema", "schema.py", "gold.jsonl")
    assert done.exit_code == 130
    assert "Traceback" not in done.stderr


def test_a_slip_of_our_own_keeps_its_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(path: str) -> list[Document]:
        return {}["documents"]  # type: ignore[no-any-return]

    monkeypatch.setattr(_codec, "documents", broken)
    assert isinstance(run("encode", "--schema", "schema.py", "gold.jsonl").exception, KeyError)


def test_a_reader_that_leaves_is_no_error() -> None:
    lines("many.jsonl", *({**gold("zh"), "id": str(n)} for n in range(2000)))
    command = [sys.executable, "-m", "knowcoderx.cli", "encode", "--schema", "schema.py", "many.jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        assert json.loads(process.stdout.readline())["id"] == "0"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_output_is_utf8_with_lf_whatever_the_locale_says(locale: str) -> None:
    done = program("encode", "--schema", "schema.py", "-", locale=locale, stdin=Path("gold.jsonl").read_bytes())
    assert done.stderr == b""
    assert b"\r" not in done.stdout
    assert [TEXTS[lang][0] in line for lang, line in zip(TEXTS, done.stdout.decode().splitlines(), strict=True)] == [
        True
    ] * 4


def test_an_error_can_name_any_script_in_any_locale() -> None:
    lines("未知.jsonl", {**gold("zh"), "mentions": [{"type": "河流", "start": 0, "end": 1}]})
    done = program("encode", "--schema", "schema.py", "未知.jsonl", locale="C")
    assert done.returncode == 1
    assert "'河流'" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


# --- encode ----------------------------------------------------------------------------------------------------


def test_encode_prints_prompt_and_completion_of_each_document() -> None:
    found = printed(run("encode", "--schema", "schema.py", "gold.jsonl"))
    assert [set(line) for line in found] == [{"id", "prompt", "completion"}] * 4
    assert [line["id"] for line in found] == [f"cities/{lang}-test/0" for lang in TEXTS]
    assert 'class City(Entity):\n    """A city, town or village' in found[0]["prompt"]
    assert found[1]["prompt"].endswith('text = "朴敏娜住在釜山。"\n')
    assert found[1]["completion"] == 'results = [Person("朴敏娜"), City("釜山")]'


def test_the_compact_form_names_the_classes_only() -> None:
    found = printed(run("encode", "--schema", "schema.py", "gold.jsonl", "--form", "compact"))
    assert found[0]["prompt"] == '# Entity: Person, City\ntext = "Mina Park lives in Busan."\n'


def test_one_class_is_schema_enough() -> None:
    write("one.py", "class City(Entity): ...\n")
    found = printed(run("encode", "--schema", "one.py", "-", stdin='{"id": "1", "text": "釜山"}'))
    assert found[0]["completion"] == "results = []"


def sixty_classes() -> str:
    return SCHEMA + "".join(f"class Class{n}(Entity): ...\n" for n in range(58))


def test_sixty_classes_are_spread_over_prompts_and_come_together_again() -> None:
    write("sixty.py", sixty_classes())
    encoded = printed(run("encode", "--schema", "sixty.py", "gold.jsonl"))
    assert [line["id"] for line in encoded[:4]] == [
        *(f"cities/en-test/0#{k}" for k in range(3)),
        "cities/zh-test/0#0",
    ]
    lines("answers.jsonl", *({"id": e["id"], "text": e["completion"]} for e in encoded))
    decoded = printed(run("decode", "--schema", "sixty.py", "gold.jsonl", "answers.jsonl"))
    assert [d["mentions"] for d in decoded] == [gold(lang)["mentions"] for lang in TEXTS]


def test_one_answer_for_all_sixty_classes_is_read_too() -> None:
    write("sixty.py", sixty_classes())
    lines("answers.jsonl", *({"id": gold(lang)["id"], "text": answer(lang)} for lang in TEXTS))
    decoded = printed(run("decode", "--schema", "sixty.py", "gold.jsonl", "answers.jsonl"))
    assert [d["mentions"] for d in decoded] == [gold(lang)["mentions"] for lang in TEXTS]


def test_an_id_that_is_also_the_prompt_of_another_document_is_refused() -> None:
    lines("clash.jsonl", {"id": "a", "text": "Busan"}, {"id": "a#0", "text": "北京"})
    said = complaint(run("encode", "--schema", "schema.py", "clash.jsonl", "--types-per-prompt", "1"))
    assert "'a#0' is a document and also a prompt of document 'a'" in said
    assert len(printed(run("encode", "--schema", "schema.py", "clash.jsonl"))) == 2


def test_a_mention_of_a_class_that_the_schema_lacks_is_named() -> None:
    lines("towns.jsonl", {**gold("en"), "mentions": [{"type": "Citty", "start": 19, "end": 24}]})
    said = complaint(run("encode", "--schema", "schema.py", "towns.jsonl"))
    assert "'cities/en-test/0' has a mention of 'Citty', which schema.py lacks. Did you mean 'City'?" in said


def test_skipped_mentions_are_counted() -> None:
    extra = [{"type": "River", "start": 0, "end": 4}, *gold("en")["mentions"]]
    lines("rivers.jsonl", {**gold("en"), "mentions": extra})
    done = run("encode", "--schema", "schema.py", "rivers.jsonl", "--skip-unknown")
    assert json.loads(done.stdout)["completion"] == 'results = [Person("Mina Park"), City("Busan")]'
    assert done.stderr == "skipped 1 mentions of classes that the schema lacks: River 1\n"


# --- bad schemas and documents ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"class Person(Thing): ...\n", "line 1: class Person derives from Thing"),
        (b"x = 1\n", "line 1: a schema is read, not run"),
        (b"import os\nos.remove('gold.jsonl')\n", "line 2: a schema is read, not run"),
        (b"", "no classes"),
        (b"class Person(Entity:\n", "not Python source"),
        ("class Café(Entity): ...\n".encode("latin-1"), "not UTF-8 at byte 9"),
        (b"class Knows(Relation): ...\n", "no entity class, only Knows"),
        (b"class A(Entity):\n    x: " + b"|".join([b"A"] * 2000), "nested too deeply"),
    ],
)
def test_a_schema_that_cannot_be_used_says_where(source: bytes, said: str) -> None:
    write("bad.py", source)
    shown = complaint(run("encode", "--schema", "bad.py", "gold.jsonl"))
    assert said in shown
    assert "bad.py" in shown
    assert Path("gold.jsonl").exists()


def test_a_missing_schema_is_named() -> None:
    assert "no schema file 'gone.py'" in complaint(run("extract", "Busan", "--schema", "gone.py"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no document in it"),
        (b"\n\n", "no document in it"),
        ("{}\n".encode("utf-16"), "bad.jsonl:1: not UTF-8"),
        (b'{"id": "1", "text": "a"}\n\n{"id": "2", "text": \n', "bad.jsonl:3: not JSON"),
        (b'{"id": "1", "text": "a"}\n{"id": "1", "text": "b"}\n', "more than once: '1'"),
        (b'{"id": "1"}\n', "bad.jsonl:1: text: missing"),
        (b'{"id": "1", "text": "Busan", "mentions": [{"type": "City", "start": 0, "end": 6}]}', "0..6 is no span"),
        (b'{"id": "1", "text": "Busan", "mentions": [{"type": "City", "start": -1, "end": 2}]}', "-1..2 is no span"),
        (b"[" * 5000, "bad.jsonl:1: not JSON"),
        (b'{"id": "1", "text": "\\ud800"}', "half of a surrogate pair"),
    ],
)
def test_documents_that_cannot_be_used_say_where(content: bytes, said: str) -> None:
    write("bad.jsonl", content)
    assert said in complaint(run("encode", "--schema", "schema.py", "bad.jsonl"))


def test_a_missing_documents_file_is_named() -> None:
    assert "no file 'gone.jsonl'" in complaint(run("encode", "--schema", "schema.py", "gone.jsonl"))


def test_a_folder_is_no_schema() -> None:
    Path("folder.py").mkdir()
    assert "folder.py: Is a directory" in complaint(run("encode", "--schema", "folder.py", "gold.jsonl"))


# --- decode ----------------------------------------------------------------------------------------------------


def answer(lang: str) -> str:
    return f"results = [{', '.join(f'{t}({json.dumps(s, ensure_ascii=False)})' for t, s in TEXTS[lang][1].items())}]"


def decoded(text: str) -> dict[str, Any]:
    """The first document, as an answer to it says."""
    lines("one.jsonl", gold("en"))
    lines("answers.jsonl", {"id": gold("en")["id"], "text": text})
    return printed(run("decode", "--schema", "schema.py", "one.jsonl", "answers.jsonl"))[0]


def test_decode_finds_the_mentions_of_every_script_and_keeps_the_order() -> None:
    lines("answers.jsonl", *({"id": gold(lang)["id"], "text": answer(lang)} for lang in reversed(TEXTS)))
    found = printed(run("decode", "--schema", "schema.py", "gold.jsonl", "answers.jsonl"))
    clean = {"relations": [], "events": [], "issues": [], "truncated": False, "trailing_text": False}
    assert found == [{**gold(lang), **clean} for lang in TEXTS]


def test_mentions_that_the_documents_had_are_not_carried_over() -> None:
    assert decoded("results = []")["mentions"] == []


def test_what_cannot_be_used_is_said_with_the_document() -> None:
    found = decoded('results = [Person("Mina Park"), River("Han"), City("Seoul")]')
    assert [m["type"] for m in found["mentions"]] == ["Person"]
    assert [issue["problem"] for issue in found["issues"]] == ["unknown_type", "ungrounded"]
    assert found["issues"][1]["detail"] == 'City("Seoul")'


def test_a_cut_answer_and_one_that_goes_on_are_flagged() -> None:
    assert decoded('results = [Person("Mina Park"), City("Bu')["truncated"] is True
    assert decoded('results = [City("Busan")]\nAnything else?')["trailing_text"] is True
    lines("answers.jsonl", {"id": gold("en")["id"], "text": 'results = [City("Busan")]', "truncated": True})
    assert printed(run("decode", "--schema", "schema.py", "one.jsonl", "answers.jsonl"))[0]["truncated"] is True


@pytest.mark.parametrize(
    "text",
    [
        '__import__("os").remove("gold.jsonl")',
        'results = [__import__("os").remove("gold.jsonl")]',
        'results = [City(open("gold.jsonl", "w"))]',
        "[" * 5000,
        "results = " + "[" * 5000 + "]" * 5000,
        "(" * 5000,
        "",
        "\x00",
    ],
)
def test_a_hostile_answer_gives_issues_and_does_nothing(text: str) -> None:
    before = Path("gold.jsonl").read_bytes()
    found = decoded(text)
    assert found["mentions"] == []
    assert found["issues"]
    assert Path("gold.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        (["en", "zh", "th"], "no answer for 'cities/ar-test/0'"),
        (["en", "zh", "th", "ar", "ar"], "more than once: 'cities/ar-test/0'"),
        (["en", "zh", "th", "ar", "ary"], "of no document: 'cities/ary-test/0'. Did you mean 'cities/ar-test/0'?"),
    ],
)
def test_answers_match_the_documents_one_to_one(ids: list[str], said: str) -> None:
    lines("answers.jsonl", *({"id": f"cities/{lang}-test/0", "text": "results = []"} for lang in ids))
    assert said in complaint(run("decode", "--schema", "schema.py", "gold.jsonl", "answers.jsonl"))


def test_an_answer_without_text_says_where() -> None:
    lines("answers.jsonl", {"id": "1", "completion": "results = []"})
    said = complaint(run("decode", "--schema", "schema.py", "gold.jsonl", "answers.jsonl"))
    assert "answers.jsonl:1: text: missing" in said


# --- score -----------------------------------------------------------------------------------------------------


def test_score_prints_the_ratios_and_counts_as_json() -> None:
    lines("found.jsonl", *({**gold(lang), "mentions": gold(lang)["mentions"][:1]} for lang in TEXTS))
    [found] = printed(run("score", "gold.jsonl", "found.jsonl", "--json"))
    half = {"precision": 1.0, "recall": 0.5, "f1": 2 / 3, "hits": 4, "predicted": 4, "gold": 8}
    none = {"precision": 0.0, "recall": 0.0, "f1": 0.0, "hits": 0, "predicted": 0, "gold": 4}
    whole = {"precision": 1.0, "recall": 1.0, "f1": 1.0, "hits": 4, "predicted": 4, "gold": 4}
    by_type = {"City": none, "Person": whole}
    assert found == {"surface": half, "offset": half, "by_type": by_type, "missing": 0, "undefined": False}


def test_a_missing_prediction_counts_as_empty_and_is_an_error_after_the_result() -> None:
    lines("found.jsonl", gold("en"), gold("zh"), gold("th"))
    done = run("score", "gold.jsonl", "found.jsonl", "--json")
    assert done.exit_code == 1
    result = json.loads(done.stdout)
    assert (result["missing"], result["surface"]["recall"]) == (1, 0.75)
    assert "error: 1 of 4 documents have no prediction" in done.stderr
    assert "'cities/ar-test/0'" in done.stderr
    assert printed(run("score", "gold.jsonl", "found.jsonl", "--json", "--allow-missing")) == [result]


def test_a_prediction_of_no_gold_document_is_refused() -> None:
    lines("found.jsonl", {"id": "cities/en-test/1", "text": "Busan"})
    said = complaint(run("score", "gold.jsonl", "found.jsonl", "--allow-missing"))
    assert "not in the gold: 'cities/en-test/1'" in said


def test_nothing_to_find_and_nothing_found_is_undefined() -> None:
    lines("empty.jsonl", {"id": "1", "text": "Nobody here."})
    assert printed(run("score", "empty.jsonl", "empty.jsonl", "--json"))[0]["undefined"] is True
    assert "no score is defined" in run("score", "empty.jsonl", "empty.jsonl").stdout


def test_another_text_than_in_the_gold_is_said() -> None:
    lines("found.jsonl", *({**gold(lang), "text": gold(lang)["text"] + "!"} for lang in TEXTS))
    done = run("score", "gold.jsonl", "found.jsonl")
    assert done.exit_code == 0
    assert "another text" in done.stderr


def test_the_table_fits_a_terminal_and_lines_up() -> None:
    name = "ThingWithAnExceptionallyLongNameThatNobodyWouldType"
    lines(
        "long.jsonl", {"id": "1", "text": "x", "mentions": [{"type": t, "start": 0, "end": 1} for t in (name, "城市")]}
    )
    shown = run("score", "long.jsonl", "long.jsonl").stdout.splitlines()
    assert max(map(len, shown)) <= 80
    assert shown[0].split() == ["precision", "recall", "F1", "hits", "predicted", "gold"]
    assert shown[1].split() == ["surface", "100.00", "100.00", "100.00", "2", "2", "2"]


def test_letters_of_two_columns_take_two() -> None:
    assert _table.text(("", "n"), [("城市", "1"), ("City", "10")]) == "       n\n城市   1\nCity  10"
    assert _table.text(("",), [("城市城市",)], widest=(5,)) == "\n城市…"


# --- corpora ---------------------------------------------------------------------------------------------------


def test_the_list_says_what_there_is_and_what_is_here() -> None:
    found = json.loads(run("corpora", "--json").stdout)
    assert [card["name"] for card in found] == list(corpora.names())
    wnut = next(card for card in found if card["name"] == "wnut17")
    assert (wnut["tasks"], wnut["languages"], wnut["licence"]) == (["ner"], ["en"], "CC BY 4.0")
    assert (wnut["files"], wnut["files_found"]) == (3, 0)
    shown = run("corpora").stdout.splitlines()
    assert len(shown) == len(found) + 1
    assert max(map(len, shown)) <= 80


def test_a_card_says_where_a_corpus_comes_from_and_how_to_get_it() -> None:
    shown = run("corpora", "wnut17").stdout
    for fact in (corpora.get("wnut17").commit, "CC BY 4.0", "creative-work -> CreativeWork", "KnowCoder-X 68.72"):
        assert fact in shown
    assert "0 of 3 are here\n             Get them: knowcoderx corpora wnut17 --download" in shown


@pytest.mark.parametrize("name", corpora.names())
def test_the_card_of_every_corpus_prints_both_ways(name: str) -> None:
    assert run("corpora", name).exit_code == 0
    card = json.loads(run("corpora", name, "--json").stdout)
    assert card["name"] == name
    assert set(card["files"]) == set(corpora.get(name).paths())


def test_the_documents_of_a_split_can_be_read_by_the_other_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    schema, there = Path("schema.py").resolve(), Path("dev.jsonl").resolve()
    monkeypatch.chdir(ROOT)
    done = run("corpora", "sample", "--documents", "dev", "--lang", "zh")
    assert done.exit_code == 0
    found = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert {d["lang"] for d in found} == {"zh"}
    assert found[0]["id"] == "sample/zh-dev/0"
    write(str(there), done.stdout)
    encoded = run("encode", "--schema", str(schema), str(there), "--skip-unknown")
    assert encoded.stdout.count("\n") == len(found)


def test_repairs_are_counted() -> None:
    Path("data/wnut17").mkdir(parents=True)
    write("data/wnut17/wnut17train.conll", "Busan\tB-location\n\t\n北京\tI-location\n\n")
    done = run("corpora", "wnut17", "--documents", "train")
    assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == ["Busan", "北京"]
    assert done.stderr.startswith("repaired: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["wnut"], "no corpus 'wnut'. Did you mean 'wnut17'?"),
        (["wnut17", "--documents", "tset"], "no split 'tset' in wnut17. Did you mean 'test'?"),
        (["wnut17", "--documents", "test", "--lang", "zh"], "no language 'zh' in wnut17"),
        (["wnut17", "--documents", "test"], "Get it with: knowcoderx corpora wnut17 --download"),
        (["wnut17", "--pin"], "nothing to pin"),
        (["sample", "--download"], "nothing to download"),
    ],
)
def test_a_corpus_that_cannot_be_had_says_what_to_do(words: list[str], said: str) -> None:
    assert said in complaint(run("corpora", *words))


def test_a_download_that_is_not_complete_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    report = corpora.Report(ok=("a.conll",), missing={"b.conll": "no route"}, wrong={"c.conll": "not pinned"})
    monkeypatch.setattr(corpora, "download", lambda name, to: report)
    done = run("corpora", "wnut17", "--download")
    assert done.exit_code == 1
    assert done.stdout == "ok       data/raw/wnut17/a.conll\n"
    assert "missing  b.conll: no route" in done.stderr
    assert "error: corpus 'wnut17' is not complete: 2 of 3 files" in done.stderr


def test_pinning_takes_the_files_that_reading_would_take() -> None:
    Path("data/raw/wnut17").mkdir(parents=True)
    write("data/raw/wnut17/emerging.dev.conll", "Busan\tB-location\n\n")
    assert run("corpora", "wnut17", "--pin").stdout.startswith("pinned 1 of 3 files of data/raw/wnut17")
    assert "wnut17/emerging.dev.conll" in Path("data/raw.sha256").read_text(encoding="utf-8")


def test_the_folders_of_params_yaml_are_searched(tmp_path: Path) -> None:
    (tmp_path / "elsewhere/wnut17").mkdir(parents=True)
    write("elsewhere/wnut17/emerging.dev.conll", "Busan\tB-location\n\n")
    params = (ROOT / "params.yaml").read_text(encoding="utf-8")
    before = next(line for line in params.splitlines() if line.startswith("  raw:"))
    write("params.yaml", params.replace(before, "  raw: [elsewhere]"))
    assert "1 of 3 are here: elsewhere/wnut17" in run("corpora", "wnut17").stdout
    write("params.yaml", params.replace(before, "  row: [elsewhere]"))
    assert "unknown key" in run("corpora", "wnut17").stderr


# --- extract, without a model ----------------------------------------------------------------------------------


class Echo:
    """Stands for a model: finds nothing, and says which text it saw."""

    loaded: str = ""

    @classmethod
    def load(cls, model: str) -> Echo:
        cls.loaded = model
        return cls()

    def extract_many(self, documents: list[Document], schema: object, *, batch: int) -> Iterator[Reading]:
        for document in documents:
            yield Reading(document, issues=(Issue(Problem.UNGROUNDED, document.text),), prompts=1, truncated=1)


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> type[Echo]:
    module = ModuleType("knowcoderx.extractor")
    module.Extractor = Echo  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "knowcoderx.extractor", module)
    return Echo


def extracted(given: str, *options: str, stdin: str | bytes | None = None) -> list[dict[str, Any]]:
    return printed(
        run("extract", given, "--schema", "schema.py", "--model", "models:/cities@champion", *options, stdin=stdin)
    )


@pytest.mark.usefixtures("echo")
def test_a_text_is_one_document() -> None:
    [found] = extracted("朴敏娜住在釜山。\nمينا", "--lang", "zh")
    assert (found["id"], found["lang"], found["text"]) == ("text/zh/0", "zh", "朴敏娜住在釜山。\nمينا")
    assert found["issues"] == [{"problem": "ungrounded", "detail": "朴敏娜住在釜山。\nمينا"}]
    assert (found["truncated"], found["trailing_text"], found["mentions"]) == (True, False, [])


@pytest.mark.usefixtures("echo")
def test_a_text_file_has_a_document_a_line() -> None:
    content = "\ufeffBusan is big.\r\n\r\n \n北京很大。\u2028真的。\nปูซานใหญ่"
    write("cities.txt", content)
    expected = [("text/und/0", "Busan is big."), ("text/und/1", "北京很大。\u2028真的。"), ("text/und/2", "ปูซานใหญ่")]
    assert [(d["id"], d["text"]) for d in extracted("cities.txt")] == expected
    assert [(d["id"], d["text"]) for d in extracted("-", stdin=content.encode())] == expected


@pytest.mark.usefixtures("echo")
def test_documents_keep_their_ids_and_languages() -> None:
    lines("mixed.jsonl", gold("ar"), {"id": "1", "text": "Busan"})
    for found in (
        extracted("mixed.jsonl", "--lang", "en"),
        extracted("-", "--lang", "en", stdin=b"\xef\xbb\xbf" + Path("mixed.jsonl").read_bytes()),
    ):
        assert [(d["id"], d["lang"]) for d in found] == [("cities/ar-test/0", "ar"), ("1", "en")]


@pytest.mark.usefixtures("echo")
def test_a_text_too_long_for_a_file_name_is_a_text() -> None:
    assert extracted("釜山 " * 2000)[0]["text"] == "釜山 " * 2000


@pytest.mark.usefixtures("echo")
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gone.jsonl", None, "no file 'gone.jsonl'"),
        ("gone.txt", None, "no file 'gone.txt'"),
        ("latin.txt", "ok\nCafé\n".encode("latin-1"), "latin.txt:2: not UTF-8 at byte 3"),
        ("empty.txt", b"\n\n", "empty.txt: no document in it"),
        ("empty.jsonl", b"", "empty.jsonl: no document in it"),
        ("half.jsonl", b'{"id": "1", "text": "a"}\n{"id"', "half.jsonl:2: not JSON"),
        ("twice.jsonl", b'{"id": "1", "text": "a"}\n' * 2, "more than once: '1'"),
    ],
)
def test_an_input_that_cannot_be_read_says_why(name: str, content: bytes | None, said: str) -> None:
    if content is not None:
        write(name, content)
    assert said in complaint(run("extract", name, "--schema", "schema.py", "--model", "models:/cities@champion"))


def test_a_text_that_is_not_utf8_is_refused() -> None:
    said = complaint(run("extract", "Caf\udce9", "--schema", "schema.py", "--model", "models:/cities@champion"))
    assert "not UTF-8" in said


def test_the_model_is_the_champion_or_that_of_the_profile(echo: type[Echo]) -> None:
    assert run("extract", "Busan", "--schema", "schema.py").exit_code == 0
    assert echo.loaded == "models:/knowcoderx@champion"
    write("params.yaml", (ROOT / "params.yaml").read_text(encoding="utf-8"))
    assert "no adapter in 'models/sample/extract'" in complaint(run("extract", "Busan", "--schema", "schema.py"))
    Path("models/sample/extract").mkdir(parents=True)
    assert run("extract", "Busan", "--schema", "schema.py").exit_code == 0
    assert echo.loaded == "models/sample/extract"


# --- promote, without a store ----------------------------------------------------------------------------------


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A registry that takes note of what it was asked, and answers with ``verdict``."""
    kept: dict[str, Any] = {"verdict": Verdict(True, "mean F1 +0.020; worst wnut17/en-test +0.010")}

    def decide(name: str, **how: Any) -> SimpleNamespace:
        kept["asked"] = {"name": name, **how}
        return SimpleNamespace(name=name, challenger=3, champion=2, verdict=kept["verdict"])

    module = ModuleType("knowcoderx.registry")
    module.promote = decide  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "knowcoderx.registry", module)
    monkeypatch.setattr(knowcoderx, "registry", module, raising=False)
    write("params.yaml", (ROOT / "params.yaml").read_text(encoding="utf-8"))
    return kept


def test_promote_asks_with_the_limits_of_the_profile(asked: dict[str, Any]) -> None:
    done = run("promote", "--profile", "sample")
    assert asked["asked"] == {"name": "knowcoderx-sample", "gain": 0.005, "drop": 0.02, "dry_run": False}
    assert done.exit_code == 0
    assert "knowcoderx-sample: version 3 promoted. mean F1 +0.020" in done.stdout
    assert "challenger: version 3; champion before: version 2" in done.stdout


def test_a_dry_run_is_asked_for_and_said(asked: dict[str, Any]) -> None:
    done = run("promote", "--name", "cities", "--dry-run")
    assert (asked["asked"]["name"], asked["asked"]["dry_run"]) == ("cities", True)
    assert "cities: version 3 would be promoted." in done.stdout


def test_a_refused_challenger_is_status_1_with_its_reason(asked: dict[str, Any]) -> None:
    asked["verdict"] = Verdict(False, "wnut17/en-test falls by 0.100, more than 0.02")
    done = run("promote")
    assert done.exit_code == 1
    assert "version 3 not promoted. wnut17/en-test falls by 0.100" in done.stdout


@pytest.mark.usefixtures("asked")
def test_an_unknown_profile_is_named() -> None:
    assert "no profile 'smaple'. Did you mean 'sample'?" in complaint(run("promote", "--profile", "smaple"))


def test_promote_needs_the_parameters() -> None:
    assert "no 'params.yaml' here" in complaint(run("promote"))
