"""Who tried what he may not do is there to be looked at."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.identity.conftest import NOON, Cast, as_actor
from voucher_service.identity import refused_acts, separation
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.identity.refused_acts import Why
from voucher_service.identity.separation import DutiesAreIncompatible, Duty
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.keyset import Order


@pytest.fixture
def clerk(given: Cast) -> Actor:
    """Give a person of finance who froze run 1, tried to approve it, and tried to open a campaign."""
    clerk = as_actor(given.user(given.organisation(OrganisationKind.OPERATOR), Role.FINANCE))
    run = "run/PN-2026/1"
    separation.perform(given.session, duty=Duty.PREPARE_RUN, subject=run, at=NOON, by=clerk)
    with pytest.raises(DutiesAreIncompatible) as refused:
        separation.perform(given.session, duty=Duty.APPROVE_RUN, subject=run, at=NOON, by=clerk)
    refused.value.remember(given.session)
    DutyIsNotYours("open-campaign", clerk, NOON + timedelta(hours=1)).remember(given.session)
    given.session.flush()
    return clerk


def listed(session: Session, clerk: Actor, **asked: object) -> list[str]:
    found = refused_acts.search(session, at=NOON, by=clerk, **asked)  # type: ignore[arg-type]
    return [one.duty for one in found]


def test_a_refused_act_says_who_tried_what_on_what_and_why(session: Session, clerk: Actor) -> None:
    [role, pair] = refused_acts.search(session, at=NOON, by=clerk)

    assert (role.duty, role.why, role.subject) == ("open-campaign", Why.ROLE, None)
    assert (pair.name, pair.organisation, pair.role) == ("Camille Martin", "A operator", Role.FINANCE)
    assert (pair.duty, pair.done, pair.why) == (Duty.APPROVE_RUN, Duty.PREPARE_RUN, Why.SAME_PERSON)
    assert (pair.subject, pair.refused_at, pair.actor_id) == ("run/PN-2026/1", NOON, clerk.user_id)


def test_refused_acts_are_chosen_by_reason_act_day_and_words(session: Session, clerk: Actor) -> None:
    assert listed(session, clerk, why=Why.SAME_PERSON) == ["approve-run"]
    assert listed(session, clerk, why=Why.ROLE) == ["open-campaign"]
    assert listed(session, clerk, duty=Duty.APPROVE_RUN) == ["approve-run"]
    assert listed(session, clerk, since=NOON + timedelta(minutes=1)) == ["open-campaign"]
    assert listed(session, clerk, until=NOON + timedelta(minutes=1)) == ["approve-run"]
    assert listed(session, clerk, words="camille RUN/pn") == ["approve-run"]
    assert listed(session, clerk, words="nobody") == []
    assert listed(session, clerk, order=Order.OLDEST, limit=1) == ["approve-run"]


def test_the_duties_that_were_done_are_listed(session: Session, clerk: Actor) -> None:
    [done] = refused_acts.performed(session, at=NOON, by=clerk)

    assert (done.duty, done.subject, done.name) == (Duty.PREPARE_RUN, "run/PN-2026/1", "Camille Martin")
    assert refused_acts.performed(session, duty=Duty.APPROVE_RUN, at=NOON, by=clerk) == []
    assert refused_acts.performed(session, after=done.id, at=NOON, by=clerk) == []


@pytest.mark.parametrize(
    ("role", "is_referent", "may_read"),
    [
        (Role.AUDITOR, False, True),
        (Role.FINANCE, False, True),
        (Role.OPERATOR, True, True),
        (Role.OPERATOR, False, False),
        (Role.VENUE, True, False),
        (Role.PRESCRIBER, True, False),
    ],
)
def test_auditors_finance_and_the_operators_referents_read_them(
    session: Session, clerk: Actor, role: Role, is_referent: bool, may_read: bool
) -> None:
    reader = Actor(clerk.user_id, clerk.organisation_id, role, is_referent)
    outcomes = []
    for read in (refused_acts.search, refused_acts.performed):
        try:
            outcomes.append(bool(read(session, at=NOON, by=reader)))
        except DutyIsNotYours:
            outcomes.append(False)

    assert outcomes == [may_read, may_read]
