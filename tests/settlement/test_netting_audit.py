"""Each promise about claims that payments take is broken here, and the audit sees it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.life import unstopped
from tests.settlement.camt import entry
from tests.settlement.office import opened
from tests.world import World
from voucher_service.settlement import audit
from voucher_service.settlement.claims import audit as claims_audit


@pytest.fixture
def owner(owner_url: str, committed: World) -> Iterator[Session]:
    """Give a payment that took a claim, and one that did and was taken out, to an owner whom nothing stops."""
    scene = opened(committed)
    one, other, *_ = scene.office.earned(scene.shop, scene.serials[:3])
    scene.office.approved()
    scene.office.hear(entry("30.00", reference="A", end_to_end="PN-2026-R1-1"))
    scene.office.reverse(one)
    scene.office.earned(scene.shop, scene.serials[3:5])
    scene.office.export(scene.office.approved())
    scene.office.hear(entry("10.00", reference="B", end_to_end="PN-2026-R2-1"))
    scene.office.reverse(other)
    scene.office.earned(scene.shop, scene.serials[5:7])
    scene.office.freeze()
    scene.office.withdraw("PN-2026-R3-1")
    assert scene.office.findings() == []
    with unstopped(owner_url) as session:
        yield session


@pytest.mark.parametrize(
    ("damage", "checks"),
    [
        (
            "UPDATE run_payment SET netted_cents = 0 WHERE run_no = 2",
            {
                "payments-take-their-claims",
                "runs-give-back-what-their-payments-take",
                "outcomes-move-the-net",
                "hashes-recompute",
            },
        ),
        (
            "UPDATE payment_run SET netted_cents = 0 WHERE no = 2",
            {"runs-give-back-what-their-payments-take", "files-are-as-they-left"},
        ),
        (
            "DELETE FROM run_claim WHERE run_no = 2",
            {"payments-take-their-claims", "dues-are-what-redemptions-say", "hashes-recompute"},
        ),
        (
            """UPDATE run_claim SET redemption_id = (SELECT redemption_id FROM run_line WHERE run_no = 2 LIMIT 1)
               WHERE run_no = 2""",
            {"claims-end-once", "dues-are-what-redemptions-say", "hashes-recompute"},
        ),
        (
            "UPDATE run_claim SET run_no = 2, payment_no = 1 WHERE run_no = 3",
            {
                "payments-take-their-claims",
                "dues-are-what-redemptions-say",
                "hashes-recompute",
            },
        ),
        (
            """INSERT INTO run_claim SELECT campaign_id, redemption_id, 1, 2, 1 FROM run_claim WHERE run_no = 2""",
            {"payments-take-their-claims", "claims-end-once", "hashes-recompute"},
        ),
        (
            """INSERT INTO claim_settled SELECT redemption_id, redemption_id FROM run_claim WHERE run_no = 2""",
            {"claims-end-once"},
        ),
        (
            """UPDATE redemption SET operator_id = (SELECT max(id::text)::uuid FROM organisation)
               WHERE id = (SELECT redemption_id FROM run_claim WHERE run_no = 2)""",
            {"payments-take-their-claims", "payments-are-the-sum-of-their-lines"},
        ),
        (
            "UPDATE campaign SET money_side = 'commitment'",
            {"payments-take-their-claims"},
        ),
        (
            "UPDATE payment_outcome SET amount_cents = 2000 WHERE run_no = 2",
            {"outcomes-move-the-net"},
        ),
        (
            "UPDATE run_change SET netted_cents = 1000",
            {"changes-say-what-is-left"},
        ),
        (
            "UPDATE transfer SET credit = 'loss' WHERE debit = 'run/2'",
            {"losses-are-what-was-given-up", "dues-are-what-redemptions-say", "movements-are-in-the-books"},
        ),
    ],
)
def test_a_broken_promise_is_found(owner: Session, damage: str, checks: set[str]) -> None:
    owner.execute(text(damage))

    found = {finding.check for check in (*audit.CHECKS, *claims_audit.CHECKS) for finding in check(owner)}

    assert found == checks
