import pytest

from tests.vouchers.acts import block
from tests.world import NOW, TODAY, World, serials_of
from voucher_service.funding.campaigns import CampaignIsBlocked
from voucher_service.funding.terms import DueOn, KeyPart
from voucher_service.ledger import accounts
from voucher_service.vouchers import activation
from voucher_service.vouchers.activation import BookletsAreActive, FundsDoNotCover, NothingToActivate
from voucher_service.vouchers.register import BookletIsUnknown
from voucher_service.vouchers.spent import VoucherIsReplaced


def _held(world: World, booklet: str, issue: int = 1) -> list[int]:
    return [world.balance(accounts.voucher(serial, issue)) for serial in serials_of(booklet)]


def test_an_activated_voucher_holds_its_face_and_the_funder_so_much_less(given: World) -> None:
    given.campaign()
    booklets = given.produced(2)
    given.funds(25_000)

    given.activate(booklets)

    assert _held(given, booklets[1]) == [1_000] * 10
    assert given.balance(accounts.funds("metropole")) == 5_000
    assert given.balance(accounts.ACTIVATION) == 0


def test_a_range_of_a_batch_is_activated_alone(given: World) -> None:
    given.campaign()
    booklets = given.produced(4)
    given.funds(40_000)

    given.activate(booklets[1:3])

    assert [_held(given, booklet)[0] for booklet in booklets] == [0, 1_000, 1_000, 0]


def test_nothing_is_activated_without_money_and_each_funder_hears_what_it_still_owes(given: World) -> None:
    given.campaign(key=[KeyPart(name, 1, 1, DueOn.BOUGHT) for name in ("caf", "etat", "metropole")])
    booklets = given.produced(1)
    given.funds(3_334, "caf")
    given.funds(3_000, "etat")

    with pytest.raises(FundsDoNotCover) as refused:
        given.activate(booklets)

    assert refused.value.missing_cents == {"etat": 333, "metropole": 3_333}
    assert _held(given, booklets[0]) == [0] * 10


def test_three_funders_with_an_odd_key_pay_to_the_cent(given: World) -> None:
    given.campaign(key=[KeyPart(name, 1, 1, DueOn.BOUGHT) for name in ("caf", "etat", "metropole")])
    booklets = given.produced(1)
    for funder, cents in {"caf": 3_334, "etat": 3_333, "metropole": 3_333}.items():
        given.funds(cents, funder)

    given.activate(booklets)

    assert [given.balance(accounts.funds(funder)) for funder in ("caf", "etat", "metropole")] == [0, 0, 0]
    assert _held(given, booklets[0]) == [1_000] * 10


def test_a_funder_that_pays_on_use_advances_nothing(given: World) -> None:
    given.campaign()
    given.funds(10_000, "etat")
    booklets = given.produced(1)

    with pytest.raises(FundsDoNotCover) as refused:
        given.activate(booklets)

    assert refused.value.missing_cents == {"metropole": 10_000}


def test_promised_money_and_money_in_suspense_pay_for_nothing(given: World) -> None:
    given.campaign()
    booklets = given.produced(1)
    given.pledge(10_000)
    given.deposit(10_000, funder=None)
    given.deposit(9_000)

    with pytest.raises(FundsDoNotCover) as refused:
        given.activate(booklets)

    assert refused.value.missing_cents == {"metropole": 1_000}


def test_booklets_are_activated_once(given: World) -> None:
    given.campaign()
    booklets = given.produced(3)
    given.funds(90_000)
    given.activate(booklets[1:2])

    with pytest.raises(BookletsAreActive) as refused:
        given.activate(booklets)

    assert refused.value.booklets == (booklets[1],)


def test_a_paper_voided_before_activation_stays_worth_nothing_and_costs_nothing(given: World) -> None:
    given.campaign()
    booklet = given.produced(1)[0]
    given.void(serials=serials_of(booklet)[:1])
    given.funds(9_000)

    given.activate([booklet])

    assert _held(given, booklet) == [0, *[1_000] * 9]
    assert given.balance(accounts.funds("metropole")) == 0


def test_a_booklet_voided_whole_leaves_nothing_to_activate(given: World) -> None:
    given.campaign()
    booklet = given.produced(1)[0]
    given.void(booklets=[booklet])

    with pytest.raises(NothingToActivate):
        given.activate([booklet])


def test_the_paper_that_replaced_another_before_activation_is_the_one_activated(given: World) -> None:
    given.campaign()
    booklet = given.produced(1)[0]
    serial = serials_of(booklet)[0]
    given.replace(serials=[serial])
    given.funds(10_000)

    given.activate([booklet])

    assert given.balance(accounts.voucher(serial, 1)) == 0
    assert given.balance(accounts.voucher(serial, 2)) == 1_000
    desk, shop = given.desk(), given.shop()
    given.allocate([booklet], desk)
    given.hand_over([booklet], desk)
    with pytest.raises(VoucherIsReplaced):
        given.redeem([serial], shop)
    assert given.redeem([serial], shop, issue=2).total_cents == 1_000


@pytest.mark.parametrize("booklets", [["PN-2026-000002", "PN-2026-000009"], ["PN-2026-000009"]])
def test_a_range_that_was_not_wholly_produced_is_refused(given: World, booklets: list[str]) -> None:
    given.campaign()
    given.produced(2)
    given.funds(90_000)

    with pytest.raises(BookletIsUnknown) as refused:
        given.activate(booklets)

    assert refused.value.booklets == ("PN-2026-000009",)


def test_a_range_begins_before_it_ends(given: World) -> None:
    given.campaign()
    given.produced(2)

    with pytest.raises(NothingToActivate):
        given.do(
            lambda s: activation.activate(
                s,
                series=given.series,
                first_booklet=2,
                last_booklet=1,
                mandate_number="2026-001",
                mandated_on=TODAY,
                on=TODAY,
                at=NOW,
                by=given.finance,
            )
        )


def test_a_blocked_campaign_activates_nothing_until_it_is_released(given: World) -> None:
    given.campaign()
    booklets = given.produced(1)
    given.funds(10_000)
    block(given)
    with pytest.raises(CampaignIsBlocked):
        given.activate(booklets)

    block(given, blocked=False)
    given.activate(booklets)

    assert _held(given, booklets[0]) == [1_000] * 10


def test_an_activation_keeps_its_mandate(given: World) -> None:
    given.campaign()
    given.active(2)

    [fact] = given.do(lambda s: activation.search(s, series=given.series, by=given.finance))

    assert (fact.first_booklet, fact.last_booklet, fact.mandate_number) == (1, 2, "2026-001")
