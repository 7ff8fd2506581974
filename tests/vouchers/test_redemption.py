from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.vouchers.acts import every, nobody_s_code
from tests.world import SERVICE, TODAY, World, serials_of
from voucher_service.funding import campaigns
from voucher_service.kernel.identifiers import new_id
from voucher_service.ledger import accounts, statements
from voucher_service.network.mediators import Standing
from voucher_service.vouchers import redemption
from voucher_service.vouchers.basket import BasketIsOutOfBounds, BasketIsRefused, BasketSpansCampaigns, Mode
from voucher_service.vouchers.code import CodeIsMistyped
from voucher_service.vouchers.delivery import Delivery, StateFundedWorkIsNotPaidFor
from voucher_service.vouchers.presentation import CodeIsUnknown, VenueIsNotYours
from voucher_service.vouchers.redemption import Redemption, RedemptionIsUnknown, Taken
from voucher_service.vouchers.refused_codes import RefusedCode
from voucher_service.vouchers.spent import VoucherIsSpent


def _remembered(world: World) -> list[tuple[str, str | None]]:
    codes = every(world, select(RefusedCode).order_by(RefusedCode.no))
    return [(one.reason, one.serial) for one in codes]


def test_the_venue_is_owed_what_the_voucher_held(given: World) -> None:
    given.campaign()
    serials = serials_of(given.in_hand()[0])
    shop = given.shop()

    outcome = given.redeem(serials[:3], shop)

    assert outcome.total_cents == 3_000
    assert given.balance(accounts.due(shop.venue.no)) == 3_000
    assert given.balance(accounts.voucher(serials[0], 1)) == 0
    assert given.balance(accounts.USED) == 3


def test_a_voucher_pays_once(given: World) -> None:
    given.campaign()
    serial = serials_of(given.in_hand()[0])[0]
    shop = given.shop()
    given.redeem([serial], shop)

    with pytest.raises(VoucherIsSpent):
        given.redeem([serial], shop)

    assert given.balance(accounts.due(shop.venue.no)) == 1_000


def test_a_redemption_keeps_what_was_done_for_the_person(given: World) -> None:
    given.campaign(payment_days=20)
    serials, shop = serials_of(given.in_hand()[0]), given.shop()
    served_on = TODAY - timedelta(days=3)
    delivered = Delivery(SERVICE, 45, Standing.VOLUNTEER, out_of_pocket_cents=250)

    outcome = given.redeem(serials[:2], shop, served_on=served_on, delivered=delivered)

    facts: list[Redemption] = every(given, select(Redemption).order_by(Redemption.line))
    assert [(fact.serial, fact.line, fact.turn) for fact in facts] == [(serials[0], 1, 0), (serials[1], 2, 0)]
    assert {fact.basket_id for fact in facts} == {outcome.basket_id}
    [first] = facts[:1]
    assert (first.service, first.minutes, first.delivered_by) == (SERVICE, 45, "volunteer")
    assert (first.out_of_pocket_cents, first.served_on) == (250, served_on)
    assert (first.venue_no, first.operator_id) == (shop.venue.no, shop.clerk.organisation_id)
    assert first.pay_by == TODAY + timedelta(days=20)


def test_a_receipt_names_each_voucher_in_the_order_of_the_codes(given: World) -> None:
    given.campaign()
    serials, shop = serials_of(given.in_hand()[0]), given.shop()

    outcome = given.redeem([serials[4], serials[1]], shop)

    taken = [item for item in outcome.items if isinstance(item, Taken)]
    assert [item.serial for item in taken] == [serials[4], serials[1]]
    found = given.do(lambda s: redemption.get(s, taken[0].redemption_id))
    assert (found.serial, found.face_cents) == (serials[4], 1_000)
    with pytest.raises(RedemptionIsUnknown):
        given.do(lambda s: redemption.get(s, new_id()))


def test_a_basket_is_taken_whole_or_not_at_all(given: World) -> None:
    given.campaign()
    serials, shop = serials_of(given.in_hand()[0]), given.shop()
    given.redeem(serials[:1], shop)

    with pytest.raises(BasketIsRefused) as refused:
        given.redeem(serials[:3], shop)

    assert [(one["place"], one["code"]) for one in refused.value.refused] == [(1, "voucher-is-spent")]
    assert refused.value.refused[0]["facts"] == {"serial": serials[0], "served_on": TODAY}
    assert given.balance(accounts.due(shop.venue.no)) == 1_000


def test_each_voucher_of_a_basket_may_be_taken_for_itself(given: World) -> None:
    given.campaign()
    serials, shop = serials_of(given.in_hand()[0]), given.shop()
    given.redeem(serials[:1], shop)
    letters = [given.letters(serials[0]), nobody_s_code(), given.letters(serials[1]), "ABC"]

    outcome = given.redeem_codes(letters, shop, mode=Mode.EACH)

    assert [type(item).__name__ for item in outcome.items] == [
        "VoucherIsSpent",
        "CodeIsUnknown",
        "Taken",
        "CodeIsMalformed",
    ]
    assert outcome.total_cents == 1_000
    assert given.balance(accounts.due(shop.venue.no)) == 2_000


def test_a_basket_of_which_nothing_is_good_is_refused_in_either_mode(given: World) -> None:
    given.campaign()
    serials, shop = serials_of(given.in_hand()[0]), given.shop()
    given.redeem(serials[:2], shop)

    with pytest.raises(BasketIsRefused):
        given.redeem(serials[:2], shop, mode=Mode.EACH)


def test_a_single_voucher_is_refused_in_its_own_words(given: World) -> None:
    given.campaign()
    shop = given.shop()

    with pytest.raises(CodeIsUnknown):
        given.redeem_codes([nobody_s_code()], shop)
    with pytest.raises(CodeIsMistyped):
        given.redeem_codes([nobody_s_code()[:-1] + "Z"], shop)


def test_a_basket_holds_one_to_twenty_different_vouchers(given: World) -> None:
    given.campaign()
    booklets, shop = given.in_hand(3), given.shop()
    serials = [serial for booklet in booklets for serial in serials_of(booklet)]

    with pytest.raises(BasketIsOutOfBounds):
        given.redeem([], shop)
    with pytest.raises(BasketIsOutOfBounds):
        given.redeem(serials[:21], shop)
    with pytest.raises(BasketIsOutOfBounds):
        given.redeem_codes([given.letters(serials[0]), f"PN1:{given.letters(serials[0])}"], shop)
    assert given.redeem(serials[:20], shop).total_cents == 20_000


def test_a_basket_belongs_to_one_campaign(given: World) -> None:
    given.campaign()
    shop = given.shop()
    other = World(given.do, given.keyring, series="HT-2027")
    other.campaign()
    other.accredit(shop.venue)
    here, there = given.in_hand()[0], other.in_hand()[0]
    letters = [given.letters(serials_of(here)[0]), other.letters(serials_of(there)[0])]

    with pytest.raises(BasketSpansCampaigns) as refused:
        given.redeem_codes(letters, shop)

    assert refused.value.series == ("HT-2027", "PN-2026")
    assert other.redeem_codes(letters[1:], shop).total_cents == 1_000


def test_nobody_takes_vouchers_for_another_s_venue(given: World) -> None:
    given.campaign()
    serials = serials_of(given.in_hand()[0])
    mine, other = given.shop(), given.shop()
    pretended = type(mine)(other.venue, mine.clerk)

    with pytest.raises(VenueIsNotYours):
        given.redeem(serials[:1], pretended)


def test_every_refused_code_is_remembered_and_none_is_written_down(committed: World) -> None:
    committed.campaign()
    serials, shop = serials_of(committed.in_hand()[0]), committed.shop()
    committed.redeem(serials[:1], shop)
    letters = [committed.letters(serials[0]), nobody_s_code(), committed.letters(serials[1])]

    with pytest.raises(BasketIsRefused):
        committed.redeem_codes(letters, shop)
    committed.redeem_codes(letters, shop, mode=Mode.EACH)

    refused = [("voucher-is-spent", serials[0]), ("code-is-unknown", None)]
    assert _remembered(committed) == refused * 2


def test_guesses_among_good_codes_are_remembered_too(committed: World) -> None:
    committed.campaign()
    shop, good = committed.shop(), serials_of(committed.in_hand()[0])[0]
    other = World(committed.do, committed.keyring, series="HT-2027")
    other.campaign()
    elsewhere = serials_of(other.in_hand()[0])[0]
    by_the_state = Delivery(SERVICE, 60, Standing.STATE_FUNDED)
    letters = [committed.letters(good), nobody_s_code()]

    with pytest.raises(BasketSpansCampaigns):
        committed.redeem_codes([*letters, other.letters(elsewhere)], shop)
    with pytest.raises(StateFundedWorkIsNotPaidFor):
        committed.redeem_codes(letters, shop, mode=Mode.EACH, delivered=by_the_state)

    assert [reason for reason, _ in _remembered(committed)].count("code-is-unknown") == 2


def test_a_redemption_counts_on_the_day_of_service(given: World) -> None:
    given.campaign()
    serials, shop = serials_of(given.in_hand()[0]), given.shop()

    given.redeem(serials[:1], shop, served_on=date(2026, 6, 1))

    def due_on(day: date) -> int:
        return given.do(  # type: ignore[no-any-return]
            lambda s: statements.balance(
                s,
                campaign_id=campaigns.get(s, given.series).id,
                address=accounts.due(shop.venue.no),
                effective_on=day,
            )
        )

    assert (due_on(date(2026, 5, 31)), due_on(date(2026, 6, 1))) == (0, 1_000)
