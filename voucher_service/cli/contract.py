"""Contract: ``openapi.yaml``, written from the routes and held equal to them."""

from pathlib import Path

import click

from voucher_service.app import contract

PATH = Path(__file__).resolve().parent.parent.parent / "openapi.yaml"


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; fail when the file is not what the routes say.")
def openapi(*, check: bool) -> None:
    """Write openapi.yaml from the routes."""
    said = contract()
    if not check:
        PATH.write_text(said, encoding="utf-8")
    elif not PATH.exists() or PATH.read_text(encoding="utf-8") != said:
        raise click.ClickException("openapi.yaml is not what the routes say: run voucher-service openapi")
    click.echo(f"{PATH.name}: {said.count('operationId:')} operations")
