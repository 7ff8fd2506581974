"""What closings promise, proved again: nothing came into a closed period, and its balances still add up."""

from collections.abc import Iterator

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from voucher_service.kernel.finding import Finding
from voucher_service.ledger import periods, statements
from voucher_service.ledger.periods import PeriodClosing

# Between the closing of December and that of its year, acts of the year may still come into December.
_CAME_LATE = text("""
SELECT entry.campaign_id, entry.no, entry.effective_on, closing.through_on
FROM period_closing AS closing
JOIN entry ON entry.campaign_id = closing.campaign_id AND entry.effective_on <= closing.through_on
LEFT JOIN record ON record.campaign_id = entry.campaign_id AND record.entry_no = entry.no
WHERE coalesce(record.position > closing.position, true)
  AND NOT coalesce(entry.effective_on >= make_date(closing.open_year, 12, 1), false)""")
_MISDATED = text("""
SELECT campaign_id, no, effective_on, claimed_on FROM entry
WHERE claimed_on >= effective_on
   OR claimed_on IS NOT NULL AND NOT EXISTS (
       SELECT FROM period_closing AS closing
       WHERE closing.campaign_id = entry.campaign_id AND closing.through_on >= entry.claimed_on)""")


def nothing_comes_into_a_closed_period(session: Session) -> Iterator[Finding]:
    """No entry that was recorded after a closing takes effect in what it closed."""
    for row in session.execute(_CAME_LATE):
        yield Finding(
            "nothing-comes-into-a-closed-period",
            f"{row.campaign_id}:{row.no}",
            f"takes effect on {row.effective_on}, closed through {row.through_on}",
        )


def moved_entries_claim_a_closed_day(session: Session) -> Iterator[Finding]:
    """An entry takes effect on another day than it claims only where that day is closed, and then later."""
    for row in session.execute(_MISDATED):
        yield Finding(
            "moved-entries-claim-a-closed-day",
            f"{row.campaign_id}:{row.no}",
            f"claims {row.claimed_on}, takes effect on {row.effective_on}",
        )


def closed_balances_still_add_up(session: Session) -> Iterator[Finding]:
    """The balances drawn at each closing are those of the record up to the same position."""
    for closing in session.scalars(select(PeriodClosing)):
        flows = statements.flows(
            session,
            campaign_id=closing.campaign_id,
            position=closing.position,
            effective_on=closing.through_on,
        )
        if periods.written(flows) != closing.balances or periods.digest(closing.balances) != closing.digest:
            yield Finding(
                "closed-balances-still-add-up",
                f"{closing.campaign_id}:{closing.no}",
                f"the balances through {closing.through_on} changed",
            )


CHECKS = (nothing_comes_into_a_closed_period, moved_entries_claim_a_closed_day, closed_balances_still_add_up)
