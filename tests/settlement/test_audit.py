"""Each promise about payment runs is broken here, and the audit sees it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.life import unstopped
from tests.settlement.camt import entry
from tests.settlement.office import opened
from tests.world import World
from voucher_service.settlement import audit


@pytest.fixture
def owner(owner_url: str, committed: World) -> Iterator[Session]:
    """Give a run that was paid, one that was not, and one with a payment taken out, to an owner whom nothing stops."""
    scene = opened(committed)
    scene.office.earned(scene.shop, scene.serials[:2])
    scene.office.earned(scene.other, scene.serials[2:3])
    scene.office.export(scene.office.approved())
    scene.office.hear(
        entry("20.00", reference="A", end_to_end="PN-2026-R1-1"),
        entry("10.00", reference="B", end_to_end="PN-2026-R1-2"),
    )
    scene.office.earned(scene.shop, scene.serials[3:4])
    scene.office.freeze()
    scene.office.earned(scene.shop, scene.serials[4:5])
    scene.office.earned(scene.other, scene.serials[5:6])
    scene.office.freeze()
    scene.office.withdraw("PN-2026-R3-1")
    assert scene.office.findings() == []
    with unstopped(owner_url) as session:
        yield session


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
            {"hashes-recompute", "payments-go-to-approved-accounts"},
        ),
        (
            "UPDATE bank_details_decision SET in_force_at = in_force_at + interval '1 year'",
            {"payments-go-to-approved-accounts"},
        ),
        (
            "UPDATE bank_details_decision SET outcome = 'rejected'",
            {"payments-go-to-approved-accounts"},
        ),
        (
            "UPDATE run_approval SET content_hash = 'x'",
            {"hashes-recompute", "approvers-are-second-persons"},
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
            "DELETE FROM payment_outcome WHERE payment_no = 1 AND fate = 'paid'",
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
        (
            "UPDATE payment_run SET approvals_needed = 2 WHERE no = 1",
            {"approvers-are-second-persons"},
        ),
        (
            "UPDATE run_change SET total_cents = total_cents + 1",
            {"changes-say-what-is-left"},
        ),
        (
            "UPDATE run_change SET content_hash = 'x'",
            {"hashes-recompute"},
        ),
        (
            "DELETE FROM run_change",
            {"changes-say-what-is-left"},
        ),
        (
            "DELETE FROM payment_outcome WHERE fate = 'withdrawn'",
            {
                "changes-say-what-is-left",
                "hashes-recompute",
                "runs-keep-what-is-not-paid",
                "dues-are-what-redemptions-say",
            },
        ),
        (
            "UPDATE run_change SET run_no = 1, at = at + interval '1 hour'",
            {
                "changes-say-what-is-left",
                "approvers-are-second-persons",
                "files-are-as-they-left",
                "hashes-recompute",
            },
        ),
        (
            "UPDATE run_file SET content = 'x'",
            {"files-are-as-they-left"},
        ),
        (
            "UPDATE run_file SET total_cents = total_cents + 1",
            {"files-are-as-they-left"},
        ),
    ],
)
def test_a_broken_promise_is_found(owner: Session, damage: str, checks: set[str]) -> None:
    owner.execute(text(damage))

    found = {finding.check for check in audit.CHECKS for finding in check(owner)}

    assert found == checks
