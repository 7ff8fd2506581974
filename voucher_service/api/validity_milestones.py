"""Validity milestones: the calendar of the end of validity, what is signed, and what is done by hand."""

from typing import Any

from sqlalchemy.orm import Session

from voucher_service.api.context import actor
from voucher_service.api.jobs import JobShown, accepted
from voucher_service.api.marks import allow, command, query
from voucher_service.api.names import Series
from voucher_service.api.paging import Page, listing, page, position
from voucher_service.api.reply import Reply
from voucher_service.api.resource import Resource
from voucher_service.api.wire import Choice, Day, Facts, Instant, Text, Whole, Wire
from voucher_service.kernel import clock, jobs
from voucher_service.kernel.actor import Role
from voucher_service.vouchers import milestones
from voucher_service.vouchers.milestones import Milestone, MilestoneDone, State

resource = Resource("validity-milestones", "The calendar of the end of validity of each campaign.")


class MilestoneFilter(Page):
    """Which milestones: of one campaign, planned, due or done."""

    series = Series(load_default=None)
    state = Choice(State, load_default=None)


class MilestoneNamed(Wire):
    """One milestone of one campaign."""

    series = Series(required=True)
    milestone = Choice(Milestone, required=True)


class MilestoneShown(Wire):
    """A milestone: its day, whether a person signs it, and how it was done; ``by_name`` is null for the service."""

    series = Text(required=True)
    milestone = Choice(Milestone, required=True)
    due_on = Day(required=True)
    state = Choice(State, required=True)
    at = Instant(required=True, allow_none=True)
    by_name = Text(required=True, allow_none=True)
    position = Whole(required=True, allow_none=True)
    figures = Facts(required=True, allow_none=True)


class SignatureShown(Wire):
    """A milestone that was signed."""

    series = Text(required=True)
    milestone = Choice(Milestone, required=True)
    due_on = Day(required=True)
    at = Instant(required=True)


@resource.get("/validity-milestones")
@allow(Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)
@query()
@resource.arguments(MilestoneFilter, location="query")
@resource.response(200, listing(MilestoneShown))
def search(session: Session, wanted: dict[str, Any]) -> Reply:
    """List what is planned, due and done at the end of validity, by day."""
    [start] = position(wanted) or [0]
    limit, today = wanted.pop("limit"), clock.civil_date(clock.now())
    rows = milestones.calendar(session, **wanted, today=today, by=actor())[start:]
    return page(rows, limit=limit, key=lambda _row: [start + limit])


@resource.post("/validity-signatures")
@allow(Role.FINANCE, Role.FUNDER)
@command()
@resource.arguments(MilestoneNamed)
@resource.response(201, SignatureShown)
def sign(session: Session, wanted: dict[str, Any]) -> MilestoneDone:
    """Sign the stop of distribution, or the commitment of the sponsor."""
    at, by = clock.now(), actor()
    done = milestones.sign(session, **wanted, at=at, by=by)
    if done.milestone is Milestone.STOP:
        jobs.enqueue(session, kind="stop-of-distribution", params={"series": done.series}, at=at, by=by)
    return done


@resource.post("/validity-runs")
@allow(Role.FINANCE)
@command()
@resource.arguments(MilestoneNamed)
@resource.response(202, JobShown)
def run(session: Session, wanted: dict[str, Any]) -> Reply:
    """Have a milestone that is due done now; what was done is not done again."""
    at = clock.now()
    milestones.refuse_unless_due(session, **wanted, today=clock.civil_date(at))
    params = {"series": wanted["series"], "milestone": wanted["milestone"].value}
    return accepted(jobs.enqueue(session, kind="end-of-validity", params=params, at=at, by=actor()))
