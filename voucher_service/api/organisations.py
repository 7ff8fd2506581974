"""Organisations: the legal persons that take part, each in one capacity."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.reply import Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Choice, Id, Instant, Text, Wire
from voucher_service.identity import organisations
from voucher_service.identity.organisations import Organisation, OrganisationKind
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role

resource = Resource("organisations", "The legal persons that take part.")


class OrganisationRequest(Wire):
    """A legal person in one capacity."""

    name = Text(longest=200, required=True)
    siret = Text(pattern="[0-9]{14}", longest=14, load_default=None, allow_none=True)
    kind = Choice(OrganisationKind, required=True)


class OrganisationShown(Wire):
    """An organisation as it was founded."""

    id = Id(required=True)
    name = Text(required=True)
    siret = Text(allow_none=True)
    kind = Choice(OrganisationKind, required=True)
    created_at = Instant(required=True)


@resource.post("/organisations")
@allow(Role.OPERATOR)
@command()
@resource.arguments(OrganisationRequest)
@resource.response(201, OrganisationShown)
def found(session: Session, wanted: dict[str, Any]) -> Reply:
    """Let a legal person take part."""
    organisation = organisations.found(session, **wanted, at=clock.now(), by=actor())
    return Reply(organisation, location=f"{PREFIX}/organisations/{organisation.id}")


@resource.get("/organisations/<uuid:organisation_id>")
@allow(Role.OPERATOR)
@query()
@resource.response(200, OrganisationShown)
def read(session: Session, organisation_id: UUID) -> Organisation:
    """Read an organisation."""
    return organisations.get(session, organisation_id=organisation_id)
