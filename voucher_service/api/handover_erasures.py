"""Handover erasures: what was noted about a person is erased at that person's request."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Id, Instant, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import correction

resource = Resource("handover-erasures", "Erasures of what was noted at handovers (RGPD art. 17).")


class ErasureRequest(Wire):
    """Which handover nothing more shall be known about than that it took place."""

    handover_id = Id(required=True)


class ErasureShown(ErasureRequest):
    """When everything noted at a handover was erased."""

    at = Instant(required=True)


@resource.post("/handover-erasures")
@allow(Role.PRESCRIBER)
@command()
@resource.arguments(ErasureRequest)
@resource.response(201, ErasureShown)
def erase(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Erase all that was noted about the person at one's own handover; the handover stays."""
    correction.erase(session, **wanted, by=actor())
    return wanted | {"at": clock.now()}
