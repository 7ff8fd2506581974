"""Serial requests: a venue saw a paper whose code cannot be read, and asks to be paid for it."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import Serial, Series
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.rendered_service import ServiceRequest, delivery, occasion
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Choice, Day, Flag, Id, Instant, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network.mediators import Standing
from voucher_service.vouchers import unreadable
from voucher_service.vouchers.refused_codes import Counter
from voucher_service.vouchers.unreadable import Answered, SerialAnswer, SerialRequest

resource = Resource("serial-requests", "Papers whose codes cannot be read.")


class SerialRequestRequest(ServiceRequest):
    """The serial of a paper that cannot be read, and the service that it is to pay for."""

    series = Series(required=True)
    serial = Serial(required=True)


class SerialRequestShown(Wire):
    """A request; answered once somebody else confirmed it (``redemption_id``) or declined it."""

    id = Id(required=True)
    series = Text(required=True)
    serial = Text(required=True)
    venue_id = Id(required=True)
    served_on = Day(required=True)
    service = Text(required=True)
    minutes = Whole(required=True)
    out_of_pocket_cents = Cents(least=0, required=True)
    delivered_by = Choice(Standing, required=True)
    mediator_id = Id(allow_none=True, required=True)
    at = Instant(required=True)
    answered_at = Instant(allow_none=True, required=True)
    redemption_id = Id(allow_none=True, required=True)


class SerialRequestFilter(Page):
    """Which requests to list."""

    series = Series(load_default=None)
    unanswered = Flag(load_default=False)


@resource.post("/serial-requests")
@allow(Role.VENUE)
@command()
@resource.arguments(SerialRequestRequest)
@resource.response(201, SerialRequestShown)
def ask(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Ask for the redemption of a paper that cannot be read; nothing moves yet."""
    at = clock.now()
    asked = unreadable.ask(
        session,
        series=wanted["series"],
        serial=wanted["serial"],
        on=occasion(wanted, clock.civil_date(at)),
        delivered=delivery(wanted),
        counter=Counter(at, actor(), wanted["venue_id"]),
    )
    return _shown(asked, None)


@resource.get("/serial-requests")
@allow(Role.VENUE, Role.PRESCRIBER, Role.FINANCE, Role.AUDITOR)
@query()
@resource.arguments(SerialRequestFilter, location="query")
@resource.response(200, listing(SerialRequestShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List requests: a venue its own, a prescriber those that it may answer, finance all."""
    [after] = position(wanted) or [None]
    limit, waits = wanted.pop("limit"), wanted.pop("unanswered")
    rows = unreadable.search(
        session,
        **wanted,
        answered=Answered.WAITING if waits else None,
        by=actor(),
        after=after and UUID(after),
        limit=limit + 1,
    )
    return page([_shown(*row) for row in rows], limit=limit, key=lambda row: [str(row["id"])])


def _shown(asked: SerialRequest, answer: SerialAnswer | None) -> dict[str, Any]:
    told = {"answered_at": answer and answer.at, "redemption_id": answer and answer.redemption_id}
    return {name: getattr(asked, name) for name in SerialRequestShown().fields if name not in told} | told
