"""Printing replacements: a replaced paper is printed at once by whoever replaced it, and only once.

A second copy of one code is two people who believe that they hold ten euros: who needs another paper replaces
this one, and the first dies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import SmallInteger, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.vouchers import batch_keys, code
from voucher_service.vouchers.printing.codes import PrintedCode
from voucher_service.vouchers.register import Voucher
from voucher_service.vouchers.replacement import Replacement


class ReplacementPrint(Base):
    """The paper of one issue of a voucher was printed: by whom, and when."""

    __tablename__ = "replacement_print"

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    serial: Mapped[Code] = mapped_column(primary_key=True)
    issue: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    replacing_id: Mapped[UUID]
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(frozen=True, slots=True)
class TakenOut:
    """Replaced papers on their way to the printer, in the order of their serials."""

    campaign: Campaign
    papers: tuple[PrintedCode, ...]


@dataclass(eq=False)
class ReplacementIsUnknown(Refusal):
    """You replaced nothing under this identifier: only whoever replaced vouchers prints the new ones.

    FR: Vous n'avez rien remplacé sous cet identifiant : seul qui a remplacé des pass imprime les nouveaux.
    """

    kind = Kind.UNKNOWN
    replacement_id: UUID


@dataclass(eq=False)
class ReplacementWasPrinted(Refusal):
    """These vouchers were printed before, and are printed only once: where the paper is lost, replace them again.

    FR: Ces pass ont déjà été imprimés, et ne le sont qu'une fois : si le papier est perdu, remplacez-les de nouveau.
    """

    serials: tuple[str, ...]


def take_out(
    session: Session, *, replacement_id: UUID, at: datetime, by: Actor, keyring: Keyring
) -> TakenOut:
    """Derive the codes of one's own act of replacement, for its one printing.

    Raises ``ReplacementIsUnknown``, ``ReplacementWasPrinted``, ``KeyIsNotThisBatchs``.
    """
    rows = _replaced(session, replacement_id, by)
    if not rows:
        raise ReplacementIsUnknown(replacement_id)
    campaign = session.get_one(Campaign, rows[0][0].campaign_id)
    _refuse_printed(session, replacement_id)
    fresh = [(replaced.serial, replaced.issue) for replaced, _ in rows]
    about = {"campaign_id": campaign.id, "replacing_id": replacement_id, "at": at, "by": by.user_id}
    session.execute(
        insert(ReplacementPrint), [about | {"serial": serial, "issue": issue} for serial, issue in fresh]
    )
    booklets = sorted({voucher.booklet for _, voucher in rows})
    keys = batch_keys.of_booklets(session, campaign_id=campaign.id, booklets=booklets, keyring=keyring)
    return TakenOut(campaign, tuple(_printed(replaced, voucher, keys) for replaced, voucher in rows))


def is_printed(session: Session, *, replacement_id: UUID) -> bool:
    """Say whether the papers of an act of replacement were printed."""
    return bool(_serials_printed(session, replacement_id))


def _replaced(session: Session, replacement_id: UUID, by: Actor) -> Sequence[tuple[Replacement, Voucher]]:
    replaced = (
        select(Replacement, Voucher)
        .join(
            Voucher, (Voucher.campaign_id == Replacement.campaign_id) & (Voucher.serial == Replacement.serial)
        )
        .where(Replacement.replacing_id == replacement_id, Replacement.by == by.user_id)
    )
    return [(row[0], row[1]) for row in session.execute(replaced.order_by(Replacement.serial))]


def _refuse_printed(session: Session, replacement_id: UUID) -> None:
    serials = _serials_printed(session, replacement_id)
    if serials:
        raise ReplacementWasPrinted(serials)


def _serials_printed(session: Session, replacement_id: UUID) -> tuple[str, ...]:
    printed = select(ReplacementPrint.serial).where(ReplacementPrint.replacing_id == replacement_id)
    return tuple(session.scalars(printed.order_by(ReplacementPrint.serial)))


def _printed(replaced: Replacement, voucher: Voucher, keys: Mapping[str, bytes]) -> PrintedCode:
    letters = code.derive(keys[voucher.booklet], replaced.serial, replaced.issue)
    return PrintedCode(
        replaced.serial, replaced.issue, voucher.booklet, voucher.position, code.grouped(letters)
    )
