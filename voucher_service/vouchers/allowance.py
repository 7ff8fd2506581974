"""Allowance: how many booklets of a campaign one person may have (the published practice is one carnet each).

Booklets count while they are with the person; one that came back, that is void (it was lost), or whose handover was
undone, no longer does.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.refusal import Refusal

_HAD = text("""
SELECT count(*) AS turns, coalesce(sum(held), 0) AS booklets
FROM handover
CROSS JOIN LATERAL (
    SELECT count(*) AS held FROM booklet_move AS came
    WHERE came.campaign_id = handover.campaign_id AND came.act_id = handover.id
      AND came.place = 'custody/beneficiaries'
      AND NOT EXISTS (SELECT FROM booklet_move AS later
                      WHERE later.campaign_id = came.campaign_id AND later.booklet = came.booklet
                        AND later.turn > came.turn)
      AND EXISTS (SELECT FROM account WHERE account.campaign_id = came.campaign_id
                  AND account.address = 'booklet/' || came.booklet AND account.balance > 0)
) AS with_them
WHERE handover.campaign_id = :campaign_id AND handover.person_id = :person_id""")


@dataclass(eq=False)
class PersonHasEnoughBooklets(Refusal):
    """One person may have no more booklets than that: hand over fewer, or replace the vouchers that were lost.

    FR: Une même personne ne peut pas avoir plus de carnets : remettez-en moins, ou remplacez les pass perdus.
    """

    booklets_per_person: int
    already: int


def take(session: Session, *, campaign: Campaign, person_id: UUID, booklets: int) -> int | None:
    """Return the turn under which a handover to this person is recorded, None where the campaign sets no limit.

    Raises ``PersonHasEnoughBooklets``.
    """
    if campaign.booklets_per_person is None:
        return None
    turns, already = _had(session, campaign, person_id)
    _refuse(campaign.booklets_per_person, already, booklets)
    # Two handovers to one person at once take the same turn: the second waits on the unique key, then is run again
    # and counts what the first one gave.
    return turns + 1


def refuse_beyond(session: Session, *, campaign: Campaign, person_id: UUID | None, booklets: int) -> None:
    """Raise ``PersonHasEnoughBooklets`` where so many more are too many for this person (None: somebody new)."""
    if campaign.booklets_per_person is not None:
        already = _had(session, campaign, person_id)[1] if person_id else 0
        _refuse(campaign.booklets_per_person, already, booklets)


def _refuse(limit: int, already: int, booklets: int) -> None:
    if already + booklets > limit:
        raise PersonHasEnoughBooklets(limit, already)


def _had(session: Session, campaign: Campaign, person_id: UUID) -> tuple[int, int]:
    row = session.execute(_HAD, {"campaign_id": campaign.id, "person_id": person_id}).one()
    return int(row.turns), int(row.booklets)
