"""Preview: what a payment run would hold if it were frozen now: whom it pays, whom it leaves out, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from voucher_service.funding import campaigns
from voucher_service.funding.terms import MoneySide
from voucher_service.settlement import choosing, freezing, paying_accounts, runs, unusual
from voucher_service.settlement.exclusions import LeftOut


@dataclass(frozen=True, slots=True)
class PlannedPayment:
    """What one operator would be paid, in cents, and on which account; ``is_first`` where it never was on this one.

    ``amount_cents`` is gross, ``claim_cents`` what it owes back, ``netted_cents`` what of that would be taken. It
    ``is_unusual`` where it is far more than this operator was ever paid.
    """

    operator_id: UUID
    operator: str
    siret: str
    holder: str
    masked_iban: str
    venues: tuple[str, ...]
    redemptions: int
    amount_cents: int
    claim_cents: int
    netted_cents: int
    is_first: bool
    is_unusual: bool = False

    @property
    def net_cents(self) -> int:
        """What would be ordered to be paid."""
        return self.amount_cents - self.netted_cents


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A venue that would be left out, and why; what it earned and owes back, in cents."""

    venue_no: int
    venue: str
    operator_id: UUID
    operator: str
    reason: LeftOut
    redemptions: int
    amount_cents: int
    claim_cents: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A run that is not frozen: ``has_account`` and ``is_covered`` say whether the freeze would be refused for them.

    ``approvals_needed`` counts the persons who would approve it beside the one who freezes.
    """

    series: str
    cut_off_on: date
    minimum_cents: int
    is_last: bool
    payments: Sequence[PlannedPayment]
    left_out: Sequence[Exclusion]
    has_account: bool
    is_covered: bool
    approvals_needed: int

    @property
    def redemptions(self) -> int:
        """How many redemptions the run would pay."""
        return sum(payment.redemptions for payment in self.payments)

    @property
    def total_cents(self) -> int:
        """What the run would hold, in cents: gross."""
        return sum(payment.amount_cents for payment in self.payments)

    @property
    def netted_cents(self) -> int:
        """What the run would take back, in cents."""
        return sum(payment.netted_cents for payment in self.payments)

    @property
    def net_cents(self) -> int:
        """What the run would order to be paid, in cents."""
        return self.total_cents - self.netted_cents


def look(
    session: Session,
    *,
    series: str,
    cut_off_on: date,
    minimum_cents: int | None = None,
    is_last: bool = False,
    unusual_from_cents: int = unusual.LEAST_CENTS,
    at: datetime,
) -> Preview:
    """Say what a freeze at ``at`` would take, by the very choice of the freeze; nothing is written.

    A payment of less than ``unusual_from_cents`` is never unusual.
    Raises ``CampaignIsUnknown``.
    """
    campaign = campaigns.get(session, series)
    wanted = freezing.asked(
        campaign, cut_off_on=cut_off_on, minimum_cents=minimum_cents, is_last=is_last, at=at
    )
    payments: list[PlannedPayment] = []
    left_out: list[Exclusion] = []
    for _, shares in groupby(choosing.look(session, campaign, wanted), key=attrgetter("operator_id")):
        venues = list(shares)
        if venues[0].reason is None:
            payments.append(_planned(venues))
        else:
            left_out += [_left_out(venue) for venue in venues]
    payments = _weighed(session, payments, from_cents=unusual_from_cents, at=at)
    total = sum(payment.amount_cents for payment in payments)
    net = sum(payment.net_cents for payment in payments)
    return Preview(
        series=series,
        cut_off_on=cut_off_on,
        minimum_cents=wanted.minimum_cents,
        is_last=is_last,
        payments=payments,
        left_out=sorted(left_out, key=attrgetter("venue_no", "operator_id")),
        has_account=paying_accounts.find(session, campaign) is not None
        or campaign.money_side is not MoneySide.BANK,
        is_covered=runs.is_covered(session, campaign, more_cents=net),
        approvals_needed=freezing.approvals_needed(campaign, total),
    )


def _planned(venues: Sequence[Any]) -> PlannedPayment:
    payee = venues[0]
    return PlannedPayment(
        operator_id=payee.operator_id,
        operator=payee.operator,
        siret=payee.siret,
        holder=payee.holder,
        masked_iban=f"{payee.iban[:4]} **** {payee.iban[-4:]}",
        venues=tuple(venue.venue for venue in venues),
        redemptions=sum(venue.redemptions for venue in venues),
        amount_cents=int(sum(venue.earned for venue in venues)),
        claim_cents=int(sum(venue.claim for venue in venues)),
        netted_cents=int(sum(venue.netted for venue in venues)),
        is_first=payee.is_first,
    )


def _weighed(
    session: Session, payments: Sequence[PlannedPayment], *, from_cents: int, at: datetime
) -> list[PlannedPayment]:
    largest = unusual.largest(session, operators={one.operator_id for one in payments}, before=at)

    def weigh(one: PlannedPayment) -> bool:
        return unusual.is_unusual(
            one.net_cents, largest_cents=largest.get(one.operator_id), from_cents=from_cents
        )

    return [replace(one, is_unusual=weigh(one)) for one in payments]


def _left_out(venue: Any) -> Exclusion:
    return Exclusion(
        venue.venue_no,
        venue.venue,
        venue.operator_id,
        venue.operator,
        LeftOut(venue.reason),
        venue.redemptions,
        int(venue.earned),
        int(venue.claim),
    )
