"""Demonstration: the main job, end to end, on a service that is started for it."""

import os
import signal
from pathlib import Path
from types import FrameType

import click
from rich.console import Console

from voucher_service.demo import DemonstrationError, demonstration, places
from voucher_service.demo.display import Display
from voucher_service.demo.documents import Folder
from voucher_service.demo.script import FULL, SMALL, Script
from voucher_service.kernel import clock, lifeline
from voucher_service.kernel.money import in_euros

_ROOT = Path(__file__).resolve().parent.parent.parent
_REAL = ("venues-herault.csv", "venues-auvergne-rhone-alpes-v0.1.json")


@click.command()
@click.option(
    "--venues",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A directory of venues to use.",
)
@click.option(
    "--var-dir",
    envvar="VAR_DIR",
    default="var",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where its documents and its database are put, under demo/.",
)
@click.option("--small", is_flag=True, hidden=True)
def demo(*, venues: Path | None, var_dir: Path, small: bool) -> None:
    """Play a fictitious campaign from its funding to its payment; leave its documents in var/demo."""
    signal.signal(signal.SIGTERM, _stop)
    lifeline.follow()
    lifeline.hold()
    console = Console()
    folder = Folder(var_dir.absolute() / "demo")
    script = Script(SMALL if small else FULL, clock.civil_date(clock.now()))
    files = [venues] if venues else _directories()
    try:
        summary = demonstration.play(script, directories=files, folder=folder, display=Display(console))
    except DemonstrationError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"\n{summary['redeemed']} vouchers redeemed, {in_euros(summary['paid_cents'])} paid, in "
        f"{summary['seconds']} s. Everything is fictitious.\nDocuments: {os.path.relpath(folder.path)}/\n"
        f"audit: {summary['audit_findings']} findings"
    )


def _directories() -> list[Path]:
    """Find the real directories beside the project; where they are not, take the invented sample."""
    real = [_ROOT.parent / "shared" / "data" / name for name in _REAL]
    return [path for path in real if path.is_file()] or [places.SAMPLE]


def _stop(signum: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + signum)
