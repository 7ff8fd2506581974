"""Paid redemptions: the vouchers that a payment pays, and those that it takes back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor
from voucher_service.network.venues import Venue
from voucher_service.settlement import payments
from voucher_service.settlement.netting import RunClaim
from voucher_service.settlement.runs import RunLine, RunPayment
from voucher_service.vouchers.redemption import Redemption
from voucher_service.vouchers.reversal import Reversal

_ORDER = (Redemption.served_on, Redemption.serial)


@dataclass(frozen=True, slots=True)
class PaidRedemption:
    """A redemption that a payment pays, or (``is_claim``) takes back; ``reversed_on`` where it was given back."""

    redemption_id: UUID
    serial: str
    venue: str
    served_on: date
    service: str
    face_cents: int
    reversed_on: date | None
    is_claim: bool = False

    @property
    def counted_cents(self) -> int:
        """What it adds to the payment, in cents: below zero where the payment takes it back."""
        return -self.face_cents if self.is_claim else self.face_cents


def search(
    session: Session,
    *,
    reference: str,
    by: Actor,
    words: str = "",
    after: tuple[date, str] | None = None,
    start: int = 0,
    limit: int | None = None,
) -> Sequence[PaidRedemption]:
    """List the redemptions that a payment pays, by day of service and serial; ``words`` are of the serial.

    ``after`` is the last pair read.

    Raises ``PaymentIsUnknown``.
    """
    payments.get(session, reference=reference, by=by)
    wanted = _in_a_payment(RunLine, payments.is_line).where(RunPayment.end_to_end_id == reference)
    if words:
        wanted = wanted.where(Redemption.serial.contains(words, autoescape=True))
    if after is not None:
        wanted = wanted.where(tuple_(*_ORDER) > after)
    rows = session.execute(wanted.order_by(*_ORDER).offset(start).limit(limit))
    return [PaidRedemption(*row) for row in rows]


def claims(session: Session, *, reference: str, by: Actor) -> Sequence[PaidRedemption]:
    """List the redemptions that were given back and that a payment takes, by day of service and serial.

    Raises ``PaymentIsUnknown``.
    """
    payments.get(session, reference=reference, by=by)
    wanted = _in_a_payment(RunClaim, payments.is_claim).where(RunPayment.end_to_end_id == reference)
    rows = session.execute(wanted.order_by(*_ORDER))
    return [replace(PaidRedemption(*row), is_claim=True) for row in rows]


def _in_a_payment(line: type[RunLine | RunClaim], belongs: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Redemption.id,
            Redemption.serial,
            Venue.name,
            Redemption.served_on,
            Redemption.service,
            Redemption.face_cents,
            Reversal.reversed_on,
        )
        .select_from(RunPayment)
        .join(line, belongs)
        .join(Redemption, Redemption.id == line.redemption_id)
        .join(Venue, Venue.no == Redemption.venue_no)
        .outerjoin(Reversal, Reversal.redemption_id == Redemption.id)
    )
