"""Choosing: the sites and campaigns among which a prescriber chooses; what is alone is not asked."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Actor
from voucher_service.network import prescribers


@dataclass(frozen=True, slots=True)
class Choices:
    """What a form offers: value and words."""

    sites: list[tuple[str, str]]
    series: list[tuple[str, str]]

    def site_name(self, site_id: UUID) -> str:
        """Say which site that is."""
        return next((name for value, name in self.sites if value == str(site_id)), "")


def read(session: Session, *, by: Actor, today: date | None = None) -> Choices:
    """Read the actor's own sites, and the campaigns: only those open and not over where ``today`` is said."""
    own = prescribers.list_sites(session, organisation_id=by.organisation_id, only_open=today is not None)
    found = [one for one in campaigns.search(session) if today is None or today <= one.use_until]
    return Choices(
        [(str(site.id), site.name) for site in own],
        [(one.series, f"{one.name} ({one.series})") for one in found],
    )
