"""Statements: what an account held, now or at a position of the record, and what moved on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.ledger import segments
from voucher_service.ledger.segments import SUMMED_ADDRESS

LIVE = None
"""As a position: everything committed, placed in the record or not."""

# The tail is summed before each sum is seen from both its sides: rows are many, pairs of accounts are few.
_FLOWS = f"""
WITH moved AS (
    SELECT {SUMMED_ADDRESS.format(address="transfer.debit")} AS debit,
           {SUMMED_ADDRESS.format(address="transfer.credit")} AS credit,
           transfer.colour, entry.effective_on, sum(transfer.amount)::bigint AS amount
    FROM (
        SELECT entry_no FROM record
        WHERE campaign_id = :campaign_id AND position > :summed AND position <= :position
        UNION ALL
        SELECT entry_no FROM to_record WHERE campaign_id = :campaign_id AND :live
    ) AS tail
    JOIN entry ON entry.campaign_id = :campaign_id AND entry.no = tail.entry_no
    JOIN transfer ON transfer.campaign_id = :campaign_id AND transfer.entry_no = tail.entry_no
    GROUP BY 1, 2, 3, 4
), flow AS (
    SELECT address, colour, effective_on, debits, credits FROM segment
    WHERE campaign_id = :campaign_id AND no <= :segments
    UNION ALL
    SELECT side.address, colour, effective_on, side.debits, side.credits
    FROM moved CROSS JOIN LATERAL (VALUES (debit, amount, 0), (credit, 0, amount)) AS side (address, debits, credits)
)
SELECT address, colour, sum(debits)::bigint AS debits, sum(credits)::bigint AS credits
FROM flow
WHERE effective_on <= coalesce(CAST(:effective_on AS date), effective_on)
  AND (CAST(:prefixes AS text[]) IS NULL
       OR EXISTS (SELECT FROM unnest(CAST(:prefixes AS text[])) AS p WHERE starts_with(address, p)))
GROUP BY address, colour ORDER BY address, colour
"""
_ONE = """
SELECT coalesce(sum(CASE WHEN transfer.credit = :address THEN amount ELSE -amount END), 0)::bigint
FROM transfer
JOIN entry ON entry.campaign_id = transfer.campaign_id AND entry.no = transfer.entry_no
LEFT JOIN record ON record.campaign_id = transfer.campaign_id AND record.entry_no = transfer.entry_no
WHERE transfer.campaign_id = :campaign_id AND (transfer.debit = :address OR transfer.credit = :address)
  AND (:live OR record.position <= :position)
  AND effective_on <= coalesce(CAST(:effective_on AS date), effective_on)
"""
_MOVEMENTS = """
SELECT record.position, entry.no AS entry_no, entry.kind, entry.effective_on, entry.recorded_at,
       transfer.line, transfer.colour,
       CASE WHEN transfer.credit = :address THEN transfer.debit ELSE transfer.credit END AS counterpart,
       CASE WHEN transfer.credit = :address THEN amount ELSE -amount END AS amount
FROM transfer
JOIN entry ON entry.campaign_id = transfer.campaign_id AND entry.no = transfer.entry_no
JOIN record ON record.campaign_id = transfer.campaign_id AND record.entry_no = transfer.entry_no
WHERE transfer.campaign_id = :campaign_id AND (transfer.debit = :address OR transfer.credit = :address)
  AND record.position <= :position AND (record.position, transfer.line) > (:after, :after_line)
ORDER BY record.position, transfer.line
LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class Flow:
    """What left (debits) and reached (credits) an address in one colour."""

    address: str
    colour: int
    debits: int
    credits: int

    @property
    def balance(self) -> int:
        """Credits less debits: positive where value is held or owed, negative for the money side."""
        return self.credits - self.debits


@dataclass(frozen=True, slots=True)
class Movement:
    """One transfer seen from one account: positive where value arrived."""

    position: int
    entry_no: int
    kind: str
    effective_on: date
    recorded_at: datetime
    line: int
    colour: int
    counterpart: str
    amount: int


def flows(
    session: Session,
    *,
    campaign_id: int,
    prefixes: Sequence[str] | None = None,
    position: int | None = LIVE,
    effective_on: date | None = None,
) -> list[Flow]:
    """Sum every account whose address begins with one of ``prefixes`` (all where None), per colour.

    Vouchers and booklets come as one line each. ``position`` stops at a place in the record (live where
    None); ``effective_on`` keeps what counts on or before that date.
    """
    summed = segments.summed(session, campaign_id=campaign_id, position=position)
    parameters = {
        "campaign_id": campaign_id,
        "segments": summed.stretches,
        "summed": summed.through,
        "position": 2**62 if position is None else position,
        "live": position is None,
        "effective_on": effective_on,
        "prefixes": None if prefixes is None else list(prefixes),
    }
    return [Flow(*row) for row in session.execute(text(_FLOWS), parameters)]


def balance(
    session: Session,
    *,
    campaign_id: int,
    address: str,
    position: int | None = LIVE,
    effective_on: date | None = None,
) -> int:
    """Return one account's balance over all colours (cents, or papers), live or at a position."""
    if address.startswith(("voucher/", "booklet/")):
        parameters = {
            "campaign_id": campaign_id,
            "address": address,
            "live": position is None,
            "position": position,
            "effective_on": effective_on,
        }
        return int(session.execute(text(_ONE), parameters).scalar_one())
    found = flows(
        session, campaign_id=campaign_id, prefixes=[address], position=position, effective_on=effective_on
    )
    return sum(flow.balance for flow in found if flow.address == address)


def movements(
    session: Session,
    *,
    campaign_id: int,
    address: str,
    position: int,
    after: tuple[int, int] = (0, 0),
    limit: int = 200,
) -> Iterator[Movement]:
    """Read what moved on one account up to ``position``, in the order of record, a page at a time."""
    rows = session.execute(
        text(_MOVEMENTS),
        {
            "campaign_id": campaign_id,
            "address": address,
            "position": position,
            "after": after[0],
            "after_line": after[1],
            "limit": limit,
        },
    )
    return (Movement(**row) for row in rows.mappings())
