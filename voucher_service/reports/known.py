"""Known: what a report about a campaign may look at, so that it can be asked again and answer the same.

A report first has every act placed in the record (``record.sequence``, in a transaction of its own), then
reads up to one position of it. Facts never change, so the same position always gives the same report.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from voucher_service.funding import readers
from voucher_service.funding.campaigns import Campaign
from voucher_service.funding.terms import LegalBasis
from voucher_service.identity.organisations import Organisation
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.ledger import record
from voucher_service.reports.table import AsOf, Wording

_BASES = {
    LegalBasis.MARCHE: "Marché",
    LegalBasis.CONVENTION_DE_MANDAT: "Convention de mandat",
    LegalBasis.REGIE: "Régie",
}
ENTRIES = """
known AS (
    SELECT entry.no AS entry_no, entry.effective_on
    FROM record JOIN entry ON entry.campaign_id = record.campaign_id AND entry.no = record.entry_no
    WHERE record.campaign_id = :campaign_id AND record.position <= :position
      AND entry.effective_on <= CAST(:on AS date)
)"""
"""For a WITH: the entries that count on a date, as known at a position."""


@dataclass(frozen=True, slots=True)
class Known:
    """A campaign's record up to a position, and the last effective date that counts."""

    campaign: Campaign
    issuer: str
    position: int
    on: date

    @property
    def as_of(self) -> AsOf:
        """The line that every page prints."""
        return AsOf(self.on, self.position)

    @property
    def parameters(self) -> dict[str, object]:
        """The parameters that ``ENTRIES`` uses."""
        return {"campaign_id": self.campaign.id, "position": self.position, "on": self.on}

    @property
    def about(self) -> tuple[tuple[Wording, str], ...]:
        """Which campaign it is, and under which act."""
        campaign = self.campaign
        return (
            (Wording("Campagne", "Campaign"), f"{campaign.series} — {campaign.name}"),
            (
                Wording("Base juridique", "Legal basis"),
                f"{_BASES[campaign.legal_basis]} {campaign.legal_reference}",
            ),
        )


@dataclass(eq=False)
class PositionIsNotReached(Refusal):
    """The record does not go that far yet: ask for a position up to the last one.

    FR: Le registre ne va pas encore jusque-là : demandez un rang jusqu'au dernier.
    """

    kind = Kind.INVALID
    last_position: int


def known(session: Session, *, series: str, position: int | None, on: date, by: Actor) -> Known:
    """Say what a report of this campaign reads: up to ``position``, or to the last one written.

    Who may read of it is for ``funding.readers`` to say. Raises ``CampaignIsUnknown``, ``PositionIsNotReached``.
    """
    campaign = readers.get(session, series=series, by=by)
    last = record.last_position(session, campaign_id=campaign.id)
    if position is not None and position > last:
        raise PositionIsNotReached(last)
    issuer = session.get_one(Organisation, campaign.organisation_id).name
    return Known(campaign, issuer, last if position is None else position, on)
