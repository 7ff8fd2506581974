"""Installation: what every command works on, and bringing its tables up to date."""

import os
import tempfile
from pathlib import Path

import click

from voucher_service import schema
from voucher_service.kernel import embedded
from voucher_service.kernel.config import ConfigurationError, Settings
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring


def settings() -> Settings:
    """Read the settings, or say which one is wrong and stop."""
    try:
        return Settings.from_environment(os.environ)
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error


def keyring(chosen: Settings) -> Keyring:
    """Read the keys of this installation, or say which one is wrong and stop."""
    try:
        return Keyring(chosen.keys_dir, may_create=chosen.is_embedded)
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error


def database() -> Database:
    """Connect to the database of this installation."""
    return schema.open_database(settings())


@click.command()
def migrate() -> None:
    """Bring the tables up to the newest migration."""
    chosen = settings()
    schema.migrate(chosen.owner_url or schema.embedded_url(chosen))
    click.echo(f"at migration {schema.head()}")


@click.command("migrations-check")
def migrations_check() -> None:
    """Fail unless the migrations make exactly the tables that the code declares."""
    with tempfile.TemporaryDirectory() as home, embedded.running(Path(home)) as cluster:
        url = cluster.create("migrations_check")
        schema.migrate(url)
        drift = schema.drift(url)
    if drift:
        raise click.ClickException("\n".join(map(str, drift)))
    click.echo("the migrations and the code agree")
