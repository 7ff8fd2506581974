"""Readers: a funder reads of the campaigns that it pays for, and of no other; everybody else here works on them all."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, true
from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import Campaign, CampaignIsUnknown, CampaignShare
from voucher_service.funding.funders import Funder
from voucher_service.kernel.actor import Actor, Role

PAID_FOR = """
(CAST(:payer_id AS uuid) IS NULL
 OR EXISTS (SELECT FROM campaign_share JOIN funder ON funder.code = campaign_share.funder
            WHERE campaign_share.campaign_id = campaign.id AND funder.organisation_id = :payer_id))"""
"""For a WHERE that knows the ``campaign``: the rule, where ``:payer_id`` is what ``payer`` returns."""


def payer(by: Actor) -> UUID | None:
    """Return the organisation whose campaigns alone are to be read, or None where all are."""
    return by.organisation_id if by.role is Role.FUNDER else None


def may_read(campaign_id: Any, *, by: Actor) -> ColumnElement[bool]:
    """Return the condition, for a row that knows its campaign's number, that this person may read of it."""
    if by.role is not Role.FUNDER:
        return true()
    # Both keys lead with what is asked: each row costs two look-ups, whatever the number of campaigns.
    return exists().where(
        CampaignShare.campaign_id == campaign_id,
        CampaignShare.funder == Funder.code,
        Funder.organisation_id == by.organisation_id,
    )


def get(session: Session, *, series: str, by: Actor) -> Campaign:
    """Return a campaign of which this person may read.

    Raises ``CampaignIsUnknown``, for what does not exist and for what others pay for.
    """
    campaign = campaigns.get(session, series)
    if by.role is Role.FUNDER and not session.execute(select(may_read(campaign.id, by=by))).scalar_one():
        raise CampaignIsUnknown(series)
    return campaign
