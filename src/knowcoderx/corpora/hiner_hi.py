"""HiNER: Hindi text of several genres."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus, First
from knowcoderx.corpora._conll import conll
from knowcoderx.library import general

CORPUS = Corpus(
    name="hiner_hi",
    source="https://github.com/cfiltnlp/HiNER",
    commit="5e12e796a7a4b7b8880b2e876adb27894501a8e9",
    licence="CC BY-SA 4.0",
    languages=("hi",),
    labels={
        "PERSON": general.Person,
        "LOCATION": general.Location,
        "ORGANIZATION": general.Organization,
        "NUMEX": general.NumericExpression,
        "TIMEX": general.DateOrTime,
        "LANGUAGE": general.Language,
        "RELIGION": general.Religion,
        "LITERATURE": general.LiteraryWork,
        "FESTIVAL": general.Festival,
        "GAME": general.SportOrGame,
        "MISC": general.Miscellaneous,
    },
    read=conll(),
    splits={"dev": "validation.conll"},
    upstream="data/original/{path}",
    cuts={"validation.conll": First(2500, "sentences")},
    notes="Three of five mentions are a LOCATION.",
)
