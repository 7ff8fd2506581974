"""Audit: what the bank said and what the books say, proved again to be the same."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.finding import Finding
from voucher_service.settlement.bank.balances import DAYS

_COMPARED = text(f"""{DAYS}
SELECT iban, closed_on, closing_cents, ledger_cents, waiting_cents, gap_cents, is_last FROM compared
WHERE gap_cents <> 0 OR is_last AND closing_cents <> ledger_cents + waiting_cents
ORDER BY iban, closed_on""")
_EXPLAINED = text("""
WITH each AS (
    SELECT meant.campaign_id, meant.entry_no,
           CASE WHEN line.is_credit THEN line.amount_cents ELSE -line.amount_cents END AS cents
    FROM bank_resolution AS meant JOIN bank_line AS line ON line.no = meant.line_no
    WHERE meant.meaning NOT IN ('payment-file', 'told-again')
    UNION ALL
    SELECT paid.campaign_id, paid.entry_no, -paid.amount_cents
    FROM bank_file_payment AS covered
    JOIN payment_outcome AS paid ON paid.campaign_id = covered.campaign_id AND paid.run_no = covered.run_no
                                AND paid.payment_no = covered.payment_no AND paid.fate = 'paid'
    WHERE NOT covered.was_told
), told AS (
    SELECT campaign_id, entry_no, sum(cents) AS cents FROM each GROUP BY 1, 2
), moved AS (
    SELECT transfer.campaign_id, transfer.entry_no, sum(CASE WHEN debit = 'bank' THEN amount ELSE -amount END) AS cents
    FROM transfer JOIN told USING (campaign_id, entry_no)
    WHERE debit = 'bank' OR credit = 'bank'
    GROUP BY 1, 2
)
SELECT campaign_id, entry_no, told.cents AS told, moved.cents AS moved
FROM told LEFT JOIN moved USING (campaign_id, entry_no)
WHERE told.cents IS DISTINCT FROM moved.cents""")
_FILES = text("""
SELECT line.no, line.amount_cents, coalesce(sum(paid.amount_cents), 0) AS cents
FROM bank_resolution AS meant
JOIN bank_line AS line ON line.no = meant.line_no
LEFT JOIN bank_file_payment AS covered ON covered.line_no = line.no
LEFT JOIN payment_outcome AS paid ON paid.campaign_id = covered.campaign_id AND paid.run_no = covered.run_no
                                 AND paid.payment_no = covered.payment_no AND paid.fate = 'paid'
WHERE meant.meaning = 'payment-file'
GROUP BY line.no, line.amount_cents HAVING line.amount_cents <> coalesce(sum(paid.amount_cents), 0)""")
_CHARGES = text("""
SELECT entry.campaign_id, entry.no AS entry_no, entry.kind
FROM entry
WHERE entry.kind IN ('charge', 'put-back', 'own-transfer')
  AND NOT EXISTS (SELECT FROM bank_resolution AS meant
                  WHERE meant.campaign_id = entry.campaign_id AND meant.entry_no = entry.no
                    AND meant.meaning IN ('charge', 'charge-repaid', 'not-ours', 'own-transfer'))
UNION ALL
SELECT campaign_id, 0, 'put back ' || sum(cents) || ' more than was taken'
FROM (SELECT campaign_id, -amount AS cents FROM transfer WHERE debit = 'operator/charges'
      UNION ALL
      SELECT campaign_id, amount FROM transfer WHERE credit = 'operator/charges') AS side
GROUP BY campaign_id HAVING sum(cents) > 0""")


def the_bank_agrees_with_the_books(session: Session) -> Iterator[Finding]:
    """By its last statement, an account holds what the books say, and what waits to be explained."""
    for row in session.execute(_COMPARED):
        expected = row.ledger_cents + row.waiting_cents
        if row.is_last and row.closing_cents != expected:
            detail = f"bank {row.closing_cents}, books {row.ledger_cents}, waiting {row.waiting_cents}"
            yield _found(the_bank_agrees_with_the_books, f"{row.iban}:{row.closed_on}", detail)


def no_statement_is_missing(session: Session) -> Iterator[Finding]:
    """Each statement of an account begins with what the one before ended with."""
    for row in session.execute(_COMPARED):
        if row.gap_cents:
            yield _found(no_statement_is_missing, f"{row.iban}:{row.closed_on}", f"gap of {row.gap_cents}")


def movements_are_in_the_books(session: Session) -> Iterator[Finding]:
    """What a movement was explained as moved the campaign's money by as much."""
    for row in session.execute(_EXPLAINED):
        subject = f"{row.campaign_id}:{row.entry_no}"
        yield _found(movements_are_in_the_books, subject, f"bank {row.told}, entry {row.moved}")


def debits_of_files_are_their_payments(session: Session) -> Iterator[Finding]:
    """The one debit for a payment file is the sum of the payments that it stands for, each of which was paid."""
    for row in session.execute(_FILES):
        detail = f"bank {row.amount_cents}, payments {row.cents}"
        yield _found(debits_of_files_are_their_payments, str(row.no), detail)


def charges_are_told_by_the_bank(session: Session) -> Iterator[Finding]:
    """A charge, its putting back and an own transfer are movements of the bank; no more is put back than was taken."""
    for row in session.execute(_CHARGES):
        yield _found(charges_are_told_by_the_bank, f"{row.campaign_id}:{row.entry_no}", row.kind)


CHECKS: tuple[Callable[[Session], Iterator[Finding]], ...] = (
    the_bank_agrees_with_the_books,
    no_statement_is_missing,
    movements_are_in_the_books,
    debits_of_files_are_their_payments,
    charges_are_told_by_the_bank,
)


def _found(check: Callable[..., Any], subject: str, detail: str) -> Finding:
    return Finding(check.__name__.replace("_", "-"), subject, detail)
