"""Audit: what is promised about the campaigns' money, proved again from the transfers and the facts."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.funding import refunds_audit
from voucher_service.kernel.finding import Finding

_KIND = """CASE WHEN starts_with({address}, 'voucher/') THEN 'outstanding'
                WHEN starts_with({address}, 'venue/') AND {address} LIKE '%/due' THEN 'dues'
                WHEN {address} = 'activation' THEN 'activation'
                WHEN {address} IN ('bank', 'commitment') THEN 'money'
                WHEN starts_with({address}, 'funds/') THEN 'available'
                WHEN starts_with({address}, 'run/') THEN 'in payment'
                WHEN starts_with({address}, 'refund/') THEN 'to refund'
                WHEN {address} IN ('expired', 'suspense') THEN {address}
                WHEN {address} IN ('operator/charges', 'operator/transfers', 'loss') THEN 'lost'
                WHEN {address} LIKE 'funder/%/receivable' THEN 'receivable'
                WHEN {address} LIKE 'funder/%/pledged' THEN 'pledged'
                ELSE 'unknown' END"""
# One reading of the transfers, folded at once: every kind of account, per colour, then per funder.
_PER_FUNDER = f"""
WITH folded AS (
    SELECT campaign_id, colour, {_KIND.format(address="debit")} AS debit, {_KIND.format(address="credit")} AS credit,
           sum(amount) AS amount
    FROM transfer WHERE {{which}} GROUP BY 1, 2, 3, 4
), kept AS (
    SELECT campaign_id, colour, kind, sum(side.amount) AS amount
    FROM folded CROSS JOIN LATERAL (VALUES (debit, -folded.amount), (credit, folded.amount)) AS side (kind, amount)
    GROUP BY 1, 2, 3
), owned AS (
    SELECT kept.campaign_id, share.funder, kind,
           sum(kept.amount::bigint / colour.face_cents * share.advanced_cents) AS cents
    FROM kept
    JOIN colour ON colour.campaign_id = kept.campaign_id AND colour.no = kept.colour
    JOIN colour_share AS share ON share.campaign_id = kept.campaign_id AND share.colour = kept.colour
    GROUP BY 1, 2, 3
)"""
_ANSWERED = text(
    f"""{_PER_FUNDER.format(which="colour <> 0")}, answered AS (
    SELECT campaign_id, funder, coalesce(-sum(cents) FILTER (WHERE kind = 'money'), 0) AS money,
           coalesce(sum(cents) FILTER (WHERE kind IN ('available', 'outstanding', 'dues', 'in payment', 'expired',
                                                      'to refund', 'suspense', 'lost')), 0) AS answered
    FROM owned GROUP BY 1, 2
)
SELECT campaign_id, funder, money, answered FROM answered WHERE money <> answered"""
)
_PROMISED = text(
    f"""{_PER_FUNDER.format(which="starts_with(debit, 'funder/') OR starts_with(credit, 'funder/')")}, promised AS (
    SELECT campaign_id, funder, coalesce(-sum(cents) FILTER (WHERE kind = 'receivable'), 0) AS receivable,
           coalesce(sum(cents) FILTER (WHERE kind = 'pledged'), 0) AS pledged
    FROM owned WHERE kind IN ('receivable', 'pledged') GROUP BY 1, 2
)
SELECT campaign_id, funder, receivable, pledged FROM promised WHERE receivable <> pledged"""
)
_OVERDRAWN = text("""
WITH flow AS (
    SELECT transfer.campaign_id, record.position,
           CASE WHEN debit IN ('bank', 'commitment') THEN amount ELSE -amount END AS amount
    FROM transfer JOIN record USING (campaign_id, entry_no)
    WHERE (debit IN ('bank', 'commitment')) <> (credit IN ('bank', 'commitment'))
), walked AS (
    SELECT campaign_id, position,
           sum(amount) OVER (PARTITION BY campaign_id ORDER BY position RANGE UNBOUNDED PRECEDING) AS money
    FROM flow
)
SELECT campaign_id, min(money) AS money, min(position) AS position FROM walked WHERE money < 0 GROUP BY campaign_id""")
_DEPOSITS = text("""
WITH booked AS (
    SELECT campaign_id, entry_no, coalesce(entry.claimed_on, entry.effective_on) AS claimed_on,
           coalesce(sum(amount) FILTER (WHERE debit IN ('bank', 'commitment')), 0) AS money,
           coalesce(sum(amount) FILTER (WHERE starts_with(credit, 'funds/')), 0) AS matched,
           coalesce(sum(amount) FILTER (WHERE credit = 'suspense'), 0) AS suspense
    FROM entry JOIN transfer USING (campaign_id) WHERE kind = 'deposit' AND entry_no = no
    GROUP BY 1, 2, 3
)
SELECT coalesce(deposit.campaign_id, booked.campaign_id) AS campaign_id,
       coalesce(reference, 'entry ' || booked.entry_no) AS reference, amount_cents, booked.money
FROM deposit FULL JOIN booked USING (campaign_id, entry_no)
WHERE (amount_cents, matched_cents, amount_cents - matched_cents, received_on)
      IS DISTINCT FROM (booked.money, booked.matched, booked.suspense, booked.claimed_on)""")
_PLEDGES = text("""
WITH booked AS (
    SELECT campaign_id, no AS entry_no, split_part(debit || '/' || credit, '/', 2) AS funder,
           CASE WHEN debit LIKE '%/receivable' THEN amount ELSE -amount END AS cents
    FROM entry JOIN transfer USING (campaign_id) WHERE kind = 'pledge' AND entry_no = no
)
SELECT coalesce(pledge.campaign_id, booked.campaign_id) AS campaign_id,
       coalesce(pledge.funder, booked.funder) AS funder, amount_cents, cents
FROM pledge FULL JOIN booked USING (campaign_id, entry_no)
WHERE (pledge.funder, amount_cents) IS DISTINCT FROM (booked.funder, cents)""")
_REFUNDS = text("""
WITH booked AS (
    SELECT campaign_id, no AS entry_no, split_part(debit, '/', 2) AS funder, sum(amount) AS cents
    FROM entry JOIN transfer USING (campaign_id) WHERE kind = 'refund' AND entry_no = no
    GROUP BY 1, 2, 3
)
SELECT coalesce(fact.campaign_id, booked.campaign_id) AS campaign_id,
       coalesce(fact.funder, booked.funder) AS funder, amount_cents, cents
FROM funder_refund AS fact FULL JOIN booked USING (campaign_id, entry_no)
WHERE (fact.funder, amount_cents) IS DISTINCT FROM (booked.funder, cents)""")

_CLEARANCES = text("""
WITH booked AS (
    SELECT campaign_id, no AS entry_no, coalesce(entry.claimed_on, entry.effective_on) AS claimed_on,
           coalesce(sum(amount) FILTER (WHERE debit = 'suspense'), 0) AS cents,
           coalesce(sum(amount) FILTER (WHERE starts_with(credit, 'funds/')), 0) AS funded,
           max(split_part(credit, '/', 2)) FILTER (WHERE starts_with(credit, 'funds/')) AS funder
    FROM entry JOIN transfer USING (campaign_id) WHERE kind IN ('attribute', 'send-back') AND entry_no = no
    GROUP BY 1, 2, 3
)
SELECT coalesce(fact.campaign_id, booked.campaign_id) AS campaign_id,
       coalesce(fact.reference, 'entry ' || booked.entry_no) AS reference, amount_cents, cents
FROM clearance AS fact FULL JOIN booked USING (campaign_id, entry_no)
WHERE (fact.funder, amount_cents, CASE WHEN fact.funder IS NULL THEN 0 ELSE amount_cents END, decided_on)
      IS DISTINCT FROM (booked.funder, cents, funded, booked.claimed_on)""")
_WAITING = text("""
SELECT campaign_id, colour, sum(CASE WHEN credit = 'suspense' THEN amount ELSE -amount END)::bigint AS cents
FROM transfer WHERE debit = 'suspense' OR credit = 'suspense'
GROUP BY campaign_id, colour HAVING sum(CASE WHEN credit = 'suspense' THEN amount ELSE -amount END) < 0""")
_CLEARED = text("""
SELECT deposit.campaign_id, deposit.reference, amount_cents - matched_cents AS waited, cleared.cents
FROM deposit JOIN (SELECT campaign_id, deposit, sum(amount_cents) AS cents FROM clearance GROUP BY 1, 2) AS cleared
  ON cleared.campaign_id = deposit.campaign_id AND cleared.deposit = deposit.reference
WHERE cleared.cents > amount_cents - matched_cents""")


def money_answers_for_everything(session: Session) -> Iterator[Finding]:
    """Per campaign and funder: money = available + outstanding + dues + in payment + expired + to refund + suspense.

    A venue's claim is a due below zero; what was written off is money that is gone.
    """
    for row in session.execute(_ANSWERED):
        yield _found(
            money_answers_for_everything, row, row.funder, f"money {row.money}, answered for {row.answered}"
        )


def receivable_equals_pledged(session: Session) -> Iterator[Finding]:
    """What a funder still promises is what is still claimed from it."""
    for row in session.execute(_PROMISED):
        yield _found(
            receivable_equals_pledged, row, row.funder, f"receivable {row.receivable}, pledged {row.pledged}"
        )


def money_is_never_overdrawn(session: Session) -> Iterator[Finding]:
    """At every position of the record, a campaign's money is at least zero."""
    for row in session.execute(_OVERDRAWN):
        yield _found(money_is_never_overdrawn, row, "money", f"{row.money} at position {row.position}")


def deposits_are_in_the_books(session: Session) -> Iterator[Finding]:
    """Each deposit is one entry of its amount, its match and its date, and each such entry a deposit."""
    for row in session.execute(_DEPOSITS):
        detail = f"deposit {row.amount_cents}, entry {row.money}"
        yield _found(deposits_are_in_the_books, row, row.reference, detail)


def pledges_are_in_the_books(session: Session) -> Iterator[Finding]:
    """Each promise, or change of one, is one entry of its amount."""
    for row in session.execute(_PLEDGES):
        yield _found(
            pledges_are_in_the_books, row, row.funder, f"pledge {row.amount_cents}, entry {row.cents}"
        )


def refunds_are_in_the_books(session: Session) -> Iterator[Finding]:
    """Each sum that went back to a funder is one entry of its amount."""
    for row in session.execute(_REFUNDS):
        yield _found(
            refunds_are_in_the_books, row, row.funder, f"refund {row.amount_cents}, entry {row.cents}"
        )


def clearances_are_in_the_books(session: Session) -> Iterator[Finding]:
    """Each sum that left suspense is one entry of its amount, its funder and its date, and each such entry one."""
    for row in session.execute(_CLEARANCES):
        detail = f"clearance {row.amount_cents}, entry {row.cents}"
        yield _found(clearances_are_in_the_books, row, row.reference, detail)


def nothing_leaves_suspense_twice(session: Session) -> Iterator[Finding]:
    """What was attributed or sent back of a deposit is at most what waited of it."""
    for row in session.execute(_CLEARED):
        detail = f"waited {row.waited}, left {row.cents}"
        yield _found(nothing_leaves_suspense_twice, row, row.reference, detail)


def suspense_holds_what_each_sender_sent(session: Session) -> Iterator[Finding]:
    """Nothing leaves suspense in the colour of somebody whose money does not wait there."""
    for row in session.execute(_WAITING):
        yield _found(
            suspense_holds_what_each_sender_sent, row, f"colour {row.colour}", f"{row.cents} waiting"
        )


CHECKS: tuple[Callable[[Session], Iterator[Finding]], ...] = (
    money_answers_for_everything,
    receivable_equals_pledged,
    money_is_never_overdrawn,
    deposits_are_in_the_books,
    pledges_are_in_the_books,
    refunds_are_in_the_books,
    clearances_are_in_the_books,
    nothing_leaves_suspense_twice,
    suspense_holds_what_each_sender_sent,
    *refunds_audit.CHECKS,
)


def _found(check: Callable[[Session], Iterator[Finding]], row: Any, subject: str, detail: str) -> Finding:
    return Finding(check.__name__.replace("_", "-"), f"{row.campaign_id}:{subject}", detail)
