from datetime import date
from typing import Any

from tests.vouchers.acts import undo
from tests.world import NOW, TODAY, Desk, World
from voucher_service.kernel.keyset import Order
from voucher_service.vouchers import prescription, prescription_search
from voucher_service.vouchers.answers import Need
from voucher_service.vouchers.prescription import Prescription
from voucher_service.vouchers.prescription_search import FoundPrescription


def _prescribe(world: World, desk: Desk, booklets: int) -> Prescription:
    return world.do(  # type: ignore[no-any-return]
        lambda s: prescription.prescribe(
            s,
            series=world.series,
            site_id=desk.site.id,
            need=Need.NUDGE,
            booklets=booklets,
            prescribed_on=TODAY,
            at=NOW,
            by=desk.worker,
        )
    )


def _search(
    world: World, desk: Desk, *, waiting: bool = False, today: date = TODAY, **wish: Any
) -> list[FoundPrescription]:
    return world.do(  # type: ignore[no-any-return]
        lambda s: prescription_search.search(s, by=desk.worker, today=today, waiting=waiting, **wish)
    )


def test_a_person_waits_until_every_booklet_is_handed_over(given: World) -> None:
    given.campaign()
    desk, booklets = given.desk(), given.active(2)
    given.allocate(booklets, desk)
    made = _prescribe(given, desk, 2)
    given.hand_over(booklets[:1], desk, prescription_id=made.id)

    [waiting] = _search(given, desk, waiting=True)
    assert (waiting.id, waiting.left, waiting.need) == (made.id, 1, Need.NUDGE)
    assert waiting.reference == made.id.hex[-6:].upper()

    last = given.hand_over(booklets[1:], desk, prescription_id=made.id)
    assert _search(given, desk, waiting=True) == []
    undo(given, last, desk.worker)
    assert [one.left for one in _search(given, desk, waiting=True)] == [1]


def test_nobody_waits_in_a_campaign_that_is_over_or_elsewhere(given: World) -> None:
    given.campaign()
    desk, other = given.desk(), given.desk()
    first, second = _prescribe(given, desk, 1), _prescribe(given, desk, 1)

    assert _search(given, desk, waiting=True, today=date(2027, 1, 1)) == []
    assert [one.id for one in _search(given, desk, today=date(2027, 1, 1))] == [second.id, first.id]
    assert _search(given, other) == []


def test_prescriptions_are_found_by_their_reference_and_listed_in_either_order(given: World) -> None:
    given.campaign()
    desk, other = given.desk(), given.desk()
    first, second = _prescribe(given, desk, 1), _prescribe(given, desk, 2)

    found = _search(given, desk, part=prescription_search.reference(first.id).lower())

    assert [one.id for one in found] == [first.id]
    assert [one.id for one in _search(given, desk)] == [second.id, first.id]
    assert [one.id for one in _search(given, desk, order=Order.OLDEST, start=1, limit=1)] == [second.id]
    assert _search(given, desk, site_id=other.site.id) == _search(given, desk, need=Need.REINFORCED) == []
