"""Outbox: the mails that left or did not, as those who run the service look at them, and trying one again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from voucher_service.kernel import jobs, keyset
from voucher_service.kernel.keyset import Order
from voucher_service.kernel.mail import TASK, OutgoingMail, Standing
from voucher_service.kernel.refusal import Kind, Refusal

_STANDINGS: dict[Standing, ColumnElement[bool]] = {
    Standing.WAITING: and_(OutgoingMail.sent_at.is_(None), OutgoingMail.given_up_at.is_(None)),
    Standing.SENT: OutgoingMail.sent_at.is_not(None),
    Standing.GIVEN_UP: OutgoingMail.given_up_at.is_not(None),
}


@dataclass(eq=False)
class MailIsUnknown(Refusal):
    """There is no such mail: it may have been forgotten since.

    FR: Ce message n'existe pas : il a pu être effacé depuis.
    """

    kind: ClassVar[Kind] = Kind.UNKNOWN

    mail_id: UUID


@dataclass(eq=False)
class MailCannotBeSentAgain(Refusal):
    """This mail left, is still tried, or its text is no longer kept: write to the person in another way.

    FR: Ce message est parti, est encore essayé, ou son texte n'est plus gardé : joignez la personne autrement.
    """

    mail_id: UUID


def search(
    session: Session,
    *,
    words: str = "",
    standings: Sequence[Standing] = (),
    order: Order = Order.NEWEST,
    start: int = 0,
    limit: int | None = None,
) -> Sequence[OutgoingMail]:
    """List mails, of these standings alone where any is named; ``words`` are of the address, subject or failure."""
    wanted = select(OutgoingMail)
    for word in words.split():
        columns = (OutgoingMail.recipient, OutgoingMail.subject, OutgoingMail.failure)
        wanted = wanted.where(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    if standings:
        wanted = wanted.where(or_(*(_STANDINGS[one] for one in standings)))
    newest = order is Order.NEWEST
    return session.scalars(
        keyset.page(wanted, OutgoingMail.id, start=start, limit=limit, newest_first=newest)
    ).all()


def send_again(session: Session, *, mail_id: UUID) -> OutgoingMail:
    """Try a mail that was given up again, from its first try.

    Raises ``MailIsUnknown``, ``MailCannotBeSentAgain``.
    """
    if session.get(OutgoingMail, mail_id) is None:
        raise MailIsUnknown(mail_id)
    given_up = (OutgoingMail.id == mail_id) & OutgoingMail.given_up_at.is_not(None)
    again = update(OutgoingMail).where(given_up, OutgoingMail.body.is_not(None))
    again = again.values(given_up_at=None, failure=None, tries=0).returning(OutgoingMail)
    mail = session.scalars(again, execution_options={"populate_existing": True}).one_or_none()
    if mail is None:
        raise MailCannotBeSentAgain(mail_id)
    jobs.defer(session, task=TASK, args={"mail_id": str(mail_id)})
    return mail
