"""Closings: a site or a venue takes part no more, or takes part again, after a look at what that does."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.coded import Coded
from voucher_service.network import accreditation, closing, prescriber_search, venues
from voucher_service.network.accreditation import Decision
from voucher_service.network.closing import ClosingReason, ReopeningReason, SiteClosing, VenueClosing
from voucher_service.web import words
from voucher_service.web.labels import choices, label
from voucher_service.web.network import forms
from voucher_service.web.pages import Go, Page, Pages, actor, allow, takes

pages = Pages("closings")

_REASONS: Mapping[str, Coded] = {one.value: one for one in (*ClosingReason, *ReopeningReason)}


@pages.get("/organisations/sites/<uuid:site_id>/fermeture")
@allow(Role.OPERATOR)
def closing_site(session: Session, site_id: UUID) -> Page:
    """Say what closing a site does, and what is still there."""
    site = prescriber_search.get_site(session, site_id=site_id, by=actor())
    today = clock.civil_date(clock.now())
    return Page(
        "network/site_close.html",
        site=site,
        held=closing.papers_at(session, site=site, on=today),
        **_told(closing.of_site(session, site_id=site.id)),
    )


@pages.post("/organisations/sites/<uuid:site_id>/fermeture", back=closing_site)
@allow(Role.OPERATOR)
@takes(forms.SiteClosingForm)
def close_site(session: Session, said: dict[str, Any], site_id: UUID) -> Go:
    """Close a site."""
    at = clock.now()
    closing.close_site(session, site_id=site_id, **said, on=clock.civil_date(at), at=at, by=actor())
    return Go("prescribing.site", site_id=site_id, said=_("Le site est fermé."))


@pages.post("/organisations/sites/<uuid:site_id>/reouverture", back=closing_site)
@allow(Role.OPERATOR)
@takes(forms.ReopeningForm)
def reopen_site(session: Session, said: dict[str, Any], site_id: UUID) -> Go:
    """Open a closed site again."""
    closing.reopen_site(session, site_id=site_id, **said, at=clock.now(), by=actor())
    return Go("prescribing.site", site_id=site_id, said=_("Le site est de nouveau ouvert."))


@pages.get("/reseau/lieux/<uuid:venue_id>/fermeture")
@allow(Role.OPERATOR)
def closing_venue(session: Session, venue_id: UUID) -> Page:
    """Say what closing a venue does, and for which campaigns."""
    venue = venues.get(session, venue_id=venue_id)
    today = clock.civil_date(clock.now())
    return Page(
        "network/venue_close.html",
        venue=venue,
        first_day=today,
        accredited=_accredited(session, venue_id),
        **_told(closing.of_venue(session, venue_id=venue.id)),
    )


@pages.post("/reseau/lieux/<uuid:venue_id>/fermeture", back=closing_venue)
@allow(Role.OPERATOR)
@takes(forms.VenueClosingForm)
def close_venue(session: Session, said: dict[str, Any], venue_id: UUID) -> Go:
    """Close a venue from a day on."""
    closing.close_venue(session, venue_id=venue_id, **said, at=clock.now(), by=actor())
    return Go("venues.venue", venue_id=venue_id, said=_("La fermeture est enregistrée."))


@pages.post("/reseau/lieux/<uuid:venue_id>/reouverture", back=closing_venue)
@allow(Role.OPERATOR)
@takes(forms.ReopeningForm)
def reopen_venue(session: Session, said: dict[str, Any], venue_id: UUID) -> Go:
    """Open a closed venue again; it is then accredited anew."""
    closing.reopen_venue(session, venue_id=venue_id, **said, at=clock.now(), by=actor())
    return Go("venues.venue", venue_id=venue_id, said=_("Le lieu est de nouveau ouvert : accréditez-le."))


def _accredited(session: Session, venue_id: UUID) -> list[str]:
    """Name the campaigns for which the last decision on a venue is not a withdrawal."""
    last: dict[str, Decision] = {}
    for fact, series in accreditation.search(session, venue_id=venue_id, by=actor(), limit=500):
        last[series] = fact.decision
    return sorted(series for series, decision in last.items() if decision is not Decision.WITHDRAWN)


def _decided(fact: SiteClosing | VenueClosing) -> str:
    if isinstance(fact, VenueClosing) and fact.closed_on is not None:
        return str(_("Fermé le %(day)s", day=words.day(fact.closed_on)))
    return str(_("Fermé") if isinstance(fact, SiteClosing) and fact.is_closed else _("Rouvert"))


def _told(facts: Sequence[SiteClosing | VenueClosing]) -> dict[str, Any]:
    return {
        "facts": [(one.decided_at, _decided(one), label(_REASONS[one.reason])) for one in facts],
        "closing_reasons": choices(ClosingReason),
        "reopening_reasons": choices(ReopeningReason),
    }
