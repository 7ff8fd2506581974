"""Lost booklets: the holder of a lost one leaves with another, worth what was left; the old codes are dead."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command
from voucher_service.api.names import BookletNumber, Series
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Choice, Day, Id, Instant, Many, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import lost_booklets
from voucher_service.vouchers.lost_booklets import LostBooklet
from voucher_service.vouchers.voiding import Reason

resource = Resource("lost-booklets", "Lost booklets, and those that took their place.")


class LostBookletRequest(Wire):
    """Which booklet was lost, and which one its holder receives from the site's stock."""

    series = Series(required=True)
    site_id = Id(required=True)
    booklet = BookletNumber(required=True)
    new_booklet = BookletNumber(required=True)
    reason = Choice(Reason, load_default=Reason.LOST)


class LostBookletShown(LostBookletRequest):
    """What was left, and the vouchers of the new booklet that are void and stay at the desk."""

    id = Id(required=True)
    papers = Whole(required=True)
    kept_back = Many(Text(), required=True)
    voiding_id = Id(required=True)
    handover_id = Id(required=True)
    lost_on = Day(required=True)
    at = Instant(required=True)


@resource.post("/lost-booklets")
@allow(Role.PRESCRIBER)
@command()
@resource.arguments(LostBookletRequest)
@resource.response(201, LostBookletShown)
def replace(session: Session, wanted: dict[str, Any]) -> LostBooklet:
    """Void what is left of a booklet, and hand its holder another one worth as much, in one act."""
    at = clock.now()
    return lost_booklets.replace_from_stock(session, **wanted, on=clock.civil_date(at), at=at, by=actor())
