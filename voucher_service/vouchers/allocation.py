"""Allocation: booklets go from the stock to a prescriber's site, are counted there, and may come back.

What was sent and did not arrive is a shortage with the number of each booklet: never a silent difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, insert, select
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts, journal
from voucher_service.network import prescribers
from voucher_service.network.prescribers import Site
from voucher_service.vouchers import custody, distribution, own_booklets, register, sites
from voucher_service.vouchers.register import BookletMove, Whereabouts


class Allocation(Base):
    """Booklets sent from the stock to a prescriber's site (*dotation*)."""

    __tablename__ = "allocation"
    __table_args__ = (Index(None, "campaign_id", "site_no"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    site_no: Mapped[int] = mapped_column()
    booklets: Mapped[int] = mapped_column(Integer)
    papers: Mapped[int] = mapped_column(Integer)
    sent_on: Mapped[date]
    entry_no: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))
    site_id: Mapped[UUID] = column_property(sites.naming(site_no))


class Receipt(Base):
    """A site counted what arrived; the rest is a shortage."""

    __tablename__ = "receipt"

    allocation_id: Mapped[UUID] = mapped_column(ForeignKey("allocation.id"), primary_key=True)
    counted: Mapped[int] = mapped_column(Integer)
    missing: Mapped[list[str]]
    received_on: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[UUID]


class SentBack(Base):
    """A site gave booklets back to the stock."""

    __tablename__ = "sent_back"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    site_no: Mapped[int] = mapped_column()
    booklets: Mapped[int] = mapped_column(Integer)
    papers: Mapped[int] = mapped_column(Integer)
    sent_back_on: Mapped[date]
    entry_no: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))
    site_id: Mapped[UUID] = column_property(sites.naming(site_no))


Carried = TypeVar("Carried", Allocation, SentBack)
"""Booklets that go one way or the other between the stock and a site."""


@dataclass(eq=False)
class AllocationIsUnknown(Refusal):
    """No allocation to your site bears this identifier.

    FR: Aucune dotation de votre site ne porte cet identifiant.
    """

    kind = Kind.UNKNOWN
    allocation_id: UUID


@dataclass(eq=False)
class AllocationIsReceived(Refusal):
    """This allocation was counted already.

    FR: Cette dotation a déjà été comptée.
    """

    allocation_id: UUID


@dataclass(eq=False)
class CountDiffers(Refusal):
    """The count does not agree with what was sent: count again, and list each booklet that is missing.

    FR: Le compte ne correspond pas à l'envoi : recomptez, et indiquez chaque carnet manquant.
    """

    kind = Kind.INVALID
    sent: int
    counted: int
    missing: int


def send(
    session: Session,
    *,
    series: str,
    booklets: Sequence[str],
    site_id: UUID,
    on: date,
    at: datetime,
    by: Actor,
) -> Allocation:
    """Send booklets to a prescriber's site, from the stock or found again; in transit until the site counts them.

    Whoever took a voucher of a booklet does not send it out. Raises ``SiteIsUnknown``, ``SiteIsClosed``,
    ``CampaignIsBlocked``, ``DistributionIsOver``, ``BookletIsUnknown``, ``BookletsAreElsewhere``,
    ``DutiesAreIncompatible``.
    """
    campaign, site, held = _sendable(session, series, booklets, site_id, on)
    own_booklets.send_out(session, campaign_id=campaign.id, booklets=booklets, at=at, by=by)
    to = accounts.transit(site.no)
    accounts.open_accounts(session, campaign_id=campaign.id, addresses=[to, accounts.prescriber(site.no)])
    act = journal.Act(campaign.id, "allocate", on, by.user_id)
    return _carry(session, Allocation, act, held, site_no=site.no, to=to, sent_on=on, at=at)


def foresee(
    session: Session, *, series: str, booklets: Sequence[str], site_id: UUID, on: date
) -> list[Whereabouts]:
    """Return booklets that may be sent to a site, with their papers; nothing is sent.

    Raises what ``send`` would raise of the campaign, the site and the booklets.
    """
    _, _, held = _sendable(session, series, booklets, site_id, on)
    return held


def receive(
    session: Session,
    *,
    allocation_id: UUID,
    counted: int,
    missing: Sequence[str],
    on: date,
    at: datetime,
    by: Actor,
) -> Receipt:
    """Count what arrived at a site: the booklets in ``missing`` become a named shortage.

    Raises ``AllocationIsUnknown``, ``AllocationIsReceived``, ``CountDiffers``.
    """
    allocation = own(session, allocation_id=allocation_id, by=by)
    if session.get(Receipt, allocation_id) is not None:
        raise AllocationIsReceived(allocation_id)
    sent = booklets_of(session, allocation)
    absent = set(missing)
    if counted + len(absent) != len(sent) or not absent <= set(sent):
        raise CountDiffers(len(sent), counted, len(absent))
    held = register.whereabouts(session, campaign_id=allocation.campaign_id, booklets=sent)
    # A booklet may have moved on before it was counted: a voucher of it was used, or all of it is void.
    waiting = [one for one in held.values() if one.act_id == allocation_id and one.papers]
    arrived = [one for one in waiting if one.number not in absent]
    lost = [one for one in waiting if one.number in absent]
    act = journal.Act(allocation.campaign_id, "receive", on, by.user_id)
    _place(session, act, allocation, arrived, accounts.prescriber(allocation.site_no))
    _place(session, act, allocation, lost, accounts.SHORTAGE)
    session.execute(
        insert(Receipt).values(
            allocation_id=allocation_id,
            counted=counted,
            missing=sorted(absent),
            received_on=on,
            at=at,
            by=by.user_id,
        )
    )
    return session.get_one(Receipt, allocation_id)


def send_back(
    session: Session,
    *,
    series: str,
    booklets: Sequence[str],
    site_id: UUID,
    on: date,
    at: datetime,
    by: Actor,
) -> SentBack:
    """Give a site's booklets back to the stock (CGCT R.1611-7: what was not handed out returns).

    Raises ``SiteIsUnknown``, ``BookletIsUnknown``, ``BookletsAreElsewhere``.
    """
    site = prescribers.get_site(session, site_id=site_id)
    if by.role is Role.PRESCRIBER and site.organisation_id != by.organisation_id:
        raise prescribers.SiteIsUnknown(site_id)
    campaign = campaigns.get(session, series)
    places = [accounts.prescriber(site.no)]
    held = custody.find_at(session, campaign_id=campaign.id, booklets=booklets, places=places)
    act = journal.Act(campaign.id, "return", on, by.user_id)
    return _carry(session, SentBack, act, held, site_no=site.no, to=accounts.STOCK, sent_back_on=on, at=at)


def own(session: Session, *, allocation_id: UUID, by: Actor) -> Allocation:
    """Return an allocation that the actor may see, or raise ``AllocationIsUnknown``."""
    found = select(Allocation).join(Site, Site.no == Allocation.site_no).where(sites.concern(by))
    allocation = session.scalars(found.where(Allocation.id == allocation_id)).one_or_none()
    if allocation is None:
        raise AllocationIsUnknown(allocation_id)
    return allocation


def find_receipt(session: Session, *, allocation_id: UUID) -> Receipt | None:
    """Return the count of an allocation, if it was counted."""
    return session.get(Receipt, allocation_id)


def booklets_of(session: Session, allocation: Allocation) -> list[str]:
    """Name the booklets that an allocation sent."""
    moved = select(BookletMove.booklet).where(
        BookletMove.campaign_id == allocation.campaign_id,
        BookletMove.act_id == allocation.id,
        BookletMove.act == "allocate",
    )
    return list(session.scalars(moved.order_by(BookletMove.booklet)))


def _sendable(
    session: Session, series: str, booklets: Sequence[str], site_id: UUID, on: date
) -> tuple[Campaign, Site, list[Whereabouts]]:
    campaign = campaigns.get(session, series)
    campaigns.refuse_if_blocked(session, campaign)
    distribution.refuse_if_over(session, campaign, on=on)
    prescribers.hold_open(session, site_id=site_id)
    places = [accounts.STOCK, accounts.SHORTAGE]
    held = custody.find_at(session, campaign_id=campaign.id, booklets=booklets, places=places)
    return campaign, prescribers.get_site(session, site_id=site_id), held


def _carry(
    session: Session,
    fact: type[Carried],
    act: journal.Act,
    held: list[Whereabouts],
    *,
    site_no: int,
    to: str,
    at: datetime,
    **day: date,
) -> Carried:
    fact_id = new_id()
    moved = custody.move(session, act=act, act_id=fact_id, booklets=held, to=to)
    written = {
        "id": fact_id,
        "campaign_id": act.campaign_id,
        "site_no": site_no,
        "booklets": len(held),
        "papers": sum(moved.papers.values()),
        "entry_no": moved.entry_no,
        "at": at,
        "by": act.by,
    }
    session.execute(insert(fact).values(**written, **day))
    return session.get_one(fact, fact_id)


def _place(
    session: Session, act: journal.Act, allocation: Allocation, booklets: list[Whereabouts], to: str
) -> None:
    if booklets:
        custody.move(session, act=act, act_id=allocation.id, booklets=booklets, to=to)
