"""Redemption: a voucher's value becomes a venue's due.

Two venues may race for one voucher: the ledger lets its account be emptied once. One entry takes a whole
basket; each voucher keeps a line of its own, so that it can be reversed alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, SmallInteger, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts, books, journal
from voucher_service.vouchers import basket, custody, handover, presentation
from voucher_service.vouchers.basket import Basket, Mode
from voucher_service.vouchers.delivery import Delivery
from voucher_service.vouchers.presentation import Occasion, Paper
from voucher_service.vouchers.refused_codes import Counter


class Redemption(Base):
    """A voucher was taken by a venue for a service; ``turn`` counts the reversals before it."""

    __tablename__ = "redemption"
    __table_args__ = (Index(None, "venue_no", "campaign_id", "id"), Index(None, "operator_id", "id"))

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    serial: Mapped[Code] = mapped_column(primary_key=True)
    issue: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    turn: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(unique=True)
    basket_id: Mapped[UUID]
    venue_no: Mapped[int]
    operator_id: Mapped[UUID]
    entry_no: Mapped[int]
    line: Mapped[int] = mapped_column(Integer)
    face_cents: Mapped[int]
    colour: Mapped[int] = mapped_column(Integer)
    served_on: Mapped[date]
    service: Mapped[Code]
    minutes: Mapped[int] = mapped_column(SmallInteger)
    out_of_pocket_cents: Mapped[int]
    delivered_by: Mapped[Code]
    mediator_id: Mapped[UUID | None]
    pay_by: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(frozen=True, slots=True)
class Taken:
    """One voucher of a basket that was taken: the venue's proof."""

    redemption_id: UUID
    serial: str
    face_cents: int
    pay_by: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a basket: for each code in its order, what was taken or why it was not."""

    basket_id: UUID
    items: tuple[Taken | Refusal, ...]

    @property
    def total_cents(self) -> int:
        """The sum of what was taken."""
        return sum(item.face_cents for item in self.items if isinstance(item, Taken))


@dataclass(frozen=True, slots=True)
class Revived:
    """What comes back to papers in the entry that takes them, and the versions on which that relies."""

    transfers: Sequence[journal.Transfer] = ()
    seen: Mapping[str, int] = field(default_factory=dict)


_NOTHING_REVIVED = Revived()


@dataclass(eq=False)
class RedemptionIsUnknown(Refusal):
    """No redemption bears this identifier.

    FR: Aucun encaissement ne porte cet identifiant.
    """

    kind = Kind.UNKNOWN
    redemption_id: UUID


def redeem(
    session: Session,
    *,
    codes: Sequence[bytes | Refusal],
    on: Occasion,
    delivered: Delivery,
    counter: Counter,
    mode: Mode = Mode.ALL,
) -> Outcome:
    """Take the vouchers behind ``codes`` (fingerprints, or why one could not be read) for one service.

    In mode ``all`` nothing is taken unless everything is; in mode ``each`` what is refused is said beside
    what is taken. Raises ``BasketIsOutOfBounds`` and the refusals of ``presentation.show`` and ``basket.sort``.
    """
    basket.refuse_out_of_bounds(codes)
    readable = [code for code in codes if isinstance(code, bytes)]
    shown = presentation.show(session, codes=readable, on=on, counter=counter)
    papers = iter(shown.papers)
    given = tuple(next(papers) if isinstance(code, bytes) else code for code in codes)
    return take(session, venue_no=shown.venue_no, given=Basket(given, on, delivered, counter, mode))


def take(session: Session, *, venue_no: int, given: Basket) -> Outcome:
    """Take papers that were read already; the refusals are those of ``basket.sort``."""
    heaps = basket.sort(session, given)
    rows = enter(session, venue_no, list(heaps.good.values()), given)
    taken = {
        place: Taken(row["id"], row["serial"], row["face_cents"], row["pay_by"])
        for place, row in zip(heaps.good, rows, strict=True)
    }
    items = tuple(taken.get(place) or heaps.refused[place] for place in range(len(given.given)))
    return Outcome(rows[0]["basket_id"], items)


def get(session: Session, redemption_id: UUID) -> Redemption:
    """Return a redemption, or raise ``RedemptionIsUnknown``."""
    found = session.scalars(select(Redemption).where(Redemption.id == redemption_id)).one_or_none()
    if found is None:
        raise RedemptionIsUnknown(redemption_id)
    return found


def enter(
    session: Session,
    venue_no: int,
    papers: Sequence[Paper],
    given: Basket,
    revived: Revived = _NOTHING_REVIVED,
) -> list[dict[str, Any]]:
    """Write the redemption of papers that may be taken, and return its rows, one for each paper."""
    on, counter = given.on, given.counter
    campaign_id = papers[0]["campaign_id"]
    due = accounts.due(venue_no)
    addresses = [accounts.voucher(paper["serial"], paper["issue"]) for paper in papers]
    transfers = [
        journal.Transfer(address, due, paper["face_cents"], paper["colour"])
        for address, paper in zip(addresses, papers, strict=True)
    ]
    transfers.append(journal.Transfer(accounts.BENEFICIARIES, accounts.USED, len(papers), books.PAPERS))
    transfers.extend(revived.transfers)
    seen = {address: paper["version"] for address, paper in zip(addresses, papers, strict=True)}
    if papers[0]["vouchers_per_visit"] is not None:
        # What a visit used already is counted, and no guard protects a count: under a limit every redemption touches
        # its booklets, at the version read beside that count. Without a limit the booklet's row is left alone.
        seen |= {accounts.booklet(paper["booklet"]): paper["booklet_version"] for paper in papers}
    inferred = {paper["booklet"]: paper for paper in papers if presentation.is_inferred(paper)}
    used = custody.used(session, campaign_id=campaign_id, booklets=list(inferred)) if inferred else {}
    for booklet, paper in inferred.items():
        left = paper["papers"] - used.get(booklet, 0)
        transfers.append(journal.Transfer(paper["place"], accounts.BENEFICIARIES, left, books.PAPERS))
        seen[accounts.booklet(booklet)] = paper["booklet_version"]
    seen |= revived.seen
    act = journal.Act(campaign_id, "redeem", on.served_on, counter.by.user_id)
    rows = _facts(venue_no, papers, given)
    facts = journal.Facts(Redemption.__tablename__, rows)
    posted = journal.post(session, act, transfers, seen=seen, facts=facts)
    if inferred:
        handover.infer(
            session, papers=list(inferred.values()), entry_no=posted.no, on=on.served_on, counter=counter
        )
    return rows


def _facts(venue_no: int, papers: Sequence[Paper], given: Basket) -> list[dict[str, Any]]:
    on, delivered, counter = given.on, given.delivered, given.counter
    common = {
        "basket_id": new_id(),
        "venue_no": venue_no,
        "operator_id": counter.by.organisation_id,
        "served_on": on.served_on,
        "service": delivered.service,
        "minutes": delivered.minutes,
        "out_of_pocket_cents": delivered.out_of_pocket_cents,
        "delivered_by": delivered.delivered_by.value,
        "mediator_id": delivered.mediator_id,
        "at": counter.at,
        "by": counter.by.user_id,
    }
    return [
        common
        | {
            "id": new_id(),
            "campaign_id": paper["campaign_id"],
            "serial": paper["serial"],
            "issue": paper["issue"],
            "turn": paper["turn"],
            "line": line,
            "face_cents": paper["face_cents"],
            "colour": paper["colour"],
            "pay_by": on.today + timedelta(days=paper["payment_days"]),
        }
        for line, paper in enumerate(papers, start=1)
    ]
