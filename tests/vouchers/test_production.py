import pytest
from sqlalchemy import func, select

from tests.vouchers.acts import block, every
from tests.world import NOW, TODAY, World, serials_of
from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import CampaignIsBlocked
from voucher_service.funding.terms import DueOn, KeyPart
from voucher_service.ledger import accounts
from voucher_service.ledger.books import Colour, ColourShare
from voucher_service.vouchers import code, production
from voucher_service.vouchers.production import Batch, BatchIsOutOfBounds, BatchIsUnknown
from voucher_service.vouchers.register import CodeMac, Voucher


def test_serials_go_on_from_batch_to_batch(given: World) -> None:
    given.campaign(booklet_size=5)

    first, second, third = given.produced(2), given.produced(1), given.produced(2)

    assert [*first, *second, *third] == [f"PN-2026-00000{n}" for n in range(1, 6)]
    serials = every(given, select(Voucher.serial).order_by(Voucher.serial))
    assert serials == [serial for booklet in [*first, *second, *third] for serial in serials_of(booklet, 5)]


def test_two_campaigns_number_their_vouchers_apart(given: World) -> None:
    given.campaign()
    other = World(given.do, given.keyring, series="HT-2027")
    other.campaign()

    assert given.produced(1) == ["PN-2026-000001"]
    assert other.produced(1) == ["HT-2027-000001"]


def test_the_database_holds_a_fingerprint_of_each_code_and_the_key_gives_the_code_again(given: World) -> None:
    given.campaign()
    booklets = [*given.produced(2), *given.produced(1)]

    stored = {row.serial: bytes(row.mac) for row in every(given, select(CodeMac))}

    letters = {serial: given.letters(serial) for booklet in booklets for serial in serials_of(booklet)}
    pepper = given.keyring.code_pepper()
    assert len(set(letters.values())) == 30
    assert stored == {serial: code.mac(pepper, said) for serial, said in letters.items()}


def test_what_is_produced_is_in_stock_and_worth_nothing(given: World) -> None:
    given.campaign()

    booklets = given.produced(3)

    assert given.balance(accounts.STOCK) == 30
    assert given.balance(accounts.TAKEN_IN_CHARGE) == -30
    assert [given.balance(accounts.booklet(number)) for number in booklets] == [10, 10, 10]
    assert {given.balance(accounts.voucher(serial, 1)) for serial in serials_of(booklets[0])} == {0}


def test_each_batch_carries_the_funders_keys_to_the_cent(given: World) -> None:
    key = [
        KeyPart("caf", 1, 0, DueOn.BOUGHT),
        KeyPart("etat", 0, 2, DueOn.USED),
        KeyPart("metropole", 2, 1, DueOn.BOUGHT),
    ]
    campaign = given.campaign(key=key, face_cents=1_001, booklet_size=5)
    given.produced(1)

    share = select(
        ColourShare.funder, func.sum(ColourShare.advanced_cents), func.sum(ColourShare.borne_cents)
    )
    share = share.join(
        Voucher, (Voucher.campaign_id == ColourShare.campaign_id) & (Voucher.colour == ColourShare.colour)
    )
    share = share.where(Voucher.campaign_id == campaign.id).group_by(ColourShare.funder)
    sums = given.do(lambda s: {row[0]: (row[1], row[2]) for row in s.execute(share)})

    # 5 005 cents: a third and two thirds advanced, two thirds and a third borne
    assert sums == {"caf": (1_668, 0), "etat": (0, 3_337), "metropole": (3_337, 1_668)}


def test_batches_of_one_size_share_their_patterns(given: World) -> None:
    given.campaign(key=[KeyPart(name, 1, 1, DueOn.BOUGHT) for name in ("caf", "etat", "metropole")])
    given.produced(1)
    colours = given.do(lambda s: s.scalar(select(func.count()).select_from(Colour)))

    given.produced(1)

    assert given.do(lambda s: s.scalar(select(func.count()).select_from(Colour))) == colours


@pytest.mark.parametrize(("size", "booklets"), [(10, 0), (10, -1), (10, 10_001), (5, 20_001)])
def test_a_batch_is_neither_empty_nor_more_than_a_hundred_thousand_vouchers(
    given: World, size: int, booklets: int
) -> None:
    given.campaign(booklet_size=size)

    with pytest.raises(BatchIsOutOfBounds):
        given.produced(booklets)

    assert given.balance(accounts.STOCK) == 0


def test_a_blocked_campaign_produces_nothing(given: World) -> None:
    given.campaign()
    block(given)

    with pytest.raises(CampaignIsBlocked):
        given.produced(1)


def test_whoever_waits_hears_how_far_it_is(given: World) -> None:
    given.campaign()
    heard: list[tuple[int, int]] = []

    given.do(
        lambda s: production.produce(
            s,
            series=given.series,
            booklets=150,
            on=TODAY,
            at=NOW,
            by=given.operator,
            keyring=given.keyring,
            progress=lambda done, total: heard.append((done, total)),
        )
    )

    assert heard == [(1_000, 1_500), (1_500, 1_500)]


def test_a_batch_is_found_by_its_number_and_names_its_serials(given: World) -> None:
    given.campaign(booklet_size=5)
    given.produced(1)
    given.produced(2)

    batch: Batch = given.do(lambda s: production.get(s, series=given.series, no=2))

    named = given.do(lambda s: list(production.serials(campaigns.get(s, given.series), batch)))
    assert (batch.first_booklet, batch.last_booklet) == (2, 3)
    assert named == serials_of("PN-2026-000002", 5) + serials_of("PN-2026-000003", 5)
    with pytest.raises(BatchIsUnknown):
        given.do(lambda s: production.get(s, series=given.series, no=3))


def test_batches_are_listed_in_their_order_a_page_at_a_time(given: World) -> None:
    given.campaign()
    for _ in range(3):
        given.produced(1)

    page = given.do(lambda s: production.search(s, series=given.series, after=1, limit=1))

    assert [batch.no for batch in page] == [2]
