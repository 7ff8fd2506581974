"""Funder refunds: what left a campaign's money for its funders; ``refunds`` says who prepared and approved each."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, query
from voucher_service.api.names import OfCampaign
from voucher_service.api.paging import listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Day, Id, Instant, Text, Whole, Wire
from voucher_service.funding import deposits
from voucher_service.kernel.actor import Role

resource = Resource("funder-refunds", "What went back to funders.")


class FunderRefundShown(Wire):
    """What went back to a funder, under which order to pay."""

    series = Text(required=True)
    funder = Text(required=True)
    amount_cents = Cents(required=True)
    reference = Text(required=True)
    paid_on = Day(required=True)
    id = Id(required=True)
    entry_no = Whole(required=True)
    at = Instant(required=True)


@resource.get("/funder-refunds")
@allow(Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)
@query()
@resource.arguments(OfCampaign, location="query")
@resource.response(200, listing(FunderRefundShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List what went back to a campaign's funders."""
    [after] = position(wanted) or [None]
    rows = deposits.refunds(
        session,
        series=wanted["series"],
        by=actor(),
        after=after and UUID(after),
        limit=wanted["limit"] + 1,
    )
    return page(rows, limit=wanted["limit"], key=lambda row: [str(row.id)])
