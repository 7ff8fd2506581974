"""Audit: the promises of this package, each checked on the whole database."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from voucher_service.kernel.finding import Finding
from voucher_service.network import heirs
from voucher_service.settlement import changes, content, netting, netting_audit
from voucher_service.settlement.approval import APPROVED
from voucher_service.settlement.bank import audit as bank
from voucher_service.settlement.outcomes import LIVE_LINE
from voucher_service.settlement.runs import PaymentRun

Check = Callable[[Session], Iterator[Finding]]

_NET = """
    SELECT campaign_id, address, sum(amount) AS cents
    FROM (SELECT campaign_id, credit AS address, amount FROM transfer WHERE starts_with(credit, '{0}')
          UNION ALL
          SELECT campaign_id, debit, -amount FROM transfer WHERE starts_with(debit, '{0}')) AS side
    GROUP BY campaign_id, address"""
_CHANGES = text("""
WITH step AS (
    SELECT campaign_id, no AS run_no, 0 AS no, entry_no, payments, redemptions, total_cents, netted_cents
    FROM payment_run
    UNION ALL
    SELECT campaign_id, run_no, no, entry_no, payments, redemptions, total_cents, netted_cents FROM run_change
), gone AS (
    SELECT outcome.campaign_id, outcome.run_no, outcome.entry_no, count(DISTINCT payment_no) AS payments,
           sum(redemptions) AS redemptions, sum(cents) AS cents, sum(payment.netted_cents) AS netted
    FROM payment_outcome AS outcome
    JOIN (SELECT campaign_id, run_no, no AS payment_no, netted_cents FROM run_payment) AS payment
      USING (campaign_id, run_no, payment_no)
    JOIN (SELECT line.campaign_id, line.run_no, line.payment_no, count(*) AS redemptions,
                 sum(face_cents) AS cents
          FROM run_line AS line JOIN redemption ON redemption.id = line.redemption_id
          GROUP BY 1, 2, 3) AS line USING (campaign_id, run_no, payment_no)
    WHERE outcome.fate = 'withdrawn' GROUP BY 1, 2, 3
), posted AS (
    SELECT campaign_id, entry_no, debit, sum(amount) AS cents FROM transfer
    WHERE starts_with(debit, 'run/') GROUP BY 1, 2, 3
), regained AS (
    SELECT campaign_id, entry_no, credit, sum(amount) AS cents FROM transfer
    WHERE starts_with(credit, 'run/') GROUP BY 1, 2, 3
)
SELECT coalesce(step.campaign_id, gone.campaign_id) AS campaign_id, coalesce(step.run_no, gone.run_no) AS no,
       step.no AS change, gone.cents AS gone, posted.cents AS posted
FROM (SELECT *, lag(payments) OVER run - payments AS fewer,
             lag(redemptions) OVER run - redemptions AS fewer_redemptions,
             lag(total_cents) OVER run - total_cents AS less_cents,
             lag(netted_cents) OVER run - netted_cents AS less_netted
      FROM step WINDOW run AS (PARTITION BY campaign_id, run_no ORDER BY no)) AS step
FULL JOIN gone USING (campaign_id, run_no, entry_no)
LEFT JOIN posted ON posted.campaign_id = step.campaign_id AND posted.entry_no = step.entry_no
                AND posted.debit = 'run/' || step.run_no
LEFT JOIN regained ON regained.campaign_id = step.campaign_id AND regained.entry_no = step.entry_no
                  AND regained.credit = 'run/' || step.run_no
WHERE (step.no > 0 OR step.no IS NULL OR gone.payments IS NOT NULL)
  AND (step.fewer, step.fewer_redemptions, step.less_cents, step.less_cents, step.less_netted,
       step.less_netted)
      IS DISTINCT FROM (gone.payments, gone.redemptions, gone.cents, posted.cents, gone.netted,
                        coalesce(regained.cents, 0))
UNION ALL
SELECT change.campaign_id, change.run_no, change.no, NULL, NULL
FROM run_change AS change JOIN run_file AS file USING (campaign_id, run_no)
WHERE change.at > file.at""")


def runs_hold_what_their_lines_say(session: Session) -> Iterator[Finding]:
    """A run, its payments, its redemptions and the entry that froze it are the same cents."""
    statement = """
        SELECT run.campaign_id, run.no, run.total_cents, paid.cents AS payments, taken.cents AS lines,
               frozen.cents AS entry
        FROM payment_run AS run
        LEFT JOIN (SELECT campaign_id, run_no, sum(amount_cents) AS cents, count(*) AS payments FROM run_payment
                   GROUP BY 1, 2) AS paid ON paid.campaign_id = run.campaign_id AND paid.run_no = run.no
        LEFT JOIN (SELECT line.campaign_id, line.run_no, sum(face_cents) AS cents, count(*) AS redemptions
                   FROM run_line AS line JOIN redemption ON redemption.id = line.redemption_id
                   GROUP BY 1, 2) AS taken ON taken.campaign_id = run.campaign_id AND taken.run_no = run.no
        LEFT JOIN (SELECT campaign_id, entry_no, credit, sum(amount) AS cents FROM transfer
                   WHERE starts_with(credit, 'run/') GROUP BY 1, 2, 3) AS frozen
               ON frozen.campaign_id = run.campaign_id AND frozen.entry_no = run.entry_no
              AND frozen.credit = 'run/' || run.no
        WHERE (run.total_cents, run.total_cents, run.total_cents, run.payments, run.redemptions)
              IS DISTINCT FROM (paid.cents, taken.cents, frozen.cents, paid.payments, taken.redemptions)"""
    for row in session.execute(text(statement)):
        detail = f"run {row.total_cents}, payments {row.payments}, lines {row.lines}, entry {row.entry}"
        yield _found("runs-hold-what-their-lines-say", row, detail)


def payments_are_the_sum_of_their_lines(session: Session) -> Iterator[Finding]:
    """A payment is for the redemptions of its operator, or of those whom it follows, to the cent."""
    statement = f"""
        WITH heir AS MATERIALIZED ({heirs.HEIRS})
        SELECT payment.campaign_id, payment.run_no AS no, payment.end_to_end_id, payment.amount_cents,
               sum(face_cents) AS lines
        FROM run_payment AS payment
        LEFT JOIN run_line AS line ON line.campaign_id = payment.campaign_id AND line.run_no = payment.run_no
                                  AND line.payment_no = payment.no
        LEFT JOIN redemption ON redemption.id = line.redemption_id
                            AND {heirs.IS_PAID_FOR.format(operator_id="payment.operator_id")}
        GROUP BY payment.campaign_id, payment.run_no, payment.no
        HAVING sum(face_cents) IS DISTINCT FROM payment.amount_cents"""
    for row in session.execute(text(statement)):
        detail = f"{row.end_to_end_id}: {row.amount_cents}, lines {row.lines}"
        yield _found("payments-are-the-sum-of-their-lines", row, detail)


def redemptions_are_in_one_live_run(session: Session) -> Iterator[Finding]:
    """A redemption is paid once: in at most one run whose payment neither came back nor was refused."""
    statement = """
        SELECT line.campaign_id, max(line.run_no) AS no, line.redemption_id, count(*) AS runs
        FROM run_line AS line
        WHERE NOT EXISTS (SELECT FROM payment_outcome AS outcome
                          WHERE outcome.campaign_id = line.campaign_id AND outcome.run_no = line.run_no
                            AND outcome.payment_no = line.payment_no AND outcome.fate <> 'paid')
        GROUP BY line.campaign_id, line.redemption_id HAVING count(*) > 1"""
    for row in session.execute(text(statement)):
        yield _found("redemptions-are-in-one-live-run", row, f"{row.redemption_id} in {row.runs} runs")


def runs_keep_what_is_not_paid(session: Session) -> Iterator[Finding]:
    """A run's account holds its payments that neither left nor were refused yet: nothing once none is waited for."""
    statement = f"""
        WITH unpaid AS (
            SELECT campaign_id, 'run/' || run_no AS address, sum(amount_cents - netted_cents) AS cents
            FROM run_payment AS payment
            WHERE NOT EXISTS (SELECT FROM payment_outcome AS outcome
                              WHERE outcome.campaign_id = payment.campaign_id AND outcome.run_no = payment.run_no
                                AND outcome.payment_no = payment.no AND outcome.fate <> 'returned')
            GROUP BY campaign_id, run_no
        )
        SELECT campaign_id, address AS no, coalesce(unpaid.cents, 0) AS expected, coalesce(held.cents, 0) AS cents
        FROM unpaid FULL JOIN ({_NET.format("run/")}) AS held USING (campaign_id, address)
        WHERE coalesce(unpaid.cents, 0) <> coalesce(held.cents, 0)"""
    for row in session.execute(text(statement)):
        yield _found("runs-keep-what-is-not-paid", row, f"{row.cents}, payments that wait {row.expected}")


def dues_are_what_redemptions_say(session: Session) -> Iterator[Finding]:
    """A venue's due is what it earned in no live run, less what it owes back, is not settled and no payment takes."""
    statement = f"""
        WITH said AS (
            SELECT campaign_id, 'venue/' || venue_no || '/due' AS address,
                   sum(face_cents * (1 - in_run::int - given_back::int + ended::int)) AS cents
            FROM (SELECT redemption.*, EXISTS ({LIVE_LINE}) AS in_run,
                         EXISTS (SELECT FROM redemption_reversal
                                 WHERE redemption_reversal.redemption_id = redemption.id) AS given_back,
                         EXISTS (SELECT FROM redemption_reversal AS undone
                                 WHERE undone.redemption_id = redemption.id) AND {netting.PAYABLE}
                         OR EXISTS ({LIVE_LINE}) AND {netting.GIVEN_UP} AS ended
                  FROM redemption) AS fact
            GROUP BY campaign_id, venue_no
        )
        SELECT campaign_id, address AS no, coalesce(said.cents, 0) AS expected, coalesce(held.cents, 0) AS cents
        FROM said FULL JOIN ({_NET.format("venue/")}) AS held USING (campaign_id, address)
        WHERE coalesce(said.cents, 0) <> coalesce(held.cents, 0)"""
    for row in session.execute(text(statement)):
        yield _found("dues-are-what-redemptions-say", row, f"{row.cents}, redemptions {row.expected}")


def hashes_recompute(session: Session) -> Iterator[Finding]:
    """The hash of a run, those of its changes, and those that were approved, are those of its content."""
    approved = text("SELECT content_hash FROM run_approval WHERE campaign_id = :campaign_id AND run_no = :no")
    for run in session.scalars(select(PaymentRun).order_by(PaymentRun.campaign_id, PaymentRun.no)).all():
        said = {run.entry_no: run.content_hash}
        said |= {change.entry_no: change.content_hash for change in changes.of_run(session, run)}
        again = {entry_no: content.of_run(session, run, entry_no=entry_no) for entry_no in said}
        given = set(session.scalars(approved, {"campaign_id": run.campaign_id, "no": run.no}))
        if said != again or not given <= set(again.values()):
            yield _found("hashes-recompute", run, again[max(again)].hex())


def changes_say_what_is_left(session: Session) -> Iterator[Finding]:
    """A change takes payments out with one entry, leaves what it says, and is never made after the run has left."""
    for row in session.execute(_CHANGES):
        detail = f"change {row.change}, payments taken out {row.gone}, entry {row.posted}"
        yield _found("changes-say-what-is-left", row, detail)


def files_are_as_they_left(session: Session) -> Iterator[Finding]:
    """A file that left is the bytes of its hash, and the files of a run pay what the run held, net and once."""
    statement = """
        WITH held AS (
            SELECT run.campaign_id, run.no, coalesce(change.payments, run.payments) AS payments,
                   coalesce(change.total_cents - change.netted_cents, run.total_cents - run.netted_cents) AS cents
            FROM payment_run AS run
            LEFT JOIN LATERAL (SELECT payments, total_cents, netted_cents FROM run_change
                               WHERE run_change.campaign_id = run.campaign_id AND run_change.run_no = run.no
                               ORDER BY run_change.no DESC LIMIT 1) AS change ON true
        )
        SELECT campaign_id, run_no AS no, reference AS detail FROM run_file WHERE sha256(content) <> sha256
        UNION ALL
        SELECT campaign_id, no, form FROM held
        JOIN (SELECT campaign_id, run_no AS no, form, sum(payments) AS payments, sum(total_cents) AS cents
              FROM run_file GROUP BY 1, 2, 3) AS sent USING (campaign_id, no)
        WHERE (held.payments, held.cents) IS DISTINCT FROM (sent.payments, sent.cents)"""
    for row in session.execute(text(statement)):
        yield _found("files-are-as-they-left", row, row.detail)


def approvers_are_second_persons(session: Session) -> Iterator[Finding]:
    """Nobody approved what he froze himself; nothing left, and nothing was paid, before all approved who must."""
    statement = f"""
        SELECT run.campaign_id, run.no, 'approved by who froze it' AS detail
        FROM payment_run AS run JOIN run_approval AS approval
          ON approval.campaign_id = run.campaign_id AND approval.run_no = run.no
        WHERE approval.by = run.by
        UNION ALL
        SELECT DISTINCT outcome.campaign_id, outcome.run_no, 'paid without approval'
        FROM payment_outcome AS outcome
        LEFT JOIN ({APPROVED}) AS approved USING (campaign_id, run_no)
        WHERE outcome.fate = 'paid' AND approved.at IS NULL
        UNION ALL
        SELECT DISTINCT file.campaign_id, file.run_no, 'exported without approval'
        FROM run_file AS file
        LEFT JOIN ({APPROVED}) AS approved USING (campaign_id, run_no)
        WHERE approved.at IS NULL"""
    for row in session.execute(text(statement)):
        yield _found("approvers-are-second-persons", row, row.detail)


def payments_go_to_approved_accounts(session: Session) -> Iterator[Finding]:
    """A payment goes to an account of its operator that was approved, and no longer cooled, when the run was frozen."""
    statement = """
        SELECT payment.campaign_id, payment.run_no AS no, payment.end_to_end_id
        FROM run_payment AS payment
        JOIN payment_run AS run ON run.campaign_id = payment.campaign_id AND run.no = payment.run_no
        WHERE NOT EXISTS (
            SELECT FROM bank_details AS details
            JOIN bank_details_decision AS decision ON decision.details_id = details.id
            WHERE details.operator_id = payment.operator_id AND details.iban = payment.iban
              AND decision.outcome = 'approved' AND decision.at <= run.at AND decision.in_force_at <= run.at)"""
    for row in session.execute(text(statement)):
        yield _found("payments-go-to-approved-accounts", row, row.end_to_end_id)


CHECKS: tuple[Check, ...] = (
    runs_hold_what_their_lines_say,
    payments_are_the_sum_of_their_lines,
    redemptions_are_in_one_live_run,
    runs_keep_what_is_not_paid,
    dues_are_what_redemptions_say,
    hashes_recompute,
    changes_say_what_is_left,
    files_are_as_they_left,
    approvers_are_second_persons,
    payments_go_to_approved_accounts,
    *netting_audit.CHECKS,
    *bank.CHECKS,
)


def _found(check: str, row: Any, detail: str) -> Finding:
    return Finding(check, f"{row.campaign_id}:{row.no}", detail)
