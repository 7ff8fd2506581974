"""Own entries: movements of money that somebody entered by hand before the bank told of them.

A deposit, what a venue gave back, a refund to a funder, money sent back: each stands in the books once. The bank's
line of it is linked to its entry, and posts nothing.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.settlement.bank.lines import BankLine
from voucher_service.settlement.bank.resolutions import Meaning

_ENTERED = text("""
SELECT entered.* FROM (
    SELECT 'deposit' AS meaning, campaign_id, reference, funder, amount_cents, received_on AS dated_on, entry_no
    FROM deposit
    UNION ALL
    SELECT 'refund', campaign_id, reference, funder, amount_cents, paid_on, entry_no FROM funder_refund
    UNION ALL
    SELECT 'refund', campaign_id, reference, NULL, amount_cents, decided_on, entry_no FROM clearance
    WHERE funder IS NULL
    UNION ALL
    SELECT 'repayment', campaign_id, reference, NULL, amount_cents, settled_on, entry_no FROM claim_settlement
    WHERE kind = 'repaid'
) AS entered
WHERE campaign_id = ANY(CAST(:campaigns AS bigint[])) AND amount_cents = ANY(CAST(:amounts AS bigint[]))
  AND NOT EXISTS (SELECT FROM bank_resolution AS told
                  WHERE told.campaign_id = entered.campaign_id AND told.entry_no = entered.entry_no
                    AND told.meaning IN ('deposit', 'repayment', 'refund', 'not-ours'))
ORDER BY dated_on, reference""")


_COMES_IN = (Meaning.DEPOSIT, Meaning.REPAYMENT)


@dataclass(frozen=True, slots=True)
class Entered:
    """Money that came or went by hand, of which the bank has not told yet; in cents."""

    meaning: Meaning
    campaign_id: int
    reference: str
    funder: str | None
    amount_cents: int
    dated_on: date
    entry_no: int

    def is_named_by(self, line: BankLine) -> bool:
        """Say whether the line bears this reference."""
        said = f" {line.reference} {line.end_to_end_id or ''} {line.remittance or ''} ".casefold()
        return self.fits(line) and f" {self.reference.casefold()} " in said

    def fits(self, line: BankLine) -> bool:
        """Say whether the line could be of this: its amount and its direction."""
        return self.amount_cents == line.amount_cents and line.is_credit == (self.meaning in _COMES_IN)


def not_told(session: Session, *, campaigns: list[int], amounts: list[int]) -> list[Entered]:
    """Return what was entered by hand of these amounts, and of which no line of the bank told yet."""
    rows = session.execute(_ENTERED, {"campaigns": campaigns, "amounts": amounts})
    return [_entered(row) for row in rows]


def _entered(row: Any) -> Entered:
    return Entered(Meaning(row.meaning), *row[1:])
