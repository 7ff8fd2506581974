"""Refunds: what goes back to funders, prepared by one person, approved by another, then paid or carried over."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import FunderCode, OfCampaign, Series
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Cents, Choice, Day, Facts, Id, Instant, Many, Text, Whole, Wire
from voucher_service.funding import carry_over, refunding, refunds, releases
from voucher_service.funding.refunds import Found, RefundStep, Source, Standing
from voucher_service.funding.releases import Release
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role

resource = Resource("refunds", "What goes back to funders.")

_READERS = (Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)


class ReleaseRequest(Wire):
    """Of which campaign to share out the expired value."""

    series = Series(required=True)


class ReleaseShown(Wire):
    """Expired value that was shared out: ``shares`` has the cents of each funder."""

    id = Id(required=True)
    series = Text(required=True)
    amount_cents = Cents(required=True)
    shares = Facts(required=True)
    released_on = Day(required=True)
    entry_no = Whole(required=True)
    at = Instant(required=True)


class RefundRequest(Wire):
    """What goes back: whose cents, to whom (``funder`` where absent), or into which campaign."""

    series = Series(required=True)
    source = Choice(Source, required=True)
    funder = FunderCode(required=True)
    payee = FunderCode(load_default=None, allow_none=True)
    amount_cents = Cents(required=True)
    reason = Text(longest=500, required=True)
    into_series = Series(load_default=None, allow_none=True)


class RefundNamed(Wire):
    """One refund of a campaign."""

    series = Series(required=True)
    no = Whole(least=1, most=2**31 - 1, required=True)


class RefundPayment(RefundNamed):
    """The day on which the bank, or the public accountant, paid it, and under which reference."""

    reference = Text(longest=140, required=True)
    paid_on = Day(required=True)


class RefundWithdrawal(RefundNamed):
    """Which refund is not to be paid after all, and why."""

    reason = Text(longest=500, required=True)


class StepShown(Wire):
    """One step of a refund."""

    standing = Choice(Standing, required=True)
    reference = Text(required=True, shortest=0)
    dated_on = Day(required=True)
    entry_no = Whole(required=True, allow_none=True)
    at = Instant(required=True)
    by_name = Text(required=True, allow_none=True)


class RefundShown(Wire):
    """A refund, how far it is, and its steps."""

    series = Text(required=True, attribute="refund.series")
    no = Whole(required=True, attribute="refund.no")
    number = Text(required=True, attribute="refund.number")
    source = Choice(Source, required=True, attribute="refund.source")
    funder = Text(required=True, attribute="refund.funder")
    payee = Text(required=True, attribute="refund.payee")
    amount_cents = Cents(required=True, attribute="refund.amount_cents")
    reason = Text(required=True, attribute="refund.reason")
    into_series = Text(required=True, allow_none=True, attribute="refund.into_series")
    at = Instant(required=True, attribute="refund.at")
    by_name = Text(required=True, allow_none=True, attribute="refund.by_name")
    standing = Choice(Standing, required=True)
    steps = Many(StepShown, required=True)


class CarryOverShown(RefundNamed):
    """A refund that became a deposit in another campaign."""

    into_series = Text(required=True)
    deposit = Text(required=True)
    at = Instant(required=True)


class RefundFilter(Page):
    """Which refunds: of one campaign, and how far."""

    series = Series(load_default=None)
    standing = Choice(Standing, load_default=None)


@resource.post("/expired-value-releases")
@allow(Role.FINANCE)
@command()
@resource.arguments(ReleaseRequest)
@resource.response(201, ReleaseShown)
def release(session: Session, wanted: dict[str, Any]) -> Release:
    """Share out the expired value of a campaign between those who advanced it."""
    at = clock.now()
    return releases.release(session, **wanted, on=clock.civil_date(at), at=at, by=actor())


@resource.get("/expired-value-releases")
@allow(*_READERS)
@query()
@resource.arguments(OfCampaign, location="query")
@resource.response(200, listing(ReleaseShown))
def released(session: Session, wanted: dict[str, Any]) -> Reply:
    """List how a campaign's expired value was shared out."""
    [after] = position(wanted) or [None]
    rows = releases.search(
        session,
        series=wanted["series"],
        by=actor(),
        after=after and UUID(after),
        limit=wanted["limit"] + 1,
    )
    return page(rows, limit=wanted["limit"], key=lambda row: [str(row.id)])


@resource.post("/refunds")
@allow(Role.FINANCE)
@command()
@resource.arguments(RefundRequest)
@resource.response(201, RefundShown)
def prepare(session: Session, wanted: dict[str, Any]) -> Found:
    """Prepare a refund; another person approves it."""
    at = clock.now()
    refund = refunding.prepare(session, **wanted, on=clock.civil_date(at), at=at, by=actor())
    return refunds.read(session, refund)


@resource.get("/refunds")
@allow(*_READERS)
@query()
@resource.arguments(RefundFilter, location="query")
@resource.response(200, listing(RefundShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List refunds, newest first."""
    after = position(wanted)
    limit = wanted.pop("limit")
    last = (int(after[0]), int(after[1])) if after else None
    rows = refunds.search(session, **wanted, by=actor(), after=last, limit=limit + 1)
    return page(rows, limit=limit, key=lambda row: [row.refund.campaign_id, row.refund.no])


@resource.post("/refund-approvals")
@allow(Role.FINANCE)
@command()
@resource.arguments(RefundNamed)
@resource.response(201, StepShown)
def approve(session: Session, wanted: dict[str, Any]) -> RefundStep:
    """Approve a refund that somebody else prepared."""
    at = clock.now()
    return refunding.approve(session, **wanted, on=clock.civil_date(at), at=at, by=actor())


@resource.post("/refund-payments")
@allow(Role.FINANCE)
@command()
@resource.arguments(RefundPayment)
@resource.response(201, StepShown)
def pay(session: Session, wanted: dict[str, Any]) -> RefundStep:
    """Record that an approved refund was paid."""
    return refunding.pay(session, **wanted, at=clock.now(), by=actor())


@resource.post("/refund-withdrawals")
@allow(Role.FINANCE)
@command()
@resource.arguments(RefundWithdrawal)
@resource.response(201, StepShown)
def withdraw(session: Session, wanted: dict[str, Any]) -> RefundStep:
    """Withdraw a refund that was not paid."""
    at = clock.now()
    return refunding.withdraw(session, **wanted, on=clock.civil_date(at), at=at, by=actor())


@resource.post("/carry-overs")
@allow(Role.FINANCE)
@command()
@resource.arguments(RefundNamed)
@resource.response(201, CarryOverShown)
def carry(session: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Carry an approved refund over into the campaign that it names."""
    at, by = clock.now(), actor()
    done = carry_over.carry_over(session, **wanted, on=clock.civil_date(at), at=at, by=by)
    refund = refunds.get(session, **wanted, by=by).refund
    return wanted | {"into_series": refund.into_series, "deposit": done.deposit, "at": done.at}
