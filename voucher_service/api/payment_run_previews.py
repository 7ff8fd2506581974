"""Payment run previews: what a run would hold if it were frozen now; nothing is written."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import state
from voucher_service.api.marks import allow, query
from voucher_service.api.names import Series
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Choice, Day, Flag, Id, Many, Text, Whole, Wire
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.settlement import preview
from voucher_service.settlement.exclusions import LeftOut
from voucher_service.settlement.preview import Preview

resource = Resource("payment-run-previews", "What a run would hold, before anybody freezes it.")

_MOST_PAYMENTS = 100_000


class PreviewAsked(Wire):
    """Services given up to a day, and the least that is paid to one operator: the campaign's own where absent.

    A run that ``is_last`` pays any amount.
    """

    series = Series(required=True)
    cut_off_on = Day(required=True)
    minimum_cents = Cents(least=0, load_default=None, allow_none=True)
    is_last = Flag(load_default=False)


class PlannedShown(Wire):
    """What one operator would be paid; ``is_first`` where it was never paid on this account.

    It ``is_unusual`` where it is more than three times what this operator was ever paid; that holds nothing back.

    ``amount_cents`` is gross, ``netted_cents`` what of the claim would be taken, ``net_cents`` what would be ordered.
    """

    operator_id = Id(required=True)
    operator = Text(required=True)
    siret = Text(required=True)
    holder = Text(required=True)
    masked_iban = Text(required=True)
    venues = Many(Text(), required=True)
    redemptions = Whole(required=True)
    amount_cents = Cents(required=True)
    claim_cents = Cents(least=0, required=True)
    netted_cents = Cents(least=0, required=True)
    net_cents = Cents(required=True)
    is_first = Flag(required=True)
    is_unusual = Flag(required=True)


class LeftOutShown(Wire):
    """A venue that would be left out, and why."""

    venue_no = Whole(required=True)
    venue = Text(required=True)
    operator_id = Id(required=True)
    operator = Text(required=True)
    reason = Choice(LeftOut, required=True)
    redemptions = Whole(required=True)
    amount_cents = Cents(least=0, required=True)
    claim_cents = Cents(least=0, required=True)


class PreviewShown(Wire):
    """A run that is not frozen; it is refused where it has no account to pay from, or its money does not cover it."""

    series = Text(required=True)
    cut_off_on = Day(required=True)
    minimum_cents = Cents(least=0, required=True)
    is_last = Flag(required=True)
    redemptions = Whole(required=True)
    total_cents = Cents(least=0, required=True)
    netted_cents = Cents(least=0, required=True)
    net_cents = Cents(least=0, required=True)
    has_account = Flag(required=True)
    is_covered = Flag(required=True)
    approvals_needed = Whole(required=True)
    payments = Many(PlannedShown, most=_MOST_PAYMENTS, required=True)
    left_out = Many(LeftOutShown, most=_MOST_PAYMENTS, required=True)


@resource.get("/payment-run-previews")
@allow(Role.FINANCE)
@query(snapshot=True)
@resource.arguments(PreviewAsked, location="query")
@resource.response(200, PreviewShown)
def look(session: Session, wanted: dict[str, Any]) -> Preview:
    """Look at what a freeze would take, whom it would pay, and whom it would leave out."""
    from_cents = state().settings.unusual_from_cents
    return preview.look(session, **wanted, unusual_from_cents=from_cents, at=clock.now())
