"""Tests of the accounts from which campaigns pay."""

import pytest

from tests.settlement.office import IBAN, Scene
from voucher_service.funding import campaigns
from voucher_service.network.ibans import IbanIsWrong
from voucher_service.settlement import paying_accounts


def test_the_last_account_recorded_stands_and_the_others_are_kept(scene: Scene) -> None:
    world = scene.office.world
    scene.office.pay_from("FR14 2004 1010 0505 0001 3M02 606", imputation="65134")

    campaign = world.do(lambda s: campaigns.get(s, world.series))
    account = world.do(lambda s: paying_accounts.find(s, campaign))

    assert (account.no, account.iban, account.imputation) == (2, "FR1420041010050500013M02606", "65134")
    kept = world.do(lambda s: [one.iban for one in paying_accounts.of_campaign(s, campaign)])
    assert kept == [account.iban, IBAN]


def test_a_mistyped_iban_is_refused(scene: Scene) -> None:
    with pytest.raises(IbanIsWrong):
        scene.office.pay_from("FR7630001007941234567890186")
