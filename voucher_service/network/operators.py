"""Operators: who runs venues and is paid for the vouchers, and by what right it may cash them.

A public body cashes through a *régie de recettes* or a *convention de mandat* (CGCT, R.1617-1 and following;
L.1611-7-1), so it must show the act. A company or an association cashes on its own account.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.identity import duties, organisations
from voucher_service.identity.naming import clean_name
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base
from voucher_service.kernel.refusal import Kind, Refusal


class LegalForm(StrEnum):
    """What sort of person an operator is in law."""

    PUBLIC = "public"
    ASSOCIATION = "association"
    COMPANY = "company"
    COOPERATIVE = "cooperative"
    UNKNOWN = "unknown"


class CashingMeans(StrEnum):
    """By what right a public body handles the money of vouchers."""

    REVENUE_OFFICE = "regie-de-recettes"
    MANDATE = "convention-de-mandat"


class Operator(Base):
    """An organisation that runs venues and is paid; its SIRET is the organisation's."""

    __tablename__ = "venue_operator"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    legal_form: Mapped[LegalForm]
    enrolled_at: Mapped[datetime]
    enrolled_by: Mapped[UUID]
    version: Mapped[int]


class CashingAct(Base):
    """The act by which a public body may cash vouchers: written once; the latest stands."""

    __tablename__ = "cashing_act"
    __table_args__ = (Index(None, "operator_id", "id"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    operator_id: Mapped[UUID] = mapped_column(ForeignKey("venue_operator.organisation_id"))
    means: Mapped[CashingMeans]
    reference: Mapped[str]
    signed_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]


@dataclass(eq=False)
class OperatorIsUnknown(Refusal):
    """No such venue operator: check its identifier, or enrol it first.

    FR: Exploitant inconnu : vérifiez son identifiant, ou inscrivez-le d'abord.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN

    operator_id: UUID


@dataclass(eq=False)
class OrganisationIsNotAVenueOperator(Refusal):
    """This organisation takes part in another capacity: found one for its venues.

    FR: Cette organisation participe à un autre titre : créez-en une pour ses lieux.
    """

    organisation_id: UUID


@dataclass(eq=False)
class OperatorHasChanged(Refusal):
    """Someone changed this operator since you read it: read it again, then make your change.

    FR: Quelqu'un a modifié cet exploitant depuis votre lecture : relisez-le, puis modifiez-le.
    """

    kind: ClassVar[Kind] = Kind.STALE

    version: int


def enrol(
    session: Session, *, organisation_id: UUID, legal_form: LegalForm, at: datetime, by: Actor
) -> Operator:
    """Let an organisation run venues; enrolling it again changes nothing. The operator's duty.

    Raises ``DutyIsNotYours``, ``OrganisationIsUnknown``, ``OrganisationIsNotAVenueOperator``.
    """
    duties.require(Role.OPERATOR, duty="enrol-venue-operator", by=by, at=at)
    organisation = organisations.get(session, organisation_id=organisation_id)
    if organisation.kind is not OrganisationKind.VENUE_OPERATOR:
        raise OrganisationIsNotAVenueOperator(organisation_id)
    row = insert(Operator).values(
        organisation_id=organisation_id,
        legal_form=legal_form,
        enrolled_at=at,
        enrolled_by=by.user_id,
        version=1,
    )
    session.execute(row.on_conflict_do_nothing())
    return get(session, operator_id=organisation_id)


def get(session: Session, *, operator_id: UUID) -> Operator:
    """Return the venue operator; raises ``OperatorIsUnknown``."""
    operator = find(session, operator_id=operator_id)
    if operator is None:
        raise OperatorIsUnknown(operator_id)
    return operator


def find(session: Session, *, operator_id: UUID) -> Operator | None:
    """Return the venue operator, if the organisation was enrolled as one."""
    return session.get(Operator, operator_id)


def own(session: Session, *, operator_id: UUID, by: Actor) -> Operator:
    """Return the venue operator: to its own people, and to whoever is of the scheme.

    Raises ``OperatorIsUnknown``, also where it is another's.
    """
    if by.role is Role.VENUE and by.organisation_id != operator_id:
        raise OperatorIsUnknown(operator_id)
    return get(session, operator_id=operator_id)


def correct(
    session: Session, *, operator_id: UUID, legal_form: LegalForm, version: int, at: datetime, by: Actor
) -> Operator:
    """Correct an operator's legal form, as read in ``version``. The operator's duty.

    Raises ``DutyIsNotYours``, ``OperatorIsUnknown``, ``OperatorHasChanged``.
    """
    duties.require(Role.OPERATOR, duty="correct-venue-operator", by=by, at=at)
    corrected = (
        update(Operator)
        .where(Operator.organisation_id == operator_id, Operator.version == version)
        .values(legal_form=legal_form, version=Operator.version + 1)
        .returning(Operator)
        .execution_options(populate_existing=True)
    )
    operator = session.scalars(corrected).one_or_none()
    if operator is None:
        raise OperatorHasChanged(get(session, operator_id=operator_id).version)
    return operator


def record_cashing_act(
    session: Session,
    *,
    operator_id: UUID,
    means: CashingMeans,
    reference: str,
    signed_on: date,
    at: datetime,
    by: Actor,
) -> CashingAct:
    """Write down the act by which a public body may cash vouchers. The operator's duty.

    Raises ``DutyIsNotYours``, ``OperatorIsUnknown``, ``NameIsMalformed``.
    """
    duties.require(Role.OPERATOR, duty="record-cashing-act", by=by, at=at)
    act = CashingAct(
        operator_id=get(session, operator_id=operator_id).organisation_id,
        means=means,
        reference=clean_name(reference),
        signed_on=signed_on,
        recorded_at=at,
        recorded_by=by.user_id,
    )
    session.add(act)
    session.flush()
    return act


def find_cashing_act(session: Session, *, operator_id: UUID) -> CashingAct | None:
    """Return the act that stands, if one was shown."""
    latest = select(CashingAct).where(CashingAct.operator_id == operator_id).order_by(CashingAct.id.desc())
    return session.scalars(latest.limit(1)).one_or_none()
