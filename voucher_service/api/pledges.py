"""Pledges: what funders promise by convention, amend and withdraw."""

from typing import Any
from uuid import UUID

from marshmallow import ValidationError, validates_schema
from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import FunderCode, OfCampaign, Series
from voucher_service.api.paging import listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Choice, Day, Id, Instant, Text, Whole, Wire
from voucher_service.funding import pledges
from voucher_service.funding.pledges import Pledge, PledgeKind
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role

resource = Resource("pledges", "What funders promise, and have not paid.")

_MOST = 10**13


class PledgeRequest(Wire):
    """A promise, an amendment (which may take away), or a withdrawal of all that is still promised."""

    series = Series(required=True)
    funder = FunderCode(required=True)
    kind = Choice(PledgeKind, required=True)
    amount_cents = Cents(least=-_MOST, load_default=None, allow_none=True)
    reference = Text(longest=200, required=True)
    dated_on = Day(required=True)

    @validates_schema
    def _agree(self, wanted: dict[str, Any], **_: Any) -> None:
        is_said, is_needed = wanted["amount_cents"] is not None, wanted["kind"] is not PledgeKind.WITHDRAWAL
        if is_needed and not is_said:
            raise ValidationError({"amount_cents": ["Missing data for required field."]})
        if is_said and not is_needed:
            raise ValidationError({"amount_cents": ["Unknown field."]})


class PledgeShown(Wire):
    """A promise, or a change to it: below zero, it was taken back."""

    id = Id(required=True)
    series = Text(required=True)
    funder = Text(required=True)
    kind = Choice(PledgeKind, required=True)
    amount_cents = Cents(least=-_MOST, required=True)
    reference = Text(required=True)
    dated_on = Day(required=True)
    entry_no = Whole(required=True)
    at = Instant(required=True)


@resource.post("/pledges")
@allow(Role.FINANCE)
@command()
@resource.arguments(PledgeRequest)
@resource.response(201, PledgeShown)
def pledge(session: Session, wanted: dict[str, Any]) -> Pledge:
    """Record a promise, its amendment or its withdrawal."""
    if wanted["kind"] is PledgeKind.WITHDRAWAL:
        del wanted["kind"], wanted["amount_cents"]
        return pledges.withdraw(session, **wanted, at=clock.now(), by=actor())
    return pledges.pledge(session, **wanted, at=clock.now(), by=actor())


@resource.get("/pledges")
@allow(Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)
@query()
@resource.arguments(OfCampaign, location="query")
@resource.response(200, listing(PledgeShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List a campaign's pledges, amendments and withdrawals."""
    [after] = position(wanted) or [None]
    rows = pledges.search(
        session,
        series=wanted["series"],
        by=actor(),
        after=after and UUID(after),
        limit=wanted["limit"] + 1,
    )
    return page(rows, limit=wanted["limit"], key=lambda row: [str(row.id)])
