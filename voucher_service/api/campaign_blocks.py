"""Campaign blocks: nothing moves to or from a campaign's vouchers until it is released."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.names import Series
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Flag, Instant, Text, Whole, Wire
from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import CampaignBlock
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role

resource = Resource("campaign-blocks", "Campaigns that are blocked, and released.")


class BlockRequest(Wire):
    """Block a campaign, or release it, and why."""

    series = Series(required=True)
    blocked = Flag(required=True)
    reason = Text(longest=500, required=True)


class BlockShown(Wire):
    """A decision to block or to release."""

    no = Whole(required=True)
    series = Text(required=True)
    blocked = Flag(required=True)
    reason = Text(required=True)
    at = Instant(required=True)


@resource.post("/campaign-blocks")
@allow(Role.OPERATOR, Role.FINANCE)
@command()
@resource.arguments(BlockRequest)
@resource.response(201, BlockShown)
def block(session: Session, wanted: dict[str, Any]) -> CampaignBlock:
    """Block a campaign, or release it."""
    return campaigns.block(session, **wanted, at=clock.now(), by=actor())
