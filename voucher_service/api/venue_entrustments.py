"""Venue entrustments: who runs a venue, and is paid for what it takes."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api import venues as venue_resource
from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.reply import Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Id, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import venues

resource = Resource("venue-entrustments", "Who runs a venue, and is paid for it.")


class VenueEntrustmentRequest(Wire):
    """A venue without an operator, and the one that runs it."""

    venue_id = Id(required=True)
    operator_id = Id(required=True)


@resource.post("/venue-entrustments")
@allow(Role.OPERATOR)
@command()
@resource.arguments(VenueEntrustmentRequest)
@resource.response(201, venue_resource.VenueShown)
def entrust(session: Session, wanted: dict[str, Any]) -> Reply:
    """Name the operator of a venue that had none; naming the same again changes nothing."""
    venue = venues.entrust(session, **wanted, at=clock.now(), by=actor())
    return venue_resource.reply(venue, location=f"{PREFIX}/venues/{venue.id}")
