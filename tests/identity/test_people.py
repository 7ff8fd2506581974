from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.identity.conftest import NOON, Cast, as_actor, set_up
from voucher_service.identity import locking, people
from voucher_service.identity.changes import Change, LockReason
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.identity.people import Order, State
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.kernel.keys import Keyring


def test_a_referent_finds_his_own_people_and_the_operator_everybody(session: Session, given: Cast) -> None:
    centre, other = (given.organisation(OrganisationKind.PRESCRIBER) for _ in range(2))
    referent = given.user(centre, Role.PRESCRIBER, is_referent=True)
    clerk, stranger = given.user(centre, Role.PRESCRIBER), given.user(other, Role.PRESCRIBER)

    own = people.search(session, at=NOON, by=as_actor(referent))

    assert {one.user.id for one in own} == {referent.id, clerk.id}
    everybody = people.search(session, at=NOON, by=SYSTEM)
    assert {one.user.id for one in everybody} == {referent.id, clerk.id, stranger.id}
    with pytest.raises(DutyIsNotYours):
        people.search(session, at=NOON, by=as_actor(clerk))


def test_people_are_told_apart_by_state_role_words_and_telephone(
    session: Session, given: Cast, keyring: Keyring
) -> None:
    waiting = given.user(given.organisation(OrganisationKind.VENUE_OPERATOR), Role.VENUE)
    locked, opened = given.person(), given.person()
    locking.lock(session, account_id=locked.id, at=NOON, by=SYSTEM)
    set_up(session, opened, keyring)

    def found(**asked: object) -> set[object]:
        return {one.user.id for one in people.search(session, **asked, at=NOON, by=SYSTEM)}  # type: ignore[arg-type]

    assert [found(state=state) for state in (State.WAITING, State.LOCKED, State.OPEN)] == [
        {waiting.id},
        {locked.id},
        {opened.id},
    ]
    assert found(role=Role.VENUE) == found(words="CAMILLE venue_operator") == {waiting.id}
    assert found(words="%") == set()
    assert found(organisation_id=opened.organisation_id) == {opened.id}
    with_one = [one.user.id for one in people.search(session, at=NOON, by=SYSTEM) if one.has_factor]
    assert with_one == [opened.id]


@pytest.mark.parametrize("order", Order)
def test_a_list_goes_on_after_its_last_line(session: Session, given: Cast, order: Order) -> None:
    enrolled = [given.person().id for _ in range(5)]

    first = people.search(session, order=order, limit=3, at=NOON, by=SYSTEM)
    second = people.search(session, order=order, start=3, limit=3, at=NOON, by=SYSTEM)

    listed = [one.user.id for one in [*first, *second]]
    assert listed == (enrolled if order is Order.NAME else enrolled[::-1])
    assert len(people.search(session, order=order, limit=None, at=NOON, by=SYSTEM)) == 5


def test_the_history_of_an_account_is_read_by_who_keeps_it(session: Session, given: Cast) -> None:
    centre = given.organisation(OrganisationKind.PRESCRIBER)
    referent = given.user(centre, Role.PRESCRIBER, is_referent=True)
    clerk, stranger = given.user(centre, Role.PRESCRIBER), given.person()
    at = NOON + timedelta(minutes=1)
    locking.lock(session, account_id=clerk.id, reason=LockReason.LEFT, at=at, by=as_actor(referent))

    written = people.history(session, user_id=clerk.id, by=as_actor(referent))

    assert [(one.change, one.by_name, one.reason) for one in written] == [
        (Change.LOCKED, "Camille Martin", LockReason.LEFT),
        (Change.OPENED, None, None),
    ]
    for nobody in (stranger, clerk):
        assert people.history(session, user_id=clerk.id, by=as_actor(nobody)) == []


def test_the_operator_finds_organisations_by_words(session: Session, given: Cast) -> None:
    centre = given.organisation(OrganisationKind.PRESCRIBER)
    given.organisation(OrganisationKind.FUNDER)

    assert people.organisations(session, words="presc", at=NOON, by=SYSTEM) == [centre]
    with pytest.raises(DutyIsNotYours):
        people.organisations(session, words="", at=NOON, by=as_actor(given.person()))
