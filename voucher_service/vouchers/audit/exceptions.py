"""Exceptions: what finance paid against the rules was proposed by one person, decided by another, and paid once."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.finding import Finding
from voucher_service.vouchers.audit.facts import Check, found

_ANSWERS = text("""
SELECT contest.campaign_id, contest.serial AS subject,
       CASE WHEN decision.by = proposal.by THEN 'proposed and decided by one person'
            ELSE 'answered twice, or paid otherwise than decided' END AS detail
FROM contest_decision AS decision
JOIN contest_proposal AS proposal ON proposal.id = decision.proposal_id
JOIN contested_refusal AS contest ON contest.id = proposal.contest_id
LEFT JOIN redemption ON redemption.id = decision.redemption_id
LEFT JOIN venue ON venue.no = redemption.venue_no
WHERE decision.by = proposal.by
   OR (SELECT count(*) FROM contest_proposal AS twin JOIN contest_decision AS told ON told.proposal_id = twin.id
       WHERE twin.contest_id = contest.id AND told.agreed) > 1
   OR (decision.redemption_id IS NOT NULL) <> (decision.agreed AND proposal.answer = 'paid')
   OR (decision.redemption_id IS NOT NULL
       AND (redemption.campaign_id, redemption.serial, redemption.issue, redemption.served_on, redemption.operator_id,
            venue.id)
           IS DISTINCT FROM (contest.campaign_id, contest.serial, contest.issue, contest.served_on,
                             contest.operator_id, contest.venue_id))""")
_REVIVED = text("""
SELECT back.campaign_id, back.credit AS subject
FROM transfer AS back
WHERE back.debit = 'expired' AND starts_with(back.credit, 'voucher/')
  AND NOT EXISTS (SELECT FROM redemption JOIN contest_decision ON contest_decision.redemption_id = redemption.id
                  WHERE redemption.campaign_id = back.campaign_id AND redemption.entry_no = back.entry_no
                    AND back.credit = 'voucher/' || redemption.serial || '/' || redemption.issue
                    AND back.amount = redemption.face_cents)""")


def contests_are_answered_once_by_two(session: Session) -> Iterator[Finding]:
    """A contested refusal is answered once, by two people, and pays what was contested where it pays."""
    for row in session.execute(_ANSWERS):
        yield found(contests_are_answered_once_by_two, row, row.detail)


def what_expired_comes_back_by_exception(session: Session) -> Iterator[Finding]:
    """Expired value comes back to a voucher only to pay for it by exception."""
    for row in session.execute(_REVIVED):
        yield found(
            what_expired_comes_back_by_exception, row, "came back from what expired, and nobody decided it"
        )


CHECKS: tuple[Check, ...] = (contests_are_answered_once_by_two, what_expired_comes_back_by_exception)
