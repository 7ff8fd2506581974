"""Prescriber search: who hands booklets out, under which name, and at which sites."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from voucher_service.identity.organisations import Organisation
from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor, Role
from voucher_service.network import prescribers
from voucher_service.network.prescribers import Prescriber, PrescriberIsUnknown, Site, SiteIsUnknown

NamedPrescriber = Row[Prescriber, str, str | None]
"""A prescriber, its organisation's name, and its SIRET where it has one."""


def search(
    session: Session, *, by: Actor, after: UUID | None = None, limit: int = 50
) -> Sequence[NamedPrescriber]:
    """List prescribers: to a prescriber's people their own, to others all."""
    wanted = _named()
    if by.role is Role.PRESCRIBER:
        wanted = wanted.where(Prescriber.organisation_id == by.organisation_id)
    return session.execute(keyset.page(wanted, Prescriber.organisation_id, after=after, limit=limit)).all()


def get(session: Session, *, organisation_id: UUID, by: Actor) -> NamedPrescriber:
    """Return a prescriber: to its own people, and to whoever is of the scheme.

    Raises ``PrescriberIsUnknown``, also where it is another's.
    """
    wanted = _named().where(Prescriber.organisation_id == organisation_id)
    row = session.execute(wanted).one_or_none()
    if row is None or _is_foreign(organisation_id, by):
        raise PrescriberIsUnknown(organisation_id)
    return row


def search_sites(
    session: Session,
    *,
    organisation_id: UUID | None = None,
    by: Actor,
    after: int | None = None,
    limit: int = 50,
) -> Sequence[Site]:
    """List sites by their numbers: to a prescriber's people their own, to others all.

    Raises ``PrescriberIsUnknown``.
    """
    wanted = select(Site)
    if organisation_id is not None:
        prescriber, _, _ = get(session, organisation_id=organisation_id, by=by)
        wanted = wanted.where(Site.organisation_id == prescriber.organisation_id)
    elif by.role is Role.PRESCRIBER:
        wanted = wanted.where(Site.organisation_id == by.organisation_id)
    return session.scalars(keyset.page(wanted, Site.no, after=after, limit=limit)).all()


def get_site(session: Session, *, site_id: UUID, by: Actor) -> Site:
    """Return a site: to its own prescriber's people, and to whoever is of the scheme.

    Raises ``SiteIsUnknown``, also where it is another's.
    """
    site = prescribers.get_site(session, site_id=site_id)
    if _is_foreign(site.organisation_id, by):
        raise SiteIsUnknown(site_id)
    return site


def _named() -> Select[Prescriber, str, str | None]:
    return select(Prescriber, Organisation.name, Organisation.siret).join(
        Organisation, Organisation.id == Prescriber.organisation_id
    )


def _is_foreign(organisation_id: UUID, by: Actor) -> bool:
    return by.role is Role.PRESCRIBER and by.organisation_id != organisation_id
