"""Unread: the list of papers that could not be read, for the venues that asked and for those who answer."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.kernel.keyset import Order
from voucher_service.network import venue_list
from voucher_service.network.vocabulary import Service
from voucher_service.reports.table import Kind
from voucher_service.vouchers import unreadable
from voucher_service.vouchers.unreadable import Answered
from voucher_service.web.forms import One
from voucher_service.web.labels import label
from voucher_service.web.language import later
from voucher_service.web.listing import Column, ListForm, Numbered, Read
from voucher_service.web.pages import actor

ANSWERS: Mapping[Any, str] = {
    Answered.WAITING: later("En attente"),
    Answered.TAKEN: later("Encaissé"),
    Answered.DECLINED: later("Refusé"),
}
COLUMNS = (
    Column(later("Pass"), lambda asked: asked[0].serial),
    Column(later("Lieu"), lambda asked: asked[2]),
    Column(later("Jour du service"), lambda asked: asked[0].served_on, Kind.DATE),
    Column(later("Service"), lambda asked: label(Service(asked[0].service))),
    Column(later("Demandé le"), lambda asked: asked[0].at, Kind.INSTANT),
    Column(later("Réponse"), lambda asked: _(ANSWERS[_answered(asked[1])])),
    Column(later("Répondu le"), lambda asked: asked[1] and asked[1].at, Kind.INSTANT),
)


class RequestsForm(ListForm):
    """Which requests are listed; ``recherche`` is the number of a pass, or a part of it."""

    recherche = Numbered(default="", longest=40)
    etat = One(Answered)
    tri = One(Order, default=Order.NEWEST)


def read(session: Session, asked: Mapping[str, Any], *, answered: Answered | None = None) -> Read:
    """Read the requests that concern the reader: each with its answer and the name of its venue."""

    def found(*, start: int, limit: int) -> list[tuple[Any, Any, str]]:
        rows = unreadable.search(
            session,
            by=actor(),
            number=asked["recherche"],
            answered=answered or asked["etat"],
            order=asked["tri"],
            start=start,
            limit=limit,
        )
        venues = venue_list.get_all(session, venue_ids=[request.venue_id for request, _answer in rows])
        names = {venue.id: venue.name for venue in venues}
        return [(request, answer, names.get(request.venue_id, "")) for request, answer in rows]

    return found


def _answered(answer: Any) -> Answered:
    if answer is None:
        return Answered.WAITING
    return Answered.TAKEN if answer.redemption_id else Answered.DECLINED
