"""People: who is written to about a campaign's money and its calendar: its own finance team, and its funders'."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from voucher_service.funding.campaigns import Campaign, CampaignShare
from voucher_service.funding.funders import Funder
from voucher_service.identity.users import User
from voucher_service.kernel.actor import Role


def of_campaign(session: Session, *, campaign: Campaign) -> Sequence[User]:
    """Return the finance people of the campaign's organisation, and those of its funders, whose accounts work."""
    payers = select(Funder.organisation_id).join(CampaignShare, CampaignShare.funder == Funder.code)
    payers = payers.where(CampaignShare.campaign_id == campaign.id, Funder.organisation_id.is_not(None))
    theirs = or_(
        (User.organisation_id == campaign.organisation_id) & (User.role == Role.FINANCE),
        User.organisation_id.in_(payers) & (User.role == Role.FUNDER),
    )
    working = (User.locked_at.is_(None), User.password_hash.is_not(None))
    return session.scalars(select(User).where(theirs, *working).order_by(User.email)).all()
