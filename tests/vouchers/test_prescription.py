import pytest

from tests.world import NOW, TODAY, Desk, World
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.identifiers import new_id
from voucher_service.network.prescribers import SiteIsUnknown
from voucher_service.vouchers import prescription
from voucher_service.vouchers.answers import Need
from voucher_service.vouchers.prescription import Prescription, PrescriptionIsUnknown


def _prescribe(world: World, desk: Desk, by: Actor | None = None, **said: object) -> Prescription:
    return world.do(  # type: ignore[no-any-return]
        lambda s: prescription.prescribe(
            s,
            series=world.series,
            site_id=desk.site.id,
            need=Need.REINFORCED,
            booklets=2,
            prescribed_on=TODAY,
            at=NOW,
            by=by or desk.worker,
            **said,  # type: ignore[arg-type]
        )
    )


def test_a_person_is_prescribed_booklets_under_a_pseudonym(given: World) -> None:
    given.campaign()
    desk = given.desk()

    first = _prescribe(given, desk)
    again = _prescribe(given, desk, person_id=first.person_id)

    assert (first.need, first.booklets) == (Need.REINFORCED, 2)
    assert again.person_id == first.person_id
    assert given.do(lambda s: prescription.search(s, by=desk.worker)) == [first, again]


def test_another_organisation_prescribes_nothing_here_and_sees_nothing(given: World) -> None:
    given.campaign()
    desk, other = given.desk(), given.desk()
    mine = _prescribe(given, desk)

    with pytest.raises(SiteIsUnknown):
        _prescribe(given, desk, by=other.worker)
    with pytest.raises(PrescriptionIsUnknown):
        given.do(lambda s: prescription.own(s, prescription_id=mine.id, by=other.worker))
    with pytest.raises(PrescriptionIsUnknown):
        given.do(lambda s: prescription.own(s, prescription_id=new_id(), by=desk.worker))
    assert given.do(lambda s: prescription.search(s, by=other.worker)) == []
