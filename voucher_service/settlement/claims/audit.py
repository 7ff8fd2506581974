"""What is promised of claims, proved again: each ends once, for what its vouchers are worth, by its entry."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.kernel.finding import Finding
from voucher_service.network import heirs

_ENDINGS = text(f"""
WITH heir AS MATERIALIZED ({heirs.HEIRS}), claimed AS (
    SELECT settlement_id, sum(face_cents) AS cents,
           count(*) FILTER (WHERE undone.redemption_id IS NULL) AS not_reversed,
           count(*) FILTER (WHERE NOT {heirs.IS_PAID_FOR.format(operator_id="settlement.operator_id")}
                               OR redemption.campaign_id <> settlement.campaign_id) AS of_others
    FROM claim_settled JOIN redemption ON redemption.id = claim_settled.redemption_id
    JOIN claim_settlement AS settlement ON settlement.id = settlement_id
    LEFT JOIN redemption_reversal AS undone ON undone.redemption_id = redemption.id
    GROUP BY settlement_id
), booked AS (
    SELECT campaign_id, no AS entry_no, sum(amount) AS cents
    FROM entry JOIN transfer USING (campaign_id)
    WHERE kind IN ('claim-repaid', 'claim-written-off') AND entry_no = no GROUP BY 1, 2
)
SELECT coalesce(settlement.campaign_id, booked.campaign_id) AS campaign_id,
       coalesce(settlement.reference, 'entry ' || booked.entry_no) AS reference, settlement.amount_cents, booked.cents
FROM claim_settlement AS settlement
LEFT JOIN claimed ON claimed.settlement_id = settlement.id
FULL JOIN booked ON booked.campaign_id = settlement.campaign_id AND booked.entry_no = settlement.entry_no
WHERE (settlement.amount_cents, settlement.amount_cents, 0, 0)
      IS DISTINCT FROM (claimed.cents, booked.cents, claimed.not_reversed, claimed.of_others)""")
_ALONE = text("""
SELECT settlement.campaign_id, settlement.reference
FROM claim_settlement AS settlement
LEFT JOIN write_off_proposal AS proposal ON CAST(proposal.id AS text) = settlement.reference
WHERE settlement.kind = 'written-off' AND coalesce(proposal.by = settlement.by, true)""")


def endings_are_their_claims(session: Session) -> Iterator[Finding]:
    """Claims that ended are reversed redemptions of one operator, or of whom it follows, worth what the entry moved."""
    for row in session.execute(_ENDINGS):
        yield Finding(
            "endings-are-their-claims",
            f"{row.campaign_id}:{row.reference}",
            f"said {row.amount_cents}, entry {row.cents}",
        )


def nobody_writes_off_alone(session: Session) -> Iterator[Finding]:
    """What is written off was proposed by one person and approved by another."""
    for row in session.execute(_ALONE):
        yield Finding("nobody-writes-off-alone", f"{row.campaign_id}:{row.reference}", "one person only")


CHECKS = (endings_are_their_claims, nobody_writes_off_alone)
