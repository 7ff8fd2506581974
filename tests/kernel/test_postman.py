"""A mail leaves by SMTP or into a folder, the same each time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from tests.kernel import post_office
from tests.kernel.post_office import PostOffice
from voucher_service.kernel.config import Settings
from voucher_service.kernel.mail import OutgoingMail
from voucher_service.kernel.postman import Folder, NotDelivered, Relay, postman, written

SENDER = "pass@exemple.fr"
TEXT = "Bonjour,\n\n.Une ligne qui commence par un point.\nŒuvre, 10 €, « à bientôt ».\n"
LETTER = OutgoingMail(
    id=UUID("0192f0c1-7d5e-7c3a-9b1e-2f4d6a8c0e11"),
    recipient="a.martin@exemple.fr",
    subject="Votre mot de passe — à choisir avant ce soir, s’il vous plaît, sur le site du pass numérique",
    body=TEXT,
    created_at=datetime(2026, 3, 2, 12, 0, tzinfo=UTC),
)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office.opened() as office:
        yield office


def test_a_mail_is_read_as_it_was_written(office: PostOffice) -> None:
    Relay(office.url, SENDER).deliver(LETTER)

    [letter] = office.letters
    assert office.recipients == ["a.martin@exemple.fr"]
    assert (letter["To"], letter["From"].addresses[0].addr_spec) == ("a.martin@exemple.fr", SENDER)
    assert letter["Subject"] == LETTER.subject
    assert letter.get_content().replace("\r\n", "\n") == TEXT
    assert letter.get_content_type() == "text/plain"
    assert letter["Message-ID"] == f"<{LETTER.id}@exemple.fr>"
    assert letter["Date"].datetime == LETTER.created_at
    assert letter["Auto-Submitted"] == "auto-generated"
    assert max(map(len, office.taken[0].split(b"\r\n"))) <= 78


def test_a_mail_sent_twice_is_the_same_to_the_byte(office: PostOffice) -> None:
    for _ in range(2):
        Relay(office.url, SENDER).deliver(LETTER)

    assert office.taken[0] == office.taken[1]


@pytest.mark.parametrize(
    ("verb", "answer", "reason", "is_final"),
    [
        ("RCPT", b"550 no such user", "smtp-550", True),
        ("RCPT", b"451 come back later", "smtp-451", False),
        ("END", b"554 looks like spam", "smtp-554", True),
        ("END", b"452 disk full", "smtp-452", False),
        ("MAIL", b"530 who are you", "smtp-530", False),
    ],
)
def test_a_refusal_says_whether_trying_again_is_of_use(
    office: PostOffice, verb: str, answer: bytes, reason: str, is_final: bool
) -> None:
    office.answers[verb] = answer

    with pytest.raises(NotDelivered) as refused:
        Relay(office.url, SENDER).deliver(LETTER)

    assert (refused.value.reason, refused.value.is_final) == (reason, is_final)


def test_a_server_that_is_away_is_tried_again() -> None:
    with post_office.opened() as office:
        url = office.url

    with pytest.raises(NotDelivered) as refused:
        Relay(url, SENDER).deliver(LETTER)

    assert (refused.value.reason, refused.value.is_final) == ("no-connection", False)


def test_a_password_is_never_sent_in_clear_to_another_machine(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voucher_service.kernel.postman._LOCAL", ())
    url = office.url.replace("smtp://", "smtp://pass:hunter2@")

    with pytest.raises(NotDelivered, match="no-encryption"):
        Relay(url, SENDER).deliver(LETTER)

    assert office.taken == []


def test_without_a_server_a_mail_is_a_file(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "mail", SENDER)

    folder.deliver(LETTER)
    folder.deliver(LETTER)

    [path] = (tmp_path / "mail").iterdir()
    assert path.name == f"{LETTER.id}.eml"
    assert path.read_bytes() == written(LETTER, sender=SENDER).as_bytes()


def test_the_settings_say_who_delivers(tmp_path: Path) -> None:
    assert isinstance(postman(Settings(var_dir=tmp_path)), Folder)
    assert isinstance(postman(Settings(smtp_url="smtp://localhost")), Relay)
