"""Printing: codes leave the service to be put on paper; each time is an act that is remembered.

A code is derived again from its batch's key whenever it must be printed: nothing readable is kept. Printing what
was printed before takes a reason.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, func, insert, select, text
from sqlalchemy.orm import Mapped, Session, column_property, mapped_column

from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.vouchers import batch_keys, code, register

_PAPERS = text("""
SELECT voucher.serial, last.issue, voucher.booklet, voucher.position, batch.id AS batch_id
FROM booklet
JOIN batch ON batch.campaign_id = booklet.campaign_id AND batch.no = booklet.batch_no
JOIN voucher ON voucher.campaign_id = booklet.campaign_id AND voucher.booklet = booklet.number
CROSS JOIN LATERAL (SELECT coalesce(max(issue), 1) AS issue FROM replacement
                    WHERE replacement.campaign_id = voucher.campaign_id AND replacement.serial = voucher.serial) AS last
WHERE booklet.campaign_id = :campaign_id AND booklet.ordinal BETWEEN :first AND :last
ORDER BY booklet.ordinal, voucher.position""")


class PrintRun(Base):
    """Codes of a range of booklets were taken out to be printed."""

    __tablename__ = "print_run"
    __table_args__ = (Index(None, "campaign_id", "first_booklet"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    first_booklet: Mapped[int] = mapped_column(Integer)
    last_booklet: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str | None]
    at: Mapped[datetime]
    by: Mapped[UUID]
    series: Mapped[str] = column_property(campaigns.naming(campaign_id))


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """One code, for the paper it belongs on."""

    serial: str
    issue: int
    booklet: str
    position: int
    code: str

    @property
    def qr_payload(self) -> str:
        """What the voucher's square says to a scanner."""
        return code.QR_PREFIX + self.code.replace(" ", "")


@dataclass(eq=False)
class BookletsWerePrinted(Refusal):
    """Some of these booklets were printed before: give the reason for printing them again.

    FR: Certains de ces carnets ont déjà été imprimés : indiquez pourquoi les imprimer de nouveau.
    """

    times: int


@dataclass(eq=False)
class PrintRunIsUnknown(Refusal):
    """You started no print run with this identifier.

    FR: Vous n'avez lancé aucune impression portant cet identifiant.
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
    times = session.execute(
        select(func.count()).where(
            PrintRun.campaign_id == campaign.id,
            PrintRun.first_booklet <= last_booklet,
            PrintRun.last_booklet >= first_booklet,
        )
    ).scalar_one()
    if times and not reason:
        raise BookletsWerePrinted(times)
    values = {
        "id": new_id(),
        "campaign_id": campaign.id,
        "first_booklet": first_booklet,
        "last_booklet": last_booklet,
        "reason": reason,
        "at": at,
        "by": by.user_id,
    }
    session.execute(insert(PrintRun).values(**values))
    return session.get_one(PrintRun, values["id"])


def get(session: Session, *, print_run_id: UUID, by: Actor) -> PrintRun:
    """Return a print run to whoever started it, or raise ``PrintRunIsUnknown``."""
    run = session.get(PrintRun, print_run_id)
    if run is None or run.by != by.user_id:
        raise PrintRunIsUnknown(print_run_id)
    return run


def codes(session: Session, *, run: PrintRun, keyring: Keyring) -> Iterator[PrintedCode]:
    """Derive the codes of a print run, one after the other, in the order of the papers.

    Raises ``KeyIsNotThisBatchs``, before the first code.
    """
    keys = batch_keys.of_range(
        session,
        campaign_id=run.campaign_id,
        first_booklet=run.first_booklet,
        last_booklet=run.last_booklet,
        keyring=keyring,
    )
    return _derived(session, run, keys)


def _derived(session: Session, run: PrintRun, keys: Mapping[UUID, bytes]) -> Iterator[PrintedCode]:
    bounds = {"campaign_id": run.campaign_id, "first": run.first_booklet, "last": run.last_booklet}
    for row in session.execute(_PAPERS.execution_options(yield_per=1_000), bounds):
        letters = code.derive(keys[row.batch_id], row.serial, row.issue)
        yield PrintedCode(row.serial, row.issue, row.booklet, row.position, code.grouped(letters))
