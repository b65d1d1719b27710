"""Downloading from a server on this machine: cut, checked, never half."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from knowcoderx import corpora
from knowcoderx.corpora import _download
from knowcoderx.corpora._card import First

DATA = Path(__file__).parents[1] / "data" / "corpora"


class Server:
    """Files by path, what was asked for, and paths whose answer breaks off in the middle."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.broken: set[str] = set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                body = outer.files.get(self.path)
                if body is None:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: len(body) // 2] if self.path in outer.broken else body)

            def log_message(self, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.http.shutdown()
    server.http.server_close()
    thread.join()


def publish(server: Server, name: str, content: dict[str, bytes]) -> None:
    """Put files (by path in the corpus's folder) where the card says that they are published."""
    for path, data in content.items():
        server.files[_download._url(corpora.get(name), path, "")] = data


def pinned(registry: Path, name: str, content: dict[str, bytes]) -> Path:
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}/{path}\n" for path, data in content.items()]
    registry.write_text("".join(lines), encoding="utf-8")
    return registry


WNUT = {path: f"Oslo\tB-location\n{path}\tO\n".encode() for path in corpora.get("wnut17").paths()}


def test_files_arrive_checked_and_a_second_call_asks_for_nothing(tmp_path: Path, server: Server) -> None:
    publish(server, "wnut17", WNUT)
    registry = pinned(tmp_path / "raw.sha256", "wnut17", WNUT)
    for _ in range(2):
        report = corpora.download("wnut17", tmp_path, registry, host=server.host, progressbar=False)
        assert report.complete and set(report.ok) == set(WNUT)
    assert len(server.asked) == len(WNUT)
    assert {p.name: p.read_bytes() for p in (tmp_path / "wnut17").iterdir()} == WNUT
    assert len(list(corpora.documents("wnut17:test", [tmp_path]))) == 1


def test_one_missing_file_is_reported_and_the_others_still_come(tmp_path: Path, server: Server) -> None:
    publish(server, "wnut17", {path: data for path, data in WNUT.items() if path != "wnut17train.conll"})
    registry = pinned(tmp_path / "raw.sha256", "wnut17", WNUT)
    report = corpora.download("wnut17", tmp_path, registry, host=server.host, progressbar=False)
    assert not report.complete
    assert set(report.missing) == {"wnut17train.conll"} and "404" in report.missing["wnut17train.conll"]
    assert sorted(p.name for p in (tmp_path / "wnut17").iterdir()) == sorted(report.ok)
    publish(server, "wnut17", WNUT)
    assert corpora.download("wnut17", tmp_path, registry, host=server.host, progressbar=False).complete
    assert len(server.asked) == len(WNUT) + 1, "what was there was not fetched again"


def test_an_answer_that_breaks_off_leaves_no_file(tmp_path: Path, server: Server) -> None:
    publish(server, "wnut17", WNUT)
    server.broken = {path for path in server.files if path.endswith("wnut17train.conll")}
    registry = pinned(tmp_path / "raw.sha256", "wnut17", WNUT)
    report = corpora.download("wnut17", tmp_path, registry, host=server.host, progressbar=False)
    assert set(report.missing) | set(report.wrong) == {"wnut17train.conll"}
    assert sorted(p.name for p in (tmp_path / "wnut17").iterdir()) == sorted(report.ok)


def test_a_file_that_has_changed_is_not_kept(tmp_path: Path, server: Server) -> None:
    publish(server, "wnut17", {**WNUT, "emerging.dev.conll": b"other\tO\n"})
    registry = pinned(tmp_path / "raw.sha256", "wnut17", WNUT)
    report = corpora.download("wnut17", tmp_path, registry, host=server.host, progressbar=False)
    assert "sha256" in report.wrong["emerging.dev.conll"]
    assert not (tmp_path / "wnut17" / "emerging.dev.conll").exists()


def test_an_unpinned_file_is_kept_and_named(tmp_path: Path, server: Server) -> None:
    publish(server, "wnut17", WNUT)
    report = corpora.download("wnut17", tmp_path, tmp_path / "none", host=server.host, progressbar=False)
    assert not report.ok and all("knowcoderx corpora wnut17 --pin" in why for why in report.wrong.values())
    assert set(corpora.pin("wnut17", tmp_path, tmp_path / "none")) == set(WNUT)
    assert corpora.download("wnut17", tmp_path, tmp_path / "none", host=server.host, progressbar=False).complete


def test_a_cut_file_is_cut_the_same_way_before_it_is_checked(tmp_path: Path, server: Server) -> None:
    sentence = b"Fieber\tB-Disease\n\n"
    whole = {"train.tsv": sentence * 2500, "test.tsv": sentence}
    publish(server, "bc5cdr", whole)
    registry = pinned(tmp_path / "raw.sha256", "bc5cdr", {"train.tsv": sentence * 2000, "test.tsv": sentence})
    assert corpora.download("bc5cdr", tmp_path, registry, host=server.host, progressbar=False).complete
    assert (tmp_path / "bc5cdr" / "train.tsv").read_bytes() == sentence * 2000


def test_a_source_shorter_than_its_cut_is_reported(tmp_path: Path, server: Server) -> None:
    publish(server, "bc5cdr", {"train.tsv": b"a\tO\n\n", "test.tsv": b"a\tO\n\n"})
    report = corpora.download("bc5cdr", tmp_path, tmp_path / "none", host=server.host, progressbar=False)
    assert "fewer than 2000 sentences" in report.wrong["train.tsv"]


def test_cuts_end_after_whole_units() -> None:
    marked = b"-DOCSTART-\tO\n\na\tO\n\n-DOCSTART-\tO\n\nb\tO\n\t\nc\tO\n\n"
    assert _download._cut(marked, First(2, "sentences")) == marked[: marked.index(b"c\tO")]
    assert _download._cut(b"a\n\nb\n", First(2, "lines")) == b"a\n\n"
    assert _download._cut('[{"n": "Łódź"}, {"n": 2}]'.encode(), First(1, "records")) == '[{"n": "Łódź"}]'.encode()
    assert _download._cut(b"a\tO", First(1, "sentences")) == b"a\tO"


@pytest.mark.parametrize("name", [name for name in corpora.names() if corpora.get(name).cuts])
def test_cutting_our_sentences_after_the_second_leaves_two(name: str, tmp_path: Path) -> None:
    corpus = corpora.get(name)
    for path, cut in corpus.cuts.items():
        if not (DATA / name / path).is_file():
            continue
        data = _download._cut((DATA / name / path).read_bytes(), First(2, cut.unit))
        target = tmp_path / name / path
        target.parent.mkdir(parents=True)
        target.write_bytes(data)
        split, lang = next((s, g) for s in corpus.splits for g in corpus.languages_of(s) if corpus.path(s, g) == path)
        assert len(list(corpora.documents(f"{name}/{lang}:{split}", [tmp_path]))) == 2
        assert data.startswith(b"[") or (DATA / name / path).read_bytes().startswith(data)


def test_each_language_may_come_from_a_repository_of_its_own() -> None:
    url = _download._url(corpora.get("uner_pud"), "sv/sv_pud-ud-test.iob2", "https://host")
    assert url == (
        "https://host/UniversalNER/UNER_Swedish-PUD/7fed5e267858a295f53083051a16d73c76f60f07/sv_pud-ud-test.iob2"
    )
    assert _download._url(corpora.get("masakhaner2"), "swa/test.txt", "https://host").endswith(
        "/masakhane-io/masakhane-ner/ba5843cd08aa491d5f96a5e809e71eb9ec461391/MasakhaNER2.0/data/swa/test.txt"
    )


def test_a_corpus_of_this_repository_is_not_downloaded(tmp_path: Path) -> None:
    with pytest.raises(corpora.CorpusError, match="lives in this repository"):
        corpora.download("sample", tmp_path, tmp_path / "none")


def test_verify_names_the_file_that_differs_and_the_way_out(tmp_path: Path) -> None:
    registry = tmp_path / "raw.sha256"
    registry.write_text(f"{'0' * 64}  zzz/kept.txt\n", encoding="utf-8")
    with pytest.raises(corpora.CorpusMissing, match="no file of it"):
        corpora.verify("wnut17", [tmp_path], registry)
    target = tmp_path / "wnut17" / "emerging.dev.conll"
    target.parent.mkdir()
    target.write_bytes(b"Oslo\tB-location\n")
    with pytest.raises(corpora.CorpusError, match="--pin"):
        corpora.verify("wnut17", [tmp_path], registry)
    corpora.pin("wnut17", tmp_path, registry)
    assert corpora.verify("wnut17", [tmp_path], registry) == ("emerging.dev.conll",)
    assert "zzz/kept.txt" in registry.read_text(encoding="utf-8"), "other corpora keep their lines"
    target.write_bytes(b"Oslo\tO\n")
    with pytest.raises(corpora.CorpusError, match=r"emerging.dev.conll differs .* --pin"):
        corpora.verify("wnut17", [tmp_path], registry)


def test_a_damaged_registry_is_an_error_with_its_line(tmp_path: Path) -> None:
    registry = tmp_path / "raw.sha256"
    registry.write_text("abc wnut17/x\n", encoding="utf-8")
    with pytest.raises(corpora.CorpusError, match=r"raw.sha256:1: expected a sha256"):
        corpora.verify("wnut17", [tmp_path], registry)


def test_the_registry_pins_every_file_that_a_card_names() -> None:
    lines = (Path(__file__).parents[2] / corpora.REGISTRY).read_text(encoding="utf-8").splitlines()
    named = {f"{name}/{path}" for name in corpora.names() for path in corpora.get(name).paths()}
    assert {line.partition("  ")[2] for line in lines} == named
    assert lines == sorted(lines, key=lambda line: line.partition("  ")[2])


def test_records_written_again_are_json_of_the_same_form() -> None:
    data = (DATA / "ronec_ro" / "valid.json").read_bytes()
    assert (
        _download._cut(data, First(3, "records")) == data == json.dumps(json.loads(data), ensure_ascii=False).encode()
    )
