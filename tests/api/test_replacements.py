"""A new paper takes the place of a lost one, and the old code dies at once."""

from tests.api.town import API, SERIES, Town, refused
from tests.world import serials_of

REPLACEMENTS = f"{API}/replacements"


def test_a_replaced_voucher_is_good_by_its_new_code_only(town: Town) -> None:
    [booklet] = town.in_hand()
    serial, *_ = serials_of(booklet)
    body = {"series": SERIES, "reason": "spoiled", "serials": [serial]}

    answer = town.worker.post(REPLACEMENTS, body)

    shown = answer.get_json()
    assert (answer.status_code, shown["issues"]) == (201, [{"serial": serial, "issue": 2}])
    assert shown["value_cents"] == 1_000
    assert refused(town.redeem([serial])) == (409, "voucher-is-replaced")
    new = town.basket([]) | {"codes": [town.world.letters(serial, 2)]}
    assert town.clerk.post(f"{API}/redemptions", new).status_code == 201


def test_the_new_code_is_printed_like_any_other(town: Town) -> None:
    serial, *_ = serials_of(town.in_hand()[0])
    town.operator.post(REPLACEMENTS, {"series": SERIES, "reason": "lost", "serials": [serial]})
    run = {"series": SERIES, "first_booklet": 1, "last_booklet": 1, "reason": "Remplacement"}

    address = town.operator.post(f"{API}/print-runs", run).headers["Location"]

    first_line = town.operator.get(f"{address}/codes").text.splitlines()[1]
    assert first_line.replace(" ", "").endswith(f"{serial},2,{town.world.letters(serial, 2)}")


def test_a_prescriber_replaces_papers_of_its_own_sites_only(town: Town) -> None:
    [booklet] = town.in_hand()
    body = {"series": SERIES, "reason": "lost", "booklets": [booklet]}

    assert refused(town.other_worker.post(REPLACEMENTS, body)) == (404, "booklet-is-unknown")
    assert town.clerk.post(REPLACEMENTS, body).status_code == 403
