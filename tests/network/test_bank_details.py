"""An operator is paid on the account it gave last."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from tests.network.conftest import AT, OTHER_SIRET, SIRET, staff_of
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.kernel.identifiers import new_id
from voucher_service.network import bank_details
from voucher_service.network.bank_details import BicIsWrong, IbanIsOutsideSepa, IbanIsWrong
from voucher_service.network.operators import LegalForm, Operator, OperatorIsUnknown

Enrol = Callable[..., Operator]
POSTAL = "FR14 2004 1010 0505 0001 3M02 606"
TREASURY = "FR7610071750000000100525432"
BANQUE_DE_FRANCE = "FR463000100064R340123456711"
UNKNOWN_BANK = "FR7699999000010000000000115"


@pytest.fixture
def operator(enrol: Enrol) -> Operator:
    return enrol(LegalForm.ASSOCIATION)


def _record(
    session: Session, operator: Operator, iban: str, bic: str | None = None
) -> bank_details.BankDetails:
    return bank_details.record(
        session,
        operator_id=operator.organisation_id,
        iban=iban,
        bic=bic,
        holder="Association  Inventée",
        at=AT,
        by=SYSTEM,
    )


def test_an_account_is_kept_tidy_and_shown_masked(session: Session, operator: Operator) -> None:
    details = _record(session, operator, POSTAL)

    assert details.iban == "FR1420041010050500013M02606"
    assert details.bic == "PSSTFRPP"
    assert details.holder == "Association Inventée"
    assert details.recorded_by == SYSTEM.user_id
    assert details.masked_iban == "FR14 **** 2606"


@pytest.mark.parametrize(
    ("iban", "bic"), [(TREASURY, "TRPUFRP1XXX"), (BANQUE_DE_FRANCE, "BDFEFRPP"), (UNKNOWN_BANK, None)]
)
def test_a_missing_bic_is_the_banks_where_it_is_known(
    session: Session, operator: Operator, iban: str, bic: str | None
) -> None:
    assert _record(session, operator, iban).bic == bic


def test_a_given_bic_is_kept_even_where_the_banks_is_known(session: Session, operator: Operator) -> None:
    assert _record(session, operator, BANQUE_DE_FRANCE, "bdfe frpp cct").bic == "BDFEFRPPCCT"


def test_an_overseas_bank_has_a_french_iban_and_a_bic_of_its_own(
    session: Session, operator: Operator
) -> None:
    assert _record(session, operator, UNKNOWN_BANK, "ABCDREGGXXX").bic == "ABCDREGGXXX"


@pytest.mark.parametrize("iban", ["FR1420041010050500013M02607", "FR14", "", "XX00 0000"])
def test_a_mistyped_iban_is_refused(session: Session, operator: Operator, iban: str) -> None:
    with pytest.raises(IbanIsWrong):
        _record(session, operator, iban)


@pytest.mark.parametrize("bic", ["PSSTFRP", "DEUTDEFF", "PSST??PP"])
def test_a_bic_that_cannot_be_this_banks_is_refused(session: Session, operator: Operator, bic: str) -> None:
    with pytest.raises(BicIsWrong):
        _record(session, operator, POSTAL, bic)


def test_an_account_beyond_the_reach_of_sepa_is_refused(session: Session, operator: Operator) -> None:
    with pytest.raises(IbanIsOutsideSepa):
        _record(session, operator, "TN5910006035183598478831")


def test_the_account_given_last_is_the_one_paid(session: Session, operator: Operator) -> None:
    assert bank_details.current(session, operator_id=operator.organisation_id) is None

    _record(session, operator, POSTAL)
    last = _record(session, operator, TREASURY)

    assert bank_details.current(session, operator_id=operator.organisation_id) is last


def test_an_operators_own_people_give_its_account_and_no_one_elses(session: Session, enrol: Enrol) -> None:
    mine, theirs = enrol(siret=SIRET).organisation_id, enrol(siret=OTHER_SIRET).organisation_id
    account = {"iban": POSTAL, "holder": "Association Inventée", "at": AT, "by": staff_of(mine)}

    bank_details.record(session, operator_id=mine, **account)  # type: ignore[arg-type]

    with pytest.raises(OperatorIsUnknown):
        bank_details.record(session, operator_id=theirs, **account)  # type: ignore[arg-type]
    assert bank_details.current(session, operator_id=theirs) is None


def test_a_prescriber_gives_nobodys_account(session: Session, operator: Operator) -> None:
    with pytest.raises(DutyIsNotYours):
        bank_details.record(
            session,
            operator_id=operator.organisation_id,
            iban=POSTAL,
            holder="Autre",
            at=AT,
            by=staff_of(new_id(), Role.PRESCRIBER),
        )
