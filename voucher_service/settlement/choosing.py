"""Choosing: which redemptions a payment run takes, whom it pays, and whom it leaves out.

One statement, so one view of the database, decides all of it and writes it down: the lines, the payments and
the exclusions of a run can never disagree. Each line keeps the version of its voucher's account as it was in
that same view. The freeze then posts with these versions; a reversal that was not seen here changes one of
them, the guard misses, and the whole freeze starts again.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.funding.campaigns import Campaign
from voucher_service.funding.terms import MoneySide
from voucher_service.settlement.characters import as_reference
from voucher_service.settlement.outcomes import LIVE_LINE

_EARNED = f"""
SELECT redemption.id, redemption.operator_id, redemption.venue_no, redemption.face_cents, account.version,
       (SELECT count(*) FROM run_line WHERE run_line.campaign_id = redemption.campaign_id
        AND run_line.redemption_id = redemption.id) AS attempt
FROM redemption
JOIN record ON record.campaign_id = redemption.campaign_id AND record.entry_no = redemption.entry_no
JOIN account ON account.campaign_id = redemption.campaign_id
            AND account.address = 'voucher/' || redemption.serial || '/' || redemption.issue
WHERE redemption.campaign_id = :campaign_id AND record.position <= :position
  AND redemption.served_on <= :cut_off_on
  AND NOT EXISTS (SELECT FROM redemption_reversal WHERE redemption_reversal.redemption_id = redemption.id)
  AND NOT EXISTS ({LIVE_LINE})"""
_CLAIMED = f"""
SELECT redemption.operator_id, redemption.venue_no, sum(redemption.face_cents) AS cents
FROM redemption
JOIN redemption_reversal ON redemption_reversal.redemption_id = redemption.id
WHERE redemption.campaign_id = :campaign_id AND EXISTS ({LIVE_LINE})
GROUP BY redemption.operator_id, redemption.venue_no"""
_PER_VENUE = """
SELECT operator_id, venue_no, coalesce(redemptions, 0) AS redemptions, coalesce(gained.cents, 0) AS earned,
       coalesce(claimed.cents, 0) AS claim
FROM (SELECT operator_id, venue_no, count(*) AS redemptions, sum(face_cents) AS cents
      FROM earned GROUP BY operator_id, venue_no) AS gained
FULL JOIN claimed USING (operator_id, venue_no)"""
_PER_OPERATOR = """
SELECT total.*, organisation.siret, details.iban, details.bic, details.holder,
       CASE WHEN earned = 0 OR (:nets AND earned <= claim) THEN 'claim'
            WHEN organisation.siret IS NULL THEN 'no-siret'
            WHEN venue_operator.legal_form = 'unknown' THEN 'no-legal-form'
            WHEN venue_operator.legal_form = 'public'
                 AND NOT EXISTS (SELECT FROM cashing_act WHERE cashing_act.operator_id = total.operator_id)
            THEN 'no-cashing-act'
            WHEN details.iban IS NULL THEN 'no-bank-details'
       END AS reason
FROM (SELECT operator_id, sum(redemptions) AS redemptions, sum(earned) AS earned, sum(claim) AS claim
      FROM venue_share GROUP BY operator_id) AS total
JOIN venue_operator ON venue_operator.organisation_id = total.operator_id
JOIN organisation ON organisation.id = total.operator_id
LEFT JOIN LATERAL (SELECT iban, bic, holder FROM bank_details
                   WHERE bank_details.operator_id = total.operator_id ORDER BY id DESC LIMIT 1) AS details ON true"""
_CHOOSE = text(f"""
WITH earned AS MATERIALIZED ({_EARNED}),
claimed AS MATERIALIZED ({_CLAIMED}),
venue_share AS MATERIALIZED ({_PER_VENUE}),
payee AS MATERIALIZED ({_PER_OPERATOR}),
paid AS MATERIALIZED (
    SELECT payee.*, row_number() OVER (ORDER BY siret, operator_id) AS no FROM payee WHERE reason IS NULL
), lines AS (
    INSERT INTO run_line (campaign_id, redemption_id, attempt, run_no, payment_no, voucher_version)
    SELECT :campaign_id, earned.id, earned.attempt, :run_no, paid.no, earned.version
    FROM earned JOIN paid USING (operator_id)
), payments AS (
    INSERT INTO run_payment (campaign_id, run_no, no, operator_id, amount_cents, claim_cents, iban, bic, holder,
                             siret, end_to_end_id)
    SELECT :campaign_id, :run_no, no, operator_id, earned, claim, iban, bic, holder, siret,
           CAST(:message_id AS text) || '-' || no
    FROM paid
), left_out AS (
    INSERT INTO run_exclusion (campaign_id, run_no, operator_id, venue_no, reason, redemptions, amount_cents,
                               claim_cents)
    SELECT :campaign_id, :run_no, operator_id, venue_no, payee.reason, venue_share.redemptions, venue_share.earned,
           venue_share.claim
    FROM venue_share JOIN payee USING (operator_id) WHERE payee.reason IS NOT NULL
)
SELECT count(*) AS payments, coalesce(sum(redemptions), 0)::bigint AS redemptions,
       coalesce(sum(earned), 0)::bigint AS cents
FROM paid""")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a run takes: how many payments, for how many redemptions, and how many cents."""

    payments: int
    redemptions: int
    total_cents: int


def choose(session: Session, campaign: Campaign, *, run_no: int, position: int, cut_off_on: date) -> Chosen:
    """Write the lines, the payments and the exclusions of a new run.

    It takes what was served up to ``cut_off_on``, is recorded up to ``position``, was not given back and is in
    no other run. A payment is for the gross amount; what its operator owes back (*claim*: given back after it
    was frozen) is shown beside it. Where the campaign pays from its own bank account, an operator that would
    receive nothing once its claim is taken off is left out; a public accountant pays the gross in any case.
    """
    row = session.execute(
        _CHOOSE,
        {
            "campaign_id": campaign.id,
            "run_no": run_no,
            "position": position,
            "cut_off_on": cut_off_on,
            "nets": campaign.money_side is MoneySide.BANK,
            "message_id": message_id(campaign.series, run_no),
        },
    ).one()
    return Chosen(*row)


def message_id(series: str, run_no: int) -> str:
    """Name a run to the bank: ``PN-2026-R3``; its payments are ``PN-2026-R3-1`` and so on."""
    return as_reference(series, f"R{run_no}")
