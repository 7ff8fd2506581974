"""Serial confirmations: somebody else confirms what a venue saw on an unreadable paper, or declines."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Flag, Id, Instant, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import unreadable

resource = Resource("serial-confirmations", "Answers to requests about unreadable papers.")


class ConfirmationRequest(Wire):
    """Which request is answered, and whether it is confirmed."""

    request_id = Id(required=True)
    confirmed = Flag(required=True)


class ConfirmationShown(ConfirmationRequest):
    """The answer to a request; the redemption, where it was confirmed."""

    redemption_id = Id(allow_none=True, required=True)
    at = Instant(required=True)


@resource.post("/serial-confirmations")
@allow(Role.PRESCRIBER, Role.FINANCE)
@command()
@resource.arguments(ConfirmationRequest)
@resource.response(201, ConfirmationShown)
def answer(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Confirm a venue's request, which redeems the voucher, or decline it."""
    at, request_id = clock.now(), wanted["request_id"]
    if wanted["confirmed"]:
        said = unreadable.confirm(
            session, request_id=request_id, today=clock.civil_date(at), at=at, by=actor()
        )
    else:
        said = unreadable.decline(session, request_id=request_id, at=at, by=actor())
    return wanted | {"redemption_id": said.redemption_id, "at": said.at}
