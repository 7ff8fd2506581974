from tests.api.callers import Caller
from tests.api.town import API, Town, refused


def test_the_training_codes_are_there_for_everybody_with_what_an_exercise_answers(town: Town) -> None:
    codes = town.clerk.get(f"{API}/training-codes").get_json()["items"]

    assert [one["outcome"] for one in codes][:4] == ["good", "good", "good", "used"]
    assert (codes[0]["face_cents"], codes[3]["reason"]["code"]) == (1_000, "voucher-is-spent")


def test_a_training_code_is_never_taken(town: Town) -> None:
    [code, *_] = [one["code"] for one in town.clerk.get(f"{API}/training-codes").get_json()["items"]]

    taken = town.redeem([], codes=[code])
    looked = town.clerk.post(f"{API}/voucher-lookups", {"venue_id": str(town.shop.venue.id), "codes": [code]})

    assert refused(taken) == (422, "training-code")
    assert [item["outcome"] for item in looked.get_json()["items"]] == ["training"]


def test_a_stranger_is_not_told(anyone: Caller) -> None:
    assert anyone.get(f"{API}/training-codes").status_code == 401
