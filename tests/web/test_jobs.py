"""Long work that failed says why, in words, in the reader's language."""

from typing import Any
from uuid import uuid4

import pytest

from tests.web.browsers import Browser
from tests.web.conftest import OpenBrowser
from voucher_service.kernel import clock, jobs
from voucher_service.kernel.actor import Role
from voucher_service.kernel.database import Database
from voucher_service.kernel.jobs import Outcome
from voucher_service.vouchers.printing.runs import NothingToPrint


@pytest.fixture
def operator(browser: OpenBrowser) -> Browser:
    """Give the browser of an operator."""
    return browser(Role.OPERATOR)


def failed(database: Database, operator: Browser, failure: dict[str, Any]) -> str:
    """Let a job of the operator's fail; gives its address."""
    by, at = operator.actor, clock.now()
    assert by is not None

    def done(session: Any) -> str:
        job = jobs.enqueue(session, kind="production", params={"series": "PN-2026"}, at=at, by=by)
        jobs.finish(session, job_id=job.id, at=at, outcome=Outcome.FAILED, failure=failure)
        return f"/traitements/{job.id}"

    return database.run(done)


def test_a_job_that_was_refused_says_the_refusal(operator: Browser, database: Database) -> None:
    why = NothingToPrint(1, 2)
    titles = {language: why.title(language) for language in ("en", "fr")}
    address = failed(database, operator, {"code": why.code(), "title": titles})

    assert "Il n'y a aucun carnet dans cette plage : vérifiez" in operator.get(address).text
    english = operator.get(f"{address}?langue=en").text
    assert "There is no booklet in this range: check" in english
    assert "{" not in english


def test_a_job_that_broke_says_what_to_do(operator: Browser, database: Database) -> None:
    address = failed(database, operator, {"code": "something-broke"})

    assert "relancez ce traitement" in operator.get(address).text


def test_a_job_is_stopped_after_a_look_at_what_that_leaves(operator: Browser, database: Database) -> None:
    by, at = operator.actor, clock.now()
    assert by is not None
    job_id = database.run(
        lambda session: (
            jobs.enqueue(session, kind="printing", params={"print_run_id": str(uuid4())}, at=at, by=by).id
        )
    )

    asked = operator.get(f"/traitements/{job_id}/arret")

    assert "Les fichiers déjà écrits sont effacés" in asked.text
    with database.transaction() as session:
        assert jobs.get(session, job_id=job_id, by=by).cancel_requested_at is None
    operator.submit()
    with database.transaction() as session:
        assert jobs.get(session, job_id=job_id, by=by).cancel_requested_at is not None


def test_a_job_that_is_over_is_not_offered_to_be_stopped(operator: Browser, database: Database) -> None:
    address = failed(database, operator, {"code": "something-broke"})

    asked = operator.get(f"{address}/arret")

    assert "Il est déjà terminé" in asked.text
    assert asked.forms == []
