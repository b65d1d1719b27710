"""Universal NER on the Portuguese Bosque treebank."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus
from knowcoderx.corpora._iob2 import iob2
from knowcoderx.library.general import Location, Organization, Person

CORPUS = Corpus(
    name="uner_pt_bosque",
    source="https://github.com/UniversalNER/UNER_Portuguese-Bosque",
    commit="f2c2ad67aed900385fbe5d655af41f439c9b3333",
    licence="CC BY-SA 4.0",
    languages=("pt",),
    labels={"PER": Person, "LOC": Location, "ORG": Organization},
    read=iob2(),
    splits={"test": "pt_bosque-ud-test.iob2"},
    notes='Contractions stay split, as the corpus writes them: "de o" for "do".',
)
