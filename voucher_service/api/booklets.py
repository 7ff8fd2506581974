"""Booklets: where each one is, and what its vouchers are worth."""

from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, query
from voucher_service.api.names import Series
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Choice, Day, Flag, Id, Many, Text, Whole, Wire
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import booklet_search, states
from voucher_service.vouchers.booklet_search import Place, Wish
from voucher_service.vouchers.states import State

resource = Resource("booklets", "Booklets, and where they are.")

_READERS = (Role.OPERATOR, Role.PRESCRIBER, Role.FINANCE, Role.FUNDER, Role.AUDITOR)


class BookletSummary(Wire):
    """A booklet, where it is and since when; ``site_id`` holds it, or handed it over."""

    number = Text(required=True)
    series = Text(required=True)
    ordinal = Whole(required=True)
    batch_no = Whole(required=True)
    place = Choice(Place, required=True)
    since_on = Day(required=True)
    site_id = Id(allow_none=True, required=True)
    active = Flag(required=True)
    papers_left = Whole(required=True)


class VoucherState(Wire):
    """A voucher of a booklet, and what it is worth now."""

    serial = Text(required=True)
    position = Whole(required=True)
    issue = Whole(required=True)
    face_cents = Cents(required=True)
    state = Choice(State, required=True)


class BookletShown(BookletSummary):
    """A booklet and its vouchers."""

    vouchers = Many(VoucherState, required=True)


class BookletFilter(Page):
    """Which booklets to list."""

    series = Series(load_default=None)
    place = Choice(Place, load_default=None)
    site_id = Id(load_default=None)


@resource.get("/booklets")
@allow(*_READERS)
@query()
@resource.arguments(BookletFilter, location="query")
@resource.response(200, listing(BookletSummary))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List booklets: a prescriber those of its sites, a funder those that it pays for, the others all."""
    [after] = position(wanted) or [None]
    limit = wanted.pop("limit")
    rows = booklet_search.search(session, wish=Wish(**wanted), by=actor(), after=after, limit=limit + 1)
    return page(rows, limit=limit, key=lambda booklet: [booklet.number])


@resource.get("/booklets/<number>")
@allow(*_READERS)
@query()
@resource.response(200, BookletShown)
def read(session: Session, number: str) -> dict[str, Any]:
    """Read a booklet, with what its vouchers are worth."""
    found = booklet_search.get(session, number=number, by=actor())
    vouchers = states.of_booklet(session, campaign_id=found.campaign_id, booklet=number)
    return asdict(found) | {"vouchers": vouchers}
