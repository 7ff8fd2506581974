"""Paid redemptions: the vouchers that a payment pays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor
from voucher_service.network.venues import Venue
from voucher_service.settlement import payments
from voucher_service.settlement.runs import RunLine, RunPayment
from voucher_service.vouchers.redemption import Redemption
from voucher_service.vouchers.reversal import Reversal


@dataclass(frozen=True, slots=True)
class PaidRedemption:
    """A redemption that a payment pays; ``reversed_on`` where it was given back since."""

    redemption_id: UUID
    serial: str
    venue: str
    served_on: date
    service: str
    face_cents: int
    reversed_on: date | None


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
    wanted = (
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
        .join(RunLine, payments.is_line)
        .join(Redemption, Redemption.id == RunLine.redemption_id)
        .join(Venue, Venue.no == Redemption.venue_no)
        .outerjoin(Reversal, Reversal.redemption_id == Redemption.id)
        .where(RunPayment.end_to_end_id == reference)
    )
    if words:
        wanted = wanted.where(Redemption.serial.contains(words, autoescape=True))
    order = (Redemption.served_on, Redemption.serial)
    if after is not None:
        wanted = wanted.where(tuple_(*order) > after)
    return [
        PaidRedemption(*row) for row in session.execute(wanted.order_by(*order).offset(start).limit(limit))
    ]
