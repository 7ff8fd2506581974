from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import races
from tests.identity.conftest import NOON, Cast, as_actor, set_up, wrong_code
from tests.world import World
from voucher_service.identity import authenticator, factors, sessions, telephones
from voucher_service.identity.factors import (
    FactorIsMissing,
    FactorIsWrong,
)
from voucher_service.identity.login import TooManyAttempts
from voucher_service.identity.second_factor import FactorAttempt, SecondFactor
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring

A_MINUTE = timedelta(minutes=1)


def test_a_factor_counts_once_a_code_of_it_was_shown(session: Session, given: Cast, keyring: Keyring) -> None:
    user = given.person()
    telephones.enrol(session, keyring=keyring, at=NOON, by=as_actor(user))
    assert factors.standing(session, user_id=user.id) == factors.Standing(None, 0)
    factors.require(session, user_id=user.id, code=None, keyring=keyring, at=NOON)

    _, codes = set_up(session, user, keyring)

    assert factors.standing(session, user_id=user.id) == factors.Standing(
        NOON, 10, int(NOON.timestamp()) // 30
    )
    assert len(codes) == 10
    assert telephones.pending(session, keyring=keyring, by=as_actor(user)) is None
    with pytest.raises(FactorIsMissing):
        factors.require(session, user_id=user.id, code=None, keyring=keyring, at=NOON)


def test_a_session_asks_for_the_factor_that_a_person_chose_to_have(
    session: Session, given: Cast, keyring: Keyring
) -> None:
    user = given.person()
    set_up(session, user, keyring)

    secret = sessions.open_session(session, user=user, address="192.0.2.7", agent="", at=NOON)

    assert sessions.admit(session, secret=secret, at=NOON).needs_factor


def test_neither_the_secret_nor_a_recovery_code_can_be_read_from_the_tables(
    session: Session, given: Cast, keyring: Keyring
) -> None:
    secret, _ = set_up(session, given.person(), keyring)

    kept = session.scalars(select(SecondFactor.sealed)).one()

    assert secret.encode() not in kept


def test_a_code_is_accepted_once(session: Session, given: Cast, keyring: Keyring) -> None:
    user = given.person()
    secret, _ = set_up(session, user, keyring)
    verify = partial(factors.verify, session, user_id=user.id, keyring=keyring)

    with pytest.raises(FactorIsWrong):
        verify(code=authenticator.code_at(secret, at=NOON), at=NOON)
    later = NOON + A_MINUTE
    code = authenticator.code_at(secret, at=later)
    verify(code=f"{code[:3]} {code[3:]}", at=later)
    with pytest.raises(FactorIsWrong):
        verify(code=code, at=later)


def test_a_recovery_code_is_accepted_once_and_one_less_is_left(
    session: Session, given: Cast, keyring: Keyring
) -> None:
    user = given.person()
    _, codes = set_up(session, user, keyring)
    _, codes_of_another = set_up(session, given.person(), keyring)
    verify = partial(factors.verify, session, user_id=user.id, keyring=keyring, at=NOON)

    verify(code=codes[3].lower())

    assert factors.standing(session, user_id=user.id).codes_left == 9
    for refused in (codes[3], codes_of_another[0], "", "AAAAA-AAAAA"):
        with pytest.raises(FactorIsWrong):
            verify(code=refused)


@pytest.mark.parametrize("which", ["the telephone", "the paper"])
def test_two_browsers_with_one_code_are_let_in_once(committed: World, keyring: Keyring, which: str) -> None:
    user = committed.do(lambda session: Cast(session).person())
    secret, codes = committed.do(partial(set_up, user=user, keyring=keyring))
    at = NOON + A_MINUTE
    code = authenticator.code_at(secret, at=at) if which == "the telephone" else codes[0]
    show = partial(factors.verify, user_id=user.id, code=code, keyring=keyring, at=at)

    outcomes = races.together(committed, [lambda world: world.do(show)] * 5)

    assert outcomes.count(None) == 1
    assert outcomes.count(FactorIsWrong) == 4


def test_who_fails_too_often_waits_even_with_the_right_code(database: Database, keyring: Keyring) -> None:
    user = database.run(lambda session: Cast(session).person())
    secret, codes = database.run(partial(set_up, user=user, keyring=keyring))
    at = NOON + A_MINUTE

    def show(code: str, at: datetime) -> None:
        database.run(partial(factors.verify, user_id=user.id, code=code, keyring=keyring, at=at))

    for _ in range(factors.PER_ACCOUNT.failures):
        with pytest.raises(FactorIsWrong):
            show(wrong_code(secret, at=at), at)

    with pytest.raises(TooManyAttempts) as refused:
        show(codes[0], at)
    assert refused.value.retry_after_seconds == 30
    show(codes[0], at + A_MINUTE)
    with database.transaction() as session:
        tried = select(FactorAttempt.succeeded, func.count()).group_by(FactorAttempt.succeeded)
        assert dict(session.execute(tried).all()) == {False: 5, True: 1}
