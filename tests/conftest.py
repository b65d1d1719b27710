"""What every test lives in: no network, nothing that calls home, one set of Hypothesis settings."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Before any test imports the libraries that read them; programs that a test starts inherit them.
os.environ.update(
    HF_HUB_OFFLINE="1",
    HF_DATASETS_OFFLINE="1",
    HF_HUB_DISABLE_TELEMETRY="1",
    MLFLOW_DISABLE_TELEMETRY="true",
    DO_NOT_TRACK="1",
    DVC_NO_ANALYTICS="1",
    TOKENIZERS_PARALLELISM="false",
)
# Two workers with two threads each would wait for one another: toy models need no more than one.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Deadlines measure the machine and not the code. `--hypothesis-profile thorough` looks harder.
settings.register_profile("quick", max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=2000)
settings.load_profile("quick")


class NetworkUsed(RuntimeError):
    """A test reached for another machine."""


def _refuse_others(host: object) -> None:
    """Names and addresses of this machine pass; `None` and the empty name mean this machine too."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost", socket.gethostname()):
        return
    try:
        if ipaddress.ip_address(str(name)).is_loopback or ipaddress.ip_address(str(name)).is_unspecified:
            return
    except ValueError:
        pass
    raise NetworkUsed(f"a test asked for {name!r}. Tests use this machine only: serve what they need on 127.0.0.1.")


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Python's sockets connect to this machine only, in tests and in the fixtures of a session."""
    connect, connect_ex, resolve = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded(call: Any) -> Any:
        def to(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                _refuse_others(address[0])
            return call(self, address)

        return to

    def guarded_resolve(host: Any, *rest: Any, **options: Any) -> Any:
        _refuse_others(host)
        return resolve(host, *rest, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(connect))
        patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
        patch.setattr(socket, "getaddrinfo", guarded_resolve)
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return Path(__file__).parents[1]
