"""The worker keeps the calendar: each milestone once, however often it looks and wherever it was killed."""

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text

from tests import databases
from tests.books import findings_in
from tests.conftest import Workspace
from tests.expiring import LAST_SHOWN, LAST_USE
from tests.vouchers.acts import block
from tests.world import NOW, World, outcome_of, serials_of
from voucher_service.funding import campaigns
from voucher_service.identity import resets, users
from voucher_service.kernel import mail
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.kernel.database import Database
from voucher_service.ledger import accounts
from voucher_service.vouchers import milestones
from voucher_service.vouchers.expiry import Expiry
from voucher_service.vouchers.joint_statements import JointStatement
from voucher_service.vouchers.milestones import Milestone, MilestoneIsDone, State
from voucher_service.worker import end_of_validity


def _morning(days: int, after: Any = LAST_USE) -> datetime:
    return datetime.combine(after + timedelta(days=days), datetime.min.time(), UTC) + timedelta(hours=9)


def _done(world: World, at: datetime) -> dict[Milestone, Any]:
    rows = world.do(lambda s: milestones.calendar(s, today=at.date(), by=SYSTEM, state=State.DONE))
    return {row.milestone: row.figures for row in rows}


def _finance_person(world: World) -> None:
    campaign = world.do(partial(campaigns.get, series=world.series))
    person = world.do(
        lambda s: users.enrol(
            s,
            organisation_id=campaign.organisation_id,
            email="finances@example.org",
            name="Camille Fictive",
            role=Role.FINANCE,
            is_referent=False,
            at=NOW,
            by=SYSTEM,
        )
    )
    token = world.do(lambda s: resets.start_reset(s, user_id=person.id, at=NOW, by=SYSTEM))
    password = "quatre mots sans aucun rapport"
    world.do(lambda s: resets.finish_reset(s, token=token, password=password, at=NOW))


def test_a_month_before_the_end_the_campaign_s_people_read_the_four_counts_once(
    committed: World, database: Database
) -> None:
    committed.campaign()
    _finance_person(committed)
    [handed] = committed.in_hand()
    committed.active()
    committed.redeem(serials_of(handed)[:2], committed.shop())

    end_of_validity.keep_the_calendar(database, _morning(-31))
    assert _done(committed, _morning(-31)) == {}
    for _ in range(2):
        end_of_validity.keep_the_calendar(database, _morning(-30))

    figures = _done(committed, _morning(-30))[Milestone.ALERT]
    assert {name: figures[name] for name in figures if name.endswith("booklets")} == {
        "issued_booklets": 2,
        "injected_booklets": 1,
        "not_injected_booklets": 1,
        "started_booklets": 1,
    }
    assert (figures["issued_papers_left"], figures["started_left_cents"]) == (18, 8_000)
    letters = [one for one in committed.do(mail.undelivered) if "Fin de validité" in one.subject]
    assert [one.recipient for one in letters] == ["finances@example.org"]
    assert "18 pass non utilisés" in (letters[0].body or "")


def test_the_whole_calendar_is_kept_by_the_clock_and_nothing_is_done_twice(
    committed: World, database: Database
) -> None:
    committed.campaign()
    committed.in_hand()
    committed.active()

    for at in (_morning(1), _morning(1), _morning(1, LAST_SHOWN), _morning(7, LAST_SHOWN), _morning(90)):
        end_of_validity.keep_the_calendar(database, at)

    assert _done(committed, _morning(90)) == {
        Milestone.ALERT: _done(committed, _morning(90))[Milestone.ALERT],
        Milestone.STOCK_EXPIRY: {"booklets": 1, "papers": 10, "value_cents": 10_000},
        Milestone.EXPIRY: {"booklets": 1, "papers": 10, "value_cents": 10_000},
        Milestone.STATEMENT: {"no": 1},
    }
    assert committed.do(lambda s: s.scalar(select(func.count()).select_from(Expiry))) == 2
    assert committed.do(lambda s: s.scalar(select(func.count()).select_from(JointStatement))) == 1
    assert findings_in(committed) == []


def test_what_is_refused_stays_due_and_is_done_by_hand(committed: World, database: Database) -> None:
    committed.campaign()
    committed.active()
    block(committed)
    at = _morning(1)
    end_of_validity.keep_the_calendar(database, at)
    assert Milestone.STOCK_EXPIRY not in _done(committed, at)
    block(committed, blocked=False)

    def by_hand() -> Any:
        return end_of_validity.reached(
            database,
            committed.series,
            Milestone.STOCK_EXPIRY,
            at,
            committed.finance,
            lambda _done, _total: None,
        )

    assert by_hand() == {"booklets": 1, "papers": 10, "value_cents": 10_000}
    assert outcome_of(by_hand) is MilestoneIsDone


def test_an_expiry_killed_half_way_and_begun_anew_gives_the_same_books(
    committed: World, database: Database, owner_url: str, workspace: Workspace, tmp_path: Path
) -> None:
    committed.campaign()
    committed.active(60)
    role, mark, at = databases.role(workspace.template), tmp_path / "mark", _morning(1)
    command = [sys.executable, "-m", "tests.worker.mortal", owner_url, role, str(mark), at.isoformat()]
    with subprocess.Popen(command, cwd=databases.ROOT) as dying:
        assert dying.wait(timeout=60) == -signal.SIGKILL

    half = committed.balance(accounts.EXPIRED_PAPERS)
    assert mark.exists()
    assert 0 < half < 600
    assert committed.do(lambda s: s.scalar(text("SELECT count(*) FROM expired_booklet"))) * 10 == half
    assert findings_in(committed) == []
    end_of_validity.keep_the_calendar(database, at)

    assert _done(committed, at)[Milestone.STOCK_EXPIRY] == {
        "booklets": 60,
        "papers": 600,
        "value_cents": 600_000,
    }
    assert committed.balance(accounts.EXPIRED) == 600_000
    assert findings_in(committed) == []
