"""Register: the booklets and vouchers that exist, their codes' fingerprints, and where each booklet is."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, SmallInteger, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import accounts
from voucher_service.ledger.accounts import Account


class Booklet(Base):
    """A carnet: vouchers under one cover, with a public number (``PN-2026-000123``)."""

    __tablename__ = "booklet"
    __table_args__ = (Index(None, "ordinal", "campaign_id", unique=True),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    number: Mapped[Code] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(Integer)
    batch_no: Mapped[int] = mapped_column(Integer)


class Voucher(Base):
    """A pass: a public serial (``PN-2026-000123-07``), its place in a booklet, and whose euros it may hold."""

    __tablename__ = "voucher"
    __table_args__ = (Index(None, "booklet", "campaign_id"),)

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    serial: Mapped[Code] = mapped_column(primary_key=True)
    booklet: Mapped[Code]
    position: Mapped[int] = mapped_column(SmallInteger)
    colour: Mapped[int] = mapped_column(Integer)


class CodeMac(Base):
    """The fingerprint of a paper's code: the one way from a code to its campaign, serial and issue."""

    __tablename__ = "code"

    mac: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    campaign_id: Mapped[int]
    serial: Mapped[Code]
    issue: Mapped[int] = mapped_column(SmallInteger)


class BookletMove(Base):
    """A booklet came to a place; ``turn`` is the version of its account after the move."""

    __tablename__ = "booklet_move"
    __table_args__ = (Index(None, "place", "campaign_id"), Index(None, "act_id"))

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    booklet: Mapped[Code] = mapped_column(primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[Code]
    act: Mapped[Code]
    act_id: Mapped[UUID]
    entry_no: Mapped[int]
    effective_on: Mapped[date]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a booklet is, since when, by which act, and the state of its account when that was read."""

    number: str
    place: str
    act: str
    act_id: UUID
    since_on: date
    papers: int
    version: int
    turn: int

    @property
    def is_untouched(self) -> bool:
        """Say whether nothing was voided, replaced or given back in it since it came here."""
        return self.version == self.turn


@dataclass(eq=False)
class BookletIsUnknown(Refusal):
    """No booklet has this number: read it on the cover (for example PN-2026-000123).

    FR: Aucun carnet ne porte ce numéro : lisez-le sur la couverture (par exemple PN-2026-000123).
    """

    kind = Kind.UNKNOWN
    booklets: tuple[str, ...]


@dataclass(eq=False)
class VoucherIsUnknown(Refusal):
    """No voucher has this number: read it on the voucher (for example PN-2026-000123-07).

    FR: Aucun pass ne porte ce numéro : lisez-le sur le pass (par exemple PN-2026-000123-07).
    """

    kind = Kind.UNKNOWN
    serials: tuple[str, ...]


def booklet_number(series: str, ordinal: int) -> str:
    """Write a booklet's public number: ``PN-2026-000123``."""
    return f"{series}-{ordinal:06d}"


def serial_of(booklet: str, position: int) -> str:
    """Write a voucher's public serial: ``PN-2026-000123-07``."""
    return f"{booklet}-{position:02d}"


def booklet_of(serial: str) -> str:
    """Return the number of the booklet that a voucher's serial names."""
    return serial.rpartition("-")[0]


def numbered(series: str, first: int, last: int) -> list[str]:
    """Write the numbers of a range of booklets, both ends included."""
    return [booklet_number(series, ordinal) for ordinal in range(first, last + 1)]


def series_of(number: str) -> str:
    """Return the series at the head of a booklet's number or a voucher's serial."""
    return "-".join(number.split("-")[:2])


def refuse_unless_made(session: Session, *, series: str, campaign_id: int, first: int, last: int) -> None:
    """Raise ``BookletIsUnknown`` unless every booklet from the ``first`` ordinal to the ``last`` was produced."""
    made = select(func.coalesce(func.max(Booklet.ordinal), 0)).where(Booklet.campaign_id == campaign_id)
    latest = int(session.execute(made).scalar_one())
    unknown = [ordinal for ordinal in (first, last) if not 1 <= ordinal <= latest]
    if unknown:
        raise BookletIsUnknown(tuple(booklet_number(series, ordinal) for ordinal in dict.fromkeys(unknown)))


def whereabouts(session: Session, *, campaign_id: int, booklets: list[str]) -> dict[str, Whereabouts]:
    """Say where booklets are, with the versions on which an act may rely.

    Raises ``BookletIsUnknown`` with the numbers that do not exist.
    """
    last = (
        select(BookletMove)
        .where(BookletMove.campaign_id == campaign_id, BookletMove.booklet == Booklet.number)
        .order_by(BookletMove.turn.desc())
        .limit(1)
        .lateral()
    )
    address = func.concat("booklet/", Booklet.number)
    rows = session.execute(
        select(
            Booklet.number,
            last.c.place,
            last.c.act,
            last.c.act_id,
            last.c.effective_on,
            Account.balance,
            Account.version,
            last.c.turn,
        )
        .join(last, Booklet.number == last.c.booklet)
        .join(Account, (Account.campaign_id == Booklet.campaign_id) & (Account.address == address))
        .where(Booklet.campaign_id == campaign_id, Booklet.number.in_(booklets))
        .order_by(Booklet.number)
    )
    found = {row.number: Whereabouts(*row) for row in rows}
    unknown = tuple(sorted(set(booklets) - set(found)))
    if unknown:
        raise BookletIsUnknown(unknown)
    return found


def site_no(place: str) -> int | None:
    """Return the number of the prescriber's site that a custody address names, if it names one."""
    holds = place.startswith((accounts.prescriber(0)[:-1], accounts.transit(0)[:-1]))
    return int(place.rsplit("/", 1)[1]) if holds else None
