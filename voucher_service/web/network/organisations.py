"""Organisations: the legal persons that take part, found, and each in its capacity."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.identity import organisation_search, organisations
from voucher_service.identity.naming import NameIsMalformed
from voucher_service.identity.organisations import (
    Organisation,
    OrganisationIsFoundedAlready,
    OrganisationKind,
    SiretIsWrong,
)
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import operators, prescribers
from voucher_service.network.operators import LegalForm
from voucher_service.web.labels import choices
from voucher_service.web.network import forms
from voucher_service.web.pages import Go, Menu, Page, Pages, actor, allow, takes

pages = Pages("organisation", "/organisations")

_PER_PAGE = 50


@pages.get("", menu=Menu("Organisations", 30))
@allow(Role.OPERATOR)
@takes(forms.OrganisationsAsked)
def listed(session: Session, asked: dict[str, Any]) -> Page:
    """List who takes part."""
    found = organisation_search.search(
        session,
        words=asked["recherche"],
        kind=asked["titre"],
        after=asked["apres"],
        limit=_PER_PAGE + 1,
        at=clock.now(),
        by=actor(),
    )
    return Page(
        "network/organisations.html",
        organisations=found[:_PER_PAGE],
        has_more=len(found) > _PER_PAGE,
        asked=asked,
        kinds=choices(OrganisationKind),
    )


@pages.get("/nouvelle")
@allow(Role.OPERATOR)
def new(_session: Session) -> Page:
    """Ask who takes part, and in which capacity."""
    return Page(
        "network/organisation_new.html", kinds=choices(OrganisationKind), legal_forms=choices(LegalForm)
    )


@pages.post("/nouvelle", back=new)
@allow(Role.OPERATOR)
@takes(
    forms.OrganisationForm,
    about={NameIsMalformed: "name", SiretIsWrong: "siret", OrganisationIsFoundedAlready: "siret"},
)
def found(session: Session, said: dict[str, Any]) -> Go:
    """Let a legal person take part, and enrol it in its capacity."""
    legal_form = said.pop("legal_form")
    organisation = organisations.found(session, **said, at=clock.now(), by=actor())
    _enrol(session, organisation, legal_form)
    said_next = _("%(name)s participe désormais.", name=organisation.name)
    return Go("organisation.organisation", organisation_id=organisation.id, said=said_next)


@pages.get("/<uuid:organisation_id>")
@allow(Role.OPERATOR)
def organisation(session: Session, organisation_id: UUID) -> Page | Go:
    """Show an organisation; who hands booklets out or runs venues has a page that says more."""
    shown = organisations.get(session, organisation_id=organisation_id)
    if prescribers.find(session, organisation_id=organisation_id):
        return Go("prescribing.prescriber", organisation_id=organisation_id)
    if operators.find(session, operator_id=organisation_id):
        return Go("payees.payee", operator_id=organisation_id)
    return Page("network/organisation.html", organisation=shown, legal_forms=choices(LegalForm))


@pages.post("/<uuid:organisation_id>/inscription", back=organisation)
@allow(Role.OPERATOR)
@takes(forms.EnrolmentForm)
def enrol(session: Session, said: dict[str, Any], organisation_id: UUID) -> Go:
    """Enrol an organisation that was founded by a program, in its capacity."""
    shown = organisations.get(session, organisation_id=organisation_id)
    _enrol(session, shown, said["legal_form"])
    return Go("organisation.organisation", organisation_id=organisation_id, said=_("C'est enregistré."))


def _enrol(session: Session, organisation: Organisation, legal_form: LegalForm) -> None:
    at, by = clock.now(), actor()
    if organisation.kind is OrganisationKind.PRESCRIBER:
        prescribers.enrol(session, organisation_id=organisation.id, at=at, by=by)
    if organisation.kind is OrganisationKind.VENUE_OPERATOR:
        operators.enrol(session, organisation_id=organisation.id, legal_form=legal_form, at=at, by=by)
