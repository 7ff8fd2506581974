"""Releases: expired value leaves the vouchers' side of the books and becomes what each funder is to get back.

By who advanced it: the colour of each expired voucher says whose cents were in it, so each funder's part of any set
of vouchers is a sum, never a rounding.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, insert, select
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns, readers
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import accounts, books, journal, statements
from voucher_service.ledger.books import Colour, ColourShare


class Release(Base):
    """Expired value of a campaign was shared out between those who advanced it."""

    __tablename__ = "expired_release"
    __table_args__ = (Index(None, "campaign_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    amount_cents: Mapped[int]
    shares: Mapped[dict[str, Any]]
    """Cents by funder."""
    released_on: Mapped[date]
    entry_no: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))


@dataclass(eq=False)
class NothingHasExpired(Refusal):
    """No expired value is waiting in this campaign: it was shared out already, or nothing has expired yet.

    FR: Aucune valeur périmée n'attend dans cette campagne : elle est déjà répartie, ou rien n'a encore périmé.
    """

    series: str


def expired_shares(session: Session, *, campaign_id: int) -> Mapping[str, int]:
    """Say what each funder advanced of the expired value that waits, in cents."""
    shares = _shared(session, campaign_id, _waiting(session, campaign_id))
    return {funder: cents for funder, cents in sorted(shares.items()) if cents}


def release(session: Session, *, series: str, on: date, at: datetime, by: Actor) -> Release:
    """Share out all the expired value that waits: from now on it is owed to the funders who advanced it.

    Raises ``CampaignIsUnknown``, ``CampaignIsBlocked``, ``NothingHasExpired``.
    """
    campaign = campaigns.get(session, series)
    campaigns.refuse_if_blocked(session, campaign)
    # Whatever reaches or leaves what has expired touches its counter: read before the sums that rely on it.
    _, version = accounts.seen(session, campaign_id=campaign.id, addresses=[accounts.EXPIRED])[
        accounts.EXPIRED
    ]
    waiting = _waiting(session, campaign.id)
    if not waiting:
        raise NothingHasExpired(series)
    shares = {funder: cents for funder, cents in _shared(session, campaign.id, waiting).items() if cents}
    act = journal.Act(campaign.id, "release", on, by.user_id)
    transfers = _transfers(session, campaign.id, waiting, shares)
    posted = journal.post(session, act, transfers, seen={accounts.EXPIRED: version})
    fact = {
        "id": new_id(),
        "campaign_id": campaign.id,
        "amount_cents": sum(waiting.values()),
        "shares": shares,
        "released_on": on,
        "entry_no": posted.no,
        "at": at,
        "by": by.user_id,
    }
    session.execute(insert(Release).values(**fact))
    return session.get_one(Release, fact["id"])


def search(
    session: Session, *, series: str, by: Actor, after: UUID | None = None, limit: int | None = None
) -> list[Release]:
    """List how a campaign's expired value was shared out, in order, to whoever may read of it.

    Raises ``CampaignIsUnknown``.
    """
    campaign: Campaign = readers.get(session, series=series, by=by)
    wanted = select(Release).where(Release.campaign_id == campaign.id)
    return list(session.scalars(keyset.page(wanted, Release.id, after=after, limit=limit)))


def _waiting(session: Session, campaign_id: int) -> dict[int, int]:
    flows = statements.flows(session, campaign_id=campaign_id, prefixes=[accounts.EXPIRED])
    return {flow.colour: flow.balance for flow in flows if flow.balance > 0}


def _shared(session: Session, campaign_id: int, waiting: Mapping[int, int]) -> Counter[str]:
    rows = session.execute(
        select(ColourShare.funder, ColourShare.colour, ColourShare.advanced_cents, Colour.face_cents)
        .join(Colour, (Colour.campaign_id == ColourShare.campaign_id) & (Colour.no == ColourShare.colour))
        .where(ColourShare.campaign_id == campaign_id, ColourShare.colour.in_(waiting))
    )
    shares: Counter[str] = Counter()
    for funder, colour, advanced, face in rows:
        shares[funder] += waiting[colour] // face * advanced
    return shares


def _transfers(
    session: Session, campaign_id: int, waiting: Mapping[int, int], shares: Mapping[str, int]
) -> list[journal.Transfer]:
    # Through the clearing account, as a void does: from the vouchers' colours to each funder's own.
    leaving = [
        journal.Transfer(accounts.EXPIRED, accounts.ACTIVATION, cents, colour)
        for colour, cents in sorted(waiting.items())
    ]
    return leaving + [
        journal.Transfer(
            accounts.ACTIVATION,
            accounts.refund(funder),
            cents,
            books.unit_colour(session, campaign_id=campaign_id, funder=funder),
        )
        for funder, cents in sorted(shares.items())
    ]
