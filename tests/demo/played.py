"""Played: one small demonstration for all processes of a run of the tests, on the invented sample of venues."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests import databases
from voucher_service.demo import places
from voucher_service.kernel import lifeline

PLAY = (sys.executable, "-m", "voucher_service.cli", "demo", "--small", "--venues", str(places.SAMPLE))
_OTHERS = ("DATABASE_URL", "DATABASE_OWNER_URL", "KEYS_DIR", "PUBLIC_URL", "DEMO")
_SECONDS = 240


def surroundings(home: Path) -> dict[str, str]:
    """Return the environment of a demonstration that leaves everything in ``home``, and dies with this process."""
    kept = {name: value for name, value in os.environ.items() if name not in _OTHERS}
    return kept | {"VAR_DIR": str(home), lifeline.NAME: str(os.getpid())}


def play(home: Path, command: Sequence[str] = PLAY) -> Path:
    """Play a demonstration in ``home`` to its end, and return that folder."""
    done = subprocess.run(
        command,
        cwd=databases.ROOT,
        env=surroundings(home),
        timeout=_SECONDS,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "audit: 0 findings"
    return home


def once(shared: Path) -> Path:
    """Return the demonstration in a folder that processes share: played by the first of them, changed by nobody."""
    home, end = shared / "played", shared / "played.end"
    with (shared / "played.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not end.exists():
            play(home)
            end.touch()
    return home
