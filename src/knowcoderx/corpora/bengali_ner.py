"""Bengali newspaper sentences with four types."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus, First
from knowcoderx.corpora._conll import conll
from knowcoderx.library.general import DateOrTime, Location, Organization, Person

CORPUS = Corpus(
    name="bengali_ner",
    source="https://github.com/Rifat1493/Bengali-NER",
    commit="01656468c4e6e31dd6aff4cb42be1dc751a1abcf",
    licence="MIT",
    languages=("bn",),
    labels={"PER": Person, "LOC": Location, "ORG": Organization, "TIM": DateOrTime},
    read=conll(),
    splits={"train": "train_data.txt", "test": "test_data.txt"},
    upstream="Input/{path}",
    cuts={"train_data.txt": First(1200, "sentences")},
    notes="TIM has no B- or I-: neighbours with it are one mention. A few lines have an empty token, tag or column.",
)
