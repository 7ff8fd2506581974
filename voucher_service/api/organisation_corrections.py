"""Organisation corrections: names and SIRETs that were put right, and what they were before."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Choice, Id, Instant, Many, Text, Wire
from voucher_service.identity import corrections
from voucher_service.identity.corrections import CorrectionReason, OrganisationCorrection
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role

resource = Resource("organisation-corrections", "Names and SIRETs that were put right.")


class OrganisationCorrectionRequest(Wire):
    """What an organisation's name and SIRET are, and why they change; what stays is said again."""

    organisation_id = Id(required=True)
    name = Text(longest=200, required=True)
    siret = Text(pattern="[0-9]{14}", longest=14, required=True, allow_none=True)
    reason = Choice(CorrectionReason, required=True)


class OrganisationCorrectionShown(Wire):
    """A name and a SIRET, before and after."""

    id = Id(required=True)
    organisation_id = Id(required=True)
    name_before = Text(required=True)
    siret_before = Text(required=True, allow_none=True)
    name = Text(required=True)
    siret = Text(required=True, allow_none=True)
    reason = Choice(CorrectionReason, required=True)
    corrected_at = Instant(required=True)


class OrganisationCorrections(Wire):
    """The corrections of an organisation, the oldest first."""

    items = Many(OrganisationCorrectionShown, required=True)


@resource.post("/organisation-corrections")
@allow(Role.OPERATOR)
@command()
@resource.arguments(OrganisationCorrectionRequest)
@resource.response(201, OrganisationCorrectionShown)
def correct(session: Session, wanted: dict[str, Any]) -> OrganisationCorrection:
    """Put right an organisation's name or SIRET."""
    return corrections.correct(session, **wanted, at=clock.now(), by=actor())


@resource.get("/organisations/<uuid:organisation_id>/corrections")
@allow(Role.OPERATOR)
@query()
@resource.response(200, OrganisationCorrections)
def of_organisation(session: Session, organisation_id: UUID) -> dict[str, Any]:
    """Read what was put right of an organisation."""
    return {"items": corrections.of(session, organisation_id=organisation_id)}
