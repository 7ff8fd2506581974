"""Day's takings: what each operator of venues took on one day, and to whom it is told in the evening."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from voucher_service.identity.users import User
from voucher_service.kernel.clock import PARIS

_TAKEN = text("""
WITH acts AS (
    SELECT operator_id, venue_no, face_cents, false AS is_back FROM redemption WHERE at >= :since AND at < :until
    UNION ALL
    SELECT operator_id, venue_no, face_cents, true
    FROM redemption_reversal AS reversal JOIN redemption ON redemption.id = reversal.redemption_id
    WHERE reversal.at >= :since AND reversal.at < :until
)
SELECT acts.operator_id, venue.no AS venue_no, venue.name AS venue,
       count(*) FILTER (WHERE NOT is_back) AS taken,
       coalesce(sum(face_cents) FILTER (WHERE NOT is_back), 0)::bigint AS taken_cents,
       count(*) FILTER (WHERE is_back) AS given_back,
       coalesce(sum(face_cents) FILTER (WHERE is_back), 0)::bigint AS given_back_cents
FROM acts JOIN venue ON venue.no = acts.venue_no
GROUP BY acts.operator_id, venue.no, venue.name
ORDER BY acts.operator_id, venue.name, venue.no
""")


@dataclass(frozen=True, slots=True)
class Takings:
    """What one venue took on one day, and what it gave back on that day, perhaps of earlier ones."""

    operator_id: UUID
    venue_no: int
    venue: str
    taken: int
    taken_cents: int
    given_back: int
    given_back_cents: int


def of_day(session: Session, *, on: date) -> Mapping[UUID, Sequence[Takings]]:
    """Return, by operator, what its venues took on this day in Paris; only operators that took something."""
    bounds = {"since": _midnight(on), "until": _midnight(on + timedelta(days=1))}
    rows = [Takings(**row) for row in session.execute(_TAKEN, bounds).mappings()]
    found = {operator: list(of) for operator, of in groupby(rows, key=lambda row: row.operator_id)}
    return {operator: of for operator, of in found.items() if any(row.taken for row in of)}


def readers(session: Session, *, operator_id: UUID) -> Sequence[User]:
    """Return the référents of an operator of venues whose accounts work."""
    working = (User.is_referent, User.locked_at.is_(None), User.password_hash.is_not(None))
    return session.scalars(select(User).where(User.organisation_id == operator_id, *working)).all()


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), PARIS)
