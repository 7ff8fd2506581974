"""The books of a world, proved again: true books have no findings."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.world import World
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.finding import Finding
from voucher_service.ledger import record
from voucher_service.reports import findings


def findings_in(world: World) -> list[Finding]:
    """Run every check of every layer on what a world has become."""
    return world.do(_examine)  # type: ignore[no-any-return]


def _examine(session: Session) -> list[Finding]:
    for campaign_id in session.scalars(select(Campaign.id)).all():
        record.sequence(session, campaign_id=campaign_id)
    return findings.findings(session)
