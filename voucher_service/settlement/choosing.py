"""Choosing: which redemptions a payment run takes, whom it pays, and whom it leaves out.

One statement, so one view of the database, decides all of it and writes it down: the lines, the payments and
the exclusions of a run can never disagree. A preview asks the same, and writes nothing. Each line keeps the version
of its voucher's account as it was in that same view. The freeze then posts with these versions; a reversal that was
not seen here changes one of them, the guard misses, and the whole freeze starts again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from voucher_service.funding.campaigns import Campaign
from voucher_service.funding.terms import MoneySide
from voucher_service.network import bank_details, heirs, holds
from voucher_service.settlement import netting
from voucher_service.settlement.characters import as_reference
from voucher_service.settlement.claims import owed

_EARNED = f"""
SELECT redemption.id, {heirs.PAID_FOR} AS operator_id, redemption.venue_no, redemption.face_cents,
       account.version,
       (SELECT count(*) FROM run_line WHERE run_line.campaign_id = redemption.campaign_id
        AND run_line.redemption_id = redemption.id) AS attempt
FROM redemption
LEFT JOIN record ON record.campaign_id = redemption.campaign_id AND record.entry_no = redemption.entry_no
                AND record.position <= :position
JOIN account ON account.campaign_id = redemption.campaign_id
            AND account.address = 'voucher/' || redemption.serial || '/' || redemption.issue
WHERE redemption.campaign_id = :campaign_id
  AND (record.position IS NOT NULL OR CAST(:position AS bigint) IS NULL)
  AND redemption.served_on <= :cut_off_on
  AND {netting.OWED}"""
_CLAIMED = f"""
SELECT claim.*, (SELECT count(*) FROM run_claim WHERE run_claim.campaign_id = claim.campaign_id
                 AND run_claim.redemption_id = claim.redemption_id) AS attempt
FROM ({owed.OPEN}) AS claim WHERE claim.campaign_id = :campaign_id"""
_PER_VENUE = """
SELECT operator_id, venue_no, coalesce(redemptions, 0) AS redemptions, coalesce(gained.cents, 0) AS earned,
       coalesce(lost.cents, 0) AS claim, CASE WHEN :nets THEN coalesce(lost.cents, 0) ELSE 0 END AS netted
FROM (SELECT operator_id, venue_no, count(*) AS redemptions, sum(face_cents) AS cents
      FROM earned GROUP BY operator_id, venue_no) AS gained
FULL JOIN (SELECT operator_id, venue_no, sum(face_cents) AS cents
           FROM claimed GROUP BY operator_id, venue_no) AS lost USING (operator_id, venue_no)"""
_PAID_BEFORE = """
SELECT DISTINCT payment.operator_id, payment.iban
FROM run_payment AS payment
JOIN payment_outcome AS outcome ON outcome.campaign_id = payment.campaign_id AND outcome.run_no = payment.run_no
                               AND outcome.payment_no = payment.no AND outcome.fate = 'paid'
WHERE NOT EXISTS (SELECT FROM payment_outcome AS back
                  WHERE back.campaign_id = payment.campaign_id AND back.run_no = payment.run_no
                    AND back.payment_no = payment.no AND back.fate = 'returned')"""
_PER_OPERATOR = f"""
SELECT total.*, organisation.siret, details.iban, details.bic, details.holder,
       paid_before.iban IS NULL AS is_first,
       CASE WHEN earned = 0 OR earned <= netted THEN 'claim'
            WHEN {holds.EXISTS.format(operator_id="total.operator_id")} THEN 'hold'
            WHEN organisation.siret IS NULL THEN 'no-siret'
            WHEN venue_operator.legal_form = 'unknown' THEN 'no-legal-form'
            WHEN venue_operator.legal_form = 'public'
                 AND NOT EXISTS (SELECT FROM cashing_act WHERE cashing_act.operator_id = total.operator_id)
            THEN 'no-cashing-act'
            WHEN details.iban IS NULL THEN 'no-bank-details'
            WHEN details.in_force_at > :at THEN 'cooling'
            WHEN earned - netted < :minimum_cents THEN 'under-minimum'
       END AS reason
FROM (SELECT operator_id, sum(redemptions) AS redemptions, sum(earned) AS earned, sum(claim) AS claim,
             sum(netted) AS netted
      FROM venue_share GROUP BY operator_id) AS total
JOIN venue_operator ON venue_operator.organisation_id = total.operator_id
JOIN organisation ON organisation.id = total.operator_id
LEFT JOIN LATERAL ({bank_details.NEWEST_APPROVED.format(operator_id="total.operator_id")}) AS details ON true
LEFT JOIN paid_before ON paid_before.operator_id = total.operator_id AND paid_before.iban = details.iban"""
_PICKED = f"""
WITH heir AS MATERIALIZED ({heirs.HEIRS}),
earned AS MATERIALIZED ({_EARNED}),
claimed AS MATERIALIZED ({_CLAIMED}),
venue_share AS MATERIALIZED ({_PER_VENUE}),
paid_before AS MATERIALIZED ({_PAID_BEFORE}),
payee AS MATERIALIZED ({_PER_OPERATOR})"""
_LOOK = text(f"""{_PICKED}
SELECT payee.operator_id, organisation.name AS operator, payee.siret, payee.holder, payee.iban, payee.is_first,
       payee.reason, venue_share.venue_no, venue.name AS venue, venue_share.redemptions, venue_share.earned,
       venue_share.claim, venue_share.netted
FROM venue_share JOIN payee USING (operator_id) JOIN organisation ON organisation.id = payee.operator_id
JOIN venue ON venue.no = venue_share.venue_no
ORDER BY payee.siret, payee.operator_id, venue_share.venue_no""")
_CHOOSE = text(f"""{_PICKED}, paid AS MATERIALIZED (
    SELECT payee.*, row_number() OVER (ORDER BY siret, operator_id) AS no FROM payee WHERE reason IS NULL
), lines AS (
    INSERT INTO run_line (campaign_id, redemption_id, attempt, run_no, payment_no, voucher_version)
    SELECT :campaign_id, earned.id, earned.attempt, :run_no, paid.no, earned.version
    FROM earned JOIN paid USING (operator_id)
), claims AS (
    INSERT INTO run_claim (campaign_id, redemption_id, attempt, run_no, payment_no)
    SELECT :campaign_id, claimed.redemption_id, claimed.attempt, :run_no, paid.no
    FROM claimed JOIN paid USING (operator_id) WHERE :nets
), payments AS (
    INSERT INTO run_payment (campaign_id, run_no, no, operator_id, amount_cents, claim_cents, netted_cents, iban, bic,
                             holder, siret, end_to_end_id, is_first)
    SELECT :campaign_id, :run_no, no, operator_id, earned, claim, netted, iban, bic, holder, siret,
           CAST(:message_id AS text) || '-' || no, is_first
    FROM paid
), left_out AS (
    INSERT INTO run_exclusion (campaign_id, run_no, operator_id, venue_no, reason, redemptions, amount_cents,
                               claim_cents)
    SELECT :campaign_id, :run_no, operator_id, venue_no, payee.reason, venue_share.redemptions, venue_share.earned,
           venue_share.claim
    FROM venue_share JOIN payee USING (operator_id) WHERE payee.reason IS NOT NULL
)
SELECT count(*) AS payments, coalesce(sum(redemptions), 0)::bigint AS redemptions,
       coalesce(sum(earned), 0)::bigint AS cents, coalesce(sum(netted), 0)::bigint AS netted
FROM paid""")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is asked to take: services up to a day, and payments of no less than so many cents, claims taken off.

    ``at`` is the instant of the freeze, or of the look: an account that cools until later is not paid on.
    """

    cut_off_on: date
    at: datetime
    minimum_cents: int = 0
    is_last: bool = False

    @property
    def least_cents(self) -> int:
        """The least that is paid to one operator: anything in the campaign's last run."""
        return 0 if self.is_last else self.minimum_cents


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a run takes: how many payments, for how many redemptions and cents, and what of that claims take back."""

    payments: int
    redemptions: int
    total_cents: int
    netted_cents: int


def choose(session: Session, campaign: Campaign, wanted: Wanted, *, run_no: int, position: int) -> Chosen:
    """Write the lines, the payments and the exclusions of a new run.

    It takes what was served up to the cut-off, is recorded up to ``position``, was not given back and is in
    no other run. A payment is for the gross amount; what its operator owes back (*claim*: given back after it
    was frozen) is shown beside it. Where the campaign pays from its own bank account, the payment takes all of the
    claim, and an operator that would receive nothing is left out; a public accountant pays the gross in any case.
    """
    named = {"run_no": run_no, "message_id": message_id(campaign.series, run_no)}
    row = session.execute(_CHOOSE, _parameters(campaign, wanted, position) | named).one()
    return Chosen(*row)


def look(session: Session, campaign: Campaign, wanted: Wanted) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return what a run would take of each venue and whom it would leave out, all acts counted; nothing is written."""
    return session.execute(_LOOK, _parameters(campaign, wanted, None)).all()


def _parameters(campaign: Campaign, wanted: Wanted, position: int | None) -> dict[str, object]:
    return {
        "campaign_id": campaign.id,
        "position": position,
        "cut_off_on": wanted.cut_off_on,
        "at": wanted.at,
        "minimum_cents": wanted.least_cents,
        "nets": campaign.money_side is MoneySide.BANK,
    }


def message_id(series: str, run_no: int) -> str:
    """Name a run to the bank: ``PN-2026-R3``; its payments are ``PN-2026-R3-1`` and so on."""
    return as_reference(series, f"R{run_no}")
