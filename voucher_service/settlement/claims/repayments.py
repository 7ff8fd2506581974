"""Repayments: a venue gave money back, and its oldest claims end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.refusal import Refusal
from voucher_service.settlement.claims import ending, owed
from voucher_service.settlement.claims.ending import ClaimSettlement, How, Settled
from voucher_service.settlement.claims.owed import Claim


@dataclass(eq=False)
class RepaymentDiffers(Refusal):
    """This amount is not that of whole vouchers owed back, oldest first: compare it with the list of claims.

    FR: Ce montant n'est pas celui de pass entiers à rendre, du plus ancien au plus récent : comparez à la liste.
    """

    owed_cents: int


@dataclass(eq=False)
class ReferenceIsTaken(Refusal):
    """Another repayment bears this reference: check the bank's statement.

    FR: Un autre remboursement porte cette référence : vérifiez le relevé de la banque.
    """

    reference: str


def repay(
    session: Session,
    *,
    series: str,
    operator_id: UUID,
    amount_cents: int,
    reference: str,
    repaid_on: date,
    at: datetime,
    by: Actor,
) -> ClaimSettlement:
    """Write down that an operator gave money back: its oldest claims end; the same reference again changes nothing.

    Raises ``CampaignIsUnknown``, ``NothingIsClaimed``, ``RepaymentDiffers``, ``ReferenceIsTaken``.
    """
    campaign = campaigns.get(session, series)
    owed.hold(session, campaign)
    before = ending.find(session, campaign, Settled.REPAID, reference)
    if before is not None:
        told = (operator_id, amount_cents, repaid_on)
        if (before.operator_id, before.amount_cents, before.settled_on) != told:
            raise ReferenceIsTaken(reference)
        return before
    ended = _oldest(owed.of_operator(session, series=series, operator_id=operator_id, by=by), amount_cents)
    how = How(Settled.REPAID, reference, campaign.money_side.value, repaid_on, at, by)
    return ending.end(session, campaign, ended, how)


def ended_by(
    session: Session, *, series: str, operator_id: UUID, amount_cents: int, by: Actor
) -> list[Claim]:
    """Return the claims that a repayment of this sum would end, before it is written down.

    Raises ``CampaignIsUnknown``, ``NothingIsClaimed``, ``RepaymentDiffers``.
    """
    return _oldest(owed.of_operator(session, series=series, operator_id=operator_id, by=by), amount_cents)


def _oldest(claims: Sequence[Claim], amount_cents: int) -> list[Claim]:
    for count, sum_cents in enumerate(accumulate(claim.face_cents for claim in claims), start=1):
        if sum_cents == amount_cents:
            return list(claims[:count])
    raise RepaymentDiffers(sum(claim.face_cents for claim in claims))
