"""Each promise of the network, broken with raw SQL by the owner, is found."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from tests import bank_accounts
from tests.network.conftest import AT, COLLEAGUE, SIRET, campaign, enrolled, profile
from voucher_service.identity import organisations
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import SYSTEM
from voucher_service.kernel.database import Database
from voucher_service.network import accreditation, audit, closing, mediators, prescribers, venues
from voucher_service.network.accreditation import Decision, Reason
from voucher_service.network.closing import ClosingReason
from voucher_service.network.mediators import Standing
from voucher_service.network.operators import LegalForm


def _build(session: Session) -> None:
    operator_id = enrolled(session, LegalForm.ASSOCIATION, SIRET).organisation_id
    venue = venues.register(session, profile=profile(), operator_id=operator_id, at=AT, by=SYSTEM)
    accreditation.decide(
        session,
        campaign_id=campaign(session).id,
        venue_id=venue.id,
        decision=Decision.ACCREDITED,
        effective_on=date(2026, 3, 2),
        reason=Reason.FILE_COMPLETE,
        at=AT,
        by=COLLEAGUE,
    )
    account = {"iban": "FR7630006000011234567890189", "holder": "Association Inventée", "at": AT}
    bank_accounts.paid_on(session, operator_id=operator_id, **account)  # type: ignore[arg-type]
    adviser = mediators.register(
        session, operator_id=operator_id, label="Poste A", standing=Standing.STATE_FUNDED, at=AT, by=SYSTEM
    )
    mediators.grant_derogation(
        session,
        mediator_id=adviser.id,
        reference="Dérogation inventée",
        valid_from_on=date(2026, 1, 1),
        valid_until_on=date(2026, 12, 31),
        at=AT,
        by=SYSTEM,
    )
    kind = OrganisationKind.PRESCRIBER
    ccas = organisations.found(session, name="CCAS Inventé", siret=None, kind=kind, at=AT, by=SYSTEM)
    prescribers.enrol(session, organisation_id=ccas.id, at=AT, by=SYSTEM)
    site = prescribers.open_site(
        session, organisation_id=ccas.id, name="Accueil", commune="Ville-Fictive", at=AT, by=SYSTEM
    )
    closing.close_site(
        session, site_id=site.id, reason=ClosingReason.ENDED, on=date(2026, 3, 2), at=AT, by=SYSTEM
    )


@pytest.fixture
def audited(database: Database) -> Callable[[], Iterator[tuple[str, str]]]:
    database.run(_build)

    def _audited() -> Iterator[tuple[str, str]]:
        with database.snapshot() as view:
            for check in audit.CHECKS:
                yield from ((finding.check, finding.subject) for finding in check(view))

    return _audited


def test_a_network_built_by_the_rules_keeps_every_promise(
    audited: Callable[[], Iterator[tuple[str, str]]],
) -> None:
    assert list(audited()) == []


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE venue SET operator_id = NULL", ("every_accredited_venue_has_an_operator", "venue/1")),
        (
            "ALTER TABLE accreditation DROP CONSTRAINT fk_accreditation_venue_id_venue; DELETE FROM venue",
            ("every_accreditation_names_a_venue", "accreditation/1"),
        ),
        (
            "UPDATE organisation SET siret = NULL",
            ("every_paid_operator_has_a_siret", "Association Inventée"),
        ),
        (
            "UPDATE organisation SET kind = 'auditor' WHERE name = 'CCAS Inventé'",
            ("everyone_takes_part_in_his_capacity", "CCAS Inventé"),
        ),
        (
            "UPDATE mediator SET standing = 'employee'",
            ("only_the_state_funded_have_derogations", "derogation/1"),
        ),
        ("DELETE FROM duty_performed", ("every_creation_of_a_venue_is_a_duty", "venue/1")),
        ("UPDATE venue SET name_key = 'x'", ("every_venue_is_found_under_its_name", "venue/1")),
        ("UPDATE venue SET closed_on = '2026-03-02'", ("closings_are_written_down", "venue/1")),
        (
            f"""UPDATE bank_details_decision SET by = '{SYSTEM.user_id}', at = at + interval '1 second'""",
            ("approved_accounts_had_a_second_person", "bank-details/1"),
        ),
        ("UPDATE site SET closed_at = NULL", ("closings_are_written_down", "site/1")),
    ],
)
def test_each_broken_promise_is_found(
    audited: Callable[[], Iterator[tuple[str, str]]], owner_url: str, damage: str, found: tuple[str, str]
) -> None:
    engine = create_engine(owner_url)
    with engine.begin() as owner:
        owner.execute(text("SET session_replication_role = replica"))
        owner.execute(text(damage))
    engine.dispose()

    assert found in list(audited())
