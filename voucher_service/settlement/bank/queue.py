"""Queue: the movements of our accounts that wait for somebody to say what they were, and those that were explained."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session

from voucher_service.funding.campaigns import Campaign
from voucher_service.settlement import settling
from voucher_service.settlement.bank import lines, naming, own_accounts, own_entries, payment_files
from voucher_service.settlement.bank.lines import BankLine
from voucher_service.settlement.bank.resolutions import BankResolution, Meaning
from voucher_service.settlement.matching import Doubt


@dataclass(frozen=True, slots=True)
class Asked:
    """Which movements are wanted: waiting (``is_waiting``) or explained, of an account, in or out, of an amount."""

    is_waiting: bool | None = True
    iban: str | None = None
    is_credit: bool | None = None
    amount_cents: int | None = None
    words: str | None = None
    meaning: Meaning | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement, and what it meant where that is known; ``doubt`` says why it waits."""

    line: BankLine
    resolution: BankResolution | None
    series: str | None
    doubt: Doubt | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits to be explained: movements, and the cents that came in and went out."""

    movements: int
    in_cents: int
    out_cents: int


def search(
    session: Session,
    *,
    asked: Asked,
    after: tuple[date, int] | None = None,
    start: int = 0,
    limit: int | None = None,
) -> list[Movement]:
    """List movements, the newest day first.

    ``after`` is the day and the number of the last one read, ``start`` how many to skip.
    """
    wanted = _wanted(asked)
    order = (BankLine.booked_on, BankLine.no)
    if after is not None:
        wanted = wanted.where(tuple_(*order) < after)
    rows = session.execute(wanted.order_by(*(column.desc() for column in order)).offset(start).limit(limit))
    return _with_doubts(session, rows.all())


def get(session: Session, *, line: int) -> Movement:
    """Return one movement, and what it meant where that is known; raises ``BankLineIsUnknown``."""
    lines.get(session, line=line)
    rows = session.execute(_wanted(Asked(is_waiting=None)).where(BankLine.no == line)).all()
    return _with_doubts(session, rows)[0]


def waiting(session: Session) -> Waiting:
    """Say how much waits to be explained."""
    amount = func.coalesce(func.sum(BankLine.amount_cents).filter(BankLine.is_credit), 0)
    out = func.coalesce(func.sum(BankLine.amount_cents).filter(~BankLine.is_credit), 0)
    counted = (
        select(func.count(), amount, out)
        .select_from(BankLine)
        .outerjoin(BankResolution, BankResolution.line_no == BankLine.no)
        .where(BankResolution.line_no.is_(None))
    )
    movements, in_cents, out_cents = session.execute(counted).one()
    return Waiting(movements, int(in_cents), int(out_cents))


def _wanted(asked: Asked) -> Select[*tuple[Any, ...]]:
    wanted: Select[*tuple[Any, ...]] = (
        select(BankLine, BankResolution, Campaign.series)
        .outerjoin(BankResolution, BankResolution.line_no == BankLine.no)
        .outerjoin(Campaign, Campaign.id == BankResolution.campaign_id)
    )
    return wanted.where(*_conditions(asked))


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    wanted: dict[Any, ColumnElement[bool]] = {
        "iban": BankLine.iban == asked.iban,
        "is_credit": BankLine.is_credit == asked.is_credit,
        "amount_cents": BankLine.amount_cents == asked.amount_cents,
        "meaning": BankResolution.meaning == asked.meaning,
        "words": func.concat_ws(
            " ", BankLine.name, BankLine.remittance, BankLine.end_to_end_id, BankLine.reference
        ).icontains(asked.words or "", autoescape=True),
    }
    found = [condition for name, condition in wanted.items() if getattr(asked, name) is not None]
    if asked.is_waiting is not None:
        unknown = BankResolution.line_no.is_(None)
        found.append(unknown if asked.is_waiting else ~unknown)
    return found


def _with_doubts(session: Session, rows: Sequence[Any]) -> list[Movement]:
    doubts = _doubts(session, [line for line, resolution, _ in rows if resolution is None])
    return [Movement(line, resolution, series, doubts.get(line.no)) for line, resolution, series in rows]


def _doubts(session: Session, asked_about: list[BankLine]) -> dict[int, Doubt]:
    # Said anew each time: what a movement waits for changes with the payments and the deposits around it.
    named = naming.named(session, asked_about)
    movements = [naming.booked(line, named[line.no]) for line in asked_about if line.no in named]
    matching = settling.match(session, movements)
    files = payment_files.debits(session, payment_files.opened(session, asked_about, besides=named))
    found = {debit.line.no: debit.doubt or Doubt.MONEY_IS_SHORT for debit in files}
    found |= {one.booked.line_no or 0: one.doubt for one in matching.unmatched}
    found |= {one.booked.line_no or 0: Doubt.MONEY_IS_SHORT for one in matching.matched}
    others = [line for line in asked_about if line.no not in found]
    campaigns = own_accounts.campaigns_by_iban(session, ibans={line.iban for line in others})
    entered = own_entries.not_told(
        session,
        campaigns=sorted({campaign.id for known in campaigns.values() for campaign in known}),
        amounts=sorted({line.amount_cents for line in others}),
    )
    for line in others:
        perhaps = any(one.fits(line) for one in entered)
        found[line.no] = Doubt.PERHAPS_ENTERED if perhaps else Doubt.UNKNOWN
    return found
