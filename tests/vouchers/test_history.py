from tests.vouchers.acts import give_back
from tests.world import World, serials_of
from voucher_service.kernel.actor import Actor
from voucher_service.ledger import record
from voucher_service.vouchers import history
from voucher_service.vouchers.history import Event
from voucher_service.vouchers.redemption import Taken


def _events(world: World, serial: str, by: Actor) -> list[Event]:
    return world.do(lambda s: history.of_voucher(s, serial=serial, by=by))  # type: ignore[no-any-return]


def _lived(world: World) -> tuple[str, Actor, Actor]:
    """Lead a voucher through its whole life; return its serial, who took it and gave it back, who took it after."""
    desk, shop, other = world.desk(), world.shop(), world.shop()
    [booklet] = world.in_hand(1, desk)
    serial = serials_of(booklet)[0]
    taken = world.redeem([serial], shop).items[0]
    assert isinstance(taken, Taken)
    world.reverse(taken.redemption_id, shop.clerk)
    give_back(world, booklet, desk)
    world.replace(serials=[serial])
    world.hand_over([booklet], desk)
    world.redeem([serial], other, issue=2)
    return serial, shop.clerk, other.clerk


def test_a_voucher_s_life_is_told_in_its_order(given: World) -> None:
    campaign = given.campaign()
    serial, _, _ = _lived(given)
    given.do(lambda s: record.sequence(s, campaign_id=campaign.id))

    events = _events(given, serial, given.finance)

    assert [event.act for event in events] == [
        "produce",
        "activate",
        "allocate",
        "receive",
        "hand-over",
        "redeem",
        "reverse",
        "give-back",
        "replace",
        "hand-over",
        "redeem",
    ]
    positions = [event.position for event in events if event.position is not None]
    assert len(positions) == 11
    assert positions == sorted(positions)


def test_a_venue_reads_only_what_it_did_itself(given: World) -> None:
    given.campaign()
    serial, first, second = _lived(given)

    assert [event.act for event in _events(given, serial, first)] == ["redeem", "reverse"]
    assert [event.act for event in _events(given, serial, second)] == ["redeem"]


def test_a_voucher_that_was_void_before_its_booklet_was_activated_was_never_activated(given: World) -> None:
    given.campaign()
    [booklet] = given.produced()
    serials = serials_of(booklet)
    given.void(serials=serials[:1])
    given.funds(9_000)
    given.activate([booklet])

    assert [event.act for event in _events(given, serials[0], given.finance)] == ["produce", "void"]
    assert [event.act for event in _events(given, serials[1], given.finance)] == ["produce", "activate"]
