"""Printing: vouchers as files for a printer, written on this machine."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from voucher_service.cli.installation import database, keyring, settings
from voucher_service.kernel import clock
from voucher_service.kernel.actor import SYSTEM
from voucher_service.kernel.refusal import Refusal
from voucher_service.vouchers.printing import folder as print_folder
from voucher_service.vouchers.printing import runs
from voucher_service.vouchers.printing.formats import Format
from voucher_service.vouchers.printing.runs import PrintRun
from voucher_service.worker.printing import carry_out


@click.command("print")
@click.argument("series")
@click.option("--format", "form", type=click.Choice([form.value for form in Format]), required=True)
@click.option("--first", type=click.IntRange(min=1), required=True, help="The first booklet, by its number.")
@click.option("--last", type=click.IntRange(min=1), required=True, help="The last one.")
@click.option("--reason", help="Why booklets that were printed are printed again.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="An empty folder to write to, instead of the service's own.",
)
def print(  # noqa: A001 -- the name of the command
    *, series: str, form: str, first: int, last: int, reason: str | None, out: Path | None
) -> None:
    """Print the booklets of SERIES from one to another, as PDF files with their manifest; it is remembered."""
    chosen = settings()
    held, keys = database(), keyring(chosen)
    if out is not None and out.exists() and any(out.iterdir()):
        raise click.ClickException(f"{out} is not empty: name another folder")

    def start(session: Session) -> PrintRun:
        return runs.start(
            session,
            series=series,
            first_booklet=first,
            last_booklet=last,
            reason=reason,
            form=Format(form),
            at=clock.now(),
            by=SYSTEM,
            keyring=keys,
        )

    try:
        run = held.run(start)
        folder = out or print_folder.of(chosen.var_dir, run.id)
        files = carry_out(held, keys, run, folder, progress=_told)
    except Refusal as refusal:
        raise click.ClickException(refusal.title()) from refusal
    finally:
        held.engine.dispose()
    for file in files:
        click.echo(
            f"{folder / file.name}: {file.vouchers} vouchers on {file.pages} pages, SHA-256 {file.sha256}"
        )
    click.echo(f"{folder / print_folder.MANIFEST}: erase the files above once they are on paper")


def _told(done: int, total: int) -> None:
    click.echo(f"{done} of {total} vouchers", err=True)
