"""One booklet: where it is, what is left of it, what happened to it, and what can be done now."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import (
    booklet_history,
    booklet_search,
    covers,
    lost_booklets,
    states,
    stock_count,
)
from voucher_service.vouchers.register import BookletIsUnknown
from voucher_service.vouchers.states import State
from voucher_service.web.pages import Go, Page, Pages, actor, allow, takes
from voucher_service.web.prescriber import forms, labels

pages = Pages("booklets")


@pages.get("/carnets")
@allow(Role.PRESCRIBER)
def look_up(_session: Session) -> Page:
    """Ask for a booklet's number."""
    return Page("prescriber/look_up.html")


@pages.post("/carnets", back=look_up)
@allow(Role.PRESCRIBER)
@takes(
    forms.NumberForm,
    about={
        covers.NumberIsMistyped: "number",
        BookletIsUnknown: "number",
        covers.SeveralBookletsHaveThisNumber: "number",
    },
)
def find(session: Session, said: dict[str, Any]) -> Go:
    """Open the page of the booklet that was typed or scanned."""
    found = covers.find(session, typed=said["number"], by=actor())
    return Go("booklets.booklet", number=found.number)


@pages.get("/carnets/<number>")
@allow(Role.PRESCRIBER)
def booklet(session: Session, number: str) -> Page:
    """Show where a booklet is, what its vouchers are worth and what happened to it."""
    by = actor()
    found = booklet_search.get(session, number=number, by=by)
    vouchers = states.of_booklet(session, campaign_id=found.campaign_id, booklet=number)
    return Page(
        "prescriber/booklet.html",
        booklet=found,
        place=labels.say(labels.PLACES, found.place),
        vouchers=[(one, labels.say(labels.STATES, one.state)) for one in vouchers],
        left=sum(one.face_cents for one in vouchers if one.state is State.ACTIVE),
        events=[
            (one, labels.happened(one), _reason(one.reason))
            for one in booklet_history.read(session, booklet=found, by=by)
        ],
        replaced=lost_booklets.of_booklet(session, campaign_id=found.campaign_id, booklet=number),
    )


@pages.post("/carnets/<number>/retrouve", back=booklet)
@allow(Role.PRESCRIBER)
def find_again(session: Session, number: str) -> Go:
    """Say that a missing booklet is found: it goes back to its site's stock."""
    at, by = clock.now(), actor()
    found = booklet_search.get(session, number=number, by=by)
    if found.site_id is None:
        raise BookletIsUnknown((number,))
    stock_count.find_again(
        session,
        series=found.series,
        site_id=found.site_id,
        booklet=number,
        on=clock.civil_date(at),
        at=at,
        by=by,
    )
    return Go("booklets.booklet", number=number, said=_("Le carnet est de nouveau dans votre placard."))


def _reason(code: str | None) -> str:
    known = {member.value: member for member in labels.REASONS}
    return labels.say(labels.REASONS, known[code]) if code in known else ""
