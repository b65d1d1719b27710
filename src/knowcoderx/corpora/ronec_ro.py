"""RONEC: Romanian news and encyclopedia text with fifteen types."""

from __future__ import annotations

from knowcoderx.corpora import _json
from knowcoderx.corpora._card import Corpus, First
from knowcoderx.library import general

CORPUS = Corpus(
    name="ronec_ro",
    source="https://github.com/dumitrescustefan/ronec",
    commit="5ca6a898d4fa42f27fd49501d4a3265e61e9340c",
    licence="MIT",
    languages=("ro",),
    labels={
        "PERSON": general.PersonReference,
        "ORG": general.Organization,
        "GPE": general.GeopoliticalEntity,
        "LOC": general.Location,
        "FACILITY": general.Facility,
        "NAT_REL_POL": general.PeopleGroup,
        "EVENT": general.NamedEvent,
        "LANGUAGE": general.Language,
        "WORK_OF_ART": general.CreativeWork,
        "DATETIME": general.DateOrTime,
        "PERIOD": general.Period,
        "MONEY": general.Money,
        "QUANTITY": general.Quantity,
        "NUMERIC": general.Number,
        "ORDINAL": general.Ordinal,
    },
    read=_json.tokens(tokens="tokens", tags="ner_tags", space_after="space_after", key="id"),
    splits={"dev": "valid.json", "test": "test.json"},
    upstream="data/{path}",
    cuts={"valid.json": First(200, "records"), "test.json": First(1000, "records")},
    notes="PERSON marks common nouns and pronouns too.",
)
