"""Our own small corpus, kept in this repository."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus
from knowcoderx.corpora._iob2 import iob2
from knowcoderx.library.general import CreativeWork, Date, Location, NamedEvent, Organization, Person, Product

CORPUS = Corpus(
    name="sample",
    source="data/sample in this repository",
    licence="Apache-2.0",
    languages=("en", "zh", "de", "es", "ru", "ar", "hi", "ja"),
    labels={
        "PER": Person,
        "ORG": Organization,
        "LOC": Location,
        "DATE": Date,
        "PROD": Product,
        "EVENT": NamedEvent,
        "WORK": CreativeWork,
    },
    read=iob2(),
    splits={"train": "{lang}/train.iob2", "dev": "{lang}/dev.iob2", "test": "{lang}/test.iob2"},
    split_languages={"train": ("en", "zh", "de", "es", "ru"), "dev": ("en", "zh", "de", "es", "ru")},
    notes="Arabic, Hindi and Japanese have a test split only. Parallel: translations have the same key.",
)
