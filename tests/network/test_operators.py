"""Venue operators are paid, and a public one shows by what right it cashes."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import bank_accounts
from tests.network.conftest import AT, LA_POSTE, SIRET
from voucher_service.identity import organisations
from voucher_service.identity.organisations import (
    OrganisationIsFoundedAlready,
    OrganisationKind,
    SiretIsWrong,
)
from voucher_service.kernel.actor import SYSTEM
from voucher_service.kernel.identifiers import new_id
from voucher_service.network import operators, readiness
from voucher_service.network.operators import (
    CashingMeans,
    LegalForm,
    Operator,
    OperatorHasChanged,
    OperatorIsUnknown,
    OrganisationIsNotAVenueOperator,
)
from voucher_service.network.readiness import Missing

Enrol = Callable[..., Operator]


def test_the_establishments_of_la_poste_follow_their_own_rule(enrol: Enrol, session: Session) -> None:
    operator = enrol(LegalForm.COMPANY, LA_POSTE)

    found = organisations.get(session, organisation_id=operator.organisation_id)
    assert found.siret == LA_POSTE


def test_a_siret_is_checked_and_used_once(enrol: Enrol) -> None:
    enrol(LegalForm.COMPANY, SIRET)

    with pytest.raises(OrganisationIsFoundedAlready):
        enrol(LegalForm.COMPANY, SIRET)
    with pytest.raises(SiretIsWrong):
        enrol(LegalForm.COMPANY, SIRET[:-1] + "5")


def test_a_prescribing_organisation_runs_no_venue(session: Session) -> None:
    kind = OrganisationKind.PRESCRIBER
    ccas = organisations.found(session, name="CCAS Inventé", siret=None, kind=kind, at=AT, by=SYSTEM)

    with pytest.raises(OrganisationIsNotAVenueOperator):
        operators.enrol(session, organisation_id=ccas.id, legal_form=LegalForm.PUBLIC, at=AT, by=SYSTEM)


def test_an_association_lacks_only_its_bank_details(enrol: Enrol, session: Session) -> None:
    operator = enrol(LegalForm.ASSOCIATION)

    assert readiness.missing(session, operator_id=operator.organisation_id) == [Missing.BANK_DETAILS]


def test_an_operator_of_unknown_form_without_siret_is_asked_for_both(enrol: Enrol, session: Session) -> None:
    operator = enrol(LegalForm.UNKNOWN, None)

    assert readiness.missing(session, operator_id=operator.organisation_id) == [
        Missing.SIRET,
        Missing.LEGAL_FORM,
        Missing.BANK_DETAILS,
    ]


def test_a_public_body_is_ready_once_it_has_shown_its_act_and_its_account(
    enrol: Enrol, session: Session
) -> None:
    town = enrol(LegalForm.PUBLIC).organisation_id
    assert readiness.missing(session, operator_id=town) == [Missing.CASHING_ACT, Missing.BANK_DETAILS]

    act = operators.record_cashing_act(
        session,
        operator_id=town,
        means=CashingMeans.REVENUE_OFFICE,
        reference="Arrêté inventé 2026-01",
        signed_on=date(2026, 1, 15),
        at=AT,
        by=SYSTEM,
    )
    bank_accounts.paid_on(
        session, operator_id=town, iban="FR1420041010050500013M02606", holder="Régie", at=AT
    )

    assert operators.find_cashing_act(session, operator_id=town) is act
    assert readiness.missing(session, operator_id=town) == []


def test_an_account_that_waits_for_approval_is_still_lacking(enrol: Enrol, session: Session) -> None:
    association = enrol(LegalForm.ASSOCIATION).organisation_id
    account: dict[str, Any] = {
        "iban": "FR1420041010050500013M02606",
        "holder": "Association Inventée",
        "at": AT,
    }

    details = bank_accounts.proposed(session, operator_id=association, **account)
    assert readiness.missing(session, operator_id=association) == [Missing.BANK_DETAILS]

    bank_accounts.approved(session, details, at=AT)
    assert readiness.missing(session, operator_id=association) == []


def test_the_latest_cashing_act_stands(enrol: Enrol, session: Session) -> None:
    town = enrol(LegalForm.PUBLIC).organisation_id
    for means in (CashingMeans.REVENUE_OFFICE, CashingMeans.MANDATE):
        operators.record_cashing_act(
            session,
            operator_id=town,
            means=means,
            reference="Acte inventé",
            signed_on=date(2026, 1, 15),
            at=AT,
            by=SYSTEM,
        )

    standing = operators.find_cashing_act(session, operator_id=town)

    assert standing is not None
    assert standing.means is CashingMeans.MANDATE


def test_a_legal_form_is_corrected_by_who_has_read_it(enrol: Enrol, session: Session) -> None:
    read = enrol(LegalForm.UNKNOWN)

    corrected = operators.correct(
        session,
        operator_id=read.organisation_id,
        legal_form=LegalForm.COMPANY,
        version=1,
        at=AT,
        by=SYSTEM,
    )

    assert (corrected.legal_form, corrected.version) == (LegalForm.COMPANY, 2)
    with pytest.raises(OperatorHasChanged) as refused:
        operators.correct(
            session,
            operator_id=read.organisation_id,
            legal_form=LegalForm.PUBLIC,
            version=1,
            at=AT,
            by=SYSTEM,
        )
    assert refused.value.facts() == {"version": 2}


def test_an_unknown_operator_is_refused(session: Session) -> None:
    with pytest.raises(OperatorIsUnknown):
        readiness.missing(session, operator_id=new_id())
