"""Batches: booklets produced together; production is long work."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.jobs import JobShown, accepted
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import LARGEST_ORDINAL, OfCampaign, Series
from voucher_service.api.paging import listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Day, Id, Instant, Text, Whole, Wire
from voucher_service.kernel import clock, jobs
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import production
from voucher_service.vouchers.production import Batch

resource = Resource("batches", "Booklets that were produced together.")


class BatchRequest(Wire):
    """How many booklets to produce for a campaign."""

    series = Series(required=True)
    booklets = Whole(least=1, most=LARGEST_ORDINAL, required=True)


class BatchShown(Wire):
    """Booklets that were produced together, from one to another."""

    id = Id(required=True)
    series = Text(required=True)
    no = Whole(required=True)
    first_booklet = Whole(required=True)
    last_booklet = Whole(required=True)
    produced_on = Day(required=True)
    at = Instant(required=True)


@resource.post("/batches")
@allow(Role.OPERATOR)
@command()
@resource.arguments(BatchRequest)
@resource.response(202, JobShown)
def produce(session: Session, wanted: dict[str, Any]) -> Reply:
    """Have booklets produced; the job's result names the batch."""
    at = clock.now()
    production.orderable(session, **wanted)
    params = wanted | {"on": clock.civil_date(at).isoformat()}
    return accepted(jobs.enqueue(session, kind="production", params=params, at=at, by=actor()))


@resource.get("/batches")
@allow(Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
@query()
@resource.arguments(OfCampaign, location="query")
@resource.response(200, listing(BatchShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List a campaign's batches."""
    [after] = position(wanted) or [None]
    rows = production.search(session, series=wanted["series"], after=after, limit=wanted["limit"] + 1)
    return page(rows, limit=wanted["limit"], key=lambda batch: [batch.no])


@resource.get(f"/campaigns/<series>/batches/<int(max={LARGEST_ORDINAL}):no>")
@allow(Role.OPERATOR, Role.FINANCE, Role.AUDITOR)
@query()
@resource.response(200, BatchShown)
def read(session: Session, series: str, no: int) -> Batch:
    """Read a campaign's batch by its number."""
    return production.get(session, series=series, no=no)
