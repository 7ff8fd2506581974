"""The operator's commands: each reads its arguments and makes one call."""

import click

from voucher_service.cli.audit import audit
from voucher_service.cli.contract import openapi
from voucher_service.cli.demonstration import demo
from voucher_service.cli.installation import migrate, migrations_check
from voucher_service.cli.payment_runs import payment_run
from voucher_service.cli.people import user
from voucher_service.cli.serving import serve, worker


@click.group()
def main() -> None:
    """Run and look after the PASS numérique voucher ledger."""


for command in (audit, demo, migrate, migrations_check, openapi, payment_run, serve, user, worker):
    main.add_command(command)
