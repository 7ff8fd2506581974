"""Calendar of the end of validity: what comes, what is due and not done, who did the rest and when."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from voucher_service.funding import readers
from voucher_service.kernel import clock, jobs
from voucher_service.kernel.actor import Role
from voucher_service.reports import validity_counts
from voucher_service.reports.known import known
from voucher_service.reports.table import Kind
from voucher_service.vouchers import joint_statements, milestones
from voucher_service.vouchers.milestones import Milestone, Planned, State
from voucher_service.web import listing
from voucher_service.web.forms import FormSchema, One, Tick, Typed
from voucher_service.web.labels import label
from voucher_service.web.language import later
from voucher_service.web.listing import Column, ListForm, Read
from voucher_service.web.pages import File, Go, Heading, Menu, Page, Pages, actor, allow, takes
from voucher_service.web.record import placed
from voucher_service.web.validity import wording

pages = Pages("validity")

_READERS = (Role.OPERATOR, Role.FINANCE, Role.FUNDER, Role.AUDITOR)
_SIGNERS = (Role.FINANCE, Role.FUNDER)
_COLUMNS = (
    Column(later("Campagne"), lambda one: one.series),
    Column(later("Étape"), lambda one: label(one.milestone)),
    Column(later("Date"), lambda one: one.due_on, Kind.DATE),
    Column(later("État"), lambda one: wording.say(wording.STATES, one.state)),
    Column(later("Fait le"), lambda one: one.at, Kind.INSTANT),
    Column(later("Par"), lambda one: done_by(one)),  # noqa: PLW0108 -- what it calls stands below
)


class CalendarAsked(ListForm):
    """Of which campaign, and in which state."""

    campagne = Typed(default="", longest=12)
    etat = One(State)


class SignForm(FormSchema):
    """Which act is signed, and that it was read."""

    milestone = One(Milestone, needed="Choisissez ce que vous signez.")
    read = Tick(needed="Cochez la case : vous signez pour le commanditaire.")


class DoForm(FormSchema):
    """What the service does now."""

    milestone = One(Milestone, needed="Choisissez une étape.")


@pages.get("/fin-de-validite", menu=Menu("Fin de validité", 72, Heading.END))
@allow(*_READERS)
@takes(CalendarAsked)
def everything(session: Session, asked: dict[str, Any]) -> Page:
    """List the milestones of every campaign, by day."""
    return Page(
        "validity/calendar.html",
        sheet=listing.sheet(asked, _read(session, asked), at="validity.everything", csv="validity.export"),
        states=listing.choices(wording.STATES),
        say=wording.say,
        words_of=wording,
        done_by=done_by,
        label=label,
    )


@pages.get("/fin-de-validite.csv", streams=True)
@allow(*_READERS)
@takes(CalendarAsked)
def export(session: Session, asked: dict[str, Any]) -> File:
    """Save the same list as a file for a spreadsheet."""
    return listing.file("fin-de-validite", _COLUMNS, listing.whole(_read(session, asked)))


@pages.get("/campagnes/<series>/fin-de-validite")
@allow(*_READERS)
def campaign(session: Session, series: str) -> Page:
    """Show a campaign's calendar, what is left of its booklets, and its statements."""
    by, today = actor(), clock.civil_date(clock.now())
    found = readers.get(session, series=series, by=by)
    view = known(session, series=series, position=placed(found.id), on=today, by=by)
    drawn = joint_statements.search(session, series=series, by=by)
    return Page(
        "validity/campaign.html",
        campaign=found,
        planned=milestones.calendar(session, today=today, by=by, series=series),
        counts=validity_counts.read(session, view),
        meanings=validity_counts.MEANINGS,
        statements=drawn,
        answers=joint_statements.answers(
            session, campaign_id=found.id, nos=[statement.no for statement in drawn]
        ),
        say=wording.say,
        words_of=wording,
        done_by=done_by,
        label=label,
        State=State,
    )


@pages.get("/campagnes/<series>/fin-de-validite/signer/<milestone>")
@allow(*_SIGNERS)
def signing(session: Session, series: str, milestone: str) -> Page:
    """Say what a signature means, before it is given."""
    found = readers.get(session, series=series, by=actor())
    wanted = _named(milestone, milestones.SIGNED)
    done = milestones.find(session, campaign=found, milestone=wanted)
    return Page(
        "validity/sign.html",
        campaign=found,
        milestone=wanted,
        act=label(wanted),
        done=done,
        is_stop=wanted is Milestone.STOP,
    )


@pages.post("/campagnes/<series>/fin-de-validite/signer/<milestone>", back=signing)
@allow(*_SIGNERS)
@takes(SignForm)
def sign(session: Session, said: dict[str, Any], series: str, milestone: str) -> Go:
    """Sign the stop of distribution, or the commitment, for the sponsor."""
    wanted, at, by = _named(milestone, [said["milestone"]]), clock.now(), actor()
    done = milestones.sign(session, series=series, milestone=wanted, at=at, by=by)
    if done.milestone is Milestone.STOP:
        jobs.enqueue(session, kind="stop-of-distribution", params={"series": series}, at=at, by=by)
    return Go("validity.campaign", series=series, said=_("C'est signé : %(act)s.", act=label(wanted)))


@pages.get("/campagnes/<series>/fin-de-validite/faire/<milestone>")
@allow(Role.FINANCE)
def doing(session: Session, series: str, milestone: str) -> Page:
    """Say what will be done by hand, before it is."""
    found = readers.get(session, series=series, by=actor())
    wanted = _named(milestone, [one for one in Milestone if one not in milestones.SIGNED])
    today = clock.civil_date(clock.now())
    milestones.refuse_unless_due(session, series=series, milestone=wanted, today=today)
    return Page(
        "validity/do.html",
        campaign=found,
        milestone=wanted,
        act=label(wanted),
        is_expiry=wanted in (Milestone.STOCK_EXPIRY, Milestone.EXPIRY),
    )


@pages.post("/campagnes/<series>/fin-de-validite/faire", back=campaign)
@allow(Role.FINANCE)
@takes(DoForm)
def do(session: Session, said: dict[str, Any], series: str) -> Go:
    """Have a milestone done now: the page of its work shows how far it is."""
    at = clock.now()
    wanted: Milestone = said["milestone"]
    milestones.refuse_unless_due(session, series=series, milestone=wanted, today=clock.civil_date(at))
    params = {"series": series, "milestone": wanted.value}
    job = jobs.enqueue(session, kind="end-of-validity", params=params, at=at, by=actor())
    return Go("work.job", job_id=job.id, said=_("C'est en cours : %(act)s.", act=label(wanted)))


def done_by(one: Planned) -> str:
    """Say by whom a milestone was done; the service is nobody."""
    if one.state is not State.DONE:
        return ""
    return one.by_name or str(_("Le service"))


def _named(milestone: str, allowed: Any) -> Milestone:
    wanted = next((one for one in Milestone if one.value == milestone), None)
    if wanted is None or wanted not in allowed:
        raise milestones.MilestoneIsUnknown(milestone)
    return wanted


def _read(session: Session, asked: dict[str, Any]) -> Read:
    def read(*, start: int, limit: int) -> list[Planned]:
        found = milestones.calendar(
            session,
            today=clock.civil_date(clock.now()),
            by=actor(),
            series=asked["campagne"].upper() or None,
            state=asked["etat"],
        )
        return found[start : start + limit]

    return read
