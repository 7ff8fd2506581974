"""Owed: the claims that nobody settled and no payment takes, one by one and by operator."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import record
from voucher_service.network import heirs
from voucher_service.settlement.netting import NETTED
from voucher_service.settlement.outcomes import LIVE

OPEN = f"""
SELECT redemption.campaign_id, redemption.id AS redemption_id, {heirs.PAID_FOR} AS operator_id,
       redemption.venue_no, redemption.serial, redemption.issue, redemption.face_cents, undone.reversed_on, live.run_no
FROM redemption
JOIN redemption_reversal AS undone ON undone.redemption_id = redemption.id
CROSS JOIN LATERAL (SELECT line.run_no {LIVE}) AS live
WHERE NOT EXISTS (SELECT FROM claim_settled WHERE claim_settled.redemption_id = redemption.id)
  AND NOT EXISTS ({NETTED})"""
"""For a FROM, beside ``heir AS MATERIALIZED ({heirs.HEIRS})``: the claims that did not end, one row each.

Whoever is paid for a service owes it back: who took the voucher, or who follows it since that day.
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A voucher that was paid, or is about to be, and given back since; ``titre`` is the revenue order's number."""

    redemption_id: UUID
    operator_id: UUID
    operator: str
    series: str
    serial: str
    venue: str
    face_cents: int
    reversed_on: date
    run: int
    titre: str | None


@dataclass(frozen=True, slots=True)
class Debt:
    """What one operator owes back in a campaign, and how much of it revenue orders name already; in cents."""

    series: str
    operator_id: UUID
    operator: str
    claims: int
    cents: int
    ordered_cents: int
    since_on: date


@dataclass(eq=False)
class NothingIsClaimed(Refusal):
    """This operator owes nothing back in this campaign, or it was settled meanwhile: read the list again.

    FR: Cet exploitant ne doit rien dans cette campagne, ou c'est réglé entre-temps : relisez la liste.
    """

    operator_id: UUID


_CLAIMS = text(f"""
WITH heir AS MATERIALIZED ({heirs.HEIRS})
SELECT claim.redemption_id, claim.operator_id, organisation.name, campaign.series, claim.serial, venue.name,
       claim.face_cents, claim.reversed_on, claim.run_no, titre.number
FROM ({OPEN}) AS claim
JOIN organisation ON organisation.id = claim.operator_id
JOIN venue ON venue.no = claim.venue_no
JOIN campaign ON campaign.id = claim.campaign_id
LEFT JOIN claim_ordered AS ordered ON ordered.redemption_id = claim.redemption_id
LEFT JOIN revenue_order AS titre ON titre.id = ordered.order_id
WHERE (CAST(:campaign_id AS bigint) IS NULL OR claim.campaign_id = :campaign_id)
  AND (CAST(:operator_id AS uuid) IS NULL OR claim.operator_id = :operator_id)
ORDER BY campaign.series, organisation.name, claim.operator_id, claim.reversed_on, claim.serial, claim.issue""")
_TOTALS = text(f"""
WITH heir AS MATERIALIZED ({heirs.HEIRS})
SELECT campaign_id, sum(face_cents)::bigint FROM ({OPEN}) AS claim GROUP BY campaign_id""")


def search(
    session: Session, *, series: str | None = None, operator_id: UUID | None = None, by: Actor
) -> list[Claim]:
    """List the claims that are open, by campaign and operator: to a venue its operator's own, to others all.

    Raises ``CampaignIsUnknown``.
    """
    asked = {
        "campaign_id": campaigns.get(session, series).id if series else None,
        "operator_id": by.organisation_id if by.role is Role.VENUE else operator_id,
    }
    return [Claim(*row) for row in session.execute(_CLAIMS, asked)]


def debts(session: Session, *, series: str | None = None, by: Actor) -> list[Debt]:
    """Sum the open claims by campaign and operator.

    Raises ``CampaignIsUnknown``.
    """
    found: dict[tuple[str, UUID], list[Claim]] = {}
    for claim in search(session, series=series, by=by):
        found.setdefault((claim.series, claim.operator_id), []).append(claim)
    return [
        Debt(
            series=of_series,
            operator_id=operator_id,
            operator=owed[0].operator,
            claims=len(owed),
            cents=sum(claim.face_cents for claim in owed),
            ordered_cents=sum(claim.face_cents for claim in owed if claim.titre),
            since_on=min(claim.reversed_on for claim in owed),
        )
        for (of_series, operator_id), owed in found.items()
    ]


def totals(session: Session) -> dict[int, int]:
    """Sum the open claims of each campaign, in cents, by the campaign's number."""
    return {row[0]: row[1] for row in session.execute(_TOTALS)}


def of_operator(session: Session, *, series: str, operator_id: UUID, by: Actor) -> list[Claim]:
    """Return what one operator owes back in a campaign, the oldest first, or raise ``NothingIsClaimed``."""
    claims = search(session, series=series, operator_id=operator_id, by=by)
    if not claims:
        raise NothingIsClaimed(operator_id)
    return sorted(claims, key=lambda claim: (claim.reversed_on, claim.serial))


def hold(session: Session, campaign: Campaign) -> None:
    """Keep runs and other endings off a campaign's claims until the act is over."""
    # The sequencer's lock, as a freeze holds it: a claim ends once, and no run reads it while it ends.
    record.sequence(session, campaign_id=campaign.id)
