"""L3Cube-MahaNER: Marathi news."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus
from knowcoderx.corpora._conll import conll
from knowcoderx.library.general import Date, Location, NumericExpression, Occupation, Organization, Person, Time

CORPUS = Corpus(
    name="mahaner_mr",
    source="https://github.com/l3cube-pune/MarathiNLP",
    commit="8ee29fa1329d6a841030eb46659d3c10614b5e59",
    licence="CC BY-NC-SA 4.0",
    languages=("mr",),
    labels={
        "NEP": Person,
        "NEL": Location,
        "NEO": Organization,
        "NED": Date,
        "NETI": Time,
        "NEM": NumericExpression,
        "ED": Occupation,
    },
    read=conll(columns=3, header=1, group_column=2, tag=lambda tag: tag if tag == "O" else f"{tag[0]}-{tag[1:]}"),
    splits={"test": "test_iob.txt"},
    upstream="L3Cube-MahaNER/IOB/{path}",
    notes="Tags have no hyphen (BNEP). Sentences are told apart by their ids, for there are no blank lines.",
)
