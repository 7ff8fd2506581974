"""Periods: what was counted stays counted (*clôture*).

A campaign's books are closed through the last day of a month. From then on nothing can take effect in what is
closed: an act that claims such a day takes effect on the first open day, and its entry keeps the day it claims.
December closes twice. Until 31 January acts of the year may still be entered (*journée complémentaire*, decree
2012-1246, article 56 and its instructions): those of December on their day, earlier ones on 31 December. Then
the year itself is closed (*clôture de l'exercice*).

The day on which an entry takes effect is set where it is written, by the database (``land_entry``), behind a
lock that a closing waits for: no act can be on its way into a period while its balances are drawn.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, LargeBinary, exists, func, select, text
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import record, statements
from voucher_service.ledger.journal import Entry
from voucher_service.ledger.statements import Flow

_DECEMBER = 12
_CLOSER = 0x50415354
_WAIT_FOR_ACTS = text("SELECT pg_advisory_xact_lock(:closer, CAST(:campaign_id AS integer))")


class PeriodClosing(Base):
    """Books that were closed through a day, with their balances as known at a position of the record.

    ``open_year`` is the year whose acts may still be entered, between the closing of December and that of the
    year. ``balances`` lists every account (address, colour, debits, credits); ``digest`` is its SHA-256.
    """

    __tablename__ = "period_closing"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("book.id"), primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    through_on: Mapped[date]
    open_year: Mapped[int | None] = mapped_column(Integer)
    position: Mapped[int]
    balances: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    by: Mapped[UUID]

    @property
    def closes_a_year(self) -> bool:
        """Whether a whole year is closed by it, for good."""
        return self.through_on.month == _DECEMBER and self.open_year is None


@dataclass(eq=False)
class ClosingIsUnknown(Refusal):
    """The books of this campaign have no closing of this number.

    FR: Les comptes de cette campagne n'ont pas de clôture portant ce numéro.
    """

    kind = Kind.UNKNOWN
    no: int


@dataclass(eq=False)
class PeriodEndsWithAMonth(Refusal):
    """Books are closed through the last day of a month: choose such a day.

    FR: Les comptes se clôturent au dernier jour d'un mois : choisissez un tel jour.
    """

    kind = Kind.INVALID
    month_ends_on: date


@dataclass(eq=False)
class PeriodIsNotOver(Refusal):
    """This period is not over: it can be closed from the day after its last day.

    FR: Cette période n'est pas terminée : elle se clôture à partir du lendemain de son dernier jour.
    """

    through_on: date


@dataclass(eq=False)
class PeriodIsClosed(Refusal):
    """This period is closed already: a later correction counts in the open period.

    FR: Cette période est déjà clôturée : une correction compte dans la période ouverte.
    """

    through_on: date


@dataclass(eq=False)
class YearIsStillOpen(Refusal):
    """The year before is still open: close it first, through its 31 December, from 1 February on.

    FR: L'exercice précédent est encore ouvert : clôturez-le d'abord, au 31 décembre, à partir du 1er février.
    """

    year: int


def close(
    session: Session, *, campaign_id: int, through_on: date, on: date, at: datetime, by: Actor
) -> PeriodClosing:
    """Close a campaign's books through the last day of a month, with their balances; ``on`` is today.

    Raises ``PeriodEndsWithAMonth``, ``PeriodIsNotOver``, ``PeriodIsClosed``, ``YearIsStillOpen``.
    """
    # In this order, as a payment run takes them: the sequencer's lock, then the one that acts share.
    record.sequence(session, campaign_id=campaign_id)
    session.execute(_WAIT_FOR_ACTS, {"closer": _CLOSER, "campaign_id": campaign_id})
    position = record.sequence(session, campaign_id=campaign_id)
    last = latest(session, campaign_id=campaign_id)
    _refuse_untimely(last, _open_year(session, campaign_id, last), through_on, on)
    flows = statements.flows(session, campaign_id=campaign_id, position=position, effective_on=through_on)
    balances = written(flows)
    closing = PeriodClosing(
        campaign_id=campaign_id,
        no=last.no + 1 if last else 1,
        through_on=through_on,
        open_year=through_on.year if stays_open(through_on, on) else None,
        position=position,
        balances=balances,
        digest=digest(balances),
        at=at,
        by=by.user_id,
    )
    session.add(closing)
    session.flush()
    return closing


def latest(session: Session, *, campaign_id: int) -> PeriodClosing | None:
    """Return the closing that stands, if the books were ever closed."""
    wanted = select(PeriodClosing).where(PeriodClosing.campaign_id == campaign_id)
    return session.scalars(wanted.order_by(PeriodClosing.no.desc()).limit(1)).one_or_none()


def get(session: Session, *, campaign_id: int, no: int) -> PeriodClosing:
    """Return a closing by its number, or raise ``ClosingIsUnknown``."""
    closing = session.get(PeriodClosing, (campaign_id, no))
    if closing is None:
        raise ClosingIsUnknown(no)
    return closing


def history(session: Session, *, campaign_id: int) -> Sequence[PeriodClosing]:
    """Return a campaign's closings, the newest first."""
    wanted = select(PeriodClosing).where(PeriodClosing.campaign_id == campaign_id)
    return session.scalars(wanted.order_by(PeriodClosing.no.desc())).all()


def following(last: PeriodClosing | None, *, since: date, on: date) -> date | None:
    """Return the day through which books can be closed next, or None where it has not come yet.

    ``since`` is a day of the first month of the books, ``on`` is today.
    """
    if last is None:
        through_on = month_end(since)
    elif last.open_year is not None:
        through_on = last.through_on
        return None if stays_open(through_on, on) else through_on
    else:
        through_on = month_end(last.through_on + timedelta(days=1))
    return through_on if through_on < on else None


def years_to_close(session: Session, *, on: date) -> Sequence[PeriodClosing]:
    """Return the closings of December whose year's acts can no longer be entered: 31 January is over."""
    later = aliased(PeriodClosing)
    stands = ~exists().where(later.campaign_id == PeriodClosing.campaign_id, later.no > PeriodClosing.no)
    wanted = select(PeriodClosing).where(stands, PeriodClosing.open_year < on.year)
    found = session.scalars(wanted.order_by(PeriodClosing.campaign_id))
    return [closing for closing in found if not stays_open(closing.through_on, on)]


def stays_open(through_on: date, on: date) -> bool:
    """Say whether, on a day, acts of the year that ends there may still be entered after its closing."""
    return through_on.month == _DECEMBER and on <= date(through_on.year + 1, 1, 31)


def written(flows: Iterable[Flow]) -> str:
    """Write balances down so that the same balances are always the same text."""
    rows = sorted((flow.address, flow.colour, flow.debits, flow.credits) for flow in flows)
    return json.dumps(rows, separators=(",", ":"), ensure_ascii=False)


def digest(balances: str) -> bytes:
    """Return the SHA-256 of balances as they were written down."""
    return hashlib.sha256(balances.encode()).digest()


def month_end(day: date) -> date:
    """Return the last day of a day's month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _open_year(session: Session, campaign_id: int, last: PeriodClosing | None) -> int | None:
    if last is not None:
        return last.open_year or (last.through_on + timedelta(days=1)).year
    first = select(func.min(Entry.effective_on)).where(Entry.campaign_id == campaign_id)
    since = session.scalar(first)
    return since.year if since else None


def _refuse_untimely(last: PeriodClosing | None, year: int | None, through_on: date, on: date) -> None:
    if through_on != month_end(through_on):
        raise PeriodEndsWithAMonth(month_end(through_on))
    if through_on >= on:
        raise PeriodIsNotOver(through_on)
    if last is not None:
        ends_the_year = last.open_year is not None and not stays_open(last.through_on, on)
        if through_on < last.through_on or (through_on == last.through_on and not ends_the_year):
            raise PeriodIsClosed(last.through_on)
    if year is not None and through_on.year > year:
        raise YearIsStillOpen(year)
