from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.identity.conftest import NOON, Cast, as_actor, set_up, wrong_code
from voucher_service.identity import authenticator, clients, factors, sessions, telephones
from voucher_service.identity.changes import AccessChange, Change
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.identity.factors import (
    FactorIsMissing,
    FactorIsNotSet,
    FactorIsWrong,
)
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.identity.sessions import SessionIsOver
from voucher_service.identity.staffing import RoleIsNotYoursToGive
from voucher_service.identity.telephones import CodeDoesNotFit, FactorIsForPeople, OwnFactorIsNotYoursToReset
from voucher_service.identity.users import UserIsUnknown
from voucher_service.kernel.actor import SYSTEM, Actor, Role
from voucher_service.kernel.keys import Keyring

A_MINUTE = timedelta(minutes=1)


def test_confirming_what_was_not_begun_or_with_another_code_is_refused(
    session: Session, given: Cast, keyring: Keyring
) -> None:
    user = given.person()
    with pytest.raises(FactorIsNotSet):
        telephones.confirm(session, code="123456", keyring=keyring, at=NOON, by=as_actor(user))
    telephones.enrol(session, keyring=keyring, at=NOON, by=as_actor(user))
    shown = telephones.pending(session, keyring=keyring, by=as_actor(user))
    assert shown is not None

    with pytest.raises(CodeDoesNotFit):
        telephones.confirm(
            session, code=wrong_code(shown.secret, at=NOON), keyring=keyring, at=NOON, by=as_actor(user)
        )


def test_another_telephone_takes_over_once_its_own_code_was_shown(
    session: Session, given: Cast, keyring: Keyring
) -> None:
    user = given.person()
    former, former_codes = set_up(session, user, keyring)
    later = NOON + A_MINUTE
    by = as_actor(user)
    with pytest.raises(FactorIsMissing):
        telephones.enrol(session, keyring=keyring, at=later, by=by)
    telephones.enrol(session, code=former_codes[0], keyring=keyring, at=later, by=by)
    factors.verify(
        session,
        user_id=user.id,
        code=authenticator.code_at(former, at=later),
        keyring=keyring,
        at=later,
    )
    shown = telephones.pending(session, keyring=keyring, by=by)
    assert shown is not None

    telephones.confirm(
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
    _, former = set_up(session, user, keyring)

    codes = telephones.renew_codes(session, code=former[0], keyring=keyring, at=NOON, by=as_actor(user))

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
    _, codes = set_up(session, clerk, keyring)
    browser = sessions.open_session(session, user=clerk, address="192.0.2.7", agent="", at=NOON)

    telephones.reset(session, user_id=clerk.id, at=NOON + A_MINUTE, by=as_actor(referent))

    assert factors.standing(session, user_id=clerk.id) == factors.Standing(None, 0)
    with pytest.raises(SessionIsOver):
        sessions.admit(session, secret=browser, at=NOON + A_MINUTE)
    with pytest.raises(FactorIsNotSet):
        factors.verify(session, user_id=clerk.id, code=codes[0], keyring=keyring, at=NOON)
    with pytest.raises(FactorIsNotSet):
        telephones.reset(session, user_id=clerk.id, at=NOON, by=as_actor(referent))
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
        set_up(session, one, keyring)

    with pytest.raises(RoleIsNotYoursToGive):
        telephones.reset(session, user_id=operator.id, at=NOON, by=as_actor(treasurer))
    with pytest.raises(UserIsUnknown):
        telephones.reset(session, user_id=stranger.id, at=NOON, by=as_actor(treasurer))
    with pytest.raises(DutyIsNotYours):
        telephones.reset(session, user_id=treasurer.id, at=NOON, by=as_actor(clerk))
    with pytest.raises(OwnFactorIsNotYoursToReset):
        telephones.reset(session, user_id=operator.id, at=NOON, by=as_actor(operator))


def test_a_machine_sets_up_no_second_factor(session: Session, given: Cast, keyring: Keyring) -> None:
    home = given.organisation(OrganisationKind.OPERATOR)
    machine, _ = clients.enrol(
        session, organisation_id=home.id, role=Role.OPERATOR, name="Import", at=NOON, by=SYSTEM
    )

    with pytest.raises(FactorIsForPeople):
        telephones.enrol(session, keyring=keyring, at=NOON, by=Actor(machine.id, home.id, Role.OPERATOR))
