"""A locked account is refused at its next request, whatever token it holds."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.identity.conftest import NOON, PASSPHRASE, Cast, as_actor
from voucher_service.identity import access, clients, locking, login, resets
from voucher_service.identity.access import AccountIsLocked
from voucher_service.identity.changes import AccessChange, Change, LockReason
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.identity.locking import (
    AccountIsLockedAlready,
    AccountIsNotLocked,
    AccountIsUnknown,
    OwnAccountIsNotYoursToLock,
)
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.identity.staffing import RoleIsNotYoursToGive
from voucher_service.identity.tokens import TokenIsUnknown
from voucher_service.kernel.actor import SYSTEM, Role

A_MINUTE = timedelta(minutes=1)


def test_a_lock_acts_on_tokens_already_issued(session: Session, given: Cast) -> None:
    user = given.person()
    assert access.actor_of(session, subject=user.id, issued_at=NOON) == as_actor(user)

    locking.lock(session, account_id=user.id, at=NOON, by=SYSTEM)

    with pytest.raises(AccountIsLocked):
        access.actor_of(session, subject=user.id, issued_at=NOON)


def test_a_machine_is_locked_like_a_person(session: Session, given: Cast) -> None:
    library = given.organisation(OrganisationKind.VENUE_OPERATOR)
    client, _ = clients.enrol(
        session, organisation_id=library.id, role=Role.VENUE, name="Till", at=NOON, by=SYSTEM
    )
    actor = access.actor_of(session, subject=client.id, issued_at=NOON)
    assert (actor.user_id, actor.role, actor.is_referent) == (client.id, Role.VENUE, False)

    locking.lock(session, account_id=client.id, at=NOON, by=SYSTEM)

    with pytest.raises(AccountIsLocked):
        access.actor_of(session, subject=client.id, issued_at=NOON)


def test_who_is_unlocked_signs_in_anew(session: Session, given: Cast) -> None:
    user = given.person()
    locking.lock(session, account_id=user.id, at=NOON, by=SYSTEM)

    opened = locking.unlock(session, account_id=user.id, at=NOON + A_MINUTE, by=SYSTEM)

    assert (opened.locked_at, opened.version) == (None, 4)
    with pytest.raises(TokenIsUnknown):
        access.actor_of(session, subject=user.id, issued_at=NOON)
    assert access.actor_of(session, subject=user.id, issued_at=NOON + A_MINUTE) == as_actor(user)


def test_a_locked_account_neither_signs_in_nor_gets_a_new_password(session: Session, given: Cast) -> None:
    user = given.person()
    token = resets.start_reset(session, user_id=user.id, at=NOON, by=SYSTEM)
    locking.lock(session, account_id=user.id, at=NOON, by=SYSTEM)

    with pytest.raises(AccountIsLocked):
        login.sign_in(session, email=user.email, password=PASSPHRASE, address="192.0.2.1", at=NOON)
    with pytest.raises(AccountIsLocked):
        resets.finish_reset(session, token=token, password="quatre chiens bruns courent", at=NOON)
    with pytest.raises(AccountIsLocked):
        resets.start_reset(session, user_id=user.id, at=NOON, by=SYSTEM)


def test_a_referent_locks_his_own_staff_only(session: Session, given: Cast) -> None:
    centre, other = (given.organisation(OrganisationKind.PRESCRIBER) for _ in range(2))
    referent = as_actor(given.user(centre, Role.PRESCRIBER, is_referent=True))
    clerk, stranger = given.user(centre, Role.PRESCRIBER), given.user(other, Role.PRESCRIBER)

    locked = locking.lock(session, account_id=clerk.id, at=NOON, by=referent)

    assert locked.locked_at == NOON
    for unreachable in (stranger.id, uuid4()):
        with pytest.raises(AccountIsUnknown):
            locking.lock(session, account_id=unreachable, at=NOON, by=referent)
    with pytest.raises(DutyIsNotYours):
        locking.unlock(session, account_id=clerk.id, at=NOON, by=as_actor(clerk))


def test_the_operators_accounts_are_out_of_a_finance_referents_reach(session: Session, given: Cast) -> None:
    metropole = given.organisation(OrganisationKind.OPERATOR)
    operator = given.user(metropole, Role.OPERATOR)
    treasurer = as_actor(given.user(metropole, Role.FINANCE, is_referent=True))

    with pytest.raises(RoleIsNotYoursToGive):
        locking.lock(session, account_id=operator.id, at=NOON, by=treasurer)
    with pytest.raises(RoleIsNotYoursToGive):
        resets.start_reset(session, user_id=operator.id, at=NOON, by=treasurer)


def test_nobody_locks_himself_out(session: Session, given: Cast) -> None:
    operator = as_actor(given.user(given.organisation(OrganisationKind.OPERATOR), Role.OPERATOR))

    with pytest.raises(OwnAccountIsNotYoursToLock):
        locking.lock(session, account_id=operator.user_id, at=NOON, by=operator)


def test_locking_twice_says_so_and_each_lock_is_written_down(session: Session, given: Cast) -> None:
    user = given.user(given.organisation(OrganisationKind.PRESCRIBER), Role.PRESCRIBER)
    with pytest.raises(AccountIsNotLocked):
        locking.unlock(session, account_id=user.id, at=NOON, by=SYSTEM)

    locking.lock(session, account_id=user.id, at=NOON, by=SYSTEM)

    with pytest.raises(AccountIsLockedAlready):
        locking.lock(session, account_id=user.id, at=NOON + A_MINUTE, by=SYSTEM)
    written = select(AccessChange.change).where(AccessChange.subject_id == user.id).order_by(AccessChange.id)
    assert session.scalars(written).all() == [Change.OPENED, Change.LOCKED]


def test_a_lock_says_why_in_one_of_our_words(session: Session, given: Cast) -> None:
    user = given.user(given.organisation(OrganisationKind.PRESCRIBER), Role.PRESCRIBER)

    locking.lock(session, account_id=user.id, reason=LockReason.DEVICE_LOST, at=NOON, by=SYSTEM)

    written = select(AccessChange.reason).where(AccessChange.subject_id == user.id).order_by(AccessChange.id)
    assert session.scalars(written).all() == [None, LockReason.DEVICE_LOST]
