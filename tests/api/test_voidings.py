"""Lost, stolen and spoiled papers."""

from tests.api.town import API, SERIES, Town, refused
from tests.world import serials_of

VOIDINGS = f"{API}/voidings"


def test_what_is_left_of_a_lost_booklet_goes_back_to_its_funders(town: Town) -> None:
    [booklet] = town.in_hand()
    town.redeem(serials_of(booklet)[:4])
    body = {"series": SERIES, "reason": "lost", "booklets": [booklet]}

    answer = town.worker.post(VOIDINGS, body)

    shown = answer.get_json()
    assert (answer.status_code, shown["papers"], shown["value_cents"]) == (201, 6, 6_000)
    assert shown["serials"] == serials_of(booklet)[4:]
    assert refused(town.redeem(serials_of(booklet)[4:5])) == (409, "voucher-is-void")
    assert town.world.balance("funds/metropole") == 6_000


def test_a_prescriber_voids_papers_of_its_own_sites_only(town: Town) -> None:
    [booklet] = town.in_hand()
    body = {"series": SERIES, "reason": "stolen", "serials": serials_of(booklet)[:1]}

    assert refused(town.other_worker.post(VOIDINGS, body)) == (404, "voucher-is-unknown")
    assert town.clerk.post(VOIDINGS, body).status_code == 403
    assert town.operator.post(VOIDINGS, body).status_code == 201


def test_nothing_is_voided_twice(town: Town) -> None:
    [booklet] = town.in_hand()
    body = {"series": SERIES, "reason": "stolen", "serials": serials_of(booklet)[:1]}
    town.finance.post(VOIDINGS, body)

    assert refused(town.finance.post(VOIDINGS, body)) == (409, "nothing-is-left")


def test_a_voiding_names_its_papers(town: Town) -> None:
    answer = town.operator.post(VOIDINGS, {"series": SERIES, "reason": "lost"})

    assert refused(answer) == (422, "request-is-invalid")
