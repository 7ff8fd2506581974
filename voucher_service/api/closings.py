"""Closings: sites and venues that take part no more, and those that were opened again."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.prescribers import READERS
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Choice, Day, Flag, Id, Instant, Many, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import closing, prescriber_search, venues
from voucher_service.network.closing import ClosingReason, ReopeningReason, SiteClosing, VenueClosing

resource = Resource("closings", "Sites and venues that take part no more.")


class SiteClosingRequest(Wire):
    """A site that holds no booklet any more, and why it closes."""

    site_id = Id(required=True)
    reason = Choice(ClosingReason, required=True)


class SiteReopeningRequest(Wire):
    """A closed site, and why it takes part again."""

    site_id = Id(required=True)
    reason = Choice(ReopeningReason, required=True)


class SiteClosingShown(Wire):
    """A site was closed, or opened again."""

    id = Whole(required=True)
    site_id = Id(required=True)
    is_closed = Flag(required=True)
    reason = Text(required=True)
    decided_at = Instant(required=True)


class SiteClosings(Wire):
    """When a site was closed and opened again, the oldest first."""

    items = Many(SiteClosingShown, required=True)


class VenueClosingRequest(Wire):
    """A venue, its first day without vouchers (today), and why it closes."""

    venue_id = Id(required=True)
    closed_on = Day(load_default=None, allow_none=True)
    reason = Choice(ClosingReason, required=True)


class VenueReopeningRequest(Wire):
    """A closed venue, and why it takes part again."""

    venue_id = Id(required=True)
    reason = Choice(ReopeningReason, required=True)


class VenueClosingShown(Wire):
    """A venue was closed from a day on, or (without a day) opened again."""

    id = Whole(required=True)
    venue_id = Id(required=True)
    closed_on = Day(required=True, allow_none=True)
    reason = Text(required=True)
    decided_at = Instant(required=True)


class VenueClosings(Wire):
    """When a venue was closed and opened again, the oldest first."""

    items = Many(VenueClosingShown, required=True)


@resource.post("/site-closings")
@allow(Role.OPERATOR)
@command()
@resource.arguments(SiteClosingRequest)
@resource.response(201, SiteClosingShown)
def close_site(session: Session, wanted: dict[str, Any]) -> SiteClosing:
    """Close a prescriber's site, which then receives no booklet any more."""
    at = clock.now()
    return closing.close_site(session, **wanted, on=clock.civil_date(at), at=at, by=actor())


@resource.post("/site-reopenings")
@allow(Role.OPERATOR)
@command()
@resource.arguments(SiteReopeningRequest)
@resource.response(201, SiteClosingShown)
def reopen_site(session: Session, wanted: dict[str, Any]) -> SiteClosing:
    """Open a closed site again."""
    return closing.reopen_site(session, **wanted, at=clock.now(), by=actor())


@resource.get("/prescriber-sites/<uuid:site_id>/closings")
@allow(*READERS)
@query()
@resource.response(200, SiteClosings)
def of_site(session: Session, site_id: UUID) -> dict[str, Any]:
    """Read when a site was closed and opened again."""
    site = prescriber_search.get_site(session, site_id=site_id, by=actor())
    return {"items": closing.of_site(session, site_id=site.id)}


@resource.post("/venue-closings")
@allow(Role.OPERATOR)
@command()
@resource.arguments(VenueClosingRequest)
@resource.response(201, VenueClosingShown)
def close_venue(session: Session, wanted: dict[str, Any]) -> VenueClosing:
    """Close a venue from a day on; its accreditations are withdrawn from then."""
    at = clock.now()
    wanted["closed_on"] = wanted["closed_on"] or clock.civil_date(at)
    return closing.close_venue(session, **wanted, at=at, by=actor())


@resource.post("/venue-reopenings")
@allow(Role.OPERATOR)
@command()
@resource.arguments(VenueReopeningRequest)
@resource.response(201, VenueClosingShown)
def reopen_venue(session: Session, wanted: dict[str, Any]) -> VenueClosing:
    """Open a closed venue again; it takes vouchers once it is accredited anew."""
    return closing.reopen_venue(session, **wanted, at=clock.now(), by=actor())


@resource.get("/venues/<uuid:venue_id>/closings")
@allow(Role.OPERATOR, Role.VENUE, Role.FINANCE, Role.AUDITOR)
@query()
@resource.response(200, VenueClosings)
def of_venue(session: Session, venue_id: UUID) -> dict[str, Any]:
    """Read when a venue was closed and opened again."""
    venue = venues.own(session, venue_id=venue_id, by=actor())
    return {"items": closing.of_venue(session, venue_id=venue.id)}
