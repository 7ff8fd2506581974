"""Bank details: where a venue operator is paid. They are proposed, proved, and approved by another person.

Each proposal is a fact, and so is what became of it. The newest approved account is the one that is paid. A change
of account waits: bank-detail fraud costs more than double spending, and who is robbed notices after a day or two.
An operator's first account needs a second person but no delay: there is no older one to steal from. While a
proposal waits, what was approved before stands; while an approved change cools, no run takes the operator.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Identity, Index, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, aliased, mapped_column

from voucher_service.kernel.coded import Coded
from voucher_service.kernel.database import Base, Code
from voucher_service.network import ibans

COOLING = timedelta(hours=72)
"""How long a change of account waits once it is approved, unless the installation says otherwise."""

NEWEST_APPROVED = """
SELECT details.iban, details.bic, details.holder, decision.in_force_at
FROM bank_details AS details JOIN bank_details_decision AS decision ON decision.details_id = details.id
WHERE details.operator_id = {operator_id} AND decision.outcome = 'approved'
  AND NOT EXISTS (SELECT FROM bank_details_withdrawal AS withdrawn WHERE withdrawn.details_id = details.id)
ORDER BY details.id DESC LIMIT 1"""
"""The account that an operator is paid on, in SQL; while its ``in_force_at`` is to come, it is cooling."""


class Outcome(Coded):
    """What a second person decided of proposed details."""

    APPROVED = ("approved", "Approuvées", "Approved")
    REJECTED = ("rejected", "Refusées", "Rejected")


class BankDetails(Base):
    """An operator's account as it was proposed, by whom and when; ``bic`` may be unknown."""

    __tablename__ = "bank_details"
    __table_args__ = (Index(None, "operator_id", "id"), Index(None, "iban"))

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    operator_id: Mapped[UUID] = mapped_column(ForeignKey("venue_operator.organisation_id"))
    iban: Mapped[Code]
    bic: Mapped[Code | None]
    holder: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]

    @property
    def masked_iban(self) -> str:
        """The IBAN as people other than the payers see it: ``FR76 **** 5432``."""
        return ibans.masked(self.iban)

    @property
    def written_iban(self) -> str:
        """The whole IBAN in groups of four, for those who pay."""
        return ibans.written(self.iban)

    @property
    def subject(self) -> str:
        """How duties and papers name this proposal."""
        return f"bank-details/{self.id}"


class Decision(Base):
    """A second person approved or rejected details; approved ones are paid on from ``in_force_at``.

    ``called_back`` says whom one spoke to about a change, at a number known before.
    """

    __tablename__ = "bank_details_decision"

    details_id: Mapped[int] = mapped_column(
        ForeignKey("bank_details.id"), primary_key=True, autoincrement=False
    )
    outcome: Mapped[Outcome]
    reason: Mapped[str | None]
    called_back: Mapped[str | None]
    in_force_at: Mapped[datetime | None]
    at: Mapped[datetime]
    by: Mapped[UUID]


class Withdrawal(Base):
    """Proposed details were taken back before anything was paid on them: why, when and by whom."""

    __tablename__ = "bank_details_withdrawal"

    details_id: Mapped[int] = mapped_column(
        ForeignKey("bank_details.id"), primary_key=True, autoincrement=False
    )
    reason: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]


def current(session: Session, *, operator_id: UUID, at: datetime) -> BankDetails | None:
    """Return the approved account that is in force at this instant, if there is one."""
    in_force = select(BankDetails).join(Decision, Decision.details_id == BankDetails.id)
    in_force = in_force.where(BankDetails.operator_id == operator_id, stands(), Decision.in_force_at <= at)
    return session.scalars(in_force.order_by(BankDetails.id.desc()).limit(1)).one_or_none()


def cooling(session: Session, *, operator_id: UUID, at: datetime) -> Decision | None:
    """Return the approval of a change that still waits; while there is one, no run takes the operator."""
    newest = select(Decision).join(BankDetails, BankDetails.id == Decision.details_id)
    newest = newest.where(BankDetails.operator_id == operator_id, stands())
    approval = session.scalars(newest.order_by(BankDetails.id.desc()).limit(1)).one_or_none()
    waits = approval is not None and approval.in_force_at is not None and approval.in_force_at > at
    return approval if waits else None


def approved_of(operator_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Return the condition, for any SELECT, that details of this operator were approved and stand."""
    one, decided, taken_back = aliased(BankDetails), aliased(Decision), aliased(Withdrawal)
    return (
        exists()
        .where(one.operator_id == operator_id, decided.details_id == one.id)
        .where(decided.outcome == Outcome.APPROVED, ~exists().where(taken_back.details_id == one.id))
    )


def stands() -> ColumnElement[bool]:
    """Return the condition that details were approved, and not taken back."""
    return (Decision.outcome == Outcome.APPROVED) & ~exists().where(Withdrawal.details_id == BankDetails.id)
