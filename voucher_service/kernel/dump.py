"""Dump: a whole database as one file, as it was at one instant, and made again from it.

The file is a zip of two members: ``database.dump``, as PostgreSQL's own programs write and read it, and
``manifest.json``, which says what it is. Keys are never in it.
"""

import hashlib
import json
import os
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from voucher_service.kernel import conninfo, rights
from voucher_service.kernel.config import ConfigurationError
from voucher_service.kernel.database import Database
from voucher_service.kernel.programs import client
from voucher_service.kernel.refusal import Refusal

_FORMAT = 1
_DUMP, _MANIFEST = "database.dump", "manifest.json"
_PIECE = 1024 * 1024
_TABLES = text("""
SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind IN ('r', 'p', 'v', 'm', 'S') AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
""")

Facts = Mapping[str, Any]


@dataclass(eq=False)
class FileExistsAlready(Refusal):
    """A file of this name exists already: name another, nothing is ever overwritten.

    FR: Un fichier de ce nom existe déjà : choisissez-en un autre, rien n'est jamais écrasé.
    """

    path: str


@dataclass(eq=False)
class BackupIsDamaged(Refusal):
    """This file is not a whole backup of this service, as it was written: take another copy of it.

    FR: Ce fichier n'est pas une sauvegarde complète et intacte de ce service : prenez-en une autre copie.
    """

    found: str


@dataclass(eq=False)
class DatabaseIsNotEmpty(Refusal):
    """The database has tables already: restore into a new, empty one.

    FR: La base contient déjà des tables : restaurez dans une base neuve et vide.
    """

    tables: int


def write(url: str, out: Path, *, about: Callable[[Session], Facts]) -> Facts:
    """Write the database to a new file, while others work with it, and return its manifest.

    ``url`` is the owner's; ``about`` adds to the manifest what is true at the same instant. Raises
    ``FileExistsAlready``, and ``ConfigurationError`` with what ``pg_dump`` complained about.
    """
    if out.exists():
        raise FileExistsAlready(str(out))
    draft = out.with_name(f"{out.name}.part")
    try:
        with _opened(url) as database, database.snapshot() as session, _private(draft) as file:
            manifest = {"format": _FORMAT, **about(session), "rights": rights.held(session)}
            manifest |= _dumped(file, session, url, manifest)
        draft.rename(out)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def read(path: Path) -> Facts:
    """Return the manifest, every byte having been checked against it; raises ``BackupIsDamaged``."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest: Facts = json.loads(archive.read(_MANIFEST))
            with archive.open(_DUMP) as dump:
                digest = _digest(iter(lambda: dump.read(_PIECE), b""))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise BackupIsDamaged(type(error).__name__) from error
    if manifest.get("format") != _FORMAT:
        raise BackupIsDamaged(f"format {manifest.get('format')}")
    if digest != manifest.get("sha256"):
        raise BackupIsDamaged(f"sha256 {digest}")
    return manifest


def load(url: str, path: Path, *, manifest: Facts) -> str:
    """Make the database again from a file that ``read`` checked; return the name of its data role.

    ``url`` is the owner's. Everything is made, or nothing. Raises ``DatabaseIsNotEmpty``, and
    ``ConfigurationError`` with what ``pg_restore`` complained about.
    """
    with _opened(url) as database:
        refuse_unless_empty(database)
        with zipfile.ZipFile(path) as archive, archive.open(_DUMP) as dump:
            options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-acl", "--no-comments")
            server = database.run(_server)
            with _program("pg_restore", url, *options, server=server, is_fed=True) as program:
                _pour(dump, program)
        role = database.run(lambda session: rights.give(session, manifest["rights"]))
        database.run(lambda session: session.execute(text("ANALYZE")))
    return role


def refuse_unless_empty(database: Database) -> None:
    """Raise ``DatabaseIsNotEmpty`` where there is anything that a restored table could meet."""
    tables = database.run(lambda session: session.scalars(_TABLES).one())
    if tables:
        raise DatabaseIsNotEmpty(tables)


def where(url: str) -> str:
    """Say where a database is, without its password: everyone on the machine may read a command line."""
    return conninfo.of(make_url(url)._replace(password=None))


def _dumped(file: IO[bytes], session: Session, url: str, manifest: Facts) -> Facts:
    instant = session.execute(text("SELECT pg_export_snapshot()")).scalar_one()
    options = ("--format=custom", f"--snapshot={instant}")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        with (
            archive.open(zipfile.ZipInfo(_DUMP), "w", force_zip64=True) as member,
            _program("pg_dump", url, *options, server=_server(session)) as program,
        ):
            said = {"sha256": _digest(_through(program, member))}
        archive.writestr(_MANIFEST, json.dumps({**manifest, **said}, indent=1, ensure_ascii=False))
    return said


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _server(session: Session) -> int:
    return int(session.execute(text("SHOW server_version_num")).scalar_one()) // 10_000


def _through(source: IO[bytes], target: IO[bytes]) -> Iterator[bytes]:
    while piece := source.read(_PIECE):
        target.write(piece)
        yield piece


def _pour(source: IO[bytes], target: IO[bytes]) -> None:
    try:
        for _ in _through(source, target):
            pass
        target.close()
    except BrokenPipeError:
        return  # the program ended early: what it complained about is what matters


def _digest(pieces: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


@contextmanager
def _program(name: str, url: str, *options: str, server: int, is_fed: bool = False) -> Iterator[IO[bytes]]:
    password = make_url(url).password
    environment = os.environ | ({"PGPASSWORD": str(password)} if password else {})
    with tempfile.TemporaryFile() as complaints:
        with subprocess.Popen(  # noqa: S603 -- our own words
            [client(name, server=server), f"--dbname={where(url)}", *options],
            stdin=subprocess.PIPE if is_fed else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if is_fed else subprocess.PIPE,
            stderr=complaints,
            env=environment,
        ) as program:
            yield cast("IO[bytes]", program.stdin if is_fed else program.stdout)
        if program.returncode:
            complaints.seek(0)
            raise ConfigurationError(f"{name} failed: {complaints.read().decode(errors='replace').strip()}")


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.engine.dispose()
