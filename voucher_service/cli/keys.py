"""Keys: whether this installation still holds what its vouchers were made with."""

import click

from voucher_service.cli import installation
from voucher_service.vouchers import batch_keys


@click.command("keys-check")
def keys_check() -> None:
    """List the batches that this codes.key cannot print; exit with 1 where there are any."""
    keyring = installation.keyring(installation.settings())
    held = installation.database()
    try:
        with held.snapshot() as session:
            lost = batch_keys.lost(session, keyring=keyring)
    finally:
        held.engine.dispose()
    for batch in lost:
        click.echo(
            f"{batch.series} batch {batch.no}, booklets {batch.first_booklet} to {batch.last_booklet}: "
            "made with another codes.key"
        )
    click.echo(f"keys: {len(lost)} batches cannot be printed")
    if lost:
        raise click.exceptions.Exit(1)
