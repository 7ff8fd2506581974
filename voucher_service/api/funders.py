"""Funders: who pays for vouchers."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import FunderCode
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Id, Instant, Text, Wire
from voucher_service.funding import funders
from voucher_service.funding.funders import Funder
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role

resource = Resource("funders", "Who pays for vouchers.")

_READERS = (Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)


class FunderRequest(Wire):
    """A body that pays, under a short code of its own that the books will use."""

    code = FunderCode(required=True)
    name = Text(longest=200, required=True)
    organisation_id = Id(load_default=None, allow_none=True)


class FunderShown(Wire):
    """A funder as it was enrolled."""

    code = Text(required=True)
    name = Text(required=True)
    organisation_id = Id(allow_none=True)
    created_at = Instant(required=True)


@resource.post("/funders")
@allow(Role.OPERATOR, Role.FINANCE)
@command()
@resource.arguments(FunderRequest)
@resource.response(201, FunderShown)
def enrol(session: Session, wanted: dict[str, Any]) -> Reply:
    """Enrol a funder."""
    funder = funders.enrol(session, **wanted, at=clock.now())
    return Reply(funder, location=f"{PREFIX}/funders/{funder.code}")


@resource.get("/funders")
@allow(*_READERS)
@query()
@resource.arguments(Page, location="query")
@resource.response(200, listing(FunderShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List the funders by code."""
    [after] = position(wanted) or [None]
    rows = funders.search(session, after=after, limit=wanted["limit"] + 1)
    return page(rows, limit=wanted["limit"], key=lambda funder: [funder.code])


@resource.get("/funders/<funder>")
@allow(*_READERS)
@query()
@resource.response(200, FunderShown)
def read(session: Session, funder: str) -> Funder:
    """Read a funder."""
    return funders.get(session, funder)
