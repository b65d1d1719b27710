"""Japanese Wikipedia sentences with eight types."""

from __future__ import annotations

from knowcoderx.corpora import _json
from knowcoderx.corpora._card import Corpus, First
from knowcoderx.library.general import (
    Corporation,
    Facility,
    Location,
    NamedEvent,
    Organization,
    Person,
    PoliticalOrganization,
    ProductOrWork,
)

CORPUS = Corpus(
    name="ja_wikipedia_ner",
    source="https://github.com/stockmarkteam/ner-wikipedia-dataset",
    commit="5e525c2132c0e87cce890b8b92639a0cf357c1f3",
    licence="CC BY-SA 3.0",
    languages=("ja",),
    labels={
        "人名": Person,
        "法人名": Corporation,
        "政治的組織名": PoliticalOrganization,
        "その他の組織名": Organization,
        "地名": Location,
        "施設名": Facility,
        "製品名": ProductOrWork,
        "イベント名": NamedEvent,
    },
    read=_json.spans(text="text", mentions="entities", span="span", label="type", surface="name", key="curid"),
    splits={"all": "ner.json"},
    cuts={"ner.json": First(1500, "records")},
    notes="The corpus has no splits.",
)
