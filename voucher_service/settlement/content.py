"""Content: what a run pays, written in one way only, so that its SHA-256 names it.

The second person approves this hash; whoever holds the run's rows can compute it again.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.settlement.paying_accounts import PayingAccount
from voucher_service.settlement.runs import PaymentRun

_PAYMENTS = text("""
SELECT end_to_end_id, iban, bic, holder, siret, amount_cents,
       (SELECT array_agg(redemption_id ORDER BY redemption_id) FROM run_line AS line
        WHERE line.campaign_id = payment.campaign_id AND line.run_no = payment.run_no
          AND line.payment_no = payment.no) AS redemptions, netted_cents,
       (SELECT array_agg(redemption_id ORDER BY redemption_id) FROM run_claim AS netted
        WHERE netted.campaign_id = payment.campaign_id AND netted.run_no = payment.run_no
          AND netted.payment_no = payment.no) AS claims
FROM run_payment AS payment
WHERE campaign_id = :campaign_id AND run_no = :run_no
  AND NOT EXISTS (SELECT FROM payment_outcome AS outcome
                  WHERE outcome.campaign_id = payment.campaign_id AND outcome.run_no = payment.run_no
                    AND outcome.payment_no = payment.no AND outcome.fate = 'withdrawn'
                    AND outcome.entry_no <= :entry_no)
ORDER BY end_to_end_id""")


def digest(
    session: Session, *, campaign_id: int, run_no: int, paying_account_no: int | None, entry_no: int = 0
) -> bytes:
    """Compute the SHA-256 of what a run pays, from which account, to whom and for which redemptions.

    Payments that were taken out by entries up to ``entry_no`` are not of it any more; 0 is as it was frozen.
    """
    content = hashlib.sha256()
    for line in lines(
        session,
        campaign_id=campaign_id,
        run_no=run_no,
        paying_account_no=paying_account_no,
        entry_no=entry_no,
    ):
        content.update(line.encode() + b"\n")
    return content.digest()


def of_run(session: Session, run: PaymentRun, *, entry_no: int) -> bytes:
    """Compute the SHA-256 of what a run pays after the entry ``entry_no``: its freeze, or one of its changes."""
    return digest(
        session,
        campaign_id=run.campaign_id,
        run_no=run.no,
        paying_account_no=run.paying_account_no,
        entry_no=entry_no,
    )


def lines(
    session: Session, *, campaign_id: int, run_no: int, paying_account_no: int | None, entry_no: int = 0
) -> Iterator[str]:
    """Yield the canonical lines: the paying IBAN (or null), then each payment by its identifier, as JSON arrays.

    A payment is [identifier, IBAN, BIC, holder, SIRET, cents, [redemptions in their order]]; where it takes claims,
    the cents that they take off and [claims in their order] follow.
    """
    account = paying_account_no and session.get(PayingAccount, (campaign_id, paying_account_no))
    yield _canonical([account.iban if account else None])
    parameters = {"campaign_id": campaign_id, "run_no": run_no, "entry_no": entry_no}
    for row in session.execute(_PAYMENTS, parameters, execution_options={"yield_per": 100}):
        *payment, redemptions, netted_cents, claims = row
        taken_back = [netted_cents, _names(claims)] if netted_cents or claims else []
        yield _canonical([*payment, _names(redemptions), *taken_back])


def _names(redemptions: Sequence[UUID] | None) -> list[str]:
    return [str(redemption) for redemption in redemptions or ()]


def _canonical(value: list[object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
