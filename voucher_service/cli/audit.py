"""Audit: every promise of the books proved again, by whoever holds the machine."""

from functools import partial

import click

from voucher_service.cli.installation import database
from voucher_service.kernel import audit_runs, clock
from voucher_service.reports import findings
from voucher_service.reports.findings import Examined


@click.command()
def audit() -> None:
    """Prove every promise again on one instant of the database; exit with 1 where one is broken."""
    held, at = database(), clock.now()
    try:
        found = sum(_said(examined) for examined in findings.examine(held))
        held.run(partial(audit_runs.note, at=at, findings=found))
    finally:
        held.engine.dispose()
    click.echo(f"audit: {found} findings")
    if found:
        raise click.exceptions.Exit(1)


def _said(examined: Examined) -> int:
    click.echo(f"{examined.seconds:7.2f} s  {examined.check}")
    if examined.findings:
        click.echo(f"           broken: {examined.promise}")
    for finding in examined.findings:
        click.echo(f"           {finding.subject}: {finding.detail}")
    return len(examined.findings)
