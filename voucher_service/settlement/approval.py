"""Approval: a second person answers for a payment run; until then, no bank and no accountant hears of it.

Above a total that the campaign's terms may name, a third person answers for it too. An approval names the content
that was looked at: it counts as long as the run holds exactly that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, ForeignKeyConstraint, LargeBinary, insert, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.funding import campaigns
from voucher_service.identity import fresh_proof, separation
from voucher_service.identity.fresh_proof import FreshProof
from voucher_service.identity.separation import Duty
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base
from voucher_service.kernel.refusal import Refusal
from voucher_service.settlement import changes, content, runs
from voucher_service.settlement.changes import CONTENT_HASH
from voucher_service.settlement.runs import PaymentRun


class RunApproval(Base):
    """A person other than the one who froze it approved this content of a run: each person once."""

    __tablename__ = "run_approval"
    __table_args__ = (
        ForeignKeyConstraint(["campaign_id", "run_no"], ["payment_run.campaign_id", "payment_run.no"]),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    at: Mapped[datetime]
    by: Mapped[UUID] = mapped_column(primary_key=True)


APPROVED = f"""
SELECT run.campaign_id, run.no AS run_no, max(approval.at) AS at
FROM payment_run AS run
JOIN run_approval AS approval ON approval.campaign_id = run.campaign_id AND approval.run_no = run.no
                             AND approval.content_hash = {CONTENT_HASH}
GROUP BY run.campaign_id, run.no, run.approvals_needed
HAVING count(*) >= run.approvals_needed"""
"""The runs that all the persons needed approved as they are now, and the instant of the last approval."""
approved = (
    text(APPROVED)
    .columns(campaign_id=BigInteger, run_no=BigInteger, at=DateTime(timezone=True))
    .subquery("approved")
)
"""``APPROVED``, to join in a SELECT."""


@dataclass(eq=False)
class RunIsApproved(Refusal):
    """This run is approved already.

    FR: Ce lot est déjà approuvé.
    """

    run: int


@dataclass(eq=False)
class YouApprovedThisRun(Refusal):
    """You approved this run already: it still needs the approval of another person of the finance team.

    FR: Vous avez déjà approuvé ce lot : il attend encore l'approbation d'une autre personne du service financier.
    """

    run: int


@dataclass(eq=False)
class RunIsNotApproved(Refusal):
    """This run is not approved: have another person of the finance team approve it.

    FR: Ce lot n'est pas approuvé : faites-le approuver par une autre personne du service financier.
    """

    run: int


@dataclass(eq=False)
class RunContentDiffers(Refusal):
    """What you approve is not what the run holds: read the run again, and its hash.

    FR: Ce que vous approuvez n'est pas ce que contient le lot : relisez le lot et son empreinte.
    """

    run: int


def approve(
    session: Session,
    *,
    series: str,
    run: int,
    content_hash: bytes,
    proof: FreshProof,
    at: datetime,
    by: Actor,
) -> RunApproval:
    """Approve what a run pays, named by its hash, as another person who has just proved to be there.

    Raises ``ProofIsNotFresh``, ``RunIsUnknown``, ``DutiesAreIncompatible`` (remembered), ``RunIsCancelled``,
    ``RunIsApproved``, ``YouApprovedThisRun``, ``RunContentDiffers``, ``MoneyIsShort``.
    """
    fresh_proof.refuse_unless_fresh(proof, at=at, by=by)
    frozen = runs.get(session, series=series, run=run)
    runs.hold(session, campaign_id=frozen.campaign_id, numbers=[run])
    separation.perform(session, duty=Duty.APPROVE_RUN, subject=runs.subject(frozen), at=at, by=by)
    left = changes.needed(session, frozen)
    _refuse_if_enough(session, frozen, by)
    if not content_hash == left.content_hash == content.of_run(session, frozen, entry_no=left.entry_no):
        raise RunContentDiffers(run)
    runs.refuse_if_not_covered(session, campaigns.get(session, series))
    session.execute(
        insert(RunApproval).values(
            campaign_id=frozen.campaign_id, run_no=run, content_hash=content_hash, at=at, by=by.user_id
        )
    )
    return session.get_one(RunApproval, (frozen.campaign_id, run, content_hash, by.user_id))


def find(session: Session, run: PaymentRun) -> RunApproval | None:
    """Return the approval that made a run good to leave, if it has all that it needs."""
    given = in_force(session, run)
    return given[-1] if len(given) >= run.approvals_needed else None


def get(session: Session, run: PaymentRun) -> RunApproval:
    """Return the approval that made a run good to leave, or raise ``RunIsNotApproved``."""
    last = find(session, run)
    if last is None:
        raise RunIsNotApproved(run.no)
    return last


def in_force(session: Session, run: PaymentRun) -> list[RunApproval]:
    """Return the approvals of what a run holds now, the oldest first."""
    current = changes.standing(session, run).content_hash
    return [given for given in of_run(session, run) if given.content_hash == current]


def of_run(session: Session, run: PaymentRun) -> Sequence[RunApproval]:
    """Return every approval that a run was given, the oldest first; those of another content count no more."""
    mine = (RunApproval.campaign_id == run.campaign_id) & (RunApproval.run_no == run.no)
    order = (RunApproval.at, RunApproval.by)
    return session.scalars(select(RunApproval).where(mine).order_by(*order)).all()


def _refuse_if_enough(session: Session, run: PaymentRun, by: Actor) -> None:
    given = in_force(session, run)
    if len(given) >= run.approvals_needed:
        raise RunIsApproved(run.no)
    if by.user_id in {one.by for one in given}:
        raise YouApprovedThisRun(run.no)
