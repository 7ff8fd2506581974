"""Printing folder: where the files of a print run lie until they are printed, readable by the service only."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

MANIFEST = "manifest.json"
_UNFINISHED = ".part"


def home(var_dir: Path) -> Path:
    """Return where the folders of all print runs are."""
    return var_dir / "print"


def of(var_dir: Path, print_run_id: UUID) -> Path:
    """Return the folder of a print run, whether it is there or not."""
    return home(var_dir) / str(print_run_id)


def make(folder: Path) -> None:
    """Make the folder, for the service's own account only; what is in it stays."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def writing(folder: Path, name: str) -> Iterator[BinaryIO]:
    """Write a file, which bears its name once it is whole; one that is there is replaced."""
    part = folder / f"{name}{_UNFINISHED}"
    opened = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "w+b") as file:
        yield file
    part.replace(folder / name)


def read(folder: Path, name: str, sha256: str) -> bytes | None:
    """Return a file's bytes, or nothing where it is not there any more as it was written."""
    path = folder / name
    content = path.read_bytes() if path.is_file() else b""
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def digest(folder: Path, name: str) -> tuple[str, int]:
    """Return a file's SHA-256 in hexadecimal letters, and its size in bytes."""
    with (folder / name).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), os.fstat(file.fileno()).st_size


def erase_files(folder: Path) -> None:
    """Erase what bears codes; the manifest stays."""
    for path in sorted(folder.glob("*")):
        if path.name != MANIFEST:
            path.unlink()


def erase(folder: Path) -> None:
    """Erase the folder and all that is in it, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)


def run_ids(var_dir: Path) -> list[UUID]:
    """Name the print runs that have a folder."""
    folders = sorted(home(var_dir).glob("????????-????-????-????-????????????"))
    return [UUID(folder.name) for folder in folders]
