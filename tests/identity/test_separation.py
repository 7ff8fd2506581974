"""Separation of duties: two people, one duty each; never one person both."""

from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.identity.conftest import NOON, Cast, as_actor
from tests.races import Act, overtaken, together
from tests.world import World
from voucher_service.identity import clients, separation
from voucher_service.identity.duties import RefusedDuty
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.identity.separation import DutiesAreIncompatible, Duty, DutyPerformed
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Database

RUN = "run/PN-2026/3"


def finance() -> Actor:
    return Actor(uuid4(), uuid4(), Role.FINANCE)


def perform(session: Session, duty: Duty, *, by: Actor, subject: str = RUN) -> None:
    separation.perform(session, duty=duty, subject=subject, at=NOON, by=by)


def test_two_people_do_a_duty_each(session: Session) -> None:
    first, second = finance(), finance()
    perform(session, Duty.PREPARE_RUN, by=first)
    perform(session, Duty.APPROVE_RUN, by=second)

    facts = session.scalars(select(DutyPerformed).order_by(DutyPerformed.id)).all()
    assert [(fact.subject, fact.duty, fact.user_id, fact.at) for fact in facts] == [
        (RUN, Duty.PREPARE_RUN, first.user_id, NOON),
        (RUN, Duty.APPROVE_RUN, second.user_id, NOON),
    ]


@pytest.mark.parametrize("backwards", [False, True])
def test_one_person_does_not_do_both_in_whatever_order(session: Session, *, backwards: bool) -> None:
    clerk = finance()
    one, other = (Duty.PREPARE_RUN, Duty.APPROVE_RUN)[:: -1 if backwards else 1]
    perform(session, one, by=clerk)

    with pytest.raises(DutiesAreIncompatible) as refused:
        perform(session, other, by=clerk)

    assert refused.value.facts() == {"duty": other, "done": one, "subject": RUN}


def test_one_person_does_both_on_two_things(session: Session) -> None:
    clerk = finance()
    perform(session, Duty.PREPARE_RUN, by=clerk)
    perform(session, Duty.APPROVE_RUN, by=clerk, subject="run/PN-2026/4")

    assert len(session.scalars(select(DutyPerformed)).all()) == 2


def test_a_duty_done_twice_is_one_fact(session: Session) -> None:
    clerk = finance()
    perform(session, Duty.ACCREDIT_VENUE, by=clerk, subject="venue/1")
    perform(session, Duty.ACCREDIT_VENUE, by=clerk, subject="venue/1")

    assert len(session.scalars(select(DutyPerformed)).all()) == 1


def test_of_many_things_one_that_is_refused_refuses_all(session: Session) -> None:
    clerk = finance()
    perform(session, Duty.CREATE_VENUE, by=clerk, subject="venue/2")

    with pytest.raises(DutiesAreIncompatible) as refused:
        separation.perform_all(
            session, duty=Duty.ACCREDIT_VENUE, subjects=["venue/1", "venue/2", "venue/3"], at=NOON, by=clerk
        )

    assert refused.value.subject == "venue/2"
    assert session.scalars(select(DutyPerformed.subject)).all() == ["venue/2"]


def test_an_attempt_is_remembered_after_everything_else_is_undone(database: Database) -> None:
    clerk = finance()
    database.run(lambda session: perform(session, Duty.PREPARE_RUN, by=clerk))
    with pytest.raises(DutiesAreIncompatible):
        database.run(lambda session: perform(session, Duty.APPROVE_RUN, by=clerk))

    with database.snapshot() as view:
        [attempt] = view.scalars(select(RefusedDuty)).all()
    assert (attempt.actor_id, attempt.organisation_id, attempt.role) == (
        clerk.user_id,
        clerk.organisation_id,
        Role.FINANCE,
    )
    assert (attempt.duty, attempt.done, attempt.subject) == ("approve-run", "prepare-run", RUN)


def test_a_machine_of_ones_own_is_no_second_person(given: Cast) -> None:
    house = given.organisation(OrganisationKind.OPERATOR)
    clerk = as_actor(given.user(house, Role.FINANCE, is_referent=True))
    client, _ = clients.enrol(
        given.session, organisation_id=house.id, role=Role.FINANCE, name="Automate", at=NOON, by=clerk
    )
    machine = Actor(client.id, house.id, Role.FINANCE)
    perform(given.session, Duty.PREPARE_RUN, by=machine)

    with pytest.raises(DutiesAreIncompatible):
        perform(given.session, Duty.APPROVE_RUN, by=clerk)


def test_a_machine_that_another_organisation_was_given_is_its_own(given: Cast) -> None:
    house = given.organisation(OrganisationKind.OPERATOR)
    elsewhere = given.organisation(OrganisationKind.VENUE_OPERATOR)
    agent = as_actor(given.user(house, Role.OPERATOR))
    till, _ = clients.enrol(
        given.session, organisation_id=elsewhere.id, role=Role.VENUE, name="Caisse", at=NOON, by=agent
    )

    assert separation.person_behind(given.session, by=Actor(till.id, elsewhere.id, Role.VENUE)) == till.id


def test_of_two_acts_at_the_same_moment_the_second_sees_the_first(
    database: Database, committed: World
) -> None:
    clerk = finance()

    late = overtaken(
        database,
        committed,
        first=lambda world: world.do(lambda session: perform(session, Duty.PREPARE_RUN, by=clerk)),
        second=lambda world: world.do(lambda session: perform(session, Duty.APPROVE_RUN, by=clerk)),
    )

    assert late is DutiesAreIncompatible


def test_ten_pairs_of_acts_at_once_leave_one_duty_on_each_thing(committed: World) -> None:
    clerk = finance()

    def act(duty: Duty, no: int) -> Act:
        subject = f"run/PN-2026/{no}"
        return lambda world: world.do(lambda session: perform(session, duty, by=clerk, subject=subject))

    acts = [act(duty, no) for no in range(10) for duty in (Duty.PREPARE_RUN, Duty.APPROVE_RUN)]

    outcomes = together(committed, acts)

    assert outcomes.count(DutiesAreIncompatible) == 10
    facts = committed.do(lambda session: session.scalars(select(DutyPerformed.subject)).all())
    assert sorted(facts) == sorted(f"run/PN-2026/{no}" for no in range(10))


def test_the_pairs_are_those_of_the_scheme(session: Session) -> None:
    assert set(separation.pairs(session)) >= {
        (Duty.CREATE_VENUE, Duty.ACCREDIT_VENUE),
        (Duty.PROPOSE_BANK_DETAILS, Duty.APPROVE_BANK_DETAILS),
        (Duty.PREPARE_RUN, Duty.APPROVE_RUN),
        (Duty.ALLOCATE, Duty.REDEEM),
    }
