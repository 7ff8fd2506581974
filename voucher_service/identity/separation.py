"""Separation of duties: what one person may not do twice on one thing, whoever else agrees.

The pairs are rows, not rules in the code. A duty that belongs to a pair is written down with the thing it was done
on; whoever did one of the two is refused the other on that thing, and the attempt is remembered. Two people can
always do both, each one duty.
"""

from collections.abc import Sequence
from dataclasses import InitVar, dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Identity,
    Select,
    Text,
    UniqueConstraint,
    any_,
    exists,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.identity.changes import AccessChange, Change
from voucher_service.identity.clients import Client
from voucher_service.identity.duties import RefusedDuty
from voucher_service.identity.users import User
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.coded import Coded
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal

_ALONE = text("SELECT pg_advisory_xact_lock(:namespace, hashtext(CAST(:person AS text)))")
_NAMESPACE = 17_001
_DONE = text("""
INSERT INTO duty_performed (subject, duty, user_id, person_id, at)
SELECT subject, :duty, :user_id, :person_id, :at
FROM unnest(CAST(:subjects AS text[])) AS subject
ON CONFLICT (subject, duty, user_id) DO NOTHING""")


class Duty(Coded):
    """What may be forbidden to whoever did its counterpart."""

    CREATE_VENUE = ("create-venue", "Créer un lieu", "Create a venue")
    ACCREDIT_VENUE = ("accredit-venue", "Accréditer un lieu", "Accredit a venue")
    PROPOSE_BANK_DETAILS = (
        "propose-bank-details",
        "Proposer des coordonnées bancaires",
        "Propose bank details",
    )
    APPROVE_BANK_DETAILS = (
        "approve-bank-details",
        "Approuver des coordonnées bancaires",
        "Approve bank details",
    )
    PROPOSE_PAYEE = ("propose-payee", "Proposer un autre bénéficiaire", "Propose another payee")
    APPROVE_PAYEE = ("approve-payee", "Approuver un autre bénéficiaire", "Approve another payee")
    PLACE_HOLD = ("place-hold", "Bloquer un paiement", "Place a hold")
    LIFT_HOLD = ("lift-hold", "Débloquer un paiement", "Lift a hold")
    PREPARE_RUN = ("prepare-run", "Arrêter un lot de paiement", "Freeze a payment run")
    APPROVE_RUN = ("approve-run", "Approuver un lot de paiement", "Approve a payment run")
    ALLOCATE = ("allocate", "Doter un prescripteur", "Allocate booklets")
    REDEEM = ("redeem", "Encaisser un pass", "Redeem a voucher")
    PROPOSE_WRITE_OFF = ("propose-write-off", "Proposer une remise de dette", "Propose a write-off")
    APPROVE_WRITE_OFF = ("approve-write-off", "Approuver une remise de dette", "Approve a write-off")
    PROPOSE_EXCEPTION = (
        "propose-exception",
        "Proposer la réponse à un refus contesté",
        "Propose the answer to a contested refusal",
    )
    DECIDE_EXCEPTION = (
        "decide-exception",
        "Décider de la réponse à un refus contesté",
        "Decide the answer to a contested refusal",
    )
    PREPARE_REFUND = ("prepare-refund", "Préparer une restitution", "Prepare a refund")
    APPROVE_REFUND = ("approve-refund", "Approuver une restitution", "Approve a refund")


class IncompatibleDuties(Base):
    """Two duties that one person may not do on one thing; the order of the two means nothing."""

    __tablename__ = "incompatible_duties"

    first: Mapped[Duty] = mapped_column(primary_key=True)
    second: Mapped[Duty] = mapped_column(primary_key=True)


class DutyPerformed(Base):
    """An account did a duty on a thing, first at this moment; ``person_id`` is who answers for the account."""

    __tablename__ = "duty_performed"
    __table_args__ = (UniqueConstraint("subject", "duty", "user_id"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    subject: Mapped[Code]
    duty: Mapped[Duty]
    user_id: Mapped[UUID]
    person_id: Mapped[UUID]
    at: Mapped[datetime]


@dataclass(eq=False)
class DutiesAreIncompatible(Refusal):
    """You did the other half of this yourself: a second person must do it.

    FR: Vous avez fait vous-même l'autre moitié de cet acte : une deuxième personne doit s'en charger.
    """

    kind: ClassVar[Kind] = Kind.FORBIDDEN

    duty: Duty
    done: Duty
    subject: str
    by: InitVar[Actor]
    at: InitVar[datetime]

    def __post_init__(self, by: Actor, at: datetime) -> None:
        """Keep who tried, and when, out of the facts that the caller is told."""
        self._by = by
        self._at = at

    def remember(self, session: Session) -> None:
        """Write the attempt down, with what else is to be remembered of it."""
        super().remember(session)
        session.add(
            RefusedDuty(
                id=new_id(),
                actor_id=self._by.user_id,
                organisation_id=self._by.organisation_id,
                role=self._by.role,
                duty=self.duty,
                done=self.done,
                subject=self.subject,
                refused_at=self._at,
            )
        )


def perform(session: Session, *, duty: Duty, subject: str, at: datetime, by: Actor) -> None:
    """Write down that this person does this duty on this thing (``run/PN-2026/3``).

    Raises ``DutiesAreIncompatible`` where the same person did a duty on it that excludes this one.
    """
    perform_all(session, duty=duty, subjects=[subject], at=at, by=by)


def perform_all(session: Session, *, duty: Duty, subjects: Sequence[str], at: datetime, by: Actor) -> None:
    """Write down that this person does this duty on each of these things: on all of them, or on none.

    Raises ``DutiesAreIncompatible`` for the first thing on which the same person did a duty that excludes this one.
    """
    if not subjects:
        return
    person = person_behind(session, by=by)
    # One person's duties are written one after the other: of two that exclude each other, done at the same moment,
    # the second waits here, and then sees the first.
    session.execute(_ALONE, {"namespace": _NAMESPACE, "person": str(person)})
    earlier = session.execute(_excluding(duty, subjects, person).limit(1)).one_or_none()
    if earlier is not None:
        raise DutiesAreIncompatible(duty, earlier.duty, earlier.subject, by, at)
    told = {"subjects": list(subjects), "duty": duty, "user_id": by.user_id, "person_id": person, "at": at}
    session.execute(_DONE, told)


def person_behind(session: Session, *, by: Actor) -> UUID:
    """Say which person answers for an account: for a machine, whoever of its own organisation opened it.

    Otherwise a second pair of eyes could be a machine of one's own.
    """
    opener = (
        select(AccessChange.changed_by)
        .join(Client, Client.id == AccessChange.subject_id)
        .join(User, User.id == AccessChange.changed_by)
        .where(
            AccessChange.subject_id == by.user_id,
            AccessChange.change == Change.OPENED,
            User.organisation_id == Client.organisation_id,
        )
    )
    return session.scalars(opener).first() or by.user_id


def forbidden(session: Session, *, duty: Duty, subjects: Sequence[str], by: Actor) -> set[str]:
    """Say on which of these things the person may not do this duty, for a page that says it before the act."""
    return {row.subject for row in session.execute(_excluding(duty, subjects, person_behind(session, by=by)))}


def pairs(session: Session) -> list[tuple[Duty, Duty]]:
    """Return the pairs of duties that one person may not do on one thing."""
    rows = session.execute(
        select(IncompatibleDuties.first, IncompatibleDuties.second).order_by(IncompatibleDuties.first)
    )
    return [(row.first, row.second) for row in rows]


def are_incompatible(session: Session, duty: Duty, other: Duty) -> bool:
    """Say whether one person may not do both of these on one thing."""
    return bool(session.execute(select(excludes(duty, other))).scalar_one())


def excludes(duty: Any, other: Any) -> Any:
    """Return the condition, for any SELECT, that two duties exclude each other; columns or values."""
    pair = IncompatibleDuties
    return exists().where(
        or_((pair.first == duty) & (pair.second == other), (pair.first == other) & (pair.second == duty))
    )


def _excluding(duty: Duty, subjects: Sequence[str], person: UUID) -> Select[Duty, str]:
    done = DutyPerformed
    named = any_(literal(list(subjects), ARRAY(Text(collation="C"))))
    mine = select(done.duty, done.subject).where(done.subject == named, done.person_id == person)
    return mine.where(excludes(done.duty, duty)).order_by(done.subject)
