"""The worker takes mails out, tries again what did not leave, and says once what it gave up."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.kernel import post_office
from tests.kernel.post_office import PostOffice
from voucher_service.kernel import clock, mail
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.mail import OutgoingMail, Standing
from voucher_service.kernel.postman import Relay
from voucher_service.worker import process

Work = Callable[[], None]


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office.opened() as office:
        yield office


@pytest.fixture
def work(database: Database, keyring: Keyring, office: PostOffice) -> Work:
    """Give a way to have all that is due now done."""

    def all_of_it() -> None:
        queue = process.queue(database, keyring, postman=Relay(office.url, "pass@exemple.fr"))
        queue.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    return all_of_it


def _post(database: Database) -> UUID:
    return database.run(
        lambda session: mail.post(
            session, to="a.martin@exemple.fr", subject="Bonjour", text="À demain.\n", at=clock.now()
        )
    ).id


def _read(database: Database, mail_id: UUID) -> OutgoingMail:
    with database.transaction() as session:
        return session.get_one(OutgoingMail, mail_id)


def _wait_of_the_queue(database: Database) -> timedelta:
    waits = text(
        "SELECT scheduled_at - now() FROM procrastinate_jobs WHERE task_name = :task AND status = 'todo'"
    )
    with database.transaction() as session:
        wait: timedelta = session.execute(waits, {"task": mail.TASK}).scalar_one()
        return wait


def _time_passes(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'"))


def test_a_mail_leaves_once(database: Database, office: PostOffice, work: Work) -> None:
    mail_id = _post(database)

    work()
    work()

    assert len(office.taken) == 1
    assert _read(database, mail_id).standing is Standing.SENT


def test_a_mail_that_did_not_leave_is_tried_again_later(
    database: Database, office: PostOffice, work: Work
) -> None:
    mail_id = _post(database)
    office.answers["RCPT"] = b"451 come back later"

    work()
    first = _wait_of_the_queue(database)
    _time_passes(database)
    work()
    second = _wait_of_the_queue(database)
    office.answers.clear()
    _time_passes(database)
    work()

    assert timedelta(seconds=20) < first <= timedelta(seconds=30) < second <= timedelta(seconds=60)
    assert len(office.taken) == 1
    sent = _read(database, mail_id)
    assert (sent.standing, sent.tries, sent.failure) == (Standing.SENT, 3, None)


def test_a_mail_refused_for_good_is_kept_as_a_fact_and_leaves_the_queue(
    database: Database, office: PostOffice, work: Work
) -> None:
    mail_id = _post(database)
    office.answers["RCPT"] = b"550 no such user"

    work()

    refused = _read(database, mail_id)
    assert (refused.standing, refused.failure) == (Standing.GIVEN_UP, "smtp-550")
    assert refused.body == "À demain.\n"  # kept, to be sent again by a person
    with database.transaction() as session:
        waiting = text(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = :task AND status <> 'succeeded'"
        )
        assert session.scalar(waiting, {"task": mail.TASK}) == 0


def test_a_worker_that_died_after_handing_the_mail_over_sends_the_same_mail_again(
    database: Database, office: PostOffice, work: Work
) -> None:
    mail_id = _post(database)
    Relay(office.url, "pass@exemple.fr").deliver(_read(database, mail_id))

    work()

    first, second = (letter["Message-ID"] for letter in office.letters)
    assert first == second
