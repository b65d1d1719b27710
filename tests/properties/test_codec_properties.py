"""The codec's contract, each clause a property, on texts of many scripts."""

from __future__ import annotations

import ast
import unicodedata
import warnings
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from knowcoderx import codec, ground, syntax
from knowcoderx.syntax import Call
from knowcoderx.types import Document, Mention, Problem, place, surface

TYPES = ("Person", "City", "Organization", "व्यक्ति")

scripts = st.sampled_from(
    [
        *("Ali", "Mina", "Gdańsk", "北京", "東京タワー", "서울", "กรุงเทพ", "ភ្នំពេញ", "अली", "علي", "חיפה", "Москва"),
        *(
            "e\u0301",
            "\u1100\u1161",
            "😀",
            "👩‍👧",
            "\u200f",
            "\u2028",
            "\u0085",
            "\r",
            "\n",
            "\t",
            "\x00",
            "\\",
            '"',
            "'",
        ),
        *(
            '"""',
            "'''",
            "\\u5317",
            "\\n",
            "), City(",
            '"), City("',
            "]",
            "[",
            "results = [",
            "```",
            "#",
            " ",
            "  ",
            "{",
            ",",
        ),
    ]
)
words = st.lists(scripts, min_size=1, max_size=6).map("".join) | st.text(min_size=1, max_size=20)
items = st.lists(st.tuples(st.sampled_from(TYPES), words), max_size=6)
anything = (
    st.text(st.characters(), max_size=200)
    | st.text(st.characters(categories=["Cs", "L", "P"]), max_size=50)
    | st.text("[](){}\"'\\,=# \nresultsPAu0", max_size=200)
    | st.binary(max_size=200).map(lambda data: data.decode("utf-8", "surrogateescape"))
    | st.binary(max_size=200).map(lambda data: data.decode("latin-1"))
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A text with mentions that lie apart, and some nested in these."""
    pieces = draw(st.lists(st.tuples(words, st.booleans()), min_size=1, max_size=8))
    text = "".join(piece for piece, _ in pieces)
    spans: set[tuple[int, int]] = set()
    at = 0
    for piece, named in pieces:
        end = at + len(piece)
        if named:
            spans.add((at, end))
            if draw(st.booleans()):
                start = draw(st.integers(at, end - 1))
                spans.add((start, draw(st.integers(start + 1, end))))
        at = end
    mentions = tuple(Mention(draw(st.sampled_from(TYPES)), place(*span)) for span in sorted(spans))
    return Document("p/0", "und", text, mentions)


def encoded(named: list[tuple[str, str]]) -> str:
    return syntax.write(Call(type_, (text,)) for type_, text in named)


@given(items)
def test_an_encoded_answer_is_one_line_of_valid_python(named: list[tuple[str, str]]) -> None:
    answer = encoded(named)
    assert len(answer.splitlines()) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tree = ast.parse(answer)
    (assigned,) = tree.body
    assert isinstance(assigned, ast.Assign)
    assert isinstance(assigned.value, ast.List)
    read = [(call.func.id, ast.literal_eval(call.args[0])) for call in assigned.value.elts]  # type: ignore[attr-defined]
    assert read == named


@given(st.text(st.characters(), min_size=1))
def test_half_a_surrogate_pair_does_not_spoil_the_python(text: str) -> None:
    ast.parse(syntax.write([Call("Person", (text,))]).encode("utf-8"))


@given(items)
def test_decoding_undoes_encoding(named: list[tuple[str, str]]) -> None:
    answer = codec.decode_mentions(encoded(named), TYPES)
    assert answer == codec.Answer(tuple(named), (), False, False)


@given(documents())
def test_the_mentions_of_a_document_come_back_in_text_order(document: Document) -> None:
    answer = codec.decode_mentions(codec.encode_mentions(document), TYPES)
    ordered = sorted(document.mentions, key=lambda m: (m.start, m.end, m.type))
    assert list(answer.items) == [(m.type, surface(document.text, m.spans)) for m in ordered]


def assert_readable(text: str) -> None:
    answer = codec.decode_mentions(text, TYPES)
    for issue in answer.issues:
        assert len(issue.detail) <= 80
        issue.detail.encode("utf-8")
    for _, words_ in answer.items:
        words_.encode("utf-8")
    if not syntax.parse(text).found_list:
        assert answer.issues


@given(anything)
def test_no_text_is_too_strange_to_read(text: str) -> None:
    assert_readable(text)
    assert_readable("results = [" + text)
    assert_readable('results = [Person("' + text)


@given(items, st.data())
def test_no_mutation_of_an_answer_is_too_strange_to_read(named: list[tuple[str, str]], data: st.DataObject) -> None:
    text = list(encoded(named))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        text[at : at + data.draw(st.integers(0, 3))] = data.draw(st.text("[](){}\"'\\,=#\n x", max_size=3))
    assert_readable("".join(text))


@given(items, st.data())
def test_a_cut_anywhere_loses_only_the_tail(named: list[tuple[str, str]], data: st.DataObject) -> None:
    whole = encoded(named)
    cut = data.draw(st.integers(0, len(whole) - 1))
    answer = codec.decode_mentions(whole[:cut], TYPES)
    kept = 0
    while kept < len(named) and len(encoded(named[: kept + 1])) - 1 <= cut:
        kept += 1
    assert list(answer.items) == named[:kept]
    assert answer.truncated
    assert not answer.trailing_text
    assert {issue.problem for issue in answer.issues} <= {Problem.NOT_A_LIST}


@given(items, st.text(max_size=30))
def test_what_follows_the_list_is_never_read(named: list[tuple[str, str]], tail: str) -> None:
    answer = codec.decode_mentions(encoded(named) + "\n" + tail, TYPES)
    assert list(answer.items) == named
    assert not answer.truncated
    assert answer.trailing_text is bool(tail.strip().removeprefix("```").strip())


text_source = st.just('"x"') | words.map(lambda w: syntax.source(w))
simple = st.just("x") | text_source
hostile = st.one_of(
    st.builds('Person(__import__({}).mkdir("x"))'.format, text_source),
    st.builds("Person(f{})".format, text_source),
    st.builds("Person(b'{}')".format, st.just("x")),
    st.builds("Person(lambda: {})".format, simple),
    st.builds("Person({} for x in y)".format, simple),
    st.builds("Person(*[{}])".format, simple),
    st.builds("Person(**x({}))".format, simple),
    st.builds("Person({}.upper())".format, simple),
    st.builds("Person(y := {})".format, simple),
    st.builds("Person({} + {})".format, simple, simple),
    st.builds("Person({} {})".format, text_source, text_source),
    st.builds("Person({}[0])".format, simple),
    st.builds("Person({})[0]".format, text_source),
    st.builds("Person({}).x".format, text_source),
    st.builds("Person({})()".format, text_source),
    st.builds("x.Person({})".format, text_source),
    st.builds("*[Person({})]".format, text_source),
    st.builds("[Person({})]".format, text_source),
    st.builds("(Person({}))".format, text_source),
    st.builds("Person({}) for x in y".format, text_source),
    st.builds("lambda: Person({})".format, text_source),
    st.builds("Person({}) if x else Person({})".format, text_source, text_source),
    st.builds("Person(Person({}))".format, text_source),
    st.builds("Person(name={})".format, text_source),
    st.builds("eval({})".format, text_source),
)


@given(hostile, items, items)
@example('Person("x" "y")', [], [])
def test_hostile_source_gives_no_mention_and_an_issue(
    source: str, before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    listed = [syntax.source(Call(type_, (text,))) for type_, text in before]
    rest = [syntax.source(Call(type_, (text,))) for type_, text in after]
    answer = codec.decode_mentions(f"results = [{', '.join([*listed, source, *rest])}]", TYPES)
    assert list(answer.items) == before + after
    assert len(answer.issues) == 1
    assert not answer.truncated


@given(documents())
def test_every_gold_mention_is_grounded_again(document: Document) -> None:
    answer = codec.decode_mentions(codec.encode_mentions(document), TYPES)
    found, issues = ground.place_surfaces(document.text, answer.items)
    assert issues == ()
    named = Counter((m.type, surface(document.text, m.spans)) for m in document.mentions)
    assert Counter((m.type, surface(document.text, m.spans)) for m in found) == named
    assert len(set(found)) == len(found)
    if all(_occurs_once(document.text, text) for _, text in named):
        assert Counter(found) == Counter(document.mentions)


def _occurs_once(text: str, part: str) -> bool:
    return text.find(part) == text.rfind(part)


@given(words, items)
def test_a_place_is_where_an_equivalent_of_the_surface_stands(text: str, named: list[tuple[str, str]]) -> None:
    found, issues = ground.place_surfaces(text, named)
    assert len(found) + len(issues) == len(named)
    assert len(set(found)) == len(found)
    wanted = {(type_, _folded(words_)) for type_, words_ in named}
    for mention in found:
        assert (mention.type, _folded(surface(text, mention.spans))) in wanted


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


@given(words, words, words)
def test_contains_says_whether_grounding_finds_it(left: str, inner: str, right: str) -> None:
    assert ground.contains(left + inner + right, inner)
    found, _ = ground.place_surfaces(left, [("Person", inner)])
    assert ground.contains(left, inner) is bool(found)


MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000,
        "-" * 100_000,
        "(" * 5000,
        "((((" * 5000,
        "results = [" + "[" * MEGABYTE,
        "results = [" + "A(" * (MEGABYTE // 2),
        "results = [" + '"' * MEGABYTE,
        "results = [" + "'\\" * (MEGABYTE // 2),
        "results = [" + " " * MEGABYTE,
        "results = [" + "\x00" * MEGABYTE,
        'results = [Person("' + "x" * MEGABYTE,
        'results = [Person("a"b")' + '")' * (MEGABYTE // 2),
        "results = [" + 'Person("a"b"), ' * (MEGABYTE // 60),
        "results = [" + 'Person("a")#,' * (MEGABYTE // 52),
        "results = [É" + "\u0301\u0323" * (MEGABYTE // 2),
        "results " * (MEGABYTE // 8),
        "[ " * (MEGABYTE // 2),
    ],
    ids=lambda text: text[:24],
)
def test_a_megabyte_of_junk_is_read_in_one_pass(text: str) -> None:
    """A second reading of each part would not end within the limit that the tests have."""
    answer = codec.decode_mentions(text, TYPES)
    assert answer.issues or answer.truncated
    assert not {type_ for type_, _ in answer.items} - {"Person"}
