"""Vouchers: what one is worth, and what happened to it; by its serial, which is public."""

from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, query
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Choice, Day, Id, Instant, Many, Text, Whole, Wire
from voucher_service.vouchers import history, states
from voucher_service.vouchers.states import State

resource = Resource("vouchers", "Vouchers, by their public serials.")


class EventShown(Wire):
    """One thing that happened to a voucher or to its booklet."""

    act = Text(required=True)
    effective_on = Day(required=True)
    recorded_at = Instant(required=True)
    entry_no = Whole(required=True)
    position = Whole(allow_none=True, required=True)
    issue = Whole(allow_none=True, required=True)
    reason = Text(allow_none=True, required=True)
    site_id = Id(allow_none=True, required=True)
    venue_id = Id(allow_none=True, required=True)
    redemption_id = Id(allow_none=True, required=True)


class VoucherShown(Wire):
    """A voucher: its last paper, what it is worth, and its history in the order of the books."""

    serial = Text(required=True)
    booklet = Text(required=True)
    position = Whole(required=True)
    issue = Whole(required=True)
    face_cents = Cents(required=True)
    state = Choice(State, required=True)
    history = Many(EventShown, required=True)


@resource.get("/vouchers/<serial>")
@allow()
@query()
@resource.response(200, VoucherShown)
def read(session: Session, serial: str) -> dict[str, Any]:
    """Read a voucher: a prescriber of its booklets, a venue that it took, a funder that it pays for, others any."""
    seen = states.get(session, serial=serial, by=actor())
    return asdict(seen) | {"history": history.of_voucher(session, serial=serial, by=actor())}
