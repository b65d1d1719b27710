"""NERGrit as distributed with IndoNLU: Indonesian news."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus
from knowcoderx.corpora._conll import conll
from knowcoderx.library.general import Location, Organization, Person

CORPUS = Corpus(
    name="indonlu_nergrit_id",
    source="https://github.com/indobenchmark/indonlu",
    commit="56e8bcdd17f6309a310ed221365416c08662c6b5",
    licence="MIT",
    languages=("id",),
    labels={"PERSON": Person, "ORGANISATION": Organization, "PLACE": Location},
    read=conll(),
    splits={"train": "train_preprocess.txt", "dev": "valid_preprocess.txt"},
    upstream="dataset/nergrit_ner-grit/{path}",
    notes="The labels of the published test split are masked; evaluate on dev.",
)
