"""A person hears of what is done to the own account, in mails that open no door."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.identity.conftest import NOON, PASSPHRASE, Cast, as_actor, set_up
from voucher_service.identity import resets, sessions, telephones, users
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.identity.users import User
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.kernel.keys import Keyring
from voucher_service.kernel.mail import OutgoingMail

ANOTHER = "quatre chiens noirs courent"
FIREFOX, CHROME = "Firefox – Linux", "Chrome – Android"
HOME, AWAY = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def person(session: Session) -> User:
    """Give somebody who chose a password by the link of his enrolment."""
    return Cast(session).person()


def mails(session: Session) -> list[OutgoingMail]:
    return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def sign_in(session: Session, person: User, agent: str, address: str) -> None:
    sessions.open_session(session, user=person, address=address, agent=agent, at=NOON)


def test_the_first_password_is_no_news(session: Session, person: User) -> None:
    assert person.password_hash
    assert mails(session) == []


def test_a_password_that_changes_is_told_without_the_password_and_without_a_link(
    session: Session, person: User
) -> None:
    later = NOON + timedelta(hours=3)
    token = resets.start_reset(session, user_id=person.id, at=later, by=SYSTEM)
    resets.finish_reset(session, token=token, password=ANOTHER, at=later)

    [told] = mails(session)
    assert (told.recipient, told.subject) == (person.email, "Votre mot de passe a changé")
    assert told.body
    assert "le 02/03/2026 à 16 h 00" in told.body
    for secret in (ANOTHER, token, "http"):
        assert secret not in told.body


def test_one_s_own_change_is_told_too(session: Session, person: User) -> None:
    said = {"current": PASSPHRASE, "password": ANOTHER, "address": HOME}
    resets.renew(session, **said, at=NOON, by=as_actor(person))

    assert [told.subject for told in mails(session)] == ["Votre mot de passe a changé"]


def test_a_telephone_that_protects_the_account_or_no_longer_does_is_told(
    session: Session, person: User, keyring: Keyring
) -> None:
    secret, codes = set_up(session, person, keyring)
    telephones.reset(session, user_id=person.id, at=NOON, by=SYSTEM)

    told = mails(session)
    assert [one.subject for one in told] == [
        "Un téléphone protège votre compte",
        "Le code de votre téléphone n'est plus demandé",
    ]
    assert not [word for word in (secret, *codes) for one in told if word in (one.body or "")]


def test_a_browser_and_an_address_that_are_both_new_are_told_and_the_first_ones_are_not(
    session: Session, person: User
) -> None:
    sign_in(session, person, FIREFOX, HOME)
    sign_in(session, person, FIREFOX, AWAY)
    sign_in(session, person, CHROME, HOME)
    assert mails(session) == []

    sign_in(session, person, "Safari – iPhone", "203.0.113.9")

    [told] = mails(session)
    assert told.subject == "Connexion depuis un nouvel appareil"
    assert "« Safari – iPhone »" in (told.body or "")


def test_what_a_browser_says_of_itself_stands_in_no_mail(session: Session, person: User) -> None:
    sign_in(session, person, FIREFOX, HOME)
    sign_in(session, person, "Appelez le 01 23 ou http://exemple.fr", AWAY)

    [told] = mails(session)
    assert "inconnu" in (told.body or "")
    assert "exemple.fr" not in (told.body or "")


def test_an_address_that_no_mail_reaches_keeps_nobody_from_changing_a_password(session: Session) -> None:
    prescriber = Cast(session).organisation(OrganisationKind.PRESCRIBER)
    said = {
        "organisation_id": prescriber.id,
        "email": "zoé@exemple.fr",
        "name": "Zoé",
        "role": Role.PRESCRIBER,
    }
    person = users.enrol(session, **said, is_referent=False, at=NOON, by=SYSTEM)  # type: ignore[arg-type]
    for password in (PASSPHRASE, ANOTHER):
        token = resets.start_reset(session, user_id=person.id, at=NOON, by=SYSTEM)
        resets.finish_reset(session, token=token, password=password, at=NOON)

    assert mails(session) == []
