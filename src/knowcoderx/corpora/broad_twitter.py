"""Broad Twitter Corpus: English tweets from several years and places."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus
from knowcoderx.corpora._conll import conll
from knowcoderx.library.general import Location, Organization, Person

CORPUS = Corpus(
    name="broad_twitter",
    source="https://github.com/GateNLP/broad_twitter_corpus",
    commit="0c45ef7b1924a6b8115bceab388781590b1b553a",
    licence="CC BY 4.0",
    languages=("en",),
    labels={"PER": Person, "LOC": Location, "ORG": Organization},
    read=conll(),
    splits={"train": "btc.train", "dev": "btc.dev", "test": "btc.test"},
    upstream="train_dev_test_conll/{path}",
    notes='A handle is two tokens, "@" and the name, and both can be a mention. Invisible tokens are left out.',
)
