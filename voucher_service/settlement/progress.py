"""Progress: how far a payment run has come, told from the facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from voucher_service.settlement import changes, exports
from voucher_service.settlement.approval import RunApproval
from voucher_service.settlement.changes import Standing
from voucher_service.settlement.outcomes import Fate, PaymentOutcome
from voucher_service.settlement.runs import PaymentRun, RunPayment


class State(StrEnum):
    """Where a run stands; ``returned`` once the bank answered for all, and some came back or was refused."""

    FROZEN = "frozen"
    APPROVED = "approved"
    EXPORTED = "exported"
    ACKNOWLEDGED = "acknowledged"
    PARTLY_PAID = "partly-paid"
    PAID = "paid"
    RETURNED = "returned"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of a run so far.

    ``payments`` were frozen; of these so many left the account, came back, were refused by the bank, or were taken
    out before it left (``standing`` is what is left, in cents too). ``approved_at`` is the last approval needed of
    what it holds now, ``approvals`` how many it has; exported and acknowledged are said of all its files.
    """

    payments: int
    paid: int
    returned: int
    standing: Standing
    rejected: int = 0
    withdrawn: int = 0
    approvals: int = 0
    approved_at: datetime | None = None
    approved_by: UUID | None = None
    exported_at: datetime | None = None
    acknowledged_at: datetime | None = None

    @property
    def is_closed(self) -> bool:
        """Whether every payment ended: paid, returned, refused, or taken out."""
        return self.paid + self.rejected + self.withdrawn == self.payments

    @property
    def can_change(self) -> bool:
        """Whether payments can still be taken out: there are some, and none left or was answered for."""
        return not (self.is_closed or self.exported_at or self.paid or self.rejected)

    @property
    def state(self) -> State:
        """Name where the run stands."""
        if self.withdrawn == self.payments:
            return State.CANCELLED
        if self.is_closed:
            return State.RETURNED if self.returned + self.rejected else State.PAID
        if self.paid + self.rejected:
            return State.PARTLY_PAID
        reached = {
            State.ACKNOWLEDGED: self.acknowledged_at,
            State.EXPORTED: self.exported_at,
            State.APPROVED: self.approved_at,
        }
        return next((state for state, at in reached.items() if at), State.FROZEN)


@dataclass(frozen=True, slots=True)
class Followed:
    """One payment of a run, and when it left the account, came back, was refused or taken out, where it did."""

    payment: RunPayment
    paid_on: date | None
    returned_on: date | None
    return_reason: str | None
    rejected_on: date | None = None
    withdrawn_on: date | None = None
    withdrawal_cause: str | None = None


def of_runs(session: Session, runs: Sequence[PaymentRun]) -> list[Progress]:
    """Return how far each of these runs of one campaign has come, in the same order."""
    if not runs:
        return []
    fates = _fates(session, runs)
    standings = changes.of_runs(session, runs)
    approvals = _approvals(session, runs, standings)
    sent = exports.stages(session, runs)
    return [
        Progress(
            payments=run.payments,
            paid=fates.get((run.no, Fate.PAID), 0),
            returned=fates.get((run.no, Fate.RETURNED), 0),
            rejected=fates.get((run.no, Fate.REJECTED), 0),
            withdrawn=fates.get((run.no, Fate.WITHDRAWN), 0),
            standing=standings[run.no],
            approvals=len(approvals[run.no]),
            approved_at=approved.at if approved else None,
            approved_by=approved.by if approved else None,
            exported_at=sent[run.no][0] if run.no in sent else None,
            acknowledged_at=sent[run.no][1] if run.no in sent else None,
        )
        for run in runs
        for approved in [_last(approvals[run.no], run)]
    ]


def of_run(session: Session, run: PaymentRun) -> Progress:
    """Return how far one run has come."""
    [progress] = of_runs(session, [run])
    return progress


def of_payments(
    session: Session, run: PaymentRun, *, words: str = "", start: int = 0, limit: int | None = None
) -> list[Followed]:
    """Return what became of each payment of a run, in their order; ``words`` are of payee, SIRET or reference."""
    paid, returned, rejected, withdrawn = (aliased(PaymentOutcome) for _ in range(4))

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
            withdrawn.booked_on,
            withdrawn.reason,
        )
        .outerjoin(paid, outcome(paid, Fate.PAID))
        .outerjoin(returned, outcome(returned, Fate.RETURNED))
        .outerjoin(rejected, outcome(rejected, Fate.REJECTED))
        .outerjoin(withdrawn, outcome(withdrawn, Fate.WITHDRAWN))
        .where(RunPayment.campaign_id == run.campaign_id, RunPayment.run_no == run.no, _named(words))
        .order_by(RunPayment.no)
        .offset(start)
        .limit(limit)
    )
    return [Followed(*row) for row in rows]


def _named(words: str) -> ColumnElement[bool]:
    columns = (RunPayment.holder, RunPayment.siret, RunPayment.end_to_end_id)
    return or_(*(column.icontains(words, autoescape=True) for column in columns)) if words else true()


def _fates(session: Session, runs: Sequence[PaymentRun]) -> dict[tuple[int, Fate], int]:
    counted = (
        select(PaymentOutcome.run_no, PaymentOutcome.fate, func.count())
        .where(
            PaymentOutcome.campaign_id == runs[0].campaign_id,
            PaymentOutcome.run_no.in_([run.no for run in runs]),
        )
        .group_by(PaymentOutcome.run_no, PaymentOutcome.fate)
    )
    return {(no, fate): count for no, fate, count in session.execute(counted)}


def _approvals(
    session: Session, runs: Sequence[PaymentRun], standings: dict[int, Standing]
) -> dict[int, list[RunApproval]]:
    given: dict[int, list[RunApproval]] = {run.no: [] for run in runs}
    of_these = (RunApproval.campaign_id == runs[0].campaign_id) & RunApproval.run_no.in_(given)
    for one in session.scalars(select(RunApproval).where(of_these).order_by(RunApproval.at, RunApproval.by)):
        if one.content_hash == standings[one.run_no].content_hash:
            given[one.run_no].append(one)
    return given


def _last(given: list[RunApproval], run: PaymentRun) -> RunApproval | None:
    return given[-1] if len(given) >= run.approvals_needed else None
