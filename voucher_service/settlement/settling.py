"""Settling: booked movements become entries of the ledger and facts about payments.

A payment leaves its run for the campaign's money side. One that comes back reopens what the venues are owed, and so
does one that the bank refuses before it leaves; the next run takes it again, and what it took back is
claimed again. Each kind of act of one campaign and one day is one entry, however many payments it tells of.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, bindparam, func, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.actor import Actor
from voucher_service.ledger import accounts, journal, statements
from voucher_service.settlement import matching, netting, runs
from voucher_service.settlement.approval import approved
from voucher_service.settlement.matching import Booked, Doubt, Known, Matched, Matching, Unmatched
from voucher_service.settlement.outcomes import Fate, PaymentOutcome
from voucher_service.settlement.paying_accounts import PayingAccount
from voucher_service.settlement.runs import PaymentRun, RunPayment

_SETTLED = "unnest(CAST(:runs AS bigint[]), CAST(:payments AS bigint[])) AS settled (run_no, payment_no)"
# What payments pay, less what they take back, by the place that gets it back where they fail: the venue's due, or
# the loss that was written down when its claim was given up.
_CHOSEN = f"""
SELECT run_no, place, colour, CAST(sum(cents) AS bigint) AS cents
FROM (SELECT line.run_no, redemption.colour, redemption.face_cents AS cents,
             CASE WHEN {netting.GIVEN_UP} THEN '{accounts.LOSS}'
                  ELSE 'venue/' || redemption.venue_no || '/due' END AS place
      FROM {_SETTLED}
      JOIN run_line AS line ON line.campaign_id = :campaign_id AND line.run_no = settled.run_no
                           AND line.payment_no = settled.payment_no
      JOIN redemption ON redemption.id = line.redemption_id
      UNION ALL
      SELECT netted.run_no, redemption.colour, -redemption.face_cents, 'venue/' || redemption.venue_no || '/due'
      FROM {_SETTLED}
      JOIN run_claim AS netted ON netted.campaign_id = :campaign_id AND netted.run_no = settled.run_no
                              AND netted.payment_no = settled.payment_no
      JOIN redemption ON redemption.id = netted.redemption_id) AS held
GROUP BY run_no, place, colour"""
_MONEY = """
SELECT CAST(:money AS text) AS address, CAST(0 AS bigint) AS delta, CAST(:seen AS bigint) AS seen, 0 AS place"""
_OUT_OF_THE_RUN = """
SELECT 'run/' || run_no AS address, CAST(-sum(cents) AS bigint) AS delta, CAST(NULL AS bigint) AS seen,
       row_number() OVER (ORDER BY 'run/' || run_no) AS place
FROM chosen GROUP BY run_no"""
# Where more is taken back than paid of one colour, its cents go the other way.
_MOVES = """
SELECT CASE WHEN cents > 0 THEN {source} ELSE {target} END, CASE WHEN cents > 0 THEN {target} ELSE {source} END,
       abs(cents), colour, row_number() OVER (ORDER BY run_no, place, colour)
FROM chosen WHERE cents <> 0"""
_RUN, _OF_MONEY = "'run/' || run_no", "CAST(:money AS text)"
_GUARDS = {
    Fate.PAID: f"{_MONEY} UNION ALL {_OUT_OF_THE_RUN}",
    Fate.RETURNED: _MONEY,
    Fate.REJECTED: _OUT_OF_THE_RUN,
}
_TRANSFERS = {
    Fate.PAID: _MOVES.format(source=_RUN, target=_OF_MONEY),
    Fate.RETURNED: _MOVES.format(source=_OF_MONEY, target="place"),
    Fate.REJECTED: _MOVES.format(source=_RUN, target="place"),
}
_ACTS = {Fate.PAID: "pay", Fate.RETURNED: "return", Fate.REJECTED: "reject"}
_TOLD = ("fate", "iban", "reference", "amount_cents", "booked_on", "reason")
_FACTS = text("""
INSERT INTO payment_outcome (campaign_id, run_no, payment_no, fate, iban, reference, amount_cents, booked_on, reason,
                             entry_no, at, by)
SELECT :campaign_id, run_no, payment_no, fate, iban, reference, amount_cents, booked_on, reason, :entry_no, :at, :by
FROM json_to_recordset(CAST(:rows AS json)) AS settled (
    run_no bigint, payment_no bigint, fate text, iban text, reference text, amount_cents bigint, booked_on date,
    reason text)""")


def settle(
    session: Session,
    movements: Sequence[Booked],
    *,
    campaign: Campaign | None = None,
    at: datetime,
    by: Actor,
) -> tuple[Matching, dict[int, int]]:
    """Match movements with payments (of one campaign, or of all), and write down those that are new.

    Also returns the entry that each of the bank's lines led to. What the campaign's money does not cover is left
    with a doubt: a deposit that nobody recorded yet explains it.
    """
    # Whoever takes a payment out of its run at this moment waits for this act, or was waited for.
    runs.hold_paying(session, {booked.end_to_end_id or "" for booked in movements})
    found = match(session, movements, campaign=campaign)
    entries: dict[int, int] = {}
    in_order = sorted(found.matched, key=_occasion)
    found.matched = []
    for _, group in groupby(in_order, key=_occasion):
        settled = list(group)
        entry_no = _post(session, settled, by)
        if entry_no is None:
            found.unmatched += [Unmatched(one.booked, Doubt.MONEY_IS_SHORT) for one in settled]
            continue
        _write(session, settled, entry_no, at=at, by=by)
        found.matched += settled
        entries |= {one.booked.line_no: entry_no for one in settled if one.booked.line_no is not None}
    return found, entries


def match(session: Session, movements: Sequence[Booked], *, campaign: Campaign | None = None) -> Matching:
    """Say which payments movements tell of; nothing is written."""
    payments = known(session, {booked.end_to_end_id or "" for booked in movements}, campaign=campaign)
    taken = _taken(session, {booked.reference for booked in movements})
    return matching.match(movements, payments, taken)


def entries_of(session: Session, again: Iterable[Matched]) -> dict[int, int]:
    """Return, by the bank's line, the entry of each movement that was written down before."""
    lines = {(one.payment.campaign_id, one.booked.reference): one.booked.line_no or 0 for one in again}
    if not lines:
        return {}
    rows = session.execute(
        select(PaymentOutcome.campaign_id, PaymentOutcome.reference, PaymentOutcome.entry_no).where(
            _among(PaymentOutcome.reference, {reference for _, reference in lines})
        )
    )
    return {lines[row[0], row[1]]: row[2] for row in rows if (row[0], row[1]) in lines}


def known(session: Session, names: Iterable[str], *, campaign: Campaign | None = None) -> dict[str, Known]:
    """Return the payments of these end-to-end identifiers, with what is written of each."""
    which = _among(RunPayment.end_to_end_id, names)
    if campaign is not None:
        which &= RunPayment.campaign_id == campaign.id
    wanted = (
        select(
            RunPayment.end_to_end_id,
            RunPayment.campaign_id,
            RunPayment.run_no,
            RunPayment.no,
            RunPayment.operator_id,
            RunPayment.net_cents,
            PayingAccount.iban,
            approved.c.run_no.is_not(None),
        )
        .join(
            PaymentRun,
            (PaymentRun.campaign_id == RunPayment.campaign_id) & (PaymentRun.no == RunPayment.run_no),
        )
        .outerjoin(
            PayingAccount,
            (PayingAccount.campaign_id == PaymentRun.campaign_id)
            & (PayingAccount.no == PaymentRun.paying_account_no),
        )
        .outerjoin(
            approved,
            (approved.c.campaign_id == RunPayment.campaign_id) & (approved.c.run_no == RunPayment.run_no),
        )
        .where(which)
    )
    found = {row[0]: Known(*row[1:]) for row in session.execute(wanted)}
    for booked in _written(session, which):
        found[booked.end_to_end_id or ""].outcomes[booked.fate] = booked
    return found


def _occasion(matched: Matched) -> tuple[int, bool, date, str]:
    fate = matched.booked.fate
    return matched.payment.campaign_id, fate is Fate.RETURNED, matched.booked.booked_on, fate.value


def _post(session: Session, settled: Sequence[Matched], by: Actor) -> int | None:
    booked, campaign_id = settled[0].booked, settled[0].payment.campaign_id
    money = session.get_one(Campaign, campaign_id).money_side.value
    _, seen = accounts.seen(session, campaign_id=campaign_id, addresses=[money])[money]
    if booked.fate is Fate.PAID:
        # The version is read before the sum: of two outflows at once, the second is outrun and sums again.
        held = -statements.balance(session, campaign_id=campaign_id, address=money)
        if held < sum(one.payment.net_cents for one in settled):
            return None
    posted = journal.post_set(
        session,
        journal.Act(campaign_id, _ACTS[booked.fate], booked.booked_on, by.user_id),
        chosen=_CHOSEN,
        guards=_GUARDS[booked.fate],
        transfers=_TRANSFERS[booked.fate],
        runs=[one.payment.run_no for one in settled],
        payments=[one.payment.no for one in settled],
        money=money,
        seen=seen,
    )
    return posted.no


def _write(session: Session, settled: Sequence[Matched], entry_no: int, *, at: datetime, by: Actor) -> None:
    rows = [
        {"run_no": one.payment.run_no, "payment_no": one.payment.no}
        | {name: getattr(one.booked, name) for name in _TOLD}
        for one in settled
    ]
    session.execute(
        _FACTS,
        {
            "campaign_id": settled[0].payment.campaign_id,
            "entry_no": entry_no,
            "at": at,
            "by": by.user_id,
            "rows": json.dumps(rows, default=str),
        },
    )


def _taken(session: Session, references: set[str]) -> dict[tuple[str | None, str], Booked]:
    written = _written(session, _among(PaymentOutcome.reference, references))
    return {(booked.iban, booked.reference): booked for booked in written if booked.iban}


def _written(session: Session, which: ColumnElement[bool]) -> list[Booked]:
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
        .where(which)
    )
    return [Booked(*row) for row in rows]


def _among(column: InstrumentedAttribute[Any], values: Iterable[str]) -> ColumnElement[bool]:
    return column == func.any(bindparam(None, sorted(values), type_=ARRAY(Text)))
