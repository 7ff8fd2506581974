"""An account exists, is reached by SEPA, and has a bank whose name people know."""

import pytest

from voucher_service.network import ibans
from voucher_service.network.ibans import BicIsWrong, IbanIsOutsideSepa, IbanIsWrong

POSTAL = "FR14 2004 1010 0505 0001 3M02 606"
TREASURY = "FR7610071750000000100525432"
BANQUE_DE_FRANCE = "FR463000100064R340123456711"
UNKNOWN_BANK = "FR7699999000010000000000115"


def test_an_account_is_kept_tidy_and_shown_masked() -> None:
    assert ibans.checked(POSTAL, None) == ("FR1420041010050500013M02606", "PSSTFRPP")
    assert ibans.written("FR1420041010050500013M02606") == POSTAL
    assert ibans.masked("FR1420041010050500013M02606") == "FR14 **** 2606"


@pytest.mark.parametrize(
    ("iban", "bic"), [(TREASURY, "TRPUFRP1XXX"), (BANQUE_DE_FRANCE, "BDFEFRPP"), (UNKNOWN_BANK, None)]
)
def test_a_missing_bic_is_the_banks_where_it_is_known(iban: str, bic: str | None) -> None:
    assert ibans.checked(iban, None) == (iban, bic)


@pytest.mark.parametrize(("iban", "bank"), [(TREASURY, "TRESOR PUBLIC"), (UNKNOWN_BANK, None)])
def test_a_bank_is_named_where_the_register_knows_it(iban: str, bank: str | None) -> None:
    assert ibans.bank_of(iban) == bank


def test_a_given_bic_is_kept_even_where_the_banks_is_known() -> None:
    assert ibans.checked(BANQUE_DE_FRANCE, "bdfe frpp cct")[1] == "BDFEFRPPCCT"


def test_an_overseas_bank_has_a_french_iban_and_a_bic_of_its_own() -> None:
    assert ibans.checked(UNKNOWN_BANK, "ABCDREGGXXX")[1] == "ABCDREGGXXX"


@pytest.mark.parametrize("iban", ["FR1420041010050500013M02607", "FR14", "", "XX00 0000"])
def test_a_mistyped_iban_is_refused(iban: str) -> None:
    with pytest.raises(IbanIsWrong):
        ibans.checked(iban, None)


@pytest.mark.parametrize("bic", ["PSSTFRP", "DEUTDEFF", "PSST??PP"])
def test_a_bic_that_cannot_be_this_banks_is_refused(bic: str) -> None:
    with pytest.raises(BicIsWrong):
        ibans.checked(POSTAL, bic)


def test_an_account_beyond_the_reach_of_sepa_is_refused() -> None:
    with pytest.raises(IbanIsOutsideSepa):
        ibans.checked("TN5910006035183598478831", None)
