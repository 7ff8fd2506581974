"""Every promise that the ledger makes, proved again from its rows."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.finding import Finding
from voucher_service.ledger import periods_audit, segments

Check = Callable[[Session], Iterator[Finding]]

_SIDES = """
    SELECT campaign_id, entry_no, line, debit AS address, -amount AS amount FROM transfer
    UNION ALL
    SELECT campaign_id, entry_no, line, credit, amount FROM transfer"""
# Addresses compare byte by byte: a range costs a third of a prefix test, and every transfer is asked.
_UNDER = " OR ".join(
    f"address >= '{place}/' AND address < '{place}0'"
    for place in ("voucher", "booklet", "funds", "run", "refund", "custody/prescriber", "custody/transit")
)
GUARDED = f"({_UNDER} OR address = 'custody/stock' OR address = 'expired' OR address LIKE 'funder/%/pledged')"
"""What ``accounts.is_guarded`` says, for a WHERE."""
_OF_PAPERS = "({0} >= 'custody' AND {0} < 'custodz' OR {0} >= 'booklet/' AND {0} < 'booklet0')"


def counters_equal_transfers(session: Session) -> Iterator[Finding]:
    """A guarded account's counter is the sum of what reached it less what left it."""
    statement = f"""
        WITH moved AS (
            SELECT campaign_id, address, sum(amount)::bigint AS balance FROM ({_SIDES}) AS side
            WHERE {GUARDED} GROUP BY campaign_id, address
        )
        SELECT campaign_id, address, account.balance AS counter, coalesce(moved.balance, 0) AS transfers
        FROM account FULL JOIN moved USING (campaign_id, address)
        WHERE account.balance IS DISTINCT FROM coalesce(moved.balance, 0)"""
    for row in session.execute(text(statement)):
        yield _found("counters-equal-transfers", row, f"counter {row.counter}, transfers {row.transfers}")


def guarded_accounts_never_ran_short(session: Session) -> Iterator[Finding]:
    """In the order of record, the running balance of a guarded account is never below zero."""
    # Most accounts fill once and empty once: for those two positions are enough, and the least and the greatest
    # amount are their sum, at less cost than a sum. The others are walked.
    statement = f"""
        WITH side AS MATERIALIZED (
            SELECT campaign_id, address, amount, position
            FROM ({_SIDES}) AS side JOIN record USING (campaign_id, entry_no) WHERE {GUARDED}
        ), life AS (
            SELECT campaign_id, address, count(*) AS moves,
                   min(amount) + CASE WHEN count(*) > 1 THEN max(amount) ELSE 0 END AS balance,
                   min(CASE WHEN amount > 0 THEN position END) AS first_in,
                   min(CASE WHEN amount < 0 THEN position END) AS first_out
            FROM side GROUP BY campaign_id, address
        ), walked AS (
            SELECT campaign_id, address, position,
                   sum(amount) OVER (PARTITION BY campaign_id, address ORDER BY position
                                     RANGE UNBOUNDED PRECEDING) AS balance
            FROM side JOIN (SELECT campaign_id, address FROM life WHERE moves > 2) AS busy USING (campaign_id, address)
        )
        SELECT campaign_id, address, balance, first_out AS position FROM life
        WHERE moves <= 2 AND (balance < 0 OR coalesce(first_out < coalesce(first_in, first_out + 1), false))
        UNION ALL
        SELECT campaign_id, address, min(balance), min(position) FROM walked WHERE balance < 0 GROUP BY 1, 2"""
    for row in session.execute(text(statement)):
        yield _found("guarded-accounts-never-ran-short", row, f"{row.balance} at position {row.position}")


def activation_clears_per_funder(session: Session) -> Iterator[Finding]:
    """After each entry, what each funder advanced through the activation account is back to zero."""
    statement = """
        WITH cleared AS (
            SELECT campaign_id, entry_no, colour,
                   sum(CASE WHEN credit = 'activation' THEN amount ELSE -amount END) AS amount
            FROM transfer WHERE debit = 'activation' OR credit = 'activation' GROUP BY 1, 2, 3
        )
        SELECT cleared.campaign_id, share.funder AS address, entry_no,
               sum(cleared.amount::bigint / colour.face_cents * share.advanced_cents) AS left_over
        FROM cleared
        JOIN colour ON colour.campaign_id = cleared.campaign_id AND colour.no = cleared.colour
        JOIN colour_share AS share ON share.campaign_id = cleared.campaign_id AND share.colour = cleared.colour
        GROUP BY cleared.campaign_id, entry_no, share.funder
        HAVING sum(cleared.amount::bigint / colour.face_cents * share.advanced_cents) <> 0"""
    for row in session.execute(text(statement)):
        yield _found(
            "activation-clears-per-funder", row, f"{row.left_over} cents left by entry {row.entry_no}"
        )


def amounts_are_whole_faces(session: Session) -> Iterator[Finding]:
    """Every transfer bears a colour of its book, in whole faces; papers move between paper accounts only."""
    statement = f"""
        WITH folded AS (
            SELECT campaign_id, colour, amount, {_OF_PAPERS.format("debit")} AS from_papers,
                   {_OF_PAPERS.format("credit")} AS to_papers, min(entry_no) AS address
            FROM transfer GROUP BY 1, 2, 3, 4, 5
        )
        SELECT folded.campaign_id, address, colour, amount
        FROM folded LEFT JOIN colour ON colour.campaign_id = folded.campaign_id AND colour.no = folded.colour
        WHERE colour.no IS NULL OR amount % colour.face_cents <> 0
           OR (folded.colour = 0) <> from_papers OR (folded.colour = 0) <> to_papers"""
    for row in session.execute(text(statement)):
        yield _found("amounts-are-whole-faces", row, f"{row.amount} in colour {row.colour}")


def entries_and_transfers_agree(session: Session) -> Iterator[Finding]:
    """An entry has at least one transfer, and a transfer an entry."""
    statement = """
        SELECT coalesce(entry.campaign_id, transfer.campaign_id) AS campaign_id,
               coalesce(entry.no, transfer.entry_no) AS address
        FROM transfer FULL JOIN entry ON entry.campaign_id = transfer.campaign_id AND entry.no = transfer.entry_no
        WHERE entry.no IS NULL OR transfer.entry_no IS NULL"""
    for row in session.execute(text(statement)):
        yield _found("entries-and-transfers-agree", row, "an entry without transfers, or the reverse")


def every_entry_is_recorded_once(session: Session) -> Iterator[Finding]:
    """Each entry is either placed in the record or waits to be, and the positions have no gap."""
    statement = """
        SELECT entry.campaign_id, entry.no AS address, 'placed or waiting, not both nor neither' AS detail
        FROM entry
        LEFT JOIN record ON record.campaign_id = entry.campaign_id AND record.entry_no = entry.no
        LEFT JOIN to_record ON to_record.campaign_id = entry.campaign_id AND to_record.entry_no = entry.no
        WHERE (record.entry_no IS NULL) = (to_record.entry_no IS NULL)
        UNION ALL
        SELECT record.campaign_id, record.entry_no, 'a place for an entry that does not exist'
        FROM record LEFT JOIN entry ON entry.campaign_id = record.campaign_id AND entry.no = record.entry_no
        WHERE entry.no IS NULL
        UNION ALL
        SELECT campaign_id, max(position), 'a gap in the record' FROM record
        GROUP BY campaign_id HAVING max(position) <> count(*) OR min(position) <> 1"""
    for row in session.execute(text(statement)):
        yield _found("every-entry-is-recorded-once", row, row.detail)


def reversals_mirror_and_follow(session: Session) -> Iterator[Finding]:
    """A reversal names an entry of its book, comes after it in the record, and no entry is reversed twice."""
    statement = """
        SELECT entry.campaign_id, entry.no AS address, 'reverses what does not exist, or what comes later' AS detail
        FROM entry
        LEFT JOIN entry AS first ON first.campaign_id = entry.campaign_id AND first.no = entry.reverses
        LEFT JOIN record AS mine ON mine.campaign_id = entry.campaign_id AND mine.entry_no = entry.no
        LEFT JOIN record AS theirs ON theirs.campaign_id = entry.campaign_id AND theirs.entry_no = entry.reverses
        WHERE entry.reverses IS NOT NULL AND (first.no IS NULL OR mine.position < theirs.position)
        UNION ALL
        SELECT campaign_id, reverses, 'reversed twice' FROM entry WHERE reverses IS NOT NULL
        GROUP BY campaign_id, reverses, reverses_line HAVING count(*) > 1"""
    for row in session.execute(text(statement)):
        yield _found("reversals-mirror-and-follow", row, row.detail)


def segments_recompute(session: Session) -> Iterator[Finding]:
    """Each segment is what the transfers of its stretch add up to."""
    # Summed by both sides before each side is told apart: one reading of the transfers for all segments.
    statement = f"""
        WITH known AS MATERIALIZED (
            SELECT record.campaign_id, entry_no, position, effective_on
            FROM record JOIN entry ON entry.campaign_id = record.campaign_id AND entry.no = record.entry_no
        ), summed AS MATERIALIZED (
            SELECT campaign_id, array_agg(through ORDER BY no) AS ends, max(through) AS through
            FROM stretch GROUP BY campaign_id
        ), placed AS MATERIALIZED (
            SELECT campaign_id, entry_no, width_bucket(position - 1, ends) + 1 AS no, effective_on
            FROM known JOIN summed USING (campaign_id) WHERE position <= through
        ), moved AS (
            SELECT campaign_id, placed.no, {segments.SUMMED_ADDRESS.format(address="debit")} AS debit,
                   {segments.SUMMED_ADDRESS.format(address="credit")} AS credit, colour, effective_on,
                   sum(amount) AS amount
            FROM transfer JOIN placed USING (campaign_id, entry_no) GROUP BY 1, 2, 3, 4, 5, 6
        ), again AS (
            SELECT campaign_id, no, address, colour, effective_on, sum(debits) AS debits, sum(credits) AS credits
            FROM moved
            CROSS JOIN LATERAL (VALUES (debit, amount, 0), (credit, 0, amount)) AS side (address, debits, credits)
            GROUP BY 1, 2, 3, 4, 5
        )
        SELECT campaign_id, address, no
        FROM again FULL JOIN segment USING (campaign_id, no, address, colour, effective_on)
        WHERE (again.debits, again.credits) IS DISTINCT FROM (segment.debits, segment.credits)"""
    for row in session.execute(text(statement)):
        yield _found("segments-recompute", row, f"segment {row.no}")


CHECKS: tuple[Check, ...] = (
    counters_equal_transfers,
    guarded_accounts_never_ran_short,
    activation_clears_per_funder,
    amounts_are_whole_faces,
    entries_and_transfers_agree,
    every_entry_is_recorded_once,
    reversals_mirror_and_follow,
    segments_recompute,
    *periods_audit.CHECKS,
)


def _found(check: str, row: Any, detail: str) -> Finding:
    return Finding(check, f"{row.campaign_id}:{row.address}", detail)
