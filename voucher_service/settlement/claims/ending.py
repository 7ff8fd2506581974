"""Ending: claims of one operator end together, by one entry, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.identifiers import new_id
from voucher_service.ledger import journal
from voucher_service.settlement.claims.owed import Claim

_CHOSEN = """
SELECT redemption.venue_no, redemption.colour, CAST(sum(redemption.face_cents) AS bigint) AS cents
FROM redemption WHERE redemption.id = ANY(CAST(:claims AS uuid[])) GROUP BY venue_no, colour"""
_NO_GUARD = "SELECT NULL::text AS address, 0::bigint AS delta, NULL::bigint AS seen, 0 AS place WHERE false"
_TRANSFERS = """
SELECT CAST(:source AS text), 'venue/' || venue_no || '/due', cents, colour,
       row_number() OVER (ORDER BY venue_no, colour)
FROM chosen"""


class Settled(StrEnum):
    """How a claim ended."""

    REPAID = "repaid"
    WRITTEN_OFF = "written-off"


class ClaimSettlement(Base):
    """Claims of one operator that ended together, by one entry; ``reference`` is the bank's or the proposal's."""

    __tablename__ = "claim_settlement"
    __table_args__ = (UniqueConstraint("campaign_id", "reference", "kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    operator_id: Mapped[UUID] = mapped_column(ForeignKey("venue_operator.organisation_id"))
    kind: Mapped[Settled]
    reference: Mapped[Code]
    amount_cents: Mapped[int]
    settled_on: Mapped[date]
    entry_no: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]


class SettledClaim(Base):
    """One claim that ended: a redemption is a claim once."""

    __tablename__ = "claim_settled"
    __table_args__ = (Index(None, "settlement_id"),)

    redemption_id: Mapped[UUID] = mapped_column(ForeignKey("redemption.id"), primary_key=True)
    settlement_id: Mapped[UUID] = mapped_column(ForeignKey("claim_settlement.id"))


@dataclass(frozen=True, slots=True)
class How:
    """How claims end: by what, under which reference, and where the money comes from (an account of the books)."""

    kind: Settled
    reference: str
    source: str
    settled_on: date
    at: datetime
    by: Actor


def end(session: Session, campaign: Campaign, ended: Sequence[Claim], how: How) -> ClaimSettlement:
    """End claims of one operator by one entry: ``how.source`` gives their venues' dues what they lack."""
    posted = journal.post_set(
        session,
        journal.Act(campaign.id, f"claim-{how.kind}", how.settled_on, how.by.user_id),
        chosen=_CHOSEN,
        guards=_NO_GUARD,
        transfers=_TRANSFERS,
        claims=[claim.redemption_id for claim in ended],
        source=how.source,
    )
    settlement = ClaimSettlement(
        id=new_id(),
        campaign_id=campaign.id,
        operator_id=ended[0].operator_id,
        kind=how.kind,
        reference=how.reference,
        amount_cents=sum(claim.face_cents for claim in ended),
        settled_on=how.settled_on,
        entry_no=posted.no,
        at=how.at,
        by=how.by.user_id,
    )
    session.add(settlement)
    session.flush()
    rows = [{"redemption_id": claim.redemption_id, "settlement_id": settlement.id} for claim in ended]
    session.execute(insert(SettledClaim), rows)
    return settlement


def find(session: Session, campaign: Campaign, kind: Settled, reference: str) -> ClaimSettlement | None:
    """Return the ending that bears a reference, if there is one."""
    same = select(ClaimSettlement).where(
        ClaimSettlement.campaign_id == campaign.id,
        ClaimSettlement.reference == reference,
        ClaimSettlement.kind == kind,
    )
    return session.scalars(same).one_or_none()
