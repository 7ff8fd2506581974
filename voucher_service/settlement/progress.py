"""Progress: how far a payment run has come, told from the facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from voucher_service.settlement.approval import RunApproval
from voucher_service.settlement.outcomes import Fate, PaymentOutcome
from voucher_service.settlement.runs import PaymentRun, RunPayment


class State(StrEnum):
    """Where a run stands; ``returned`` once the bank answered for all, and some came back or was refused."""

    FROZEN = "frozen"
    APPROVED = "approved"
    PARTLY_PAID = "partly-paid"
    PAID = "paid"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of a run so far: how many of its payments left the account, came back, or were refused."""

    payments: int
    paid: int
    returned: int
    approved_at: datetime | None
    approved_by: UUID | None
    rejected: int = 0

    @property
    def state(self) -> State:
        """Name where the run stands."""
        ended = self.paid + self.rejected
        if not ended:
            return State.APPROVED if self.approved_at else State.FROZEN
        if ended < self.payments:
            return State.PARTLY_PAID
        return State.RETURNED if self.returned + self.rejected else State.PAID


@dataclass(frozen=True, slots=True)
class Followed:
    """One payment of a run, and when it left the account, came back or was refused, where it did."""

    payment: RunPayment
    paid_on: date | None
    returned_on: date | None
    return_reason: str | None
    rejected_on: date | None = None


def of_runs(session: Session, runs: Sequence[PaymentRun]) -> list[Progress]:
    """Return how far each of these runs of one campaign has come, in the same order."""
    if not runs:
        return []
    campaign_id, numbers = runs[0].campaign_id, [run.no for run in runs]
    counted = (
        select(PaymentOutcome.run_no, PaymentOutcome.fate, func.count())
        .where(PaymentOutcome.campaign_id == campaign_id, PaymentOutcome.run_no.in_(numbers))
        .group_by(PaymentOutcome.run_no, PaymentOutcome.fate)
    )
    counts = {(no, fate): count for no, fate, count in session.execute(counted)}
    given = select(RunApproval).where(RunApproval.campaign_id == campaign_id, RunApproval.run_no.in_(numbers))
    approvals = {approval.run_no: approval for approval in session.scalars(given)}
    return [
        Progress(
            payments=run.payments,
            paid=counts.get((run.no, Fate.PAID), 0),
            returned=counts.get((run.no, Fate.RETURNED), 0),
            rejected=counts.get((run.no, Fate.REJECTED), 0),
            approved_at=approvals[run.no].at if run.no in approvals else None,
            approved_by=approvals[run.no].by if run.no in approvals else None,
        )
        for run in runs
    ]


def of_run(session: Session, run: PaymentRun) -> Progress:
    """Return how far one run has come."""
    [progress] = of_runs(session, [run])
    return progress


def of_payments(session: Session, run: PaymentRun) -> list[Followed]:
    """Return what became of each payment of a run, in their order."""
    paid, returned, rejected = (aliased(PaymentOutcome) for _ in range(3))

    def outcome(of: type[PaymentOutcome], fate: Fate) -> ColumnElement[bool]:
        return and_(
            of.campaign_id == RunPayment.campaign_id,
            of.run_no == RunPayment.run_no,
            of.payment_no == RunPayment.no,
            of.fate == fate,
        )

    rows = session.execute(
        select(
            RunPayment,
            paid.booked_on,
            returned.booked_on,
            func.coalesce(returned.reason, rejected.reason),
            rejected.booked_on,
        )
        .outerjoin(paid, outcome(paid, Fate.PAID))
        .outerjoin(returned, outcome(returned, Fate.RETURNED))
        .outerjoin(rejected, outcome(rejected, Fate.REJECTED))
        .where(RunPayment.campaign_id == run.campaign_id, RunPayment.run_no == run.no)
        .order_by(RunPayment.no)
    )
    return [Followed(*row) for row in rows]
