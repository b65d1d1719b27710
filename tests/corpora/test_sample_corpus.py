"""The sample corpus in data/sample keeps its own promises: format, size, splits, pairs, true spans.

The files are read here with a few lines of their own, so that a fault in the package cannot hide a fault in the data.
"""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
IOB2 = sorted(SAMPLE.glob("*/*.iob2"))
RELATIONS = sorted(SAMPLE.glob("*/*.relations.jsonl"))
EVENTS = sorted(SAMPLE.glob("*/*.events.jsonl"))

TYPES = {"PER", "ORG", "LOC", "DATE", "PROD", "EVENT", "WORK"}
RELATION_SIDES = {
    "WorksFor": ({"PER"}, {"ORG"}),
    "BornIn": ({"PER"}, {"LOC"}),
    "LocatedIn": ({"ORG", "LOC"}, {"LOC"}),
    "AuthorOf": ({"PER"}, {"WORK"}),
    "FoundedBy": ({"ORG"}, {"PER"}),
    "MakerOf": ({"ORG"}, {"PROD"}),
}
ROLE_TYPES = {
    "Visit": {"visitor": {"PER", "ORG"}, "place": {"LOC"}, "date": {"DATE"}},
    "Founding": {"founder": {"PER", "ORG"}, "organization": {"ORG"}, "place": {"LOC"}, "date": {"DATE"}},
    "Publication": {"author": {"PER"}, "work": {"WORK"}, "publisher": {"ORG"}, "date": {"DATE"}},
    "Competition": {
        "winner": {"PER", "ORG", "LOC"},
        "loser": {"PER", "ORG", "LOC"},
        "event": {"EVENT"},
        "place": {"LOC"},
        "date": {"DATE"},
    },
    "Appointment": {"person": {"PER"}, "organization": {"ORG"}},
    "Launch": {"organization": {"ORG"}, "product": {"PROD"}, "date": {"DATE"}},
}


@dataclass(frozen=True)
class Sentence:
    """One sentence of an IOB2 file; a token span is half-open in characters, a mention's tokens are inclusive."""

    lang: str
    split: str
    id: str
    text: str
    tokens: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    mentions: tuple[tuple[int, int, str], ...]

    def characters(self, first: int, last: int) -> tuple[int, int]:
        """The half-open character span of tokens ``first`` to ``last``."""
        return self.places[first][0], self.places[last][1]


def token_places(text: str, tokens: list[str]) -> tuple[tuple[int, int], ...]:
    """Where each token stands; only spaces may lie between them."""
    places, at = [], 0
    for token in tokens:
        start = text.find(token, at)
        assert start >= 0 and not text[at:start].strip(), f"{token!r} does not follow at {at} in {text!r}"
        at = start + len(token)
        places.append((start, at))
    assert at == len(text), f"tokens end at {at} in {text!r}"
    return tuple(places)


def tag_mentions(tags: list[str]) -> tuple[tuple[int, int, str], ...]:
    """The mentions of strict IOB2 tags: an I- only after a B- or I- of the same type."""
    mentions: list[tuple[int, int, str]] = []
    for i, tag in enumerate(tags):
        match tag.partition("-"):
            case ("O", "", ""):
                continue
            case ("B", "-", kind):
                mentions.append((i, i, kind))
            case ("I", "-", kind):
                assert mentions and mentions[-1][1:] == (i - 1, kind), f"{tag} at token {i} continues nothing"
                mentions[-1] = (mentions[-1][0], i, kind)
            case _:
                raise AssertionError(f"not a tag: {tag!r}")
    return tuple(mentions)


def read_block(block: str, path: Path) -> Sentence:
    """One sentence from its lines."""
    head, text_line, *rows = block.split("\n")
    assert head.startswith("# sent_id = ") and text_line.startswith("# text = "), block
    columns = [row.split("\t") for row in rows]
    assert all(len(row) == 5 and row[3:] == ["-", "-"] for row in columns), block
    assert [row[0] for row in columns] == [str(i) for i in range(1, len(columns) + 1)], block
    text = text_line.removeprefix("# text = ")
    tokens = [row[1] for row in columns]
    return Sentence(
        lang=path.parent.name,
        split=path.stem,
        id=head.removeprefix("# sent_id = "),
        text=text,
        tokens=tuple(tokens),
        places=token_places(text, tokens),
        mentions=tag_mentions([row[2] for row in columns]),
    )


@cache
def sentences() -> tuple[Sentence, ...]:
    """Every sentence of the corpus."""
    texts = ((path, path.read_text(encoding="utf-8").removesuffix("\n\n")) for path in IOB2)
    return tuple(read_block(block, path) for path, text in texts for block in text.split("\n\n"))


@cache
def by_key() -> dict[tuple[str, str, str], Sentence]:
    """Every sentence by language, split and id."""
    return {(s.lang, s.split, s.id): s for s in sentences()}


def rows_of(path: Path, id_key: str) -> list[tuple[dict[str, Any], Sentence]]:
    """The objects of a JSON Lines file, each with its sentence."""
    split = path.name.split(".")[0]
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").removesuffix("\n").split("\n")]
    return [(row, by_key()[path.parent.name, split, row[id_key]]) for row in rows]


def pairs() -> list[tuple[Sentence, Sentence]]:
    """English and Chinese sentences that share an id and a split."""
    english = [s for s in sentences() if s.lang == "en" and s.id.startswith("pair-")]
    return [(s, by_key()["zh", s.split, s.id]) for s in english]


def script_of(text: str) -> str:
    """The script of most letters, by the first word of their Unicode names."""
    names = (unicodedata.name(c).split(" ")[0] for c in text if c.isalpha())
    return Counter(names).most_common(1)[0][0]


def type_counts(sentence: Sentence) -> Counter[str]:
    """How many mentions a sentence has of each type."""
    return Counter(kind for _, _, kind in sentence.mentions)


def surfaces(split: str) -> list[tuple[str, str]]:
    """The language and the words of every mention in a split."""
    chosen = (s for s in sentences() if s.split == split)
    return [(s.lang, s.text[slice(*s.characters(first, last))]) for s in chosen for first, last, _ in s.mentions]


def test_the_corpus_is_as_large_and_as_mixed_as_promised() -> None:
    assert len(sentences()) >= 300
    assert {s.lang for s in sentences()} >= {"en", "zh", "de", "es", "ru", "ar", "hi", "ja"}
    scripts = {script_of(s.text) for s in sentences()}
    assert scripts >= {"LATIN", "CJK", "CYRILLIC", "ARABIC", "DEVANAGARI"}


def test_every_type_is_frequent_enough_to_be_learnt() -> None:
    counts = Counter(kind for s in sentences() if s.split == "train" for _, _, kind in s.mentions)
    assert set(counts) == TYPES
    assert min(counts.values()) >= 25
    assert {kind for kind, _ in counts.most_common(3)} == {"PER", "ORG", "LOC"}


def test_about_a_tenth_of_the_sentences_has_no_mention() -> None:
    empty = sum(not s.mentions for s in sentences())
    assert 0.08 <= empty / len(sentences()) <= 0.15


def test_ids_are_unique_in_a_language_and_name_their_split() -> None:
    assert len(by_key()) == len(sentences())
    assert len({(s.lang, s.id) for s in sentences()}) == len(sentences())
    wrong = [s.id for s in sentences() if not re.fullmatch(rf"(pair|{s.lang})-{s.split}-\d{{4}}", s.id)]
    assert wrong == []


def test_no_sentence_occurs_twice() -> None:
    twice = [text for text, n in Counter(s.text for s in sentences()).items() if n > 1]
    assert twice == []


def test_no_test_sentence_is_close_to_a_train_or_dev_sentence() -> None:
    matcher = difflib.SequenceMatcher(autojunk=False)
    close = []
    for probe in (s for s in sentences() if s.split == "test"):
        matcher.set_seq2(probe.text)
        for other in (s for s in sentences() if s.lang == probe.lang and s.split != "test"):
            matcher.set_seq1(other.text)
            if matcher.real_quick_ratio() > 0.75 and matcher.quick_ratio() > 0.75 and matcher.ratio() > 0.75:
                close.append((probe.text, other.text))
    assert close == []


def test_most_names_of_test_are_not_seen_in_training() -> None:
    seen = set(surfaces("train"))
    trained = {lang for lang, _ in seen}
    names = [name for name in surfaces("test") if name[0] in trained]
    assert sum(name in seen for name in names) / len(names) < 0.1


@pytest.mark.parametrize("path", [*IOB2, *RELATIONS, *EVENTS], ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_file_is_clean_unicode_text(path: Path) -> None:
    data = path.read_bytes()
    text = data.decode("utf-8")
    assert unicodedata.normalize("NFC", text) == text
    assert not data.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in data and data.endswith(b"\n")
    assert not re.search(r"[ \t\u3000]$", text, re.MULTILINE)
    assert {c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"}} <= {"\n", "\t"}


def test_mentions_have_known_types_and_no_space_at_their_ends() -> None:
    for s in sentences():
        for first, last, kind in s.mentions:
            surface = s.text[slice(*s.characters(first, last))]
            assert kind in TYPES
            assert surface == surface.strip(' "“”«»„《》「」.,'), surface


def test_chinese_and_japanese_texts_have_no_spaces_between_their_own_letters() -> None:
    texts = (s.text for s in sentences() if s.lang in {"zh", "ja"})
    spaced = [text for text in texts if re.search(r"[^\x00-\x7f] | [^\x00-\x7f]", text)]
    assert spaced == []


def test_there_are_enough_pairs_in_each_split() -> None:
    counts = Counter(english.split for english, _ in pairs())
    assert counts["train"] >= 80 and counts["dev"] >= 15 and counts["test"] >= 20


def test_every_pair_has_two_sides_in_the_same_split() -> None:
    sides = ((s.split, s.id) for s in sentences() if s.id.startswith("pair-") and s.lang in {"en", "zh"})
    one_sided = [key for key, n in Counter(sides).items() if n != 2]
    assert one_sided == []


def test_both_sides_of_a_pair_have_as_many_mentions_of_each_type() -> None:
    unequal = [english.id for english, chinese in pairs() if type_counts(english) != type_counts(chinese)]
    assert unequal == []


def test_both_sides_of_a_pair_have_the_same_relations_and_events_by_type() -> None:
    found: dict[tuple[str, str], Counter[str]] = {}
    for path in (p for p in RELATIONS if p.parent.name in {"en", "zh"}):
        for row, s in rows_of(path, "doc_key"):
            found.setdefault((s.lang, s.id), Counter()).update(relation[4] for relation in row["relations"])
    for path in (p for p in EVENTS if p.parent.name in {"en", "zh"}):
        for row, s in rows_of(path, "id"):
            labels = (f"{e['type']}.{m['role']}" for e in row["events"] for m in e["mentions"])
            found.setdefault((s.lang, s.id), Counter()).update(labels)
    unequal = [en.id for en, zh in pairs() if found.get(("en", en.id)) != found.get(("zh", zh.id))]
    assert unequal == []


def test_relations_join_mentions_of_the_sentence_with_fitting_types() -> None:
    for path in RELATIONS:
        for row, s in rows_of(path, "doc_key"):
            assert tuple(row["sentence"]) == s.tokens
            assert tuple(tuple(mention) for mention in row["ner"]) == s.mentions
            kinds = {(first, last): kind for first, last, kind in s.mentions}
            assert row["relations"]
            for head_first, head_last, tail_first, tail_last, label, *rest in row["relations"]:
                heads, tails = RELATION_SIDES[label]
                assert kinds[head_first, head_last] in heads, (s.id, label)
                assert kinds[tail_first, tail_last] in tails, (s.id, label)
                assert rest == ["", False, False]


def test_events_have_true_words_one_trigger_and_fitting_roles() -> None:
    for path in EVENTS:
        for row, s in rows_of(path, "id"):
            assert row["content"] == s.text
            kinds = {s.characters(first, last): kind for first, last, kind in s.mentions}
            assert row["events"]
            for event in row["events"]:
                for mention in event["mentions"]:
                    start, end = mention["span"]
                    assert s.text[start:end] == mention["word"], (s.id, mention)
                triggers = [m for m in event["mentions"] if m["role"] == "trigger"]
                arguments = [m for m in event["mentions"] if m["role"] != "trigger"]
                assert len(triggers) == 1 and arguments, s.id
                for mention in arguments:
                    kind = kinds[mention["span"][0], mention["span"][1]]
                    assert kind in ROLE_TYPES[event["type"]][mention["role"]], (s.id, mention)


def test_a_trigger_is_made_of_whole_tokens() -> None:
    for path in EVENTS:
        for row, s in rows_of(path, "id"):
            starts, ends = {start for start, _ in s.places}, {end for _, end in s.places}
            spans = [m["span"] for event in row["events"] for m in event["mentions"] if m["role"] == "trigger"]
            assert all(start in starts and end in ends for start, end in spans), s.id


def test_there_are_enough_relations_and_events_in_four_languages() -> None:
    relations = [(s, row) for path in RELATIONS for row, s in rows_of(path, "doc_key")]
    events = [(s, row) for path in EVENTS for row, s in rows_of(path, "id")]
    assert {s.lang for s, _ in relations} == {s.lang for s, _ in events} == {"en", "zh", "de", "es"}
    assert len({(s.lang, s.id) for s, _ in relations + events}) >= 120
    assert sum(len(row["relations"]) for _, row in relations) >= 100
    assert sum(len(row["events"]) for _, row in events) >= 60
    assert {relation[4] for _, row in relations for relation in row["relations"]} == set(RELATION_SIDES)
    assert {event["type"] for _, row in events for event in row["events"]} == set(ROLE_TYPES)
