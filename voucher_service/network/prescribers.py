"""Prescribers: who hands booklets out to people, and the sites where the papers are kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Sequence, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.identity import duties, organisations
from voucher_service.identity.naming import clean_name
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network import spelling

NUMBERS = Sequence("site_no_seq", metadata=Base.metadata)


class Prescriber(Base):
    """An organisation that hands booklets out: a town hall, a CCAS, a Mission locale, an association."""

    __tablename__ = "prescriber"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    enrolled_at: Mapped[datetime]
    enrolled_by: Mapped[UUID]


class Site(Base):
    """A place where a prescriber keeps papers; ``no`` names it in the books (``custody/prescriber/<no>``)."""

    __tablename__ = "site"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    no: Mapped[int] = mapped_column(NUMBERS, server_default=NUMBERS.next_value(), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("prescriber.organisation_id"), index=True)
    name: Mapped[str]
    address: Mapped[str | None]
    postcode: Mapped[Code | None]
    commune: Mapped[str]
    opened_at: Mapped[datetime]
    opened_by: Mapped[UUID]
    closed_at: Mapped[datetime | None]


@dataclass(eq=False)
class PrescriberIsUnknown(Refusal):
    """No such prescriber: check its identifier, or enrol it first.

    FR: Prescripteur inconnu : vérifiez son identifiant, ou inscrivez-le d'abord.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN

    organisation_id: UUID


@dataclass(eq=False)
class SiteIsUnknown(Refusal):
    """No such site: check its identifier.

    FR: Site inconnu : vérifiez son identifiant.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN

    site_id: UUID


@dataclass(eq=False)
class SiteIsClosed(Refusal):
    """This site is closed: choose another one, or have it opened again.

    FR: Ce site est fermé : choisissez-en un autre, ou faites-le rouvrir.
    """

    site_id: UUID


@dataclass(eq=False)
class OrganisationIsNotAPrescriber(Refusal):
    """This organisation takes part in another capacity: found one for its prescribing.

    FR: Cette organisation participe à un autre titre : créez-en une pour la prescription.
    """

    organisation_id: UUID


def enrol(session: Session, *, organisation_id: UUID, at: datetime, by: Actor) -> Prescriber:
    """Let an organisation hand booklets out; enrolling it again changes nothing. The operator's duty.

    Raises ``DutyIsNotYours``, ``OrganisationIsUnknown``, ``OrganisationIsNotAPrescriber``.
    """
    duties.require(Role.OPERATOR, duty="enrol-prescriber", by=by, at=at)
    organisation = organisations.get(session, organisation_id=organisation_id)
    if organisation.kind is not OrganisationKind.PRESCRIBER:
        raise OrganisationIsNotAPrescriber(organisation_id)
    row = insert(Prescriber).values(organisation_id=organisation_id, enrolled_at=at, enrolled_by=by.user_id)
    session.execute(row.on_conflict_do_nothing())
    return get(session, organisation_id=organisation_id)


def get(session: Session, *, organisation_id: UUID) -> Prescriber:
    """Return the prescriber; raises ``PrescriberIsUnknown``."""
    prescriber = find(session, organisation_id=organisation_id)
    if prescriber is None:
        raise PrescriberIsUnknown(organisation_id)
    return prescriber


def find(session: Session, *, organisation_id: UUID) -> Prescriber | None:
    """Return the prescriber, if the organisation was enrolled as one."""
    return session.get(Prescriber, organisation_id)


def open_site(
    session: Session,
    *,
    organisation_id: UUID,
    name: str,
    commune: str,
    address: str | None = None,
    postcode: str | None = None,
    at: datetime,
    by: Actor,
) -> Site:
    """Open a place where a prescriber keeps papers. The operator's duty.

    Raises ``DutyIsNotYours``, ``PrescriberIsUnknown``, ``NameIsMalformed``.
    """
    duties.require(Role.OPERATOR, duty="open-site", by=by, at=at)
    row = insert(Site).values(
        id=new_id(),
        organisation_id=get(session, organisation_id=organisation_id).organisation_id,
        name=clean_name(name),
        commune=clean_name(commune),
        address=spelling.tidy(address) if address else None,
        postcode=postcode,
        opened_at=at,
        opened_by=by.user_id,
    )
    return session.scalars(row.returning(Site)).one()


def get_site(session: Session, *, site_id: UUID) -> Site:
    """Return the site; raises ``SiteIsUnknown``."""
    site = session.get(Site, site_id)
    if site is None:
        raise SiteIsUnknown(site_id)
    return site


def hold_open(session: Session, *, site_id: UUID) -> None:
    """Rely on a site's being open: whoever would close it waits until the present act is written.

    Raises ``SiteIsUnknown``, ``SiteIsClosed``.
    """
    held = select(Site.closed_at).where(Site.id == site_id).with_for_update(read=True)
    row = session.execute(held).one_or_none()
    if row is None:
        raise SiteIsUnknown(site_id)
    if row.closed_at is not None:
        raise SiteIsClosed(site_id)


def list_sites(
    session: Session, *, organisation_id: UUID | None = None, only_open: bool = False
) -> list[Site]:
    """Return the sites, of one prescriber where it is named, in the order of their numbers."""
    wanted = select(Site).order_by(Site.no)
    if organisation_id is not None:
        wanted = wanted.where(Site.organisation_id == organisation_id)
    if only_open:
        wanted = wanted.where(Site.closed_at.is_(None))
    return list(session.scalars(wanted))
