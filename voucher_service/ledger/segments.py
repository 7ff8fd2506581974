"""Segments: immutable sums of a closed stretch of the record, so that a balance never reads everything."""

from datetime import date

from sqlalchemy import BigInteger, Integer, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.database import Base, Code
from voucher_service.ledger.record import Recorded

STRETCH = 10_000
"""Positions in one segment."""

# One line for all vouchers and one for all booklets: their own accounts carry a counter each. Addresses compare
# byte by byte: a range costs a third of a prefix test, and every transfer is asked.
SUMMED_ADDRESS = """CASE WHEN {address} >= 'voucher/' AND {address} < 'voucher0' THEN 'voucher/*'
                         WHEN {address} >= 'booklet/' AND {address} < 'booklet0' THEN 'booklet/*' ELSE {address} END"""
SUMS = f"""
SELECT {SUMMED_ADDRESS.format(address="side.address")} AS address, transfer.colour, entry.effective_on,
       sum(side.debits)::bigint AS debits, sum(side.credits)::bigint AS credits
FROM record
JOIN entry ON entry.campaign_id = record.campaign_id AND entry.no = record.entry_no
JOIN transfer ON transfer.campaign_id = record.campaign_id AND transfer.entry_no = record.entry_no
CROSS JOIN LATERAL (VALUES (transfer.debit, transfer.amount, 0), (transfer.credit, 0, transfer.amount))
    AS side (address, debits, credits)
WHERE record.campaign_id = :campaign_id AND record.position BETWEEN :first AND :last
GROUP BY 1, 2, 3
"""
_CLOSE = text(f"""
INSERT INTO segment (campaign_id, no, address, colour, effective_on, debits, credits)
SELECT :campaign_id, :no, sums.* FROM ({SUMS}) AS sums
""")


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


def bounds(no: int) -> tuple[int, int]:
    """Return the first and last position of segment ``no`` (counted from 1)."""
    return (no - 1) * STRETCH + 1, no * STRETCH


def closed(session: Session, *, campaign_id: int) -> int:
    """Return the number of the last closed segment, 0 where none is."""
    last = select(func.coalesce(func.max(Segment.no), 0)).where(Segment.campaign_id == campaign_id)
    return int(session.execute(last).scalar_one())


def close_full(session: Session, *, campaign_id: int) -> int:
    """Sum every stretch that is full and not summed yet; return the number of segments added.

    Two closers at once meet on the primary key; the second runs again and finds nothing to do.
    """
    last = select(func.coalesce(func.max(Recorded.position), 0)).where(Recorded.campaign_id == campaign_id)
    full = int(session.execute(last).scalar_one()) // STRETCH
    already = closed(session, campaign_id=campaign_id)
    for no in range(already + 1, full + 1):
        first, end = bounds(no)
        session.execute(_CLOSE, {"campaign_id": campaign_id, "no": no, "first": first, "last": end})
    return max(full - already, 0)
