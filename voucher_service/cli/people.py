"""People: the first accounts of an installation, opened by whoever holds the machine."""

from uuid import UUID

import click
from sqlalchemy.orm import Session

from voucher_service.cli.installation import database, settings
from voucher_service.identity import organisations, resets, telephones, users
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel import clock
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.kernel.refusal import Refusal


@click.group()
def user() -> None:
    """Open accounts."""


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--referent", is_flag=True, help="May enrol and lock the people of the organisation.")
@click.option("--organisation-id", type=click.UUID, help="An organisation that takes part already.")
@click.option("--organisation", help="The name of a new organisation.")
@click.option("--kind", type=click.Choice([kind.value for kind in OrganisationKind]), help="Its capacity.")
@click.option("--siret", help="Its SIRET.")
def add(
    *,
    email: str,
    name: str,
    role: str,
    referent: bool,
    organisation_id: UUID | None,
    organisation: str | None,
    kind: str | None,
    siret: str | None,
) -> None:
    """Open an account, and print the token by which its password is chosen, once."""
    at = clock.now()

    def opened(session: Session) -> str:
        home = organisation_id or _founded(session, organisation, kind, siret)
        person = users.enrol(
            session,
            organisation_id=home,
            email=email,
            name=name,
            role=Role(role),
            is_referent=referent,
            at=at,
            by=SYSTEM,
        )
        return resets.start_reset(session, user_id=person.id, at=at, by=SYSTEM)

    try:
        token = database().run(opened)
    except Refusal as refusal:
        raise click.ClickException(refusal.title()) from refusal
    click.echo(f"{settings().public_url}/lien/{token}")


@user.command("reset-factor")
@click.argument("email")
def reset_factor(*, email: str) -> None:
    """Take the telephone code of an account away, where nobody else can: the only operator has lost it."""
    at = clock.now()

    def command(session: Session) -> None:
        person = users.find(session, email=email)
        if person is None:
            raise click.ClickException(f"no account with the address {email}")
        telephones.reset(session, user_id=person.id, at=at, by=SYSTEM)

    try:
        database().run(command)
    except Refusal as refusal:
        raise click.ClickException(refusal.title()) from refusal
    click.echo(f"{email} signs in with the password alone, and pairs a telephone then")


def _founded(session: Session, name: str | None, kind: str | None, siret: str | None) -> UUID:
    if not name or not kind:
        raise click.UsageError("name the organisation: --organisation-id, or --organisation and --kind")
    capacity = OrganisationKind(kind)
    return organisations.found(session, name=name, siret=siret, kind=capacity, at=clock.now(), by=SYSTEM).id
