"""Exclusions: the venues that a payment run left out, each with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.identity.organisations import Organisation
from voucher_service.kernel.database import Base
from voucher_service.network.venues import Venue


class LeftOut(StrEnum):
    """Why a venue that has something to settle is not in a run."""

    NO_SIRET = "no-siret"
    NO_LEGAL_FORM = "no-legal-form"
    NO_CASHING_ACT = "no-cashing-act"
    NO_BANK_DETAILS = "no-bank-details"
    CLAIM = "claim"
    HOLD = "hold"
    COOLING = "cooling"
    UNDER_MINIMUM = "under-minimum"


class RunExclusion(Base):
    """A venue was left out of a run, and why; what it earned and what it owes back, in cents."""

    __tablename__ = "run_exclusion"

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    operator_id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[LeftOut]
    redemptions: Mapped[int]
    amount_cents: Mapped[int]
    claim_cents: Mapped[int]


def of_run(session: Session, *, campaign_id: int, run: int) -> Sequence[RunExclusion]:
    """Return the venues that a run left out, by number."""
    mine = (RunExclusion.campaign_id == campaign_id) & (RunExclusion.run_no == run)
    order = (RunExclusion.venue_no, RunExclusion.operator_id)
    return session.scalars(select(RunExclusion).where(mine).order_by(*order)).all()


@dataclass(frozen=True, slots=True)
class NamedExclusion:
    """A venue that a run left out, by name, and why; what it earned and owes back, in cents."""

    venue: str
    operator_id: UUID
    operator: str
    reason: LeftOut
    redemptions: int
    amount_cents: int
    claim_cents: int


def named(session: Session, *, campaign_id: int, run: int) -> list[NamedExclusion]:
    """Return the venues that a run left out with their names, the largest sums first."""
    rows = session.execute(
        select(
            Venue.name,
            RunExclusion.operator_id,
            Organisation.name,
            RunExclusion.reason,
            RunExclusion.redemptions,
            RunExclusion.amount_cents,
            RunExclusion.claim_cents,
        )
        .join(Venue, Venue.no == RunExclusion.venue_no)
        .join(Organisation, Organisation.id == RunExclusion.operator_id)
        .where(RunExclusion.campaign_id == campaign_id, RunExclusion.run_no == run)
        .order_by(RunExclusion.amount_cents.desc(), RunExclusion.venue_no)
    )
    return [NamedExclusion(*row) for row in rows]
