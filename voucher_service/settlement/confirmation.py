"""Confirmation: what the public accountant paid is written down once, payment by payment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.funding.terms import MoneySide
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.refusal import Refusal
from voucher_service.settlement import settling
from voucher_service.settlement.matching import Booked, Matching
from voucher_service.settlement.outcomes import Fate


@dataclass(frozen=True, slots=True)
class MandatePaid:
    """A public accountant paid one line of a mandate list."""

    end_to_end_id: str
    mandate_number: str
    amount_cents: int
    paid_on: date


@dataclass(eq=False)
class MandatesAreNotExpected(Refusal):
    """This campaign pays from its own account: send the bank's statement instead.

    FR: Cette campagne paie depuis son propre compte : envoyez plutôt le relevé de la banque.
    """

    series: str


def confirm_mandates(
    session: Session, *, series: str, mandates: Iterable[MandatePaid], at: datetime, by: Actor
) -> Matching:
    """Write down which lines of mandate lists a public accountant paid; the same again changes nothing.

    Raises ``CampaignIsUnknown``, ``MandatesAreNotExpected``.
    """
    campaign = campaigns.get(session, series)
    if campaign.money_side is not MoneySide.COMMITMENT:
        raise MandatesAreNotExpected(series)
    movements = [
        Booked(
            iban=None,
            reference=mandate.mandate_number,
            end_to_end_id=mandate.end_to_end_id,
            amount_cents=mandate.amount_cents,
            fate=Fate.PAID,
            booked_on=mandate.paid_on,
        )
        for mandate in mandates
    ]
    found, _ = settling.settle(session, movements, campaign=campaign, at=at, by=by)
    return found
