"""The outer form of an answer: which list is read, what an item may be, and what a bad one costs."""

from __future__ import annotations

import ast

import pytest

from knowcoderx import syntax
from knowcoderx.syntax import Call, Parsed
from knowcoderx.types import Issue, Problem

MINA = Call("Person", ("Mina Park",))
BUSAN = Call("City", ("Busan",))


def calls(text: str) -> tuple[Call, ...]:
    return syntax.parse(text).calls


def problems(text: str) -> list[Problem]:
    return [issue.problem for issue in syntax.parse(text).issues]


def test_calls_are_written_as_the_paper_writes_them() -> None:
    assert syntax.write([MINA, BUSAN]) == 'results = [Person("Mina Park"), City("Busan")]'
    assert syntax.write([]) == "results = []"


def test_the_answers_of_every_task_can_be_written_and_read() -> None:
    relation = Call("LocatedIn", (Call("Entity", ("St Kilda",)), Call("Entity", ("Melbourne",))))
    event = Call("Education", (), (("trigger", "student"), ("institution", (Call("Entity", ("AUB",)),)), ("time", ())))
    written = syntax.write([relation, event])
    assert written == (
        'results = [LocatedIn(Entity("St Kilda"), Entity("Melbourne")), '
        'Education(trigger="student", institution=[Entity("AUB")], time=[])]'
    )
    assert syntax.parse(written) == Parsed((relation, event), (), False, False, True)


def test_a_string_stays_on_its_line_whatever_it_holds() -> None:
    words = 'a"b\\c\nd\re\u2028f\u2029g\u0085h\x00i\x1cj\x7fk😀'
    written = syntax.write([Call("Person", (words,))])
    assert len(written.splitlines()) == 1
    assert ast.literal_eval(written[len("results = [Person(") : -2]) == words


@pytest.mark.parametrize("name", ["", "GPE-city", "class", "1st", "Per son", "Ｐｅｒｓｏｎ", 'x("a"), y'])
def test_a_name_that_is_no_class_name_is_not_written(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name of a class"):
        syntax.write([Call(name, ("x",))])


@pytest.mark.parametrize(
    "text",
    [
        'results = [Person("Mina Park"), City("Busan")]',
        'results=[Person("Mina Park"),City("Busan")]',
        ' results  =\n[\n  Person( "Mina Park" ) ,\n\tCity("Busan") ,\n]\n',
        '[Person("Mina Park"), City("Busan")]',
        "results = [Person('Mina Park'), City('''Busan'''),]",
        'results = [Person("""Mina Park"""), City(r"Busan")]',
        'results = [Person(u"Mina Park",), City("\\x42\\165\\u0073\\U00000061\\N{LATIN SMALL LETTER N}")]',
        '```python\nresults = [Person("Mina Park"), City("Busan")]\n```\n',
        '```\n[Person("Mina Park"), City("Busan")]\n```',
        'Sure, see [1]. Here is the list: results = [Person("Mina Park"), City("Busan")]',
        'In this text I found [Person("Mina Park"), City("Busan")]',
        'results = [\n  Person("Mina Park"),  # the boss\'s name (\n  # next\n  City("Busan")\n]',
    ],
)
def test_each_way_to_write_the_same_list_is_read(text: str) -> None:
    assert syntax.parse(text) == Parsed((MINA, BUSAN), (), False, False, True)


@pytest.mark.parametrize("text", ["", "   ", "No entities.", "see [1] and [2, 3]", "[" * 5000, "-" * 9000, "]"])
def test_without_a_list_there_is_one_issue(text: str) -> None:
    parsed = syntax.parse(text)
    assert parsed.calls == ()
    assert problems(text) == [Problem.UNPARSEABLE if "[" in text else Problem.NOT_A_LIST]
    assert not parsed.found_list


@pytest.mark.parametrize("text", ["", "res", "results =", "```python\nresults", "[", "[Orga", 'results = [Person("Mi'])
def test_the_beginning_of_a_list_is_truncated(text: str) -> None:
    parsed = syntax.parse(text)
    assert parsed.truncated
    assert parsed.calls == ()


def test_a_cut_answer_keeps_its_whole_items() -> None:
    parsed = syntax.parse('results = [Person("Mina Park"), City("Busan"), Orga')
    assert parsed == Parsed((MINA, BUSAN), (), True, False, True)


@pytest.mark.parametrize("end", ["\\", "'s", "\n", " ", "\\u53"])
def test_an_answer_cut_inside_a_string_loses_that_item_only(end: str) -> None:
    assert syntax.parse('results = [Person("Mina Park"), City("Ibn al' + end) == Parsed((MINA,), (), True, False, True)


def test_a_repeated_list_is_read_once() -> None:
    full = 'results = [Person("Mina Park"), City("Busan"), City("Busan")]'
    parsed = syntax.parse(f"{full}\n{full}\n{full}\nThat is all.")
    assert parsed == Parsed((MINA, BUSAN, BUSAN), (), False, True, True)


@pytest.mark.parametrize(
    ("end", "trailing"), [("", False), (" \n\t", False), ("\n```\n", False), ("]", True), (".", True)]
)
def test_white_space_and_a_closing_fence_are_no_trailing_text(end: str, trailing: bool) -> None:
    assert syntax.parse("results = []" + end).trailing_text is trailing


HOSTILE = [
    'Person(__import__("os").mkdir("x"))',
    'Person(f"{1}")',
    'Person(b"x")',
    'Person(lambda: "x")',
    'Person("x" for y in "z")',
    'Person(*["x"])',
    'Person(**{"name": "x"})',
    'Person("x".upper())',
    'Person(y := "x")',
    'Person("x" + "y")',
    'Person("x" "y")',
    'Person("x" if 1 else "y")',
    'Person(["x"][0])',
    'Person("x")[0]',
    'Person("x").name',
    'Person("x")("y")',
    'Person("x") + City("y")',
    'Person("x") if 1 else City("y")',
    'os.Person("x")',
    '(Person)("x")',
    '*[Person("x")]',
    'Person("x") for y in [1]',
    'lambda: Person("x")',
    'await Person("x")',
    'not("x")',
    '{"a": Person("x")}',
    '("x")',
    '"x"',
    "Person",
    "Person(name)",
    "Person(42)",
    "Person(None)",
    'Person("\\ud83d")',
    'Person("\\u12")',
    'Person("\\N{NO SUCH NAME}")',
    'Person("\\U00110000")',
    'Person("line\nbreak")',
    'Person(a="x", a="y")',
    'Person(a="x", "y")',
    'Person("x",, "y")',
    "É" * 300 + '("x")',
    'Person("x"}',
    "",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_an_item_that_is_no_call_costs_only_itself(source: str) -> None:
    parsed = syntax.parse(f'results = [Person("Mina Park"), {source}, City("Busan")]')
    assert parsed.calls == (MINA, BUSAN)
    assert [issue.problem for issue in parsed.issues] == [Problem.UNPARSEABLE]
    assert not parsed.truncated
    assert not parsed.trailing_text


def test_calls_nested_without_end_are_refused() -> None:
    assert problems("results = [" + "A(" * 5000) == [Problem.UNPARSEABLE]
    assert problems("results = [" + "A([" * 5000) == [Problem.UNPARSEABLE]


@pytest.mark.parametrize(
    "words", ["a], City(b), [c", "a), City('b'), (c", "#no comment", "it's", "f(x)[0]{1}", "```", "results = ["]
)
def test_brackets_and_commas_inside_strings_split_nothing(words: str) -> None:
    text = syntax.write([Call("Person", (words,)), BUSAN])
    assert calls(text) == (Call("Person", (words,)), BUSAN)
    spoilt = f'results = [Person(f"{words}"), City("Busan")]'
    assert calls(spoilt) == (BUSAN,)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ('results = [Org("צה"ל"), City("Busan")]', (BUSAN,)),
        ('results = [Person("Mina Park"), Org("צה"ל")]', (MINA,)),
        ('results = [Org("The "Gate""), City("Busan"), Org("a"b")]', (BUSAN,)),
        ('results = [Org("5"x"), Person("Mina Park"), Org("7"x"), City("Busan")]', (MINA, BUSAN)),
        ('results = [Person(it\'s), City("Busan")]', (BUSAN,)),
    ],
)
def test_a_quote_left_unescaped_costs_only_its_item(text: str, rest: tuple[Call, ...]) -> None:
    parsed = syntax.parse(text)
    assert parsed.calls == rest
    assert parsed.issues
    assert {issue.problem for issue in parsed.issues} == {Problem.UNPARSEABLE}
    assert not parsed.truncated


def test_escaped_and_plain_characters_are_the_same_mention() -> None:
    assert calls(r'[City("\u5317\u4eac"), City("北京")]') == (Call("City", ("北京",)),) * 2


def test_an_emoji_escaped_as_in_json_is_joined_and_counted() -> None:
    parsed = syntax.parse(r'results = [Thing("\ud83d\ude00"), Thing("😀")]')
    assert parsed.calls == (Call("Thing", ("😀",)),) * 2
    assert parsed.repairs == 1


def test_an_unknown_escape_is_kept_without_a_warning() -> None:
    assert calls(r'[Path("C:\dir\new")]') == (Call("Path", ("C:\\dir\new",)),)
    assert calls(r'[Path(r"C:\dir\new")]') == (Call("Path", ("C:\\dir\\new",)),)


def test_names_are_normalised_as_python_does() -> None:
    assert calls('[Ｐｅｒｓｏｎ("x")]') == (Call("Person", ("x",)),)
    assert calls('[व्यक्ति("अली")]') == (Call("व्यक्ति", ("अली",)),)


def test_an_issue_shows_the_source_shortened_and_storable() -> None:
    (issue,) = syntax.parse('results = [Person("\ud83d" + "' + "x" * 500 + '")]').issues
    assert issue.detail.startswith('Person("\\ud83d" + "xxx')
    assert len(issue.detail) <= 80
    assert syntax.parse("results = [ , ]").issues == (Issue(Problem.UNPARSEABLE, ","),)
