"""Segments: immutable sums of a closed stretch of the record, so that a balance never reads everything."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import BigInteger, Integer, insert, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.database import Base, Code

STRETCH = 10_000
"""Transfers after which a stretch is cut, behind the entry that reached them."""

# One line for all vouchers and one for all booklets: their own accounts carry a counter each. Addresses compare
# byte by byte: a range costs a third of a prefix test, and every transfer is asked.
SUMMED_ADDRESS = """CASE WHEN {address} >= 'voucher/' AND {address} < 'voucher0' THEN 'voucher/*'
                         WHEN {address} >= 'booklet/' AND {address} < 'booklet0' THEN 'booklet/*' ELSE {address} END"""
# Where the tail passes each multiple of the size. Entries are counted by what they move: one of a production moves
# thousands, and what a balance costs is its tail's transfers. No entry is cut itself.
_FULL = text("""
WITH tail AS (
    SELECT record.position, moved.transfers, sum(moved.transfers) OVER (ORDER BY record.position) AS so_far
    FROM record
    CROSS JOIN LATERAL (SELECT count(*) AS transfers FROM transfer
                        WHERE transfer.campaign_id = record.campaign_id
                          AND transfer.entry_no = record.entry_no) AS moved
    WHERE record.campaign_id = :campaign_id AND record.position > :after
)
SELECT max(position) FROM tail
WHERE (SELECT max(so_far) FROM tail) >= (div(so_far - transfers, :size) + 1) * :size
GROUP BY div(so_far - transfers, :size) ORDER BY 1""")
# All stretches in one reading, and each of the record's entries by its key: statistics from when a few productions
# had moved everything say that each moves a good part of all transfers, and that reading all of them is cheaper.
_BY_KEY = text("SELECT set_config('enable_seqscan', 'off', true)")
_CLOSE = text(f"""
INSERT INTO segment (campaign_id, no, address, colour, effective_on, debits, credits)
SELECT :campaign_id, :closed + 1 + width_bucket(record.position - 1, CAST(:ends AS bigint[])),
       {SUMMED_ADDRESS.format(address="side.address")}, transfer.colour, entry.effective_on,
       sum(side.debits), sum(side.credits)
FROM record
JOIN entry ON entry.campaign_id = record.campaign_id AND entry.no = record.entry_no
JOIN transfer ON transfer.campaign_id = record.campaign_id AND transfer.entry_no = record.entry_no
CROSS JOIN LATERAL (VALUES (transfer.debit, transfer.amount, 0), (transfer.credit, 0, transfer.amount))
    AS side (address, debits, credits)
WHERE record.campaign_id = :campaign_id AND record.position > :after AND record.position <= :through
GROUP BY 2, 3, 4, 5""")


class Stretch(Base):
    """A part of the record that is summed for ever: all after the stretch before it, through a position."""

    __tablename__ = "stretch"

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    through: Mapped[int] = mapped_column(BigInteger)


class Segment(Base):
    """What entered and left one address, in one colour and on one effective date, in one stretch."""

    __tablename__ = "segment"

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    address: Mapped[Code] = mapped_column(primary_key=True)
    colour: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    effective_on: Mapped[date] = mapped_column(primary_key=True)
    debits: Mapped[int]
    credits: Mapped[int]


class Summed(NamedTuple):
    """How far the record is summed: how many stretches, and the last position in them (0 where none is)."""

    stretches: int
    through: int


def summed(session: Session, *, campaign_id: int, position: int | None = None) -> Summed:
    """Say how far the record is summed; where ``position`` is given, by stretches that do not pass it."""
    last = select(Stretch.no, Stretch.through).where(Stretch.campaign_id == campaign_id)
    if position is not None:
        last = last.where(Stretch.through <= position)
    found = session.execute(last.order_by(Stretch.no.desc()).limit(1)).one_or_none()
    return Summed(0, 0) if found is None else Summed(*found)


def close_full(session: Session, *, campaign_id: int) -> int:
    """Sum every stretch that is full and not summed yet; return how many there were.

    Two closers at once meet on the primary key; the second runs again and finds nothing to do.
    """
    session.execute(_BY_KEY)
    closed, through = summed(session, campaign_id=campaign_id)
    tail = {"campaign_id": campaign_id, "after": through}
    ends = list(session.scalars(_FULL, tail | {"size": STRETCH}))
    if ends:
        rows = [
            {"campaign_id": campaign_id, "no": no, "through": end} for no, end in enumerate(ends, closed + 1)
        ]
        session.execute(insert(Stretch), rows)
        session.execute(_CLOSE, tail | {"closed": closed, "ends": ends, "through": ends[-1]})
    return len(ends)
