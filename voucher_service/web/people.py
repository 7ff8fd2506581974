"""People: a référent keeps the accounts of an organisation, the operator those of all."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.identity import factors, organisations, people, users
from voucher_service.identity.people import Order, State
from voucher_service.identity.staffing import refuse_unless_reaches
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.reports import as_csv, people_list
from voucher_service.web.forms import FormSchema, Ident, One, Typed
from voucher_service.web.language import language
from voucher_service.web.pages import File, Go, Menu, Page, Pages, actor, allow, takes

pages = Pages("people")

_PER_PAGE = 50


class Search(FormSchema):
    """What is looked for in the list."""

    recherche = Typed(default="")
    etat = One(State)
    role = One(Role)
    organisation = Ident()
    tri = One(Order)
    apres = Ident()


class Place(FormSchema):
    """Words of the name of the organisation in which somebody is enrolled."""

    nom = Typed(default="")


@pages.get("/personnes", menu=Menu("Personnes", 80, for_keepers=True))
@allow()
@takes(Search)
def everyone(session: Session, asked: dict[str, Any]) -> Page:
    """List the accounts that the reader keeps."""
    found = people.search(
        session, **_wish(asked), after=asked["apres"], limit=_PER_PAGE + 1, at=clock.now(), by=actor()
    )
    return Page("people/list.html", people=found[:_PER_PAGE], has_more=len(found) > _PER_PAGE, asked=asked)


@pages.get("/personnes.csv")
@allow()
@takes(Search)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    at = clock.now()
    found = people.search(session, **_wish(asked), limit=None, at=at, by=actor())
    table = people_list.build(found, on=clock.civil_date(at))
    return File(b"".join(as_csv.render(table, language=language())), as_csv.MEDIA_TYPE, "personnes.csv")


def _wish(asked: dict[str, Any]) -> dict[str, Any]:
    return {
        "words": asked["recherche"],
        "state": asked["etat"],
        "role": asked["role"],
        "organisation_id": asked["organisation"],
        "order": asked["tri"] or Order.NAME,
    }


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
