"""Lost booklets: the person leaves with another one, worth what was left, and the old codes are dead at once.

Two ways, each one act. *A booklet from the cupboard*, here: the old one is void with its reason, a new one is handed
to the same person, and the vouchers that it holds beyond what was left are void too and stay at the desk. *New papers
for the same vouchers* is ``replacement.replace``: nothing is taken from the stock, and the papers are printed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, insert, select
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import accounts
from voucher_service.vouchers import custody, handover, holdings, sites, voiding
from voucher_service.vouchers.handover import Handover
from voucher_service.vouchers.voiding import Reason


class LostBooklet(Base):
    """Another booklet took the place of a lost one: ``papers`` were left, ``kept_back`` stayed at the desk."""

    __tablename__ = "lost_booklet"
    __table_args__ = (Index(None, "booklet", "campaign_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    site_no: Mapped[int] = mapped_column()
    booklet: Mapped[Code]
    new_booklet: Mapped[Code]
    papers: Mapped[int] = mapped_column(Integer)
    kept_back: Mapped[list[str]]
    reason: Mapped[Reason]
    voiding_id: Mapped[UUID] = mapped_column(ForeignKey("voiding.id"))
    handover_id: Mapped[UUID] = mapped_column(ForeignKey("handover.id"), unique=True)
    lost_on: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))
    site_id: Mapped[UUID] = column_property(sites.naming(site_no))


@dataclass(eq=False)
class NewBookletHoldsTooLittle(Refusal):
    """The new booklet holds fewer vouchers than were left in the lost one: take a whole booklet.

    FR: Le nouveau carnet contient moins de pass qu'il n'en restait dans le carnet perdu : prenez un carnet entier.
    """

    left: int
    holds: int


def replace_from_stock(
    session: Session,
    *,
    series: str,
    booklet: str,
    new_booklet: str,
    site_id: UUID,
    reason: Reason,
    on: date,
    at: datetime,
    by: Actor,
) -> LostBooklet:
    """Void what is left of a booklet, and hand its holder another one worth as much.

    Raises ``SiteIsUnknown``, ``BookletIsUnknown``, ``BookletsAreElsewhere`` (the lost one was not handed over, or
    the new one is not at the site), ``NothingIsLeft``, ``NewBookletHoldsTooLittle``, and the refusals of
    ``handover.hand_over``.
    """
    site = sites.get_own(session, site_id=site_id, by=by)
    campaign = campaigns.get(session, series)
    said: Any = {"series": series, "on": on, "at": at, "by": by}
    voided = voiding.void(session, reason=reason, booklets=[booklet], **said)
    person_id = _holder(session, campaign.id, booklet)
    left = voided.fact.papers
    surplus = _beyond(session, campaign.id, new_booklet, left, by)
    handed = handover.hand_over(
        session,
        series=series,
        booklets=[new_booklet],
        site_id=site_id,
        handed_on=on,
        today=on,
        at=at,
        by=by,
        person_id=person_id,
    )
    if surplus:
        voiding.void(session, reason=Reason.SPOILED, serials=surplus, **said)
    fact_id = new_id()
    session.execute(
        insert(LostBooklet).values(
            id=fact_id,
            campaign_id=campaign.id,
            site_no=site.no,
            booklet=booklet,
            new_booklet=new_booklet,
            papers=left,
            kept_back=list(surplus),
            reason=reason,
            voiding_id=voided.fact.id,
            handover_id=handed.id,
            lost_on=on,
            at=at,
            by=by.user_id,
        )
    )
    return session.get_one(LostBooklet, fact_id)


def of_booklet(session: Session, *, campaign_id: int, booklet: str) -> LostBooklet | None:
    """Return how a lost booklet was replaced by another one, if it was."""
    found = select(LostBooklet).where(LostBooklet.booklet == booklet, LostBooklet.campaign_id == campaign_id)
    return session.scalars(found.order_by(LostBooklet.id.desc()).limit(1)).one_or_none()


def _holder(session: Session, campaign_id: int, booklet: str) -> UUID | None:
    places = [accounts.BENEFICIARIES]
    [lost] = custody.find_at(session, campaign_id=campaign_id, booklets=[booklet], places=places)
    return session.scalars(select(Handover.person_id).where(Handover.id == lost.act_id)).one_or_none()


def _beyond(session: Session, campaign_id: int, booklet: str, left: int, by: Actor) -> Sequence[str]:
    # The first papers come off a booklet cleanly; the last ones stay under the cover.
    papers = holdings.left(
        session,
        campaign_id=campaign_id,
        serials=[],
        booklets=[booklet],
        by=by,
        own_sites=sites.own_numbers(session, by),
    )
    if len(papers) < left:
        raise NewBookletHoldsTooLittle(left, len(papers))
    return tuple(paper.serial for paper in papers[: len(papers) - left])
