"""The three stages with a translator that answers as told, and the numbers about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from knowcoderx.config import Pairing
from knowcoderx.parallel import ParallelText, Reason, Stage, Translation, Translator, quality, summary, synthesise
from knowcoderx.types import Document, Link, Mention, Pair, place, surface

CONFIG = Pairing(sources=(), translator="parallel-text", dictionary=None, min_score=0.5, max_length_ratio=3.0)
EN = Document(
    "sample/en-train/0",
    "en",
    "Anna left Suzhou in 2014.",
    (Mention("Person", place(0, 4)), Mention("City", place(10, 16))),
)
SENTENCE = "2014年，安娜离开了苏州。"


@dataclass
class Told:
    """A translator that gives stored answers and notes what it was asked."""

    sentence: Translation | None
    spans: dict[int, str] = field(default_factory=dict)
    rewritten: Translation | None = None
    asked: list[str] = field(default_factory=list)

    def joint(self, source: Document, lang: str) -> Translation | None:
        self.asked.append("joint")
        return self.sentence

    def rephrase_span(self, source: Document, index: int, target_text: str) -> str | None:
        self.asked.append(f"span {index}")
        return self.spans.get(index)

    def rephrase_sentence(self, source: Document, target_text: str, missing: Sequence[int]) -> Translation | None:
        self.asked.append(f"sentence {list(missing)}")
        return self.rewritten


def made(translator: Translator, source: Document = EN, lang: str = "zh") -> Pair:
    (pair,) = synthesise([source], translator, lang=lang, config=CONFIG)
    return pair


def target_surfaces(pair: Pair) -> dict[int, str]:
    return {k.source: surface(pair.target.text, pair.target.mentions[k.target].spans) for k in pair.links}


def test_a_joint_translation_that_holds_its_mentions_is_accepted_at_once() -> None:
    translator = Told(Translation(SENTENCE, ("安娜", "苏州")))
    pair = made(translator)
    assert (pair.accepted, pair.stage) == (True, "joint")
    assert target_surfaces(pair) == {0: "安娜", 1: "苏州"}
    assert translator.asked == ["joint"]


def test_span_rephrasing_is_asked_for_the_missing_mention_only() -> None:
    translator = Told(Translation(SENTENCE, ("安妮", "苏州")), spans={0: "安娜"})
    pair = made(translator)
    assert (pair.accepted, pair.stage) == (True, "rephrase_span")
    assert translator.asked == ["joint", "span 0"]


def test_sentence_rephrasing_comes_last_and_may_change_the_sentence() -> None:
    translator = Told(
        Translation("2014年，她离开了苏州。", (None, "苏州")), rewritten=Translation(SENTENCE, ("安娜", "苏州"))
    )
    pair = made(translator)
    assert (pair.accepted, pair.stage, pair.target.text) == (True, "rephrase_sentence", SENTENCE)
    assert translator.asked == ["joint", "span 0", "sentence [0]"]


def test_a_rejected_pair_keeps_what_was_found_and_why_it_failed() -> None:
    pair = made(Told(Translation(SENTENCE, ("安妮", "苏州"))))
    assert pair.reasons == (Reason.NOT_FOUND, Reason.COUNTS)
    assert target_surfaces(pair) == {1: "苏州"}
    assert pair.stage == "joint"


def test_a_source_without_a_translation_is_a_rejected_pair() -> None:
    pair = made(Told(None))
    assert pair.reasons == (Reason.NO_TRANSLATION,)
    assert pair.target.text == ""


def test_links_lead_to_the_targets_mentions_in_text_order() -> None:
    text = "在苏州，2014年，安娜走了。"
    pair = made(Told(Translation(text, ("安娜", "苏州"))))
    assert [m.type for m in pair.target.mentions] == ["City", "Person"]
    assert pair.links == (Link(0, 1), Link(1, 0))


def test_equal_words_get_a_place_each() -> None:
    source = Document(
        "x/en-a/0", "en", "Ali met Ali.", (Mention("Person", place(0, 3)), Mention("Person", place(8, 11)))
    )
    once, twice = "Ali traf Alina.", "Ali traf Ali."
    assert made(Told(Translation(twice, ("Ali", "Ali"))), source, "de").accepted
    inside = made(Told(Translation(once, ("Ali", "Ali"))), source, "de")
    assert [m.spans for m in inside.target.mentions] == [place(0, 3), place(9, 12)]
    only = made(Told(Translation("Ali traf sie.", ("Ali", "Ali"))), source, "de")
    assert Reason.NOT_FOUND in only.reasons


def test_places_outside_the_sentence_are_not_believed() -> None:
    pair = made(Told(Translation(SENTENCE, ("安娜", "苏州"), (place(90, 92), None))))
    assert target_surfaces(pair) == {0: "安娜", 1: "苏州"}


def test_parallel_text_projects_onto_the_human_translation() -> None:
    target = Document("sample/zh-train/0", "zh", SENTENCE)
    translator = ParallelText.fit([EN], {EN.id: target}, min_score=0.5)
    pair = made(translator)
    assert (pair.accepted, pair.target.id) == (True, "sample/zh-train/0")
    assert target_surfaces(pair) == {0: "安娜", 1: "苏州"}
    assert made(translator, lang="de").reasons == (Reason.NO_TRANSLATION,)


def test_the_labels_of_the_translation_are_never_looked_at() -> None:
    bare = Document("sample/zh-train/0", "zh", SENTENCE)
    labelled = Document(bare.id, bare.lang, bare.text, (Mention("Team", place(0, 4)),))
    pairs = [made(ParallelText.fit([EN], {EN.id: t}, min_score=0.5)) for t in (bare, labelled)]
    assert pairs[0] == pairs[1]


def test_the_summary_counts_pairs_by_stage_reason_and_language() -> None:
    good = made(Told(Translation(SENTENCE, ("安娜", "苏州"))))
    bad = made(Told(Translation(SENTENCE, ("安妮", "苏州"))))
    counted = summary([good, bad, good])
    assert {k: counted[k] for k in ("pairs", "accepted", "rejected", "mentions", "projected")} == {
        "pairs": 3,
        "accepted": 2,
        "rejected": 1,
        "mentions": 6,
        "projected": 5,
    }
    assert counted["by_stage"] == {Stage.JOINT: {"accepted": 2, "rejected": 1}}
    assert counted["by_reason"] == {"mention_not_found": 1, "counts_per_type_differ": 1}
    assert counted["by_language"]["en-zh"]["accepted"] == 2


def test_quality_is_strict_in_place_and_type_and_knows_its_ceiling() -> None:
    pair = made(Told(Translation(SENTENCE, ("安娜", "苏州"))))
    gold = Document(
        "sample/zh-train/0",
        "zh",
        SENTENCE,
        (Mention("Date", place(0, 5)), Mention("Person", place(6, 8)), Mention("City", place(10, 13))),
    )
    measured = quality([pair], {EN.id: gold})
    assert (measured["all"]["hits"], measured["all"]["predicted"], measured["all"]["gold"]) == (1, 2, 3)
    assert measured["ceiling"]["recall"] == 2 / 3
    assert measured["pairs"] == 1


def test_pairs_without_gold_are_counted_not_scored() -> None:
    pair = made(Told(Translation(SENTENCE, ("安娜", "苏州"))))
    measured = quality([pair], {})
    assert (measured["without_gold"], measured["all"]["gold"]) == (1, 0)
