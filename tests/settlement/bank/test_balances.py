"""Tests of the bank set beside the books, day by day."""

import pytest
from sqlalchemy.orm import Session

from tests.settlement.bank.told import credit, day, fee
from tests.settlement.camt import balance, entry
from tests.settlement.office import IBAN, Scene
from tests.world import TODAY
from voucher_service.settlement.bank import balances
from voucher_service.settlement.bank.balances import DayCompared


def on(date: str, opening: str, closing: str, *entries: str) -> bytes:
    """Write the statement of one day."""
    told = [one.replace("2026-11-24", date) for one in entries]
    return day(
        balance("OPBD", opening, on=date), balance("CLBD", closing, on=date), *told, number=f"S-{date}"
    )


def compared(session: Session) -> list[tuple[str, int, int, int]]:
    return [
        (one.on.isoformat(), one.difference_cents, one.waiting_cents, one.gap_cents)
        for one in balances.compare(session)
    ]


@pytest.fixture
def ordered(scene: Scene) -> Scene:
    """Give an approved payment of 20 € of a campaign that holds 100 €."""
    scene.office.earned(scene.shop, scene.serials[:2])
    scene.office.approved()
    return scene


def test_what_the_bank_says_is_what_the_books_say(ordered: Scene, session: Session) -> None:
    office = ordered.office
    office.listen(on("2026-06-16", "100.00", "80.00", entry("20.00", end_to_end="PN-2026-R1-1")))
    office.listen(on("2026-06-17", "80.00", "78.50", fee("1.50")))

    assert compared(session) == [("2026-06-17", 0, 0, 0), ("2026-06-16", 0, 0, 0)]
    assert balances.compare(session, limit=1)[0].ledger_cents == 7_850
    assert office.findings() == []


def test_what_waits_to_be_explained_is_told_apart(ordered: Scene, session: Session) -> None:
    ordered.office.listen(on("2026-06-16", "100.00", "133.00", credit("33.00")))

    [one] = balances.compare(session)
    assert one == DayCompared(IBAN, one.on, 13_300, 10_000, 3_300, 0)
    assert one.difference_cents == 0
    assert ordered.office.findings() == []


def test_a_movement_that_only_the_books_know_is_found(ordered: Scene, session: Session) -> None:
    office = ordered.office
    office.world.funds(5_000)
    office.listen(on("2026-06-16", "100.00", "100.00"))

    assert compared(session) == [("2026-06-16", -5_000, 0, 0)]
    assert [one.check for one in office.findings()] == ["the-bank-agrees-with-the-books"]


def test_a_difference_of_days_ends_with_the_day_that_explains_it(ordered: Scene, session: Session) -> None:
    office = ordered.office
    office.listen(on(TODAY.isoformat(), "60.00", "60.00"))
    office.listen(on("2026-06-16", "60.00", "100.00", credit("40.00", said="divers")))
    found = [one.check for one in office.findings()]

    assert compared(session) == [("2026-06-16", -4_000, 4_000, 0), (TODAY.isoformat(), -4_000, 0, 0)]
    assert found == ["the-bank-agrees-with-the-books"]


def test_a_day_without_its_statement_is_found(ordered: Scene, session: Session) -> None:
    office = ordered.office
    office.listen(on("2026-06-16", "100.00", "100.00"))
    office.listen(on("2026-06-18", "80.00", "80.00"))
    office.hear(entry("20.00", end_to_end="PN-2026-R1-1").replace("2026-11-24", "2026-06-17"))

    assert compared(session) == [("2026-06-18", 0, 0, -2_000), ("2026-06-16", 0, 0, 0)]
    assert [one.check for one in office.findings()] == ["no-statement-is-missing"]


def test_a_day_without_movements_needs_no_statement(ordered: Scene) -> None:
    ordered.office.listen(on("2026-06-16", "100.00", "100.00"))
    ordered.office.listen(on("2026-06-19", "100.00", "80.00", entry("20.00", end_to_end="PN-2026-R1-1")))

    assert ordered.office.findings() == []


def test_days_are_read_page_after_page(ordered: Scene, session: Session) -> None:
    for date in ("2026-06-16", "2026-06-17", "2026-06-18"):
        ordered.office.listen(on(date, "100.00", "100.00"))

    first = balances.compare(session, iban=IBAN, limit=2)
    rest = balances.compare(session, after=(first[-1].on, first[-1].iban))

    assert [one.on.day for one in first] == [18, 17]
    assert [one.on.day for one in rest] == [16]
    assert balances.compare(session, iban="X") == []
