"""Booklet history: what happened to one booklet and its vouchers, one line for each act, in the order of the books.

It says when vouchers were used and how many, never where: which service a person went to is the person's own affair.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor
from voucher_service.vouchers.booklet_search import FoundBooklet

_EVENTS = text("""
WITH own AS (
    SELECT campaign_id, serial FROM voucher WHERE campaign_id = :campaign_id AND booklet = :number
), event AS (
    SELECT moved.entry_no, 1 AS step, moved.act, NULL::bigint AS papers,
           CASE moved.place WHEN 'custody/shortage' THEN 'missing' END AS reason,
           coalesce(handover.site_no, stock_count.site_no,
                    CAST(substring(moved.place FROM '^custody/[a-z]+/([0-9]+)$') AS bigint)) AS site_no
    FROM booklet_move AS moved
    LEFT JOIN handover ON handover.id = moved.act_id
    LEFT JOIN stock_count ON stock_count.id = moved.act_id
    WHERE moved.campaign_id = :campaign_id AND moved.booklet = :number
    UNION ALL
    SELECT activation.entry_no, 2, 'activate', NULL, NULL, NULL
    FROM active_booklet JOIN activation ON activation.id = active_booklet.activation_id
    WHERE active_booklet.campaign_id = :campaign_id AND active_booklet.booklet = :number
    UNION ALL
    SELECT entry_no, 2, 'redeem', count(*), NULL, NULL FROM redemption JOIN own USING (campaign_id, serial) GROUP BY 1
    UNION ALL
    SELECT entry_no, 2, 'reverse', count(*), NULL, NULL
    FROM redemption_reversal JOIN own USING (campaign_id, serial) GROUP BY 1
    UNION ALL
    SELECT entry_no, 2, 'void', count(*), reason, NULL FROM void JOIN own USING (campaign_id, serial) GROUP BY 1, reason
    UNION ALL
    SELECT entry_no, 2, 'replace', count(*), reason, NULL
    FROM replacement JOIN own USING (campaign_id, serial) GROUP BY 1, reason
    UNION ALL
    SELECT expiry.entry_no, 2, 'expire', expired_booklet.papers, NULL, NULL
    FROM expired_booklet JOIN expiry ON expiry.id = expiry_id
    WHERE expired_booklet.campaign_id = :campaign_id AND expired_booklet.booklet = :number
)
SELECT event.act, entry.effective_on, entry.recorded_at, event.papers, event.reason, site.name AS site
FROM event
JOIN entry ON entry.campaign_id = :campaign_id AND entry.no = event.entry_no
LEFT JOIN site ON site.no = event.site_no AND site.organisation_id = :organisation_id
ORDER BY event.entry_no, event.step""")


@dataclass(frozen=True, slots=True)
class BookletEvent:
    """One thing that happened to a booklet, or to ``papers`` of its vouchers; ``site`` where it is the reader's own."""

    act: str
    effective_on: date
    recorded_at: datetime
    papers: int | None
    reason: str | None
    site: str | None


def read(session: Session, *, booklet: FoundBooklet, by: Actor) -> list[BookletEvent]:
    """List what happened to a booklet that the actor may see, oldest first."""
    parameters = {
        "campaign_id": booklet.campaign_id,
        "number": booklet.number,
        "organisation_id": by.organisation_id,
    }
    return [BookletEvent(**row._asdict()) for row in session.execute(_EVENTS, parameters)]
