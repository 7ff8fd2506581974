"""Journal: the only way value moves, one statement per entry.

An entry is a set of transfers, each from one account to another, so nothing can be unbalanced. The
guards are taken first, in one order for everybody; the entry's number is drawn after them, so the order
of numbers agrees with the order in which guarded accounts changed. If one guard is missed, nothing is
written and the whole command is run again on a fresh view.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, func, select, text
from sqlalchemy import Sequence as Numbers
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.database import Base, Code, Outrun, directly
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import writing
from voucher_service.ledger.accounts import is_guarded, lock_order

NUMBERS = Numbers("entry_no_seq", metadata=Base.metadata)
_NOTHING_SEEN: Mapping[str, int] = MappingProxyType({})


class Entry(Base):
    """One act in the books: when it counts, when it was written, by whom, and what it reverses.

    ``claimed_on`` is the day that it claims, where that day's period was closed already (``periods``).
    """

    __tablename__ = "entry"
    __table_args__ = (
        Index(
            "uq_entry_reverses",
            "campaign_id",
            "reverses",
            "reverses_line",
            unique=True,
            postgresql_where=text("reverses IS NOT NULL"),
        ),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[Code]
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    by: Mapped[UUID]
    reverses: Mapped[int | None]
    reverses_line: Mapped[int] = mapped_column(Integer, server_default="0")
    claimed_on: Mapped[date | None]


class TransferRow(Base):
    """A transfer as it stands in the books: ``amount`` leaves ``debit`` and reaches ``credit``."""

    __tablename__ = "transfer"
    __table_args__ = (
        CheckConstraint("amount > 0", name="moves_something"),
        CheckConstraint("debit <> credit", name="moves_somewhere"),
        Index(None, "debit", "campaign_id"),
        Index(None, "credit", "campaign_id"),
    )

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    debit: Mapped[Code]
    credit: Mapped[Code]
    amount: Mapped[int]
    colour: Mapped[int] = mapped_column(Integer)


class ToRecord(Base):
    """An entry that the sequencer has not placed yet."""

    __tablename__ = "to_record"

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_no: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


@dataclass(frozen=True, slots=True)
class Transfer:
    """``amount`` (cents, or papers) of one colour, from ``debit`` to ``credit``."""

    debit: str
    credit: str
    amount: int
    colour: int


@dataclass(frozen=True, slots=True)
class Act:
    """What every entry says of itself.

    ``reverses`` names the entry that this one corrects: the whole of it, or (``reverses_line``) one line of a
    basket.
    """

    campaign_id: int
    kind: str
    effective_on: date
    by: UUID
    reverses: int | None = None
    reverses_line: int = 0


@dataclass(frozen=True, slots=True)
class Posted:
    """An entry that was written."""

    no: int
    recorded_at: datetime


class GuardIsMissed(Outrun):
    """An account holds less than the act needs, or changed since it was read."""


@dataclass(eq=False)
class EntryIsAlreadyReversed(Refusal):
    """This act was already reversed: an act is reversed once.

    FR: Cet acte a déjà été annulé : un acte ne s'annule qu'une fois.
    """

    entry_no: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Rows of one table that are true because of an entry; they need not name their ``entry_no``."""

    table: str
    rows: Sequence[Mapping[str, Any]]


def post(
    session: Session,
    act: Act,
    transfers: Sequence[Transfer],
    *,
    seen: Mapping[str, int] = _NOTHING_SEEN,
    facts: Facts | None = None,
) -> Posted:
    """Write one entry and move what it moves, or raise ``GuardIsMissed`` and leave nothing.

    ``seen`` gives the version at which guarded accounts were read; an address that is only in ``seen``
    is touched (its version grows) although nothing moves on it. ``facts`` are written in the same statement.
    """
    deltas = _deltas(transfers, seen)
    parameters = _listed(act, transfers)
    addresses = sorted(deltas, key=lock_order)
    if len(addresses) == 1:
        address = addresses[0]
        parameters |= {"address": address, "delta": deltas[address], "seen": seen.get(address)}
    elif addresses:
        parameters |= {
            "addresses": addresses,
            "deltas": [deltas[address] for address in addresses],
            "versions": [seen.get(address) for address in addresses],
        }
    if facts is not None:
        parameters["facts"] = json.dumps(facts.rows, default=str)
    return _written(session, writing.listed(len(addresses), facts and facts.table), parameters)


def post_set(
    session: Session, act: Act, *, chosen: str, guards: str, transfers: str, **parameters: Any
) -> Posted:
    """Write one entry whose guards and transfers are read from the database, however many there are.

    ``chosen`` is a SELECT that both may read under that name, in one view of the database; ``guards`` is a
    SELECT of (address, delta, seen, place), ``transfers`` one of (debit, credit, amount, colour, line). All
    may use ``:campaign_id`` and the further ``parameters``.
    """
    statement = writing.chosen(chosen=chosen, guards=guards, transfers=transfers)
    return _written(session, statement, _described(act) | parameters)


def reverse(session: Session, act: Act, *, seen: Mapping[str, int] = _NOTHING_SEEN) -> Posted:
    """Write the mirror of the whole entry that ``act.reverses`` names.

    Raises ``EntryIsAlreadyReversed``: corrections only add, and each act is corrected once.
    """
    if act.reverses is None:
        raise ValueError("a reversal names the entry that it reverses")
    taken = select(Entry.no).where(Entry.campaign_id == act.campaign_id, Entry.reverses == act.reverses)
    if session.execute(taken.limit(1)).scalar_one_or_none() is not None:
        raise EntryIsAlreadyReversed(act.reverses)
    mirrored = [
        Transfer(debit=move.credit, credit=move.debit, amount=move.amount, colour=move.colour)
        for move in moves(session, campaign_id=act.campaign_id, entry_no=act.reverses)
    ]
    return post(session, act, mirrored, seen=seen)


def moves(session: Session, *, campaign_id: int, entry_no: int) -> list[Transfer]:
    """Read the transfers of one entry, in their order."""
    rows = session.execute(
        select(TransferRow.debit, TransferRow.credit, TransferRow.amount, TransferRow.colour)
        .where(TransferRow.campaign_id == campaign_id, TransferRow.entry_no == entry_no)
        .order_by(TransferRow.line)
    )
    return [Transfer(*row) for row in rows]


def _written(session: Session, statement: str, parameters: dict[str, Any]) -> Posted:
    rows = directly(session, statement, parameters)
    if not rows:
        raise GuardIsMissed
    return Posted(**rows[0])


def _deltas(transfers: Iterable[Transfer], seen: Mapping[str, int]) -> dict[str, int]:
    deltas: defaultdict[str, int] = defaultdict(int, dict.fromkeys(seen, 0))
    for move in transfers:
        if is_guarded(move.debit):
            deltas[move.debit] -= move.amount
        if is_guarded(move.credit):
            deltas[move.credit] += move.amount
    return deltas


def _described(act: Act) -> dict[str, Any]:
    return {
        "campaign_id": act.campaign_id,
        "kind": act.kind,
        "effective_on": act.effective_on,
        "by": act.by,
        "reverses": act.reverses,
        "reverses_line": act.reverses_line,
    }


def _listed(act: Act, transfers: Sequence[Transfer]) -> dict[str, Any]:
    # One parameter for all moves: each bound list costs the client as much as the whole document.
    moves = [
        {"debit": move.debit, "credit": move.credit, "amount": move.amount, "colour": move.colour}
        for move in transfers
    ]
    return _described(act) | {"moves": json.dumps(moves)}
