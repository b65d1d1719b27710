"""Universal NER on the English Web Treebank."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus
from knowcoderx.corpora._iob2 import iob2
from knowcoderx.library.general import Location, Organization, Person

CORPUS = Corpus(
    name="uner_en_ewt",
    source="https://github.com/UniversalNER/UNER_English-EWT",
    commit="8ed072de2fd24022cc62458997fe96a8fe191ea4",
    licence="CC BY-SA 4.0",
    languages=("en",),
    labels={"PER": Person, "LOC": Location, "ORG": Organization},
    read=iob2(),
    splits={"dev": "en_ewt-ud-dev.iob2", "test": "en_ewt-ud-test.iob2"},
    notes="The train file is left out for its size; dev can be trained on.",
)
