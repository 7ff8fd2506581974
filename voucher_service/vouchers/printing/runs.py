"""Printing: codes leave the service to be put on paper; each time is an act that is remembered.

A code is derived again from its batch's key whenever it must be printed: nothing readable is kept. Printing what
was printed before takes a reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, Select, func, insert, select
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns
from voucher_service.identity.users import User
from voucher_service.kernel import jobs, keyset
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.keyset import Order
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.vouchers import batch_keys, register
from voucher_service.vouchers.printing.formats import Format

JOB = "printing"
"""The kind of the jobs that write a print run's files."""


class PrintRun(Base):
    """Codes of a range of booklets were taken out to be printed: as files in a format, or as a list without one."""

    __tablename__ = "print_run"
    __table_args__ = (Index(None, "campaign_id", "first_booklet"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    first_booklet: Mapped[int] = mapped_column(Integer)
    last_booklet: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str | None]
    form: Mapped[Format | None]
    job_id: Mapped[UUID | None]
    at: Mapped[datetime]
    by: Mapped[UUID] = mapped_column()
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))
    by_name: Mapped[str | None] = column_property(
        select(User.name).where(User.id == by).correlate_except(User).scalar_subquery()
    )


@dataclass(eq=False)
class BookletsWerePrinted(Refusal):
    """Some of these booklets were printed before: give the reason for printing them again.

    FR: Certains de ces carnets ont déjà été imprimés : indiquez pourquoi les imprimer de nouveau.
    """

    times: int


@dataclass(eq=False)
class PrintRunIsUnknown(Refusal):
    """Your organisation started no print run with this identifier.

    FR: Votre organisation n'a lancé aucune impression portant cet identifiant.
    """

    kind = Kind.UNKNOWN
    print_run_id: UUID


@dataclass(eq=False)
class NothingToPrint(Refusal):
    """There is no booklet in this range: check the first and the last.

    FR: Il n'y a aucun carnet dans cette plage : vérifiez le premier et le dernier.
    """

    kind = Kind.INVALID
    first_booklet: int
    last_booklet: int


def start(
    session: Session,
    *,
    series: str,
    first_booklet: int,
    last_booklet: int,
    at: datetime,
    by: Actor,
    keyring: Keyring,
    reason: str | None = None,
    form: Format | None = None,
    print_run_id: UUID | None = None,
    job_id: UUID | None = None,
) -> PrintRun:
    """Record that the codes of these booklets are taken out for printing.

    Raises ``NothingToPrint``, ``BookletIsUnknown``, ``KeyIsNotThisBatchs``, or ``BookletsWerePrinted`` where no reason
    is given to print again.
    """
    campaign = campaigns.get(session, series)
    if not 1 <= first_booklet <= last_booklet:
        raise NothingToPrint(first_booklet, last_booklet)
    register.refuse_unless_made(
        session, series=series, campaign_id=campaign.id, first=first_booklet, last=last_booklet
    )
    batch_keys.of_range(
        session,
        campaign_id=campaign.id,
        first_booklet=first_booklet,
        last_booklet=last_booklet,
        keyring=keyring,
    )
    times = _times(session, campaign.id, first_booklet, last_booklet)
    if times and not reason:
        raise BookletsWerePrinted(times)
    values = {
        "id": print_run_id or new_id(),
        "campaign_id": campaign.id,
        "first_booklet": first_booklet,
        "last_booklet": last_booklet,
        "reason": reason,
        "form": form,
        "job_id": job_id,
        "at": at,
        "by": by.user_id,
    }
    session.execute(insert(PrintRun).values(**values))
    return session.get_one(PrintRun, values["id"])


def order(
    session: Session,
    *,
    series: str,
    first_booklet: int,
    last_booklet: int,
    form: Format,
    at: datetime,
    by: Actor,
    keyring: Keyring,
    reason: str | None = None,
) -> PrintRun:
    """Start a print run whose files a job writes: ``job_id`` says how far it is.

    Raises the refusals of ``start``.
    """
    print_run_id = new_id()
    job = jobs.enqueue(session, kind=JOB, params={"print_run_id": str(print_run_id)}, at=at, by=by)
    return start(
        session,
        series=series,
        first_booklet=first_booklet,
        last_booklet=last_booklet,
        at=at,
        by=by,
        keyring=keyring,
        reason=reason,
        form=form,
        print_run_id=print_run_id,
        job_id=job.id,
    )


def get(session: Session, *, print_run_id: UUID, by: Actor) -> PrintRun:
    """Return a print run to whoever started it and to those of the same organisation who hold the same role.

    Raises ``PrintRunIsUnknown``.
    """
    run = session.get(PrintRun, print_run_id)
    if run is None or (run.by != by.user_id and not _is_of_a_colleague(session, run, by)):
        raise PrintRunIsUnknown(print_run_id)
    return run


def search(
    session: Session,
    *,
    series: str,
    booklet: int | None = None,
    form: Format | None = None,
    order: Order = Order.OLDEST,
    after: UUID | None = None,
    start: int = 0,
    limit: int | None = None,
) -> list[PrintRun]:
    """List the print runs of a campaign, whoever started them: those of one booklet, of one format.

    Raises ``CampaignIsUnknown``.
    """
    wanted = select(PrintRun).where(PrintRun.campaign_id == campaigns.get(session, series).id)
    if booklet is not None:
        wanted = wanted.where(PrintRun.first_booklet <= booklet, PrintRun.last_booklet >= booklet)
    if form is not None:
        wanted = wanted.where(PrintRun.form == form)
    newest = order is Order.NEWEST
    page = keyset.page(wanted, PrintRun.id, after=after, start=start, limit=limit, newest_first=newest)
    return list(session.scalars(page))


def may_open(session: Session, *, found: Sequence[PrintRun], by: Actor) -> set[UUID]:
    """Return which of these print runs the actor may open: the rule of ``get``, for a list."""
    colleagues = set(session.scalars(_colleagues(by).where(User.id.in_({run.by for run in found}))))
    return {run.id for run in found if run.by == by.user_id or run.by in colleagues}


def _is_of_a_colleague(session: Session, run: PrintRun, by: Actor) -> bool:
    return session.scalar(_colleagues(by).where(User.id == run.by)) is not None


def _colleagues(by: Actor) -> Select[UUID]:
    return select(User.id).where(User.organisation_id == by.organisation_id, User.role == by.role)


def _times(session: Session, campaign_id: int, first: int, last: int) -> int:
    earlier = select(func.count()).where(
        PrintRun.campaign_id == campaign_id,
        PrintRun.first_booklet <= last,
        PrintRun.last_booklet >= first,
    )
    return int(session.execute(earlier).scalar_one())


def booklet_size(session: Session, *, run: PrintRun) -> int:
    """Return how many vouchers a booklet of this print run counts."""
    return session.get_one(campaigns.Campaign, run.campaign_id).booklet_size
