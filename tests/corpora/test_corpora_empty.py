"""Files without a sentence are never taken for an empty corpus."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowcoderx import corpora


@pytest.mark.parametrize("content", [b"", b"\n\n\t\n", b"\xef\xbb\xbf", b"\tO\n"])
def test_a_file_without_a_sentence_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "wnut17").mkdir()
    (tmp_path / "wnut17" / "emerging.test.annotated").write_bytes(content)
    with pytest.raises(corpora.CorpusError, match=r"emerging.test.annotated: no sentence in it"):
        list(corpora.documents("wnut17:test", [tmp_path]))


def test_a_folder_in_place_of_the_file_is_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "wnut17" / "emerging.test.annotated").mkdir(parents=True)
    with pytest.raises(corpora.CorpusMissing, match=r"emerging.test.annotated"):
        list(corpora.documents("wnut17:test", [tmp_path]))
