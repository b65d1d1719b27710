"""The public sample of Wojood: modern standard and Palestinian Arabic."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus
from knowcoderx.corpora._conll import conll
from knowcoderx.library import general

CORPUS = Corpus(
    name="wojood_sample_ar",
    source="https://github.com/SinaLab/ArabicNER",
    commit="ef3a7f4e806a2d909b9107d757c5f65545ae83dc",
    licence="MIT",
    languages=("ar",),
    labels={
        "PERS": general.Person,
        "NORP": general.PeopleGroup,
        "OCC": general.Occupation,
        "ORG": general.Organization,
        "GPE": general.GeopoliticalEntity,
        "LOC": general.Location,
        "FAC": general.Facility,
        "EVENT": general.NamedEvent,
        "DATE": general.Date,
        "TIME": general.Time,
        "CARDINAL": general.Number,
        "ORDINAL": general.Ordinal,
        "PERCENT": general.Percent,
        "QUANTITY": general.Quantity,
        "UNIT": general.UnitOfMeasure,
        "MONEY": general.Money,
        "CURR": general.Currency,
        "LANGUAGE": general.Language,
        "LAW": general.Law,
        "PRODUCT": general.Product,
        "WEBSITE": general.Website,
    },
    read=conll(sep=" ", columns=None),
    splits={"train": "train.txt", "dev": "val.txt", "test": "test.txt"},
    upstream="data/{path}",
    notes="The columns after the token are the levels of nested mentions, the outermost first; only that one is read "
    "(2,312, 385 and 711 mentions). Reading the last column would cut a name where a name inside it begins.",
)
