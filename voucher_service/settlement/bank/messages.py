"""Messages: the files that the bank sent, each kept once by its fingerprint; the file itself is not kept."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Identity, LargeBinary, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel import keyset
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.database import Base, Code
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.settlement.statement_files import MessageKind


class BankMessage(Base):
    """A file of the bank, as it was heard: ``reference`` is the bank's, ``lines`` what it told of our accounts."""

    __tablename__ = "bank_message"

    no: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    kind: Mapped[MessageKind]
    reference: Mapped[Code]
    lines: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[UUID]


@dataclass(eq=False)
class BankMessageIsUnknown(Refusal):
    """No such file was heard: look at the list of the bank's files.

    FR: Aucun fichier de ce numéro n'a été lu : consultez la liste des fichiers de la banque.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN
    message: int


def keep(
    session: Session, *, data: bytes, kind: MessageKind, reference: str, lines: int, at: datetime, by: Actor
) -> tuple[BankMessage, bool]:
    """Keep what a file is, and say whether it is new; the same file again is the one kept before."""
    digest = hashlib.sha256(data).digest()
    known = session.scalars(select(BankMessage).where(BankMessage.digest == digest)).one_or_none()
    if known is not None:
        return known, False
    kept = insert(BankMessage).values(
        digest=digest, kind=kind, reference=reference, lines=lines, at=at, by=by.user_id
    )
    return session.scalars(kept.returning(BankMessage)).one(), True


def get(session: Session, *, message: int) -> BankMessage:
    """Return a file that was heard, or raise ``BankMessageIsUnknown``."""
    found = session.get(BankMessage, message)
    if found is None:
        raise BankMessageIsUnknown(message)
    return found


def search(
    session: Session, *, after: int | None = None, start: int = 0, limit: int | None = None
) -> Sequence[BankMessage]:
    """List the files that were heard, the newest first; ``start`` is how many to skip."""
    wanted = keyset.page(
        select(BankMessage), BankMessage.no, after=after, start=start, limit=limit, newest_first=True
    )
    return session.scalars(wanted).all()
