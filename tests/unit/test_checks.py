"""Each check sees its own fault and no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowcoderx.parallel.checks import Reason, check, length
from knowcoderx.types import Document, Mention, place

EN = Document(
    "sample/en-train/0", "en", "Tunde Balogun has worked in Suzhou since 2014.",
    (Mention("Person", place(0, 13)), Mention("City", place(28, 34))),
)  # fmt: skip
ZH = Document(
    "sample/zh-train/0", "zh", "通德·巴洛贡自2014年起一直在苏州工作。",
    (Mention("Person", place(0, 6)), Mention("City", place(15, 17))),
)  # fmt: skip


def reasons(source: Document, target: Document, found: tuple[Mention | None, ...] | None = None) -> tuple[Reason, ...]:
    return check(source, target, target.mentions if found is None else found, max_length_ratio=3.0)


def test_a_good_pair_has_no_reason_against_it() -> None:
    assert reasons(EN, ZH) == ()
    assert reasons(ZH, EN) == ()


def test_a_mention_without_a_place_is_seen() -> None:
    target = replace(ZH, mentions=ZH.mentions[:1])
    assert reasons(EN, target, (ZH.mentions[0], None)) == (Reason.NOT_FOUND, Reason.COUNTS)


def test_a_place_used_twice_is_seen() -> None:
    twice = (Mention("Person", place(0, 6)), Mention("City", place(3, 6)))
    assert reasons(EN, replace(ZH, mentions=twice)) == (Reason.PLACE_TWICE,)


def test_a_type_that_changes_is_seen() -> None:
    target = replace(ZH, mentions=(ZH.mentions[0], Mention("Country", place(15, 17))))
    assert reasons(EN, target) == (Reason.COUNTS,)


def test_a_nested_mention_that_leaves_its_frame_is_seen() -> None:
    source = Document(
        "x/en-a/0", "en", "He is at Lagos University.", (Mention("Org", place(9, 25)), Mention("City", place(9, 14)))
    )
    inside = Document("x/zh-a/0", "zh", "他在拉各斯大学。", (Mention("Org", place(2, 7)), Mention("City", place(2, 5))))
    beside = replace(inside, mentions=(Mention("Org", place(5, 7)), Mention("City", place(2, 5))))
    around = replace(inside, mentions=(Mention("Org", place(2, 5)), Mention("City", place(2, 7))))
    assert reasons(source, inside) == ()
    assert reasons(source, beside) == (Reason.NESTING,)
    assert reasons(source, around) == (Reason.NESTING,)


def test_the_source_given_back_is_a_copy() -> None:
    echoed = Document("sample/de-train/0", "de", EN.text, EN.mentions)
    assert reasons(EN, echoed) == (Reason.COPY,)


def test_shared_names_and_numbers_make_no_copy() -> None:
    target = Document(
        "sample/de-train/0", "de", "Tunde Balogun arbeitet seit 2014 in Suzhou.",
        (Mention("Person", place(0, 13)), Mention("City", place(36, 42))),
    )  # fmt: skip
    assert reasons(EN, target) == ()


def test_a_sentence_in_another_script_is_seen() -> None:
    assert reasons(EN, replace(ZH, lang="ru")) == (Reason.SCRIPT,)


def test_a_language_without_a_table_entry_is_not_checked_for_script() -> None:
    assert reasons(EN, replace(ZH, lang="yue")) == ()


def test_a_foreign_name_in_the_target_is_no_wrong_script() -> None:
    source = Document("x/en-a/0", "en", "ThinkPad broke.", (Mention("Product", place(0, 8)),))
    target = Document("x/zh-a/0", "zh", "ThinkPad坏了。", (Mention("Product", place(0, 8)),))
    assert reasons(source, target) == ()


def test_a_target_three_times_as_long_is_seen() -> None:
    source = Document("x/en-a/0", "en", "It rains.")
    target = Document("x/de-a/0", "de", "Es regnet " + "und es hört und hört einfach nicht auf " * 3)
    assert reasons(source, target) == (Reason.LENGTH,)


@pytest.mark.parametrize(
    ("english", "chinese", "agree"),
    [
        ("They won 3-0 on 8 August.", "他们8月8日以3比0获胜。", True),
        ("They were founded in 1987.", "他们成立于1978年。", False),
        ("It cost 500 pounds.", "它花了五百英镑。", True),
        ("It cost 500 pounds.", "它花了很多英镑。", False),
        ("It took two days.", "花了两天时间。", True),
    ],
)
def test_numbers_in_digits_need_an_equal(english: str, chinese: str, agree: bool) -> None:
    found = reasons(Document("x/en-a/0", "en", english), Document("x/zh-a/0", "zh", chinese))
    assert found == (() if agree else (Reason.NUMBERS,))


def test_length_counts_words_in_every_script() -> None:
    assert length("The soup needs a little more salt.") == 7
    assert 5 <= length("汤里再放一点盐就好了。") <= 7
