"""Backup: the whole database as one file that says what it is, and the database made again from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from voucher_service import schema
from voucher_service.cli.installation import keyring, settings
from voucher_service.kernel import clock, dump
from voucher_service.kernel.config import ConfigurationError, Settings
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import record


@dataclass(eq=False)
class BackupIsNewer(Refusal):
    """This backup was made by a newer version of the service: install that version first.

    FR: Cette sauvegarde vient d'une version plus récente du service : installez d'abord cette version.
    """

    migration: str


@dataclass(eq=False)
class KeysAreOthers(Refusal):
    """The keys of this installation are not those of the backup: put its keys in place first, or say --keys-later.

    FR: Les clés de cette installation ne sont pas celles de la sauvegarde : remettez-les d'abord en place.
    """

    files: list[str]


@dataclass(eq=False)
class BooksDiffer(Refusal):
    """The books that were restored do not end where those of the backup did: do not use them.

    FR: Les comptes restaurés ne s'arrêtent pas où s'arrêtaient ceux de la sauvegarde : ne les utilisez pas.
    """


_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--out", required=True, type=_FILE, help="The file to write; it must not exist yet.")
def backup(*, out: Path) -> None:
    """Write the database to one file, at one instant, while the service works on. Keys are not in it."""
    chosen = settings()
    keys = keyring(chosen)
    url = chosen.owner_url or schema.embedded_url(chosen)
    try:
        manifest = dump.write(url, out, about=lambda session: _about(session, url, keys))
    except (Refusal, ConfigurationError, OperationalError) as error:
        raise click.ClickException(_complaint(error)) from error
    click.echo(f"{out}: {out.stat().st_size} bytes, sha256 {manifest['sha256']}")
    click.echo(
        f"at migration {manifest['migration']}, {sum(manifest['positions'].values())} entries in order"
    )
    click.echo(f"The keys are NOT in it. Keep apart, and restore with it: {_said(manifest['keys'])}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--keys-later", is_flag=True, help="Restore though the keys in KEYS_DIR are not the backup's.")
def restore(*, file: Path, keys_later: bool) -> None:
    """Make the database again from FILE, in an empty one."""
    chosen = settings()
    try:
        manifest = dump.read(file)
        _refuse_unless_usable(manifest, chosen, keys_later=keys_later)
        url = chosen.owner_url or schema.embedded_url(chosen)
        role = dump.load(url, file, manifest=manifest)
        _refuse_unless_equal(manifest, url)
    except (Refusal, ConfigurationError, OperationalError) as error:
        raise click.ClickException(_complaint(error)) from error
    click.echo(
        f"restored: at migration {manifest['migration']}, as of {manifest['made_at']}, data role {role}"
    )
    click.echo(f"Its keys: {_said(manifest['keys'])}")
    click.echo("Now: voucher-service migrate, then voucher-service audit, which must say 0 findings.")


def _about(session: Session, url: str, keys: Keyring) -> Mapping[str, Any]:
    migration = schema.current(url)
    if migration is None:
        raise ConfigurationError("there is nothing to back up: the database has no tables yet")
    return {
        "made_at": clock.now().isoformat(timespec="seconds"),
        "migration": migration,
        "keys": keys.marks(),
        **_books(session),
    }


def _books(session: Session) -> dict[str, Any]:
    places = {str(campaign): position for campaign, position in record.positions(session).items()}
    return {"positions": places, "waiting": record.count_waiting(session)}


def _refuse_unless_usable(manifest: Mapping[str, Any], chosen: Settings, *, keys_later: bool) -> None:
    if not schema.knows(manifest["migration"]):
        raise BackupIsNewer(manifest["migration"])
    if keys_later:
        return
    # Nothing is made here: keys that were just drawn are never those of a backup.
    try:
        held = Keyring(chosen.keys_dir, may_create=False).marks()
    except ConfigurationError as error:
        raise KeysAreOthers(sorted(manifest["keys"])) from error
    others = sorted(name for name, mark in manifest["keys"].items() if held[name] != mark)
    if others:
        raise KeysAreOthers(others)


def _refuse_unless_equal(manifest: Mapping[str, Any], url: str) -> None:
    database = Database(url)
    try:
        books = database.run(_books)
    finally:
        database.engine.dispose()
    if any(manifest[name] != value for name, value in books.items()):
        raise BooksDiffer


def _said(marks: Mapping[str, str]) -> str:
    return ", ".join(f"{name} (mark {mark})" for name, mark in marks.items())


def _complaint(error: Exception) -> str:
    if isinstance(error, OperationalError):
        return f"the database cannot be reached: {error.orig}"
    facts = error.facts() if isinstance(error, Refusal) else {}
    return " ".join([str(error), *(f"({name}: {value})" for name, value in facts.items())])
