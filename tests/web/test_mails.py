"""The operator sees the mails that did not leave, and sends again what was given up."""

from functools import partial
from typing import Any

import pytest

from tests.web.browsers import Browser
from tests.web.conftest import OpenBrowser
from voucher_service.kernel import clock, mail
from voucher_service.kernel.actor import Role
from voucher_service.kernel.database import Database
from voucher_service.kernel.mail import OutgoingMail, Standing


@pytest.fixture
def operator(browser: OpenBrowser) -> Browser:
    """Give the browser of an operator."""
    return browser(Role.OPERATOR)


@pytest.fixture
def lost(database: Database) -> OutgoingMail:
    """Give a mail that the server refused for good."""
    at = clock.now()
    posted = database.run(
        partial(mail.post, to="ada@exemple.fr", subject="Votre compte", text="Un secret.", at=at)
    )
    refused: dict[str, Any] = {"mail_id": posted.id, "reason": "smtp-550", "is_final": True, "at": at}
    database.run(partial(mail.note_failure, **refused))
    return posted


def test_a_mail_that_was_given_up_is_seen_and_sent_again(
    operator: Browser, lost: OutgoingMail, database: Database
) -> None:
    page = operator.get("/messages")
    done = operator.submit()

    cells = [" ".join(cell.itertext()).strip() for cell in page.tree.xpath("//tbody//td")]
    assert cells[:5] == ["ada@exemple.fr", "Votre compte", "1", "smtp-550", "Abandonné"]
    assert cells[5].startswith("Envoyer à nouveau")
    assert "Un secret." not in page.response.get_data(as_text=True)
    assert "Le message à ada@exemple.fr va être renvoyé." in done.response.get_data(as_text=True)
    waiting = database.run(partial(mail.find_waiting, mail_id=lost.id))
    assert waiting is not None
    assert waiting.standing is Standing.WAITING
    assert "Encore essayé" in done.text
    assert "Envoyer à nouveau" not in done.text


def test_a_mail_that_left_meanwhile_is_not_sent_twice(
    operator: Browser, lost: OutgoingMail, database: Database
) -> None:
    operator.get("/messages")
    operator.submit()
    database.run(partial(mail.note_sent, mail_id=lost.id, at=clock.now()))

    again = operator.post(f"/messages/{lost.id}/renvoi")

    assert again.status == 409
    assert again.errors == [
        "Ce message est parti, est encore essayé, ou son texte n'est plus gardé : joignez la personne autrement."
    ]
    assert "Envoyés" in again.text


def test_without_a_lost_mail_there_is_nothing_to_do(operator: Browser) -> None:
    assert "Tous les messages sont partis : il n'y a rien à faire." in operator.get("/messages").text
