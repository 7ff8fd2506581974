"""Answers: what the bank says of each payment of an order, kept; what it refuses never leaves, and is owed again.

A refusal is written down like a movement, without one: the payment's run is emptied of it and its dues reopen, once.
Where the payment was booked, or came back, before, nothing is posted: the answer bears the doubt. An order that the
bank knows already ("sent twice") is not refused: the first one is being paid.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.settlement import exports, settling
from voucher_service.settlement.bank import own_payments
from voucher_service.settlement.bank.messages import BankMessage
from voucher_service.settlement.bank.status_reports import Answer, PaymentStatus, StatusReport
from voucher_service.settlement.matching import Booked, Doubt, Known, Matching
from voucher_service.settlement.outcomes import Fate

# Without the account, the bank's reasons that lie with the payee: the next order would be refused again.
_OF_THE_PAYEE = frozenset(
    {"AC01", "AC03", "AC04", "AC06", "AC13", "AG01", "BE01", "MD07", "MS02", "RC01", "RR04"}
)
_WRITE = text("""
INSERT INTO payment_answer (message_no, place, end_to_end_id, campaign_id, run_no, payment_no, answer, status, reason,
                            doubt)
SELECT :message_no, place, end_to_end_id, campaign_id, run_no, payment_no, answer, status, reason, doubt
FROM json_to_recordset(CAST(:rows AS json)) AS said (
    place bigint, end_to_end_id text, campaign_id bigint, run_no bigint, payment_no bigint, answer text, status text,
    reason text, doubt text)""")


class PaymentAnswer(Base):
    """What the bank answered of one payment, in one file; ``doubt`` where it could not be written down as it is."""

    __tablename__ = "payment_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["campaign_id", "run_no", "payment_no"],
            ["run_payment.campaign_id", "run_payment.run_no", "run_payment.no"],
        ),
        Index(None, "campaign_id", "run_no", "payment_no"),
    )

    message_no: Mapped[int] = mapped_column(
        ForeignKey("bank_message.no"), primary_key=True, autoincrement=False
    )
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    end_to_end_id: Mapped[Code]
    campaign_id: Mapped[int | None]
    run_no: Mapped[int | None]
    payment_no: Mapped[int | None]
    answer: Mapped[Answer]
    status: Mapped[Code]
    reason: Mapped[Code | None]
    doubt: Mapped[Doubt | None]


@dataclass(slots=True)
class Answered:
    """What the bank's answers of one file led to: refusals that were written down are in ``matching``."""

    statuses: list[PaymentStatus] = field(default_factory=list)
    matching: Matching = field(default_factory=Matching)


def apply(
    session: Session,
    *,
    message: BankMessage,
    reports: Sequence[StatusReport],
    on: date,
    at: datetime,
    by: Actor,
) -> Answered:
    """Keep the bank's answers of one file, and reopen what is owed for each payment that it refuses.

    What the answer names must be in the order that it answers, as that order was sent.
    """
    answered, ordered = Answered(), set[str]()
    for report in reports:
        names = exports.ordered(session, reference=report.order)
        ordered.update(names)
        answered.statuses += _statuses(report, names)
        if names:
            exports.acknowledge(session, reference=report.order, told_by=message.reference, at=at, by=by)
    known = settling.known(session, ordered & {status.end_to_end_id for status in answered.statuses})
    refused = [
        _refusal(message, status, known[status.end_to_end_id], on)
        for status in answered.statuses
        if status.answer is Answer.REJECTED and status.end_to_end_id in known
    ]
    answered.matching, _ = settling.settle(session, refused, at=at, by=by)
    own_payments.hold_returned(
        session,
        [one for one in answered.matching.matched if one.booked.reason in _OF_THE_PAYEE],
        at=at,
    )
    doubts = {left.booked.end_to_end_id or "": left.doubt for left in answered.matching.unmatched}
    rows = [
        _row(place, status, known.get(status.end_to_end_id), doubts)
        for place, status in enumerate(answered.statuses, 1)
    ]
    session.execute(_WRITE, {"message_no": message.no, "rows": json.dumps(rows)})
    return answered


def of_message(session: Session, message: BankMessage, *, limit: int | None = None) -> list[PaymentAnswer]:
    """Return the answers that one file holds, in their order."""
    wanted = select(PaymentAnswer).where(PaymentAnswer.message_no == message.no)
    return list(session.scalars(wanted.order_by(PaymentAnswer.place).limit(limit)))


def of_run(session: Session, *, campaign_id: int, run: int) -> dict[int, PaymentAnswer]:
    """Return the bank's latest answer of each payment of a run, by the payment's number."""
    wanted = (
        select(PaymentAnswer)
        .where(PaymentAnswer.campaign_id == campaign_id, PaymentAnswer.run_no == run)
        .order_by(PaymentAnswer.message_no, PaymentAnswer.place)
    )
    return {answer.payment_no or 0: answer for answer in session.scalars(wanted)}


def _statuses(report: StatusReport, ordered: Sequence[str]) -> list[PaymentStatus]:
    whole = report.whole
    if whole is None:
        return list(report.payments)
    said = {status.end_to_end_id for status in report.payments}
    # An order that is partly refused says so of the payments it names; the others wait for their own answer.
    rest = [
        PaymentStatus(name, whole.answer, whole.status, whole.reason) for name in ordered if name not in said
    ]
    return [*report.payments, *rest]


def _refusal(message: BankMessage, status: PaymentStatus, payment: Known, on: date) -> Booked:
    return Booked(
        iban=None,
        reference=f"{message.reference}/{status.end_to_end_id}",
        end_to_end_id=status.end_to_end_id,
        amount_cents=payment.net_cents,
        fate=Fate.REJECTED,
        booked_on=on,
        reason=status.reason or status.status,
    )


def _row(
    place: int, status: PaymentStatus, payment: Known | None, doubts: dict[str, Doubt]
) -> dict[str, Any]:
    doubt = doubts.get(status.end_to_end_id) if payment else Doubt.UNKNOWN
    return {
        "place": place,
        "end_to_end_id": status.end_to_end_id,
        "campaign_id": payment and payment.campaign_id,
        "run_no": payment and payment.run_no,
        "payment_no": payment and payment.no,
        "answer": status.answer.value,
        "status": status.status,
        "reason": status.reason,
        "doubt": doubt and doubt.value,
    }
