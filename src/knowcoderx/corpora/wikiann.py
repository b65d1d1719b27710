"""WikiANN: Wikipedia in six of its languages, annotated automatically."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus, First
from knowcoderx.corpora._conll import conll
from knowcoderx.library.general import Location, Organization, Person

LANGUAGES = ("en", "de", "es", "nl", "pl", "ru")

CORPUS = Corpus(
    name="wikiann",
    source="https://github.com/Babelscape/wikineural",
    commit="d2e28c770cba2b285e742529ae18ed849e336c65",
    licence="CC BY-NC-SA 4.0",
    languages=LANGUAGES,
    labels={"PER": Person, "ORG": Organization, "LOC": Location},
    read=conll(columns=3, token_column=1, tag_column=2),
    splits={"train": "{lang}/train.conllu", "dev": "{lang}/val.conllu", "test": "{lang}/test.conllu"},
    split_languages={"train": ("en",), "dev": ("en",)},
    upstream="data/wikiann/{path}",
    cuts={
        **{f"{lang}/test.conllu": First(3000 if lang == "en" else 1000, "sentences") for lang in LANGUAGES},
        "en/train.conllu": First(4000, "sentences"),
        "en/val.conllu": First(1000, "sentences"),
    },
    notes="Silver standard; many items are headings or lists. The licence is that of the repository with the copy. "
    "The reported figures are for English.",
    reported={"KnowCoder-X": 84.69, "KnowCoder": 87.0},
)
