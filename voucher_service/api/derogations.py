"""Derogations: when a State-funded mediator's work may be paid by vouchers."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Day, Id, Instant, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import mediators
from voucher_service.network.mediators import Derogation

resource = Resource("derogations", "When State-funded mediators may be paid by vouchers.")


class DerogationRequest(Wire):
    """A permission and its days, both included."""

    mediator_id = Id(required=True)
    reference = Text(longest=200, required=True)
    valid_from_on = Day(required=True)
    valid_until_on = Day(required=True)


class DerogationShown(Wire):
    """A permission as it was recorded."""

    id = Whole(required=True)
    mediator_id = Id(required=True)
    reference = Text(required=True)
    valid_from_on = Day(required=True)
    valid_until_on = Day(required=True)
    recorded_at = Instant(required=True)


@resource.post("/derogations")
@allow(Role.OPERATOR)
@command()
@resource.arguments(DerogationRequest)
@resource.response(201, DerogationShown)
def grant(session: Session, wanted: dict[str, Any]) -> Derogation:
    """Record that a State-funded mediator's work may be paid by vouchers."""
    return mediators.grant_derogation(session, **wanted, at=clock.now(), by=actor())
