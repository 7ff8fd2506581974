"""A campaign that is blocked takes and gives nothing until it is released."""

from tests.api.town import API, SERIES, Town, refused
from tests.world import serials_of
from voucher_service.kernel.actor import Role

BLOCKS = f"{API}/campaign-blocks"


def test_nothing_is_redeemed_while_a_campaign_is_blocked(town: Town) -> None:
    first, second, *_ = serials_of(town.in_hand()[0])

    town.finance.post(BLOCKS, {"series": SERIES, "blocked": True, "reason": "Enquête"})
    blocked = town.redeem([first])
    shown = town.operator.get(f"{API}/campaigns/{SERIES}").get_json()["blocked"]
    town.operator.post(BLOCKS, {"series": SERIES, "blocked": False, "reason": "Rien à signaler"})

    assert refused(blocked) == (409, "campaign-is-blocked")
    assert shown is True
    assert town.redeem([second]).status_code == 201


def test_a_block_says_its_reason(town: Town) -> None:
    answer = town.operator.post(BLOCKS, {"series": SERIES, "blocked": True, "reason": "Enquête"})

    assert (answer.status_code, answer.get_json()["reason"]) == (201, "Enquête")


def test_a_prescriber_blocks_no_campaign(town: Town) -> None:
    body = {"series": SERIES, "blocked": True, "reason": "Non"}

    assert town.someone(Role.PRESCRIBER).post(BLOCKS, body).status_code == 403
