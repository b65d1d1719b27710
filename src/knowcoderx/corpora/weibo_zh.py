"""Weibo NER: Chinese social media, names and nominal mentions."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus
from knowcoderx.corpora._conll import conll
from knowcoderx.library import general

CORPUS = Corpus(
    name="weibo_zh",
    source="https://github.com/hltcoe/golden-horse",
    commit="7a73c08e45ed94312af4ef2d97cc35a47d029e99",
    licence="CC BY-SA 3.0",
    languages=("zh",),
    labels={
        "PER.NAM": general.Person,
        "PER.NOM": general.PersonNominal,
        "GPE.NAM": general.GeopoliticalEntity,
        "GPE.NOM": general.GeopoliticalEntityNominal,
        "ORG.NAM": general.Organization,
        "ORG.NOM": general.OrganizationNominal,
        "LOC.NAM": general.Location,
        "LOC.NOM": general.LocationNominal,
    },
    read=conll(joiner="", token=lambda token: token[0] + token[1:].rstrip("0123456789")),
    splits={part: f"weiboNER_2nd_conll.{part}" for part in ("train", "dev", "test")},
    upstream="data/{path}",
    notes="A token is a character and its place in the word, a number that is cut off. The licence is that of the "
    "annotations; the messages follow the terms of the platform.",
)
