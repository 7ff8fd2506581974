"""Expiries: what expired is in the books booklet by booklet, and nothing else is."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.finding import Finding
from voucher_service.vouchers.audit.facts import Check, found

_EXPIRIES = text("""
WITH listed AS (
    SELECT expiry_id AS id, count(*) AS booklets, sum(papers) AS papers FROM expired_booklet GROUP BY 1
), booked AS (
    SELECT campaign_id, no AS entry_no, coalesce(entry.claimed_on, entry.effective_on) AS effective_on,
           count(*) FILTER (WHERE credit = 'custody-of-booklets') AS booklets,
           coalesce(sum(amount) FILTER (WHERE credit = 'custody/expired'), 0) AS papers,
           coalesce(sum(amount) FILTER (WHERE starts_with(debit, 'voucher/') AND credit = 'expired'), 0) AS cents
    FROM entry JOIN transfer USING (campaign_id) WHERE kind = 'expire' AND entry_no = no
    GROUP BY 1, 2, 3
)
SELECT campaign_id, coalesce('expiry ' || expiry.id, 'entry ' || entry_no) AS subject,
       expiry.papers AS said, listed.papers AS listed, booked.papers AS booked
FROM expiry LEFT JOIN listed USING (id) FULL JOIN booked USING (campaign_id, entry_no)
WHERE (expiry.booklets, expiry.papers, expiry.booklets, expiry.papers, value_cents, expired_on)
      IS DISTINCT FROM (listed.booklets, listed.papers, booked.booklets, booked.papers, booked.cents, effective_on)""")
_BOOKLETS = text("""
WITH bound AS (
    SELECT transfer.campaign_id, transfer.entry_no, substr(debit, 9) AS booklet, amount
    FROM transfer JOIN entry ON entry.campaign_id = transfer.campaign_id AND entry.no = transfer.entry_no
    WHERE kind = 'expire' AND credit = 'custody-of-booklets'
), fact AS (
    SELECT one.campaign_id, expiry.entry_no, booklet, one.papers
    FROM expired_booklet AS one JOIN expiry ON expiry.id = expiry_id
)
SELECT campaign_id, booklet AS subject, fact.papers AS said, bound.amount AS booked
FROM fact FULL JOIN bound USING (campaign_id, entry_no, booklet) WHERE fact.papers IS DISTINCT FROM bound.amount""")


def expiries_are_in_the_books(session: Session) -> Iterator[Finding]:
    """Each expiry is one entry of its booklets, their papers and their value, on its day."""
    for row in session.execute(_EXPIRIES):
        detail = f"{row.said} papers said, {row.listed} listed, {row.booked} in the books"
        yield found(expiries_are_in_the_books, row, detail)


def booklets_expire_with_what_was_left(session: Session) -> Iterator[Finding]:
    """A booklet that expired lost, in that entry, as many papers as its fact says."""
    for row in session.execute(_BOOKLETS):
        yield found(booklets_expire_with_what_was_left, row, f"{row.said} papers said, {row.booked} booked")


CHECKS: tuple[Check, ...] = (expiries_are_in_the_books, booklets_expire_with_what_was_left)
