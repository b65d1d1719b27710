"""NCBI Disease: diseases in PubMed abstracts."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus, First
from knowcoderx.corpora._conll import conll
from knowcoderx.library.biomedical import Disease

CORPUS = Corpus(
    name="ncbi_disease",
    source="https://github.com/cambridgeltl/MTL-Bioinformatics-2016",
    commit="df0df02fae6dbb87d88ffcf323b9096528f06f84",
    licence="CC BY 4.0",
    languages=("en",),
    labels={"Disease": Disease},
    read=conll(),
    splits={"train": "train.tsv", "dev": "devel.tsv", "test": "test.tsv"},
    upstream="data/NCBI-disease-IOB/{path}",
    cuts={"train.tsv": First(1200, "sentences")},
)
