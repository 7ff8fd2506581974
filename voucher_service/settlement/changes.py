"""Changes: payments that were taken out of a run before it left the house, and what is left of the run.

Each change names what is left by a new hash. An approval names the hash that was looked at, so those given before
do not count any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, LargeBinary, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.coded import Coded
from voucher_service.kernel.database import Base
from voucher_service.kernel.refusal import Refusal
from voucher_service.settlement.runs import PaymentRun


class Cause(Coded):
    """Why a payment is taken out of a run."""

    HOLD = ("hold", "Bénéficiaire bloqué depuis l'arrêté", "Payee held since the freeze")
    REVERSAL = ("reversal", "Encaissement annulé depuis l'arrêté", "Redemption reversed since the freeze")
    WRONG_ACCOUNT = ("wrong-account", "Coordonnées bancaires erronées", "Wrong bank details")
    NOT_TO_BE_PAID = ("not-to-be-paid", "Le lot ne sera pas payé", "The run will not be paid")
    OTHER = ("other", "Autre raison", "Another reason")


class RunChange(Base):
    """Payments were taken out of a run: why, and what is left of it, in payments, redemptions and cents (gross)."""

    __tablename__ = "run_change"
    __table_args__ = (
        ForeignKeyConstraint(["campaign_id", "run_no"], ["payment_run.campaign_id", "payment_run.no"]),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cause: Mapped[Cause]
    note: Mapped[str | None]
    payments: Mapped[int]
    redemptions: Mapped[int]
    total_cents: Mapped[int]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    entry_no: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]
    netted_cents: Mapped[int] = mapped_column(server_default="0")


CONTENT_HASH = """
coalesce((SELECT change.content_hash FROM run_change AS change
          WHERE change.campaign_id = run.campaign_id AND change.run_no = run.no
          ORDER BY change.no DESC LIMIT 1), run.content_hash)"""
"""Beside ``payment_run AS run``: the hash of what the run holds now."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a run holds now: how many payments, for how many redemptions and cents, and the hash that names it.

    ``total_cents`` is gross, ``netted_cents`` what of it is taken back. ``change_no`` counts the changes so
    far, and ``entry_no`` is the entry of the last, or of the freeze.
    """

    change_no: int
    entry_no: int
    payments: int
    redemptions: int
    total_cents: int
    netted_cents: int
    content_hash: bytes

    @property
    def net_cents(self) -> int:
        """What the run moves, in cents."""
        return self.total_cents - self.netted_cents


@dataclass(eq=False)
class RunIsCancelled(Refusal):
    """All payments were taken out of this run: what it held is due again, freeze another run.

    FR: Tous les paiements ont été retirés de ce lot : ce qu'il contenait est de nouveau dû, arrêtez un autre lot.
    """

    run: int


def of_run(session: Session, run: PaymentRun) -> Sequence[RunChange]:
    """Return the changes of a run, the oldest first."""
    mine = (RunChange.campaign_id == run.campaign_id) & (RunChange.run_no == run.no)
    return session.scalars(select(RunChange).where(mine).order_by(RunChange.no)).all()


def of_runs(session: Session, runs: Sequence[PaymentRun]) -> dict[int, Standing]:
    """Say what each of these runs of one campaign holds now, by their numbers."""
    standings = {run.no: _as_frozen(run) for run in runs}
    if runs:
        mine = (RunChange.campaign_id == runs[0].campaign_id) & RunChange.run_no.in_(standings)
        for change in session.scalars(select(RunChange).where(mine).order_by(RunChange.no)):
            standings[change.run_no] = _after(change)
    return standings


def standing(session: Session, run: PaymentRun) -> Standing:
    """Say what a run holds now."""
    return of_runs(session, [run])[run.no]


def needed(session: Session, run: PaymentRun) -> Standing:
    """Say what a run holds now, or raise ``RunIsCancelled`` where nothing is left of it."""
    left = standing(session, run)
    if not left.payments:
        raise RunIsCancelled(run.no)
    return left


def _as_frozen(run: PaymentRun) -> Standing:
    figures = (run.payments, run.redemptions, run.total_cents, run.netted_cents)
    return Standing(0, run.entry_no, *figures, run.content_hash)


def _after(change: RunChange) -> Standing:
    figures = (change.payments, change.redemptions, change.total_cents, change.netted_cents)
    return Standing(change.no, change.entry_no, *figures, change.content_hash)
