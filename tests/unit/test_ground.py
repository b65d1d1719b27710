"""Where the strings of an answer stand in the text."""

from __future__ import annotations

import pytest

from knowcoderx import ground
from knowcoderx.types import Issue, Problem


def spots(text: str, *items: tuple[str, str]) -> list[tuple[int, int]]:
    mentions, _ = ground.place_surfaces(text, items)
    return [(m.start, m.end) for m in mentions]


def repeated(text: str, surface: str, times: int) -> list[tuple[int, int]]:
    return spots(text, *[("Person", surface)] * times)


@pytest.mark.parametrize(
    ("text", "surface", "spot"),
    [
        ("中国国家主席访问美国。", "美国", (8, 10)),
        ("他住在กรุงเทพมหานคร", "กรุงเทพมหานคร", (3, 16)),
        ("ฉันอยู่กรุงเทพมหานครกับเพื่อน", "กรุงเทพมหานคร", (7, 20)),
        ("私はGoogle本社でNHKを見た。", "Google", (2, 8)),
        ("私はGoogle本社でNHKを見た。", "NHK", (11, 14)),
        ("ខ្ញុំរស់នៅភ្នំពេញជាមួយគ្រួសារ", "ភ្នំពេញ", (10, 17)),
        ("김민아는 서울에서 산다.", "서울", (5, 7)),
        ("وصل علي إلى القاهرة.", "القاهرة", (12, 19)),
        ("👩‍👩‍👧 Ada 😀 Oslo", "Oslo", (12, 16)),
    ],
)
def test_a_surface_is_found_in_every_script(text: str, surface: str, spot: tuple[int, int]) -> None:
    assert spots(text, ("City", surface)) == [spot]
    assert text[slice(*spot)] == surface


def test_each_occurrence_is_used_once() -> None:
    text = "Ali met Ali's father; Ali left."
    mentions, issues = ground.place_surfaces(text, [("Person", "Ali")] * 4)
    assert [(m.start, m.end) for m in mentions] == [(0, 3), (8, 11), (22, 25)]
    assert issues == (Issue(Problem.UNGROUNDED, 'Person("Ali")'),)


def test_a_name_copied_from_an_example_is_ungrounded() -> None:
    mentions, issues = ground.place_surfaces("The factory closed in May.", [("Company", "Toyota")])
    assert mentions == ()
    assert issues == (Issue(Problem.UNGROUNDED, 'Company("Toyota")'),)


def test_the_next_item_is_looked_for_behind_the_last_one() -> None:
    text = "Kim saw Lee. Lee saw Kim."
    assert spots(text, ("Person", "Lee"), ("Person", "Kim")) == [(8, 11), (21, 24)]


def test_an_item_out_of_order_is_still_found() -> None:
    assert spots("Lee saw Kim.", ("Person", "Kim"), ("Person", "Lee")) == [(8, 11), (0, 3)]


def test_mentions_come_in_the_order_of_the_answer() -> None:
    mentions, _ = ground.place_surfaces("Oslo, Rom", [("City", "Rom"), ("Planet", "Mars"), ("City", "Oslo")])
    assert [m.start for m in mentions] == [6, 0]


def test_words_come_before_parts_of_words() -> None:
    text = "Alice met Ali and Ali."
    assert repeated(text, "Ali", 2) == [(10, 13), (18, 21)]
    assert repeated(text, "Ali", 3) == [(10, 13), (18, 21), (0, 3)]


@pytest.mark.parametrize(
    ("text", "surface", "spot"),
    [
        ("Rosana e Ana", "Ana", (9, 12)),
        ("Annas Haus, Anna", "Anna", (12, 16)),
        ("Éva, va!", "va", (5, 7)),
        ("कमला कमल", "कमल", (5, 8)),
        ("E\u0301va va", "va", (5, 7)),
        ("کتاب\u200cها کتاب", "کتاب", (8, 12)),
        ("R2D2 D2", "D2", (5, 7)),
    ],
)
def test_a_word_border_is_one_in_every_alphabet(text: str, surface: str, spot: tuple[int, int]) -> None:
    assert spots(text, ("Person", surface)) == [spot]


def test_a_particle_may_follow_a_korean_name() -> None:
    assert repeated("서울에서 서울 사람", "서울", 1) == [(0, 2)]
    assert repeated("동서울 서울은", "서울", 1) == [(4, 6)]


def test_a_part_of_a_word_is_better_than_nothing() -> None:
    assert spots("Bundeskanzleramt", ("Office", "kanzler")) == [(6, 13)]


def test_another_type_may_have_the_same_place_if_no_other_is_left() -> None:
    assert spots("Paris won.", ("City", "Paris"), ("Team", "Paris")) == [(0, 5), (0, 5)]
    assert spots("Paris beat Paris.", ("City", "Paris"), ("Team", "Paris")) == [(0, 5), (11, 16)]
    mentions, issues = ground.place_surfaces("Paris", [("City", "Paris"), ("Team", "Paris"), ("City", "Paris")])
    assert len(mentions) == 2
    assert [issue.detail for issue in issues] == ['City("Paris")']


def test_a_shared_word_is_better_than_a_part_of_a_word() -> None:
    assert spots("Ali and Alice", ("Person", "Ali"), ("Team", "Ali")) == [(0, 3), (0, 3)]


def test_nested_mentions_have_their_places() -> None:
    assert spots("The University of Paris", ("Org", "University of Paris"), ("City", "Paris")) == [(4, 23), (18, 23)]


def test_a_word_inside_a_placed_mention_is_taken_only_when_needed() -> None:
    text = "Paris University in Paris"
    org, city = ("Org", "Paris University"), ("City", "Paris")
    assert spots(text, org, city) == [(0, 16), (20, 25)]
    assert spots(text, org, city, city) == [(0, 16), (0, 5), (20, 25)]


def test_overlapping_occurrences_are_kept_apart_while_that_works() -> None:
    assert repeated("哈哈哈哈", "哈哈", 2) == [(0, 2), (2, 4)]
    assert repeated("哈哈哈", "哈哈", 2) == [(0, 2), (1, 3)]


@pytest.mark.parametrize(
    ("text", "surface", "spot"),
    [
        ("Cafe\u0301 Oslo", "Caf\u00e9", (0, 5)),
        ("Caf\u00e9 Oslo", "Cafe\u0301", (0, 4)),
        ("\u1112\u1161\u11ab국 사람", "한국", (0, 4)),
        ("in New\nYork City", "New York", (3, 11)),
        ("in New  York", "New York", (3, 12)),
        ("in New York", "New \n York", (3, 11)),
        ("a \u3000b", "a b", (0, 4)),
    ],
)
def test_equal_under_nfc_or_white_space_is_found_at_its_true_place(
    text: str, surface: str, spot: tuple[int, int]
) -> None:
    assert spots(text, ("Place", surface)) == [spot]


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("ali", "Ali"),
        ("C# code", "C++"),
        ("Ali,Baba", "Ali Baba"),
        ("AliBaba", "Ali Baba"),
        ("ﬁrm", "firm"),
        ("Café", "Cafe"),
        ("a", ""),
        ("", "a"),
    ],
)
def test_nothing_looser_is_found(text: str, surface: str) -> None:
    assert spots(text, ("Place", surface)) == []
    assert not ground.contains(text, surface)


def test_an_exact_match_comes_before_an_equivalent_one() -> None:
    assert repeated("New\nYork New York", "New York", 2) == [(9, 17), (0, 8)]


def test_a_place_found_in_two_spellings_is_used_once() -> None:
    mentions, issues = ground.place_surfaces("New\nYork", [("City", "New York"), ("City", "New\nYork")])
    assert len(mentions) == 1
    assert len(issues) == 1


def test_contains_agrees_with_grounding() -> None:
    assert ground.contains("中国国家主席访问美国。", "美国")
    assert ground.contains("in New\nYork", "New York")
    assert not ground.contains("中国国家主席访问美国。", "英国")


def test_heaps_of_combining_marks_are_not_sorted() -> None:
    heap = "a" + "\u0301\u0323" * 20_000
    assert ground.contains(heap, heap)
    assert not ground.contains(heap, "b" + "\u0323\u0301" * 20_000)
    assert not ground.contains(heap, "é")
