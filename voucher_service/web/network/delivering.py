"""Delivering: who delivers for a venue operator, until when, and by which derogation where the State pays him."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.identity import organisations
from voucher_service.identity.naming import NameIsMalformed
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import mediators
from voucher_service.network.mediators import DerogationEndsBeforeItBegins, Standing
from voucher_service.web.network import forms
from voucher_service.web.pages import Go, Page, Pages, actor, allow, takes

pages = Pages("delivering", "/organisations/mediateurs/<uuid:mediator_id>")

_READERS = (Role.OPERATOR, Role.FINANCE, Role.AUDITOR)


@pages.get("")
@allow(*_READERS)
def mediator(session: Session, mediator_id: UUID) -> Page:
    """Show who delivers, and the derogations."""
    return Page("network/mediator.html", **_known(session, mediator_id))


@pages.get("/depart")
@allow(Role.OPERATOR)
def leaving(session: Session, mediator_id: UUID) -> Page:
    """Ask for the last day, and say what follows."""
    today = clock.civil_date(clock.now())
    return Page("network/mediator_leave.html", last_day=today, **_known(session, mediator_id))


@pages.post("/depart", back=leaving)
@allow(Role.OPERATOR)
@takes(forms.LeavingForm)
def leave(session: Session, said: dict[str, Any], mediator_id: UUID) -> Go:
    """Record the last day on which someone delivers."""
    mediators.leave(session, mediator_id=mediator_id, **said, at=clock.now(), by=actor())
    return Go("delivering.mediator", mediator_id=mediator_id, said=_("Le départ est enregistré."))


@pages.get("/derogation")
@allow(Role.OPERATOR)
def derogating(session: Session, mediator_id: UUID) -> Page:
    """Ask by which act the State-funded may be paid by passes, and when."""
    return Page("network/derogation.html", **_known(session, mediator_id))


@pages.post("/derogation", back=derogating)
@allow(Role.OPERATOR)
@takes(
    forms.DerogationForm,
    about={NameIsMalformed: "reference", DerogationEndsBeforeItBegins: "valid_until_on"},
)
def derogate(session: Session, said: dict[str, Any], mediator_id: UUID) -> Go:
    """Record that a State-funded mediator's work may be paid by passes."""
    mediators.grant_derogation(session, mediator_id=mediator_id, **said, at=clock.now(), by=actor())
    return Go("delivering.mediator", mediator_id=mediator_id, said=_("La dérogation est enregistrée."))


def _known(session: Session, mediator_id: UUID) -> dict[str, Any]:
    found = mediators.own(session, mediator_id=mediator_id, by=actor())
    today = clock.civil_date(clock.now())
    return {
        "mediator": found,
        "payee": organisations.get(session, organisation_id=found.operator_id),
        "needs_derogation": found.standing is Standing.STATE_FUNDED,
        "holds": mediators.find_derogation(session, mediator_id=found.id, on=today),
        "derogations": list(reversed(mediators.derogations_of(session, mediator_id=found.id))),
    }
