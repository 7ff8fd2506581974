"""People: a référent keeps the accounts of an organisation, the operator those of all."""

from functools import partial
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.identity import factors, organisations, people, users
from voucher_service.identity.people import Order, State
from voucher_service.identity.staffing import refuse_unless_reaches
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.reports.table import Kind
from voucher_service.web import listing
from voucher_service.web.forms import FormSchema, Ident, One, Typed
from voucher_service.web.labels import label
from voucher_service.web.language import later
from voucher_service.web.listing import Column, Read, SearchForm
from voucher_service.web.pages import File, Go, Heading, Menu, Page, Pages, actor, allow, takes

pages = Pages("people")

_COLUMNS = (
    Column(later("Nom"), lambda one: one.user.name),
    Column(later("Adresse électronique"), lambda one: one.user.email),
    Column(later("Organisation"), lambda one: one.organisation),
    Column(later("Rôle"), lambda one: label(Role(one.user.role))),
    Column(later("Référent"), lambda one: _yes(one.user.is_referent)),
    Column(later("Code par téléphone"), lambda one: _yes(one.has_factor)),
    Column(later("Compte ouvert le"), lambda one: one.user.created_at, Kind.INSTANT),
    Column(later("Bloqué le"), lambda one: one.user.locked_at, Kind.INSTANT),
)


class Search(SearchForm):
    """What is looked for in the list."""

    etat = One(State)
    role = One(Role)
    organisation = Ident()
    tri = One(Order, default=Order.NAME)


class Place(FormSchema):
    """Words of the name of the organisation in which somebody is enrolled."""

    nom = Typed(default="")


@pages.get("/personnes", menu=Menu("Personnes", 80, Heading.SERVICE, for_keepers=True))
@allow()
@takes(Search)
def everyone(session: Session, asked: dict[str, Any]) -> Page:
    """List the accounts that the reader keeps."""
    return Page(
        "people/list.html",
        sheet=listing.sheet(asked, _read(session, asked), at="people.everyone", csv="people.export"),
        asked=asked,
    )


@pages.get("/personnes.csv", streams=True)
@allow()
@takes(Search)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet, for the yearly look at who may do what."""
    return listing.file(_("personnes"), _COLUMNS, listing.whole(_read(session, asked)))


def _read(session: Session, asked: dict[str, Any]) -> Read:
    return partial(
        people.search,
        session,
        words=asked["recherche"],
        state=asked["etat"],
        role=asked["role"],
        organisation_id=asked["organisation"],
        order=asked["tri"],
        at=clock.now(),
        by=actor(),
    )


@pages.get("/personnes/nouvelle")
@allow()
@takes(Place)
def where(session: Session, asked: dict[str, Any]) -> Page | Go:
    """Ask the operator in which organisation somebody is enrolled; a référent has one only."""
    by = actor()
    if by.role is not Role.OPERATOR:
        return Go("people.newcomer", organisation_id=by.organisation_id)
    known = people.organisations(session, words=asked["nom"], at=clock.now(), by=by)
    return Page("people/where.html", organisations=known, asked=asked)


@pages.get("/personnes/nouvelle/<uuid:organisation_id>")
@allow()
def newcomer(session: Session, organisation_id: UUID) -> Page:
    """Ask whom to enrol in an organisation."""
    refuse_unless_reaches(organisation_id, by=actor())
    organisation = organisations.get(session, organisation_id=organisation_id)
    return Page("people/new.html", organisation=organisation, roles=sorted(organisation.roles))


@pages.get("/personnes/<uuid:user_id>")
@allow()
def person(session: Session, user_id: UUID) -> Page:
    """Show an account that the reader keeps, and what was done to it."""
    by = actor()
    user = users.kept(session, user_id=user_id, by=by)
    return Page(
        "people/person.html",
        user=user,
        organisation=organisations.get(session, organisation_id=user.organisation_id),
        standing=factors.standing(session, user_id=user_id),
        history=people.history(session, user_id=user_id, by=by),
        is_own=user_id == by.user_id,
    )


def _yes(said: bool) -> str:  # noqa: FBT001 -- it is what the word says
    return str(_("Oui") if said else _("Non"))
