"""Period closings: books closed through a month's last day, each with its balances."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import Series
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Day, Flag, Id, Instant, Many, Text, Whole, Wire
from voucher_service.funding import campaigns, readers
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.ledger import periods
from voucher_service.ledger.periods import PeriodClosing

resource = Resource("period-closings", "Books that were closed: nothing can take effect in them any more.")


class ClosingRequest(Wire):
    """The last day of the month through which a campaign's books are closed."""

    series = Series(required=True)
    through_on = Day(required=True)


class OfBooks(Wire):
    """The campaign whose closings are asked for."""

    series = Series(required=True)


class ClosingShown(Wire):
    """A closing: at this position, with balances of this SHA-256; in January the year stays open to its acts."""

    series = Text(required=True)
    no = Whole(required=True)
    through_on = Day(required=True)
    open_year = Whole(required=True, allow_none=True)
    closes_a_year = Flag(required=True)
    position = Whole(required=True)
    balances_hash = Text(required=True)
    at = Instant(required=True)
    by = Id(required=True)


class ClosingsShown(Wire):
    """The closings of a campaign, the newest first."""

    items = Many(ClosingShown, required=True)


@resource.post("/period-closings")
@allow(Role.FINANCE)
@command()
@resource.arguments(ClosingRequest)
@resource.response(201, ClosingShown)
def close(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Close a campaign's books through the last day of a month; a later act counts in the open period."""
    campaign, now = campaigns.get(session, wanted["series"]), clock.now()
    closing = periods.close(
        session,
        campaign_id=campaign.id,
        through_on=wanted["through_on"],
        on=clock.civil_date(now),
        at=now,
        by=actor(),
    )
    return _shown(closing, wanted["series"])


@resource.get("/period-closings")
@allow(Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)
@query()
@resource.arguments(OfBooks, location="query")
@resource.response(200, ClosingsShown)
def search(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """List a campaign's closings; the trial balance at a closing's position and day is what was closed."""
    campaign = readers.get(session, series=wanted["series"], by=actor())
    closings = periods.history(session, campaign_id=campaign.id)
    return {"items": [_shown(closing, wanted["series"]) for closing in closings]}


def _shown(closing: PeriodClosing, series: str) -> dict[str, Any]:
    return {
        "series": series,
        "no": closing.no,
        "through_on": closing.through_on,
        "open_year": closing.open_year,
        "closes_a_year": closing.closes_a_year,
        "position": closing.position,
        "balances_hash": closing.digest.hex(),
        "at": closing.at,
        "by": closing.by,
    }
