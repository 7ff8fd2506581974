"""Calls for funds: what conventions schedule, what funders were asked for, and what came of it."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import FunderCode, Series
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Choice, Day, Flag, Id, Instant, Many, Text, Whole, Wire
from voucher_service.funding import campaigns, instalments
from voucher_service.funding.instalments import LONGEST_SCHEDULE, Instalment, Part
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.ledger import record
from voucher_service.settlement import call_cancelling, call_receipts, calling
from voucher_service.settlement.call_receipts import CallReceipt, Standing
from voucher_service.settlement.fund_calls import Basis, FundCall

resource = Resource("fund-calls", "Calls for funds, and what came of them.")

_READERS = (Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)


class PartWanted(Wire):
    """One instalment: from which day, how much, and why."""

    due_on = Day(required=True)
    amount_cents = Cents(required=True)
    label = Text(longest=140, shortest=0, load_default="")


class ScheduleRequest(Wire):
    """Instalments of a funder's promise to a campaign; they are added to those it has."""

    series = Series(required=True)
    funder = FunderCode(required=True)
    parts = Many(PartWanted, least=1, most=LONGEST_SCHEDULE, required=True)


class InstalmentShown(PartWanted):
    """An instalment, numbered in its funder's schedule."""

    series = Text(required=True)
    funder = Text(required=True)
    no = Whole(required=True)


class ScheduleShown(Wire):
    """A campaign's instalments."""

    items = Many(InstalmentShown, required=True, most=10_000)


class OfSchedule(Wire):
    """Of which campaign."""

    series = Series(required=True)


class CallRequest(Wire):
    """What is called: instalments due, or vouchers used, up to a day; ``outside``: paid straight to who advanced."""

    series = Series(required=True)
    funder = FunderCode(required=True)
    basis = Choice(Basis, required=True)
    until = Day(required=True)
    pay_by = Day(required=True)
    outside = Flag(load_default=False)


class CallShown(CallRequest):
    """A call that was issued."""

    no = Whole(required=True)
    number = Text(required=True)
    amount_cents = Cents(required=True)
    things = Whole(required=True)
    position = Whole(required=True)
    issued_on = Day(required=True)
    at = Instant(required=True)


class CallFilter(Page):
    """Which calls: of a campaign, of a funder, still due, late, settled or cancelled."""

    series = Series(load_default=None)
    funder = FunderCode(load_default=None)
    standing = Choice(Standing, load_default=None)


class CallDueShown(Wire):
    """A call and what came of it; ``age`` is how many days late, in steps. Nothing is due on a cancelled one."""

    series = Text(required=True)
    no = Whole(required=True)
    number = Text(required=True)
    funder = Text(required=True)
    basis = Text(required=True)
    amount_cents = Cents(required=True)
    received_cents = Cents(least=0, required=True)
    due_cents = Cents(least=0, required=True)
    issued_on = Day(required=True)
    pay_by = Day(required=True)
    outside = Flag(required=True)
    days_late = Whole(required=True)
    age = Text(required=True, shortest=0)
    cancelled_on = Day(required=True, allow_none=True)
    cancelled_because = Text(required=True, allow_none=True)


class CallCancellationRequest(Wire):
    """A call that was wrong, and why."""

    series = Series(required=True)
    no = Whole(least=1, most=2**31 - 1, required=True)
    reason = Text(longest=200, required=True)


class CallCancellationShown(CallCancellationRequest):
    """A call that was cancelled; its number is not given again."""

    cancelled_on = Day(required=True)
    at = Instant(required=True)


class CallReceiptRequest(Wire):
    """Money that answers a call: part of a ``deposit``, or paid outside under a ``reference``."""

    series = Series(required=True)
    no = Whole(least=1, most=2**31 - 1, required=True)
    amount_cents = Cents(required=True)
    received_on = Day(required=True)
    deposit = Text(longest=140, load_default=None, allow_none=True)
    reference = Text(longest=140, shortest=0, load_default="")


class CallReceiptShown(Wire):
    """Money that answers a call."""

    id = Id(required=True)
    series = Text(required=True)
    call_no = Whole(required=True)
    amount_cents = Cents(required=True)
    deposit = Text(required=True, allow_none=True)
    reference = Text(required=True)
    received_on = Day(required=True)
    at = Instant(required=True)


@resource.post("/instalments")
@allow(Role.FINANCE)
@command()
@resource.arguments(ScheduleRequest)
@resource.response(201, ScheduleShown)
def schedule(session: Session, wanted: dict[str, Any]) -> dict[str, list[Instalment]]:
    """Add instalments to a funder's schedule."""
    parts = [Part(**part) for part in wanted.pop("parts")]
    return {"items": instalments.schedule(session, **wanted, parts=parts, at=clock.now(), by=actor())}


@resource.get("/instalments")
@allow(*_READERS)
@query()
@resource.arguments(OfSchedule, location="query")
@resource.response(200, ScheduleShown)
def scheduled(session: Session, wanted: dict[str, Any]) -> dict[str, list[Instalment]]:
    """List a campaign's instalments, by funder."""
    return {"items": instalments.search(session, series=wanted["series"], by=actor())}


@resource.post("/fund-calls")
@allow(Role.FINANCE)
@command()
@resource.arguments(CallRequest)
@resource.response(201, CallShown)
def issue(session: Session, wanted: dict[str, Any]) -> FundCall:
    """Call from a funder all that is due and was never called."""
    campaign, at = campaigns.get(session, wanted["series"]), clock.now()
    placed = record.sequence(session, campaign_id=campaign.id)
    return calling.issue(session, **wanted, position=placed, on=clock.civil_date(at), at=at, by=actor())


@resource.get("/fund-calls")
@allow(*_READERS)
@query()
@resource.arguments(CallFilter, location="query")
@resource.response(200, listing(CallDueShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List calls with what came of them."""
    after = position(wanted)
    limit, today = wanted.pop("limit"), clock.civil_date(clock.now())
    last = (str(after[0]), int(after[1])) if after else None
    rows = call_receipts.search(session, **wanted, today=today, by=actor(), after=last, limit=limit + 1)
    return page(rows, limit=limit, key=lambda row: [row.series, row.no])


@resource.post("/fund-call-cancellations")
@allow(Role.FINANCE)
@command()
@resource.arguments(CallCancellationRequest)
@resource.response(201, CallCancellationShown)
def cancel(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Cancel a call on which nothing was received; what it asked for can be called again."""
    at = clock.now()
    done = call_cancelling.cancel(session, **wanted, on=clock.civil_date(at), at=at, by=actor())
    return wanted | {"reason": done.reason, "cancelled_on": done.cancelled_on, "at": done.at}


@resource.post("/fund-call-receipts")
@allow(Role.FINANCE)
@command()
@resource.arguments(CallReceiptRequest)
@resource.response(201, CallReceiptShown)
def receive(session: Session, wanted: dict[str, Any]) -> CallReceipt:
    """Match a deposit to a call, or record that it was paid outside the campaign."""
    return call_receipts.receive(session, **wanted, at=clock.now(), by=actor())
