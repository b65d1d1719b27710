"""MasakhaNER 2.0: news in twenty African languages."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus
from knowcoderx.corpora._conll import conll
from knowcoderx.library.general import Date, Location, Organization, Person

LANGUAGES = (
    "bam", "bbj", "ewe", "fon", "hau", "ibo", "kin", "lug", "luo", "mos",
    "nya", "pcm", "sna", "swa", "tsn", "twi", "wol", "xho", "yor", "zul",
)  # fmt: skip

CORPUS = Corpus(
    name="masakhaner2",
    source="https://github.com/masakhane-io/masakhane-ner",
    commit="ba5843cd08aa491d5f96a5e809e71eb9ec461391",
    licence="CC BY-NC 4.0",
    languages=LANGUAGES,
    labels={"PER": Person, "ORG": Organization, "LOC": Location, "DATE": Date},
    read=conll(sep=" "),
    splits={"test": "{lang}/test.txt"},
    upstream="MasakhaNER2.0/data/{path}",
    notes="Test splits only. The licence is that of the annotations; the news keeps the terms of its sites. "
    "Languages keep the corpus's own three letters.",
)
