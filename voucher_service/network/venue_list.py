"""Venue list: all venues as those who run the network look at them: by words, and by how each stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, literal, or_, select
from sqlalchemy.orm import Session

from voucher_service.identity.organisations import Organisation
from voucher_service.network import accreditation, spelling
from voucher_service.network.accreditation import Decision
from voucher_service.network.venues import Venue


class Stand(StrEnum):
    """How a venue stands for a campaign, whether somebody runs it, or whether it is closed for good."""

    ACCREDITED = "accredited"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    UNDECIDED = "undecided"
    WITHOUT_OPERATOR = "without-operator"
    CLOSED = "closed"


class Order(StrEnum):
    """By what the list is sorted."""

    NAME = "name"
    COMMUNE = "commune"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for; all that is given must hold. ``stand`` is for a campaign, ``on`` a day."""

    words: str = ""
    campaign_id: int | None = None
    stand: Stand | None = None
    order: Order = Order.NAME
    on: date


@dataclass(frozen=True, slots=True)
class Listed:
    """A venue, the name of who runs it, and the decision that stands; none where none was taken or asked for."""

    venue: Venue
    operator: str | None
    decision: Decision | None


def search(session: Session, *, wanted: Wanted, start: int = 0, limit: int | None = None) -> list[Listed]:
    """Return the venues that are wanted, in their order, from the ``start`` th (the first is 0)."""
    decision: Any = _standing(wanted)
    shown = select(Venue, Organisation.name, decision.label("decision"))
    sieved = _sieved(shown.outerjoin(Organisation, Organisation.id == Venue.operator_id), wanted)
    rows = session.execute(sieved.order_by(*_order(wanted.order)).offset(start).limit(limit))
    return [Listed(venue, operator, Decision(said) if said else None) for venue, operator, said in rows]


def count(session: Session, *, wanted: Wanted) -> int:
    """Count the venues that are wanted."""
    return int(session.scalar(_sieved(select(func.count(Venue.id)), wanted)) or 0)


def get_all(session: Session, *, venue_ids: Sequence[Any]) -> Sequence[Venue]:
    """Return those of the named venues that exist, by name."""
    named = select(Venue).where(Venue.id.in_(venue_ids))
    return session.scalars(named.order_by(*_order(Order.NAME))).all()


def _order(order: Order) -> tuple[Any, ...]:
    by_commune = (Venue.commune_key,) if order is Order.COMMUNE else ()
    return (*by_commune, Venue.name_key, Venue.no)


def _standing(wanted: Wanted) -> ScalarSelect[Decision] | ColumnElement[None]:
    if wanted.campaign_id is None:
        return literal(None)
    return accreditation.status_on(wanted.campaign_id, Venue.id, wanted.on)


def _sieved(shown: Select[*tuple[Any, ...]], wanted: Wanted) -> Select[*tuple[Any, ...]]:
    for word in spelling.plain(wanted.words).split():
        shown = shown.where(
            or_(
                Venue.name_key.contains(word, autoescape=True),
                Venue.commune_key.contains(spelling.commune(word), autoescape=True),
                Venue.postcode.startswith(word, autoescape=True),
            )
        )
    if wanted.stand is None:
        return shown
    if wanted.stand is Stand.CLOSED:
        return shown.where(Venue.closed_on.is_not(None))
    if wanted.stand is Stand.WITHOUT_OPERATOR:
        return shown.where(Venue.operator_id.is_(None))
    if wanted.campaign_id is None:
        return shown
    stands: Any = _standing(wanted)
    return shown.where(stands.is_(None) if wanted.stand is Stand.UNDECIDED else stands == wanted.stand.value)
