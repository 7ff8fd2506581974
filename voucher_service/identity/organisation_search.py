"""Organisation search: who takes part, found by name or SIRET, and in which capacity."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from voucher_service.identity import duties
from voucher_service.identity.organisations import Organisation, OrganisationKind
from voucher_service.kernel.actor import Actor, Role


def search(
    session: Session,
    *,
    words: str = "",
    kind: OrganisationKind | None = None,
    after: UUID | None = None,
    limit: int = 50,
    at: datetime,
    by: Actor,
) -> Sequence[Organisation]:
    """Return organisations by name, from the one after ``after``; 50 unless told. The operator's duty.

    Every one of the ``words`` is in the name, or begins the SIRET. Raises ``DutyIsNotYours``.
    """
    duties.require(Role.OPERATOR, duty="search-organisations", by=by, at=at)
    wanted = select(Organisation)
    for word in words.split():
        named = Organisation.name.icontains(word, autoescape=True)
        wanted = wanted.where(or_(named, Organisation.siret.startswith(word, autoescape=True)))
    if kind is not None:
        wanted = wanted.where(Organisation.kind == kind)
    if after is not None:
        last = aliased(Organisation)
        place = select(last.name).where(last.id == after).scalar_subquery()
        wanted = wanted.where(tuple_(Organisation.name, Organisation.id) > tuple_(place, after))
    return session.scalars(wanted.order_by(Organisation.name, Organisation.id).limit(limit)).all()
