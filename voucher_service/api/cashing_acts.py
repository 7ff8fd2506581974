"""Cashing acts: by what right a public body may cash vouchers."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Choice, Day, Id, Instant, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import operators
from voucher_service.network.operators import CashingAct, CashingMeans

resource = Resource("cashing-acts", "By what right public bodies cash vouchers.")


class CashingActRequest(Wire):
    """The act of régie de recettes, or the convention de mandat, that a public body shows."""

    operator_id = Id(required=True)
    means = Choice(CashingMeans, required=True)
    reference = Text(longest=200, required=True)
    signed_on = Day(required=True)


class CashingActShown(Wire):
    """An act as it was recorded; an operator's latest one stands."""

    id = Whole(required=True)
    operator_id = Id(required=True)
    means = Choice(CashingMeans, required=True)
    reference = Text(required=True)
    signed_on = Day(required=True)
    recorded_at = Instant(required=True)


@resource.post("/cashing-acts")
@allow(Role.OPERATOR)
@command()
@resource.arguments(CashingActRequest)
@resource.response(201, CashingActShown)
def record(session: Session, wanted: dict[str, Any]) -> CashingAct:
    """Record the act by which a public body may cash vouchers."""
    return operators.record_cashing_act(session, **wanted, at=clock.now(), by=actor())
