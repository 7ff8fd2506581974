"""Ceiling: the face value that may be produced in all for a campaign.

A framework agreement has a maximum, a call for projects too, and what an authority voted is an amount. What was
produced counts, whatever became of it: a spoiled paper is replaced under its own serial and costs nothing here.
"""

from dataclasses import dataclass

from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.refusal import Refusal


@dataclass(eq=False)
class CeilingIsReached(Refusal):
    """The campaign's ceiling leaves room for fewer booklets: order those at most, or have the ceiling raised first.

    FR: Le plafond de la campagne laisse moins de carnets : commandez-en au plus autant, ou faites relever le plafond.
    """

    ceiling_cents: int
    booklets_left: int


def refuse_beyond(campaign: Campaign, *, produced: int, booklets: int) -> None:
    """Raise ``CeilingIsReached`` where so many more booklets, after those ``produced``, pass the ceiling."""
    if campaign.ceiling_cents is None:
        return
    left = campaign.ceiling_cents // (campaign.booklet_size * campaign.face_cents) - produced
    if booklets > left:
        raise CeilingIsReached(campaign.ceiling_cents, max(left, 0))
