"""Production is long work that names its batch when it is over."""

from tests.api.town import API, SERIES, Town, refused
from voucher_service.worker import process

BATCHES = f"{API}/batches"


def _work(town: Town) -> None:
    queue = process.queue(town.database, town.world.keyring)
    queue.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def test_booklets_are_produced_by_a_job_whose_result_names_the_batch(town: Town) -> None:
    asked = town.operator.post(BATCHES, {"series": SERIES, "booklets": 150})
    _work(town)

    job = town.operator.get(asked.headers["Location"]).get_json()

    assert (asked.status_code, asked.get_json()["state"]) == (202, "queued")
    assert (job["state"], job["done"], job["total"]) == ("succeeded", 1_500, 1_500)
    assert job["result"] == {"series": SERIES, "batch_no": 1, "first_booklet": 1, "last_booklet": 150}
    batch = town.auditor.get(f"{API}/campaigns/{SERIES}/batches/1").get_json()
    assert (batch["first_booklet"], batch["last_booklet"], batch["id"]) == (1, 150, asked.get_json()["id"])
    assert town.operator.get(f"{BATCHES}?series={SERIES}").get_json()["items"] == [batch]


def test_what_cannot_be_produced_is_refused_before_it_is_queued(town: Town) -> None:
    unknown = town.operator.post(BATCHES, {"series": "PN-2099", "booklets": 1})
    too_many = town.operator.post(BATCHES, {"series": SERIES, "booklets": 10_001})

    assert refused(unknown) == (404, "campaign-is-unknown")
    assert refused(too_many) == (422, "batch-is-out-of-bounds")


def test_a_batch_that_does_not_exist_is_not_found(town: Town) -> None:
    answer = town.operator.get(f"{API}/campaigns/{SERIES}/batches/7")

    assert refused(answer) == (404, "batch-is-unknown")


def test_only_the_operator_produces(town: Town) -> None:
    assert town.finance.post(BATCHES, {"series": SERIES, "booklets": 1}).status_code == 403
