"""Codes leave the service to be printed: to one person, and each time it is remembered."""

import csv
import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from tests.api.town import API, SERIES, Town, refused
from tests.world import serials_of
from voucher_service.app import equip
from voucher_service.kernel.actor import Role
from voucher_service.kernel.config import Settings
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring
from voucher_service.worker import running, works

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


@pytest.fixture
def app(assembled: Flask, database: Database, keys: Keyring, tmp_path: Path) -> Flask:
    """Give the application, with a place of its own for files."""
    equip(assembled, Settings(var_dir=tmp_path), database, keys)
    return assembled


def print_files(town: Town, var_dir: Path, **wanted: Any) -> dict[str, Any]:
    """Order files, let the worker write them, and read the run again."""
    ordered = town.operator.post(RUNS, RUN | {"format": "A4-10"} | wanted)
    assert ordered.status_code == 201, ordered.get_json()
    job_id = UUID(ordered.get_json()["job_id"])
    works.gather()
    running.run(town.database, town.world.keyring, job_id, var_dir=var_dir)
    assert town.operator.get(f"{API}/jobs/{job_id}").get_json()["state"] == "succeeded"
    shown: dict[str, Any] = town.operator.get(ordered.headers["Location"]).get_json()
    return shown


def test_files_are_ordered_written_by_a_job_and_read_by_whoever_ordered_them(
    town: Town, tmp_path: Path
) -> None:
    town.world.produced(2)

    run = print_files(town, tmp_path)

    [file] = run["files"]
    answer = town.operator.get(f"{RUNS}/{run['id']}/files/1")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert hashlib.sha256(answer.data).hexdigest() == file["sha256"]
    assert file["name"] in answer.headers["Content-Disposition"]
    assert (run["format"], file["vouchers"], run["erased_at"]) == ("A4-10", 20, None)
    colleague = town.someone(Role.OPERATOR)
    assert refused(colleague.get(f"{RUNS}/{run['id']}/files/1")) == (404, "print-run-is-unknown")
    assert refused(town.operator.get(f"{RUNS}/{run['id']}/files/2")) == (404, "print-file-is-unknown")


def test_files_that_are_on_paper_are_erased_and_stay_listed(town: Town, tmp_path: Path) -> None:
    town.world.produced(2)
    run = print_files(town, tmp_path)
    erasure = {"print_run_id": run["id"]}

    erased = town.operator.post(f"{API}/print-run-erasures", erasure)

    shown = town.operator.get(f"{RUNS}/{run['id']}").get_json()
    assert erased.status_code == 201
    assert (shown["files"], shown["erased_at"]) == (run["files"], erased.get_json()["at"])
    assert refused(town.operator.get(f"{RUNS}/{run['id']}/files/1")) == (404, "print-file-is-gone")
    assert refused(town.operator.post(f"{API}/print-run-erasures", erasure)) == (
        409,
        "print-files-were-erased",
    )


def test_every_run_of_a_campaign_is_listed_with_who_started_it_and_why(town: Town) -> None:
    town.world.produced(2)
    town.operator.post(RUNS, RUN)
    colleague = town.someone(Role.OPERATOR)
    colleague.post(RUNS, RUN | {"reason": "Bourrage papier"})

    listed = town.operator.get(f"{RUNS}?series={SERIES}").get_json()["items"]

    assert [(run["by"], run["reason"]) for run in listed] == [
        (str(town.operator.user_id), None),
        (str(colleague.user_id), "Bourrage papier"),
    ]


def test_sheets_spoiled_in_the_printer_are_voided_by_range_before_anyone_has_them(town: Town) -> None:
    booklets = town.world.active(3)
    town.operator.post(RUNS, RUN | {"last_booklet": 3})
    spoiled = {"series": SERIES, "reason": "spoiled", "first_booklet": 2, "last_booklet": 3}

    voided = town.operator.post(f"{API}/voidings", spoiled)

    serials = [serial for booklet in booklets[1:] for serial in serials_of(booklet)]
    assert (voided.status_code, voided.get_json()["serials"]) == (201, serials)
    assert voided.get_json()["value_cents"] == 20_000
    town.world.allocate(booklets[:1], town.desk)


@pytest.mark.parametrize("bounds", [{"first_booklet": 1}, {"first_booklet": 2, "last_booklet": 1}])
def test_a_range_of_spoiled_sheets_has_two_ends(town: Town, bounds: dict[str, int]) -> None:
    body = {"series": SERIES, "reason": "spoiled"} | bounds

    answer = town.operator.post(f"{API}/voidings", body)

    assert [error["pointer"] for error in answer.get_json()["errors"]] == ["/last_booklet"]
