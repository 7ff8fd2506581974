"""Acts: each activation, redemption, reversal and voiding is in the books as it says, and nothing else is."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.finding import Finding
from voucher_service.vouchers.audit.facts import Check, found

_ACTIVATIONS = text("""
WITH wanted AS (
    SELECT booklet.campaign_id, number AS booklet, activation.id AS activation_id
    FROM activation JOIN booklet ON booklet.campaign_id = activation.campaign_id
                                AND booklet.ordinal BETWEEN first_booklet AND last_booklet
)
SELECT campaign_id, booklet AS subject, active.activation_id AS active, wanted.activation_id AS wanted
FROM active_booklet AS active FULL JOIN wanted USING (campaign_id, booklet)
WHERE active.activation_id IS DISTINCT FROM wanted.activation_id""")
_REDEMPTIONS = text("""
WITH taken AS (
    SELECT campaign_id, entry_no, line, debit, credit, amount, colour
    FROM transfer WHERE starts_with(debit, 'voucher/') AND starts_with(credit, 'venue/')
), fact AS (
    SELECT redemption.campaign_id, entry_no, line, 'voucher/' || serial || '/' || issue AS debit,
           'venue/' || venue_no || '/due' AS credit, face_cents, redemption.colour, voucher.colour AS own_colour,
           coalesce(entry.claimed_on, entry.effective_on) = served_on AND entry.kind = 'redeem' AS is_dated
    FROM redemption
    LEFT JOIN voucher USING (campaign_id, serial)
    LEFT JOIN entry ON entry.campaign_id = redemption.campaign_id AND entry.no = redemption.entry_no
)
SELECT campaign_id, coalesce(fact.debit, taken.debit) AS subject, entry_no, line
FROM fact FULL JOIN taken USING (campaign_id, entry_no, line)
WHERE (fact.debit, fact.credit, face_cents, fact.colour, own_colour, is_dated)
      IS DISTINCT FROM (taken.debit, taken.credit, taken.amount, taken.colour, taken.colour, true)""")
_REVERSALS = text("""
WITH back AS (
    SELECT campaign_id, entry_no, debit, credit, amount, colour FROM transfer
    WHERE starts_with(debit, 'venue/') AND (starts_with(credit, 'voucher/') OR credit = 'expired')
), fact AS (
    SELECT undone.campaign_id, undone.entry_no, 'venue/' || venue_no || '/due' AS debit,
           'voucher/' || undone.serial || '/' || undone.issue AS voucher, face_cents, redemption.colour,
           (entry.reverses, entry.reverses_line, undone.serial, undone.issue)
               IS NOT DISTINCT FROM (redemption.entry_no, line, redemption.serial, redemption.issue) AS is_of_it
    FROM redemption_reversal AS undone
    LEFT JOIN redemption ON redemption.id = undone.redemption_id
    LEFT JOIN entry ON entry.campaign_id = undone.campaign_id AND entry.no = undone.entry_no
)
SELECT campaign_id, coalesce(voucher, back.credit) AS subject, 'reversal and entry differ' AS detail
FROM fact FULL JOIN back USING (campaign_id, entry_no)
WHERE (fact.debit, face_cents, fact.colour, is_of_it) IS DISTINCT FROM (back.debit, amount, back.colour, true)
   OR back.credit NOT IN (voucher, 'expired')
UNION ALL
SELECT later.campaign_id, later.serial, 'used again without a reversal before'
FROM redemption AS later
LEFT JOIN redemption AS before
  ON before.campaign_id = later.campaign_id AND before.serial = later.serial
 AND before.issue = later.issue AND before.turn = later.turn - 1
LEFT JOIN redemption_reversal AS undone ON undone.redemption_id = before.id
WHERE later.turn > 0 AND undone.redemption_id IS NULL""")
_VOIDS = text("""
WITH listed AS (
    SELECT voiding_id AS id, count(*) AS papers FROM void GROUP BY 1
), booked AS (
    SELECT campaign_id, no AS entry_no,
           coalesce(sum(amount) FILTER (WHERE credit = 'custody/void'), 0) AS papers,
           coalesce(sum(amount) FILTER (WHERE credit = 'activation'), 0) AS cents
    FROM entry JOIN transfer USING (campaign_id) WHERE kind = 'void' AND entry_no = no
    GROUP BY 1, 2
)
SELECT campaign_id, coalesce('voiding ' || voiding.id, 'entry ' || entry_no) AS subject,
       voiding.papers AS said, listed.papers AS listed, booked.papers AS booked
FROM voiding LEFT JOIN listed USING (id) FULL JOIN booked USING (campaign_id, entry_no)
WHERE (voiding.papers, voiding.papers, value_cents) IS DISTINCT FROM (listed.papers, booked.papers, booked.cents)""")


# Few people send booklets out, and none of them stands at a counter: whoever did both is looked for first.
_SENDERS = text("""
WITH sent AS (
    SELECT subject, user_id FROM duty_performed WHERE duty = 'allocate'
), wanted AS (
    SELECT DISTINCT moved.campaign_id, moved.booklet, allocation.by
    FROM booklet_move AS moved JOIN allocation ON allocation.id = moved.act_id WHERE moved.act = 'allocate'
)
SELECT campaign_id, booklet AS subject, 'sent out by nobody' AS detail
FROM wanted LEFT JOIN sent ON sent.subject = 'booklet/' || booklet AND sent.user_id = wanted.by
WHERE sent.subject IS NULL
UNION ALL
SELECT taken.campaign_id, taken.serial, 'taken by whoever sent its booklet out'
FROM redemption AS taken
JOIN sent ON sent.user_id = taken.by AND sent.subject = 'booklet/' || left(taken.serial, length(taken.serial) - 3)
WHERE taken.by IN (SELECT user_id FROM sent)
  AND EXISTS (SELECT FROM incompatible_duties WHERE (first, second) = ('allocate', 'redeem'))""")


def booklets_are_active_by_one_activation(session: Session) -> Iterator[Finding]:
    """A booklet is active where, and only where, one activation's range holds it."""
    for row in session.execute(_ACTIVATIONS):
        detail = f"active by {row.active}, in the range of {row.wanted}"
        yield found(booklets_are_active_by_one_activation, row, detail)


def redemptions_are_in_the_books(session: Session) -> Iterator[Finding]:
    """Each redemption is one line of an entry: its voucher, its venue, its face, its colour and its day."""
    for row in session.execute(_REDEMPTIONS):
        yield found(redemptions_are_in_the_books, row, f"entry {row.entry_no}, line {row.line}")


def reversals_are_in_the_books(session: Session) -> Iterator[Finding]:
    """Each reversal gives one redemption back, and a voucher is used again only after one."""
    for row in session.execute(_REVERSALS):
        yield found(reversals_are_in_the_books, row, row.detail)


def voids_are_in_the_books(session: Session) -> Iterator[Finding]:
    """Each act of voiding is one entry of its papers and of their value."""
    for row in session.execute(_VOIDS):
        detail = f"{row.said} papers said, {row.listed} listed, {row.booked} in the books"
        yield found(voids_are_in_the_books, row, detail)


def nobody_takes_what_he_sent_out(session: Session) -> Iterator[Finding]:
    """Each booklet that is sent out is a duty of its sender, who takes no voucher of it."""
    for row in session.execute(_SENDERS):
        yield found(nobody_takes_what_he_sent_out, row, row.detail)


CHECKS: tuple[Check, ...] = (
    booklets_are_active_by_one_activation,
    redemptions_are_in_the_books,
    reversals_are_in_the_books,
    voids_are_in_the_books,
    nobody_takes_what_he_sent_out,
)
