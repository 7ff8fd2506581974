"""Payment runs: what leaves the house, as a file."""

import re
from pathlib import Path

import click

from voucher_service.cli.installation import database
from voucher_service.kernel.refusal import Refusal
from voucher_service.settlement import orders


class _Run(click.ParamType[tuple[str, int]]):
    """A run, named by its campaign's series and its number: ``PN-2026/1``."""

    name = "run"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """Read the series and the number, or say how they are written."""
        match = re.fullmatch(r"(.+)/([0-9]{1,9})", value, re.ASCII)
        if match is None:
            self.fail(f"{value}: write it as PN-2026/1", param, ctx)
        return match[1], int(match[2])


@click.group("payment-run")
def payment_run() -> None:
    """Take out what an approved payment run sends."""


@payment_run.command()
@click.argument("run", type=_Run())
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write."
)
def export(*, run: tuple[str, int], out: Path) -> None:
    """Write the order to the bank (pain.001.001.09) of RUN, for example PN-2026/1: the same bytes each time."""
    series, number = run
    held = database()
    try:
        content = held.run(lambda session: orders.export(session, series=series, run=number))
    except Refusal as refusal:
        raise click.ClickException(refusal.title()) from refusal
    finally:
        held.engine.dispose()
    out.write_bytes(content)
    click.echo(f"{out}: {len(content)} bytes")
