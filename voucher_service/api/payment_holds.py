"""Payment holds: why nothing is paid to a venue operator for now, and how each hold ended."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Choice, Flag, Id, Instant, One, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import holds
from voucher_service.network.holds import Cause, Known

resource = Resource("payment-holds", "Why nothing is paid to venue operators for now.")


class PaymentHoldRequest(Wire):
    """Whose payments to hold, and why."""

    operator_id = Id(required=True)
    cause = Choice(Cause, required=True)
    note = Text(longest=200, load_default=None, allow_none=True)


class PaymentHoldLiftingRequest(Wire):
    """A hold that somebody else placed, and why it ends."""

    hold_id = Whole(least=1, required=True)
    reason = Text(longest=200, required=True)


class PaymentHoldLiftingShown(Wire):
    """How a hold ended: why, when and by whom."""

    hold_id = Whole(required=True)
    reason = Text(required=True)
    at = Instant(required=True)
    by = Id(required=True)


class PaymentHoldShown(Wire):
    """A hold; while ``lifting`` is null, nothing is paid to the operator, and what it earns stays due."""

    id = Whole(required=True)
    operator_id = Id(required=True)
    cause = Choice(Cause, required=True)
    note = Text(allow_none=True, required=True)
    at = Instant(required=True)
    by = Id(required=True)
    lifting = One(PaymentHoldLiftingShown, allow_none=True, required=True)


class PaymentHoldFilter(Page):
    """Whose holds, and whether those that stand (``true``), those lifted (``false``) or both."""

    operator_id = Id(load_default=None)
    is_open = Flag(load_default=None)


@resource.post("/payment-holds")
@allow(Role.OPERATOR, Role.FINANCE)
@command()
@resource.arguments(PaymentHoldRequest)
@resource.response(201, PaymentHoldShown)
def place(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Hold an operator's payments from now on; runs that are frozen stay as they are."""
    placed = holds.place(session, **wanted, at=clock.now(), by=actor())
    return _shown(holds.get(session, hold_id=placed.id))


@resource.post("/payment-hold-liftings")
@allow(Role.OPERATOR, Role.FINANCE)
@command()
@resource.arguments(PaymentHoldLiftingRequest)
@resource.response(201, PaymentHoldLiftingShown)
def lift(session: Session, wanted: dict[str, Any]) -> holds.Lifting:
    """Lift a hold that somebody else placed: the operator is paid again with the next run."""
    return holds.lift(session, **wanted, at=clock.now(), by=actor())


@resource.get("/payment-holds")
@allow(Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
@query()
@resource.arguments(PaymentHoldFilter, location="query")
@resource.response(200, listing(PaymentHoldShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List holds, the newest first."""
    [after] = position(wanted) or [None]
    limit = wanted.pop("limit")
    rows = holds.search(session, **wanted, after=after, limit=limit + 1)
    return page([_shown(row) for row in rows], limit=limit, key=lambda row: [row["id"]])


def _shown(known: Known) -> dict[str, Any]:
    names = ("id", "operator_id", "cause", "note", "at", "by")
    return {name: getattr(known.hold, name) for name in names} | {"lifting": known.lifting}
