"""Funders: who pays (the State, a métropole, a département, a family-benefit office)."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.identity import organisations
from voucher_service.kernel import keyset
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.refusal import Kind, Refusal

_SLUG = re.compile(r"[a-z][a-z0-9-]{1,30}")


class Funder(Base):
    """A body that pays for vouchers; ``code`` is its short public name, used in the books' addresses."""

    __tablename__ = "funder"

    code: Mapped[Code] = mapped_column(primary_key=True)
    name: Mapped[str]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime]


@dataclass(eq=False)
class FunderIsUnknown(Refusal):
    """No funder has this code: check the spelling or create the funder first.

    FR: Aucun financeur ne porte ce code : vérifiez-le ou créez d'abord le financeur.
    """

    kind = Kind.UNKNOWN
    funder: str


@dataclass(eq=False)
class FunderExists(Refusal):
    """A funder already has this code: choose another.

    FR: Un financeur porte déjà ce code : choisissez-en un autre.
    """

    funder: str


@dataclass(eq=False)
class FunderCodeIsMalformed(Refusal):
    """A funder's code is 2 to 31 lower-case letters, digits or dashes, and begins with a letter.

    FR: Le code d'un financeur compte 2 à 31 lettres minuscules, chiffres ou tirets, et commence par une lettre.
    """

    kind = Kind.INVALID
    funder: str


def enrol(
    session: Session, *, code: str, name: str, at: datetime, organisation_id: UUID | None = None
) -> Funder:
    """Add a funder under a code of its own.

    Raises ``FunderCodeIsMalformed``, ``FunderExists``, ``OrganisationIsUnknown``.
    """
    if not _SLUG.fullmatch(code):
        raise FunderCodeIsMalformed(code)
    if session.get(Funder, code) is not None:
        raise FunderExists(code)
    if organisation_id is not None:
        organisations.get(session, organisation_id=organisation_id)
    session.execute(
        insert(Funder).values(code=code, name=name, organisation_id=organisation_id, created_at=at)
    )
    return session.get_one(Funder, code)


def get(session: Session, code: str) -> Funder:
    """Return the funder with this code, or refuse."""
    funder = session.get(Funder, code)
    if funder is None:
        raise FunderIsUnknown(code)
    return funder


def search(session: Session, *, after: str | None = None, limit: int | None = None) -> list[Funder]:
    """List the funders by code."""
    return list(session.scalars(keyset.page(select(Funder), Funder.code, after=after, limit=limit)))
