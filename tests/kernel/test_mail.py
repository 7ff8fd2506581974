"""A mail exists with its act, says no code, and is tried for a day."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from voucher_service.kernel import mail
from voucher_service.kernel.database import Database
from voucher_service.kernel.mail import (
    AddressCannotBeWrittenTo,
    MailIsMalformed,
    MailTellsACode,
    OutgoingMail,
    Standing,
)
from voucher_service.vouchers import code

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def posted(
    session: Session, *, to: str = "a.martin@exemple.fr", subject: str = "Bonjour", said: str = "À demain."
) -> OutgoingMail:
    return mail.post(session, to=to, subject=subject, text=said, at=NOON)


def test_a_mail_waits_with_a_task_that_knows_only_its_number(session: Session) -> None:
    letter = posted(session)

    assert mail.find_waiting(session, mail_id=letter.id) is letter
    [task] = session.execute(text("SELECT task_name, args FROM procrastinate_jobs")).all()
    assert task == (mail.TASK, {"mail_id": str(letter.id)})


def test_a_mail_whose_act_was_undone_does_not_exist(database: Database) -> None:
    with suppress(KeyError), database.transaction() as session:
        posted(session)
        raise KeyError

    with database.transaction() as session:
        assert mail.undelivered(session) == []
        assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0


@pytest.mark.parametrize("shown", [code.grouped, str, lambda letters: f"PN1:{letters}"])
def test_a_code_is_never_sent(session: Session, shown: object) -> None:
    letters = code.derive(b"k" * 32, "PN-2026-000123-07", 1)
    assert callable(shown)

    with pytest.raises(MailTellsACode):
        posted(session, said=f"Le code est {shown(letters)}.")
    with pytest.raises(MailTellsACode):
        posted(session, subject=f"Pass {shown(letters)}")
    posted(session, said="Le pass PN-2026-000123-07, SIRET 13002526500013, vendredi.")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a@b",
        "a@exemple.fr\nBcc: b@exemple.fr",
        "a@exemple.fr, b@exemple.fr",
        "<a@exemple.fr>",
        "é@exemple.fr",
    ],
)
def test_an_address_is_one_address(session: Session, address: str) -> None:
    with pytest.raises(AddressCannotBeWrittenTo):
        posted(session, to=address)


@pytest.mark.parametrize("subject", ["", "a\r\nBcc: b@exemple.fr", "a\nb", "a\x00", "a" * 201])
def test_a_subject_is_one_line(session: Session, subject: str) -> None:
    with pytest.raises(MailIsMalformed):
        posted(session, subject=subject)


def test_what_a_mail_said_is_forgotten_once_it_has_left(session: Session) -> None:
    letter = posted(session)

    mail.note_sent(session, mail_id=letter.id, at=NOON)

    session.refresh(letter)
    assert (letter.standing, letter.body, letter.tries) == (Standing.SENT, None, 1)
    assert mail.find_waiting(session, mail_id=letter.id) is None


def test_waits_grow_for_a_day_and_then_the_mail_is_given_up_for_all_to_see(session: Session) -> None:
    letter = posted(session)
    fail = partial(mail.note_failure, session, mail_id=letter.id, reason="no-connection", is_final=False)

    waits = [fail(at=NOON) for _ in range(mail.LAST_TRY)]

    assert waits[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert waits[-1] is None
    assert timedelta(hours=20) < sum(filter(None, waits), timedelta(0)) < timedelta(hours=30)
    session.refresh(letter)
    assert (letter.standing, letter.failure) == (Standing.GIVEN_UP, "no-connection")
    assert mail.undelivered(session) == [letter]
    assert mail.count_undelivered(session) == {Standing.WAITING: 0, Standing.GIVEN_UP: 1}


def test_a_mail_refused_for_good_is_not_tried_again(session: Session) -> None:
    letter = posted(session)

    assert mail.note_failure(session, mail_id=letter.id, reason="smtp-550", is_final=True, at=NOON) is None
    session.refresh(letter)
    assert (letter.standing, mail.find_waiting(session, mail_id=letter.id)) == (Standing.GIVEN_UP, None)


def test_old_mails_are_forgotten(session: Session) -> None:
    posted(session)

    mail.forget(session, before=NOON)
    assert len(session.scalars(select(OutgoingMail)).all()) == 1
    mail.forget(session, before=NOON + timedelta(seconds=1))
    assert session.scalars(select(OutgoingMail)).all() == []
