"""What did not leave is found, and sent again when the reason is gone."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel import mail, outbox
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.keyset import Order
from voucher_service.kernel.mail import OutgoingMail, Standing
from voucher_service.kernel.outbox import MailCannotBeSentAgain, MailIsUnknown

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def posted(session: Session, to: str) -> OutgoingMail:
    return mail.post(session, to=to, subject="Votre compte", text="À demain.", at=NOON)


def given_up(session: Session, to: str) -> OutgoingMail:
    letter = posted(session, to)
    mail.note_failure(session, mail_id=letter.id, reason="smtp-550", is_final=True, at=NOON)
    session.refresh(letter)
    return letter


def test_a_mail_that_was_given_up_is_sent_again_with_what_it_said(session: Session) -> None:
    letter = given_up(session, "a@exemple.fr")

    again = outbox.send_again(session, mail_id=letter.id)

    assert (again.standing, again.tries, again.failure, again.body) == (
        Standing.WAITING,
        0,
        None,
        "À demain.",
    )
    assert mail.find_waiting(session, mail_id=letter.id) is letter
    assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 2


def test_a_mail_that_left_or_is_still_tried_is_not_sent_again(session: Session) -> None:
    waiting, sent = posted(session, "a@exemple.fr"), posted(session, "b@exemple.fr")
    mail.note_sent(session, mail_id=sent.id, at=NOON)

    for letter in (waiting, sent):
        with pytest.raises(MailCannotBeSentAgain):
            outbox.send_again(session, mail_id=letter.id)
    with pytest.raises(MailIsUnknown):
        outbox.send_again(session, mail_id=new_id())


def test_mails_are_found_by_words_and_standing_in_either_order(session: Session) -> None:
    first, second = given_up(session, "ada@exemple.fr"), given_up(session, "bob@exemple.fr")
    waiting = posted(session, "ada@exemple.org")

    assert list(outbox.search(session)) == [waiting, second, first]
    assert list(outbox.search(session, order=Order.OLDEST, start=1, limit=1)) == [second]
    assert list(outbox.search(session, standings=[Standing.GIVEN_UP], words="ada")) == [first]
    assert list(outbox.search(session, words="550 EXEMPLE", order=Order.OLDEST)) == [first, second]
    assert list(outbox.search(session, words="a_a")) == []
