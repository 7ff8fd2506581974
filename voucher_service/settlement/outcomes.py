"""Outcomes: what became of each payment of a run: what the bank or the public accountant did, or ourselves."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.kernel.database import Base, Code


class Fate(StrEnum):
    """What became of a payment: it left, it left and came back, the bank refused it, or it was taken out before."""

    PAID = "paid"
    RETURNED = "returned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class PaymentOutcome(Base):
    """A payment left the account, came back to it or was refused: each once, known by the bank's line or the mandate.

    ``amount_cents`` is what moved, or would have: net of the claims that the payment takes. ``iban`` is the account
    on whose statement it stands, null for a mandate or a refused order; ``reason`` the bank's code. A payment that we
    took out of its run ourselves is known by the change (``changes``) and its cause.
    """

    __tablename__ = "payment_outcome"
    __table_args__ = (
        ForeignKeyConstraint(
            ["campaign_id", "run_no", "payment_no"],
            ["run_payment.campaign_id", "run_payment.run_no", "run_payment.no"],
        ),
        UniqueConstraint("reference", "iban", "campaign_id"),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    payment_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fate: Mapped[Fate] = mapped_column(primary_key=True)
    iban: Mapped[Code | None]
    reference: Mapped[Code]
    amount_cents: Mapped[int]
    booked_on: Mapped[date]
    reason: Mapped[str | None]
    entry_no: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]


LIVE = """
FROM run_line AS line
WHERE line.campaign_id = redemption.campaign_id AND line.redemption_id = redemption.id
  AND NOT EXISTS (SELECT FROM payment_outcome AS outcome
                  WHERE outcome.campaign_id = line.campaign_id AND outcome.run_no = line.run_no
                    AND outcome.payment_no = line.payment_no AND outcome.fate <> 'paid')"""
"""Beside ``redemption``: the line of the run that it is in, unless its payment came back or never left."""
LIVE_LINE = f"SELECT {LIVE}"
"""For an EXISTS beside ``redemption``: it is in a run whose payment neither came back nor was refused or taken out."""
