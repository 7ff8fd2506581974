"""Mediators: who delivers a service, known by a label, and the derogation of the State-funded.

A State-funded *conseiller numérique* works free of charge; being paid by vouchers is possible by derogation
only (Conseiller numérique France Services, « Comment s'organise l'activité »): each is a dated fact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.identity import duties
from voucher_service.identity.naming import clean_name
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network import operators


class Standing(StrEnum):
    """Who pays the person who delivers."""

    EMPLOYEE = "employee"
    VOLUNTEER = "volunteer"
    STATE_FUNDED = "state-funded"


class Mediator(Base):
    """A person who delivers services for an operator, known by a label that need not be a name."""

    __tablename__ = "mediator"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    operator_id: Mapped[UUID] = mapped_column(ForeignKey("venue_operator.organisation_id"), index=True)
    label: Mapped[str]
    standing: Mapped[Standing]
    registered_at: Mapped[datetime]
    registered_by: Mapped[UUID]
    left_on: Mapped[date | None]
    version: Mapped[int]


class Derogation(Base):
    """A permission for a State-funded mediator's work to be paid by vouchers, both dates included."""

    __tablename__ = "derogation"
    __table_args__ = (
        CheckConstraint("valid_from_on <= valid_until_on", name="ends_after_it_begins"),
        Index(None, "mediator_id", "valid_from_on"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    mediator_id: Mapped[UUID] = mapped_column(ForeignKey("mediator.id"))
    reference: Mapped[str]
    valid_from_on: Mapped[date]
    valid_until_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]


@dataclass(eq=False)
class MediatorIsUnknown(Refusal):
    """No such mediator: check the identifier.

    FR: Médiateur inconnu : vérifiez son identifiant.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN

    mediator_id: UUID


@dataclass(eq=False)
class MediatorHasChanged(Refusal):
    """Someone changed this mediator's record since you read it: read it again, then make your change.

    FR: Quelqu'un a modifié la fiche de ce médiateur depuis votre lecture : relisez-la, puis modifiez-la.
    """

    kind: ClassVar[Kind] = Kind.STALE

    version: int


@dataclass(eq=False)
class MediatorNeedsNoDerogation(Refusal):
    """Only a State-funded mediator needs a derogation: check who this is.

    FR: Seul un médiateur financé par l'État a besoin d'une dérogation : vérifiez de qui il s'agit.
    """

    mediator_id: UUID


@dataclass(eq=False)
class DerogationEndsBeforeItBegins(Refusal):
    """The derogation ends before it begins: check its two dates.

    FR: La dérogation finit avant de commencer : vérifiez ses deux dates.
    """

    kind: ClassVar[Kind] = Kind.INVALID


def register(
    session: Session, *, operator_id: UUID, label: str, standing: Standing, at: datetime, by: Actor
) -> Mediator:
    """Write down who delivers for an operator; its own people or the scheme's operator may.

    Raises ``DutyIsNotYours``, ``OperatorIsUnknown``, ``NameIsMalformed``.
    """
    duties.require(Role.OPERATOR, Role.VENUE, duty="register-mediator", by=by, at=at)
    row = insert(Mediator).values(
        id=new_id(),
        operator_id=operators.own(session, operator_id=operator_id, by=by).organisation_id,
        label=clean_name(label),
        standing=standing,
        registered_at=at,
        registered_by=by.user_id,
        version=1,
    )
    return session.scalars(row.returning(Mediator)).one()


def get(session: Session, *, mediator_id: UUID) -> Mediator:
    """Return the mediator; raises ``MediatorIsUnknown``."""
    mediator = session.get(Mediator, mediator_id)
    if mediator is None:
        raise MediatorIsUnknown(mediator_id)
    return mediator


def own(session: Session, *, mediator_id: UUID, by: Actor) -> Mediator:
    """Return the mediator: to the people of his operator, and to whoever is of the scheme.

    Raises ``MediatorIsUnknown``, also where he is another's.
    """
    mediator = get(session, mediator_id=mediator_id)
    if by.role is Role.VENUE and mediator.operator_id != by.organisation_id:
        raise MediatorIsUnknown(mediator_id)
    return mediator


def search(
    session: Session,
    *,
    operator_id: UUID | None = None,
    by: Actor,
    after: UUID | None = None,
    limit: int = 50,
) -> Sequence[Mediator]:
    """List who delivers, in the order of registration: to an operator's people their own, to others all.

    Raises ``OperatorIsUnknown``.
    """
    wanted = select(Mediator)
    if operator_id is not None:
        operator = operators.own(session, operator_id=operator_id, by=by)
        wanted = wanted.where(Mediator.operator_id == operator.organisation_id)
    elif by.role is Role.VENUE:
        wanted = wanted.where(Mediator.operator_id == by.organisation_id)
    return session.scalars(keyset.page(wanted, Mediator.id, after=after, limit=limit)).all()


def leave(
    session: Session, *, mediator_id: UUID, left_on: date, version: int, at: datetime, by: Actor
) -> Mediator:
    """Write down a mediator's last day, as read in ``version``; his operator's people or the scheme's may.

    Raises ``DutyIsNotYours``, ``MediatorIsUnknown``, ``MediatorHasChanged``.
    """
    duties.require(Role.OPERATOR, Role.VENUE, duty="register-mediator", by=by, at=at)
    mediator = own(session, mediator_id=mediator_id, by=by)
    left = update(Mediator).where(Mediator.id == mediator_id, Mediator.version == version)
    left = left.values(left_on=left_on, version=Mediator.version + 1)
    returned = left.returning(Mediator).execution_options(populate_existing=True)
    gone = session.scalars(returned).one_or_none()
    if gone is None:
        session.refresh(mediator)
        raise MediatorHasChanged(mediator.version)
    return gone


def grant_derogation(
    session: Session,
    *,
    mediator_id: UUID,
    reference: str,
    valid_from_on: date,
    valid_until_on: date,
    at: datetime,
    by: Actor,
) -> Derogation:
    """Write down that a State-funded mediator's work may be paid by vouchers. The operator's duty.

    Raises ``DutyIsNotYours``, ``MediatorIsUnknown``, ``MediatorNeedsNoDerogation``,
    ``DerogationEndsBeforeItBegins``, ``NameIsMalformed``.
    """
    duties.require(Role.OPERATOR, duty="grant-derogation", by=by, at=at)
    if get(session, mediator_id=mediator_id).standing is not Standing.STATE_FUNDED:
        raise MediatorNeedsNoDerogation(mediator_id)
    if valid_until_on < valid_from_on:
        raise DerogationEndsBeforeItBegins
    derogation = Derogation(
        mediator_id=mediator_id,
        reference=clean_name(reference),
        valid_from_on=valid_from_on,
        valid_until_on=valid_until_on,
        recorded_at=at,
        recorded_by=by.user_id,
    )
    session.add(derogation)
    session.flush()
    return derogation


def derogations_of(session: Session, *, mediator_id: UUID) -> Sequence[Derogation]:
    """Return a mediator's derogations, in the order in which they were recorded."""
    wanted = select(Derogation).where(Derogation.mediator_id == mediator_id)
    return session.scalars(wanted.order_by(Derogation.id)).all()


def find_derogation(session: Session, *, mediator_id: UUID, on: date) -> Derogation | None:
    """Return the derogation that holds on a day of service, the last recorded where several do."""
    holding = select(Derogation).where(
        Derogation.mediator_id == mediator_id,
        Derogation.valid_from_on <= on,
        Derogation.valid_until_on >= on,
    )
    return session.scalars(holding.order_by(Derogation.id.desc()).limit(1)).one_or_none()
