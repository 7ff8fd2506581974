"""Each promise about accounts, broken by hand, is found."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from tests.identity.conftest import NOON, Cast, as_actor, set_up
from voucher_service.identity import (
    audit,
    corrections,
    locking,
    organisations,
    resets,
    separation,
    telephones,
)
from voucher_service.identity.corrections import CorrectionReason
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.identity.separation import Duty
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring

USE_WHAT_HAS_EXPIRED = """
INSERT INTO password_link_use
SELECT id, expires_at FROM password_link WHERE id NOT IN (SELECT link_id FROM password_link_use)
"""

ONE_PERSON = """
INSERT INTO duty_performed (subject, duty, user_id, person_id, at)
SELECT subject, 'approve-run', user_id, person_id, at FROM duty_performed WHERE duty = 'prepare-run'
"""


def found(session: Session) -> list[str]:
    return [finding.check for check in audit.CHECKS for finding in check(session)]


def live_a_little(session: Session, keyring: Keyring) -> None:
    """Enrol, lock, unlock and lock again, let links be used and left, telephones be paired and lost."""
    given = Cast(session)
    for telephone_is_lost in (True, False):
        owner = given.person()
        set_up(session, owner, keyring)
        if telephone_is_lost:
            telephones.reset(session, user_id=owner.id, at=NOON, by=SYSTEM)
    given.user(given.organisation(OrganisationKind.OPERATOR), Role.FINANCE, is_referent=True)
    person, other = given.person(), given.person()
    resets.start_reset(session, user_id=other.id, at=NOON, by=SYSTEM)
    locking.lock(session, account_id=person.id, at=NOON, by=SYSTEM)
    locking.unlock(session, account_id=person.id, at=NOON + timedelta(minutes=1), by=SYSTEM)
    locking.lock(session, account_id=other.id, at=NOON, by=SYSTEM)
    kind = OrganisationKind.VENUE_OPERATOR
    known = organisations.found(session, name="Association", siret=None, kind=kind, at=NOON, by=SYSTEM)
    said = {"name": "Association Inventée", "siret": "73282932000074", "reason": CorrectionReason.COMPLETED}
    corrections.correct(session, organisation_id=known.id, **said, at=NOON, by=SYSTEM)  # type: ignore[arg-type]
    clerk = as_actor(person)
    for user_id, duty in ((person.id, Duty.PREPARE_RUN), (other.id, Duty.APPROVE_RUN)):
        by = replace(clerk, user_id=user_id)
        separation.perform(session, duty=duty, subject="run/PN-2026/1", at=NOON, by=by)
    session.flush()


def test_accounts_that_live_by_the_rules_give_no_finding(session: Session, keyring: Keyring) -> None:
    live_a_little(session, keyring)

    assert found(session) == []


@pytest.mark.parametrize(
    ("tampering", "check"),
    [
        ("UPDATE service_user SET role = 'operator' WHERE role = 'prescriber'", "roles_fit_the_organisation"),
        ("UPDATE service_user SET locked_at = NULL", "locks_are_written_down"),
        ("UPDATE service_user SET locked_at = now() WHERE locked_at IS NULL", "locks_are_written_down"),
        (USE_WHAT_HAS_EXPIRED, "links_are_used_in_time"),
        ("UPDATE organisation SET name = 'Autre' WHERE siret IS NOT NULL", "corrections_are_written_down"),
        ("UPDATE second_factor SET ended_at = now()", "factors_are_written_down"),
        (ONE_PERSON, "nobody_did_both_duties_of_a_pair"),
    ],
)
def test_what_the_owner_of_the_database_tampers_with_is_found(
    database: Database, owner_url: str, keyring: Keyring, tampering: str, check: str
) -> None:
    with database.transaction() as session:
        live_a_little(session, keyring)
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        assert connection.execute(text(tampering)).rowcount > 0
    engine.dispose()

    with database.snapshot() as view:
        assert set(found(view)) == {check}
