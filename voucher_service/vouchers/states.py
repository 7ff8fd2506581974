"""States: what each voucher is worth now, in one word that follows from the books and is stored nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns, readers
from voucher_service.kernel.actor import Actor, Role
from voucher_service.vouchers import booklet_search, register

_STATES = text("""
SELECT voucher.serial, voucher.booklet, voucher.position, last.issue, colour.face_cents,
       CASE WHEN account.balance > 0 THEN 'active'
            WHEN void.serial IS NOT NULL THEN 'void'
            WHEN EXISTS (SELECT FROM redemption
                         WHERE redemption.campaign_id = voucher.campaign_id AND redemption.serial = voucher.serial
                           AND redemption.issue = last.issue
                           AND NOT EXISTS (SELECT FROM redemption_reversal AS undone
                                           WHERE undone.redemption_id = redemption.id)) THEN 'used'
            WHEN active.booklet IS NULL
                 AND NOT EXISTS (SELECT FROM expired_booklet AS expired
                                 WHERE expired.campaign_id = voucher.campaign_id
                                   AND expired.booklet = voucher.booklet) THEN 'inactive'
            ELSE 'expired' END AS state
FROM voucher
JOIN colour ON colour.campaign_id = voucher.campaign_id AND colour.no = voucher.colour
CROSS JOIN LATERAL (SELECT coalesce(max(issue), 1) AS issue FROM replacement
                    WHERE replacement.campaign_id = voucher.campaign_id AND replacement.serial = voucher.serial) AS last
JOIN account ON account.campaign_id = voucher.campaign_id
            AND account.address = 'voucher/' || voucher.serial || '/' || last.issue
LEFT JOIN active_booklet AS active ON active.campaign_id = voucher.campaign_id AND active.booklet = voucher.booklet
LEFT JOIN void ON void.campaign_id = voucher.campaign_id AND void.serial = voucher.serial AND void.issue = last.issue
WHERE voucher.campaign_id = :campaign_id
  AND (voucher.serial = ANY(CAST(:serials AS text[])) OR voucher.booklet = ANY(CAST(:booklets AS text[])))
ORDER BY voucher.serial""")
_IS_TAKEN_BY = text("""
SELECT EXISTS (SELECT FROM redemption
               WHERE campaign_id = :campaign_id AND serial = :serial AND operator_id = :operator_id)""")


class State(StrEnum):
    """What a voucher is worth."""

    INACTIVE = "inactive"
    ACTIVE = "active"
    USED = "used"
    VOID = "void"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Seen:
    """The last paper of a voucher, and what it is worth; ``face_cents`` in cents."""

    serial: str
    booklet: str
    position: int
    issue: int
    face_cents: int
    state: State


def of_booklet(session: Session, *, campaign_id: int, booklet: str) -> list[Seen]:
    """Say what each voucher of a booklet is worth, in the order of the papers."""
    return _read(session, campaign_id, booklets=[booklet])


def get(session: Session, *, serial: str, by: Actor) -> Seen:
    """Say what a voucher is worth to somebody who may know: see ``may_see``.

    Raises ``VoucherIsUnknown``, for what does not exist and for what is not the actor's to see.
    """
    campaign = campaigns.find(session, register.series_of(serial))
    found = _read(session, campaign.id, serials=[serial]) if campaign else []
    if not campaign or not found or not may_see(session, campaign_id=campaign.id, serial=serial, by=by):
        raise register.VoucherIsUnknown((serial,))
    return found[0]


def may_see(session: Session, *, campaign_id: int, serial: str, by: Actor) -> bool:
    """Tell whether a voucher is the actor's to see.

    A prescriber sees the vouchers of its sites' booklets, a venue those that its operator took once, a funder
    those it pays for; others all.
    """
    if by.role is Role.PRESCRIBER:
        return booklet_search.find(session, number=register.booklet_of(serial), by=by) is not None
    if by.role is Role.VENUE:
        parameters = {"campaign_id": campaign_id, "serial": serial, "operator_id": by.organisation_id}
        return bool(session.execute(_IS_TAKEN_BY, parameters).scalar_one())
    return bool(session.execute(select(readers.may_read(campaign_id, by=by))).scalar_one())


def _read(
    session: Session, campaign_id: int, *, serials: Sequence[str] = (), booklets: Sequence[str] = ()
) -> list[Seen]:
    parameters: dict[str, Any] = {
        "campaign_id": campaign_id,
        "serials": list(serials),
        "booklets": list(booklets),
    }
    rows = session.execute(_STATES, parameters)
    return [Seen(**row._asdict() | {"state": State(row.state)}) for row in rows]
