"""KLUE-NER: Korean news and film reviews."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus, First
from knowcoderx.corpora._conll import conll
from knowcoderx.library.general import Date, Location, NumericExpression, Organization, Person, Time

CORPUS = Corpus(
    name="klue_ner_ko",
    source="https://github.com/KLUE-benchmark/KLUE",
    commit="3efd98708a40ff49251fddde35453f8fbb11f536",
    licence="CC BY-SA 4.0",
    languages=("ko",),
    labels={
        "PS": Person,
        "LC": Location,
        "OG": Organization,
        "DT": Date,
        "TI": Time,
        "QT": NumericExpression,
    },
    read=conll(joiner="", comment="## ", key=lambda line: line[3:].partition("\t")[0] if "\t" in line else ""),
    splits={"dev": "klue-ner-v1.1_dev.tsv"},
    upstream="klue_benchmark/klue-ner-v1.1/{path}",
    cuts={"klue-ner-v1.1_dev.tsv": First(1500, "sentences")},
    notes="A token is a character, spaces included. The test split was never published with labels.",
)
