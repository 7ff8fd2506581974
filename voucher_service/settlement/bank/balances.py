"""Balances: what each statement says that our account held, kept, and set beside the books day by day.

The money of the campaigns on an account (their ``bank``), and what waits to be explained, must be what the bank says
it holds. Where it is not, somebody entered a movement that the bank never made, or the bank made one that it did not
tell. A day for which no statement came is missing where the next one does not begin with what the one before ended
with; a bank that sends nothing for a day without movements leaves no gap.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.database import Base, Code
from voucher_service.settlement.bank.messages import BankMessage
from voucher_service.settlement.bank_statements import Statement

_WRITE = text("""
INSERT INTO bank_balance (message_no, iban, statement, opened_on, opening_cents, closed_on, closing_cents)
SELECT DISTINCT ON (iban, statement) :message_no, iban, statement, opened_on, opening_cents, closed_on, closing_cents
FROM json_to_recordset(CAST(:rows AS json)) AS said (
    iban text, statement text, opened_on date, opening_cents bigint, closed_on date, closing_cents bigint)""")
DAYS = """
WITH closing AS (
    SELECT DISTINCT ON (iban, closed_on) iban, closed_on, closing_cents, opened_on, opening_cents, statement
    FROM bank_balance ORDER BY iban, closed_on, message_no DESC, statement DESC
), account_of AS (
    SELECT closing.iban, closing.closed_on, campaign.id AS campaign_id
    FROM closing CROSS JOIN campaign
    WHERE campaign.money_side = 'bank' AND closing.iban = (
        SELECT paying_account.iban FROM paying_account WHERE paying_account.campaign_id = campaign.id
        ORDER BY (paying_account.at AT TIME ZONE 'Europe/Paris')::date <= closing.closed_on DESC,
                 CASE WHEN (paying_account.at AT TIME ZONE 'Europe/Paris')::date <= closing.closed_on
                      THEN -paying_account.no ELSE paying_account.no END LIMIT 1)
), moved AS (
    SELECT transfer.campaign_id, entry.effective_on AS on_day,
           sum(CASE WHEN debit = 'bank' THEN amount ELSE -amount END) AS cents
    FROM transfer JOIN entry ON entry.campaign_id = transfer.campaign_id AND entry.no = transfer.entry_no
    WHERE (debit = 'bank' OR credit = 'bank')
      AND transfer.campaign_id IN (SELECT campaign_id FROM account_of)
    GROUP BY 1, 2
), told AS (
    SELECT line.iban, line.booked_on AS on_day, count(*) AS lines,
           sum(CASE WHEN is_credit THEN amount_cents ELSE -amount_cents END) AS cents
    FROM bank_line AS line
    WHERE NOT EXISTS (SELECT FROM bank_resolution WHERE bank_resolution.line_no = line.no)
    GROUP BY 1, 2
), compared AS (
    SELECT closing.iban, closing.closed_on, closing.closing_cents,
           coalesce((SELECT sum(moved.cents) FROM account_of JOIN moved USING (campaign_id)
                     WHERE account_of.iban = closing.iban AND account_of.closed_on = closing.closed_on
                       AND moved.on_day <= closing.closed_on), 0)::bigint AS ledger_cents,
           coalesce((SELECT sum(told.cents) FROM told
                     WHERE told.iban = closing.iban AND told.on_day <= closing.closed_on), 0)::bigint AS waiting_cents,
           coalesce(closing.opening_cents - lag(closing.closing_cents) OVER days, 0) AS gap_cents,
           lead(closing.closed_on) OVER days IS NULL AS is_last
    FROM closing WINDOW days AS (PARTITION BY closing.iban ORDER BY closing.closed_on)
)"""
"""Each account and day of which a statement came: what the bank, the books and the waiting movements say."""
_SEARCH = text(f"""{DAYS}
SELECT iban, closed_on, closing_cents, ledger_cents, waiting_cents, gap_cents FROM compared
WHERE (CAST(:iban AS text) IS NULL OR iban = :iban)
  AND (CAST(:after_on AS date) IS NULL OR (closed_on, iban) < (:after_on, :after_iban))
ORDER BY closed_on DESC, iban DESC OFFSET :start LIMIT :limit""")


class BankBalance(Base):
    """What one statement says that an account held when it was opened and when it was closed, in cents."""

    __tablename__ = "bank_balance"
    __table_args__ = (Index(None, "iban", "closed_on"),)

    message_no: Mapped[int] = mapped_column(
        ForeignKey("bank_message.no"), primary_key=True, autoincrement=False
    )
    iban: Mapped[Code] = mapped_column(primary_key=True)
    statement: Mapped[Code] = mapped_column(primary_key=True)
    opened_on: Mapped[date]
    opening_cents: Mapped[int]
    closed_on: Mapped[date]
    closing_cents: Mapped[int]


@dataclass(frozen=True, slots=True)
class DayCompared:
    """One account at the end of one day: what the bank says, what the books say, what waits, in cents.

    ``gap_cents`` is what moved between this statement and the one before without being told.
    """

    iban: str
    on: date
    bank_cents: int
    ledger_cents: int
    waiting_cents: int
    gap_cents: int

    @property
    def difference_cents(self) -> int:
        """What nobody can explain: nothing, where all is well."""
        return self.bank_cents - self.ledger_cents - self.waiting_cents


def keep(session: Session, *, message: BankMessage, statements: Sequence[Statement]) -> None:
    """Keep the balances that statements give; a notice has none."""
    rows = [
        {
            "iban": one.iban,
            "statement": one.id,
            "opened_on": one.balances.opened_on,
            "opening_cents": one.balances.opening_cents,
            "closed_on": one.balances.closed_on,
            "closing_cents": one.balances.closing_cents,
        }
        for one in statements
        if one.balances is not None
    ]
    if rows:
        session.execute(_WRITE, {"message_no": message.no, "rows": json.dumps(rows, default=str)})


def compare(
    session: Session,
    *,
    iban: str | None = None,
    after: tuple[date, str] | None = None,
    start: int = 0,
    limit: int | None = None,
) -> list[DayCompared]:
    """Set what the bank says beside the books, the newest day first.

    ``after`` is the last day and account read, ``start`` how many to skip.
    """
    after_on, after_iban = after or (None, None)
    asked = {"iban": iban, "after_on": after_on, "after_iban": after_iban, "start": start, "limit": limit}
    return [DayCompared(*row) for row in session.execute(_SEARCH, asked)]
