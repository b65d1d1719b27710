"""BC5CDR: chemicals and diseases in PubMed abstracts."""

from __future__ import annotations

from knowcoderx.corpora._card import Corpus, First
from knowcoderx.corpora._conll import conll
from knowcoderx.library.biomedical import Chemical, Disease

CORPUS = Corpus(
    name="bc5cdr",
    source="https://github.com/cambridgeltl/MTL-Bioinformatics-2016",
    commit="df0df02fae6dbb87d88ffcf323b9096528f06f84",
    licence="CC BY 4.0",
    languages=("en",),
    labels={"Chemical": Chemical, "Disease": Disease},
    read=conll(),
    splits={"train": "train.tsv", "test": "test.tsv"},
    upstream="data/BC5CDR-IOB/{path}",
    cuts={"train.tsv": First(2000, "sentences")},
    reported={"KnowCoder-X": 88.46, "GoLLIE": 88.4, "IEPile": 88.07},
)
