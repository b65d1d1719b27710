"""What a run was: commit, uncommitted changes, machine. Facts only, read once at the start of a stage."""

from __future__ import annotations

import hashlib
import os
import platform
import socket
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["Provenance", "current"]

IGNORED = ("metrics", "plots", "reports", "dvc.lock", "params.yaml")
"""What the pipeline itself writes would make each stage look like another state of the code. Parameters are
compared as what they resolve to, so switching the profile changes nothing here."""
CODE = ("src", "pipelines", "data/sample", "data/raw.sha256", "dvc.yaml", "requirements.lock", "weights.lock")


@dataclass(frozen=True, slots=True)
class Provenance:
    """``diff`` hashes the uncommitted changes, new files included; it is empty for a clean checkout."""

    commit: str
    diff: str
    machine: str

    @property
    def code(self) -> str:
        """The state of the code in one word."""
        return f"{self.commit[:12]}+{self.diff[:8]}" if self.diff else self.commit[:12]


@cache
def current() -> Provenance:
    """The state of the checkout in the current folder; "unknown" outside git."""
    commit = _git("rev-parse", "HEAD").strip() or "unknown"
    changed = _git("diff", "HEAD", "--", ":/", *(f":(top,exclude){path}" for path in IGNORED))
    new = _git("ls-files", "--others", "--exclude-standard", "-z", "--", *CODE).split("\0")
    added = [f"{path} {hashlib.sha256(Path(path).read_bytes()).hexdigest()}" for path in new if path]
    diff = hashlib.sha256("\n".join([changed, *added]).encode()).hexdigest() if changed or added else ""
    return Provenance(commit, diff, machine())


def machine() -> str:
    """Processor, cores and system in one line; no host name, which would be nobody's business."""
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def owner() -> str:
    """Who holds a run open: this process on this host."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _processor() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
            return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
