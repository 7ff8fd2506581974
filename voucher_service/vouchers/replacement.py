"""Replacement: a new paper takes the place of one that was lost, stolen or spoiled; the old code dies at once.

The same serial with the next issue, and a code of its own. The value passes from paper to paper in one
transfer, in the same colour; whoever presents the old code in the meantime races against that transfer.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, SmallInteger, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.keys import Keyring
from voucher_service.ledger import accounts, books, journal
from voucher_service.vouchers import batch_keys, code, holdings, sites
from voucher_service.vouchers.holdings import Paper
from voucher_service.vouchers.register import CodeMac
from voucher_service.vouchers.voiding import Reason


class Replacement(Base):
    """Issue ``issue`` of a serial replaced the one before."""

    __tablename__ = "replacement"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    serial: Mapped[Code] = mapped_column(primary_key=True)
    issue: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    replacing_id: Mapped[UUID]
    reason: Mapped[Reason]
    replaced_on: Mapped[date]
    entry_no: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(frozen=True, slots=True)
class Replaced:
    """What an act of replacement did: the new issue of each serial."""

    id: UUID
    entry_no: int
    issues: dict[str, int]
    value_cents: int


def replace(
    session: Session,
    *,
    series: str,
    reason: Reason,
    on: date,
    at: datetime,
    by: Actor,
    keyring: Keyring,
    serials: Sequence[str] = (),
    booklets: Sequence[str] = (),
) -> Replaced:
    """Replace what is left of these vouchers and booklets by new papers, in the same hands.

    Raises ``CampaignIsBlocked``, ``KeyIsNotThisBatchs`` and the refusals of ``holdings.left``.
    """
    campaign = campaigns.get(session, series)
    campaigns.refuse_if_blocked(session, campaign)
    papers = holdings.left(
        session,
        campaign_id=campaign.id,
        serials=serials,
        booklets=booklets,
        by=by,
        own_sites=sites.own_numbers(session, by),
    )
    keys = batch_keys.of_booklets(
        session, campaign_id=campaign.id, booklets=[paper.booklet for paper in papers], keyring=keyring
    )
    fresh = [accounts.voucher(paper.serial, paper.issue + 1) for paper in papers]
    accounts.open_accounts(session, campaign_id=campaign.id, addresses=fresh)
    seen = {paper.address: paper.version for paper in papers}
    seen |= {accounts.booklet(paper.booklet): paper.booklet_version for paper in papers}
    act = journal.Act(campaign.id, "replace", on, by.user_id)
    posted = journal.post(session, act, _transfers(papers, fresh), seen=seen)
    replacing_id = new_id()
    session.execute(
        insert(Replacement),
        [
            {
                "campaign_id": campaign.id,
                "serial": paper.serial,
                "issue": paper.issue + 1,
                "replacing_id": replacing_id,
                "reason": reason,
                "replaced_on": on,
                "entry_no": posted.no,
                "at": at,
                "by": by.user_id,
            }
            for paper in papers
        ],
    )
    _write_codes(session, campaign.id, papers, keys, keyring.code_pepper())
    issues = {paper.serial: paper.issue + 1 for paper in papers}
    return Replaced(replacing_id, posted.no, issues, sum(paper.balance for paper in papers))


def _transfers(papers: Sequence[Paper], fresh: Sequence[str]) -> list[journal.Transfer]:
    values = [
        journal.Transfer(paper.address, address, paper.balance, paper.colour)
        for paper, address in zip(papers, fresh, strict=True)
        if paper.balance
    ]
    places = Counter(paper.place for paper in papers)
    old = [journal.Transfer(place, accounts.VOID, count, books.PAPERS) for place, count in places.items()]
    new = [
        journal.Transfer(accounts.TAKEN_IN_CHARGE, place, count, books.PAPERS)
        for place, count in places.items()
    ]
    return values + new + old


def _write_codes(
    session: Session, campaign_id: int, papers: Sequence[Paper], keys: Mapping[str, bytes], pepper: bytes
) -> None:
    session.execute(
        insert(CodeMac),
        [
            {
                "mac": code.mac(pepper, code.derive(keys[paper.booklet], paper.serial, paper.issue + 1)),
                "campaign_id": campaign_id,
                "serial": paper.serial,
                "issue": paper.issue + 1,
            }
            for paper in papers
        ],
    )
