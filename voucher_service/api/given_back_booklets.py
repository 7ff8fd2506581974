"""Given-back booklets: a person returns a booklet, whole or begun, and another may receive it."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.names import BookletNumber, Series
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Day, Id, Instant, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import giving_back
from voucher_service.vouchers.giving_back import GivenBack

resource = Resource("given-back-booklets", "Booklets that people gave back to a prescriber.")


class GivenBackRequest(Wire):
    """Which booklet came back, and to which site."""

    series = Series(required=True)
    booklet = BookletNumber(required=True)
    site_id = Id(required=True)


class GivenBackShown(Wire):
    """A booklet that came back, with the number of papers left in it."""

    id = Id(required=True)
    series = Text(required=True)
    booklet = Text(required=True)
    site_id = Id(required=True)
    papers = Whole(required=True)
    given_back_on = Day(required=True)
    entry_no = Whole(required=True)
    at = Instant(required=True)


@resource.post("/given-back-booklets")
@allow(Role.PRESCRIBER)
@command()
@resource.arguments(GivenBackRequest)
@resource.response(201, GivenBackShown)
def give_back(session: Session, wanted: dict[str, Any]) -> GivenBack:
    """Take a booklet back from a person into a site's stock."""
    at = clock.now()
    return giving_back.give_back(session, **wanted, on=clock.civil_date(at), at=at, by=actor())
