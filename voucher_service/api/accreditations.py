"""Accreditations: where a campaign's vouchers are good, decision by decision."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import Series
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Choice, Day, Id, Instant, Text, Whole, Wire
from voucher_service.funding import campaigns
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import accreditation
from voucher_service.network.accreditation import Accreditation, Decision, Reason

resource = Resource("accreditations", "Where a campaign's vouchers are good.")

_READERS = (Role.OPERATOR, Role.VENUE, Role.FINANCE, Role.FUNDER, Role.AUDITOR)


class AccreditationRequest(Wire):
    """A decision on a venue for a campaign, its reason, and the day from which it counts (today)."""

    series = Series(required=True)
    venue_id = Id(required=True)
    decision = Choice(Decision, required=True)
    reason = Choice(Reason, required=True)
    effective_on = Day(load_default=None, allow_none=True)


class AccreditationShown(Wire):
    """A decision; the latest whose day has come says how the venue stands."""

    id = Whole(required=True)
    series = Text(required=True)
    venue_id = Id(required=True)
    decision = Choice(Decision, required=True)
    reason = Choice(Reason, required=True)
    effective_on = Day(required=True)
    decided_at = Instant(required=True)


class AccreditationFilter(Page):
    """Of which venue and campaign."""

    series = Series(load_default=None)
    venue_id = Id(load_default=None)


@resource.post("/accreditations")
@allow(Role.OPERATOR)
@command()
@resource.arguments(AccreditationRequest)
@resource.response(201, AccreditationShown)
def decide(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Accredit, suspend or withdraw a venue for a campaign."""
    at, series = clock.now(), wanted.pop("series")
    wanted["effective_on"] = wanted["effective_on"] or clock.civil_date(at)
    campaign_id = campaigns.get(session, series).id
    return _shown(accreditation.decide(session, campaign_id=campaign_id, **wanted, at=at, by=actor()), series)


@resource.get("/accreditations")
@allow(*_READERS)
@query()
@resource.arguments(AccreditationFilter, location="query")
@resource.response(200, listing(AccreditationShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List decisions, the oldest first: a venue those on its own operator's venues, the others all."""
    [after] = position(wanted) or [None]
    limit, series = wanted.pop("limit"), wanted.pop("series")
    campaign_id = campaigns.get(session, series).id if series else None
    rows = accreditation.search(
        session, **wanted, campaign_id=campaign_id, by=actor(), after=after, limit=limit + 1
    )
    return page([_shown(*row) for row in rows], limit=limit, key=lambda row: [row["id"]])


def _shown(decided: Accreditation, series: str) -> dict[str, Any]:
    names = ("id", "venue_id", "decision", "reason", "effective_on", "decided_at")
    return {name: getattr(decided, name) for name in names} | {"series": series}
