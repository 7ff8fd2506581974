"""Custody: every paper that was taken in charge is somewhere, and the books and the facts agree on where."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.finding import Finding
from voucher_service.vouchers.audit.facts import BOOKLET, LAPSED, USED, Check, found

_BOOKED = """
    SELECT campaign_id, address, sum(papers) AS papers
    FROM (SELECT campaign_id, debit, credit, sum(amount) AS amount FROM transfer
          WHERE colour = 0 AND starts_with(debit, 'custody/') GROUP BY 1, 2, 3) AS folded
    CROSS JOIN LATERAL (VALUES (debit, -amount), (credit, amount)) AS side (address, papers)
    GROUP BY 1, 2"""
_TAKEN_IN_CHARGE = text(f"""
WITH booked AS ({_BOOKED}), charged AS (
    SELECT campaign_id, -coalesce(sum(papers) FILTER (WHERE address = 'custody/taken-in-charge'), 0) AS charged,
           coalesce(sum(papers) FILTER (WHERE address <> 'custody/taken-in-charge'), 0) AS placed
    FROM booked GROUP BY 1
), made AS (
    SELECT campaign_id, sum(papers) AS made
    FROM (SELECT campaign_id, count(*) AS papers FROM voucher GROUP BY 1
          UNION ALL SELECT campaign_id, count(*) FROM replacement GROUP BY 1) AS paper
    GROUP BY 1
)
SELECT campaign_id, 'custody' AS subject, made, charged, placed
FROM charged FULL JOIN made USING (campaign_id)
WHERE made IS DISTINCT FROM charged OR charged IS DISTINCT FROM placed""")
# What is left of each booklet is where its last move took it; what is not left is where papers end.
_PLACES = text(f"""
WITH used AS ({USED}), lapsed AS ({LAPSED}), gone AS (
    SELECT campaign_id, {BOOKLET.format(serial="serial")} AS booklet, count(*) AS papers
    FROM (SELECT campaign_id, serial FROM used UNION ALL SELECT campaign_id, serial FROM lapsed
          UNION ALL SELECT campaign_id, serial FROM void) AS ended
    GROUP BY 1, 2
), last AS (
    SELECT DISTINCT ON (campaign_id, booklet) campaign_id, booklet, place
    FROM booklet_move ORDER BY campaign_id, booklet, turn DESC
), said AS (
    SELECT campaign_id, address, sum(papers) AS papers FROM (
        SELECT campaign_id, place AS address, campaign.booklet_size - coalesce(gone.papers, 0) AS papers
        FROM last JOIN campaign ON campaign.id = last.campaign_id LEFT JOIN gone USING (campaign_id, booklet)
        UNION ALL SELECT campaign_id, 'custody/used', count(*) FROM used GROUP BY 1
        UNION ALL SELECT campaign_id, 'custody/expired', count(*) FROM lapsed GROUP BY 1
        UNION ALL SELECT campaign_id, 'custody/void', count(*) FROM void GROUP BY 1
        UNION ALL SELECT campaign_id, 'custody/void', count(*) FROM replacement GROUP BY 1
    ) AS each GROUP BY 1, 2
), booked AS (
    SELECT * FROM ({_BOOKED}) AS every WHERE address <> 'custody/taken-in-charge'
)
SELECT campaign_id, address AS subject, coalesce(booked.papers, 0) AS booked, coalesce(said.papers, 0) AS said
FROM booked FULL JOIN said USING (campaign_id, address)
WHERE coalesce(booked.papers, 0) <> coalesce(said.papers, 0)""")
_BOUND = text(f"""
WITH ended AS (
    SELECT campaign_id, {BOOKLET.format(serial="serial")} AS booklet, count(*) AS papers
    FROM (SELECT campaign_id, serial FROM void UNION ALL SELECT campaign_id, serial FROM ({LAPSED}) AS lapsed) AS paper
    GROUP BY 1, 2
), bound AS (
    SELECT booklet.campaign_id, 'booklet/' || number AS address,
           campaign.booklet_size - coalesce(ended.papers, 0) AS papers
    FROM booklet JOIN campaign ON campaign.id = booklet.campaign_id
    LEFT JOIN ended ON ended.campaign_id = booklet.campaign_id AND ended.booklet = booklet.number
), held AS (
    SELECT campaign_id, address, balance FROM account WHERE starts_with(address, 'booklet/')
)
SELECT campaign_id, address AS subject, balance, papers
FROM held FULL JOIN bound USING (campaign_id, address) WHERE balance IS DISTINCT FROM papers""")
# A booklet may leave its allocation before it is counted: a voucher of it was used, or all of it is void.
_MOVES = text("""
WITH left_early AS (
    SELECT sent.campaign_id, sent.act_id, count(*) AS booklets
    FROM booklet_move AS sent
    JOIN account ON account.campaign_id = sent.campaign_id AND account.address = 'booklet/' || sent.booklet
    WHERE sent.act = 'allocate'
      AND NOT EXISTS (SELECT FROM booklet_move AS counted
                      WHERE counted.campaign_id = sent.campaign_id AND counted.booklet = sent.booklet
                        AND counted.act_id = sent.act_id AND counted.act = 'receive')
      AND (balance = 0 OR EXISTS (SELECT FROM booklet_move AS later
                                  WHERE later.campaign_id = sent.campaign_id AND later.booklet = sent.booklet
                                    AND later.turn > sent.turn))
    GROUP BY 1, 2
), fact AS (
    SELECT campaign_id, id AS act_id, 'produce' AS act, last_booklet - first_booklet + 1 AS booklets FROM batch
    UNION ALL SELECT campaign_id, id, 'allocate', booklets FROM allocation
    UNION ALL SELECT allocation.campaign_id, id, 'receive',
                     counted + cardinality(missing) - coalesce(left_early.booklets, 0)
              FROM receipt JOIN allocation ON id = allocation_id LEFT JOIN left_early ON act_id = id
    UNION ALL SELECT campaign_id, id, 'return', booklets FROM sent_back
    UNION ALL SELECT campaign_id, id, 'hand-over', booklets FROM handover
    UNION ALL SELECT campaign_id, id, 'undo-hand-over', booklets FROM handover_undone JOIN handover ON id = handover_id
    UNION ALL SELECT campaign_id, id, 'give-back', 1 FROM given_back
    UNION ALL SELECT campaign_id, id, 'count', cardinality(missing) + cardinality(found_again) FROM stock_count
), moved AS (
    SELECT booklet_move.campaign_id, act_id, act, count(*) AS booklets,
           count(*) FILTER (WHERE CASE act WHEN 'produce' THEN place = 'custody/stock'
               WHEN 'return' THEN place = 'custody/stock' WHEN 'allocate' THEN starts_with(place, 'custody/transit/')
               WHEN 'hand-over' THEN place = 'custody/beneficiaries'
               WHEN 'receive' THEN starts_with(place, 'custody/prescriber/') OR place = 'custody/shortage'
               WHEN 'count' THEN starts_with(place, 'custody/prescriber/') OR place = 'custody/shortage'
               ELSE starts_with(place, 'custody/prescriber/') END) AS there
    FROM booklet_move JOIN entry ON entry.campaign_id = booklet_move.campaign_id AND entry.no = booklet_move.entry_no
    GROUP BY 1, 2, 3
)
SELECT campaign_id, act || ' ' || act_id AS subject, fact.booklets AS said, moved.booklets AS moved
FROM fact FULL JOIN moved USING (campaign_id, act_id, act)
WHERE coalesce(fact.booklets, 0) <> coalesce(moved.booklets, 0) OR moved.there <> moved.booklets""")


def custody_sums_to_what_was_taken_in_charge(session: Session) -> Iterator[Finding]:
    """Papers made = taken in charge = stock + transit + prescribers + beneficiaries + used + void + expired + missing.

    What a public accountant answers for (M57: 863 = 861 + 862).
    """
    for row in session.execute(_TAKEN_IN_CHARGE):
        detail = f"{row.made} made, {row.charged} taken in charge, {row.placed} placed"
        yield found(custody_sums_to_what_was_taken_in_charge, row, detail)


def places_hold_what_their_booklets_say(session: Session) -> Iterator[Finding]:
    """Each place holds what is left of the booklets that were last moved there."""
    for row in session.execute(_PLACES):
        yield found(
            places_hold_what_their_booklets_say, row, f"{row.booked} in the books, {row.said} by the facts"
        )


def booklets_bind_what_has_not_ended(session: Session) -> Iterator[Finding]:
    """A booklet's account counts the papers that still move together: its size less what is void or expired."""
    for row in session.execute(_BOUND):
        yield found(booklets_bind_what_has_not_ended, row, f"binds {row.balance}, should bind {row.papers}")


def moves_are_of_their_acts(session: Session) -> Iterator[Finding]:
    """Each allocation, receipt, count, return and handover moved as many booklets as it says, to where it says."""
    for row in session.execute(_MOVES):
        yield found(moves_are_of_their_acts, row, f"{row.said} booklets by the act, {row.moved} moved")


CHECKS: tuple[Check, ...] = (
    custody_sums_to_what_was_taken_in_charge,
    places_hold_what_their_booklets_say,
    booklets_bind_what_has_not_ended,
    moves_are_of_their_acts,
)
