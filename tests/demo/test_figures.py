"""The invented numbers pass the checks of real ones, and are nobody's."""

from schwifty import IBAN
from stdnum.fr import siret

from voucher_service.demo import figures


def test_invented_sirets_pass_the_check_and_no_two_bodies_share_one() -> None:
    made = [figures.siret(number) for number in range(1, 1000)]
    assert all(siret.is_valid(one) and one.startswith("00000") for one in made)
    assert len(set(made)) == len(made)


def test_invented_ibans_pass_both_checks_and_are_at_no_bank() -> None:
    made = [figures.iban(number) for number in range(1000)]
    assert all(IBAN(one, validate_bban=True).is_valid and IBAN(one).bic is None for one in made)
    assert len(set(made)) == len(made)
