"""Redemptions: a venue takes vouchers for a service given, and is owed their face."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor, state
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import Series
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.rendered_service import ServiceRequest, delivery, occasion
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.turned_away import Reason, reason
from voucher_service.api.wire import Cents, Choice, Day, Id, Instant, Many, One, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.refusal import Refusal
from voucher_service.vouchers import presentation, redemption, redemption_search
from voucher_service.vouchers.basket import LARGEST, Mode
from voucher_service.vouchers.redemption import Taken
from voucher_service.vouchers.redemption_search import FoundRedemption, Wish
from voucher_service.vouchers.refused_codes import Counter

resource = Resource("redemptions", "Vouchers taken by venues.")

LONGEST_CODE = 64
_READERS = (Role.VENUE, Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)


class RedemptionRequest(ServiceRequest):
    """A basket: 1 to 20 codes of one campaign, as typed or scanned, for one service."""

    codes = Many(Text(longest=LONGEST_CODE), least=1, most=LARGEST, required=True)
    mode = Choice(Mode, load_default=Mode.ALL)


class ItemShown(Wire):
    """What became of the code at this place: taken (see redemption_id), or refused (see reason)."""

    place = Whole(required=True)
    redemption_id = Id(allow_none=True, required=True)
    serial = Text(allow_none=True, required=True)
    face_cents = Cents(allow_none=True, required=True)
    pay_by = Day(allow_none=True, required=True)
    reason = One(Reason, allow_none=True, required=True)


class BasketShown(Wire):
    """What became of a basket, code by code, and the sum of what was taken."""

    basket_id = Id(required=True)
    total_cents = Cents(required=True)
    items = Many(ItemShown, required=True)


class RedemptionShown(Wire):
    """A voucher that was taken; given back since, where there is a reversal."""

    id = Id(required=True)
    basket_id = Id(required=True)
    series = Text(required=True)
    serial = Text(required=True)
    issue = Whole(required=True)
    venue_id = Id(required=True)
    face_cents = Cents(required=True)
    served_on = Day(required=True)
    service = Text(required=True)
    minutes = Whole(required=True)
    out_of_pocket_cents = Cents(least=0, required=True)
    delivered_by = Text(required=True)
    mediator_id = Id(allow_none=True, required=True)
    pay_by = Day(required=True)
    entry_no = Whole(required=True)
    at = Instant(required=True)
    reversal_id = Id(allow_none=True, required=True)
    reversed_on = Day(allow_none=True, required=True)


class RedemptionFilter(Page):
    """Which redemptions to list; days are days of service, both included."""

    venue_id = Id(load_default=None)
    series = Series(load_default=None)
    from_on = Day(load_default=None)
    until_on = Day(load_default=None)


@resource.post("/redemptions")
@allow(Role.VENUE)
@command()
@resource.arguments(RedemptionRequest)
@resource.response(201, BasketShown)
def redeem(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Take a basket of vouchers for one service, all of them or each that is good."""
    at = clock.now()
    outcome = redemption.redeem(
        session,
        codes=list(presentation.read_codes(wanted["codes"], state().keys.code_pepper())),
        on=occasion(wanted, clock.civil_date(at)),
        delivered=delivery(wanted),
        counter=Counter(at, actor(), wanted["venue_id"]),
        mode=wanted["mode"],
    )
    items = [_item(place, item) for place, item in enumerate(outcome.items, start=1)]
    return {"basket_id": outcome.basket_id, "total_cents": outcome.total_cents, "items": items}


@resource.get("/redemptions")
@allow(*_READERS)
@query()
@resource.arguments(RedemptionFilter, location="query")
@resource.response(200, listing(RedemptionShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List redemptions, newest first: a venue its own operator's, a funder what it pays for, the others all."""
    [after] = position(wanted) or [None]
    limit = wanted.pop("limit")
    rows = redemption_search.search(
        session, wish=Wish(**wanted), by=actor(), after=after and UUID(after), limit=limit + 1
    )
    return page(rows, limit=limit, key=lambda row: [str(row.id)])


@resource.get("/redemptions/<uuid:redemption_id>")
@allow(*_READERS)
@query()
@resource.response(200, RedemptionShown)
def read(session: Session, redemption_id: UUID) -> FoundRedemption:
    """Read a redemption."""
    return redemption_search.get(session, redemption_id=redemption_id, by=actor())


def _item(place: int, item: Taken | Refusal) -> dict[str, Any]:
    if isinstance(item, Refusal):
        nothing = dict.fromkeys(("redemption_id", "serial", "face_cents", "pay_by"))
        return {"place": place, **nothing, "reason": reason(item)}
    return {
        "place": place,
        "redemption_id": item.redemption_id,
        "serial": item.serial,
        "face_cents": item.face_cents,
        "pay_by": item.pay_by,
        "reason": None,
    }
