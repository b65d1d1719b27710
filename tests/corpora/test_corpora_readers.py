"""What readers repair, and what they refuse."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowcoderx.corpora import CorpusError, _json, _text
from knowcoderx.corpora._card import Labels, Reader, Sentence
from knowcoderx.corpora._conll import conll
from knowcoderx.corpora._iob2 import iob2
from knowcoderx.types import surface

LABELS = Labels("toy", {"PER": "Person", "GPE-city": "City", "GPE-country": "Country", "I-cell": "Cell", "X": None})


def read(
    tmp_path: Path, content: str | bytes, reader: Reader | None = None, repairs: Counter[str] | None = None
) -> list[Sentence]:
    file = tmp_path / "toy.txt"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    reader = reader or conll()
    sentences: Iterator[Sentence] = reader(file, LABELS, Counter() if repairs is None else repairs)
    return list(sentences)


def found(sentence: Sentence) -> list[tuple[str, str]]:
    return [(m.type, surface(sentence.text, m.spans)) for m in sentence.mentions]


def test_a_tag_is_split_at_its_first_hyphen_only(tmp_path: Path) -> None:
    (sentence,) = read(tmp_path, "Graz\tB-GPE-city\nPeru\tB-GPE-country\nT\tB-I-cell\ncell\tI-I-cell\n")
    assert found(sentence) == [("City", "Graz"), ("Country", "Peru"), ("Cell", "T cell")]


def test_inside_without_begin_starts_a_mention_and_is_counted(tmp_path: Path) -> None:
    repairs: Counter[str] = Counter()
    content = "Анна\tI-PER\nСмит\tI-PER\nиз\tO\nПерми\tI-GPE-city\nАда\tI-PER\n"
    (sentence,) = read(tmp_path, content, repairs=repairs)
    assert found(sentence) == [("Person", "Анна Смит"), ("City", "Перми"), ("Person", "Ада")]
    assert repairs == {"i_without_b": 3}


def test_two_begins_are_two_mentions(tmp_path: Path) -> None:
    (sentence,) = read(tmp_path, "李\tB-PER\n王\tB-PER\n", conll(joiner=""))
    assert found(sentence) == [("Person", "李"), ("Person", "王")]


def test_a_label_left_out_gives_no_mention_and_is_counted(tmp_path: Path) -> None:
    repairs: Counter[str] = Counter()
    (sentence,) = read(tmp_path, "Ada\tB-PER\nnoon\tB-X\nsharp\tI-X\n", repairs=repairs)
    assert found(sentence) == [("Person", "Ada")]
    assert repairs == {"left_out": 1}


def test_lines_end_at_a_line_feed_and_nowhere_else(tmp_path: Path) -> None:
    (sentence,) = read(tmp_path, "a\u2028b\tO\nc\x85d\tB-PER\ne\rf\tO\ng\x0bh\tO\n")
    assert sentence.text == "a\u2028b c\x85d e\rf g\x0bh"
    assert found(sentence) == [("Person", "c\x85d")]


def test_carriage_returns_marks_and_blank_lines_with_a_tab_are_repaired(tmp_path: Path) -> None:
    repairs: Counter[str] = Counter()
    content = "\ufeffAda\tB-PER\r\n\t\r\nUlm\tB-GPE-city\r\n \t \nhi\tO\r"
    assert [s.text for s in read(tmp_path, content, repairs=repairs)] == ["Ada", "Ulm", "hi"]
    assert repairs == {"bom": 1, "crlf": 4, "blank_with_tab": 2}


def test_a_file_is_read_the_same_in_pieces_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = "".join(f"Мария\tB-PER\r\n名{n}\tO\r\n\t\r\n" + "\r\n" * (n % 3) for n in range(40))
    whole: Counter[str] = Counter()
    expected = read(tmp_path, content, repairs=whole)
    assert len(expected) == 40
    for size in (1, 2, 7, 64, 1000):
        monkeypatch.setattr(_text, "PIECE", size)
        repairs: Counter[str] = Counter()
        assert read(tmp_path, content, repairs=repairs) == expected
        assert repairs == whole


def test_an_unknown_label_names_line_label_and_remedy(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as caught:
        read(tmp_path, "Ada\tB-PER\n\nin\tO\nUlm\tB-GPE-citys\n")
    said = str(caught.value)
    assert "toy.txt:4: label 'GPE-citys' is not known. Did you mean 'GPE-city'?" in said
    assert "PER, GPE-city" in said and "src/knowcoderx/corpora/toy.py" in said


def test_an_unknown_label_on_an_empty_token_is_refused_too(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"toy.txt:2: label 'CITY'"):
        read(tmp_path, "Ada\tB-PER\n\tB-CITY\n")


def test_a_tag_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"toy.txt:1: tag 'Z-PER' is neither O nor B- or I- and a label"):
        read(tmp_path, "Ada\tZ-PER\n")


@pytest.mark.parametrize("content", ["Ada\tB-PER\nUlm\n", "Ada B-PER\nUlm B-GPE-city\n"])
def test_a_line_with_too_few_columns_is_an_error_with_its_number(tmp_path: Path, content: str) -> None:
    with pytest.raises(CorpusError, match=r"toy.txt:\d: 1 column where 2 separated by '\\t' were expected"):
        read(tmp_path, content)


def test_a_surplus_column_is_an_error_unless_it_is_empty(tmp_path: Path) -> None:
    repairs: Counter[str] = Counter()
    (sentence,) = read(tmp_path, "Ada\t\tB-PER\nist\tO\t\n", repairs=repairs)
    assert found(sentence) == [("Person", "Ada")]
    assert repairs == {"bad_columns": 2}
    with pytest.raises(CorpusError, match=r"toy.txt:2: 3 columns where 2"):
        read(tmp_path, "Ada\tB-PER\nUlm\tO\tO\n")


def test_empty_tokens_are_left_out_and_keep_offsets_right(tmp_path: Path) -> None:
    repairs: Counter[str] = Counter()
    first, *rest = read(tmp_path, "\tO\nAda \tB-PER\n\u00a0\tO\nLima\tB-GPE-city\n\n\tO\n", repairs=repairs)
    assert (first.text, found(first)) == ("Ada Lima", [("Person", "Ada"), ("City", "Lima")])
    assert rest == []
    assert repairs == {"empty_token": 3, "padded_token": 1, "sentence_without_tokens": 1}


def test_a_space_is_a_token_where_tokens_are_characters(tmp_path: Path) -> None:
    (sentence,) = read(tmp_path, "박\tB-PER\n \tI-PER\n씨\tI-PER\n \tO\n.\tO\n", conll(joiner=""))
    assert (sentence.text, found(sentence)) == ("박 씨 .", [("Person", "박 씨")])


def test_bytes_that_are_not_utf8_are_an_error_with_their_offset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"Ada\tB-PER\n\n" * 3 + "Müller\tB-PER\n".encode("latin-1")
    for size in (4, 1 << 20):
        monkeypatch.setattr(_text, "PIECE", size)
        with pytest.raises(CorpusError, match=r"toy.txt: not UTF-8 at byte 34"):
            read(tmp_path, content)


def test_grouping_needs_the_column_that_groups(tmp_path: Path) -> None:
    reader = conll(columns=3, group_column=2)
    assert [s.key for s in read(tmp_path, "a\tO\t1\nb\tO\t1\nc\tO\t2\n", reader)] == ["1", "2"]
    with pytest.raises(CorpusError, match=r"toy.txt:2: no column 3"):
        read(tmp_path, "a\tO\t1\nb\tO\n", reader)


def test_the_written_text_wins_over_joined_tokens(tmp_path: Path) -> None:
    content = (
        "# sent_id = s-1\n# text = Ada's in Ulm .\n1\tAda\tB-PER\n2\t's\tO\n3\tin\tO\n4\tUlm\tB-GPE-city\n5\t.\tO\n"
    )
    (sentence,) = read(tmp_path, content, iob2())
    assert (sentence.text, sentence.key) == ("Ada's in Ulm .", "s-1")
    assert found(sentence) == [("Person", "Ada"), ("City", "Ulm")]


def test_tokens_are_joined_where_the_text_line_is_missing_or_differs(tmp_path: Path) -> None:
    rows = "1\t王芳\tB-PER\n2\t到\tO\n3\t大连\tB-GPE-city\n"
    repairs: Counter[str] = Counter()
    content = f"{rows}\n# text = 王芳来到大连\n{rows}\n# text = 王芳到大连了\n{rows}"
    sentences = read(tmp_path, content, iob2(joiner=""), repairs)
    assert {s.text for s in sentences} == {"王芳到大连"}
    assert {tuple(found(s)) for s in sentences} == {(("Person", "王芳"), ("City", "大连"))}
    assert repairs == {"no_text_line": 1, "text_not_aligned": 2}


def test_an_iob2_line_without_token_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"toy.txt:3: expected index TAB token TAB tag"):
        read(tmp_path, "# text = Ada\n1\tAda\tB-PER\n2\t\tO\n", iob2())


SPANS = _json.spans(text="t", mentions="m", span="s", label="l", surface="n", key="k")
TOKENS = _json.tokens(tokens="t", tags="g", space_after="s", key="k")


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"t": "Ada", "m": [], "x": 1}, "record 1: no field 'k'"),
        ({"t": 5, "m": [], "k": 1}, "a string was expected, got 5"),
        ({"t": "Ada", "m": [{"s": [0, 2], "l": "PER", "n": "Ada"}], "k": 1}, "the text at 0..2 is 'Ad', not 'Ada'"),
        ({"t": "Ada", "m": [{"s": [0, 3], "l": "P", "n": "Ada"}], "k": 1}, "label 'P' is not known"),
        ({"t": "Ada", "m": [{"s": [0, 3, 4], "l": "PER", "n": "Ada"}], "k": 1}, "record 1"),
        ([], "record 1"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(tmp_path: Path, record: object, said: str) -> None:
    with pytest.raises(CorpusError, match=r"toy.txt") as caught:
        read(tmp_path, json.dumps([record]), SPANS)
    assert said in str(caught.value)


def test_tokens_of_a_record_stand_where_their_spaces_put_them(tmp_path: Path) -> None:
    record = {
        "t": ["Ana", "Pop", "a", "venit", "."],
        "g": ["B-PER", "I-PER", "O", "O", "O"],
        "s": [1, 1, 1, 0, 0],
        "k": 9,
    }
    (sentence,) = read(tmp_path, json.dumps([record]), TOKENS)
    assert (sentence.text, sentence.key, found(sentence)) == ("Ana Pop a venit.", "9", [("Person", "Ana Pop")])
    with pytest.raises(CorpusError, match="record 1"):
        read(tmp_path, json.dumps([{**record, "g": ["O"]}]), TOKENS)


@pytest.mark.parametrize("content", ["", "{}", "[", "[" * 100_000])
def test_json_that_is_no_list_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(CorpusError, match=r"toy.txt"):
        read(tmp_path, content, SPANS)
