"""Audit: every promise of the books proved again, by whoever holds the machine."""

import click

from voucher_service.cli.installation import database
from voucher_service.reports import findings


@click.command()
def audit() -> None:
    """Prove every promise again on one instant of the database; exit with 1 where one is broken."""
    found = 0
    for examined in findings.examine(database()):
        click.echo(f"{examined.seconds:7.2f} s  {examined.check}")
        found += len(examined.findings)
        for finding in examined.findings:
            click.echo(f"           {finding.subject}: {finding.detail}")
    click.echo(f"audit: {found} findings")
    if found:
        raise click.exceptions.Exit(1)
