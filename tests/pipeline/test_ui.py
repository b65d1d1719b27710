"""`make ui`: the server that its recipe starts shows the pipeline's run."""

from __future__ import annotations

import json
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]
SECONDS = 240
"""A server that has not answered by then will not."""


def asked(url: str, question: dict[str, Any] | None = None) -> bytes:
    data = None if question is None else json.dumps(question).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        content: bytes = answer.read()
    return content


@pytest.fixture
def address(reproduced: Path, surroundings: dict[str, str], root: Path) -> Iterator[str]:
    """The address of the server that the recipe starts, on a port that is free."""
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"^\t\$\(BIN\)/(mlflow ui .+)$", makefile, re.MULTILINE)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", *(port if word == "5000" else word for word in shlex.split(recipe))]
    assert port in command
    with subprocess.Popen(
        command, cwd=reproduced, env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as server:  # fmt: skip
        try:
            until = time.monotonic() + SECONDS
            while True:
                try:
                    asked(f"http://127.0.0.1:{port}/health")
                    break
                except (urllib.error.URLError, OSError):
                    assert server.poll() is None and time.monotonic() < until, "the server did not start"
                    time.sleep(0.5)
            yield f"http://127.0.0.1:{port}"
        finally:
            subprocess.run(["pkill", "-TERM", "-s", str(server.pid)], check=False)
            server.terminate()


def test_the_pages_open_and_the_run_is_among_them(address: str) -> None:
    assert b"<title>MLflow</title>" in asked(address)
    api = f"{address}/api/2.0/mlflow"
    found = json.loads(asked(f"{api}/experiments/search", {"max_results": 10}))["experiments"]
    ids = [experiment["experiment_id"] for experiment in found if experiment["name"] == "knowcoderx-toy"]
    runs = json.loads(asked(f"{api}/runs/search", {"experiment_ids": ids, "max_results": 10}))["runs"]
    # Other tests of this session may have run the pipeline again with other settings, which is another run.
    assert "FINISHED" in [run["info"]["status"] for run in runs]
