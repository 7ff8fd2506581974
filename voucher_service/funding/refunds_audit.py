"""Refunds audit: what was shared out, set aside, paid back and carried over, proved again from the transfers."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.finding import Finding

_RELEASES = text("""
WITH booked AS (
    SELECT campaign_id, no AS entry_no,
           coalesce(sum(amount) FILTER (WHERE debit = 'expired'), 0)::bigint AS cents,
           jsonb_object_agg(substr(credit, 8), amount) FILTER (WHERE starts_with(credit, 'refund/')) AS shares
    FROM entry JOIN transfer USING (campaign_id) WHERE kind = 'release' AND entry_no = no
    GROUP BY 1, 2
)
SELECT campaign_id, coalesce('release ' || fact.id, 'entry ' || entry_no) AS subject,
       amount_cents AS said, booked.cents AS booked
FROM expired_release AS fact FULL JOIN booked USING (campaign_id, entry_no)
WHERE (amount_cents, fact.shares) IS DISTINCT FROM (booked.cents, booked.shares)""")
_SET_ASIDE = text("""
WITH moved AS (
    SELECT campaign_id, no AS entry_no, split_part(debit, '/', 2) AS funder,
           CASE WHEN starts_with(credit, 'refund/') THEN amount ELSE -amount END AS cents
    FROM entry JOIN transfer USING (campaign_id) WHERE kind = 'set-aside' AND entry_no = no
), fact AS (
    SELECT campaign_id, entry_no, funder, amount_cents AS cents FROM refund WHERE source = 'unspent'
    UNION ALL
    SELECT refund.campaign_id, step.entry_no, funder, -amount_cents
    FROM refund JOIN refund_step AS step USING (campaign_id, no) WHERE source = 'unspent' AND standing = 'withdrawn'
)
SELECT campaign_id, 'entry ' || entry_no AS subject, fact.cents AS said, moved.cents AS booked
FROM fact FULL JOIN moved USING (campaign_id, entry_no)
WHERE (fact.funder, fact.cents) IS DISTINCT FROM (moved.funder, moved.cents)""")
_PAID = text("""
SELECT refund.campaign_id, 'refund ' || refund.no AS subject, refund.amount_cents AS said,
       paid.amount_cents AS booked
FROM refund JOIN refund_step AS step USING (campaign_id, no)
LEFT JOIN funder_refund AS paid ON paid.campaign_id = refund.campaign_id AND paid.entry_no = step.entry_no
                               AND paid.funder = refund.funder
WHERE standing = 'paid' AND refund.amount_cents IS DISTINCT FROM paid.amount_cents""")
_CARRIED = text("""
SELECT one.campaign_id, 'refund ' || one.no AS subject, refund.amount_cents AS said,
       deposit.amount_cents AS booked
FROM carry_over AS one JOIN refund USING (campaign_id, no)
LEFT JOIN deposit ON deposit.campaign_id = one.into AND deposit.reference = one.deposit
LEFT JOIN refund_step AS step ON step.campaign_id = one.campaign_id AND step.no = one.no AND standing = 'paid'
WHERE (refund.into, refund.funder, refund.amount_cents, true)
      IS DISTINCT FROM (one.into, deposit.funder, deposit.amount_cents, step.no IS NOT NULL)""")
_COVERED = text("""
SELECT refund.campaign_id, 'refund/' || funder AS subject, sum(amount_cents) AS said,
       coalesce(max(account.balance), 0) AS booked
FROM refund
LEFT JOIN account ON account.campaign_id = refund.campaign_id AND account.address = 'refund/' || funder
WHERE NOT EXISTS (SELECT FROM refund_step AS step WHERE step.campaign_id = refund.campaign_id AND step.no = refund.no
                  AND standing IN ('paid', 'withdrawn'))
GROUP BY 1, 2 HAVING sum(amount_cents) > coalesce(max(account.balance), 0)""")


def releases_are_in_the_books(session: Session) -> Iterator[Finding]:
    """Each sharing out of expired value is one entry of its amount and of each funder's part, and nothing else is."""
    yield from _found(releases_are_in_the_books, session.execute(_RELEASES))


def what_is_set_aside_is_in_the_books(session: Session) -> Iterator[Finding]:
    """Unspent money is set aside by the entry of its refund, and comes back by that of its withdrawal."""
    yield from _found(what_is_set_aside_is_in_the_books, session.execute(_SET_ASIDE))


def paid_refunds_left_the_money(session: Session) -> Iterator[Finding]:
    """Each refund that is said to be paid left the campaign's money for its amount."""
    yield from _found(paid_refunds_left_the_money, session.execute(_PAID))


def what_is_carried_over_arrives(session: Session) -> Iterator[Finding]:
    """What left one campaign for another is a deposit of the same funder and amount there."""
    yield from _found(what_is_carried_over_arrives, session.execute(_CARRIED))


def refunds_under_way_are_covered(session: Session) -> Iterator[Finding]:
    """Refunds that are prepared or approved never take more than waits for their funder."""
    yield from _found(refunds_under_way_are_covered, session.execute(_COVERED))


CHECKS: tuple[Callable[[Session], Iterator[Finding]], ...] = (
    releases_are_in_the_books,
    what_is_set_aside_is_in_the_books,
    paid_refunds_left_the_money,
    what_is_carried_over_arrives,
    refunds_under_way_are_covered,
)


def _found(check: Callable[[Session], Iterator[Finding]], rows: Any) -> Iterator[Finding]:
    for row in rows:
        detail = f"said {row.said}, booked {row.booked}"
        yield Finding(check.__name__.replace("_", "-"), f"{row.campaign_id}:{row.subject}", detail)
