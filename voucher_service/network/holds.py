"""Holds: why nothing is paid to a venue operator for now; what it earns stays due.

A hold is placed, and lifted by another person than the one who placed it. Several may stand at once, each with
its own end: two creditors may seize what is due to one operator. What the bank returned is held by the service
itself; new bank details, once approved, lift that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Exists, ForeignKey, Identity, Index, Select, exists, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.identity import duties, separation
from voucher_service.identity.naming import clean_name
from voucher_service.identity.organisations import Organisation
from voucher_service.identity.separation import Duty
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.coded import Coded
from voucher_service.kernel.database import Base
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network import operators

EXISTS = """
EXISTS (SELECT FROM payment_hold WHERE payment_hold.operator_id = {operator_id}
        AND NOT EXISTS (SELECT FROM payment_hold_lifting WHERE payment_hold_lifting.hold_id = payment_hold.id))"""
"""Whether an operator is held, in SQL: ``EXISTS.format(operator_id="total.operator_id")``."""


class Cause(Coded):
    """Why an operator is not paid for now."""

    SEIZURE = ("seizure", "Saisie (saisie administrative à tiers détenteur)", "Seizure by a creditor")
    ASSIGNMENT = ("assignment", "Créance cédée (cession Dailly)", "Claim assigned to a bank")
    RETURNED_PAYMENT = ("returned-payment", "Virement renvoyé par la banque", "Payment returned by the bank")
    ENQUIRY = ("enquiry", "Vérification en cours", "Under enquiry")
    CLOSED = ("closed", "Exploitant fermé, en attente d'un bénéficiaire", "Closed, waiting for a payee")


class Hold(Base):
    """An operator's payments are held: why, since when and by whom."""

    __tablename__ = "payment_hold"
    __table_args__ = (Index(None, "operator_id", "id"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    operator_id: Mapped[UUID] = mapped_column(ForeignKey("venue_operator.organisation_id"))
    cause: Mapped[Cause]
    note: Mapped[str | None]
    at: Mapped[datetime]
    by: Mapped[UUID]

    @property
    def subject(self) -> str:
        """How duties name this hold."""
        return f"hold/{self.id}"


class Lifting(Base):
    """A hold was lifted: why, when and by whom."""

    __tablename__ = "payment_hold_lifting"

    hold_id: Mapped[int] = mapped_column(ForeignKey("payment_hold.id"), primary_key=True, autoincrement=False)
    reason: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(frozen=True, slots=True)
class Known:
    """A hold, on whom, and how it ended, if it did."""

    hold: Hold
    operator: str
    lifting: Lifting | None


@dataclass(eq=False)
class HoldIsUnknown(Refusal):
    """No such hold: look at the list of holds.

    FR: Blocage inconnu : consultez la liste des blocages.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN

    hold_id: int


@dataclass(eq=False)
class HoldWasLifted(Refusal):
    """This hold was lifted before: there is nothing left to do.

    FR: Ce blocage a déjà été levé : il n'y a plus rien à faire.
    """

    hold_id: int


def place(
    session: Session, *, operator_id: UUID, cause: Cause, note: str | None = None, at: datetime, by: Actor
) -> Hold:
    """Hold an operator's payments from now on; runs that are frozen stay as they are.

    Raises ``DutyIsNotYours``, ``OperatorIsUnknown``, ``NameIsMalformed``.
    """
    duties.require(Role.OPERATOR, Role.FINANCE, duty="place-payment-hold", by=by, at=at)
    placed = insert(Hold).values(
        operator_id=operators.get(session, operator_id=operator_id).organisation_id,
        cause=cause,
        note=clean_name(note) if note else None,
        at=at,
        by=by.user_id,
    )
    hold = session.scalars(placed.returning(Hold)).one()
    separation.perform(session, duty=Duty.PLACE_HOLD, subject=hold.subject, at=at, by=by)
    return hold


def lift(session: Session, *, hold_id: int, reason: str, at: datetime, by: Actor) -> Lifting:
    """Lift a hold that somebody else placed: the operator is paid again with the next run.

    Raises ``DutyIsNotYours``, ``HoldIsUnknown``, ``HoldWasLifted``, ``DutiesAreIncompatible``,
    ``NameIsMalformed``.
    """
    duties.require(Role.OPERATOR, Role.FINANCE, duty="lift-payment-hold", by=by, at=at)
    hold = get(session, hold_id=hold_id).hold
    if session.get(Lifting, hold_id) is not None:
        raise HoldWasLifted(hold_id)
    separation.perform(session, duty=Duty.LIFT_HOLD, subject=hold.subject, at=at, by=by)
    lifted = insert(Lifting).values(hold_id=hold_id, reason=clean_name(reason), at=at, by=by.user_id)
    return session.scalars(lifted.returning(Lifting)).one()


def lift_all(
    session: Session, *, operator_id: UUID, causes: Sequence[Cause], reason: str, at: datetime, by: Actor
) -> None:
    """Lift an operator's holds of these causes, because what they waited for has come."""
    waiting = select(Hold.id).where(Hold.operator_id == operator_id, Hold.cause.in_(causes), ~_is_lifted())
    ended = [
        {"hold_id": hold_id, "reason": reason, "at": at, "by": by.user_id}
        for hold_id in session.scalars(waiting)
    ]
    if ended:
        session.execute(insert(Lifting), ended)


def get(session: Session, *, hold_id: int) -> Known:
    """Return a hold and how it ended; raises ``HoldIsUnknown``."""
    row = session.execute(_known().where(Hold.id == hold_id)).one_or_none()
    if row is None:
        raise HoldIsUnknown(hold_id)
    return Known(row[0], row[1], row[2])


def open_of(session: Session, *, operator_id: UUID) -> Sequence[Hold]:
    """Return the holds that stand against an operator, the oldest first."""
    standing = select(Hold).where(Hold.operator_id == operator_id, ~_is_lifted())
    return session.scalars(standing.order_by(Hold.id)).all()


def search(
    session: Session,
    *,
    operator_id: UUID | None = None,
    is_open: bool | None = None,
    words: str = "",
    after: int | None = None,
    start: int = 0,
    limit: int | None = 50,
) -> Sequence[Known]:
    """List holds, the newest first: of one operator or of all, those that stand, those lifted, or both.

    ``words`` keeps the operators whose names hold them all.
    """
    wanted = _known()
    if operator_id is not None:
        wanted = wanted.where(Hold.operator_id == operator_id)
    if is_open is not None:
        wanted = wanted.where(Lifting.hold_id.is_(None) if is_open else Lifting.hold_id.is_not(None))
    for word in words.split():
        wanted = wanted.where(Organisation.name.icontains(word, autoescape=True))
    newest = keyset.page(wanted, Hold.id, after=after, start=start, limit=limit, newest_first=True)
    return [Known(row[0], row[1], row[2]) for row in session.execute(newest)]


def _known() -> Select[Hold, str, Lifting]:
    wanted = select(Hold, Organisation.name, Lifting)
    wanted = wanted.join(Organisation, Organisation.id == Hold.operator_id)
    return wanted.outerjoin(Lifting, Lifting.hold_id == Hold.id)


def _is_lifted() -> Exists:
    return exists().where(Lifting.hold_id == Hold.id)
