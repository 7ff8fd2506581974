"""Accountant's returns: the file in which an authority's software says what became of a mandate list.

One line for each line of the list, in CSV with ``;``: ``piece`` (the supporting statement, PN-2026-R3-1), ``etat``
(``mandaté``, ``payé`` or ``rejeté``), ``mandat``, ``bordereau``, ``exercice``, ``date``, ``montant`` (paid, in euros)
and ``motif`` (rejected). A line that cannot be used is told with its number and its fault; the others are taken.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from voucher_service.kernel.actor import Actor
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.network.directory import content
from voucher_service.network.vocabulary import Coded
from voucher_service.settlement import confirmation, mandates
from voucher_service.settlement.confirmation import MandatePaid
from voucher_service.settlement.mandates import Issued, Rejection
from voucher_service.settlement.matching import Doubt, Matching

COLUMNS = ("piece", "etat", "mandat", "bordereau", "exercice", "date", "montant", "motif")
_NEEDED = frozenset(COLUMNS[:3]) | {"date"}
_EUROS = re.compile(r"(\d{1,10})(?:[.,](\d{1,2}))?", re.ASCII)
_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})|(\d{4})-(\d{2})-(\d{2})", re.ASCII)


class Trouble(Coded):
    """Why a line of the file cannot be used."""

    UNREADABLE = ("unreadable", "Ligne illisible", "The line cannot be read")
    NO_PIECE = ("no-piece", "Pièce justificative absente", "No supporting statement")
    NO_MANDATE = ("no-mandate", "Numéro de mandat absent", "No mandate number")
    STATE = ("state", "État inconnu : mandaté, payé ou rejeté", "Unknown state: mandaté, payé or rejeté")
    DAY = ("day", "Date illisible : 31/12/2026", "The date cannot be read: 31/12/2026")
    EXERCICE = ("exercice", "Exercice illisible : 2026", "The exercice cannot be read: 2026")
    AMOUNT = ("amount", "Montant illisible : 120,00", "The amount cannot be read: 120,00")


@dataclass(eq=False)
class ColumnsAreMissing(Refusal):
    """The file lacks columns: its first line names them, separated by semicolons.

    FR: Il manque des colonnes au fichier : sa première ligne les nomme, séparées par des points-virgules.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    columns: list[str]


@dataclass(frozen=True, slots=True)
class Faulty:
    """A line of the file that cannot be used."""

    line: int
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A line that names a payment, but does not agree with what is known of it."""

    end_to_end_id: str
    doubt: Doubt


@dataclass(slots=True)
class Returned:
    """What a file said, sorted: what was written now, known before, in doubt, and unusable."""

    mandated: int = 0
    paid: int = 0
    rejected: int = 0
    known: int = 0
    doubtful: list[Doubtful] = field(default_factory=list)
    faulty: list[Faulty] = field(default_factory=list)


@dataclass(slots=True)
class _Read:
    mandates: list[Issued] = field(default_factory=list)
    payments: list[MandatePaid] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)


def take(session: Session, *, series: str, file: bytes, at: datetime, by: Actor) -> Returned:
    """Write down what an accountant's file says of a campaign's mandate lists; the same file again changes nothing.

    Raises ``CampaignIsUnknown``, ``MandatesAreNotExpected``, ``ColumnsAreMissing``, and the refusals of a file that
    is no text (``network.directory.content``).
    """
    returned, read = Returned(), _Read()
    for record in content.csv_records(_checked(file), ";"):
        trouble = Trouble.UNREADABLE if record.fault else _sort(record.cells, read)
        if trouble:
            returned.faulty.append(Faulty(record.number, trouble))
    recording = mandates.record(session, series=series, mandates=read.mandates, at=at, by=by)
    returned.mandated, returned.known = len(recording.recorded), recording.known
    returned.doubtful += [Doubtful(left.line.end_to_end_id, left.doubt) for left in recording.left]
    paid = confirmation.confirm_mandates(session, series=series, mandates=read.payments, at=at, by=by)
    rejected = mandates.reject(session, series=series, rejections=read.rejections, at=at, by=by)
    returned.paid, returned.rejected = len(paid.matched), len(rejected.matched)
    returned.known += paid.known + rejected.known
    returned.doubtful += [*_doubts(paid), *_doubts(rejected)]
    return returned


def _checked(file: bytes) -> str:
    text = content.text_of(file)
    missing = sorted(_NEEDED - set(content.header_of(text, ";")))
    if missing:
        raise ColumnsAreMissing(missing)
    return text


def _sort(cells: Mapping[str, str], read: _Read) -> Trouble | None:
    told = {name: cells.get(name, "").strip() for name in COLUMNS}
    day = _day(told["date"])
    if not told["piece"]:
        return Trouble.NO_PIECE
    if not told["mandat"]:
        return Trouble.NO_MANDATE
    if day is None:
        return Trouble.DAY
    sorters = {"mandaté": _mandate, "payé": _payment, "rejeté": _rejection}
    sorter = sorters.get(told["etat"].casefold())
    return sorter(told, day, read) if sorter else Trouble.STATE


def _mandate(told: Mapping[str, str], day: date, read: _Read) -> Trouble | None:
    written = told["exercice"] or str(day.year)
    if not (written.isascii() and written.isdigit() and len(written) == len("2026")):
        return Trouble.EXERCICE
    bordereau = told["bordereau"] or None
    read.mandates.append(Issued(told["piece"], told["mandat"], bordereau, int(written), day))
    return None


def _payment(told: Mapping[str, str], day: date, read: _Read) -> Trouble | None:
    euros = _EUROS.fullmatch(told["montant"].replace(" ", "").replace("\u202f", "").replace("\xa0", ""))
    if euros is None:
        return Trouble.AMOUNT
    cents = int(euros[1]) * 100 + int((euros[2] or "").ljust(2, "0"))
    read.payments.append(MandatePaid(told["piece"], told["mandat"], cents, day))
    return None


def _rejection(told: Mapping[str, str], day: date, read: _Read) -> None:
    read.rejections.append(Rejection(told["piece"], told["mandat"], day, told["motif"] or "non précisé"))


def _day(written: str) -> date | None:
    found = _DAY.fullmatch(written)
    if found is None:
        return None
    french, parts = found[1] is not None, [int(part) for part in found.groups() if part]
    try:
        return date(*(reversed(parts) if french else parts))
    except ValueError:
        return None


def _doubts(found: Matching) -> Iterable[Doubtful]:
    return (Doubtful(one.booked.end_to_end_id or "", one.doubt) for one in found.unmatched)
