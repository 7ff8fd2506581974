"""Netting: what a venue owes back is taken from its next payment (gross, claim, net).

Only where the campaign pays by transfers from its own account: a public accountant pays the gross and collects the
claim by a revenue order. A claim is ended while the payment that takes it stands; once that comes back, is refused
or is taken out of its run, the claim is open again.

Money that a venue gave back for a payment which itself comes back later is owed to the venue: a run pays it like
anything earned. A claim that was given up is not: its payment that comes back makes the loss good.
"""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from voucher_service.kernel.database import Base
from voucher_service.settlement.outcomes import LIVE_LINE


class RunClaim(Base):
    """A claim that a payment takes; ``attempt`` counts the times that a payment took it before and came back."""

    __tablename__ = "run_claim"
    __table_args__ = (Index(None, "run_no", "payment_no", "campaign_id"),)

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    redemption_id: Mapped[UUID] = mapped_column(ForeignKey("redemption.id"), primary_key=True)
    attempt: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    run_no: Mapped[int]
    payment_no: Mapped[int]


STANDS = """
NOT EXISTS (SELECT FROM payment_outcome AS outcome
            WHERE outcome.campaign_id = netted.campaign_id AND outcome.run_no = netted.run_no
              AND outcome.payment_no = netted.payment_no AND outcome.fate <> 'paid')"""
"""Beside ``run_claim AS netted``: its payment neither came back nor was refused or taken out."""
NETTED = f"""
SELECT FROM run_claim AS netted
WHERE netted.campaign_id = undone.campaign_id AND netted.redemption_id = undone.redemption_id AND {STANDS}"""
"""For an EXISTS beside ``redemption_reversal AS undone``: a payment that stands took it back."""
_REPAID = """
SELECT FROM claim_settled JOIN claim_settlement AS ending ON ending.id = claim_settled.settlement_id
WHERE claim_settled.redemption_id = undone.redemption_id AND ending.kind = 'repaid'"""
PAYABLE = f"""
NOT EXISTS (SELECT FROM redemption_reversal AS undone WHERE undone.redemption_id = redemption.id
            AND NOT EXISTS ({_REPAID}) AND NOT EXISTS ({NETTED}))"""
"""Beside ``redemption``: nobody gave it back, or its venue gave the money back too."""
OWED = f"NOT EXISTS ({LIVE_LINE}) AND {PAYABLE}"
"""Beside ``redemption``: it is owed to its venue; what the dues say, and what a run takes."""
GIVEN_UP = """
EXISTS (SELECT FROM claim_settled JOIN claim_settlement AS ending ON ending.id = claim_settled.settlement_id
        WHERE claim_settled.redemption_id = redemption.id AND ending.kind = 'written-off')"""
"""Beside ``redemption``: it was claimed, and two people gave the claim up."""
HELD = """
SELECT line.payment_no, 'voucher/' || redemption.serial || '/' || redemption.issue AS address,
       line.voucher_version AS seen, redemption.venue_no, redemption.colour, redemption.face_cents, false AS is_claim
FROM run_line AS line JOIN redemption ON redemption.id = line.redemption_id
WHERE line.campaign_id = :campaign_id AND line.run_no = :run_no
UNION ALL
SELECT netted.payment_no, NULL, NULL, redemption.venue_no, redemption.colour, redemption.face_cents, true
FROM run_claim AS netted JOIN redemption ON redemption.id = netted.redemption_id
WHERE netted.campaign_id = :campaign_id AND netted.run_no = :run_no"""
"""What a run was frozen with: what it pays, and what it takes back (``is_claim``), voucher by voucher."""
