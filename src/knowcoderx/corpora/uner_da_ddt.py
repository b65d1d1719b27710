"""Universal NER on the Danish Dependency Treebank."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus
from knowcoderx.corpora._iob2 import iob2
from knowcoderx.library.general import Location, Organization, Person

CORPUS = Corpus(
    name="uner_da_ddt",
    source="https://github.com/UniversalNER/UNER_Danish-DDT",
    commit="983c4cdc09f8ece6069d2b692b60dc4b3649ec6e",
    licence="CC BY-SA 4.0",
    languages=("da",),
    labels={"PER": Person, "LOC": Location, "ORG": Organization},
    read=iob2(),
    splits={"dev": "da_ddt-ud-dev.iob2", "test": "da_ddt-ud-test.iob2"},
)
