"""Composing: the facts of a letter are read, for one handover or for anybody."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.funding.campaigns import Campaign
from voucher_service.identity import organisations
from voucher_service.kernel.actor import Actor
from voucher_service.network import nearby, prescribers
from voucher_service.network.prescribers import Site
from voucher_service.paper.letters.letter import Facts
from voucher_service.vouchers import answers, handover
from voucher_service.vouchers.printing import style


def for_handover(
    session: Session, *, handover_id: UUID, on: date, by: Actor, address: str | None = None
) -> Facts:
    """Read the letter to give with the booklets of a handover of one's own organisation.

    The venues are near the person's commune where it was noted, else near the site. ``on`` is the day on which
    the venues must be accredited; ``address`` is where the public list of venues is. Raises
    ``HandoverIsUnknown``.
    """
    handed = handover.own(session, handover_id=handover_id, by=by)
    campaign = session.get_one(Campaign, handed.campaign_id)
    noted = answers.answers_of(session, handed.id)
    site = prescribers.get_site(session, site_id=handed.site_id)
    said = [one for one in (noted and noted.commune, site.commune) if one]
    numbers = tuple(handover.booklets_of(session, handed))
    return _facts(
        session, campaign, said, on, booklets=len(numbers), numbers=numbers, site=_site(site), address=address
    )


def for_anybody(
    session: Session, *, series: str, near: str | None = None, on: date, address: str | None = None
) -> Facts:
    """Read the letter of a campaign for one booklet, with the venues near a commune where it is said.

    Raises ``CampaignIsUnknown``.
    """
    campaign = campaigns.get(session, series)
    return _facts(
        session, campaign, [near] if near else [], on, booklets=1, numbers=(), site=None, address=address
    )


def _facts(
    session: Session,
    campaign: Campaign,
    communes_said: Sequence[str],
    on: date,
    *,
    booklets: int,
    numbers: tuple[str, ...],
    site: str | None,
    address: str | None,
) -> Facts:
    commune, venues = nearby.find(session, communes_said=communes_said, campaign_id=campaign.id, on=on)
    return Facts(
        campaign=campaign.name,
        controller=organisations.get(session, organisation_id=campaign.organisation_id).name,
        face_cents=campaign.face_cents,
        size=campaign.booklet_size,
        until=campaign.use_until,
        booklets=booklets,
        numbers=numbers,
        site=site,
        commune=commune,
        venues=tuple(venues),
        phone=style.get(session, series=campaign.series).phone or None,
        address=address,
    )


def _site(site: Site) -> str:
    town = " ".join(part for part in (site.postcode, site.commune) if part)
    return ", ".join(part for part in (site.name, site.address, town) if part)
