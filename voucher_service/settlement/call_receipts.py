"""Receipts of calls: what came of each call for funds, from which deposit or outside the campaign, and what is late."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Integer, cast, func, insert, select, text
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns, readers
from voucher_service.funding.deposits import Deposit
from voucher_service.funding.pledges import AmountIsNotPositive
from voucher_service.funding.suspense import DepositIsUnknown
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.settlement import fund_calls
from voucher_service.settlement.fund_calls import FundCall

_DUES = f"""
SELECT campaign.series, call.no, call.funder, funder.name AS funder_name, call.basis, call.amount_cents,
       received.cents AS received_cents,
       CASE WHEN cancelled.call_no IS NULL THEN call.amount_cents - received.cents ELSE 0 END AS due_cents,
       call.issued_on, call.pay_by, call.outside, greatest(CAST(:today AS date) - call.pay_by, 0) AS days_late,
       cancelled.cancelled_on, cancelled.reason AS cancelled_because
FROM fund_call AS call
JOIN campaign ON campaign.id = call.campaign_id JOIN funder ON funder.code = call.funder
CROSS JOIN LATERAL (SELECT coalesce(sum(amount_cents), 0)::bigint AS cents FROM call_receipt
                    WHERE call_receipt.campaign_id = call.campaign_id AND call_receipt.call_no = call.no) AS received
LEFT JOIN call_cancellation AS cancelled
       ON cancelled.campaign_id = call.campaign_id AND cancelled.call_no = call.no
WHERE {readers.PAID_FOR}
  AND campaign.series = coalesce(CAST(:series AS text), campaign.series)
  AND call.funder = coalesce(CAST(:funder AS text), call.funder)
  AND CASE WHEN CAST(:standing AS text) = 'cancelled' THEN cancelled.call_no IS NOT NULL
           WHEN :standing IS NOT NULL THEN cancelled.call_no IS NULL ELSE true END
  AND CASE CAST(:standing AS text)
      WHEN 'open' THEN call.amount_cents > received.cents
      WHEN 'late' THEN call.amount_cents > received.cents AND call.pay_by < CAST(:today AS date)
      WHEN 'settled' THEN call.amount_cents = received.cents ELSE true END
  AND (CAST(:after_series AS text) IS NULL OR (campaign.series COLLATE "C", call.no) > (:after_series, :after_no))
ORDER BY campaign.series COLLATE "C", call.no OFFSET :start LIMIT :limit"""
_DUES_READ = text(_DUES)


class Standing(StrEnum):
    """Which calls are looked for: still due, due and late, wholly received, or cancelled."""

    OPEN = "open"
    LATE = "late"
    SETTLED = "settled"
    CANCELLED = "cancelled"


class CallReceipt(Base):
    """Money that answers a call: part of a deposit, or paid outside the campaign under a reference of its own."""

    __tablename__ = "call_receipt"
    __table_args__ = (
        ForeignKeyConstraint(["campaign_id", "call_no"], ["fund_call.campaign_id", "fund_call.no"]),
        ForeignKeyConstraint(["campaign_id", "deposit"], ["deposit.campaign_id", "deposit.reference"]),
        Index(None, "campaign_id", "call_no"),
        Index("ix_call_receipt_deposit", "campaign_id", "deposit"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column()
    call_no: Mapped[int] = mapped_column(Integer)
    amount_cents: Mapped[int]
    deposit: Mapped[Code | None]
    reference: Mapped[str]
    received_on: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))


@dataclass(frozen=True, slots=True)
class Due:
    """A call and what came of it, in cents; ``days_late`` counts from its deadline, 0 before it.

    Nothing is due on one that was cancelled.
    """

    series: str
    no: int
    funder: str
    funder_name: str
    basis: str
    amount_cents: int
    received_cents: int
    due_cents: int
    issued_on: date
    pay_by: date
    outside: bool
    days_late: int
    cancelled_on: date | None
    cancelled_because: str | None

    @property
    def number(self) -> str:
        """The number of the document: ``PN-2026-AF2``."""
        return f"{self.series}-AF{self.no}"

    @property
    def age(self) -> str:
        """How late it is, in the steps in which debts are aged; empty where it is not late or nothing is due."""
        steps = ((0, ""), (30, "1-30"), (60, "31-60"), (90, "61-90"))
        if not self.due_cents:
            return ""
        return next((said for most, said in steps if self.days_late <= most), "90+")


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A deposit of a funder, and what of it answers no call yet, in cents."""

    reference: str
    funder: str
    received_on: date
    amount_cents: int
    left_cents: int


@dataclass(eq=False)
class LessIsDue(Refusal):
    """Less than that is still due on this call: match what is due at most.

    FR: Il reste moins que cela à recevoir pour cet appel : rapprochez au plus ce qui reste.
    """

    number: str
    due_cents: int


@dataclass(eq=False)
class DepositIsMatched(Refusal):
    """Less than that of this deposit answers no call yet: match what is left of it at most.

    FR: Il reste moins que cela de ce versement à rapprocher : rapprochez au plus ce qui reste.
    """

    deposit: str
    left_cents: int


@dataclass(eq=False)
class DepositIsAnothers(Refusal):
    """This deposit came from another funder than the one who was called: choose one of its own.

    FR: Ce versement vient d'un autre financeur que celui qui est appelé : choisissez l'un des siens.
    """

    deposit: str
    funder: str | None


@dataclass(eq=False)
class CallIsPaidElsewhere(Refusal):
    """This call is paid outside the campaign: give the reference of that payment. Others are matched to a deposit.

    FR: Cet appel se paie hors de la campagne : donnez sa référence. Les autres se rapprochent d'un versement.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    number: str
    outside: bool


def receive(
    session: Session,
    *,
    series: str,
    no: int,
    amount_cents: int,
    received_on: date,
    at: datetime,
    by: Actor,
    deposit: str | None = None,
    reference: str = "",
) -> CallReceipt:
    """Match money to a call: part of a ``deposit`` of its funder, or a payment outside under its ``reference``.

    Raises ``CallIsUnknown``, ``AmountIsNotPositive``, ``CallIsPaidElsewhere``, ``DepositIsUnknown``,
    ``DepositIsAnothers``, ``DepositIsMatched``, ``LessIsDue``, ``CallIsCancelled``.
    """
    call = fund_calls.get(session, series=series, no=no, by=by)
    if amount_cents <= 0:
        raise AmountIsNotPositive(amount_cents)
    if call.outside != (deposit is None) or call.outside != bool(reference):
        raise CallIsPaidElsewhere(call.number, call.outside)
    # What is left is a sum, which no guard protects: receipts of a campaign are written one after the other.
    fund_calls.hold(session, campaign_id=call.campaign_id)
    fund_calls.refuse_if_cancelled(session, call)
    if deposit is not None:
        _refuse_deposit(session, call, deposit, amount_cents)
    due = call.amount_cents - received(session, call)
    if due < amount_cents:
        raise LessIsDue(call.number, due)
    fact = {
        "id": new_id(),
        "campaign_id": call.campaign_id,
        "call_no": no,
        "amount_cents": amount_cents,
        "deposit": deposit,
        "reference": reference or deposit,
        "received_on": received_on,
        "at": at,
        "by": by.user_id,
    }
    session.execute(insert(CallReceipt).values(**fact))
    return session.get_one(CallReceipt, fact["id"])


def search(
    session: Session,
    *,
    today: date,
    by: Actor,
    series: str | None = None,
    funder: str | None = None,
    standing: Standing | None = None,
    start: int = 0,
    after: tuple[str, int] | None = None,
    limit: int | None = None,
) -> list[Due]:
    """List calls with what came of them, of the campaigns that a person may read of, by series and number."""
    parameters: dict[str, Any] = {
        "today": today,
        "payer_id": readers.payer(by),
        "series": series,
        "funder": funder,
        "standing": standing,
        "after_series": after[0] if after else None,
        "after_no": after[1] if after else 0,
        "start": start,
        "limit": limit,
    }
    return [Due(**row) for row in session.execute(_DUES_READ, parameters).mappings()]


def of_call(session: Session, *, call: FundCall) -> list[CallReceipt]:
    """Return what came of a call, in order."""
    wanted = select(CallReceipt).where(
        CallReceipt.campaign_id == call.campaign_id, CallReceipt.call_no == call.no
    )
    return list(session.scalars(wanted.order_by(CallReceipt.id)))


def unmatched(session: Session, *, campaign_id: int, funder: str) -> list[Unmatched]:
    """Return a funder's deposits of which something answers no call yet, oldest first."""
    left = _left()
    wanted = select(Deposit.reference, Deposit.funder, Deposit.received_on, Deposit.amount_cents, left)
    wanted = wanted.where(Deposit.campaign_id == campaign_id, Deposit.funder == funder, left > 0)
    return [
        Unmatched(*row) for row in session.execute(wanted.order_by(Deposit.received_on, Deposit.reference))
    ]


def _refuse_deposit(session: Session, call: FundCall, reference: str, amount_cents: int) -> None:
    found = select(Deposit.funder, _left().label("left"))
    found = found.where(Deposit.campaign_id == call.campaign_id, Deposit.reference == reference)
    deposit = session.execute(found).one_or_none()
    if deposit is None:
        raise DepositIsUnknown(reference)
    if deposit.funder != call.funder:
        raise DepositIsAnothers(reference, deposit.funder)
    if deposit.left < amount_cents:
        raise DepositIsMatched(reference, deposit.left)


def _left() -> Any:
    matched = select(cast(func.coalesce(func.sum(CallReceipt.amount_cents), 0), BigInteger)).where(
        CallReceipt.campaign_id == Deposit.campaign_id, CallReceipt.deposit == Deposit.reference
    )
    return Deposit.amount_cents - matched.correlate(Deposit).scalar_subquery()


def received(session: Session, call: FundCall) -> int:
    """Return what was received on a call, in cents."""
    cents = select(cast(func.coalesce(func.sum(CallReceipt.amount_cents), 0), BigInteger)).where(
        CallReceipt.campaign_id == call.campaign_id, CallReceipt.call_no == call.no
    )
    return int(session.execute(cents).scalar_one())
