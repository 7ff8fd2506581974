"""Venues: where people use their vouchers."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Double, ForeignKey, Index, case, select, update
from sqlalchemy import Sequence as Numbers
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.identity import duties, separation
from voucher_service.identity.separation import Duty
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Base, Code, Outrun
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network import operators, spelling
from voucher_service.network.profile import Flaw, Profile, flaws
from voucher_service.network.vocabulary import Condition, Modality, Service, Welcome

NUMBERS = Numbers("venue_no_seq", metadata=Base.metadata)


class Venue(Base):
    """A place where vouchers may be used; ``no`` names it in the books (``venue/<no>/due``).

    ``source`` and ``source_id`` say which directory it is from, ``imported_digest`` what that one last said,
    and ``imported_version`` which version that made: a later version was made by hand.
    """

    __tablename__ = "venue"
    __table_args__ = (Index(None, "commune_key", "name_key", "no"), Index(None, "latitude"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    no: Mapped[int] = mapped_column(NUMBERS, server_default=NUMBERS.next_value(), unique=True)
    operator_id: Mapped[UUID | None] = mapped_column(ForeignKey("venue_operator.organisation_id"), index=True)
    name: Mapped[str]
    address: Mapped[str]
    address_complement: Mapped[str | None]
    postcode: Mapped[Code]
    commune: Mapped[str]
    insee: Mapped[Code | None]
    latitude: Mapped[float | None] = mapped_column(Double)
    longitude: Mapped[float | None] = mapped_column(Double)
    services: Mapped[list[str]]
    conditions: Mapped[list[str]]
    modalities: Mapped[list[str]]
    welcomes: Mapped[list[str]]
    accessibility_url: Mapped[str | None]
    opening_hours: Mapped[str | None]
    website: Mapped[str | None]
    phone: Mapped[str | None]
    announces_pass: Mapped[bool]
    identity_key: Mapped[Code] = mapped_column(unique=True)
    commune_key: Mapped[Code]
    name_key: Mapped[Code]
    source: Mapped[Code | None]
    source_id: Mapped[Code | None]
    updated_on: Mapped[date | None]
    imported_digest: Mapped[Code | None]
    imported_version: Mapped[int | None]
    registered_at: Mapped[datetime]
    registered_by: Mapped[UUID]
    version: Mapped[int]
    closed_on: Mapped[date | None]
    """Its first day without vouchers."""

    @property
    def profile(self) -> Profile:
        """What is said of the venue, as a value."""
        said = {field.name: getattr(self, field.name) for field in fields(Profile)}
        said["services"] = tuple(Service(code) for code in self.services)
        said["conditions"] = tuple(Condition(code) for code in self.conditions)
        said["modalities"] = tuple(Modality(code) for code in self.modalities)
        said["welcomes"] = tuple(Welcome(code) for code in self.welcomes)
        return Profile(**said)


@dataclass(eq=False)
class VenueIsUnknown(Refusal):
    """No such venue: check its identifier.

    FR: Lieu inconnu : vérifiez son identifiant.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN

    venue_id: UUID


@dataclass(eq=False)
class VenueIsClosed(Refusal):
    """This venue is closed: have it opened again, then accredit it.

    FR: Ce lieu est fermé : faites-le rouvrir, puis accréditez-le.
    """

    venue_id: UUID


@dataclass(eq=False)
class VenueIsMisdescribed(Refusal):
    """The venue cannot be written down like this: correct what is listed.

    FR: Le lieu ne peut pas être enregistré ainsi : corrigez ce qui est indiqué.
    """

    kind: ClassVar[Kind] = Kind.INVALID

    flaws: list[Flaw]


@dataclass(eq=False)
class VenueIsRegisteredAlready(Refusal):
    """A venue with this name and address is known already: use it.

    FR: Un lieu portant ce nom à cette adresse existe déjà : utilisez-le.
    """


@dataclass(eq=False)
class VenueHasChanged(Refusal):
    """Someone changed this venue since you read it: read it again, then make your change.

    FR: Quelqu'un a modifié ce lieu depuis votre lecture : relisez-le, puis modifiez-le.
    """

    kind: ClassVar[Kind] = Kind.STALE

    version: int


@dataclass(eq=False)
class VenueHasAnOperator(Refusal):
    """This venue already has an operator, who is paid for it: register the new operator's venue apart.

    FR: Ce lieu a déjà un exploitant, payé pour lui : enregistrez à part le lieu du nouvel exploitant.
    """

    operator_id: UUID


def columns_of(profile: Profile) -> dict[str, Any]:
    """Return a profile as the venue's columns, with the keys by which it is found."""
    said = {field.name: getattr(profile, field.name) for field in fields(Profile)}
    return said | {
        "services": list(profile.services),
        "conditions": list(profile.conditions),
        "modalities": list(profile.modalities),
        "welcomes": list(profile.welcomes),
        "identity_key": profile.identity,
        "commune_key": spelling.commune(profile.commune),
        "name_key": spelling.plain(profile.name),
    }


def register(
    session: Session, *, profile: Profile, operator_id: UUID | None = None, at: datetime, by: Actor
) -> Venue:
    """Write down a venue, run by ``operator_id`` where it is known. The operator's duty.

    Raises ``DutyIsNotYours``, ``VenueIsMisdescribed``, ``VenueIsRegisteredAlready``, ``OperatorIsUnknown``.
    """
    duties.require(Role.OPERATOR, duty="register-venue", by=by, at=at)
    _require_sound(profile)
    row = insert(Venue).values(
        **columns_of(profile),
        id=new_id(),
        operator_id=operator_id and operators.get(session, operator_id=operator_id).organisation_id,
        announces_pass=False,
        registered_at=at,
        registered_by=by.user_id,
        version=1,
    )
    unless_known = row.on_conflict_do_nothing(index_elements=["identity_key"])
    venue = session.scalars(unless_known.returning(Venue)).one_or_none()
    if venue is None:
        raise VenueIsRegisteredAlready
    separation.perform(session, duty=Duty.CREATE_VENUE, subject=subject(venue.id), at=at, by=by)
    return venue


def subject(venue_id: UUID) -> str:
    """Name a venue as the subject of people's duties: ``venue/<id>``."""
    return f"venue/{venue_id}"


def get(session: Session, *, venue_id: UUID) -> Venue:
    """Return the venue; raises ``VenueIsUnknown``."""
    venue = session.get(Venue, venue_id)
    if venue is None:
        raise VenueIsUnknown(venue_id)
    return venue


def own(session: Session, *, venue_id: UUID, by: Actor) -> Venue:
    """Return the venue: to the people of its operator, and to whoever is of the scheme.

    Raises ``VenueIsUnknown``, also where it is another's.
    """
    venue = get(session, venue_id=venue_id)
    if by.role is Role.VENUE and venue.operator_id != by.organisation_id:
        raise VenueIsUnknown(venue_id)
    return venue


def hold_open(session: Session, *, venue_ids: Sequence[UUID]) -> None:
    """Rely on venues' being open: whoever would close one waits until the present act is written.

    Raises ``VenueIsClosed``.
    """
    held = select(Venue.id, Venue.closed_on).where(Venue.id.in_(venue_ids)).order_by(Venue.id)
    for venue_id, closed_on in session.execute(held.with_for_update(read=True)):
        if closed_on is not None:
            raise VenueIsClosed(venue_id)


def list_of(session: Session, *, operator_id: UUID) -> Sequence[Venue]:
    """Return the venues that an operator runs, in the order of their numbers."""
    return session.scalars(select(Venue).where(Venue.operator_id == operator_id).order_by(Venue.no)).all()


def edit(
    session: Session, *, venue_id: UUID, profile: Profile, version: int, at: datetime, by: Actor
) -> Venue:
    """Say something new of a venue, as read in ``version``; its own people or the scheme's may.

    Raises ``DutyIsNotYours``, ``VenueIsUnknown``, ``VenueIsMisdescribed``, ``VenueHasChanged``,
    ``VenueIsRegisteredAlready``.
    """
    duties.require(Role.OPERATOR, Role.VENUE, duty="edit-venue", by=by, at=at)
    venue = own(session, venue_id=venue_id, by=by)
    _require_sound(profile)
    _require_free(session, profile, venue_id)
    as_read = (Venue.id == venue_id) & (Venue.version == version)
    edited = _change(session, as_read, columns_of(profile) | {"updated_on": at.date()})
    if edited is None:
        session.refresh(venue)
        raise VenueHasChanged(venue.version)
    return edited


def entrust(session: Session, *, venue_id: UUID, operator_id: UUID, at: datetime, by: Actor) -> Venue:
    """Name the operator of a venue that had none; naming the same again changes nothing. The operator's duty.

    Raises ``DutyIsNotYours``, ``VenueIsUnknown``, ``OperatorIsUnknown``, ``VenueHasAnOperator``, and
    ``Outrun`` where the venue was entrusted meanwhile.
    """
    duties.require(Role.OPERATOR, duty="entrust-venue", by=by, at=at)
    venue = get(session, venue_id=venue_id)
    operators.get(session, operator_id=operator_id)
    if venue.operator_id == operator_id:
        return venue
    if venue.operator_id is not None:
        raise VenueHasAnOperator(venue.operator_id)
    still_as_imported = case(
        (Venue.imported_version == Venue.version, Venue.version + 1), else_=Venue.imported_version
    )
    unclaimed = (Venue.id == venue_id) & Venue.operator_id.is_(None)
    named = {"operator_id": operator_id, "imported_version": still_as_imported}
    entrusted = _change(session, unclaimed, named)
    if entrusted is None:
        raise Outrun
    return entrusted


def _change(session: Session, which: ColumnElement[bool], columns: dict[str, Any]) -> Venue | None:
    changed = (
        update(Venue)
        .where(which)
        .values(**columns, version=Venue.version + 1)
        .returning(Venue)
        .execution_options(populate_existing=True)
    )
    return session.scalars(changed).one_or_none()


def _require_sound(profile: Profile) -> None:
    if found := flaws(profile):
        raise VenueIsMisdescribed(found)


def _require_free(session: Session, profile: Profile, venue_id: UUID) -> None:
    twin = select(Venue.id).where(Venue.identity_key == profile.identity, Venue.id != venue_id)
    if session.scalars(twin).first() is not None:
        raise VenueIsRegisteredAlready
