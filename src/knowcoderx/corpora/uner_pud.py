"""Universal NER on the Parallel Universal Dependencies: the same thousand sentences in five languages."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus
from knowcoderx.corpora._iob2 import iob2
from knowcoderx.library.general import Location, Organization, Person

COMMITS = {
    "en": "UNER_English-PUD@07ea0553144e3fcf3d6633efe2a075b725a0d262",
    "zh": "UNER_Chinese-PUD@647ba53747e1aa1818541965db99a0196440b7d2",
    "de": "UNER_German-PUD@47eb039b6d80079b280ba70efe4136413fb7af9c",
    "ru": "UNER_Russian-PUD@6f5acd6d728f70b20e4326d841356567796ee844",
    "sv": "UNER_Swedish-PUD@7fed5e267858a295f53083051a16d73c76f60f07",
}


def file(lang: str) -> str:
    """The name of a language's file, the same here and in its repository."""
    return f"{lang}_pud-ud-test.iob2"


def chinese_order(place: int) -> int:
    """Where a sentence of the Chinese file stands in the others: two blocks have changed places there."""
    return place - 375 if 750 <= place < 875 else place + 125 if 375 <= place < 750 else place


CORPUS = Corpus(
    name="uner_pud",
    source="https://github.com/UniversalNER",
    licence="CC BY-SA 3.0 (en, zh, de, ru), CC BY-SA 4.0 (sv)",
    languages=tuple(COMMITS),
    labels={"PER": Person, "LOC": Location, "ORG": Organization},
    read=iob2(),
    splits={"test": f"{{lang}}/{file('{lang}')}"},
    files={f"{lang}/{file(lang)}": f"UniversalNER/{place}:{file(lang)}" for lang, place in COMMITS.items()},
    order={"zh": chinese_order},
    notes="Parallel: the key of a sentence is its place in the English file. Chinese is in traditional script.",
)
