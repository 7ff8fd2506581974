"""Corrections: what is known of an organisation is put right, and what it was before stays known, with the reason.

A legal person that becomes another (a merger, a transfer) is not corrected: the other one is founded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.identity import duties, organisations
from voucher_service.identity.naming import clean_name
from voucher_service.identity.organisations import Organisation, OrganisationIsFoundedAlready
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.coded import Coded
from voucher_service.kernel.database import Base, Code, Outrun
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal

_SIREN_DIGITS = 9


class CorrectionReason(Coded):
    """Why what is known of an organisation is changed."""

    MISTYPED = ("mistyped", "Erreur de saisie", "It was mistyped")
    RENAMED = ("renamed", "L'organisation a changé de nom", "The organisation has a new name")
    MOVED = ("moved", "L'établissement a déménagé", "The establishment has moved")
    COMPLETED = ("completed", "Le SIRET manquait", "The SIRET was missing")


class OrganisationCorrection(Base):
    """The name and the SIRET of an organisation, before and after a correction."""

    __tablename__ = "organisation_correction"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    name_before: Mapped[str]
    siret_before: Mapped[Code | None]
    name: Mapped[str]
    siret: Mapped[Code | None]
    reason: Mapped[CorrectionReason]
    corrected_at: Mapped[datetime]
    corrected_by: Mapped[UUID]


@dataclass(eq=False)
class NothingIsCorrected(Refusal):
    """The name and the SIRET are those that are known already: change one of them.

    FR: Le nom et le SIRET sont ceux que l'on connaît déjà : changez l'un des deux.
    """

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class SiretIsTakenAway(Refusal):
    """This organisation has a SIRET, which public money is traced by: replace it, do not take it away.

    FR: Cette organisation a un SIRET, qui permet de suivre l'argent public : remplacez-le, ne le retirez pas.
    """

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class SirenDiffers(Refusal):
    """The first nine digits name another legal person, who does not move here: found it as an organisation.

    FR: Les neuf premiers chiffres désignent une autre personne morale, qui n'a pas déménagé : inscrivez-la à part.
    """

    siret_before: str
    siret: str


def correct(
    session: Session,
    *,
    organisation_id: UUID,
    name: str,
    siret: str | None,
    reason: CorrectionReason,
    at: datetime,
    by: Actor,
) -> OrganisationCorrection:
    """Put right an organisation's name or SIRET; what it was before is kept. The operator's duty.

    A SIRET of another SIREN is a mistyped one, or another legal person's. Raises ``DutyIsNotYours``,
    ``OrganisationIsUnknown``, ``NameIsMalformed``, ``SiretIsWrong``, ``SiretIsTakenAway``, ``SirenDiffers``,
    ``NothingIsCorrected``, ``OrganisationIsFoundedAlready``.
    """
    duties.require(Role.OPERATOR, duty="correct-organisation", by=by, at=at)
    known = organisations.get(session, organisation_id=organisation_id)
    checked = organisations.clean_siret(siret) if siret else None
    _refuse_siret(known, checked, reason)
    fact = OrganisationCorrection(
        id=new_id(),
        organisation_id=known.id,
        name_before=known.name,
        siret_before=known.siret,
        name=clean_name(name),
        siret=checked,
        reason=reason,
        corrected_at=at,
        corrected_by=by.user_id,
    )
    if (fact.name, fact.siret) == (fact.name_before, fact.siret_before):
        raise NothingIsCorrected
    _refuse_twin(session, known, checked)
    _change(session, fact)
    return fact


def of(session: Session, *, organisation_id: UUID) -> Sequence[OrganisationCorrection]:
    """Return the corrections of an organisation, the oldest first.

    Raises ``OrganisationIsUnknown``.
    """
    known = organisations.get(session, organisation_id=organisation_id)
    wanted = select(OrganisationCorrection).where(OrganisationCorrection.organisation_id == known.id)
    return session.scalars(wanted.order_by(OrganisationCorrection.id)).all()


def _refuse_siret(known: Organisation, siret: str | None, reason: CorrectionReason) -> None:
    if known.siret is None or siret == known.siret:
        return
    if siret is None:
        raise SiretIsTakenAway
    if reason is not CorrectionReason.MISTYPED and siret[:_SIREN_DIGITS] != known.siret[:_SIREN_DIGITS]:
        raise SirenDiffers(known.siret, siret)


def _refuse_twin(session: Session, known: Organisation, siret: str | None) -> None:
    twin = siret and organisations.find(session, siret=siret, kind=known.kind)
    if twin and twin.id != known.id:
        raise OrganisationIsFoundedAlready(twin.siret or "", known.kind)


def _change(session: Session, fact: OrganisationCorrection) -> None:
    as_read = update(Organisation).where(
        Organisation.id == fact.organisation_id,
        Organisation.name == fact.name_before,
        Organisation.siret.is_not_distinct_from(fact.siret_before),
    )
    changed = as_read.values(name=fact.name, siret=fact.siret).returning(Organisation)
    if session.scalars(changed.execution_options(populate_existing=True)).one_or_none() is None:
        raise Outrun
    session.add(fact)
    session.flush()
