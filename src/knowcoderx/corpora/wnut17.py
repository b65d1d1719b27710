"""WNUT 2017: rare and new names in English social media."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus
from knowcoderx.corpora._conll import conll
from knowcoderx.library.general import Corporation, CreativeWork, Group, Location, Person, Product

CORPUS = Corpus(
    name="wnut17",
    source="https://github.com/leondz/emerging_entities_17",
    commit="e52a2d2a71ac1a051ca2d532eef28653c5c02603",
    licence="CC BY 4.0",
    languages=("en",),
    labels={
        "person": Person,
        "location": Location,
        "corporation": Corporation,
        "group": Group,
        "creative-work": CreativeWork,
        "product": Product,
    },
    read=conll(),
    splits={"train": "wnut17train.conll", "dev": "emerging.dev.conll", "test": "emerging.test.annotated"},
    notes="A sentence can end with a line that holds a TAB. HTML escapes are split into tokens, and stay so.",
    reported={"KnowCoder-X": 68.72, "KnowCoder": 66.4, "GoLLIE": 54.3},
)
