"""An operator that closed stays payable: to somebody else, with a deed, and with the delay of a change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.bank_accounts import RIB, SECOND, approved, paid_on, read
from tests.network.conftest import AT, OTHER_SIRET, SIRET, staff_of
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.identity.fresh_proof import FreshProof
from voucher_service.identity.organisations import SiretIsWrong
from voucher_service.identity.separation import DutiesAreIncompatible
from voucher_service.kernel.actor import SYSTEM, Actor
from voucher_service.network import bank_decisions, bank_details, bank_proposals, bank_search, holds, payees
from voucher_service.network.bank_decisions import NobodyWasCalledBack
from voucher_service.network.bank_details import COOLING, BankDetails
from voucher_service.network.bank_search import State
from voucher_service.network.holds import Cause
from voucher_service.network.operators import Operator
from voucher_service.network.payees import Deed, DeedIsAhead, PayeeKind

OLD, NEW = "FR7630006000011234567890189", "FR1420041010050500013M02606"
TODAY = date(2026, 3, 2)
DEED = Deed(
    PayeeKind.LIQUIDATOR, "Me Inventé", OTHER_SIRET, "Jugement fictif du 15 janvier", date(2026, 1, 15)
)


@pytest.fixture
def operator_id(session: Session, enrol: Callable[..., Operator]) -> UUID:
    closed = enrol(siret=SIRET).organisation_id
    paid_on(session, operator_id=closed, iban=OLD, holder="Association Inventée", at=AT)
    return closed


def _propose(
    session: Session, operator_id: UUID, deed: Deed = DEED, by: Actor = SYSTEM, **more: Any
) -> BankDetails:
    account: dict[str, Any] = {
        "iban": NEW,
        "holder": "Me Inventé, compte de tiers",
        "on": TODAY,
        "at": AT,
    } | more
    details = payees.propose(session, operator_id=operator_id, deed=deed, by=by, **account)
    bank_proposals.keep_evidence(session, details_id=details.id, content=RIB, at=AT, by=by)
    return details


def test_a_liquidator_is_paid_after_the_delay_of_a_change(session: Session, operator_id: UUID) -> None:
    details = _propose(session, operator_id)

    decision = approved(session, details, at=AT)

    assert decision.in_force_at == AT + COOLING
    assert bank_details.current(session, operator_id=operator_id, at=AT + COOLING) is details
    proposal = bank_search.get(session, details_id=details.id, at=AT + COOLING, by=SYSTEM)
    assert proposal.state is State.IN_FORCE
    assert proposal.payee is not None
    assert (proposal.payee.name, proposal.payee.siret) == ("Me Inventé", OTHER_SIRET)
    assert bank_search.checks(session, proposal=proposal).legal_name == "Me Inventé"


def test_a_payee_waits_even_where_the_operator_had_no_account_or_the_same(
    session: Session, operator_id: UUID
) -> None:
    same = _propose(session, operator_id, iban=OLD)

    with pytest.raises(NobodyWasCalledBack):
        approved(session, same, at=AT, called_back=None)
    assert approved(session, same, at=AT).in_force_at == AT + COOLING


def test_who_proposed_a_payee_does_not_approve_him(session: Session, operator_id: UUID) -> None:
    details = _propose(session, operator_id, by=SECOND)
    read(session, details.subject, at=AT)

    with pytest.raises(DutiesAreIncompatible):
        bank_decisions.approve(
            session,
            details_id=details.id,
            proof=FreshProof(SECOND.user_id, AT),
            called_back="Étude",
            at=AT,
            by=SECOND,
        )


@pytest.mark.parametrize(
    ("kind", "left"),
    [
        (PayeeKind.LIQUIDATOR, [Cause.SEIZURE, Cause.ASSIGNMENT]),
        (PayeeKind.ASSIGNEE, [Cause.SEIZURE, Cause.CLOSED]),
        (PayeeKind.CREDITOR, [Cause.SEIZURE, Cause.ASSIGNMENT, Cause.CLOSED]),
    ],
)
def test_an_approved_payee_lifts_the_holds_that_waited_for_him(
    session: Session, operator_id: UUID, kind: PayeeKind, left: list[Cause]
) -> None:
    for cause in (Cause.SEIZURE, Cause.ASSIGNMENT, Cause.CLOSED, Cause.RETURNED_PAYMENT):
        holds.place(session, operator_id=operator_id, cause=cause, at=AT, by=SYSTEM)

    approved(session, _propose(session, operator_id, replace(DEED, kind=kind)), at=AT)

    assert [hold.cause for hold in holds.open_of(session, operator_id=operator_id)] == left


def test_a_deed_is_not_ahead_of_its_day_and_its_siret_is_right(session: Session, operator_id: UUID) -> None:
    with pytest.raises(DeedIsAhead):
        _propose(session, operator_id, replace(DEED, entitled_on=TODAY + timedelta(days=1)))
    with pytest.raises(SiretIsWrong):
        _propose(session, operator_id, replace(DEED, siret="12345678901234"))


def test_an_operators_own_people_name_no_payee(session: Session, operator_id: UUID) -> None:
    with pytest.raises(DutyIsNotYours):
        _propose(session, operator_id, by=staff_of(operator_id))
