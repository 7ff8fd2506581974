"""Confirmations: papers that a venue could not read wait for whoever handed the booklet over, or for finance."""

from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import venue_list
from voucher_service.network.vocabulary import Service
from voucher_service.vouchers import unreadable
from voucher_service.web.forms import FormSchema, Ident, Tick
from voucher_service.web.labels import label
from voucher_service.web.pages import Go, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.venue import wording

pages = Pages("confirmations", "/papiers-illisibles")

_A_PAGE = 50


class ConfirmationsForm(FormSchema):
    """Which requests are listed: those that wait, or all; and after which one."""

    toutes = Tick()
    apres = Ident()


@pages.get("", menu=Menu("Papiers illisibles", 60))
@allow(Role.PRESCRIBER, Role.FINANCE)
@takes(ConfirmationsForm)
def listed(session: Session, asked: dict[str, Any]) -> Page:
    """List the requests that the reader may answer, the oldest first."""
    found = unreadable.search(
        session, by=actor(), unanswered=not asked["toutes"], after=asked["apres"], limit=_A_PAGE + 1
    )
    shown = found[:_A_PAGE]
    kept: dict[str, Any] = {"toutes": 1} if asked["toutes"] else {}
    following: dict[str, Any] = {**kept, "apres": shown[-1][0].id} if len(found) > _A_PAGE else {}
    return Page(
        "venue/confirmations.html",
        requests=shown,
        names=_names(session, [request.venue_id for request, _answer in shown]),
        is_all=asked["toutes"],
        next_url=url_for("confirmations.listed", **following) if following else "",
        first_url=url_for("confirmations.listed", **kept) if asked["apres"] else "",
    )


@pages.get("/<uuid:request_id>")
@allow(Role.PRESCRIBER, Role.FINANCE)
def one(session: Session, request_id: UUID) -> Page:
    """Show what a venue says of a paper, and ask whether it is right."""
    request, answer = unreadable.get(session, request_id=request_id, by=actor())
    return Page(
        "venue/confirmation.html",
        request=request,
        answer=answer,
        venue=_names(session, [request.venue_id])[request.venue_id],
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


def _names(session: Session, venue_ids: list[UUID]) -> dict[UUID, str]:
    return {venue.id: venue.name for venue in venue_list.get_all(session, venue_ids=venue_ids)}
