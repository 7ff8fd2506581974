"""One voucher: what it is worth, and its history, for those who may know."""

from tests.api.town import API, Town, refused
from tests.world import serials_of

VOUCHERS = f"{API}/vouchers"


def _acts(town: Town, serial: str) -> list[str]:
    return [event["act"] for event in town.auditor.get(f"{VOUCHERS}/{serial}").get_json()["history"]]


def test_a_voucher_tells_its_life_in_the_order_of_the_books(town: Town) -> None:
    serial, *_ = serials_of(town.in_hand()[0])
    taken = town.redeem([serial]).get_json()["items"][0]
    town.world.reverse(taken["redemption_id"], town.shop.clerk)
    town.world.replace(serials=[serial])

    shown = town.auditor.get(f"{VOUCHERS}/{serial}").get_json()

    acts = [event["act"] for event in shown["history"]]
    assert acts == [
        "produce", "activate", "allocate", "receive", "hand-over", "redeem", "reverse", "replace",
    ]  # fmt: skip
    assert (shown["state"], shown["issue"]) == ("active", 2)
    redeemed = shown["history"][5]
    assert (redeemed["venue_id"], redeemed["redemption_id"]) == (
        str(town.shop.venue.id),
        taken["redemption_id"],
    )


def test_a_voucher_that_was_void_before_its_booklet_was_activated_was_never_activated(town: Town) -> None:
    [booklet] = town.world.produced(1)
    first, second, *_ = serials_of(booklet)
    town.world.void(serials=[first])
    town.world.funds(10_000)
    town.world.activate([booklet])

    assert _acts(town, first) == ["produce", "void"]
    assert _acts(town, second) == ["produce", "activate"]


def test_a_prescriber_sees_vouchers_of_its_own_booklets(town: Town) -> None:
    serial, *_ = serials_of(town.in_hand()[0])

    assert town.worker.get(f"{VOUCHERS}/{serial}").status_code == 200
    assert refused(town.other_worker.get(f"{VOUCHERS}/{serial}")) == (404, "voucher-is-unknown")


def test_a_venue_sees_what_it_did_with_vouchers_that_it_took(town: Town) -> None:
    taken, left, *_ = serials_of(town.in_hand()[0])
    town.redeem([taken])

    shown = town.clerk.get(f"{VOUCHERS}/{taken}").get_json()

    assert [event["act"] for event in shown["history"]] == ["redeem"]
    assert refused(town.clerk.get(f"{VOUCHERS}/{left}")) == (404, "voucher-is-unknown")
    assert refused(town.other_clerk.get(f"{VOUCHERS}/{taken}")) == (404, "voucher-is-unknown")


def test_a_serial_that_does_not_exist_is_not_found(town: Town) -> None:
    for serial in ("PN-2026-000099-01", "PN-2099-000001-01", "nothing"):
        assert refused(town.operator.get(f"{VOUCHERS}/{serial}")) == (404, "voucher-is-unknown")
