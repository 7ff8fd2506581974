"""Milestones: the calendar of a campaign's end of validity, what of it was done, by whom, and what is due.

After the practice of the Aptic operator: alert (J-30), stop of distribution (J-15), commitment of the sponsor (J-7),
the end, the tolerance during which what was handed over is still taken, and the joint statement a week after it.
Days follow from the campaign's terms: where these are prolonged, the calendar moves with them, and what was done for
the former days is done again for the new ones. What was done for a day is done once.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns, readers
from voucher_service.funding.campaigns import Campaign
from voucher_service.identity.users import User
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.coded import Coded
from voucher_service.kernel.database import Base
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.vouchers import expiry
from voucher_service.vouchers.expiry import Stage


class Milestone(Coded):
    """One day of the calendar, in the order in which they come."""

    ALERT = ("alert", "Alerte : ce qui reste à remettre et à utiliser", "Alert: what is left")
    STOP = ("stop", "Arrêt de la distribution", "Stop of distribution")
    COMMITMENT = ("commitment", "Engagement du commanditaire", "Commitment of the sponsor")
    STOCK_EXPIRY = (
        "stock-expiry",
        "Péremption du stock jamais remis",
        "Expiry of the stock never handed over",
    )
    EXPIRY = ("expiry", "Péremption des carnets remis", "Expiry of what was handed over")
    STATEMENT = ("joint-statement", "État contradictoire", "Joint statement")


_DAYS: Mapping[Milestone, Callable[[Campaign], date]] = {
    Milestone.ALERT: lambda campaign: campaign.use_until - timedelta(days=30),
    Milestone.STOP: lambda campaign: campaign.use_until - timedelta(days=15),
    Milestone.COMMITMENT: lambda campaign: campaign.use_until - timedelta(days=7),
    Milestone.STOCK_EXPIRY: lambda campaign: expiry.due_on(campaign, Stage.STOCK),
    Milestone.EXPIRY: lambda campaign: expiry.due_on(campaign, Stage.EVERYTHING),
    Milestone.STATEMENT: lambda campaign: campaign.present_until + timedelta(days=7),
}
SIGNED = (Milestone.STOP, Milestone.COMMITMENT)
"""What a person of the sponsor's decides; the rest is done by the clock, or by hand where the clock was late."""


class State(StrEnum):
    """Where a milestone is: still to come, due and not done, or done."""

    PLANNED = "planned"
    DUE = "due"
    DONE = "done"


class MilestoneDone(Base):
    """A milestone was reached: by whom, when, and with which figures, as known at a position of the record."""

    __tablename__ = "milestone_done"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    milestone: Mapped[Milestone] = mapped_column(primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    position: Mapped[int | None]
    figures: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    by: Mapped[UUID] = mapped_column()
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))
    by_name: Mapped[str | None] = column_property(
        select(User.name).where(User.id == by).correlate_except(User).scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class Planned:
    """A milestone of a campaign: its day, and what became of it; ``by_name`` is None where the service did it."""

    series: str
    milestone: Milestone
    due_on: date
    state: State
    at: datetime | None = None
    by: UUID | None = None
    by_name: str | None = None
    position: int | None = None
    figures: Mapping[str, Any] | None = None

    @property
    def is_signed(self) -> bool:
        """Say whether a person decides it."""
        return self.milestone in SIGNED


@dataclass(eq=False)
class MilestoneIsUnknown(Refusal):
    """No such milestone is in the calendar: choose one of the list.

    FR: Cette étape n'est pas dans le calendrier : choisissez-en une dans la liste.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN
    milestone: str


@dataclass(eq=False)
class MilestoneIsDone(Refusal):
    """This was done already, by the person and at the moment that are shown: there is nothing more to do.

    FR: C'est déjà fait, par la personne et au moment indiqués : il n'y a plus rien à faire.
    """

    milestone: Milestone
    done_at: datetime
    done_by: str


@dataclass(eq=False)
class MilestoneIsSigned(Refusal):
    """A person of the sponsor's signs this: it is not done by the service.

    FR: Une personne du commanditaire signe cet acte : le service ne le fait pas à sa place.
    """

    milestone: Milestone


@dataclass(eq=False)
class MilestoneIsNotSigned(Refusal):
    """The service does this by itself when its day comes: nobody signs it.

    FR: Le service fait cela de lui-même le jour venu : personne ne le signe.
    """

    milestone: Milestone


@dataclass(eq=False)
class MilestoneIsNotDue(Refusal):
    """The day for this has not come: wait until the day that is shown.

    FR: Le jour n'est pas venu : attendez la date indiquée.
    """

    milestone: Milestone
    due_on: date


def due_on(campaign: Campaign, milestone: Milestone) -> date:
    """Return the day from which a milestone is due, by the campaign's terms as they are now."""
    return _DAYS[milestone](campaign)


def sign(session: Session, *, series: str, milestone: Milestone, at: datetime, by: Actor) -> MilestoneDone:
    """Sign the stop of distribution or the commitment, for the sponsor; it may be signed before its day.

    Raises ``CampaignIsUnknown`` (also for a funder that does not pay for it), ``MilestoneIsNotSigned``,
    ``MilestoneIsDone``.
    """
    campaign = readers.get(session, series=series, by=by)
    if milestone not in SIGNED:
        raise MilestoneIsNotSigned(milestone)
    _refuse_done(session, campaign, milestone)
    return _write(session, campaign, milestone, {"position": None, "figures": {}, "at": at, "by": by.user_id})


def refuse_unless_due(session: Session, *, series: str, milestone: Milestone, today: date) -> Campaign:
    """Return the campaign whose milestone the service is to do now.

    Raises ``CampaignIsUnknown``, ``MilestoneIsSigned``, ``MilestoneIsNotDue``, ``MilestoneIsDone``.
    """
    campaign = campaigns.get(session, series)
    if milestone in SIGNED:
        raise MilestoneIsSigned(milestone)
    if today < due_on(campaign, milestone):
        raise MilestoneIsNotDue(milestone, due_on(campaign, milestone))
    _refuse_done(session, campaign, milestone)
    return campaign


def note(
    session: Session,
    *,
    campaign: Campaign,
    milestone: Milestone,
    figures: Mapping[str, Any],
    at: datetime,
    by: Actor,
    position: int | None = None,
) -> MilestoneDone:
    """Write down that a milestone was reached; the first who did it stays.

    ``figures`` are whole numbers by name, cents and papers; ``position`` is where the record was read.
    """
    known = find(session, campaign=campaign, milestone=milestone)
    facts = {"position": position, "figures": dict(figures), "at": at, "by": by.user_id}
    return known or _write(session, campaign, milestone, facts)


def find(session: Session, *, campaign: Campaign, milestone: Milestone) -> MilestoneDone | None:
    """Return how a milestone of the campaign's present calendar was done, if it was."""
    return session.get(MilestoneDone, (campaign.id, milestone, due_on(campaign, milestone)))


def calendar(
    session: Session, *, today: date, by: Actor, series: str | None = None, state: State | None = None
) -> list[Planned]:
    """List the milestones of the campaigns that a person may read of, by day: done, due, and to come."""
    readable = select(Campaign).where(readers.may_read(Campaign.id, by=by))
    if series is not None:
        readable = readable.where(Campaign.series == series)
    found = session.scalars(readable).all()
    planned = [one for campaign in found for one in _of_campaign(session, campaign, today)]
    kept = [one for one in planned if state is None or one.state is state]
    return sorted(kept, key=lambda one: (one.due_on, one.series))


def due(session: Session, *, today: date, by: Actor) -> list[tuple[str, Milestone]]:
    """Name what the service has to do now: due, not done, and signed by nobody; in the order of the calendar."""
    waiting = calendar(session, today=today, by=by, state=State.DUE)
    return [(one.series, one.milestone) for one in waiting if not one.is_signed]


def _of_campaign(session: Session, campaign: Campaign, today: date) -> Iterator[Planned]:
    rows = session.scalars(select(MilestoneDone).where(MilestoneDone.campaign_id == campaign.id))
    done = {(row.milestone, row.due_on): row for row in rows}
    for milestone in Milestone:
        day = due_on(campaign, milestone)
        fact = done.get((milestone, day))
        if fact is None:
            state = State.DUE if day <= today else State.PLANNED
            yield Planned(campaign.series, milestone, day, state)
        else:
            yield Planned(
                campaign.series,
                milestone,
                day,
                State.DONE,
                at=fact.at,
                by=fact.by,
                by_name=fact.by_name,
                position=fact.position,
                figures=fact.figures,
            )


def _refuse_done(session: Session, campaign: Campaign, milestone: Milestone) -> None:
    known = find(session, campaign=campaign, milestone=milestone)
    if known is not None:
        raise MilestoneIsDone(milestone, known.at, known.by_name or "")


def _write(
    session: Session, campaign: Campaign, milestone: Milestone, facts: dict[str, Any]
) -> MilestoneDone:
    key = {"campaign_id": campaign.id, "milestone": milestone, "due_on": due_on(campaign, milestone)}
    fact = MilestoneDone(**key, **facts)
    session.add(fact)
    session.flush()
    return fact
