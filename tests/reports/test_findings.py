"""Findings: every check of every layer is run, on one instant, and none is silent about what it is."""

import importlib
import pkgutil
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

import voucher_service
from tests import life
from tests.world import World
from voucher_service.kernel.database import Database
from voucher_service.kernel.finding import Finding
from voucher_service.reports import findings


def test_every_audit_of_the_service_is_in_the_list() -> None:
    audits = [
        module.name
        for module in pkgutil.walk_packages(voucher_service.__path__, "voucher_service.")
        if module.name.endswith("audit") and ".cli" not in module.name
    ]

    checks = {check for name in audits for check in importlib.import_module(name).CHECKS}

    assert len(audits) >= 6
    assert checks == set(findings.CHECKS)


def test_each_check_has_a_name_of_its_own_and_says_what_it_promises() -> None:
    names = [findings.name_of(check) for check in findings.CHECKS]

    assert len(set(names)) == len(names)
    assert [check.__name__ for check in findings.CHECKS if not (check.__doc__ or "").strip()] == []


def test_true_books_have_no_finding(lived: Engine) -> None:
    with Session(lived) as session:
        assert findings.findings(session) == []


def test_a_finding_bears_the_name_of_its_check(lived: Engine) -> None:
    with life.tampered(lived, "UPDATE service_user SET role = 'auditor' WHERE role = 'venue'") as session:
        assert life.found(session) == {"roles-fit-the-organisation"}


def test_every_check_is_examined_once_on_two_connections(database: Database, committed: World) -> None:
    committed.campaign()
    committed.active(1)

    examined = list(findings.examine(database))

    assert sorted(one.check for one in examined) == sorted(map(findings.name_of, findings.CHECKS))
    assert [one for one in examined if one.findings] == []
    assert all(one.promise and one.seconds >= 0 for one in examined)


def test_both_connections_see_one_instant(
    database: Database, committed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed.campaign()
    begun, changed, seen = Event(), Event(), []

    def look(session: Session) -> list[Finding]:
        begun.set()
        assert changed.wait(10)
        seen.append(session.execute(text("SELECT count(*) FROM entry")).scalar_one())
        return []

    monkeypatch.setattr(findings, "CHECKS", (look, look))
    with ThreadPoolExecutor(1) as beside:
        examined = beside.submit(lambda: list(findings.examine(database)))
        assert begun.wait(10)
        committed.funds(1_000)
        changed.set()
        assert len(examined.result(timeout=20)) == 2

    assert seen == [0, 0]


def test_a_check_that_cannot_run_is_not_taken_for_a_promise_kept(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(session: Session) -> list[Finding]:
        session.execute(text("SELECT nothing FROM nowhere"))
        return []

    monkeypatch.setattr(findings, "CHECKS", (broken, broken, broken))

    with pytest.raises(ProgrammingError):
        list(findings.examine(database))
