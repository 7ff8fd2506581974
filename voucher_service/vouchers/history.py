"""History: what happened to one voucher, from its production to its end, in the order of the books."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Actor, Role
from voucher_service.vouchers import register

_EVENTS = text("""
WITH event AS (
    SELECT moved.entry_no, 1 AS step, moved.act, NULL::integer AS issue,
           CASE moved.place WHEN 'custody/shortage' THEN 'missing' END AS reason,
           coalesce(handover.site_no, stock_count.site_no,
                    CAST(substring(place FROM '^custody/[a-z]+/([0-9]+)$') AS bigint)) AS site_no,
           NULL::bigint AS venue_no, NULL::uuid AS redemption_id, NULL::uuid AS operator_id
    FROM booklet_move AS moved
    LEFT JOIN handover ON handover.id = moved.act_id
    LEFT JOIN stock_count ON stock_count.id = moved.act_id
    WHERE moved.campaign_id = :campaign_id AND moved.booklet = :booklet
    UNION ALL
    SELECT activation.entry_no, 2, 'activate', NULL, activation.mandate_number, NULL, NULL, NULL, NULL
    FROM active_booklet JOIN activation ON activation.id = active_booklet.activation_id
    WHERE active_booklet.campaign_id = :campaign_id AND active_booklet.booklet = :booklet
      AND EXISTS (SELECT FROM transfer WHERE transfer.campaign_id = :campaign_id
                  AND transfer.entry_no = activation.entry_no AND starts_with(credit, 'voucher/' || :serial || '/'))
    UNION ALL
    SELECT entry_no, 2, 'redeem', issue, NULL, NULL, venue_no, id, operator_id
    FROM redemption WHERE campaign_id = :campaign_id AND serial = :serial
    UNION ALL
    SELECT undone.entry_no, 2, 'reverse', undone.issue, undone.cause, NULL, redemption.venue_no, redemption.id,
           redemption.operator_id
    FROM redemption_reversal AS undone JOIN redemption ON redemption.id = undone.redemption_id
    WHERE undone.campaign_id = :campaign_id AND undone.serial = :serial
    UNION ALL
    SELECT entry_no, 2, 'void', issue, reason, NULL, NULL, NULL, NULL
    FROM void WHERE campaign_id = :campaign_id AND serial = :serial
    UNION ALL
    SELECT entry_no, 2, 'replace', issue, reason, NULL, NULL, NULL, NULL
    FROM replacement WHERE campaign_id = :campaign_id AND serial = :serial
    UNION ALL
    SELECT expiry.entry_no, 2, 'expire', NULL, NULL, NULL, NULL, NULL, NULL
    FROM expired_booklet JOIN expiry ON expiry.id = expiry_id
    WHERE expired_booklet.campaign_id = :campaign_id AND expired_booklet.booklet = :booklet
      AND NOT EXISTS (SELECT FROM void WHERE void.campaign_id = :campaign_id AND void.serial = :serial)
      AND NOT EXISTS (
          SELECT FROM redemption LEFT JOIN redemption_reversal AS undone ON undone.redemption_id = redemption.id
          WHERE redemption.campaign_id = :campaign_id AND redemption.serial = :serial
            AND redemption.entry_no < expiry.entry_no AND coalesce(undone.entry_no, expiry.entry_no) >= expiry.entry_no)
)
SELECT event.act, entry.effective_on, entry.recorded_at, entry.by, event.entry_no, record.position,
       event.issue, event.reason, site.id AS site_id, venue.id AS venue_id, event.redemption_id
FROM event
JOIN entry ON entry.campaign_id = :campaign_id AND entry.no = event.entry_no
LEFT JOIN record ON record.campaign_id = :campaign_id AND record.entry_no = event.entry_no
LEFT JOIN site ON site.no = event.site_no
LEFT JOIN venue ON venue.no = event.venue_no
WHERE CAST(:operator_id AS uuid) IS NULL OR event.operator_id = :operator_id
ORDER BY event.entry_no, event.step""")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a voucher or to its booklet.

    ``act`` is the kind of entry, ``position`` its place in the order of record once it has one, ``reason`` a
    mandate's number or a coded cause.
    """

    act: str
    effective_on: date
    recorded_at: datetime
    by: UUID
    entry_no: int
    position: int | None
    issue: int | None
    reason: str | None
    site_id: UUID | None
    venue_id: UUID | None
    redemption_id: UUID | None


def of_voucher(session: Session, *, serial: str, by: Actor) -> list[Event]:
    """List what happened to a voucher, oldest first; to a venue, only what its own operator did with it.

    Who may read of which voucher is for ``states.may_see`` to say. Raises ``CampaignIsUnknown``.
    """
    parameters = {
        "campaign_id": campaigns.get(session, register.series_of(serial)).id,
        "serial": serial,
        "booklet": register.booklet_of(serial),
        "operator_id": by.organisation_id if by.role is Role.VENUE else None,
    }
    return [_event(row) for row in session.execute(_EVENTS, parameters)]


def _event(row: Row[Any]) -> Event:
    return Event(**row._asdict())
