"""Handover undoings: a handover that did not happen after all."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Id, Instant, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import handover
from voucher_service.vouchers.handover import HandoverUndone

resource = Resource("handover-undoings", "Handovers that did not happen after all.")


class UndoingRequest(Wire):
    """Which handover to undo."""

    handover_id = Id(required=True)


class UndoingShown(UndoingRequest):
    """A handover that was undone."""

    entry_no = Whole(required=True)
    at = Instant(required=True)


@resource.post("/handover-undoings")
@allow(Role.PRESCRIBER)
@command()
@resource.arguments(UndoingRequest)
@resource.response(201, UndoingShown)
def undo(session: Session, wanted: dict[str, Any]) -> HandoverUndone:
    """Undo one's own handover, while nothing of it was used, cancelled or replaced."""
    at = clock.now()
    return handover.undo(session, **wanted, on=clock.civil_date(at), at=at, by=actor())
