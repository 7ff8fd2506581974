"""Unusual payments: far more than an operator was ever paid is shown to whoever answers for it, and never held back.

A wrong account, a pile entered twice or a fraud shows first in the amount. The first payment on an account is shown
as such; from the second on, it is measured against the largest that left before and did not come back.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.settlement import runs
from voucher_service.settlement.runs import PaymentRun

TIMES = 3
"""How many times the largest payment before is unusual."""
LEAST_CENTS = 100_000
"""Below this nothing is unusual, unless the installation says otherwise: 1 000 €."""
_LARGEST = text("""
SELECT payment.operator_id, max(paid.amount_cents) AS cents
FROM run_payment AS payment
JOIN payment_run AS run ON run.campaign_id = payment.campaign_id AND run.no = payment.run_no
JOIN payment_outcome AS paid ON paid.campaign_id = payment.campaign_id AND paid.run_no = payment.run_no
                            AND paid.payment_no = payment.no AND paid.fate = 'paid'
WHERE payment.operator_id = ANY(CAST(:operators AS uuid[])) AND run.at < :before
  AND NOT EXISTS (SELECT FROM payment_outcome AS back
                  WHERE back.campaign_id = payment.campaign_id AND back.run_no = payment.run_no
                    AND back.payment_no = payment.no AND back.fate = 'returned')
GROUP BY payment.operator_id""")


def largest(session: Session, *, operators: Collection[UUID], before: datetime) -> dict[UUID, int]:
    """Return the largest payment, in cents, that each operator received from runs frozen before an instant."""
    asked = {"operators": sorted(map(str, operators)), "before": before}
    return {row.operator_id: row.cents for row in session.execute(_LARGEST, asked)}


def is_unusual(cents: int, *, largest_cents: int | None, from_cents: int = LEAST_CENTS) -> bool:
    """Say whether a payment is more than three times the largest before it, and at least ``from_cents``."""
    return largest_cents is not None and cents >= from_cents and cents > TIMES * largest_cents


def of_run(session: Session, run: PaymentRun, *, from_cents: int = LEAST_CENTS) -> dict[int, int]:
    """Return, by the number of each unusual payment of a run, the largest before it, in cents."""
    payments = runs.payments(session, run)
    before = largest(session, operators={payment.operator_id for payment in payments}, before=run.at)
    known = {payment.no: before.get(payment.operator_id) for payment in payments}
    return {
        payment.no: cents
        for payment in payments
        if (cents := known[payment.no]) is not None
        and is_unusual(payment.net_cents, largest_cents=cents, from_cents=from_cents)
    }
