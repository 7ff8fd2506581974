"""Dues: what a venue operator is owed in each campaign, and what is on its way to it."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, query
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Choice, Day, Many, Text, Whole, Wire
from voucher_service.kernel.actor import Role
from voucher_service.network import readiness
from voucher_service.network.readiness import Missing
from voucher_service.settlement import dues

resource = Resource("dues", "What venue operators are owed.")


class DueShown(Wire):
    """Where an operator stands in a campaign: earned (promised from ``pay_by``), frozen, approved, paid.

    What is in a run or paid is less the claims that its payment takes; ``claim_cents`` is what is still owed back.
    """

    series = Text(required=True)
    name = Text(required=True)
    vouchers = Whole(required=True)
    due_cents = Cents(least=0, required=True)
    pay_by = Day(allow_none=True, required=True)
    frozen_cents = Cents(least=0, required=True)
    approved_cents = Cents(least=0, required=True)
    paid_cents = Cents(least=0, required=True)
    claim_cents = Cents(least=0, required=True)
    last_cut_off_on = Day(allow_none=True, required=True)


class DuesShown(Wire):
    """What an operator is owed, campaign by campaign, and what it must give before it is paid."""

    campaigns = Many(DueShown, most=10_000, required=True)
    missing = Many(Choice(Missing), required=True)


@resource.get("/venue-operators/<uuid:operator_id>/dues")
@allow(Role.VENUE, Role.FINANCE, Role.AUDITOR)
@query()
@resource.response(200, DuesShown)
def read(session: Session, operator_id: UUID) -> dict[str, Any]:
    """Read what an operator is owed in each campaign, and what it lacks before it is paid."""
    campaigns = dues.of_operator(session, operator_id=operator_id, by=actor())
    return {"campaigns": campaigns, "missing": readiness.missing(session, operator_id=operator_id)}
