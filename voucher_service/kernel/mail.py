"""Mail: what the service writes to its users' staff, posted with the act that gives cause for it.

An outbox: the mail exists if and only if its act does, and the worker sends it afterwards, with growing
waits. Its ``Message-ID`` stays the same, so that a mail sent twice is shown once. The text is kept no longer
than it takes to send it, and where it is given up, until somebody has it sent again (``outbox``) or the mail is
forgotten; that it was sent, or could not be, is kept as long.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, Update, case, delete, func, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from voucher_service.kernel import jobs, logs
from voucher_service.kernel.database import Base
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.refusal import Kind, Refusal

TASK = "voucher_service.send_mail"
LAST_TRY = 14
"""After so many failures, some 26 hours, nobody tries any more."""

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)
_LONGEST_SUBJECT, _LONGEST_TEXT = 200, 100_000
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Standing(StrEnum):
    """How far a mail is."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given-up"


class OutgoingMail(Base):
    """A mail to one person of the staff."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        Index(None, "created_at"),
        Index("ix_outgoing_mail_unsent", "id", postgresql_where=text("sent_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str | None]
    """What it says; forgotten once it is sent."""
    created_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    failure: Mapped[str | None]
    """Why the last try failed, in one word such as ``smtp-550``."""
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]

    @property
    def standing(self) -> Standing:
        """Say it in one word: waiting, sent or given up."""
        if self.sent_at is not None:
            return Standing.SENT
        return Standing.GIVEN_UP if self.given_up_at is not None else Standing.WAITING


@dataclass(eq=False)
class AddressCannotBeWrittenTo(Refusal):
    """No mail can be sent to this address: correct it in the person's account.

    FR: Aucun message ne peut être envoyé à cette adresse : corrigez-la dans le compte de la personne.
    """

    kind: ClassVar[Kind] = Kind.INVALID


@dataclass(eq=False)
class MailIsMalformed(Refusal):
    """A mail has a subject on one line and a text without control characters: write it again.

    FR: Un message a un objet d'une ligne et un texte sans caractère de contrôle : récrivez-le.
    """

    kind: ClassVar[Kind] = Kind.INVALID

    member: str


@dataclass(eq=False)
class MailTellsACode(Refusal):
    """A voucher's code is never sent by mail: name the voucher by its serial.

    FR: Le code d'un pass n'est jamais envoyé par message : désignez le pass par son numéro.
    """

    kind: ClassVar[Kind] = Kind.INVALID


def post(
    session: Session, *, to: str, subject: str, text: str, at: datetime, mail_id: UUID | None = None
) -> OutgoingMail:
    """Hand a mail to the outbox; it is sent if and only if the session's transaction is committed.

    ``to`` is the address of a member of the staff, never of a person who receives vouchers. What is posted
    by the clock names its mail: one that was posted under this ``mail_id`` is not posted again.
    Raises ``AddressCannotBeWrittenTo``, ``MailIsMalformed``, ``MailTellsACode``.
    """
    _refuse_unless_fit(to, subject, text)
    posted = session.get(OutgoingMail, mail_id) if mail_id else None
    if posted is not None:
        return posted
    mail = OutgoingMail(
        id=mail_id or new_id(), recipient=to, subject=subject, body=text, created_at=at, tries=0
    )
    session.add(mail)
    session.flush()
    jobs.defer(session, task=TASK, args={"mail_id": str(mail.id)})
    return mail


def can_reach(address: str) -> bool:
    """Say whether a mail may be written to this address."""
    return _ADDRESS.fullmatch(address) is not None


def find_waiting(session: Session, *, mail_id: UUID) -> OutgoingMail | None:
    """Return a mail that is still to be sent."""
    mail = session.get(OutgoingMail, mail_id)
    return mail if mail is not None and mail.standing is Standing.WAITING else None


def note_sent(session: Session, *, mail_id: UUID, at: datetime) -> None:
    """Write down that a mail has left, and forget what it said."""
    done = _waiting(mail_id).values(tries=OutgoingMail.tries + 1, sent_at=at, body=None, failure=None)
    session.execute(done)


def note_failure(
    session: Session, *, mail_id: UUID, reason: str, is_final: bool, at: datetime
) -> timedelta | None:
    """Write down why a mail did not leave; return how long to wait, or None where it is given up."""
    tries = OutgoingMail.tries + 1
    is_over = (tries >= LAST_TRY) | is_final
    failed = _waiting(mail_id).values(
        tries=tries,
        failure=reason,
        given_up_at=case((is_over, at)),
    )
    row = session.execute(failed.returning(OutgoingMail.tries, OutgoingMail.given_up_at)).one_or_none()
    return None if row is None or row.given_up_at is not None else wait_after(row.tries)


def wait_after(tries: int) -> timedelta:
    """Return how long to wait after so many failures: half a minute, doubled each time, six hours at most."""
    doubled: timedelta = _FIRST_WAIT * 2 ** min(tries - 1, LAST_TRY)
    return min(doubled, _LONGEST_WAIT)


def undelivered(session: Session, *, limit: int = 50) -> Sequence[OutgoingMail]:
    """Return what has not left, whether given up or still tried, newest first; 50 unless told."""
    unsent = select(OutgoingMail).where(OutgoingMail.sent_at.is_(None))
    return session.scalars(unsent.order_by(OutgoingMail.id.desc()).limit(limit)).all()


def count_undelivered(session: Session) -> Mapping[Standing, int]:
    """Count the mails that wait and those given up."""
    given_up = func.count(OutgoingMail.given_up_at)
    row = session.execute(select(func.count(), given_up).where(OutgoingMail.sent_at.is_(None))).one()
    return {Standing.WAITING: row[0] - row[1], Standing.GIVEN_UP: row[1]}


def forget(session: Session, *, before: datetime) -> None:
    """Forget the mails of before this instant: to whom, and about what."""
    session.execute(delete(OutgoingMail).where(OutgoingMail.created_at < before))


def _waiting(mail_id: UUID) -> Update:
    mine = update(OutgoingMail).where(OutgoingMail.id == mail_id)
    return mine.where(OutgoingMail.sent_at.is_(None), OutgoingMail.given_up_at.is_(None))


def _refuse_unless_fit(to: str, subject: str, text: str) -> None:
    if not can_reach(to):
        raise AddressCannotBeWrittenTo
    if not 0 < len(subject) <= _LONGEST_SUBJECT or not subject.isprintable():
        raise MailIsMalformed("subject")
    if not 0 < len(text) <= _LONGEST_TEXT or _UNPRINTABLE.search(text):
        raise MailIsMalformed("text")
    if logs.tells_a_code(subject) or logs.tells_a_code(text):
        raise MailTellsACode
