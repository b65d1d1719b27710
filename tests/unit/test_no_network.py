"""The guard of tests/conftest.py: a test that needs another machine fails, and says so."""

from __future__ import annotations

import socket
import urllib.request

import pytest

OTHERS = ("192.0.2.1", "2001:db8::1", "corpora.example")  # kept for documentation, nobody answers there


@pytest.mark.parametrize("host", OTHERS)
def test_another_machine_is_refused_before_anything_is_sent(host: str) -> None:
    with pytest.raises(RuntimeError, match="this machine only"):
        socket.create_connection((host, 80), timeout=1)


def test_a_raw_socket_is_refused_too() -> None:
    with socket.socket() as raw, pytest.raises(RuntimeError, match=r"192\.0\.2\.1"):
        raw.connect(("192.0.2.1", 80))


def test_a_download_is_not_reported_as_a_missing_file() -> None:
    # Code under test catches OSError when a server is away; the guard must not look like that.
    with pytest.raises(RuntimeError, match=r"corpora\.example"):
        urllib.request.urlopen("http://corpora.example/train.conll", timeout=1)


def test_this_machine_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("localhost", port), timeout=5) as client:
            assert client.getpeername()[1] == port
