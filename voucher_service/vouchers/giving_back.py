"""Giving back: a person returns a booklet, whole or begun, to a prescriber, who may hand it to another."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, insert
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.identifiers import new_id
from voucher_service.ledger import accounts, journal
from voucher_service.network import prescribers
from voucher_service.vouchers import custody, sites


class GivenBack(Base):
    """A booklet came back from a person to a prescriber's site, with what was left of it."""

    __tablename__ = "given_back"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    booklet: Mapped[Code]
    site_no: Mapped[int] = mapped_column()
    papers: Mapped[int] = mapped_column(Integer)
    given_back_on: Mapped[date]
    entry_no: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))
    site_id: Mapped[UUID] = column_property(sites.naming(site_no))


def left(session: Session, *, series: str, booklet: str) -> int:
    """Count the vouchers that would come back with a booklet, and take nothing back.

    Raises ``CampaignIsUnknown``, ``BookletIsUnknown``, ``BookletsAreElsewhere``, ``BookletsAreEmpty``.
    """
    campaign = campaigns.get(session, series)
    [held] = custody.find_at(
        session, campaign_id=campaign.id, booklets=[booklet], places=[accounts.BENEFICIARIES]
    )
    papers = held.papers - custody.used(session, campaign_id=campaign.id, booklets=[booklet]).get(booklet, 0)
    if papers == 0:
        raise custody.BookletsAreEmpty((booklet,))
    return papers


def give_back(
    session: Session, *, series: str, booklet: str, site_id: UUID, on: date, at: datetime, by: Actor
) -> GivenBack:
    """Take a booklet back into a site's stock, with the vouchers that are left.

    Raises ``SiteIsUnknown``, ``SiteIsClosed``, ``BookletIsUnknown``, ``BookletsAreElsewhere``, ``BookletsAreEmpty``.
    """
    site = sites.get_own(session, site_id=site_id, by=by)
    prescribers.hold_open(session, site_id=site_id)
    campaign = campaigns.get(session, series)
    held = custody.find_at(
        session, campaign_id=campaign.id, booklets=[booklet], places=[accounts.BENEFICIARIES]
    )
    # The site may never have been sent anything.
    place = accounts.prescriber(site.no)
    accounts.open_accounts(session, campaign_id=campaign.id, addresses=[place])
    fact_id = new_id()
    moved = custody.move(
        session,
        act=journal.Act(campaign.id, "give-back", on, by.user_id),
        act_id=fact_id,
        booklets=held,
        to=place,
        with_values=True,
    )
    session.execute(
        insert(GivenBack).values(
            id=fact_id,
            campaign_id=campaign.id,
            booklet=booklet,
            site_no=site.no,
            papers=moved.papers[booklet],
            given_back_on=on,
            entry_no=moved.entry_no,
            at=at,
            by=by.user_id,
        )
    )
    return session.get_one(GivenBack, fact_id)
