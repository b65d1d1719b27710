"""WikiNEuRal: Wikipedia in nine languages, annotated automatically."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus, First
from knowcoderx.corpora._conll import conll
from knowcoderx.library.general import Location, Miscellaneous, Organization, Person

LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pl", "pt", "ru")
SENTENCES = {"val": 250, "test": 400}

CORPUS = Corpus(
    name="wikineural",
    source="https://github.com/Babelscape/wikineural",
    commit="d2e28c770cba2b285e742529ae18ed849e336c65",
    licence="CC BY-NC-SA 4.0",
    languages=LANGUAGES,
    labels={"PER": Person, "ORG": Organization, "LOC": Location, "MISC": Miscellaneous},
    read=conll(columns=3, token_column=1, tag_column=2),
    splits={"dev": "{lang}/val.conllu", "test": "{lang}/test.conllu"},
    upstream="data/wikineural/{path}",
    cuts={
        f"{lang}/{part}.conllu": First(1000 if lang == "en" else count, "sentences")
        for lang in LANGUAGES
        for part, count in SENTENCES.items()
    },
    notes="Silver standard. No train files; dev can stand in for them.",
)
