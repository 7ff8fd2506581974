"""Operator search: who runs venues, under which name and SIRET, and what it still lacks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from voucher_service.identity.organisations import Organisation
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor, Role
from voucher_service.network import readiness
from voucher_service.network.operators import CashingAct, LegalForm, Operator, OperatorIsUnknown
from voucher_service.network.readiness import Missing


@dataclass(frozen=True, slots=True)
class FoundOperator:
    """A venue operator, the act by which it cashes (a public body's only), and what it still lacks."""

    organisation_id: UUID
    name: str
    siret: str | None
    legal_form: LegalForm
    enrolled_at: datetime
    version: int
    cashing_act: CashingAct | None
    missing: list[Missing]


def search(session: Session, *, by: Actor, after: UUID | None = None, limit: int = 50) -> list[FoundOperator]:
    """List venue operators: to an operator's people their own, to others all."""
    wanted = select(Operator, Organisation.name, Organisation.siret).join(
        Organisation, Organisation.id == Operator.organisation_id
    )
    if by.role is Role.VENUE:
        wanted = wanted.where(Operator.organisation_id == by.organisation_id)
    rows = session.execute(keyset.page(wanted, Operator.organisation_id, after=after, limit=limit)).all()
    return _found(session, rows)


def get(session: Session, *, operator_id: UUID, by: Actor) -> FoundOperator:
    """Return a venue operator: to its own people, and to whoever is of the scheme.

    Raises ``OperatorIsUnknown``, also where it is another's.
    """
    if by.role is Role.VENUE and by.organisation_id != operator_id:
        raise OperatorIsUnknown(operator_id)
    wanted = (
        select(Operator, Organisation.name, Organisation.siret)
        .join(Organisation, Organisation.id == Operator.organisation_id)
        .where(Operator.organisation_id == operator_id)
    )
    found = _found(session, session.execute(wanted).all())
    if not found:
        raise OperatorIsUnknown(operator_id)
    return found[0]


def _found(session: Session, rows: Sequence[Row[Operator, str, str | None]]) -> list[FoundOperator]:
    operator_ids = [operator.organisation_id for operator, _, _ in rows]
    lacking = readiness.missing_of(session, operator_ids=operator_ids)
    acts = _acts(session, operator_ids)
    return [
        FoundOperator(
            organisation_id=operator.organisation_id,
            name=name,
            siret=siret,
            legal_form=operator.legal_form,
            enrolled_at=operator.enrolled_at,
            version=operator.version,
            cashing_act=acts.get(operator.organisation_id),
            missing=lacking[operator.organisation_id],
        )
        for operator, name, siret in rows
    ]


def _acts(session: Session, operator_ids: Sequence[UUID]) -> dict[UUID, CashingAct]:
    standing = (
        select(CashingAct)
        .ext(distinct_on(CashingAct.operator_id))
        .where(CashingAct.operator_id.in_(operator_ids))
        .order_by(CashingAct.operator_id, CashingAct.id.desc())
    )
    return {act.operator_id: act for act in session.scalars(standing)}
