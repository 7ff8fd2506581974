"""Distribution: until its sponsor signs that it is over (J-15), booklets are sent to sites and handed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from voucher_service.funding.campaigns import Campaign
from voucher_service.identity.users import User
from voucher_service.kernel import clock
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger.accounts import Account
from voucher_service.network.prescribers import Site
from voucher_service.vouchers import milestones
from voucher_service.vouchers.milestones import Milestone


@dataclass(eq=False)
class DistributionIsOver(Refusal):
    """The distribution of this campaign's booklets is over: keep them, and hand out those of an open campaign.

    FR: La distribution des carnets de cette campagne est arrêtée : gardez-les, et remettez ceux d'une campagne ouverte.
    """

    series: str
    stopped_on: date
    use_until: date


def refuse_if_over(session: Session, campaign: Campaign, *, on: date) -> None:
    """Raise ``DistributionIsOver`` where an act of this day came with or after the stop of distribution.

    A handover of before may still be noted, within the days that the campaign leaves for it.
    """
    stop = milestones.find(session, campaign=campaign, milestone=Milestone.STOP)
    if stop is not None and on >= clock.civil_date(stop.at):
        raise DistributionIsOver(campaign.series, clock.civil_date(stop.at), campaign.use_until)


def keepers(session: Session, *, campaign_id: int) -> Sequence[User]:
    """Return the référents of the prescribers whose sites hold papers of a campaign: they are told of the stop."""
    places = [func.concat(f"custody/{kind}/", Site.no) for kind in ("prescriber", "transit")]
    held = select(Account.address).where(
        Account.campaign_id == campaign_id, Account.address.in_(places), Account.balance > 0
    )
    holds = select(Site.organisation_id).where(held.correlate(Site).exists())
    working = (User.is_referent, User.locked_at.is_(None), User.password_hash.is_not(None))
    wanted = select(User).where(User.organisation_id.in_(holds), *working)
    return session.scalars(wanted.order_by(User.email)).all()
