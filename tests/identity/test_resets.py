"""A link gives a password once, in time, and only the last one sent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.identity.conftest import NOON, PASSPHRASE, Cast, as_actor
from voucher_service.identity import access, locking, passwords, resets, sessions
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.identity.login import SignInFailed
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.identity.passwords import PasswordIsTooShort
from voucher_service.identity.resets import (
    FOR_ENROLMENT,
    FOR_RESET,
    LinkHasExpired,
    LinkIsUnknown,
    LinkIsUsed,
    PasswordLink,
)
from voucher_service.identity.sessions import SessionIsOver
from voucher_service.identity.tokens import TokenIsUnknown
from voucher_service.identity.users import User, UserIsUnknown
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.kernel.database import Database
from voucher_service.kernel.refusal import Refusal

ANOTHER = "quatre chiens bruns courent"


def test_the_link_of_an_enrolment_gives_the_first_password(session: Session, given: Cast) -> None:
    user = given.user(given.organisation(OrganisationKind.PRESCRIBER), Role.PRESCRIBER)
    token = resets.start_reset(session, user_id=user.id, at=NOON, by=SYSTEM)
    in_time = NOON + FOR_ENROLMENT - timedelta(seconds=1)

    changed = resets.finish_reset(session, token=token, password=PASSPHRASE, at=in_time)

    assert passwords.matches(changed.password_hash, PASSPHRASE)


def test_a_link_is_used_once(session: Session, given: Cast) -> None:
    user = given.person()
    token = resets.start_reset(session, user_id=user.id, at=NOON, by=SYSTEM)
    resets.finish_reset(session, token=token, password=ANOTHER, at=NOON)

    with pytest.raises(LinkIsUsed):
        resets.finish_reset(session, token=token, password=PASSPHRASE, at=NOON)

    assert passwords.matches(user.password_hash, ANOTHER)


def test_of_eight_who_use_a_link_at_once_one_succeeds(database: Database) -> None:
    with database.transaction() as session:
        user = Cast(session).person()
        token = resets.start_reset(session, user_id=user.id, at=NOON, by=SYSTEM)
    barrier = Barrier(8)

    def use(number: int) -> str:
        def command(session: Session) -> User:
            return resets.finish_reset(session, token=token, password=f"{ANOTHER} {number}", at=NOON)

        barrier.wait()
        try:
            database.run(command)
        except Refusal as refusal:
            return refusal.code()
        return "done"

    with ThreadPoolExecutor(8) as people:
        outcomes = list(people.map(use, range(8)))

    assert sorted(outcomes) == ["done"] + ["link-is-used"] * 7


def test_a_reset_of_a_password_is_good_for_one_hour(session: Session, given: Cast) -> None:
    user = given.person()
    token = resets.start_reset(session, user_id=user.id, at=NOON, by=SYSTEM)

    with pytest.raises(LinkHasExpired):
        resets.finish_reset(session, token=token, password=ANOTHER, at=NOON + FOR_RESET)


def test_a_new_link_replaces_the_one_before(session: Session, given: Cast) -> None:
    user = given.person()
    first = resets.start_reset(session, user_id=user.id, at=NOON, by=SYSTEM)
    second = resets.start_reset(session, user_id=user.id, at=NOON, by=SYSTEM)

    with pytest.raises(LinkIsUnknown):
        resets.finish_reset(session, token=first, password=ANOTHER, at=NOON)
    assert resets.finish_reset(session, token=second, password=ANOTHER, at=NOON) == user


@pytest.mark.parametrize("token", ["", "guess", "\ud800", "\x00"])
def test_a_guessed_link_opens_nothing(session: Session, given: Cast, token: str) -> None:
    given.person()

    with pytest.raises(LinkIsUnknown):
        resets.finish_reset(session, token=token, password=ANOTHER, at=NOON)


def test_a_refused_password_leaves_the_link_good(session: Session, given: Cast) -> None:
    user = given.person()
    token = resets.start_reset(session, user_id=user.id, at=NOON, by=SYSTEM)

    with pytest.raises(PasswordIsTooShort):
        resets.finish_reset(session, token=token, password="short", at=NOON)
    assert resets.finish_reset(session, token=token, password=ANOTHER, at=NOON) == user


def test_a_new_password_ends_what_the_old_one_had_opened(session: Session, given: Cast) -> None:
    user = given.person()
    later = NOON + timedelta(minutes=2)
    token = resets.start_reset(session, user_id=user.id, at=NOON, by=SYSTEM)

    resets.finish_reset(session, token=token, password=ANOTHER, at=later)

    with pytest.raises(TokenIsUnknown):
        access.actor_of(session, subject=user.id, issued_at=NOON)
    assert access.actor_of(session, subject=user.id, issued_at=later) == as_actor(user)


def test_the_token_itself_is_nowhere_in_the_database(session: Session, given: Cast) -> None:
    token = resets.start_reset(session, user_id=given.person().id, at=NOON, by=SYSTEM)

    kept = session.scalars(select(PasswordLink.token_hash)).all()

    assert all(token.encode() not in digest and len(digest) == 32 for digest in kept)


def test_only_those_who_keep_an_account_send_its_link(session: Session, given: Cast) -> None:
    user = given.person()
    other = given.organisation(OrganisationKind.PRESCRIBER)
    stranger = as_actor(given.user(other, Role.PRESCRIBER, is_referent=True))

    with pytest.raises(UserIsUnknown):
        resets.start_reset(session, user_id=user.id, at=NOON, by=stranger)
    with pytest.raises(DutyIsNotYours):
        resets.start_reset(session, user_id=user.id, at=NOON, by=as_actor(user))


def test_who_forgot_his_password_is_sent_a_link_at_his_address(session: Session, given: Cast) -> None:
    user = given.person()

    asked = resets.ask(session, email=f" {user.email.upper()}", at=NOON)

    assert asked is not None
    assert asked[0] == user
    changed = resets.finish_reset(session, token=asked[1], password=ANOTHER, at=NOON)
    assert passwords.matches(changed.password_hash, ANOTHER)


def test_no_link_is_made_for_strangers_or_for_a_locked_account(session: Session, given: Cast) -> None:
    user = given.person()
    locking.lock(session, account_id=user.id, at=NOON, by=SYSTEM)

    for email in (user.email, "nobody@example.org", "", "a\x00b@example.org", "\ud800@example.org"):
        assert resets.ask(session, email=email, at=NOON) is None


def test_a_stranger_cannot_fill_a_mailbox_with_links(session: Session, given: Cast) -> None:
    user = given.person()
    made = [resets.ask(session, email=user.email, at=NOON) is not None for _ in range(4)]

    assert made == [True, True, True, False]
    assert resets.ask(session, email=user.email, at=NOON + FOR_RESET) is not None


def test_a_person_changes_the_password_he_knows_and_is_signed_out_elsewhere(
    session: Session, given: Cast
) -> None:
    user = given.person()
    elsewhere = sessions.open_session(session, user=user, address="192.0.2.7", agent="", at=NOON)
    later = NOON + timedelta(minutes=1)

    changed = resets.renew(
        session, current=PASSPHRASE, password=ANOTHER, address="192.0.2.7", at=later, by=as_actor(user)
    )

    assert passwords.matches(changed.password_hash, ANOTHER)
    here = sessions.open_session(session, user=changed, address="192.0.2.7", agent="", at=later)
    assert sessions.admit(session, secret=here, at=later).actor == as_actor(user)
    with pytest.raises(SessionIsOver):
        sessions.admit(session, secret=elsewhere, at=later)


def test_a_password_is_not_changed_by_who_does_not_know_it(session: Session, given: Cast) -> None:
    user = given.person()

    with pytest.raises(SignInFailed):
        resets.renew(session, current="no", password=ANOTHER, address="", at=NOON, by=as_actor(user))
    with pytest.raises(PasswordIsTooShort):
        resets.renew(session, current=PASSPHRASE, password="court", address="", at=NOON, by=as_actor(user))

    assert passwords.matches(user.password_hash, PASSPHRASE)


def test_a_link_says_whose_it_is_until_it_is_used(session: Session, given: Cast) -> None:
    user = given.person()
    token = resets.start_reset(session, user_id=user.id, at=NOON, by=SYSTEM)

    assert resets.look(session, token=token, at=NOON) == user

    with pytest.raises(LinkHasExpired):
        resets.look(session, token=token, at=NOON + FOR_RESET)
    with pytest.raises(LinkIsUnknown):
        resets.look(session, token="x", at=NOON)
    resets.finish_reset(session, token=token, password=ANOTHER, at=NOON)
    with pytest.raises(LinkIsUsed):
        resets.look(session, token=token, at=NOON)
