"""Universal NER on the Chinese GSD treebank, simplified script."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus
from knowcoderx.corpora._iob2 import iob2
from knowcoderx.library.general import Location, Organization, Person

CORPUS = Corpus(
    name="uner_zh_gsdsimp",
    source="https://github.com/UniversalNER/UNER_Chinese-GSDSIMP",
    commit="1f0307599dece7b83f4cba90ce9b63ef37a7b162",
    licence="CC BY-SA 4.0",
    languages=("zh",),
    labels={"PER": Person, "LOC": Location, "ORG": Organization},
    read=iob2(joiner=""),
    splits={split: f"zh_gsdsimp-ud-{split}.iob2" for split in ("train", "dev", "test")},
)
