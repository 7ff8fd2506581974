"""Resolutions: what a movement on our account meant, written once; without one, it waits to be explained."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, exists, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel.actor import Actor
from voucher_service.kernel.coded import Coded
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.refusal import Refusal
from voucher_service.settlement.bank.lines import BankLine

_WRITE = text("""
INSERT INTO bank_resolution (line_no, meaning, campaign_id, reference, funder, entry_no, note, is_automatic, at, by)
SELECT line_no, meaning, campaign_id, reference, funder, entry_no, note, :is_automatic, :at, :by
FROM json_to_recordset(CAST(:rows AS json)) AS meant (
    line_no bigint, meaning text, campaign_id bigint, reference text, funder text, entry_no bigint, note text)""")


class Meaning(Coded):
    """What a movement was."""

    PAYMENT = ("payment", "Virement à un lieu", "Payment to a venue")
    FILE = ("payment-file", "Virements d'un fichier, en un débit", "Payments of one file, in one debit")
    TOLD_AGAIN = ("told-again", "Détail d'un débit groupé", "Detail of a debit for a whole file")
    RETURN = ("return", "Virement revenu", "Payment that came back")
    DEPOSIT = ("deposit", "Versement d'un financeur", "Deposit of a funder")
    REPAYMENT = ("repayment", "Remboursement d'un lieu", "Money given back by a venue")
    REFUND = ("refund", "Restitution ou renvoi", "Refund, or money sent back")
    CHARGE = ("charge", "Frais bancaires", "Bank charge")
    CHARGE_REPAID = ("charge-repaid", "Frais remboursés", "Charge put back")
    OWN_TRANSFER = ("own-transfer", "Virement interne", "Transfer between own accounts")
    NOT_OURS = ("not-ours", "Étranger à la campagne", "Not the campaign's")


class BankResolution(Base):
    """What a movement meant: ``reference`` names the payment, the deposit or the refund, where it is one.

    ``entry_no`` is the entry of the books that holds it: written because of the line, or before it was told.
    """

    __tablename__ = "bank_resolution"
    __table_args__ = (UniqueConstraint("reference", "meaning", "campaign_id"),)

    line_no: Mapped[int] = mapped_column(ForeignKey("bank_line.no"), primary_key=True, autoincrement=False)
    meaning: Mapped[Meaning]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    reference: Mapped[Code | None]
    funder: Mapped[Code | None]
    entry_no: Mapped[int]
    note: Mapped[str | None]
    is_automatic: Mapped[bool]
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(frozen=True, slots=True)
class Meant:
    """What a movement is found to mean, to be written."""

    line_no: int
    meaning: Meaning
    campaign_id: int
    entry_no: int
    reference: str | None = None
    funder: str | None = None
    note: str | None = None


_MEANT = [field.name for field in fields(Meant)]


@dataclass(eq=False)
class LineIsExplained(Refusal):
    """This movement was explained already, and each is explained once: read what it meant.

    FR: Ce mouvement est déjà expliqué, et chacun ne l'est qu'une fois : lisez ce qu'il était.
    """

    line: int
    meaning: str


def write(
    session: Session, meant: Iterable[Meant], *, at: datetime, by: Actor, is_automatic: bool = True
) -> None:
    """Write down what movements meant, in one statement."""
    rows = [{name: getattr(one, name) for name in _MEANT} for one in meant]
    if rows:
        said = {"rows": json.dumps(rows), "is_automatic": is_automatic, "at": at, "by": by.user_id}
        session.execute(_WRITE, said)


def open_lines(session: Session, *, ibans: Iterable[str]) -> list[BankLine]:
    """Return the movements of these accounts that nobody explained yet, in the order in which they were told."""
    wanted = select(BankLine).where(BankLine.iban.in_(sorted(ibans)), ~_is_explained())
    return list(session.scalars(wanted.order_by(BankLine.no)))


def refuse_if_explained(session: Session, line: BankLine) -> None:
    """Raise ``LineIsExplained`` where it is known what this movement meant."""
    known = session.get(BankResolution, line.no)
    if known is not None:
        raise LineIsExplained(line.no, known.meaning.value)


def _is_explained() -> Any:
    return exists().where(BankResolution.line_no == BankLine.no)
