"""Evidence, candidates and their assignment, on real sentences in several scripts."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from knowcoderx.parallel import Cooccurrence, Dictionary, DictionaryError, cc_cedict, numerals, project, sounds
from knowcoderx.parallel.candidates import Candidate
from knowcoderx.parallel.projection import assign
from knowcoderx.parallel.units import segment
from knowcoderx.types import Document, Mention, Span, place, surface


def document(lang: str, text: str, *mentions: tuple[str, str]) -> Document:
    """A document whose mentions are given as (type, words), found from left to right for equal words."""
    found: list[Mention] = []
    seen: dict[str, int] = {}
    for kind, words in mentions:
        start = text.index(words, seen.get(words, 0))
        seen[words] = start + 1
        found.append(Mention(kind, place(start, start + len(words))))
    return Document("sample/en-train/0", lang, text, tuple(found))


def projected(source: Document, target: str, **more: object) -> list[str | None]:
    found = project(source, target, min_score=0.5, **more)  # type: ignore[arg-type]
    return [surface(target, m.spans) if m else None for m in found.mentions]


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        (
            document(
                "en",
                "The mayor of Porto, Inês Valadares, arrived in Suzhou.",
                ("City", "Porto"),
                ("Person", "Inês Valadares"),
                ("City", "Suzhou"),
            ),
            "波尔图市长伊内斯·瓦拉达雷斯抵达苏州。",
            ["波尔图", "伊内斯·瓦拉达雷斯", "苏州"],
        ),
        (
            document("zh", "通德·巴洛贡自2014年起工作。", ("Person", "通德·巴洛贡"), ("Date", "2014年")),
            "Tunde Balogun has worked here since 2014.",
            ["Tunde Balogun", "2014"],
        ),
        (
            document(
                "en",
                "Anna moved from Moscow to Novgorod on Friday.",
                ("Person", "Anna"),
                ("City", "Moscow"),
                ("City", "Novgorod"),
            ),
            "Анна переехала из Москвы в Новгород.",
            ["Анна", "Москвы", "Новгород"],
        ),
        (
            document("en", "Tom lives in Delhi.", ("Person", "Tom"), ("City", "Delhi")),
            "टॉम दिल्ली में रहता है।",
            ["टॉम", "दिल्ली"],
        ),
        (
            document("en", "Siemens will close the office in August.", ("Organization", "Siemens"), ("Date", "August")),
            "Siemens schließt das Büro im August.",
            ["Siemens", "August"],
        ),
    ],
    ids=["en-zh", "zh-en", "en-ru", "en-hi", "en-de"],
)
def test_names_are_found_by_sound_and_copy(source: Document, target: str, expected: list[str]) -> None:
    assert projected(source, target) == expected


def test_a_date_is_found_with_its_units_and_in_another_order() -> None:
    source = document("en", "It was recalled on 12 June 2019, a Monday.", ("Date", "12 June 2019"), ("Date", "Monday"))
    assert projected(source, "2019年6月12日星期一召回。") == ["2019年6月12日", "星期一"]


def test_equal_names_keep_their_order_and_a_place_each() -> None:
    source = document("en", "Hangzhou won, and Hangzhou cheered.", ("City", "Hangzhou"), ("City", "Hangzhou"))
    found = project(source, "杭州赢了，杭州欢呼。", min_score=0.5)
    assert [m.start if m else None for m in found.mentions] == [0, 5]


def test_one_place_cannot_serve_two_mentions() -> None:
    source = document("en", "Hangzhou won, and Hangzhou cheered.", ("City", "Hangzhou"), ("City", "Hangzhou"))
    found = project(source, "杭州赢了，全城欢呼。", min_score=0.5)
    assert [m is None for m in found.mentions] == [False, True]
    assert found.reasons == ("", "its place belongs to another mention")


def test_a_mention_under_the_minimum_stays_out_with_its_reason() -> None:
    source = document("en", "Nobody bought Brightwater.", ("Organization", "Brightwater"))
    found = project(source, "没有人买。", min_score=0.5)
    assert found.mentions == (None,)
    assert "no evidence" in found.reasons[0]


def test_what_stands_between_quotation_marks_goes_together() -> None:
    source = document("en", 'They sang "River of Stars" twice.', ("CreativeWork", "River of Stars"))
    assert projected(source, "他们唱了两遍《星河》。") == ["星河"]


def test_half_a_name_is_not_a_name() -> None:
    source = document("en", "Robin Li spoke.", ("Person", "Robin Li"))
    assert projected(source, "李彦宏讲话。") == [None]


def test_two_types_at_one_place_share_their_place() -> None:
    both = Document("x/en-train/0", "en", "Suzhou won.", (Mention("City", place(0, 6)), Mention("Team", place(0, 6))))
    assert projected(both, "苏州赢了。") == ["苏州", "苏州"]


def test_a_mention_inside_another_stays_inside() -> None:
    text = "He teaches at Lagos University."
    source = document("en", text, ("Organization", "Lagos University"), ("City", "Lagos"))
    assert projected(source, "他在拉各斯大学任教。") == ["拉各斯大学", "拉各斯"]


def test_a_dictionary_finds_what_has_no_sound_in_common() -> None:
    source = document("en", "The Danube flooded the valley.", ("River", "Danube"))
    dictionary = Dictionary.of([("Danube", "多瑙河", 1.0)])
    assert projected(source, "多瑙河淹没了山谷。") == [None]
    assert projected(source, "多瑙河淹没了山谷。", dictionary=dictionary) == ["多瑙河"]


def test_words_that_go_together_elsewhere_are_learned() -> None:
    texts = [
        ("Norway won", "挪威赢了"),
        ("Norway lost", "挪威输了"),
        ("Greece won", "希腊赢了"),
        ("Greece lost", "希腊输了"),
        ("Norway is cold", "挪威很冷"),
        ("Greece is warm", "希腊很热"),
    ]
    learned = Cooccurrence.fit(texts)
    source = document("en", "Norway won", ("Country", "Norway"))
    made, becomes = learned.links("Norway won", "挪威赢了")
    assert made.shape == becomes.shape == (2, 4)
    assert made[0, :2].min() > made[0, 2:].max()
    assert becomes[0, :2].min() > becomes[0, 2:].max()
    assert projected(source, "挪威赢了", cooccurrence=learned) == ["挪威"]


def test_cooccurrence_of_nothing_links_nothing() -> None:
    assert not Cooccurrence.fit([]).links("Norway won", "挪威赢了")[0].any()
    assert Cooccurrence.fit([("", "x")]).links("", "x")[0].shape == (0, 1)


def test_colliding_candidates_give_way_to_the_better_one() -> None:
    spots = [place(0, 5), place(6, 9)]
    offered = [[Candidate(place(0, 4), 0.9)], [Candidate(place(2, 6), 0.7), Candidate(place(5, 8), 0.6)]]
    chosen = assign(spots, offered, min_score=0.5)
    assert [c.place if c else None for c in chosen] == [place(0, 4), place(5, 8)]


def test_units_are_words_or_characters_by_script() -> None:
    text = "Xi'an, Anna's 北京2019 กรุง"
    assert [text[u.start : u.end] for u in segment(text)] == [
        "Xi'an",
        ",",
        "Anna",
        "'",
        "s",
        "北",
        "京",
        "2019",
        "ก",
        "รุ",
        "ง",
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2019年", "n:2019"),
        ("二〇一九年", "n:2019"),
        ("四十二", "n:42"),
        ("三万五千", "n:35000"),
        ("1,000", "n:1000"),
        ("2.5", "n:2.5"),
        ("3月", "m:3"),
        ("March", "m:3"),
        ("сентября", "m:9"),
        ("星期日", "w:7"),
        ("Montag", "w:1"),
        ("5亿", "n:500000000"),
        ("2.3亿", "n:230000000"),
        ("1.15亿", "n:115000000"),
        ("١٢", "n:12"),
    ],
)
def test_numbers_and_dates_have_values(text: str, value: str) -> None:
    assert [v.value for v in numerals.values(text)] == [value]


def test_words_that_only_look_like_months_have_no_value() -> None:
    assert numerals.values("they may march") == []


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("Balogun", "巴洛贡", 0.7),
        ("Valadares", "瓦拉达雷斯", 0.7),
        ("Xiaoyu", "小雨", 0.95),
        ("Novgorod", "Новгород", 0.95),
        ("Tom", "トム", 0.7),
        ("Delhi", "दिल्ली", 0.6),
        ("Sofia", "Σοφία", 0.7),
    ],
)
def test_a_name_sounds_like_itself_in_another_script(one: str, other: str, least: float) -> None:
    assert sounds.alike(sounds.sound(one), sounds.sound(other)) >= least


def test_names_that_differ_sound_apart() -> None:
    assert sounds.alike(sounds.sound("Porto"), sounds.sound("卡里姆")) < 0.3


def test_a_word_of_unknown_or_endless_characters_has_no_sound() -> None:
    assert sounds.sound("鹈鹕") == ""
    assert sounds.sound("an" * 50_000) == ""


CEDICT = """# CC-CEDICT
多瑙河 多瑙河 [Duo1 nao3 He2] /Danube/
蘇州 苏州 [Su1 zhou1] /Suzhou prefecture-level city in Jiangsu/
張 张 [Zhang1] /surname Zhang/
not an entry
"""


def test_a_cedict_file_is_read_in_both_scripts_and_directions(tmp_path: Path) -> None:
    path = tmp_path / "cedict.gz"
    path.write_bytes(gzip.compress(CEDICT.encode()))
    read = cc_cedict(path)
    assert read.of_term(("多", "瑙", "河")) == {"danube": 1.0}
    assert read.of_term(("蘇", "州"))["suzhou"] == 0.9
    assert read.of_term(("苏", "州"))["suzhou"] == 0.9
    assert read.of_term(("danube",)) == {"多 瑙 河": 1.0}
    assert not read.of_term(("张",))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no gzip", "gzip"),
        (gzip.compress(b"\xff\xfe"), "UTF-8"),
        (gzip.compress(b"a" * 5000), "more than 4000"),
        (gzip.compress(CEDICT.encode())[:-12], "gzip"),
    ],
    ids=["not gzip", "not utf-8", "too large", "cut"],
)
def test_a_bad_dictionary_says_what_is_wrong(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "cedict.gz"
    path.write_bytes(content)
    with pytest.raises(DictionaryError, match=said):
        cc_cedict(path, most_bytes=4000)


def test_a_missing_dictionary_says_so(tmp_path: Path) -> None:
    with pytest.raises(DictionaryError, match="no dictionary"):
        cc_cedict(tmp_path / "cedict.gz")


def test_a_discontinuous_mention_is_looked_for_as_one_run() -> None:
    source = Document("x/en-train/0", "en", "Anna or Tom Balogun", (Mention("Person", (Span(0, 4), Span(12, 19))),))
    assert projected(source, "安娜·巴洛贡") == ["安娜·巴洛贡"]
