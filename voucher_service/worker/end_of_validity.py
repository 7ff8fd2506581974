"""End of validity: each milestone of a campaign is reached by the clock, or by hand where the clock was late.

A worker may die at any instant: what it did stays, what it had not done is done by whoever begins anew, and a
milestone is written down when all of it is done. Mails bear names that follow from the milestone, so that nobody is
written to twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid5

import structlog
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns, people
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel import clock, mail
from voucher_service.kernel.actor import SYSTEM, Actor
from voucher_service.kernel.database import Database
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import record
from voucher_service.reports import validity_counts, validity_letters
from voucher_service.reports.known import known
from voucher_service.reports.validity_letters import Letter
from voucher_service.vouchers import distribution, expiry, joint_statements, milestones
from voucher_service.vouchers.expiry import Stage, Step
from voucher_service.vouchers.milestones import Milestone
from voucher_service.worker.works import Run, scheduled, work

_LETTERS = UUID("0b0b3d0a-6b6f-5a53-9d0c-6f1a5f0c7d31")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reach:
    """A milestone on its way: of which campaign, for whom and when, and whoever wants to know how far it is."""

    database: Database
    campaign: Campaign
    milestone: Milestone
    at: datetime
    by: Actor
    progress: Callable[[int, int], None]

    @property
    def today(self) -> date:
        """The day in Paris."""
        return clock.civil_date(self.at)

    def note(self, figures: Mapping[str, int], position: int | None = None) -> Mapping[str, int]:
        """Write the milestone down."""
        done: dict[str, Any] = {"campaign": self.campaign, "milestone": self.milestone, "figures": figures}
        self.database.run(
            lambda session: milestones.note(session, **done, at=self.at, by=self.by, position=position)
        )
        return figures


@work("end-of-validity")
def reach(run: Run) -> Mapping[str, Any]:
    """Do what a milestone asks for, by hand; the job's result says its figures."""
    milestone = Milestone(run.params["milestone"])
    return reached(run.database, run.params["series"], milestone, clock.now(), run.by, run.progress)


@work("stop-of-distribution")
def tell_the_keepers(run: Run) -> Mapping[str, Any]:
    """Write to every prescriber that holds booklets that the sponsor has stopped their distribution."""
    campaign = run.database.run(partial(campaigns.get, series=run.params["series"]))
    readers = run.database.run(partial(distribution.keepers, campaign_id=campaign.id))
    _post(run.database, campaign, Milestone.STOP, readers, validity_letters.stop(campaign), clock.now())
    return {"letters": len(readers)}


@scheduled("35 * * * *")
def keep_the_calendar(database: Database, at: datetime) -> None:
    """Reach every milestone that is due, not done, and signed by nobody; one that is refused waits for a person."""
    today = clock.civil_date(at)
    for series, milestone in database.run(partial(milestones.due, today=today, by=SYSTEM)):
        try:
            figures = reached(database, series, milestone, at, SYSTEM, lambda _done, _total: None)
        except Refusal as refusal:
            _log.warning(
                "a milestone waits", series=series, milestone=milestone.value, because=refusal.code()
            )
        else:
            _log.info("a milestone is reached", series=series, milestone=milestone.value, **figures)


def reached(
    database: Database,
    series: str,
    milestone: Milestone,
    at: datetime,
    by: Actor,
    progress: Callable[[int, int], None],
) -> Mapping[str, int]:
    """Do what a milestone asks for, and return its figures.

    Raises the refusals of ``milestones.refuse_unless_due`` and of ``expiry.expire``.
    """
    wanted: dict[str, Any] = {"series": series, "milestone": milestone, "today": clock.civil_date(at)}
    campaign = database.run(partial(milestones.refuse_unless_due, **wanted))
    return _DONE_BY[milestone](Reach(database, campaign, milestone, at, by, progress))


def _alert(way: Reach) -> Mapping[str, int]:
    position = way.database.run(partial(record.sequence, campaign_id=way.campaign.id))
    counts = way.database.run(partial(_counts, way=way, position=position))
    readers = way.database.run(partial(people.of_campaign, campaign=way.campaign))
    letter = validity_letters.alert(way.campaign, counts)
    _post(way.database, way.campaign, way.milestone, readers, letter, way.at)
    return way.note(validity_counts.figures(counts), position)


def _counts(session: Session, *, way: Reach, position: int) -> Mapping[str, validity_counts.Count]:
    view = known(session, series=way.campaign.series, position=position, on=way.today, by=way.by)
    return validity_counts.read(session, view)


def _expire(way: Reach) -> Mapping[str, int]:
    stage = Stage.STOCK if way.milestone is Milestone.STOCK_EXPIRY else Stage.EVERYTHING
    step = Step(0, 0)
    while True:
        step = way.database.run(partial(_next, way=way, stage=stage, after=step.through))
        way.progress(min(step.through, step.total), step.total)
        if step.is_last:
            break
    totals = way.database.run(partial(expiry.totals, campaign_id=way.campaign.id, stage=stage))
    return way.note(totals)


def _next(session: Session, *, way: Reach, stage: Stage, after: int) -> Step:
    said: dict[str, Any] = {
        "series": way.campaign.series,
        "stage": stage,
        "today": way.today,
        "at": way.at,
        "by": way.by,
    }
    return expiry.expire(session, **said, after=after)


def _state(way: Reach) -> Mapping[str, int]:
    position = way.database.run(partial(record.sequence, campaign_id=way.campaign.id))
    drawn = way.database.run(
        lambda session: joint_statements.draw(
            session, campaign=way.campaign, position=position, on=way.today, at=way.at, by=way.by
        )
    )
    readers = way.database.run(partial(people.of_campaign, campaign=way.campaign))
    letter = validity_letters.statement(way.campaign, drawn)
    _post(way.database, way.campaign, way.milestone, readers, letter, way.at)
    return way.note({"no": drawn.no}, position)


def _post(
    database: Database,
    campaign: Campaign,
    milestone: Milestone,
    readers: Any,
    letter: Letter,
    at: datetime,
) -> None:
    day = milestones.due_on(campaign, milestone)
    for reader in readers:
        mail_id = uuid5(_LETTERS, f"{campaign.series}/{milestone.value}/{day}/{reader.id}")
        said = {"to": reader.email, "subject": letter.subject, "text": letter.text, "at": at}
        database.run(partial(mail.post, **said, mail_id=mail_id))


_DONE_BY: Mapping[Milestone, Callable[[Reach], Mapping[str, int]]] = {
    Milestone.ALERT: _alert,
    Milestone.STOCK_EXPIRY: _expire,
    Milestone.EXPIRY: _expire,
    Milestone.STATEMENT: _state,
}
