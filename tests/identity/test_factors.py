from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import races
from tests.identity.conftest import NOON, Cast, as_actor
from tests.world import World
from voucher_service.identity import authenticator, factors, sessions
from voucher_service.identity.changes import AccessChange, Change
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.identity.factors import (
    CodeDoesNotFit,
    FactorIsMissing,
    FactorIsNotSet,
    FactorIsWrong,
    OwnFactorIsNotYoursToReset,
)
from voucher_service.identity.login import TooManyAttempts
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.identity.second_factor import FactorAttempt, SecondFactor
from voucher_service.identity.sessions import SessionIsOver
from voucher_service.identity.staffing import RoleIsNotYoursToGive
from voucher_service.identity.users import User, UserIsUnknown
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring

A_MINUTE = timedelta(minutes=1)


def _set_up(session: Session, user: User, keyring: Keyring, *, at: datetime = NOON) -> tuple[str, list[str]]:
    """Set a second factor up, and return its secret and its recovery codes."""
    factors.enrol(session, keyring=keyring, at=at, by=as_actor(user))
    shown = factors.pending(session, keyring=keyring, by=as_actor(user))
    assert shown is not None
    code = authenticator.code_at(shown.secret, at=at)
    return shown.secret, factors.confirm(session, code=code, keyring=keyring, at=at, by=as_actor(user))


def _wrong(secret: str, *, at: datetime) -> str:
    near = {authenticator.code_at(secret, at=at + skew * A_MINUTE / 2) for skew in (-1, 0, 1)}
    return next(code for code in ("000000", "000001", "000002", "000003") if code not in near)


def test_a_factor_counts_once_a_code_of_it_was_shown(session: Session, given: Cast, keyring: Keyring) -> None:
    user = given.person()
    factors.enrol(session, keyring=keyring, at=NOON, by=as_actor(user))
    assert factors.standing(session, user_id=user.id) == factors.Standing(None, 0)
    factors.require(session, user_id=user.id, code=None, keyring=keyring, at=NOON)

    _, codes = _set_up(session, user, keyring)

    assert factors.standing(session, user_id=user.id) == factors.Standing(NOON, 10)
    assert len(codes) == 10
    assert factors.pending(session, keyring=keyring, by=as_actor(user)) is None
    with pytest.raises(FactorIsMissing):
        factors.require(session, user_id=user.id, code=None, keyring=keyring, at=NOON)


def test_a_session_asks_for_the_factor_that_a_person_chose_to_have(
    session: Session, given: Cast, keyring: Keyring
) -> None:
    user = given.person()
    _set_up(session, user, keyring)

    secret = sessions.open_session(session, user=user, address="192.0.2.7", agent="", at=NOON)

    assert sessions.admit(session, secret=secret, at=NOON).needs_factor


def test_neither_the_secret_nor_a_recovery_code_can_be_read_from_the_tables(
    session: Session, given: Cast, keyring: Keyring
) -> None:
    secret, _ = _set_up(session, given.person(), keyring)

    kept = session.scalars(select(SecondFactor.sealed)).one()

    assert secret.encode() not in kept


def test_confirming_what_was_not_begun_or_with_another_code_is_refused(
    session: Session, given: Cast, keyring: Keyring
) -> None:
    user = given.person()
    with pytest.raises(FactorIsNotSet):
        factors.confirm(session, code="123456", keyring=keyring, at=NOON, by=as_actor(user))
    factors.enrol(session, keyring=keyring, at=NOON, by=as_actor(user))
    shown = factors.pending(session, keyring=keyring, by=as_actor(user))
    assert shown is not None

    with pytest.raises(CodeDoesNotFit):
        factors.confirm(
            session, code=_wrong(shown.secret, at=NOON), keyring=keyring, at=NOON, by=as_actor(user)
        )


def test_a_code_is_accepted_once(session: Session, given: Cast, keyring: Keyring) -> None:
    user = given.person()
    secret, _ = _set_up(session, user, keyring)
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
    _, codes = _set_up(session, user, keyring)
    _, codes_of_another = _set_up(session, given.person(), keyring)
    verify = partial(factors.verify, session, user_id=user.id, keyring=keyring, at=NOON)

    verify(code=codes[3].lower())

    assert factors.standing(session, user_id=user.id).codes_left == 9
    for refused in (codes[3], codes_of_another[0], "", "AAAAA-AAAAA"):
        with pytest.raises(FactorIsWrong):
            verify(code=refused)


@pytest.mark.parametrize("which", ["the telephone", "the paper"])
def test_two_browsers_with_one_code_are_let_in_once(committed: World, keyring: Keyring, which: str) -> None:
    user = committed.do(lambda session: Cast(session).person())
    secret, codes = committed.do(partial(_set_up, user=user, keyring=keyring))
    at = NOON + A_MINUTE
    code = authenticator.code_at(secret, at=at) if which == "the telephone" else codes[0]
    show = partial(factors.verify, user_id=user.id, code=code, keyring=keyring, at=at)

    outcomes = races.together(committed, [lambda world: world.do(show)] * 5)

    assert outcomes.count(None) == 1
    assert outcomes.count(FactorIsWrong) == 4


def test_who_fails_too_often_waits_even_with_the_right_code(database: Database, keyring: Keyring) -> None:
    user = database.run(lambda session: Cast(session).person())
    secret, codes = database.run(partial(_set_up, user=user, keyring=keyring))
    at = NOON + A_MINUTE

    def show(code: str, at: datetime) -> None:
        database.run(partial(factors.verify, user_id=user.id, code=code, keyring=keyring, at=at))

    for _ in range(factors.PER_ACCOUNT.failures):
        with pytest.raises(FactorIsWrong):
            show(_wrong(secret, at=at), at)

    with pytest.raises(TooManyAttempts) as refused:
        show(codes[0], at)
    assert refused.value.retry_after_seconds == 30
    show(codes[0], at + A_MINUTE)
    with database.transaction() as session:
        tried = select(FactorAttempt.succeeded, func.count()).group_by(FactorAttempt.succeeded)
        assert dict(session.execute(tried).all()) == {False: 5, True: 1}


def test_another_telephone_takes_over_once_its_own_code_was_shown(
    session: Session, given: Cast, keyring: Keyring
) -> None:
    user = given.person()
    former, former_codes = _set_up(session, user, keyring)
    later = NOON + A_MINUTE
    by = as_actor(user)
    with pytest.raises(FactorIsMissing):
        factors.enrol(session, keyring=keyring, at=later, by=by)
    factors.enrol(session, code=former_codes[0], keyring=keyring, at=later, by=by)
    factors.verify(
        session,
        user_id=user.id,
        code=authenticator.code_at(former, at=later),
        keyring=keyring,
        at=later,
    )
    shown = factors.pending(session, keyring=keyring, by=by)
    assert shown is not None

    factors.confirm(
        session, code=authenticator.code_at(shown.secret, at=later), keyring=keyring, at=later, by=by
    )

    at = later + A_MINUTE
    for gone in (authenticator.code_at(former, at=at), former_codes[1]):
        with pytest.raises(FactorIsWrong):
            factors.verify(session, user_id=user.id, code=gone, keyring=keyring, at=at)
    factors.verify(
        session, user_id=user.id, code=authenticator.code_at(shown.secret, at=at), keyring=keyring, at=at
    )


def test_new_recovery_codes_replace_those_before(session: Session, given: Cast, keyring: Keyring) -> None:
    user = given.person()
    _, former = _set_up(session, user, keyring)

    codes = factors.renew_codes(session, code=former[0], keyring=keyring, at=NOON, by=as_actor(user))

    assert factors.standing(session, user_id=user.id).codes_left == 10
    with pytest.raises(FactorIsWrong):
        factors.verify(session, user_id=user.id, code=former[1], keyring=keyring, at=NOON)
    factors.verify(session, user_id=user.id, code=codes[1], keyring=keyring, at=NOON)


def test_a_reset_takes_the_factor_away_signs_out_and_is_written_down(
    session: Session, given: Cast, keyring: Keyring
) -> None:
    centre = given.organisation(OrganisationKind.PRESCRIBER)
    referent, clerk = (
        given.user(centre, Role.PRESCRIBER, is_referent=is_referent) for is_referent in (True, False)
    )
    _, codes = _set_up(session, clerk, keyring)
    browser = sessions.open_session(session, user=clerk, address="192.0.2.7", agent="", at=NOON)

    factors.reset(session, user_id=clerk.id, at=NOON + A_MINUTE, by=as_actor(referent))

    assert factors.standing(session, user_id=clerk.id) == factors.Standing(None, 0)
    with pytest.raises(SessionIsOver):
        sessions.admit(session, secret=browser, at=NOON + A_MINUTE)
    with pytest.raises(FactorIsNotSet):
        factors.verify(session, user_id=clerk.id, code=codes[0], keyring=keyring, at=NOON)
    with pytest.raises(FactorIsNotSet):
        factors.reset(session, user_id=clerk.id, at=NOON, by=as_actor(referent))
    written = select(AccessChange.change, AccessChange.changed_by).where(AccessChange.subject_id == clerk.id)
    assert session.execute(written.order_by(AccessChange.id)).all() == [
        (Change.OPENED, SYSTEM.user_id),
        (Change.FACTOR_SET, clerk.id),
        (Change.FACTOR_RESET, referent.id),
    ]


def test_a_factor_is_reset_by_who_keeps_the_account_and_by_nobody_for_himself(
    session: Session, given: Cast, keyring: Keyring
) -> None:
    metropole = given.organisation(OrganisationKind.OPERATOR)
    operator, treasurer = (
        given.user(metropole, role, is_referent=True) for role in (Role.OPERATOR, Role.FINANCE)
    )
    stranger, clerk = given.person(), given.user(metropole, Role.AUDITOR)
    for one in (operator, treasurer, stranger):
        _set_up(session, one, keyring)

    with pytest.raises(RoleIsNotYoursToGive):
        factors.reset(session, user_id=operator.id, at=NOON, by=as_actor(treasurer))
    with pytest.raises(UserIsUnknown):
        factors.reset(session, user_id=stranger.id, at=NOON, by=as_actor(treasurer))
    with pytest.raises(DutyIsNotYours):
        factors.reset(session, user_id=treasurer.id, at=NOON, by=as_actor(clerk))
    with pytest.raises(OwnFactorIsNotYoursToReset):
        factors.reset(session, user_id=operator.id, at=NOON, by=as_actor(operator))
