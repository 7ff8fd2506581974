"""Refused codes: every code that was turned away is remembered, and guessing is slowed down.

Ten unknown codes by one person in fifteen minutes, or thirty in an hour by one venue operator, and nothing more
is looked up for a while, good codes included: an answer would tell the guesser that a guess was right.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.refusal import Kind, Refusal

UNKNOWN = "code-is-unknown"
PERSON_WINDOW = timedelta(minutes=15)
OPERATOR_WINDOW = timedelta(hours=1)
_PER_PERSON = 10
_PER_OPERATOR = 30


class RefusedCode(Base):
    """A code was shown and refused: by whom, where, why; never the code itself."""

    __tablename__ = "refused_code"
    __table_args__ = (Index(None, "by", "at"), Index(None, "operator_id", "at"))

    no: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    by: Mapped[UUID]
    operator_id: Mapped[UUID]
    venue_id: Mapped[UUID | None]
    reason: Mapped[Code]
    campaign_id: Mapped[int | None]
    serial: Mapped[Code | None]


@dataclass(frozen=True, slots=True)
class Turned:
    """One code that was turned away, as it will be remembered."""

    reason: str
    campaign_id: int | None = None
    serial: str | None = None


@dataclass(frozen=True, slots=True)
class Counter:
    """The counter at which codes are shown."""

    at: datetime
    by: Actor
    venue_id: UUID | None


@dataclass(eq=False)
class TooManyUnknownCodes(Refusal):
    """Too many codes that do not exist were tried here: wait, then read the voucher again.

    FR: Trop de codes inexistants ont été essayés ici : patientez, puis relisez le pass.
    """

    kind = Kind.THROTTLED
    retry_after_seconds: int


def refuse_guessing(by_person: int, by_operator: int) -> None:
    """Raise ``TooManyUnknownCodes`` where one of the two counts has reached its limit."""
    if by_person >= _PER_PERSON:
        raise TooManyUnknownCodes(int(PERSON_WINDOW.total_seconds()))
    if by_operator >= _PER_OPERATOR:
        raise TooManyUnknownCodes(int(OPERATOR_WINDOW.total_seconds()))


def remember(session: Session, *, counter: Counter, turned: list[Turned]) -> None:
    """Write down what was turned away at a counter."""
    if turned:
        session.execute(
            insert(RefusedCode),
            [
                {
                    "at": counter.at,
                    "by": counter.by.user_id,
                    "operator_id": counter.by.organisation_id,
                    "venue_id": counter.venue_id,
                    "reason": code.reason,
                    "campaign_id": code.campaign_id,
                    "serial": code.serial,
                }
                for code in turned
            ],
        )
