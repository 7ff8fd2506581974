"""Voiding: lost, stolen or spoiled papers stop being worth anything; their value goes back to its funders."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, SmallInteger, insert, select
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.identifiers import new_id
from voucher_service.ledger import accounts, books, journal
from voucher_service.ledger.books import ColourShare
from voucher_service.vouchers import holdings, sites
from voucher_service.vouchers.holdings import Paper


class Reason(StrEnum):
    """Why a paper stops being worth anything (*opposition*, *annulation*)."""

    LOST = "lost"
    STOLEN = "stolen"
    SPOILED = "spoiled"


class Voiding(Base):
    """One act by which papers became void."""

    __tablename__ = "voiding"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    reason: Mapped[Reason]
    papers: Mapped[int] = mapped_column(Integer)
    value_cents: Mapped[int]
    voided_on: Mapped[date]
    entry_no: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))


class Void(Base):
    """A paper that is void: once."""

    __tablename__ = "void"

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    serial: Mapped[Code] = mapped_column(primary_key=True)
    issue: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    voiding_id: Mapped[UUID] = mapped_column(ForeignKey("voiding.id"))
    reason: Mapped[Reason]
    entry_no: Mapped[int]


@dataclass(frozen=True, slots=True)
class Voided:
    """What an act of voiding did: the papers, in the order of their serials."""

    fact: Voiding
    serials: tuple[str, ...]


def void(
    session: Session,
    *,
    series: str,
    reason: Reason,
    on: date,
    at: datetime,
    by: Actor,
    serials: Sequence[str] = (),
    booklets: Sequence[str] = (),
) -> Voided:
    """Void what is left of these vouchers and booklets; their value goes back to the funders' funds.

    Raises the refusals of ``holdings.left``.
    """
    campaign = campaigns.get(session, series)
    papers = holdings.left(
        session,
        campaign_id=campaign.id,
        serials=serials,
        booklets=booklets,
        by=by,
        own_sites=sites.own_numbers(session, by),
    )
    transfers = _of_papers(papers) + _of_values(session, campaign.id, papers)
    seen = {paper.address: paper.version for paper in papers}
    seen |= {accounts.booklet(paper.booklet): paper.booklet_version for paper in papers}
    posted = journal.post(session, journal.Act(campaign.id, "void", on, by.user_id), transfers, seen=seen)
    fact = {
        "id": new_id(),
        "campaign_id": campaign.id,
        "reason": reason,
        "papers": len(papers),
        "value_cents": sum(paper.balance for paper in papers),
        "voided_on": on,
        "entry_no": posted.no,
        "at": at,
        "by": by.user_id,
    }
    session.execute(insert(Voiding).values(**fact))
    session.execute(
        insert(Void),
        [
            {
                "campaign_id": campaign.id,
                "serial": paper.serial,
                "issue": paper.issue,
                "voiding_id": fact["id"],
                "reason": reason,
                "entry_no": posted.no,
            }
            for paper in papers
        ],
    )
    return Voided(session.get_one(Voiding, fact["id"]), tuple(paper.serial for paper in papers))


def _of_papers(papers: Sequence[Paper]) -> list[journal.Transfer]:
    places = Counter(paper.place for paper in papers)
    bound = Counter(paper.booklet for paper in papers)
    return [
        journal.Transfer(place, accounts.VOID, count, books.PAPERS) for place, count in places.items()
    ] + [
        journal.Transfer(accounts.booklet(booklet), accounts.BOUND, count, books.PAPERS)
        for booklet, count in bound.items()
    ]


def _of_values(session: Session, campaign_id: int, papers: Sequence[Paper]) -> list[journal.Transfer]:
    valued = [paper for paper in papers if paper.balance]
    transfers = [
        journal.Transfer(paper.address, accounts.ACTIVATION, paper.balance, paper.colour) for paper in valued
    ]
    per_colour = Counter(paper.colour for paper in valued)
    back: defaultdict[str, int] = defaultdict(int)
    rows = session.execute(
        select(ColourShare.funder, ColourShare.colour, ColourShare.advanced_cents)
        .where(ColourShare.campaign_id == campaign_id, ColourShare.colour.in_(per_colour))
        .order_by(ColourShare.funder)
    )
    for funder, colour, advanced in rows:
        back[funder] += advanced * per_colour[colour]
    return transfers + [
        journal.Transfer(
            accounts.ACTIVATION,
            accounts.funds(funder),
            cents,
            books.unit_colour(session, campaign_id=campaign_id, funder=funder),
        )
        for funder, cents in back.items()
        if cents
    ]
