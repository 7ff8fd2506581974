"""Write-offs: two people give a claim up (*remise gracieuse, admission en non-valeur*).

One proposes, with the act that decides it; another approves. What is given up leaves the venue's debt for the
campaign's losses, in the colours of its vouchers: every funder's part of the loss is in the books.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Text, cast, exists, insert, select
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import Campaign
from voucher_service.identity import separation
from voucher_service.identity.organisations import Organisation
from voucher_service.identity.separation import Duty
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts
from voucher_service.settlement import runs
from voucher_service.settlement.claims import ending, owed
from voucher_service.settlement.claims.ending import ClaimSettlement, How, Settled


class WriteOffProposal(Base):
    """Somebody proposes to give up all that an operator owes; ``act`` names the decision (délibération, décision)."""

    __tablename__ = "write_off_proposal"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    operator_id: Mapped[UUID] = mapped_column(ForeignKey("venue_operator.organisation_id"))
    act: Mapped[str]
    reason: Mapped[str]
    amount_cents: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))
    operator: Mapped[str] = column_property(
        select(Organisation.name).where(Organisation.id == operator_id).scalar_subquery()
    )


class ProposedClaim(Base):
    """A claim that a proposal would give up."""

    __tablename__ = "write_off_claim"

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("write_off_proposal.id"), primary_key=True)
    redemption_id: Mapped[UUID] = mapped_column(ForeignKey("redemption.id"), primary_key=True)


@dataclass(eq=False)
class ProposalIsUnknown(Refusal):
    """There is no such proposal to write a claim off.

    FR: Aucune proposition de remise de dette ne porte cet identifiant.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN
    proposal_id: UUID


@dataclass(eq=False)
class ProposalIsOutdated(Refusal):
    """Some of these claims were settled since the proposal: propose again what is left.

    FR: Une partie de ces créances est réglée depuis la proposition : proposez à nouveau ce qui reste.
    """

    owed_cents: int


def propose(
    session: Session, *, series: str, operator_id: UUID, act: str, reason: str, at: datetime, by: Actor
) -> WriteOffProposal:
    """Propose to give up all that an operator owes in a campaign; nothing moves before a second person approves.

    Raises ``CampaignIsUnknown``, ``NothingIsClaimed``.
    """
    campaign = campaigns.get(session, series)
    claims = owed.of_operator(session, series=series, operator_id=operator_id, by=by)
    proposal = WriteOffProposal(
        id=new_id(),
        campaign_id=campaign.id,
        operator_id=operator_id,
        act=act,
        reason=reason,
        amount_cents=sum(claim.face_cents for claim in claims),
        at=at,
        by=by.user_id,
    )
    session.add(proposal)
    session.flush()
    rows = [{"proposal_id": proposal.id, "redemption_id": claim.redemption_id} for claim in claims]
    session.execute(insert(ProposedClaim), rows)
    separation.perform(session, duty=Duty.PROPOSE_WRITE_OFF, subject=f"write-off/{proposal.id}", at=at, by=by)
    return proposal


def approve(session: Session, *, proposal_id: UUID, on: date, at: datetime, by: Actor) -> ClaimSettlement:
    """Give up what was proposed, as a second person; the same approval again changes nothing.

    Raises ``ProposalIsUnknown``, ``DutiesAreIncompatible`` (remembered), ``ProposalIsOutdated``.
    """
    proposal = get(session, proposal_id=proposal_id)
    separation.perform(session, duty=Duty.APPROVE_WRITE_OFF, subject=f"write-off/{proposal_id}", at=at, by=by)
    campaign = session.get_one(Campaign, proposal.campaign_id)
    owed.hold(session, campaign)
    before = ending.find(session, campaign, Settled.WRITTEN_OFF, str(proposal_id))
    if before is not None:
        return before
    named = set(
        session.scalars(select(ProposedClaim.redemption_id).where(ProposedClaim.proposal_id == proposal_id))
    )
    claims = owed.search(session, series=campaign.series, operator_id=proposal.operator_id, by=by)
    # Their runs are held too, and the claims read again: a payment that comes back makes the loss good, or is seen.
    runs.hold(session, campaign_id=campaign.id, numbers={claim.run for claim in claims})
    claims = owed.search(session, series=campaign.series, operator_id=proposal.operator_id, by=by)
    ended = [claim for claim in claims if claim.redemption_id in named]
    if len(ended) != len(named):
        raise ProposalIsOutdated(sum(claim.face_cents for claim in claims))
    how = How(Settled.WRITTEN_OFF, str(proposal_id), accounts.LOSS, on, at, by)
    return ending.end(session, campaign, ended, how)


def get(session: Session, *, proposal_id: UUID) -> WriteOffProposal:
    """Return a proposal, or raise ``ProposalIsUnknown``."""
    proposal = session.get(WriteOffProposal, proposal_id)
    if proposal is None:
        raise ProposalIsUnknown(proposal_id)
    return proposal


def waiting(session: Session) -> list[WriteOffProposal]:
    """List the proposals that nobody approved, the oldest first."""
    approved = exists().where(
        ClaimSettlement.kind == Settled.WRITTEN_OFF,
        ClaimSettlement.campaign_id == WriteOffProposal.campaign_id,
        ClaimSettlement.reference == cast(WriteOffProposal.id, Text),
    )
    return list(session.scalars(select(WriteOffProposal).where(~approved).order_by(WriteOffProposal.id)))
