"""Sites: for which of a prescriber's sites somebody may act, and what concerns whom."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, select, true
from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor, Role
from voucher_service.network import prescribers
from voucher_service.network.prescribers import Site


def get_own(session: Session, *, site_id: UUID, by: Actor) -> Site:
    """Return a site of the actor's own organisation, or raise ``SiteIsUnknown``."""
    site = prescribers.get_site(session, site_id=site_id)
    if site.organisation_id != by.organisation_id:
        raise prescribers.SiteIsUnknown(site_id)
    return site


def own_numbers(session: Session, by: Actor) -> frozenset[int]:
    """Return the numbers of the sites of the actor's own organisation."""
    return frozenset(site.no for site in prescribers.list_sites(session, organisation_id=by.organisation_id))


def concern(by: Actor) -> ColumnElement[bool]:
    """Return the condition, for a SELECT that joins ``Site``, that what it reads concerns this person.

    A prescriber sees what concerns the sites of its own organisation, everybody else who may read here all of them.
    """
    return Site.organisation_id == by.organisation_id if by.role is Role.PRESCRIBER else true()


def naming(site_no: Any) -> ScalarSelect[UUID]:
    """Return the expression that reads a site's identifier beside a fact that knows its number."""
    return select(Site.id).where(Site.no == site_no).correlate_except(Site).scalar_subquery()
