"""Answers: what a professional noted at a handover, in brackets only; corrected by revisions, and erasable.

Age band, situation and commune on a known serial may still point at somebody: so these answers are
pseudonymous personal data, kept apart from the handover, which stays when they are erased.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base

YEARS_KEPT = 2
"""How long what was noted is kept after the last note (CNIL, délibération 2023-095: two years)."""


class AgeBand(StrEnum):
    """Age bands of the professionals' own activity reports (La Coop de la médiation numérique)."""

    UNDER_12 = "under-12"
    FROM_12_TO_17 = "12-17"
    FROM_18_TO_24 = "18-24"
    FROM_25_TO_39 = "25-39"
    FROM_40_TO_59 = "40-59"
    FROM_60_TO_69 = "60-69"
    FROM_70 = "70-and-over"
    UNKNOWN = "unknown"


class Situation(StrEnum):
    """Social situations, in the same brackets."""

    AT_SCHOOL = "at-school"
    WITHOUT_WORK = "without-work"
    AT_WORK = "at-work"
    RETIRED = "retired"
    UNKNOWN = "unknown"


class Gender(StrEnum):
    """Gender, in the same brackets."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"


class Need(StrEnum):
    """The need that the professional chose (délibération M2021-28: 7 %, 19 % and 14 % of the population)."""

    REINFORCED = "reinforced-support"
    BASIC_SKILLS = "basic-skills"
    NUDGE = "nudge"
    UNKNOWN = "unknown"


class HandoverAnswers(Base):
    """The coded answers given at a handover; the last revision counts, and all can be erased."""

    __tablename__ = "handover_answers"
    __table_args__ = (Index(None, "by", "at"),)

    handover_id: Mapped[UUID] = mapped_column(ForeignKey("handover.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    age_band: Mapped[AgeBand]
    situation: Mapped[Situation]
    gender: Mapped[Gender]
    commune: Mapped[str | None]
    need: Mapped[Need]
    diagnosis_tool: Mapped[str | None]
    diagnosis_result: Mapped[str | None]
    diagnosed_on: Mapped[date | None]
    priority_public: Mapped[bool | None]
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(frozen=True, slots=True)
class Answers:
    """What the professional noted, in brackets only; « je ne sais pas » is an answer."""

    age_band: AgeBand = AgeBand.UNKNOWN
    situation: Situation = Situation.UNKNOWN
    gender: Gender = Gender.UNKNOWN
    commune: str | None = None
    need: Need = Need.UNKNOWN
    diagnosis_tool: str | None = None
    diagnosis_result: str | None = None
    diagnosed_on: date | None = None
    priority_public: bool | None = None


def note(session: Session, *, handover_id: UUID, answers: Answers, at: datetime, by: Actor) -> int:
    """Note the coded answers of a handover, or correct them by a new revision; return its number."""
    last = select(func.coalesce(func.max(HandoverAnswers.revision), 0))
    revision = int(session.execute(last.where(HandoverAnswers.handover_id == handover_id)).scalar_one()) + 1
    session.execute(
        insert(HandoverAnswers).values(
            handover_id=handover_id, revision=revision, at=at, by=by.user_id, **asdict(answers)
        )
    )
    return revision


def erase(session: Session, *, handover_id: UUID) -> None:
    """Erase all that was noted about the person at a handover (RGPD art. 17); the handover stays."""
    session.execute(delete(HandoverAnswers).where(HandoverAnswers.handover_id == handover_id))


def forget(session: Session, *, before: datetime) -> int:
    """Erase what was noted before an instant, and return how many notes that was; the handovers stay."""
    old = delete(HandoverAnswers).where(HandoverAnswers.at < before)
    return len(session.scalars(old.returning(HandoverAnswers.revision)).all())


def answers_of(session: Session, handover_id: UUID) -> HandoverAnswers | None:
    """Return the last revision of what was noted at a handover, if anything is left of it."""
    noted = select(HandoverAnswers).where(HandoverAnswers.handover_id == handover_id)
    return session.scalars(noted.order_by(HandoverAnswers.revision.desc()).limit(1)).one_or_none()


def last_by(session: Session, by: Actor) -> HandoverAnswers | None:
    """Return what somebody noted last, to note the same again: the next person of a group often says the same."""
    noted = select(HandoverAnswers).where(HandoverAnswers.by == by.user_id)
    return session.scalars(noted.order_by(HandoverAnswers.at.desc()).limit(1)).one_or_none()
