"""Retelling: a debit for a whole file and the lines that detail it tell of the same money, which counts once.

A statement tells a movement once. So of the two, one is told by statements and the other by notices alone; two that
are both on statements are two movements, and wait for a person.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.settlement.bank.lines import BankLine, vouched
from voucher_service.settlement.bank.resolutions import Meaning, Meant

_COUNTED = text("""
SELECT counted.* FROM (
    SELECT payment.end_to_end_id AS name, payment.campaign_id, paid.amount_cents, paid.iban, covered.line_no,
           paid.entry_no
    FROM run_payment AS payment
    JOIN bank_file_payment AS covered
      ON covered.campaign_id = payment.campaign_id AND covered.run_no = payment.run_no
     AND covered.payment_no = payment.no AND NOT covered.was_told
    JOIN payment_outcome AS paid
      ON paid.campaign_id = payment.campaign_id AND paid.run_no = payment.run_no AND paid.payment_no = payment.no
     AND paid.fate = 'paid'
    WHERE payment.end_to_end_id = ANY(CAST(:names AS text[]))
    UNION ALL
    SELECT meant.reference, meant.campaign_id, line.amount_cents, line.iban, line.no, meant.entry_no
    FROM bank_resolution AS meant JOIN bank_line AS line ON line.no = meant.line_no
    WHERE meant.meaning = 'payment-file' AND meant.reference = ANY(CAST(:names AS text[]))
) AS counted
WHERE NOT EXISTS (SELECT FROM bank_resolution AS again
                  WHERE again.meaning = 'told-again' AND again.reference = counted.name
                    AND again.campaign_id = counted.campaign_id)""")


@dataclass(frozen=True, slots=True)
class _Counted:
    name: str
    campaign_id: int
    amount_cents: int
    iban: str
    line_no: int
    entry_no: int


def told_again(session: Session, lines: Iterable[tuple[BankLine, str]]) -> list[Meant]:
    """Return which of these debits only tell again what was counted: a payment of a file, or a file, by its name."""
    by_name = {name: line for line, name in lines if not line.is_credit}
    if not by_name:
        return []
    counted = [_Counted(*row) for row in session.execute(_COUNTED, {"names": sorted(by_name)})]
    on_statements = vouched(
        session, {*(line.no for line in by_name.values()), *(one.line_no for one in counted)}
    )
    return [
        Meant(line.no, Meaning.TOLD_AGAIN, one.campaign_id, one.entry_no, one.name)
        for one in counted
        for line in [by_name[one.name]]
        if (line.iban, line.amount_cents) == (one.iban, one.amount_cents)
        and (line.no in on_statements) != (one.line_no in on_statements)
    ]
