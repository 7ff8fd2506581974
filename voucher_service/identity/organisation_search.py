"""Organisation search: who takes part, found by name or SIRET, and in which capacity."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from voucher_service.identity import duties
from voucher_service.identity.organisations import Organisation, OrganisationKind
from voucher_service.kernel.actor import Actor, Role


class Order(StrEnum):
    """In which order organisations are listed."""

    NAME = "name"
    NEWEST = "newest"


def search(
    session: Session,
    *,
    words: str = "",
    kind: OrganisationKind | None = None,
    order: Order = Order.NAME,
    start: int = 0,
    limit: int | None = 50,
    at: datetime,
    by: Actor,
) -> Sequence[Organisation]:
    """Return organisations, from the ``start`` th; 50 unless told, ``None`` for all. The operator's duty.

    Every one of the ``words`` is in the name, or begins the SIRET. Raises ``DutyIsNotYours``.
    """
    duties.require(Role.OPERATOR, duty="search-organisations", by=by, at=at)
    wanted = select(Organisation)
    for word in words.split():
        named = Organisation.name.icontains(word, autoescape=True)
        wanted = wanted.where(or_(named, Organisation.siret.startswith(word, autoescape=True)))
    if kind is not None:
        wanted = wanted.where(Organisation.kind == kind)
    # Identifiers are given in the order in which organisations are founded.
    columns = (Organisation.name, Organisation.id) if order is Order.NAME else (Organisation.id.desc(),)
    return session.scalars(wanted.order_by(*columns).offset(start).limit(limit)).all()
