"""Codes leave the service to be printed: to one person, and each time it is remembered."""

import csv

from sqlalchemy import text

from tests.api.town import API, SERIES, Town, refused
from tests.world import serials_of
from voucher_service.kernel.actor import Role

RUNS = f"{API}/print-runs"
RUN = {"series": SERIES, "first_booklet": 1, "last_booklet": 2}


def test_the_codes_of_a_range_are_read_by_whoever_took_them_out(town: Town) -> None:
    booklets = town.world.produced(3)
    run = town.operator.post(RUNS, RUN)

    answer = town.operator.get(f"{run.headers['Location']}/codes")

    lines = list(csv.DictReader(answer.text.splitlines()))
    serials = [serial for booklet in booklets[:2] for serial in serials_of(booklet)]
    assert (run.status_code, answer.content_type) == (201, "text/csv")
    assert [line["serial"] for line in lines] == serials
    assert [line["code"].replace(" ", "") for line in lines] == town.codes(serials)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_colleague_does_not_read_them(town: Town) -> None:
    town.world.produced(2)
    run = town.operator.post(RUNS, RUN).headers["Location"]
    colleague = town.someone(Role.OPERATOR)

    assert refused(colleague.get(run)) == (404, "print-run-is-unknown")
    assert refused(colleague.get(f"{run}/codes")) == (404, "print-run-is-unknown")
    assert town.auditor.get(f"{run}/codes").status_code == 403


def test_printing_again_takes_a_reason(town: Town) -> None:
    town.world.produced(2)
    town.operator.post(RUNS, RUN)

    refusal = town.operator.post(RUNS, RUN)

    assert refused(refusal) == (409, "booklets-were-printed")
    assert town.operator.post(RUNS, RUN | {"reason": "Bourrage papier"}).status_code == 201


def test_no_code_is_kept_with_the_answer(town: Town) -> None:
    booklet = town.world.produced(2)[0]
    run = town.operator.post(RUNS, RUN)
    town.operator.get(f"{run.headers['Location']}/codes")

    with town.database.transaction() as session:
        kept = b"".join(session.scalars(text("SELECT body FROM idempotency")))

    assert not any(code.encode() in kept.replace(b" ", b"") for code in town.codes(serials_of(booklet)))


def test_a_range_without_booklets_is_refused(town: Town) -> None:
    assert refused(town.operator.post(RUNS, RUN)) == (404, "booklet-is-unknown")
