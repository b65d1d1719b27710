"""Counts on the real files, where they are there: sentences, and mentions that begin with B-.

The figures are those of the tables that came with the data, which count B- tags. What is read beside
them is counted as a repair, so the sum must fit exactly. All files are read once: about ten seconds.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from knowcoderx import config, corpora

ROOT = Path(__file__).parents[2]
RAW = [ROOT / folder for folder in config.load(ROOT / "params.yaml").ingest.raw]

COUNTS = {
    "masakhaner2:test": (30538, 47707),
    "uner_en_ewt:dev": (2001, 966),
    "uner_en_ewt:test": (2077, 1088),
    "uner_zh_gsdsimp:train": (3997, 6118),
    "uner_zh_gsdsimp:dev": (500, 753),
    "uner_zh_gsdsimp:test": (500, 763),
    "uner_pud/en:test": (1000, 1075),
    "uner_pud/zh:test": (1000, 1139),
    "uner_pud/de:test": (1000, 1039),
    "uner_pud/ru:test": (1000, 1036),
    "uner_pud/sv:test": (1000, 1029),
    "uner_da_ddt:dev": (564, 379),
    "uner_da_ddt:test": (565, 446),
    "uner_pt_bosque:test": (1167, 1215),
    "wikiann/en:train": (4000, 5597),
    "wikiann/en:dev": (1000, 1452),
    "wikiann/en:test": (3000, 4222),
    "wikiann/de:test": (1000, 1372),
    "wikiann/es:test": (1000, 1215),
    "wikiann/nl:test": (1000, 1369),
    "wikiann/pl:test": (1000, 1543),
    "wikiann/ru:test": (1000, 1191),
    "wnut17:train": (3394, 1975),
    "wnut17:dev": (1009, 836),
    "wnut17:test": (1287, 1079),
    "broad_twitter:train": (6338, 8779),
    "broad_twitter:dev": (1000, 1730),
    "broad_twitter:test": (2001, 4376),
    "bc5cdr:train": (2000, 4108),
    "bc5cdr:test": (4797, 9809),
    "ncbi_disease:train": (1200, 1208),
    "ncbi_disease:dev": (923, 787),
    "ncbi_disease:test": (940, 960),
    "klue_ner_ko:dev": (1500, 4277),
    "ja_wikipedia_ner:all": (1500, 3673),
    "indonlu_nergrit_id:train": (1672, 5321),
    "indonlu_nergrit_id:dev": (209, 662),
    "mahaner_mr:test": (1999, 1942),
    "turku_ner_fi:train": (1500, 365),
    "turku_ner_fi:dev": (1364, 1063),
    "turku_ner_fi:test": (1555, 1005),
    "ronec_ro:test": (1000, 6618),
    "ronec_ro:dev": (200, 1278),
    "hiner_hi:dev": (2500, 7479),
    "turkish_wiki_ner:train": (1500, 4406),
    "turkish_wiki_ner:dev": (1000, 2969),
    "turkish_wiki_ner:test": (1000, 3016),
    "germeval14_de:dev": (600, 722),
    "germeval14_de:test": (2000, 2420),
    "weibo_zh:train": (1350, 1885),
    "weibo_zh:dev": (270, 389),
    "weibo_zh:test": (270, 414),
    "crossner:ai-train": (100, 532),
    "crossner:ai-dev": (350, 1549),
    "crossner:ai-test": (431, 1809),
    "crossner:literature-test": (416, 2266),
    "crossner:music-test": (465, 3336),
    "crossner:politics-test": (651, 4209),
    "crossner:science-test": (543, 3089),
    "wikineural/en:dev": (1000, 1725),
    "wikineural/ru:test": (400, 635),
}


@cache
def summary(reference: corpora.Reference) -> tuple[int, Counter[str], dict[str, set[str]]]:
    """Sentences, repairs (with the mentions as one more count) and the words of the mentions by type."""
    counts: Counter[str] = Counter()
    words: dict[str, set[str]] = {}
    sentences = 0
    for document in corpora.documents(str(reference), RAW, counts):
        sentences += 1
        counts["mentions"] += len(document.mentions)
        for mention in document.mentions:
            words.setdefault(mention.type, set()).add(document.text[mention.start : mention.end].casefold())
    return sentences, counts, words


def read(reference: str) -> tuple[int, int, Counter[str]]:
    total, counts = 0, Counter[str]()
    try:
        for single in corpora.references(reference):
            sentences, found, _ = summary(single)
            total += sentences
            counts += found
    except corpora.CorpusMissing as missing:
        pytest.skip(str(missing))
    return total, counts["mentions"], counts


@pytest.mark.parametrize("reference", COUNTS)
def test_the_counts_are_those_of_the_table(reference: str) -> None:
    sentences, mentions, repairs = read(reference)
    assert (sentences, mentions - repairs["i_without_b"]) == COUNTS[reference]


def test_bengali_times_without_prefix_are_mentions_beside_those_of_the_table() -> None:
    for part, sentences, table, times in (("train", 1200, 1437, 347), ("test", 1950, 2505, 537)):
        count, mentions, repairs = read(f"bengali_ner:{part}")
        assert count == sentences
        assert mentions - repairs["i_without_b"] == table + times


def test_wojood_is_read_at_its_outermost_level_where_mentions_are_whole() -> None:
    for part, sentences, outermost in (("train", 1114, 2312), ("dev", 158, 385), ("test", 357, 711)):
        count, mentions, repairs = read(f"wojood_sample_ar:{part}")
        assert (count, mentions) == (sentences, outermost)
        assert repairs["i_without_b"] <= 1, "the outermost level is sound; the last column has dozens of these"


def test_every_split_of_every_corpus_can_be_read() -> None:
    for name in corpora.names():
        for reference in corpora.references(name):
            sentences, mentions, _ = read(str(reference))
            assert sentences and mentions


def digits(text: str) -> frozenset[str]:
    return frozenset("0123456789") & frozenset(text)


def test_parallel_sentences_meet_under_one_key_where_the_files_differ_in_order() -> None:
    try:
        english = dict(corpora.keyed_documents("uner_pud/en:test", RAW))
        chinese = dict(corpora.keyed_documents("uner_pud/zh:test", RAW))
    except corpora.CorpusMissing as missing:
        pytest.skip(str(missing))
    assert english.keys() == chinese.keys()
    moved = [str(place) for place in range(375, 875)]
    pairs = [(digits(english[key].text), digits(chinese[key].text)) for key in moved]
    telling = [(left, right) for left, right in pairs if len(left) > 2 and len(right) > 2]
    assert len(telling) > 50
    assert sum(left == right for left, right in telling) > 0.7 * len(telling)


@pytest.mark.parametrize("name", corpora.names())
def test_the_files_are_the_pinned_ones(name: str) -> None:
    try:
        checked = corpora.verify(name, RAW, ROOT / corpora.REGISTRY)
    except corpora.CorpusMissing as missing:
        pytest.skip(str(missing))
    assert checked == corpora.get(name).paths()


def test_no_guideline_shows_a_mention_of_an_evaluation_split() -> None:
    gold: dict[str, set[str]] = {}
    shown: dict[str, tuple[str, ...]] = {}
    for name in corpora.names():
        for reference in corpora.references(name):
            types = corpora.ontology(corpora.get(name), reference.split)
            shown |= {kind: types[kind].examples for kind in types}
            if reference.split.endswith("train"):
                continue
            try:
                for kind, words in summary(reference)[2].items():
                    gold.setdefault(kind, set()).update(words)
            except corpora.CorpusMissing:
                continue
    if not gold:
        pytest.skip("no real corpus in the raw folders")
    leaks = {kind: [e for e in examples if e.casefold() in gold.get(kind, ())] for kind, examples in shown.items()}
    assert {kind: found for kind, found in leaks.items() if found} == {}
