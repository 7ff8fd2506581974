"""Own booklets: whoever sends a booklet out does not take its vouchers in.

A booklet that is sent out is written down as a duty of whoever sent it. What is taken is known already, from the
redemptions themselves: nothing more is written at a counter, and what decides is read with the papers.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.identity import separation
from voucher_service.identity.separation import DutiesAreIncompatible, Duty
from voucher_service.kernel.actor import Actor
from voucher_service.vouchers.presentation import Paper

_TAKEN = text("""
SELECT voucher.booklet
FROM voucher
JOIN redemption ON redemption.campaign_id = voucher.campaign_id AND redemption.serial = voucher.serial
WHERE voucher.campaign_id = :campaign_id AND voucher.booklet = ANY(CAST(:booklets AS text[]))
  AND redemption.by = :by
ORDER BY voucher.booklet
LIMIT 1""")


def subject(booklet: str) -> str:
    """Name a booklet as the subject of people's duties: ``booklet/PN-2026-000123``."""
    return f"booklet/{booklet}"


def send_out(session: Session, *, campaign_id: int, booklets: Sequence[str], at: datetime, by: Actor) -> None:
    """Write down that this person sends these booklets out.

    Raises ``DutiesAreIncompatible`` where the same person took a voucher of one of them.
    """
    subjects = [subject(booklet) for booklet in booklets]
    separation.perform_all(session, duty=Duty.ALLOCATE, subjects=subjects, at=at, by=by)
    wanted = {"campaign_id": campaign_id, "booklets": list(booklets), "by": by.user_id}
    taken = session.execute(_TAKEN, wanted).scalar_one_or_none()
    if taken is not None and separation.are_incompatible(session, Duty.ALLOCATE, Duty.REDEEM):
        raise DutiesAreIncompatible(Duty.ALLOCATE, Duty.REDEEM, subject(taken), by, at)


def objection(papers: Sequence[Paper], *, at: datetime, by: Actor) -> DutiesAreIncompatible | None:
    """Say why these papers are not for this person to take, where he sent the booklet of one of them out."""
    for paper in papers:
        if paper["sent_out_by_taker"]:
            return DutiesAreIncompatible(Duty.REDEEM, Duty.ALLOCATE, subject(paper["booklet"]), by, at)
    return None
