"""A référent enrols his own staff, and nobody above or elsewhere."""

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.identity.conftest import NOON, Cast, as_actor
from voucher_service.identity import users
from voucher_service.identity.duties import DutyIsNotYours, RefusedDuty
from voucher_service.identity.naming import EmailIsMalformed
from voucher_service.identity.organisations import (
    ROLES,
    Organisation,
    OrganisationIsUnknown,
    OrganisationKind,
)
from voucher_service.identity.staffing import RoleIsNotYoursToGive, RoleIsOutOfPlace
from voucher_service.identity.users import EmailIsTaken, User, UserIsUnknown
from voucher_service.kernel.actor import SYSTEM, Actor, Role
from voucher_service.kernel.database import Database


def enrol(
    session: Session, organisation: Organisation, role: Role, *, by: Actor, email: str = "new@example.org"
) -> User:
    return users.enrol(
        session,
        organisation_id=organisation.id,
        email=email,
        name="Dominique Petit",
        role=role,
        is_referent=False,
        at=NOON,
        by=by,
    )


def test_a_referent_enrols_staff_in_his_own_organisation(session: Session, given: Cast) -> None:
    centre = given.organisation(OrganisationKind.PRESCRIBER)
    referent = as_actor(given.user(centre, Role.PRESCRIBER, is_referent=True))

    user = enrol(session, centre, Role.PRESCRIBER, by=referent, email=" New@Example.ORG ")

    assert (user.email, user.organisation_id, user.password_hash) == ("new@example.org", centre.id, None)
    assert users.find(session, email="NEW@example.org") == user


def test_a_referent_enrols_nobody_in_another_organisation(session: Session, given: Cast) -> None:
    centre, other = (given.organisation(OrganisationKind.PRESCRIBER) for _ in range(2))
    referent = as_actor(given.user(centre, Role.PRESCRIBER, is_referent=True))

    with pytest.raises(OrganisationIsUnknown):
        enrol(session, other, Role.PRESCRIBER, by=referent)


@pytest.mark.parametrize("role", sorted(set(Role) - ROLES[OrganisationKind.PRESCRIBER]))
def test_a_referent_gives_no_role_that_his_organisation_may_not_have(
    session: Session, given: Cast, role: Role
) -> None:
    centre = given.organisation(OrganisationKind.PRESCRIBER)
    referent = as_actor(given.user(centre, Role.PRESCRIBER, is_referent=True))

    with pytest.raises(RoleIsOutOfPlace):
        enrol(session, centre, role, by=referent)


def test_not_even_the_operator_puts_a_role_out_of_place(session: Session, given: Cast) -> None:
    with pytest.raises(RoleIsOutOfPlace):
        enrol(session, given.organisation(OrganisationKind.VENUE_OPERATOR), Role.FINANCE, by=SYSTEM)


def test_a_referent_of_the_operators_finance_makes_no_operator(session: Session, given: Cast) -> None:
    metropole = given.organisation(OrganisationKind.OPERATOR)
    treasurer = as_actor(given.user(metropole, Role.FINANCE, is_referent=True))

    with pytest.raises(RoleIsNotYoursToGive):
        enrol(session, metropole, Role.OPERATOR, by=treasurer)
    assert enrol(session, metropole, Role.AUDITOR, by=treasurer).role is Role.AUDITOR


def test_staff_who_are_not_referents_enrol_nobody_and_it_is_remembered(database: Database) -> None:
    with database.transaction() as session:
        given = Cast(session)
        centre = given.organisation(OrganisationKind.PRESCRIBER)
        clerk = as_actor(given.user(centre, Role.PRESCRIBER))

    with pytest.raises(DutyIsNotYours) as refused:
        database.run(lambda session: enrol(session, centre, Role.PRESCRIBER, by=clerk))

    assert refused.value.facts() == {"duty": "enrol-user"}
    with database.snapshot() as view:
        fact = view.scalars(select(RefusedDuty)).one()
    assert (fact.actor_id, fact.duty, fact.refused_at) == (clerk.user_id, "enrol-user", NOON)


def test_an_address_has_one_account_whatever_its_case(session: Session, given: Cast) -> None:
    centre = given.organisation(OrganisationKind.PRESCRIBER)
    enrol(session, centre, Role.PRESCRIBER, by=SYSTEM)

    with pytest.raises(EmailIsTaken):
        enrol(session, centre, Role.PRESCRIBER, by=SYSTEM, email="NEW@EXAMPLE.org")


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "a b@example.org", "a@\x00.org", "\ud800@b.org", "a" * 250 + "@b.org"]
)
def test_an_address_where_no_letter_arrives_is_refused(session: Session, given: Cast, email: str) -> None:
    with pytest.raises(EmailIsMalformed):
        enrol(
            session, given.organisation(OrganisationKind.PRESCRIBER), Role.PRESCRIBER, by=SYSTEM, email=email
        )


def test_people_see_their_own_account_and_a_referent_those_of_his_staff(
    session: Session, given: Cast
) -> None:
    centre, other = (given.organisation(OrganisationKind.PRESCRIBER) for _ in range(2))
    referent, clerk = (
        given.user(centre, Role.PRESCRIBER, is_referent=True),
        given.user(centre, Role.PRESCRIBER),
    )
    stranger = given.user(other, Role.PRESCRIBER, is_referent=True)

    assert users.get(session, user_id=clerk.id, by=as_actor(clerk)) == clerk
    assert users.get(session, user_id=clerk.id, by=as_actor(referent)) == clerk
    for curious in (as_actor(stranger), Actor(stranger.id, other.id, Role.AUDITOR)):
        with pytest.raises(UserIsUnknown):
            users.get(session, user_id=clerk.id, by=curious)
    with pytest.raises(UserIsUnknown):
        users.get(session, user_id=referent.id, by=as_actor(clerk))


def test_an_organisations_people_are_listed_page_by_page(session: Session, given: Cast) -> None:
    centre = given.organisation(OrganisationKind.PRESCRIBER)
    staff = [given.user(centre, Role.PRESCRIBER).id for _ in range(3)]
    given.user(given.organisation(OrganisationKind.PRESCRIBER), Role.PRESCRIBER)

    first = [user.id for user in users.search(session, organisation_id=centre.id, limit=2)]
    rest = [user.id for user in users.search(session, organisation_id=centre.id, after=first[-1])]

    assert first + rest == sorted(staff)


def test_an_account_is_never_deleted(session: Session, given: Cast) -> None:
    user = given.user(given.organisation(OrganisationKind.PRESCRIBER), Role.PRESCRIBER)

    with pytest.raises(DBAPIError, match="permission denied"):
        session.execute(delete(User).where(User.id == user.id))
