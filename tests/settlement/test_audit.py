"""Each promise about payment runs is broken here, and the audit sees it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from tests.settlement.camt import entry
from tests.settlement.office import opened
from tests.world import World
from voucher_service.settlement import audit


@pytest.fixture
def owner(owner_url: str, committed: World) -> Iterator[Session]:
    """Give a run that was paid and one that was not, in the hands of an owner whom no trigger stops."""
    scene = opened(committed)
    scene.office.earned(scene.shop, scene.serials[:2])
    scene.office.earned(scene.other, scene.serials[2:3])
    scene.office.approved()
    scene.office.hear(
        entry("20.00", reference="A", end_to_end="PN-2026-R1-1"),
        entry("10.00", reference="B", end_to_end="PN-2026-R1-2"),
    )
    scene.office.earned(scene.shop, scene.serials[3:4])
    scene.office.freeze()
    assert scene.office.findings() == []
    engine = create_engine(owner_url)
    with Session(engine) as session:
        session.execute(text("SET session_replication_role = replica"))
        yield session
    engine.dispose()


@pytest.mark.parametrize(
    ("damage", "checks"),
    [
        (
            "UPDATE payment_run SET total_cents = 1 WHERE no = 2",
            {"runs-hold-what-their-lines-say"},
        ),
        (
            "UPDATE run_payment SET amount_cents = amount_cents - 1 WHERE run_no = 2",
            {
                "runs-hold-what-their-lines-say",
                "payments-are-the-sum-of-their-lines",
                "runs-keep-what-is-not-paid",
                "hashes-recompute",
            },
        ),
        (
            "UPDATE run_payment SET iban = 'FR1420041010050500013M02606' WHERE run_no = 1 AND no = 1",
            {"hashes-recompute"},
        ),
        (
            "UPDATE run_approval SET content_hash = 'x'",
            {"hashes-recompute"},
        ),
        (
            """INSERT INTO run_line SELECT campaign_id, redemption_id, 1, 2, 1, voucher_version
               FROM run_line WHERE run_no = 1 AND payment_no = 1 LIMIT 1""",
            {
                "runs-hold-what-their-lines-say",
                "payments-are-the-sum-of-their-lines",
                "redemptions-are-in-one-live-run",
                "hashes-recompute",
            },
        ),
        (
            "DELETE FROM payment_outcome WHERE payment_no = 1",
            {"runs-keep-what-is-not-paid"},
        ),
        (
            """INSERT INTO payment_outcome
               SELECT campaign_id, run_no, payment_no, 'returned', iban, 'Z', amount_cents, booked_on, reason,
                      entry_no, at, by FROM payment_outcome WHERE payment_no = 1""",
            {"dues-are-what-redemptions-say"},
        ),
        (
            "UPDATE run_approval SET by = (SELECT by FROM payment_run WHERE no = 1)",
            {"approvers-are-second-persons"},
        ),
        (
            "DELETE FROM run_approval",
            {"approvers-are-second-persons"},
        ),
    ],
)
def test_a_broken_promise_is_found(owner: Session, damage: str, checks: set[str]) -> None:
    owner.execute(text(damage))

    found = {finding.check for check in audit.CHECKS for finding in check(owner)}

    assert found == checks
