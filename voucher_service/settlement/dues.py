"""Dues: what an operator is owed in each campaign, what is on its way to it, and when it was promised."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor
from voucher_service.network import heirs, operators
from voucher_service.settlement import netting
from voucher_service.settlement.approval import APPROVED
from voucher_service.settlement.claims import owed
from voucher_service.settlement.outcomes import LIVE

# Each redemption once: where it stands follows from its live line, its reversal and its payment's fate. What a
# payment takes back stands where that payment does, with a minus.
_DUES = text(f"""
WITH heir AS MATERIALIZED ({heirs.HEIRS}), taken AS MATERIALIZED (
    SELECT redemption.campaign_id, redemption.face_cents AS cents, redemption.pay_by,
           {netting.PAYABLE} AS is_payable, live.run_no, live.payment_no
    FROM redemption
    LEFT JOIN LATERAL (SELECT line.run_no, line.payment_no {LIVE}) AS live ON true
    LEFT JOIN run_payment AS payment ON payment.campaign_id = redemption.campaign_id
                                    AND payment.run_no = live.run_no AND payment.no = live.payment_no
    WHERE {heirs.TAKEN_FOR} AND coalesce(payment.operator_id, {heirs.PAID_FOR}) = :operator_id
    UNION ALL
    SELECT netted.campaign_id, -redemption.face_cents, NULL, true, netted.run_no, netted.payment_no
    FROM run_payment AS payment
    JOIN run_claim AS netted ON netted.campaign_id = payment.campaign_id AND netted.run_no = payment.run_no
                            AND netted.payment_no = payment.no
    JOIN redemption ON redemption.id = netted.redemption_id
    WHERE payment.operator_id = :operator_id AND {netting.STANDS}
), placed AS (
    SELECT taken.campaign_id, taken.cents, taken.pay_by,
           CASE WHEN taken.run_no IS NULL THEN CASE WHEN is_payable THEN 'due' ELSE 'given-back' END
                         WHEN outcome.fate IS NOT NULL THEN 'paid'
                         WHEN approval.run_no IS NOT NULL THEN 'approved' ELSE 'frozen' END AS stage
    FROM taken
    LEFT JOIN payment_outcome AS outcome
      ON outcome.campaign_id = taken.campaign_id AND outcome.run_no = taken.run_no
     AND outcome.payment_no = taken.payment_no AND outcome.fate = 'paid'
    LEFT JOIN ({APPROVED}) AS approval
      ON approval.campaign_id = taken.campaign_id AND approval.run_no = taken.run_no
    UNION ALL
    SELECT claim.campaign_id, claim.face_cents, NULL, 'claimed' FROM ({owed.OPEN}) AS claim
    WHERE claim.operator_id = :operator_id
)
SELECT campaign.series, campaign.name,
       count(*) FILTER (WHERE stage = 'due') AS vouchers,
       coalesce(sum(placed.cents) FILTER (WHERE stage = 'due'), 0)::bigint AS due_cents,
       min(placed.pay_by) FILTER (WHERE stage = 'due') AS pay_by,
       coalesce(sum(placed.cents) FILTER (WHERE stage = 'frozen'), 0)::bigint AS frozen_cents,
       coalesce(sum(placed.cents) FILTER (WHERE stage = 'approved'), 0)::bigint AS approved_cents,
       coalesce(sum(placed.cents) FILTER (WHERE stage = 'paid'), 0)::bigint AS paid_cents,
       coalesce(sum(placed.cents) FILTER (WHERE stage = 'claimed'), 0)::bigint AS claim_cents,
       (SELECT max(cut_off_on) FROM payment_run WHERE payment_run.campaign_id = placed.campaign_id) AS last_cut_off_on
FROM placed JOIN campaign ON campaign.id = placed.campaign_id
GROUP BY placed.campaign_id, campaign.series, campaign.name
ORDER BY campaign.series""")


@dataclass(frozen=True, slots=True)
class Due:
    """Where an operator stands in one campaign; amounts in cents.

    ``due_cents`` is earned and in no run, promised by ``pay_by`` at the earliest; then it is ``frozen``, ``approved``
    (its order may be at the bank) and ``paid``, each less the claims that its payment takes. ``claim_cents`` was
    given back after it was frozen, and is owed.
    """

    series: str
    name: str
    vouchers: int
    due_cents: int
    pay_by: date | None
    frozen_cents: int
    approved_cents: int
    paid_cents: int
    claim_cents: int
    last_cut_off_on: date | None

    @property
    def awaited_cents(self) -> int:
        """All that the operator still waits for."""
        return self.due_cents + self.frozen_cents + self.approved_cents


def of_operator(session: Session, *, operator_id: UUID, by: Actor) -> list[Due]:
    """Say where an operator stands in each campaign in which it took vouchers.

    Raises ``OperatorIsUnknown``, also where it is another's.
    """
    operators.own(session, operator_id=operator_id, by=by)
    return [Due(*row) for row in session.execute(_DUES, {"operator_id": operator_id})]
