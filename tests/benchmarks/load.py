"""Load: prepared requests, sent by wrk from 16 connections as fast as they are answered."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.results import BenchmarkError

_SCRIPT = Path(__file__).with_name("load.lua")
_THREADS, _CONNECTIONS = 2, 16
_BEYOND_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Request:
    """One POST: who sends it, under which key, and what it says."""

    token: str
    key: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk counted; latencies in milliseconds."""

    answers: int
    seconds: float
    not_2xx: int
    broken: int
    p50_ms: float
    p99_ms: float
    missing: int

    @property
    def rate(self) -> float:
        """Good answers per second."""
        return (self.answers - self.not_2xx) / self.seconds


def is_installed() -> bool:
    """Tell whether this machine has wrk."""
    return shutil.which("wrk") is not None


def drive(port: int, path: str, requests: Iterable[Request], *, seconds: int) -> Load:
    """Send the requests, each once, for so many seconds; raises ``BenchmarkError`` where they do not suffice."""
    with tempfile.NamedTemporaryFile(suffix=".tsv") as lines:
        for request in requests:
            lines.write(b"\t".join((request.token.encode(), request.key.encode(), request.body)) + b"\n")
        lines.flush()
        done = subprocess.run(
            _command(port, path, lines.name, seconds),
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds + _BEYOND_SECONDS,
        )
    if done.returncode:
        raise BenchmarkError(f"wrk failed: {done.stdout}{done.stderr}")
    load = Load(**json.loads(done.stdout.splitlines()[-1]))
    if load.missing:
        raise BenchmarkError(f"{load.missing} requests more were answered than had been prepared")
    return load


def _command(port: int, path: str, lines: str, seconds: int) -> list[str]:
    options = [f"-t{_THREADS}", f"-c{_CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", "-s", str(_SCRIPT)]
    return ["wrk", *options, f"http://127.0.0.1:{port}", "--", path, lines, str(_THREADS)]
