"""Successions: an operator's SIRET changes, and another organisation is paid for what it does from a day on.

A SIRET is used once, because public money must be traced to the organisation that receives it. So what was served
before the day stays due to the predecessor, on its own account or its payee's; what is served from the day on goes
to the successor, even where the predecessor's counter took it before anybody was told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Row, Select, exists, insert, or_, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from voucher_service.identity import duties, organisations, separation
from voucher_service.identity.naming import clean_name
from voucher_service.identity.organisations import Organisation, OrganisationKind
from voucher_service.identity.separation import Duty
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network import bank_proposals, evidence, operators
from voucher_service.network.bank_details import Outcome
from voucher_service.network.evidence import Evidence


class Succession(Base):
    """An organisation follows another from a day on: under which reference, proposed by whom and when."""

    __tablename__ = "succession"
    __table_args__ = (
        CheckConstraint("predecessor_id <> successor_id", name="is_by_another"),
        Index(None, "predecessor_id", "id"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    predecessor_id: Mapped[UUID] = mapped_column(ForeignKey("venue_operator.organisation_id"))
    successor_id: Mapped[UUID] = mapped_column(ForeignKey("venue_operator.organisation_id"), index=True)
    effective_on: Mapped[date]
    reference: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]

    @property
    def subject(self) -> str:
        """How duties and papers name this succession."""
        return f"succession/{self.id}"


class SuccessionDecision(Base):
    """A second person approved or rejected a succession."""

    __tablename__ = "succession_decision"

    succession_id: Mapped[int] = mapped_column(
        ForeignKey("succession.id"), primary_key=True, autoincrement=False
    )
    outcome: Mapped[Outcome]
    reason: Mapped[str | None]
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(frozen=True, slots=True)
class Known:
    """A succession, the names of the two, and what was decided of it."""

    succession: Succession
    predecessor: Organisation
    successor: Organisation
    decision: SuccessionDecision | None


@dataclass(eq=False)
class SuccessionIsUnknown(Refusal):
    """No such succession: look at the list.

    FR: Succession inconnue : consultez la liste.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN

    succession_id: int


@dataclass(eq=False)
class SuccessionIsDecided(Refusal):
    """This succession was decided already: propose it again if it is still needed.

    FR: Cette succession a déjà été traitée : proposez-la de nouveau s'il le faut.
    """

    succession_id: int


@dataclass(eq=False)
class SuccessorIsOneself(Refusal):
    """An organisation cannot succeed to itself: name the one with the new SIRET.

    FR: Une structure ne peut pas se succéder à elle-même : indiquez celle qui a le nouveau SIRET.
    """

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class SuccessorIsUnknown(Refusal):
    """No venue operator has this SIRET: enrol it first, then name it as the successor.

    FR: Aucun exploitant n'a ce SIRET : inscrivez-le d'abord, puis désignez-le comme successeur.
    """

    kind: ClassVar[Kind] = Kind.INVALID

    siret: str


@dataclass(eq=False)
class OperatorHasASuccessor(Refusal):
    """One of the two has a successor already, or waits for one: see its record.

    FR: L'une des deux structures a déjà un successeur, ou en attend un : consultez sa fiche.
    """

    operator_id: UUID


def propose(
    session: Session,
    *,
    predecessor_id: UUID,
    successor_id: UUID,
    effective_on: date,
    reference: str,
    at: datetime,
    by: Actor,
) -> Succession:
    """Propose that an operator be paid, from a day on, for what another one's venues serve. The scheme's duty.

    Raises ``DutyIsNotYours``, ``OperatorIsUnknown``, ``SuccessorIsOneself``, ``OperatorHasASuccessor``,
    ``NameIsMalformed``.
    """
    duties.require(Role.OPERATOR, Role.FINANCE, duty="propose-succession", by=by, at=at)
    if predecessor_id == successor_id:
        raise SuccessorIsOneself
    for operator_id in sorted((predecessor_id, successor_id)):
        operators.get(session, operator_id=operator_id)
        bank_proposals.alone(session, operator_id=operator_id)
    _refuse_if_followed(session, predecessor_id, successor_id)
    proposed = insert(Succession).values(
        predecessor_id=predecessor_id,
        successor_id=successor_id,
        effective_on=effective_on,
        reference=clean_name(reference),
        at=at,
        by=by.user_id,
    )
    succession = session.scalars(proposed.returning(Succession)).one()
    separation.perform(session, duty=Duty.PROPOSE_PAYEE, subject=succession.subject, at=at, by=by)
    return succession


def named(session: Session, *, siret: str) -> UUID:
    """Return the venue operator that has this SIRET; raises ``SiretIsWrong``, ``SuccessorIsUnknown``."""
    clean = organisations.clean_siret(siret)
    found = organisations.find(session, siret=clean, kind=OrganisationKind.VENUE_OPERATOR)
    if found is None or operators.find(session, operator_id=found.id) is None:
        raise SuccessorIsUnknown(clean)
    return found.id


def keep_evidence(
    session: Session, *, succession_id: int, content: bytes, at: datetime, by: Actor
) -> Evidence:
    """Add a paper that proves a succession, before it is decided. The scheme's duty.

    Raises ``DutyIsNotYours``, ``SuccessionIsUnknown``, ``SuccessionIsDecided``, ``EvidenceIsNotReadable``,
    ``EvidenceIsComplete``.
    """
    duties.require(Role.OPERATOR, Role.FINANCE, duty="propose-succession", by=by, at=at)
    succession = _waiting(session, succession_id)
    return evidence.keep(session, subject=succession.subject, content=content, at=at, by=by)


def decide(
    session: Session,
    *,
    succession_id: int,
    outcome: Outcome,
    reason: str | None = None,
    at: datetime,
    by: Actor,
) -> SuccessionDecision:
    """Approve a succession that another person proposed, once its papers were opened, or reject it. Finance's duty.

    Raises ``DutyIsNotYours``, ``SuccessionIsUnknown``, ``SuccessionIsDecided``, ``DutiesAreIncompatible``,
    ``EvidenceIsMissing``, ``EvidenceIsUnread``, ``NameIsMalformed``.
    """
    duties.require(Role.FINANCE, duty="decide-succession", by=by, at=at)
    succession = _waiting(session, succession_id)
    separation.perform(session, duty=Duty.APPROVE_PAYEE, subject=succession.subject, at=at, by=by)
    if outcome is Outcome.APPROVED:
        evidence.refuse_unless_read(session, subject=succession.subject, by=by)
    decided = insert(SuccessionDecision).values(
        succession_id=succession_id,
        outcome=outcome,
        reason=clean_name(reason) if reason else None,
        at=at,
        by=by.user_id,
    )
    return session.scalars(decided.returning(SuccessionDecision)).one()


def get(session: Session, *, succession_id: int) -> Known:
    """Return a succession, and what was decided of it; raises ``SuccessionIsUnknown``."""
    row = session.execute(_known().where(Succession.id == succession_id)).one_or_none()
    if row is None:
        raise SuccessionIsUnknown(succession_id)
    return _told(row)


def of(session: Session, *, operator_id: UUID) -> Sequence[Known]:
    """List the successions in which an operator is the predecessor or the successor, the oldest first."""
    either = or_(Succession.predecessor_id == operator_id, Succession.successor_id == operator_id)
    rows = session.execute(_known().where(either).order_by(Succession.id))
    return [_told(row) for row in rows]


def search(
    session: Session, *, is_waiting: bool = False, after: int | None = None, limit: int = 50
) -> Sequence[Known]:
    """List successions, the newest first; ``is_waiting`` keeps those on which nobody decided yet."""
    wanted = _known().order_by(Succession.id.desc()).limit(limit)
    if is_waiting:
        wanted = wanted.where(SuccessionDecision.succession_id.is_(None))
    if after is not None:
        wanted = wanted.where(Succession.id < after)
    return [_told(row) for row in session.execute(wanted)]


_FORMER, _LATTER = aliased(Organisation), aliased(Organisation)


def _known() -> Select[Succession, Organisation, Organisation, SuccessionDecision]:
    return (
        select(Succession, _FORMER, _LATTER, SuccessionDecision)
        .join(_FORMER, _FORMER.id == Succession.predecessor_id)
        .join(_LATTER, _LATTER.id == Succession.successor_id)
        .outerjoin(SuccessionDecision, SuccessionDecision.succession_id == Succession.id)
    )


def _told(row: Row[*tuple[Any, ...]]) -> Known:
    return Known(row[0], row[1], row[2], row[3])


def _waiting(session: Session, succession_id: int) -> Succession:
    known = get(session, succession_id=succession_id)
    bank_proposals.alone(session, operator_id=known.succession.predecessor_id)
    if session.get(SuccessionDecision, succession_id) is not None:
        raise SuccessionIsDecided(succession_id)
    return known.succession


def _refuse_if_followed(session: Session, *operator_ids: UUID) -> None:
    # Of the successor too: whoever has gone cannot take over, and so nobody ever succeeds to himself.
    one, decided = aliased(Succession), aliased(SuccessionDecision)
    rejected = exists().where(decided.succession_id == one.id, decided.outcome == Outcome.REJECTED)
    followed = select(one.predecessor_id).where(one.predecessor_id.in_(operator_ids), ~rejected)
    gone = session.scalars(followed.limit(1)).one_or_none()
    if gone is not None:
        raise OperatorHasASuccessor(gone)
