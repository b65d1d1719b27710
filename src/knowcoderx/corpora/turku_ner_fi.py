"""Turku NER: Finnish of several genres."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus, First
from knowcoderx.corpora._conll import conll
from knowcoderx.library.general import Date, Location, NamedEvent, Organization, Person, ProductOrWork

CORPUS = Corpus(
    name="turku_ner_fi",
    source="https://github.com/TurkuNLP/turku-ner-corpus",
    commit="41856819d45580f1c4ce7100e75ea6b859fb75dc",
    licence="CC BY-SA 4.0",
    languages=("fi",),
    labels={
        "PER": Person,
        "ORG": Organization,
        "LOC": Location,
        "PRO": ProductOrWork,
        "EVENT": NamedEvent,
        "DATE": Date,
    },
    read=conll(),
    splits={"train": "train.tsv", "dev": "dev.tsv", "test": "test.tsv"},
    upstream="data/conll/{path}",
    cuts={"train.tsv": First(1500, "sentences")},
)
