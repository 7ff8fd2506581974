"""Facts: what the facts alone say of each paper, as the SELECTs that every check of this package reads."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy.orm import Session

from voucher_service.kernel.finding import Finding

Check = Callable[[Session], Iterator[Finding]]

PAPERS = """
    SELECT campaign_id, serial, 1::smallint AS issue, booklet, colour FROM voucher
    UNION ALL
    SELECT campaign_id, serial, replacement.issue, voucher.booklet, voucher.colour
    FROM replacement JOIN voucher USING (campaign_id, serial)"""
"""Every paper that was ever made: one per serial and issue."""
USED = """
    SELECT redemption.campaign_id, redemption.serial, redemption.issue
    FROM redemption LEFT JOIN redemption_reversal AS undone ON undone.redemption_id = redemption.id
    WHERE undone.redemption_id IS NULL"""
"""Every paper that a venue took and did not give back."""
LAPSED = f"""
    SELECT campaign_id, serial, issue FROM (
        SELECT undone.campaign_id, undone.serial, undone.issue
        FROM redemption_reversal AS undone
        JOIN transfer ON transfer.campaign_id = undone.campaign_id AND transfer.entry_no = undone.entry_no
        WHERE transfer.credit = 'expired'
        UNION
        SELECT paper.campaign_id, paper.serial, max(paper.issue)
        FROM ({PAPERS}) AS paper JOIN expired_booklet USING (campaign_id, booklet)
        WHERE NOT EXISTS (SELECT FROM void
                          WHERE void.campaign_id = paper.campaign_id AND void.serial = paper.serial)
        GROUP BY 1, 2
        EXCEPT ({USED})
    ) AS over"""
"""Every paper whose time was over before it was used: with its booklet, or given back later than that."""
BOOKLET = "left({serial}, length({serial}) - 3)"
"""The booklet's number within a voucher's serial (``serials_are_continuous`` proves that it is)."""


def found(check: Check, row: Any, detail: str) -> Finding:
    """Name what ``row`` (campaign_id, subject) breaks of what ``check`` promises."""
    return Finding(check.__name__.replace("_", "-"), f"{row.campaign_id}:{row.subject}", detail)
