"""Organisations: the legal persons that take part, found, and each in its capacity."""

from functools import partial
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
from voucher_service.reports.table import Kind
from voucher_service.web import listing
from voucher_service.web.labels import choices, label
from voucher_service.web.language import later
from voucher_service.web.listing import Column, Read
from voucher_service.web.network import forms, wording
from voucher_service.web.pages import File, Go, Heading, Menu, Page, Pages, actor, allow, takes

pages = Pages("organisation", "/organisations")

_COLUMNS = (
    Column(later("Nom"), lambda one: one.name),
    Column(later("Participe comme"), lambda one: label(one.kind)),
    Column("SIRET", lambda one: one.siret),
    Column(later("Depuis le"), lambda one: one.created_at.date(), Kind.DATE),
)


@pages.get("", menu=Menu("Organisations", 30, Heading.NETWORK))
@allow(Role.OPERATOR)
@takes(forms.OrganisationsAsked)
def listed(session: Session, asked: dict[str, Any]) -> Page:
    """List who takes part."""
    return Page(
        "network/organisations.html",
        sheet=listing.sheet(
            asked, _read(session, asked), at="organisation.listed", csv="organisation.export"
        ),
        kinds=choices(OrganisationKind),
        orders=listing.choices(wording.ORGANISATION_ORDERS),
    )


@pages.get("/liste.csv", streams=True)
@allow(Role.OPERATOR)
@takes(forms.OrganisationsAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file("organisations", _COLUMNS, listing.whole(_read(session, asked)))


def _read(session: Session, asked: dict[str, Any]) -> Read:
    return partial(
        organisation_search.search,
        session,
        words=asked["recherche"],
        kind=asked["titre"],
        order=asked["tri"],
        at=clock.now(),
        by=actor(),
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
