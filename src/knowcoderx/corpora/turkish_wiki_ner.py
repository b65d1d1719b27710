"""Turkish Wikipedia with nineteen types after OntoNotes."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus, First
from knowcoderx.corpora._conll import conll
from knowcoderx.library import general

CORPUS = Corpus(
    name="turkish_wiki_ner",
    source="https://github.com/turkish-nlp-suite/Turkish-Wiki-NER-Dataset",
    commit="34b6e73268e29605b0d9f4914226853e7c325a61",
    licence="CC BY-SA 4.0",
    languages=("tr",),
    labels={
        "PERSON": general.Person,
        "NORP": general.PeopleGroup,
        "FAC": general.Facility,
        "ORG": general.Organization,
        "GPE": general.GeopoliticalEntity,
        "LOC": general.Location,
        "PRODUCT": general.Product,
        "EVENT": general.NamedEvent,
        "WORK_OF_ART": general.CreativeWork,
        "LAW": general.Law,
        "LANGUAGE": general.Language,
        "TITLE": general.Occupation,
        "DATE": general.Date,
        "TIME": general.Time,
        "PERCENT": general.Percent,
        "MONEY": general.Money,
        "QUANTITY": general.Quantity,
        "ORDINAL": general.Ordinal,
        "CARDINAL": general.Number,
    },
    read=conll(),
    splits={"train": "train.conll", "dev": "dev.conll", "test": "test.conll"},
    upstream="Turkish-Wiki-NER-Dataset/{path}",
    cuts={"train.conll": First(1500, "sentences")},
)
