"""Prescriber sites: where a prescriber keeps its papers, and hands them out."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.prescribers import READERS
from voucher_service.api.reply import Reply
from voucher_service.api.resource import PREFIX, Resource
from voucher_service.api.wire import Id, Instant, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.network import prescriber_search, prescribers
from voucher_service.network.prescribers import Site

resource = Resource("prescriber-sites", "Where prescribers keep their papers.")

_LONGEST = 200


class PrescriberSiteRequest(Wire):
    """A place where a prescriber keeps papers."""

    organisation_id = Id(required=True)
    name = Text(longest=_LONGEST, required=True)
    commune = Text(longest=_LONGEST, required=True)
    address = Text(longest=_LONGEST, load_default=None, allow_none=True)
    postcode = Text(longest=5, pattern="[0-9]{5}", load_default=None, allow_none=True)


class PrescriberSiteShown(Wire):
    """A site; ``no`` names it in the books."""

    id = Id(required=True)
    no = Whole(required=True)
    organisation_id = Id(required=True)
    name = Text(required=True)
    commune = Text(required=True)
    address = Text(allow_none=True, required=True)
    postcode = Text(allow_none=True, required=True)
    opened_at = Instant(required=True)
    closed_at = Instant(required=True, allow_none=True)


class PrescriberSiteFilter(Page):
    """Whose sites to list."""

    organisation_id = Id(load_default=None)


@resource.post("/prescriber-sites")
@allow(Role.OPERATOR)
@command()
@resource.arguments(PrescriberSiteRequest)
@resource.response(201, PrescriberSiteShown)
def open_site(session: Session, wanted: dict[str, Any]) -> Reply:
    """Open a place where a prescriber keeps papers."""
    site = prescribers.open_site(session, **wanted, at=clock.now(), by=actor())
    return Reply(site, location=f"{PREFIX}/prescriber-sites/{site.id}")


@resource.get("/prescriber-sites")
@allow(*READERS)
@query()
@resource.arguments(PrescriberSiteFilter, location="query")
@resource.response(200, listing(PrescriberSiteShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List sites by number: a prescriber its own, the others all."""
    [after] = position(wanted) or [None]
    limit = wanted.pop("limit")
    rows = prescriber_search.search_sites(session, **wanted, by=actor(), after=after, limit=limit + 1)
    return page(rows, limit=limit, key=lambda site: [site.no])


@resource.get("/prescriber-sites/<uuid:site_id>")
@allow(*READERS)
@query()
@resource.response(200, PrescriberSiteShown)
def read(session: Session, site_id: UUID) -> Site:
    """Read a site."""
    return prescriber_search.get_site(session, site_id=site_id, by=actor())
