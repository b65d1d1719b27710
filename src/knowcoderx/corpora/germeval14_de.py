"""GermEval 2014: German news and Wikipedia, the outer level of its nested mentions."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus, First
from knowcoderx.corpora._conll import conll
from knowcoderx.library import general, german

CORPUS = Corpus(
    name="germeval14_de",
    source="https://github.com/UKPLab/linspector",
    commit="46a7cca6ad34dc673feb47c4d452f1248d5e635b",
    licence="CC BY 4.0",
    languages=("de",),
    labels={
        "PER": general.Person,
        "LOC": general.Location,
        "ORG": general.Organization,
        "OTH": general.Miscellaneous,
        "PERderiv": german.PersonDerivative,
        "LOCderiv": german.LocationDerivative,
        "ORGderiv": german.OrganizationDerivative,
        "OTHderiv": german.OtherDerivative,
        "PERpart": german.PersonCompound,
        "LOCpart": german.LocationCompound,
        "ORGpart": german.OrganizationCompound,
        "OTHpart": german.OtherCompound,
    },
    read=conll(sep=" ", columns=4, tag_column=3),
    splits={"dev": "dev.txt", "test": "test.txt"},
    upstream="extrinsic/data/ner/de/{path}",
    cuts={"dev.txt": First(600, "sentences"), "test.txt": First(2000, "sentences")},
    notes="Columns 2 and 3 are dummies.",
)
