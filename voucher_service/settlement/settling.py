"""Settling: booked movements become entries of the ledger and facts about payments.

A payment leaves its run for the campaign's money side. One that comes back reopens what the venues are owed,
and the next run takes it again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, bindparam, exists, func, insert, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from voucher_service.funding import deposits
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.actor import Actor
from voucher_service.ledger import accounts, journal
from voucher_service.settlement import matching
from voucher_service.settlement.approval import RunApproval
from voucher_service.settlement.matching import Booked, Known, Matched, Matching
from voucher_service.settlement.outcomes import Fate, PaymentOutcome
from voucher_service.settlement.runs import RunPayment

_PAID = """
SELECT line.run_no, redemption.venue_no, redemption.colour, CAST(sum(redemption.face_cents) AS bigint) AS cents
FROM unnest(CAST(:runs AS bigint[]), CAST(:payments AS bigint[])) AS settled (run_no, payment_no)
JOIN run_line AS line ON line.campaign_id = :campaign_id AND line.run_no = settled.run_no
                     AND line.payment_no = settled.payment_no
JOIN redemption ON redemption.id = line.redemption_id
GROUP BY line.run_no, redemption.venue_no, redemption.colour"""
_MONEY = """
SELECT CAST(:money AS text) AS address, CAST(0 AS bigint) AS delta, CAST(:seen AS bigint) AS seen, 0 AS place"""
_GUARDS = {
    Fate.PAID: f"""{_MONEY}
        UNION ALL
        SELECT 'run/' || run_no, CAST(-sum(cents) AS bigint), NULL, row_number() OVER (ORDER BY 'run/' || run_no)
        FROM chosen GROUP BY run_no""",
    Fate.RETURNED: _MONEY,
}
_TRANSFERS = {
    Fate.PAID: """
        SELECT 'run/' || run_no, CAST(:money AS text), cents, colour,
               row_number() OVER (ORDER BY run_no, venue_no, colour) FROM chosen""",
    Fate.RETURNED: """
        SELECT CAST(:money AS text), 'venue/' || venue_no || '/due', sum(cents)::bigint, colour,
               row_number() OVER (ORDER BY venue_no, colour) FROM chosen GROUP BY venue_no, colour""",
}
_ACTS = {Fate.PAID: "pay", Fate.RETURNED: "return"}


def settle(
    session: Session, campaign: Campaign, movements: Sequence[Booked], *, at: datetime, by: Actor
) -> Matching:
    """Match movements with the campaign's payments, and write down those that are new: one entry a day.

    Raises ``MoneyIsShort``.
    """
    payments = _payments(session, campaign, {booked.end_to_end_id or "" for booked in movements})
    taken = _taken(session, campaign, {booked.reference for booked in movements})
    found = matching.match(movements, payments, taken)
    in_order = sorted(found.matched, key=_occasion)
    for (_, booked_on, fate), group in groupby(in_order, key=_occasion):
        settled = list(group)
        entry_no = _post(session, campaign, Fate(fate), booked_on, settled, by)
        session.execute(
            insert(PaymentOutcome),
            [
                {
                    "campaign_id": campaign.id,
                    "run_no": one.payment.run_no,
                    "payment_no": one.payment.no,
                    "entry_no": entry_no,
                    "at": at,
                    "by": by.user_id,
                }
                | {name: value for name, value in asdict(one.booked).items() if name != "end_to_end_id"}
                for one in settled
            ],
        )
    return found


def _occasion(matched: Matched) -> tuple[bool, date, str]:
    fate = matched.booked.fate
    return fate is Fate.RETURNED, matched.booked.booked_on, fate.value


def _post(
    session: Session, campaign: Campaign, fate: Fate, booked_on: date, settled: Sequence[Matched], by: Actor
) -> int:
    money = campaign.money_side.value
    _, seen = accounts.seen(session, campaign_id=campaign.id, addresses=[money])[money]
    if fate is Fate.PAID:
        total = sum(one.payment.amount_cents for one in settled)
        deposits.refuse_if_not_covered(session, campaign=campaign, amount_cents=total)
    posted = journal.post_set(
        session,
        journal.Act(campaign.id, _ACTS[fate], booked_on, by.user_id),
        chosen=_PAID,
        guards=_GUARDS[fate],
        transfers=_TRANSFERS[fate],
        runs=[one.payment.run_no for one in settled],
        payments=[one.payment.no for one in settled],
        money=money,
        seen=seen,
    )
    return posted.no


def _payments(session: Session, campaign: Campaign, names: set[str]) -> dict[str, Known]:
    approved = exists().where(
        RunApproval.campaign_id == RunPayment.campaign_id, RunApproval.run_no == RunPayment.run_no
    )
    rows = session.execute(
        select(
            RunPayment.end_to_end_id, RunPayment.run_no, RunPayment.no, RunPayment.amount_cents, approved
        ).where(RunPayment.campaign_id == campaign.id, _among(RunPayment.end_to_end_id, names))
    )
    known = {row.end_to_end_id: Known(*row[1:]) for row in rows}
    for booked in _written(session, campaign, _among(RunPayment.end_to_end_id, names)):
        known[booked.end_to_end_id or ""].outcomes[booked.fate] = booked
    return known


def _taken(
    session: Session, campaign: Campaign, references: set[str]
) -> dict[tuple[str | None, str], Booked]:
    written = _written(session, campaign, _among(PaymentOutcome.reference, references))
    return {(booked.iban, booked.reference): booked for booked in written}


def _written(session: Session, campaign: Campaign, which: ColumnElement[bool]) -> list[Booked]:
    same_payment = (
        (RunPayment.campaign_id == PaymentOutcome.campaign_id)
        & (RunPayment.run_no == PaymentOutcome.run_no)
        & (RunPayment.no == PaymentOutcome.payment_no)
    )
    rows = session.execute(
        select(
            PaymentOutcome.iban,
            PaymentOutcome.reference,
            RunPayment.end_to_end_id,
            PaymentOutcome.amount_cents,
            PaymentOutcome.fate,
            PaymentOutcome.booked_on,
            PaymentOutcome.reason,
        )
        .join(RunPayment, same_payment)
        .where(PaymentOutcome.campaign_id == campaign.id, which)
    )
    return [Booked(*row) for row in rows]


def _among(column: InstrumentedAttribute[Any], values: Iterable[str]) -> ColumnElement[bool]:
    return column == func.any(bindparam(None, sorted(values), type_=ARRAY(Text)))
