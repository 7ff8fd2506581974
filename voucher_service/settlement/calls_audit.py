"""Calls audit: each call for funds asks for the things it names and for nothing twice; receipts never exceed it."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.finding import Finding
from voucher_service.settlement.fund_calls import LIVE_LINE

_CALLED = text("""
WITH asked AS (
    SELECT campaign_id, call_no AS no, count(*) AS things, sum(cents)::bigint AS cents FROM call_line GROUP BY 1, 2
    UNION ALL
    SELECT taken.campaign_id, call_no, count(*), sum(amount_cents)::bigint
    FROM call_instalment AS taken JOIN instalment
      ON instalment.campaign_id = taken.campaign_id AND instalment.funder = taken.funder
     AND instalment.no = taken.instalment_no
    GROUP BY 1, 2
)
SELECT campaign_id, no, call.amount_cents AS said, asked.cents AS booked
FROM fund_call AS call FULL JOIN asked USING (campaign_id, no)
WHERE (call.amount_cents, call.things) IS DISTINCT FROM (asked.cents, asked.things)""")
_LINES = text("""
SELECT line.campaign_id, line.call_no AS no, line.cents AS said,
       (share.borne_cents - share.advanced_cents) * CASE WHEN is_credit THEN -1 ELSE 1 END AS booked
FROM call_line AS line JOIN redemption ON redemption.id = line.redemption_id
LEFT JOIN colour_share AS share ON share.campaign_id = line.campaign_id AND share.colour = redemption.colour
                               AND share.funder = line.funder
WHERE line.cents IS DISTINCT FROM
      (share.borne_cents - share.advanced_cents) * CASE WHEN is_credit THEN -1 ELSE 1 END
   OR is_credit AND NOT EXISTS (SELECT FROM redemption_reversal AS undone
                                WHERE undone.redemption_id = redemption.id)""")
_BENEFICIARIES = text("""
SELECT campaign_id, call.no, amount_cents AS said, owed.cents AS booked
FROM fund_call AS call
LEFT JOIN (SELECT campaign_id, call_no AS no, sum(cents)::bigint AS cents FROM call_beneficiary GROUP BY 1, 2) AS owed
  USING (campaign_id, no)
WHERE basis = 'used' AND amount_cents IS DISTINCT FROM owed.cents OR basis <> 'used' AND owed.cents IS NOT NULL""")
_RECEIVED = text("""
SELECT call.campaign_id, call.no, call.amount_cents AS said, sum(receipt.amount_cents) AS booked
FROM fund_call AS call JOIN call_receipt AS receipt
  ON receipt.campaign_id = call.campaign_id AND receipt.call_no = call.no
GROUP BY 1, 2, 3 HAVING sum(receipt.amount_cents) > call.amount_cents
UNION ALL
SELECT deposit.campaign_id, min(receipt.call_no), deposit.amount_cents, sum(receipt.amount_cents)
FROM deposit JOIN call_receipt AS receipt
  ON receipt.campaign_id = deposit.campaign_id AND receipt.deposit = deposit.reference
GROUP BY deposit.campaign_id, deposit.reference, deposit.amount_cents
HAVING sum(receipt.amount_cents) > deposit.amount_cents""")

_TWICE = text(f"""
SELECT line.campaign_id, max(line.call_no) AS no, 1 AS said, count(*) AS booked FROM call_line AS line
WHERE {LIVE_LINE} GROUP BY line.campaign_id, line.redemption_id, line.funder, line.is_credit HAVING count(*) > 1
UNION ALL
SELECT line.campaign_id, max(line.call_no), 1, count(*) FROM call_instalment AS line
WHERE {LIVE_LINE} GROUP BY line.campaign_id, line.funder, line.instalment_no HAVING count(*) > 1""")
_CANCELLED = text("""
SELECT cancelled.campaign_id, cancelled.call_no AS no, 0 AS said, sum(receipt.amount_cents) AS booked
FROM call_cancellation AS cancelled JOIN call_receipt AS receipt
  ON receipt.campaign_id = cancelled.campaign_id AND receipt.call_no = cancelled.call_no
GROUP BY 1, 2""")


def calls_ask_for_what_they_name(session: Session) -> Iterator[Finding]:
    """Each call asks for the sum of its instalments or of its vouchers, and each of these is of a call."""
    yield from _found(calls_ask_for_what_they_name, session.execute(_CALLED))


def calls_ask_for_what_is_borne(session: Session) -> Iterator[Finding]:
    """A voucher is called for what its funder bears beyond what it advanced, and taken off only if given back."""
    yield from _found(calls_ask_for_what_is_borne, session.execute(_LINES))


def calls_are_owed_to_who_advanced(session: Session) -> Iterator[Finding]:
    """What a call on used vouchers asks for is shared between those who advanced it, to the cent."""
    yield from _found(calls_are_owed_to_who_advanced, session.execute(_BENEFICIARIES))


def receipts_stay_within_their_call(session: Session) -> Iterator[Finding]:
    """What came of a call is at most what it asks for, and what a deposit answers at most what it is."""
    yield from _found(receipts_stay_within_their_call, session.execute(_RECEIVED))


def things_are_called_once(session: Session) -> Iterator[Finding]:
    """No instalment and no voucher is asked for by two calls that stand."""
    yield from _found(things_are_called_once, session.execute(_TWICE))


def cancelled_calls_received_nothing(session: Session) -> Iterator[Finding]:
    """A call that was cancelled has no receipts."""
    yield from _found(cancelled_calls_received_nothing, session.execute(_CANCELLED))


CHECKS: tuple[Callable[[Session], Iterator[Finding]], ...] = (
    calls_ask_for_what_they_name,
    calls_ask_for_what_is_borne,
    calls_are_owed_to_who_advanced,
    receipts_stay_within_their_call,
    things_are_called_once,
    cancelled_calls_received_nothing,
)


def _found(check: Callable[[Session], Iterator[Finding]], rows: Any) -> Iterator[Finding]:
    for row in rows:
        detail = f"said {row.said}, follows {row.booked}"
        yield Finding(check.__name__.replace("_", "-"), f"{row.campaign_id}:call {row.no}", detail)
