"""Writing: the one statement that takes the guards of an entry, then writes it with all that it moves."""

from functools import cache

from sqlalchemy import text

from voucher_service.kernel.database import for_the_driver

_STATEMENT = """
WITH {guards}
written AS (
    INSERT INTO entry (campaign_id, no, kind, effective_on, by, reverses, reverses_line)
    SELECT :campaign_id, nextval('entry_no_seq'), :kind, :effective_on, :by, CAST(:reverses AS bigint),
           CAST(:reverses_line AS integer)
    {after_the_guards}
    RETURNING no, recorded_at
), moves AS (
    INSERT INTO transfer (campaign_id, entry_no, line, debit, credit, amount, colour)
    SELECT :campaign_id, written.no, m.line, m.debit, m.credit, m.amount, m.colour
    FROM written, ({transfers}) AS m (debit, credit, amount, colour, line)
), queued AS (
    INSERT INTO to_record (campaign_id, entry_no) SELECT :campaign_id, no FROM written
){facts}
SELECT no, recorded_at FROM written
"""
_ONE_GUARD = """
moved AS (
    UPDATE account SET balance = balance + :delta, version = version + 1
    WHERE campaign_id = :campaign_id AND address = :address AND balance + :delta >= 0
      AND version = coalesce(CAST(:seen AS bigint), version)
    RETURNING 1
),"""
_MANY_GUARDS = """
guard AS MATERIALIZED ({guards}),
locked AS MATERIALIZED (
    SELECT guard.address, guard.delta, guard.seen
    FROM guard JOIN account ON account.campaign_id = :campaign_id AND account.address = guard.address
    ORDER BY guard.place FOR UPDATE OF account
), moved AS (
    UPDATE account SET balance = balance + locked.delta, version = version + 1
    FROM locked
    WHERE account.campaign_id = :campaign_id AND account.address = locked.address
      AND balance + locked.delta >= 0 AND version = coalesce(locked.seen, version)
    RETURNING 1
),"""
_ALL_MOVED = "WHERE (SELECT count(*) FROM moved) = (SELECT count(*) FROM guard)"
_LISTED_GUARDS = """
SELECT g.address, g.delta, g.seen, g.place
FROM unnest(CAST(:addresses AS text[]), CAST(:deltas AS bigint[]), CAST(:versions AS bigint[]))
     WITH ORDINALITY AS g (address, delta, seen, place)"""
_LISTED_TRANSFERS = """
SELECT * FROM ROWS FROM (json_to_recordset(CAST(:moves AS json))
                         AS (debit text, credit text, amount bigint, colour integer)) WITH ORDINALITY"""
# Facts come as one document too; each takes the entry's number from the record that fills what it leaves out.
_FACTS = """, kept AS (
    INSERT INTO {table}
    SELECT fact.* FROM written, json_populate_recordset(
        json_populate_record(CAST(NULL AS {table}), json_build_object('entry_no', written.no)),
        CAST(:facts AS json)) AS fact
)"""
_GUARDS = {
    0: ("", ""),
    1: (_ONE_GUARD, "FROM moved"),
    2: (_MANY_GUARDS.format(guards=_LISTED_GUARDS), _ALL_MOVED),
}


@cache
def listed(guards: int, table: str | None) -> str:
    """Return the statement of an entry whose moves are parameters: with no guard, one, or several.

    ``table`` receives the facts that are true because of the entry, where it has any.
    """
    before, after = _GUARDS[min(guards, 2)]
    return _written(
        guards=before,
        after_the_guards=after,
        transfers=_LISTED_TRANSFERS,
        facts=_FACTS.format(table=table) if table else "",
    )


def chosen(*, chosen: str, guards: str, transfers: str) -> str:
    """Return the statement of an entry whose guards and moves are read from the database, in one view of it."""
    return _written(
        guards=f"chosen AS MATERIALIZED ({chosen})," + _MANY_GUARDS.format(guards=guards),
        after_the_guards=_ALL_MOVED,
        transfers=transfers,
        facts="",
    )


def _written(**parts: str) -> str:
    return for_the_driver(text(_STATEMENT.format(**parts)))
