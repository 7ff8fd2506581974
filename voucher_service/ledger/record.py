"""Record: the one order in which a campaign's entries happened, dense and for ever.

Commits do not come in the order of any clock or number, so the order is written afterwards, by one
sequencer per campaign at a time. It takes every entry that it can see and that is not placed yet, by
membership and never "greater than the last", so nothing that commits late is skipped.
"""

from sqlalchemy import BigInteger, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.database import Base

_SEQUENCER = 0x50415353
_LOCK = text("SELECT pg_advisory_xact_lock(:sequencer, :campaign_id)")
_PLACE = text("""
WITH taken AS (
    DELETE FROM to_record WHERE campaign_id = :campaign_id RETURNING entry_no
), last AS (
    SELECT coalesce(max(position), 0) AS position FROM record WHERE campaign_id = :campaign_id
), placed AS (
    INSERT INTO record (campaign_id, position, entry_no)
    SELECT :campaign_id, last.position + row_number() OVER (ORDER BY taken.entry_no), taken.entry_no
    FROM taken, last
    RETURNING position
)
SELECT greatest((SELECT max(position) FROM placed), (SELECT position FROM last))
""")

_WAITING = text("SELECT count(*) FROM to_record")


class Recorded(Base):
    """An entry's place in the order of record of its campaign."""

    __tablename__ = "record"
    __table_args__ = (UniqueConstraint("campaign_id", "entry_no"),)

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_no: Mapped[int]


def sequence(session: Session, *, campaign_id: int) -> int:
    """Place every entry that is not placed yet, and return the last position (0 in empty books)."""
    session.execute(_LOCK, {"sequencer": _SEQUENCER, "campaign_id": campaign_id})
    return int(session.execute(_PLACE, {"campaign_id": campaign_id}).scalar_one())


def last_position(session: Session, *, campaign_id: int) -> int:
    """Return the last position written so far, without placing anything."""
    last = select(func.coalesce(func.max(Recorded.position), 0)).where(Recorded.campaign_id == campaign_id)
    return int(session.execute(last).scalar_one())


def positions(session: Session) -> dict[int, int]:
    """Return the last position of every campaign that has one, without placing anything."""
    last = select(Recorded.campaign_id, func.max(Recorded.position)).group_by(Recorded.campaign_id)
    return {row[0]: row[1] for row in session.execute(last)}


def count_waiting(session: Session) -> int:
    """Count the entries that are not placed yet."""
    return int(session.execute(_WAITING).scalar_one())
