"""Activations: booklets become worth their face, under a mandate's number."""

from typing import Any
from uuid import UUID

from marshmallow import ValidationError, validates_schema
from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import LARGEST_ORDINAL, OfCampaign, Ordinal, Series
from voucher_service.api.paging import listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Day, Id, Instant, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import activation, production
from voucher_service.vouchers.activation import Activation

resource = Resource("activations", "Funders' money put into vouchers.")


class ActivationRequest(Wire):
    """Which booklets to activate, a range or a whole batch, and the mandate that pays for them."""

    series = Series(required=True)
    first_booklet = Ordinal()
    last_booklet = Ordinal()
    batch_no = Whole(least=1, most=LARGEST_ORDINAL)
    mandate_number = Text(longest=60, required=True)
    mandated_on = Day(required=True)

    @validates_schema
    def _agree(self, wanted: dict[str, Any], **_: Any) -> None:
        ends = [name for name in ("first_booklet", "last_booklet") if name in wanted]
        if "batch_no" in wanted and ends:
            raise ValidationError({name: ["Unknown field."] for name in ends})
        if "batch_no" not in wanted and len(ends) == 1:
            missing = {"first_booklet", "last_booklet"} - set(ends)
            raise ValidationError({missing.pop(): ["Missing data for required field."]})
        if "batch_no" not in wanted and not ends:
            raise ValidationError({"batch_no": ["Missing data for required field."]})


class ActivationShown(Wire):
    """Booklets that were activated together."""

    id = Id(required=True)
    series = Text(required=True)
    first_booklet = Whole(required=True)
    last_booklet = Whole(required=True)
    mandate_number = Text(required=True)
    mandated_on = Day(required=True)
    entry_no = Whole(required=True)
    at = Instant(required=True)


@resource.post("/activations")
@allow(Role.OPERATOR, Role.FINANCE)
@command()
@resource.arguments(ActivationRequest)
@resource.response(201, ActivationShown)
def activate(session: Session, wanted: dict[str, Any]) -> Activation:
    """Activate a range of booklets, or a batch; all or none."""
    at = clock.now()
    if "batch_no" in wanted:
        batch = production.get(session, series=wanted["series"], no=wanted.pop("batch_no"))
        wanted |= {"first_booklet": batch.first_booklet, "last_booklet": batch.last_booklet}
    return activation.activate(session, **wanted, on=clock.civil_date(at), at=at, by=actor())


@resource.get("/activations")
@allow(Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)
@query()
@resource.arguments(OfCampaign, location="query")
@resource.response(200, listing(ActivationShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List a campaign's activations."""
    [after] = position(wanted) or [None]
    rows = activation.search(
        session,
        series=wanted["series"],
        by=actor(),
        after=after and UUID(after),
        limit=wanted["limit"] + 1,
    )
    return page(rows, limit=wanted["limit"], key=lambda row: [str(row.id)])
