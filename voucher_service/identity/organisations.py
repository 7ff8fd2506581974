"""Organisations: the legal persons that take part, each in one capacity.

One legal person may take part in two capacities (a town hall that prescribes and that also runs a venue): it
then has one organisation for each, with a référent for each, so that nobody's rights in one reach the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column
from stdnum.exceptions import ValidationError
from stdnum.fr import siret as siret_number

from voucher_service.identity import duties, naming
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal


class OrganisationKind(StrEnum):
    """In which capacity an organisation takes part."""

    OPERATOR = "operator"
    PRESCRIBER = "prescriber"
    VENUE_OPERATOR = "venue_operator"
    FUNDER = "funder"
    AUDITOR = "auditor"


ROLES: Mapping[OrganisationKind, frozenset[Role]] = {
    OrganisationKind.OPERATOR: frozenset({Role.OPERATOR, Role.FINANCE, Role.AUDITOR}),
    OrganisationKind.PRESCRIBER: frozenset({Role.PRESCRIBER}),
    OrganisationKind.VENUE_OPERATOR: frozenset({Role.VENUE}),
    OrganisationKind.FUNDER: frozenset({Role.FUNDER, Role.AUDITOR}),
    OrganisationKind.AUDITOR: frozenset({Role.AUDITOR}),
}
"""The roles that the people of an organisation may hold."""


class Organisation(Base):
    """A legal person in one capacity, known by its SIRET where it has one."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("siret", "kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    siret: Mapped[Code | None]
    kind: Mapped[OrganisationKind]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that its people may hold."""
        return ROLES[self.kind]


@dataclass(eq=False)
class OrganisationIsUnknown(Refusal):
    """No such organisation: check its identifier.

    FR: Organisation inconnue : vérifiez son identifiant.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN

    organisation_id: UUID


@dataclass(eq=False)
class OrganisationIsFoundedAlready(Refusal):
    """An organisation with this SIRET already takes part in this capacity: use it.

    FR: Une organisation portant ce SIRET participe déjà à ce titre : utilisez-la.
    """

    siret: str
    kind_of_organisation: OrganisationKind


@dataclass(eq=False)
class SiretIsWrong(Refusal):
    """The SIRET is mistyped: its fourteen digits do not agree with each other.

    FR: Le SIRET comporte une erreur : ses quatorze chiffres ne concordent pas.
    """

    kind: ClassVar[Kind] = Kind.INVALID

    siret: str


def clean_siret(siret: str) -> str:
    """Return the fourteen digits of a SIRET, checked (Luhn; La Poste's own rule for its establishments).

    Raises ``SiretIsWrong``.
    """
    try:
        return siret_number.validate(siret)
    except ValidationError as error:
        raise SiretIsWrong(siret) from error


def found(
    session: Session, *, name: str, siret: str | None, kind: OrganisationKind, at: datetime, by: Actor
) -> Organisation:
    """Let a legal person take part in one capacity; the operator's duty.

    Raises ``DutyIsNotYours``, ``NameIsMalformed``, ``SiretIsWrong``, ``OrganisationIsFoundedAlready``.
    """
    duties.require(Role.OPERATOR, duty="found-organisation", by=by, at=at)
    checked = clean_siret(siret) if siret else None
    row = insert(Organisation).values(
        id=new_id(),
        name=naming.clean_name(name),
        siret=checked,
        kind=kind,
        created_at=at,
        created_by=by.user_id,
    )
    unless_there = row.on_conflict_do_nothing(index_elements=["siret", "kind"])
    organisation = session.scalars(unless_there.returning(Organisation)).one_or_none()
    if organisation is None:
        raise OrganisationIsFoundedAlready(checked or "", kind)
    return organisation


def get(session: Session, *, organisation_id: UUID) -> Organisation:
    """Return the organisation; raises ``OrganisationIsUnknown``."""
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise OrganisationIsUnknown(organisation_id)
    return organisation


def find(session: Session, *, siret: str, kind: OrganisationKind) -> Organisation | None:
    """Return the organisation that bears this SIRET in this capacity, if it takes part."""
    wanted = select(Organisation).where(Organisation.siret == siret, Organisation.kind == kind)
    return session.scalars(wanted).one_or_none()
