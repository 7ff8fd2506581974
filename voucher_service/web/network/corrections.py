"""Corrections: an organisation's name or SIRET is put right, and what it was before stays on the page."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.identity import corrections, organisations
from voucher_service.identity.corrections import CorrectionReason, SirenDiffers, SiretIsTakenAway
from voucher_service.identity.naming import NameIsMalformed
from voucher_service.identity.organisations import OrganisationIsFoundedAlready, SiretIsWrong
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.web.labels import choices
from voucher_service.web.network import forms
from voucher_service.web.pages import Go, Page, Pages, actor, allow, takes

pages = Pages("corrections", "/organisations/<uuid:organisation_id>/correction")


@pages.get("")
@allow(Role.OPERATOR)
def correcting(session: Session, organisation_id: UUID) -> Page:
    """Show the name and the SIRET, what they were before, and ask what they should be."""
    return Page(
        "network/correct.html",
        organisation=organisations.get(session, organisation_id=organisation_id),
        reasons=choices(CorrectionReason),
        facts=list(reversed(corrections.of(session, organisation_id=organisation_id))),
    )


@pages.post("", back=correcting)
@allow(Role.OPERATOR)
@takes(
    forms.CorrectionForm,
    about={
        NameIsMalformed: "name",
        SiretIsWrong: "siret",
        SiretIsTakenAway: "siret",
        SirenDiffers: "siret",
        OrganisationIsFoundedAlready: "siret",
    },
)
def correct(session: Session, said: dict[str, Any], organisation_id: UUID) -> Go:
    """Put right the name or the SIRET."""
    corrections.correct(session, organisation_id=organisation_id, **said, at=clock.now(), by=actor())
    return Go("organisation.organisation", organisation_id=organisation_id, said=_("C'est corrigé."))
