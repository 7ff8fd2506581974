"""A hold on an operator's payments is placed by one person and lifted by another."""

from tests.api.county import County, listed
from tests.api.town import API, refused
from voucher_service.kernel.actor import Role

HOLDS, LIFTINGS = f"{API}/payment-holds", f"{API}/payment-hold-liftings"


def test_a_hold_is_placed_listed_and_lifted_by_somebody_else(county: County) -> None:
    operator_id = county.venue_operator()
    body = {"operator_id": operator_id, "cause": "seizure", "note": "SATD du 2 mars"}

    placed = county.finance.post(HOLDS, body)
    assert (placed.status_code, placed.get_json()["lifting"]) == (201, None)
    hold = placed.get_json()
    assert listed(county.operator, f"{HOLDS}?operator_id={operator_id}&is_open=true") == [hold]

    lifting = {"hold_id": hold["id"], "reason": "Mainlevée reçue"}
    assert refused(county.finance.post(LIFTINGS, lifting))[0] == 403
    lifted = county.someone(Role.FINANCE).post(LIFTINGS, lifting)
    assert lifted.status_code == 201
    assert listed(county.operator, f"{HOLDS}?is_open=true") == []
    assert listed(county.someone(Role.AUDITOR), HOLDS) == [hold | {"lifting": lifted.get_json()}]


def test_a_venue_neither_reads_nor_places_holds(county: County) -> None:
    me = county.someone(Role.VENUE, county.venue_operator())

    assert refused(me.get(HOLDS)) == (403, "duty-is-not-yours")
