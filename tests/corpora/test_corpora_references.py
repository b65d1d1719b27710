"""References, cards and what is said when something is not there."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from knowcoderx import Entity, corpora
from knowcoderx.corpora._card import First
from knowcoderx.library.general import Location, Person

DATA = Path(__file__).parents[1] / "data" / "corpora"
WNUT = corpora.get("wnut17")


def test_a_reference_names_one_split_of_one_language() -> None:
    assert [str(r) for r in corpora.references("masakhaner2/swa:test")] == ["masakhaner2/swa:test"]
    assert [str(r) for r in corpora.references("wnut17:test")] == ["wnut17/en:test"]
    assert [str(r) for r in corpora.references("crossner:ai-test")] == ["crossner/en:ai-test"]


def test_without_language_every_language_and_without_split_every_split() -> None:
    assert len(corpora.references("masakhaner2:test")) == 20
    assert [str(r) for r in corpora.references("wnut17")] == ["wnut17/en:train", "wnut17/en:dev", "wnut17/en:test"]


def test_a_split_has_only_the_languages_that_its_card_gives_it() -> None:
    assert [r.lang for r in corpora.references("wikiann:train")] == ["en"]
    assert [r.lang for r in corpora.references("sample:train")] == ["en", "zh", "de", "es", "ru"]
    assert len(corpora.references("sample:test")) == 8
    with pytest.raises(LookupError, match="ja has no split 'train' in sample, only test; languages with 'train': en"):
        corpora.references("sample/ja:train")


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("wnut71:test", "no corpus 'wnut71'. Did you mean 'wnut17'? Add src/knowcoderx/corpora/wnut71.py"),
        ("wnut17:tset", "no split 'tset' in wnut17. Did you mean 'test'? It has: train, dev, test"),
        ("uner_pud/fr:test", "no language 'fr' in uner_pud. It has: en, zh, de, ru, sv"),
        ("wnut17/:test", "no language ''"),
        ("", "no corpus ''"),
        ("_conll:test", "no corpus '_conll'"),
        ("../wnut17:test", "no corpus '..'"),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones(reference: str, said: str) -> None:
    with pytest.raises(LookupError) as caught:
        corpora.documents(reference, [DATA])
    assert said in str(caught.value)


def test_a_missing_corpus_says_where_it_is_and_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(corpora.CorpusMissing) as caught:
        list(corpora.documents("wnut17:test", [tmp_path / "a", tmp_path / "b"]))
    said = str(caught.value)
    assert WNUT.source in said and WNUT.commit in said and WNUT.licence in said
    assert str(tmp_path / "a" / "wnut17") in said and str(tmp_path / "b" / "wnut17") in said
    assert "knowcoderx corpora wnut17 --download" in said


def test_folders_are_searched_in_order(tmp_path: Path) -> None:
    own = tmp_path / "wnut17"
    own.mkdir()
    (own / "emerging.test.annotated").write_text("Oslo\tB-location\n", encoding="utf-8")
    assert [d.text for d in corpora.documents("wnut17:test", [tmp_path, DATA])] == ["Oslo"]
    assert len(list(corpora.documents("wnut17:test", [DATA, tmp_path]))) == 3


def test_documents_are_read_only_as_they_are_asked_for(tmp_path: Path) -> None:
    own = tmp_path / "wnut17"
    own.mkdir()
    (own / "emerging.test.annotated").write_text("Oslo\tB-location\n\nBergen\tB-nonsense\n", encoding="utf-8")
    documents = corpora.documents("wnut17:test", [tmp_path])
    assert next(documents).text == "Oslo"
    with pytest.raises(corpora.CorpusError, match="nonsense"):
        next(documents)


def test_a_domain_offers_its_own_types_only() -> None:
    crossner = corpora.get("crossner")
    assert len(corpora.ontology(crossner, "ai-test")) == 14
    assert len(corpora.ontology(crossner, "politics-dev")) == 9
    assert "Song" not in corpora.ontology(crossner, "ai-test")


def test_translations_of_the_sample_share_their_key() -> None:
    english = dict(corpora.keyed_documents("sample/en:test", [DATA]))
    chinese = dict(corpora.keyed_documents("sample/zh:test", [DATA]))
    assert sorted(english.keys() & chinese.keys()) == ["p1", "p2"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "WNUT"}, "lower case"),
        ({"commit": "main"}, "40 hexadecimal digits"),
        ({"languages": ()}, "at least one language"),
        ({"languages": ("en", "en")}, "each once"),
        ({"languages": ("english",)}, "two or three letters"),
        ({"tasks": ()}, "`tasks`"),
        ({"splits": {}}, "`splits` is empty"),
        ({"splits": {"Test": "a"}}, "lower case words"),
        ({"splits": {"test": "../a"}}, "inside the folder"),
        ({"splits": {"test": "/a"}}, "inside the folder"),
        ({"splits": {"test": "{split}.txt"}}, "the only field"),
        ({"languages": ("en", "de")}, "needs {lang}"),
        ({"split_languages": {"train": ("de",)}}, "names unknown de"),
        ({"split_languages": {"all": ("en",)}}, "which is no split"),
        ({"split_labels": {"test": ("city",)}}, "names unknown city"),
        ({"cuts": {"other.txt": First(1, "lines")}}, "the file of no split"),
        ({"labels": {}}, "`labels` is empty"),
        ({"labels": {"person": Entity}}, "does not derive"),
        ({"labels": {"person": str}}, "does not derive"),
        ({"labels": {"person": Person, "city": None}}, "say why in `notes`"),
    ],
)
def test_a_card_is_checked_when_it_is_made(change: dict, said: str) -> None:
    with pytest.raises(corpora.CorpusError, match=said) as caught:
        dataclasses.replace(WNUT, **change)
    assert str(caught.value).startswith("corpus ")


def test_a_label_may_be_left_out_with_a_reason() -> None:
    card = dataclasses.replace(WNUT, labels={"location": Location, "time": None}, notes="time is not annotated in full")
    assert card.classes() == {"location": "Location", "time": None}
    assert list(corpora.ontology(card)) == ["Location"]


def test_a_card_cannot_be_changed_afterwards() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        WNUT.licence = "none"  # type: ignore[misc]
