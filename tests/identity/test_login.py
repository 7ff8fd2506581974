"""Signing in: who fails too often waits, longer each time, and is never barred by a stranger."""

from datetime import datetime, timedelta
from time import perf_counter
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.identity.conftest import NOON, PASSPHRASE, Cast
from voucher_service.identity import clients, login
from voucher_service.identity.login import SignInAttempt, SignInFailed, TooManyAttempts
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.kernel.database import Database

HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"


def attempt(session: Session, email: str, password: str, *, address: str, at: datetime) -> str | int:
    """Sign in as the interface does: the refusal is remembered after the attempt."""
    try:
        login.sign_in(session, email=email, password=password, address=address, at=at)
    except TooManyAttempts as refusal:
        return refusal.retry_after_seconds
    except SignInFailed as refusal:
        refusal.remember(session)
        session.flush()
        return "failed"
    session.flush()
    return "in"


def test_the_owner_signs_in_with_any_case_of_the_address(session: Session, given: Cast) -> None:
    user = given.person()

    signed_in = login.sign_in(
        session, email=f" {user.email.upper()} ", password=PASSPHRASE, address=HOME, at=NOON
    )

    assert signed_in == user


def test_a_failure_is_remembered_although_the_command_is_undone(database: Database) -> None:
    with database.transaction() as session:
        email = Cast(session).person().email

    with pytest.raises(SignInFailed) as refused:
        database.run(
            lambda session: login.sign_in(session, email=email, password="no", address=HOME, at=NOON)
        )

    assert refused.value.facts() == {}
    with database.snapshot() as view:
        fact = view.scalars(select(SignInAttempt)).one()
    assert (fact.address, fact.succeeded, fact.tried_at) == (HOME, False, NOON)


def test_after_five_failures_even_the_right_password_waits(session: Session, given: Cast) -> None:
    user = given.person()
    for _ in range(5):
        assert attempt(session, user.email, "wrong", address=HOME, at=NOON) == "failed"

    assert attempt(session, user.email, PASSPHRASE, address=HOME, at=NOON) == 30
    assert attempt(session, user.email, PASSPHRASE, address=HOME, at=NOON + timedelta(seconds=30)) == "in"


def test_each_further_failure_doubles_the_wait(session: Session, given: Cast) -> None:
    user = given.person()
    for _ in range(4):
        attempt(session, user.email, "wrong", address=HOME, at=NOON)
    waits: list[str | int] = []
    at = NOON
    for _ in range(5):
        assert attempt(session, user.email, "wrong", address=HOME, at=at) == "failed"
        waits.append(attempt(session, user.email, PASSPHRASE, address=HOME, at=at))
        at += timedelta(seconds=int(waits[-1]))

    assert waits == [30, 60, 120, 240, 480]
    assert attempt(session, user.email, PASSPHRASE, address=HOME, at=at) == "in"


def test_an_account_that_does_not_exist_is_throttled_like_any_other(session: Session) -> None:
    outcomes = [attempt(session, "ghost@example.org", "x", address=HOME, at=NOON) for _ in range(6)]

    assert outcomes == ["failed"] * 5 + [30]


def test_a_stranger_who_fails_on_purpose_does_not_keep_the_owner_out(session: Session, given: Cast) -> None:
    user = given.person()
    assert attempt(session, user.email, PASSPHRASE, address=HOME, at=NOON - timedelta(days=2)) == "in"
    for _ in range(5):
        attempt(session, user.email, "wrong", address=ELSEWHERE, at=NOON)

    assert attempt(session, user.email, PASSPHRASE, address=HOME, at=NOON) == "in"
    assert attempt(session, user.email, PASSPHRASE, address=ELSEWHERE, at=NOON) == 30


def test_one_address_may_fail_fifty_times_an_hour_over_all_accounts(session: Session) -> None:
    for number in range(50):
        one_by_one = NOON + timedelta(seconds=number)
        assert attempt(session, f"{number}@example.org", "x", address=HOME, at=one_by_one) == "failed"

    assert attempt(session, "next@example.org", "x", address=HOME, at=NOON + timedelta(seconds=50)) == 29
    assert attempt(session, "next@example.org", "x", address=ELSEWHERE, at=NOON) == "failed"


def test_failures_are_forgotten_with_their_window(session: Session, given: Cast) -> None:
    user = given.person()
    for _ in range(5):
        attempt(session, user.email, "wrong", address=HOME, at=NOON)

    a_quarter_later = NOON + timedelta(minutes=15)

    assert attempt(session, user.email, "wrong", address=HOME, at=a_quarter_later) == "failed"
    assert attempt(session, user.email, PASSPHRASE, address=HOME, at=a_quarter_later) == "in"


def test_refusing_an_unknown_account_takes_as_long_as_a_wrong_password(session: Session, given: Cast) -> None:
    known = given.person().email

    def quickest(email: str) -> float:
        times = []
        for number in range(4):
            started = perf_counter()
            attempt(session, email, "wrong", address=f"{email}/{number}", at=NOON)
            times.append(perf_counter() - started)
        return min(times)

    assert quickest("ghost@example.org") > quickest(known) / 2


@pytest.mark.parametrize("email", ["", "\x00", "\ud800@example.org", "x" * 100_000])
def test_nothing_that_can_be_typed_breaks_the_sign_in(session: Session, email: str) -> None:
    assert attempt(session, email, "x", address=HOME, at=NOON) == "failed"


def test_a_machine_signs_in_with_its_secret_and_only_with_it(session: Session, given: Cast) -> None:
    library = given.organisation(OrganisationKind.VENUE_OPERATOR)
    client, secret = clients.enrol(
        session, organisation_id=library.id, role=Role.VENUE, name="Till", at=NOON, by=SYSTEM
    )

    def sign_in(client_id: UUID, secret: str) -> clients.Client:
        return login.sign_in_client(session, client_id=client_id, secret=secret, address=HOME, at=NOON)

    assert sign_in(client.id, secret) == client
    for wrong_id, wrong_secret in ((client.id, secret[:-1]), (client.id, ""), (uuid4(), secret)):
        with pytest.raises(SignInFailed):
            sign_in(wrong_id, wrong_secret)
    assert secret.encode() not in client.secret_hash


def test_a_machine_that_keeps_failing_waits_too(session: Session) -> None:
    ghost = uuid4()
    for _ in range(5):
        with pytest.raises(SignInFailed) as refused:
            login.sign_in_client(session, client_id=ghost, secret="x", address=HOME, at=NOON)
        refused.value.remember(session)

    with pytest.raises(TooManyAttempts):
        login.sign_in_client(session, client_id=ghost, secret="x", address=HOME, at=NOON)


def test_attempts_are_never_erased_by_the_service(session: Session) -> None:
    attempt(session, "ghost@example.org", "x", address=HOME, at=NOON)
    assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 1

    with pytest.raises(DBAPIError, match="permission denied"):
        session.execute(delete(SignInAttempt))
