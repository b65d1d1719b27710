"""One contract for every corpus, on three sentences of our own in its format (tests/data/corpora/<name>/)."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from knowcoderx import corpora
from knowcoderx.types import Task, surface

DATA = Path(__file__).parents[1] / "data" / "corpora"
MODULES = Path(corpora.__file__).parent


def expected(name: str) -> dict:
    return json.loads((DATA / name / "expected.json").read_text(encoding="utf-8"))


def test_the_folder_is_the_registry() -> None:
    modules = {path.stem for path in MODULES.glob("*.py") if not path.stem.startswith("_")}
    assert set(corpora.names()) == modules


def test_every_corpus_has_sentences_and_every_sentence_has_a_corpus() -> None:
    assert {path.name for path in DATA.iterdir()} == set(corpora.names())


@pytest.mark.parametrize("name", corpora.names())
def test_our_sentences_are_read_as_they_were_meant(name: str) -> None:
    meant = expected(name)
    repairs: Counter[str] = Counter()
    for reference, sentences in meant["documents"].items():
        read = list(corpora.keyed_documents(reference, [DATA], repairs))
        assert len(read) == len(sentences) == 3
        for place, ((key, document), sentence) in enumerate(zip(read, sentences, strict=True)):
            assert document.text == sentence["text"]
            assert [[m.type, surface(document.text, m.spans)] for m in document.mentions] == sentence["mentions"]
            assert key == sentence.get("key", str(place))
    assert dict(repairs) == meant["repairs"]


@pytest.mark.parametrize("name", corpora.names())
def test_documents_have_stable_ids_and_only_known_types(name: str) -> None:
    corpus = corpora.get(name)
    for reference in expected(name)["documents"]:
        (single,) = corpora.references(reference)
        types = corpora.ontology(corpus, single.split)
        read = list(corpora.documents(reference, [DATA]))
        assert [d.id for d in read] == [f"{name}/{single.lang}-{single.split}/{n}" for n in range(3)]
        assert {d.lang for d in read} == {single.lang}
        assert {m.type for d in read for m in d.mentions} <= set(types)
        assert read == list(corpora.documents(reference, [DATA]))


@pytest.mark.parametrize("name", corpora.names())
def test_every_file_of_ours_is_one_that_the_card_names(name: str) -> None:
    folder = DATA / name
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files - {"expected.json"} <= set(corpora.get(name).paths())
    assert len(files) == 1 + len(expected(name)["documents"])


@pytest.mark.parametrize("name", corpora.names())
def test_a_card_says_where_the_corpus_comes_from(name: str) -> None:
    corpus = corpora.get(name)
    assert corpus.tasks == (Task.NER,)
    assert corpus.licence
    if name == "sample":
        assert corpus.licence == "Apache-2.0"
    else:
        assert corpus.source.startswith("https://github.com/")
        assert corpus.commit or all("@" in place for place in corpus.files.values())


@pytest.mark.parametrize("name", corpora.names())
def test_the_ontology_keeps_the_order_of_the_labels(name: str) -> None:
    corpus = corpora.get(name)
    kinds = [kind.__name__ for kind in corpus.labels.values() if kind]
    assert list(corpora.ontology(corpus)) == list(dict.fromkeys(kinds))
    assert corpora.ontology(corpus).of_root("Entity") == corpora.ontology(corpus)
