"""What is promised of claims that payments take, proved again: each ends once, and the bank moves the net."""

from collections.abc import Callable, Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.finding import Finding
from voucher_service.network import heirs
from voucher_service.settlement import netting
from voucher_service.settlement.outcomes import LIVE_LINE

_TAKEN_BACK = text(f"""
WITH heir AS MATERIALIZED ({heirs.HEIRS})
SELECT payment.campaign_id, payment.end_to_end_id, payment.netted_cents, sum(redemption.face_cents) AS cents
FROM run_payment AS payment
JOIN campaign ON campaign.id = payment.campaign_id
LEFT JOIN run_claim AS netted ON netted.campaign_id = payment.campaign_id AND netted.run_no = payment.run_no
                             AND netted.payment_no = payment.no
LEFT JOIN redemption ON redemption.id = netted.redemption_id
                    AND {heirs.IS_PAID_FOR.format(operator_id="payment.operator_id")}
GROUP BY payment.campaign_id, payment.run_no, payment.no, campaign.money_side
HAVING coalesce(sum(redemption.face_cents), 0) <> payment.netted_cents
    OR payment.netted_cents NOT IN (0, payment.claim_cents) OR payment.netted_cents >= payment.amount_cents
    OR payment.netted_cents > 0 AND campaign.money_side <> 'bank'""")
_GIVEN = text("""
SELECT run.campaign_id, run.no, run.netted_cents, paid.cents, entry.cents AS entry
FROM payment_run AS run
LEFT JOIN (SELECT campaign_id, run_no, sum(netted_cents) AS cents FROM run_payment GROUP BY 1, 2) AS paid
       ON paid.campaign_id = run.campaign_id AND paid.run_no = run.no
LEFT JOIN (SELECT campaign_id, entry_no, debit, sum(amount) AS cents FROM transfer
           WHERE starts_with(debit, 'run/') GROUP BY 1, 2, 3) AS entry
       ON entry.campaign_id = run.campaign_id AND entry.entry_no = run.entry_no AND entry.debit = 'run/' || run.no
WHERE (run.netted_cents, run.netted_cents) IS DISTINCT FROM (paid.cents, coalesce(entry.cents, 0))""")
# A claim that a payment takes was given back after another run had taken it.
_ENDED = text(f"""
WITH ending AS (
    SELECT netted.redemption_id, netted.run_no FROM run_claim AS netted WHERE {netting.STANDS}
    UNION ALL
    SELECT redemption_id, NULL FROM claim_settled
)
SELECT redemption.campaign_id, redemption.id, count(*) AS times
FROM ending JOIN redemption ON redemption.id = ending.redemption_id
GROUP BY redemption.campaign_id, redemption.id
HAVING count(*) > 1 OR NOT EXISTS (SELECT FROM redemption_reversal WHERE redemption_id = redemption.id)
    OR NOT EXISTS (SELECT FROM run_line AS line WHERE line.campaign_id = redemption.campaign_id
                   AND line.redemption_id = redemption.id AND line.run_no IS DISTINCT FROM max(ending.run_no))""")
_MOVED = text("""
SELECT campaign_id, end_to_end_id, outcome.fate, outcome.amount_cents AS moved,
       payment.amount_cents - payment.netted_cents AS net
FROM payment_outcome AS outcome
JOIN (SELECT *, no AS payment_no FROM run_payment) AS payment USING (campaign_id, run_no, payment_no)
WHERE outcome.amount_cents <> payment.amount_cents - payment.netted_cents""")
_LOST = text(f"""
WITH given_up AS (
    SELECT campaign_id, sum(face_cents) AS cents FROM redemption
    WHERE {netting.GIVEN_UP} AND EXISTS ({LIVE_LINE}) GROUP BY campaign_id
), booked AS (
    SELECT campaign_id, sum(CASE WHEN debit = 'loss' THEN amount ELSE -amount END) AS cents
    FROM transfer WHERE debit = 'loss' OR credit = 'loss' GROUP BY campaign_id
)
SELECT campaign_id, coalesce(given_up.cents, 0) AS expected, coalesce(booked.cents, 0) AS cents
FROM given_up FULL JOIN booked USING (campaign_id) WHERE coalesce(given_up.cents, 0) <> coalesce(booked.cents, 0)""")


def payments_take_their_claims(session: Session) -> Iterator[Finding]:
    """What a payment takes back are its operator's claims, all or none, less than it pays, and only from a bank's."""
    for row in session.execute(_TAKEN_BACK):
        detail = f"{row.end_to_end_id} takes {row.netted_cents}, claims {row.cents}"
        yield Finding("payments-take-their-claims", str(row.campaign_id), detail)


def runs_give_back_what_their_payments_take(session: Session) -> Iterator[Finding]:
    """What a run takes back, what its payments take, and what its entry gave back to the dues are the same cents."""
    for row in session.execute(_GIVEN):
        detail = f"run {row.netted_cents}, payments {row.cents}, entry {row.entry}"
        yield Finding("runs-give-back-what-their-payments-take", f"{row.campaign_id}:{row.no}", detail)


def claims_end_once(session: Session) -> Iterator[Finding]:
    """A claim is repaid, given up or taken by one payment that stands: once, and only if it was one."""
    for row in session.execute(_ENDED):
        yield Finding("claims-end-once", str(row.campaign_id), f"{row.id} ended {row.times} times")


def outcomes_move_the_net(session: Session) -> Iterator[Finding]:
    """What the bank paid, sent back or refused is what it was ordered to pay."""
    for row in session.execute(_MOVED):
        detail = f"{row.end_to_end_id} {row.fate} {row.moved}, ordered {row.net}"
        yield Finding("outcomes-move-the-net", str(row.campaign_id), detail)


def losses_are_what_was_given_up(session: Session) -> Iterator[Finding]:
    """The losses are the claims that were given up and whose payment neither came back nor was refused."""
    for row in session.execute(_LOST):
        detail = f"{row.cents}, given up {row.expected}"
        yield Finding("losses-are-what-was-given-up", str(row.campaign_id), detail)


CHECKS: tuple[Callable[[Session], Iterator[Finding]], ...] = (
    payments_take_their_claims,
    runs_give_back_what_their_payments_take,
    claims_end_once,
    outcomes_move_the_net,
    losses_are_what_was_given_up,
)
