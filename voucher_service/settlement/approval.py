"""Approval: a second person answers for a payment run; until then, no bank and no accountant hears of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, LargeBinary, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.funding import campaigns
from voucher_service.identity import separation
from voucher_service.identity.separation import Duty
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base
from voucher_service.kernel.refusal import Refusal
from voucher_service.settlement import content, runs
from voucher_service.settlement.runs import PaymentRun


class RunApproval(Base):
    """A second person approved this content of a run: once."""

    __tablename__ = "run_approval"
    __table_args__ = (
        ForeignKeyConstraint(["campaign_id", "run_no"], ["payment_run.campaign_id", "payment_run.no"]),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(eq=False)
class RunIsApproved(Refusal):
    """This run is approved already.

    FR: Ce lot est déjà approuvé.
    """

    run: int


@dataclass(eq=False)
class RunIsNotApproved(Refusal):
    """This run is not approved: have a second person of the finance team approve it.

    FR: Ce lot n'est pas approuvé : faites-le approuver par une deuxième personne du service financier.
    """

    run: int


@dataclass(eq=False)
class RunContentDiffers(Refusal):
    """What you approve is not what the run holds: read the run again, and its hash.

    FR: Ce que vous approuvez n'est pas ce que contient le lot : relisez le lot et son empreinte.
    """

    run: int


def approve(
    session: Session, *, series: str, run: int, content_hash: bytes, at: datetime, by: Actor
) -> RunApproval:
    """Approve what a run pays, named by its hash, as a second person.

    Raises ``RunIsUnknown``, ``DutiesAreIncompatible`` (remembered), ``RunIsApproved``, ``RunContentDiffers``,
    ``MoneyIsShort``.
    """
    frozen = runs.get(session, series=series, run=run)
    separation.perform(session, duty=Duty.APPROVE_RUN, subject=runs.subject(frozen), at=at, by=by)
    if find(session, frozen) is not None:
        raise RunIsApproved(run)
    if content_hash != frozen.content_hash or content_hash != _digest(session, frozen):
        raise RunContentDiffers(run)
    runs.refuse_if_not_covered(session, campaigns.get(session, series))
    session.execute(
        insert(RunApproval).values(
            campaign_id=frozen.campaign_id, run_no=run, content_hash=content_hash, at=at, by=by.user_id
        )
    )
    return get(session, frozen)


def find(session: Session, run: PaymentRun) -> RunApproval | None:
    """Return a run's approval, if it has one."""
    return session.get(RunApproval, (run.campaign_id, run.no))


def get(session: Session, run: PaymentRun) -> RunApproval:
    """Return a run's approval, or raise ``RunIsNotApproved``."""
    approval = find(session, run)
    if approval is None:
        raise RunIsNotApproved(run.no)
    return approval


def _digest(session: Session, run: PaymentRun) -> bytes:
    return content.digest(
        session, campaign_id=run.campaign_id, run_no=run.no, paying_account_no=run.paying_account_no
    )
