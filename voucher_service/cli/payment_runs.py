"""Payment runs: what leaves the house, as a file."""

import re
from pathlib import Path

import click
from sqlalchemy.orm import Session

from voucher_service.cli.installation import database
from voucher_service.kernel import clock
from voucher_service.kernel.actor import SYSTEM
from voucher_service.kernel.refusal import Refusal
from voucher_service.settlement import exports, orders, runs


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
    """Write the order to the bank (pain.001.001.09) of RUN, for example PN-2026/1: the same bytes each time.

    Where the bank limits what one file carries, further files are written beside it (out-2.xml, and so on).
    """
    series, number = run
    held = database()
    try:
        contents = held.run(lambda session: _exported(session, series, number))
    except Refusal as refusal:
        raise click.ClickException(refusal.title()) from refusal
    finally:
        held.engine.dispose()
    for no, content in enumerate(contents, start=1):
        path = out if no == 1 else out.with_stem(f"{out.stem}-{no}")
        path.write_bytes(content)
        click.echo(f"{path}: {len(content)} bytes")


def _exported(session: Session, series: str, number: int) -> list[bytes]:
    done = orders.export(session, series=series, run=number, at=clock.now(), by=SYSTEM)
    run = runs.get(session, series=series, run=number)
    return [exports.content(session, run, form=file.form, no=file.no) for file in done.files]
