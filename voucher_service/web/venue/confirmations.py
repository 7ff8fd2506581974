"""Confirmations: papers that a venue could not read wait for whoever handed the booklet over, or for finance."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.keyset import Order
from voucher_service.network import venue_list
from voucher_service.network.vocabulary import Service
from voucher_service.vouchers import unreadable
from voucher_service.vouchers.unreadable import Answered
from voucher_service.web import listing
from voucher_service.web.forms import One, Tick
from voucher_service.web.labels import label
from voucher_service.web.listing import Read
from voucher_service.web.pages import File, Go, Heading, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.venue import unread, wording

pages = Pages("confirmations", "/papiers-illisibles")

_READERS = (Role.PRESCRIBER, Role.FINANCE)


class ConfirmationsForm(unread.RequestsForm):
    """Which requests are listed: those that wait, unless all are asked for."""

    toutes = Tick()
    tri = One(Order, default=Order.OLDEST)


@pages.get("", menu=Menu("Papiers illisibles", 60, Heading.NETWORK))
@allow(*_READERS)
@takes(ConfirmationsForm)
def listed(session: Session, asked: dict[str, Any]) -> Page:
    """List the requests that the reader may answer, the oldest first."""
    return Page(
        "venue/confirmations.html",
        sheet=listing.sheet(
            asked, _read(session, asked), at="confirmations.listed", csv="confirmations.export"
        ),
        is_all=asked["toutes"],
        answers=listing.choices(unread.ANSWERS),
        orders=listing.choices(listing.ORDERS),
    )


@pages.get("/liste.csv", streams=True)
@allow(*_READERS)
@takes(ConfirmationsForm)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file(_("papiers-illisibles"), unread.COLUMNS, listing.whole(_read(session, asked)))


@pages.get("/<uuid:request_id>")
@allow(Role.PRESCRIBER, Role.FINANCE)
def one(session: Session, request_id: UUID) -> Page:
    """Show what a venue says of a paper, and ask whether it is right."""
    request, answer = unreadable.get(session, request_id=request_id, by=actor())
    return Page(
        "venue/confirmation.html",
        request=request,
        answer=answer,
        venue=_name(session, request.venue_id),
        service=label(Service(request.service)),
        duration=wording.duration(request.minutes),
    )


@pages.post("/<uuid:request_id>/confirmer", back=one)
@allow(Role.PRESCRIBER, Role.FINANCE)
def confirm(session: Session, request_id: UUID) -> Go:
    """Confirm a request: the pass is taken."""
    at = clock.now()
    unreadable.confirm(session, request_id=request_id, today=clock.civil_date(at), at=at, by=actor())
    return Go("confirmations.listed", said=_("C'est confirmé : le pass est encaissé, et le lieu le voit."))


@pages.post("/<uuid:request_id>/refuser", back=one)
@allow(Role.PRESCRIBER, Role.FINANCE)
def decline(session: Session, request_id: UUID) -> Go:
    """Decline a request: nothing is taken."""
    unreadable.decline(session, request_id=request_id, at=clock.now(), by=actor())
    return Go("confirmations.listed", said=_("La demande est refusée ; le lieu le voit dans ses demandes."))


def _read(session: Session, asked: dict[str, Any]) -> Read:
    is_all = asked["toutes"] or asked["etat"]
    return unread.read(session, asked, answered=None if is_all else Answered.WAITING)


def _name(session: Session, venue_id: UUID) -> str:
    return next((venue.name for venue in venue_list.get_all(session, venue_ids=[venue_id])), "")
