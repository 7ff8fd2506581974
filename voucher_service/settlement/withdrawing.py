"""Withdrawing: payments are taken out of a run that has not left the house; what they paid for is due again.

A hold placed after the freeze, a late reversal, a wrong account: one payment is taken out. A run that nobody wants
to approve is cancelled: all of them are. Nothing of this needs a second person, since nobody is paid by it; what is
left needs its approvals again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import accounts, journal
from voucher_service.settlement import changes, content, exports, netting, runs
from voucher_service.settlement.changes import Cause, RunChange
from voucher_service.settlement.characters import as_reference
from voucher_service.settlement.claims import owed
from voucher_service.settlement.outcomes import Fate, PaymentOutcome
from voucher_service.settlement.runs import PaymentRun, RunPayment

_TAKEN = f"SELECT * FROM ({netting.HELD}) AS held WHERE payment_no = ANY(CAST(:payments AS bigint[]))"
# The voucher's account is touched as by the freeze: a reversal at the same moment sees the run that it was in, or none.
_GUARDS = """
SELECT address, delta, CAST(NULL AS bigint) AS seen, row_number() OVER (ORDER BY shared, address) AS place
FROM (SELECT DISTINCT address, CAST(0 AS bigint) AS delta, false AS shared FROM chosen WHERE NOT is_claim
      UNION ALL
      SELECT CAST(:run AS text), CAST(sum(CASE WHEN is_claim THEN face_cents ELSE -face_cents END) AS bigint),
             true FROM chosen) AS held"""
_TRANSFERS = """
SELECT CASE WHEN is_claim THEN due ELSE :run END, CASE WHEN is_claim THEN :run ELSE due END, cents, colour,
       row_number() OVER (ORDER BY is_claim, due, colour)
FROM (SELECT 'venue/' || venue_no || '/due' AS due, is_claim, colour, CAST(sum(face_cents) AS bigint) AS cents
      FROM chosen GROUP BY venue_no, is_claim, colour) AS held"""

# What was given back before the freeze, and is in the run because its venue gave the money back too, is no claim on it.
_SETTLED = text(f"""
SELECT payment.end_to_end_id
FROM run_payment AS payment
JOIN payment_run AS run ON run.campaign_id = payment.campaign_id AND run.no = payment.run_no
JOIN run_line AS line ON line.campaign_id = payment.campaign_id AND line.run_no = payment.run_no
                     AND line.payment_no = payment.no
JOIN redemption_reversal AS undone ON undone.redemption_id = line.redemption_id AND undone.entry_no > run.entry_no
WHERE payment.campaign_id = :campaign_id AND payment.run_no = :run_no
  AND payment.no = ANY(CAST(:payments AS bigint[]))
  AND (EXISTS (SELECT FROM claim_settled WHERE claim_settled.redemption_id = line.redemption_id)
       OR EXISTS ({netting.NETTED}))
ORDER BY payment.no LIMIT 1""")


@dataclass(frozen=True, slots=True)
class Why:
    """Why payments are taken out, when, and by whom."""

    cause: Cause
    note: str | None
    on: date
    at: datetime
    by: Actor


@dataclass(eq=False)
class RunHasLeft(Refusal):
    """This run has left for the bank or the accountant: nothing is taken out any more, wait for what they answer.

    FR: Ce lot est parti à la banque ou chez le comptable : rien ne s'en retire plus, attendez leur réponse.
    """

    run: int


@dataclass(eq=False)
class PaymentIsWithdrawn(Refusal):
    """This payment was taken out of its run already: there is nothing left to do.

    FR: Ce paiement a déjà été retiré de son lot : il n'y a plus rien à faire.
    """

    reference: str


@dataclass(eq=False)
class PaymentIsRepaid(Refusal):
    """What was given back of this payment is already repaid, given up or in another payment: let it be paid.

    FR: Ce qui a été annulé dans ce paiement est déjà remboursé, abandonné ou déduit d'un autre : laissez-le payer.
    """

    reference: str


def withdraw(
    session: Session,
    *,
    reference: str,
    cause: Cause,
    note: str | None = None,
    on: date,
    at: datetime,
    by: Actor,
) -> RunChange:
    """Take one payment, named by its ``reference``, out of its run: its redemptions are due again, once.

    Raises ``RunPaymentIsUnknown``, ``PaymentIsWithdrawn``, ``RunHasLeft``, ``PaymentIsRepaid``.
    """
    named = select(RunPayment).where(RunPayment.end_to_end_id == reference)
    payment = session.scalars(named).one_or_none()
    if payment is None:
        raise runs.RunPaymentIsUnknown(reference)
    run = session.get_one(PaymentRun, (payment.campaign_id, payment.run_no))
    staying = _staying(session, run)
    if payment.no not in {one.no for one in staying}:
        raise PaymentIsWithdrawn(reference)
    return _change(session, run, [payment], Why(cause, note, on, at, by))


def cancel(
    session: Session,
    *,
    series: str,
    run: int,
    cause: Cause = Cause.NOT_TO_BE_PAID,
    note: str | None = None,
    on: date,
    at: datetime,
    by: Actor,
) -> RunChange:
    """Take every payment out of a run that nobody exported: all that it held is due again.

    Raises ``RunIsUnknown``, ``RunIsCancelled``, ``RunHasLeft``, ``PaymentIsRepaid``.
    """
    frozen = runs.get(session, series=series, run=run)
    staying = _staying(session, frozen)
    if not staying:
        raise changes.RunIsCancelled(run)
    return _change(session, frozen, staying, Why(cause, note, on, at, by))


def _staying(session: Session, run: PaymentRun) -> Sequence[RunPayment]:
    # Held from here on: who has a debt repaid, approves, exports or settles the run at this moment waits, or is
    # waited for.
    owed.hold(session, session.get_one(Campaign, run.campaign_id))
    runs.hold(session, campaign_id=run.campaign_id, numbers=[run.no])
    ended = select(PaymentOutcome.payment_no, PaymentOutcome.fate).where(
        PaymentOutcome.campaign_id == run.campaign_id, PaymentOutcome.run_no == run.no
    )
    fates = {row.payment_no: row.fate for row in session.execute(ended)}
    if exports.of_run(session, run) or set(fates.values()) - {Fate.WITHDRAWN}:
        raise RunHasLeft(run.no)
    return [payment for payment in runs.payments(session, run) if payment.no not in fates]


def _refuse_if_repaid(session: Session, run: PaymentRun, numbers: Sequence[int]) -> None:
    named = {"campaign_id": run.campaign_id, "run_no": run.no, "payments": list(numbers)}
    reference = session.scalars(_SETTLED, named).one_or_none()
    if reference is not None:
        raise PaymentIsRepaid(reference)


def _change(session: Session, run: PaymentRun, payments: Sequence[RunPayment], why: Why) -> RunChange:
    before = changes.standing(session, run)
    numbers = [payment.no for payment in payments]
    _refuse_if_repaid(session, run, numbers)
    posted = journal.post_set(
        session,
        journal.Act(run.campaign_id, "withdraw", why.on, why.by.user_id),
        chosen=_TAKEN,
        guards=_GUARDS,
        transfers=_TRANSFERS,
        run_no=run.no,
        run=accounts.run(run.no),
        payments=numbers,
    )
    fact = {
        "campaign_id": run.campaign_id,
        "run_no": run.no,
        "entry_no": posted.no,
        "at": why.at,
        "by": why.by.user_id,
    }
    no = before.change_no + 1
    out = {
        "fate": Fate.WITHDRAWN,
        "reference": as_reference(run.series, f"R{run.no}", f"C{no}"),
        "booked_on": why.on,
        "reason": why.cause.value,
    }
    of_each = [{"payment_no": one.no, "amount_cents": one.net_cents} for one in payments]
    session.execute(insert(PaymentOutcome), [fact | out | one for one in of_each])
    left = {
        "payments": before.payments - len(payments),
        "redemptions": before.redemptions - runs.count_lines(session, run, numbers),
        "total_cents": before.total_cents - sum(payment.amount_cents for payment in payments),
        "netted_cents": before.netted_cents - sum(payment.netted_cents for payment in payments),
        "content_hash": content.of_run(session, run, entry_no=posted.no),
    }
    session.execute(insert(RunChange).values(**fact, **left, no=no, cause=why.cause, note=why.note))
    return session.get_one(RunChange, (run.campaign_id, run.no, no))
