"""Payments: each transfer to an operator.

A payment is known by the name that the bank's statement bears (``PN-2026-R3-1``).
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, not_, select, tuple_
from sqlalchemy.orm import Session, aliased

from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.keyset import Order
from voucher_service.kernel.refusal import Kind, Refusal
from voucher_service.settlement.approval import approved
from voucher_service.settlement.netting import RunClaim
from voucher_service.settlement.outcomes import Fate, PaymentOutcome
from voucher_service.settlement.runs import PaymentRun, RunLine, RunPayment


class Stage(StrEnum):
    """How far a payment has come."""

    FROZEN = "frozen"
    APPROVED = "approved"
    PAID = "paid"
    RETURNED = "returned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class FollowedPayment:
    """One payment to an operator; ``amount_cents`` is gross, ``claim_cents`` what was owed back at the freeze.

    ``netted_cents`` is what of that the payment takes, ``net_cents`` what is left to pay. ``returned_on`` is the day on
    which it came back, or on which the bank refused it before it left; ``withdrawn_on`` the day on which it was taken
    out of its run before that left.
    """

    reference: str
    series: str
    campaign: str
    run: int
    operator_id: UUID
    masked_iban: str
    amount_cents: int
    claim_cents: int
    netted_cents: int
    redemptions: int
    cut_off_on: date
    frozen_at: datetime
    approved_at: datetime | None
    paid_on: date | None
    returned_on: date | None
    return_reason: str | None
    withdrawn_on: date | None

    @property
    def net_cents(self) -> int:
        """What is ordered to be paid, in cents."""
        return self.amount_cents - self.netted_cents

    @property
    def stage(self) -> Stage:
        """Name how far it has come."""
        if self.withdrawn_on:
            return Stage.WITHDRAWN
        if self.returned_on:
            return Stage.RETURNED if self.paid_on else Stage.REJECTED
        if self.paid_on:
            return Stage.PAID
        return Stage.APPROVED if self.approved_at else Stage.FROZEN


@dataclass(eq=False)
class PaymentIsUnknown(Refusal):
    """No payment to you bears this reference: read it on the bank's statement (for example PN-2026-R3-1).

    FR: Aucun paiement qui vous est destiné ne porte cette référence : lisez-la sur le relevé (PN-2026-R3-1).
    """

    kind = Kind.UNKNOWN
    reference: str


_PAID, _RETURNED, _WITHDRAWN = (aliased(PaymentOutcome) for _ in range(3))


def search(
    session: Session,
    *,
    by: Actor,
    operator_id: UUID | None = None,
    words: str = "",
    series: str | None = None,
    stage: Stage | None = None,
    order: Order = Order.NEWEST,
    after: tuple[datetime, str] | None = None,
    start: int = 0,
    limit: int | None = None,
) -> list[FollowedPayment]:
    """List payments: to a venue its operator's own, to others all or one operator's; ``words`` of the reference.

    ``after`` is the instant of the freeze and the reference of the last payment read, ``start`` how many to skip.
    """
    wanted = _readable(by)
    if operator_id is not None:
        wanted = wanted.where(RunPayment.operator_id == operator_id)
    if words:
        wanted = wanted.where(RunPayment.end_to_end_id.contains(words, autoescape=True))
    if series is not None:
        wanted = wanted.where(Campaign.series == series)
    if stage is not None:
        wanted = wanted.where(_is_at(stage))
    key = (PaymentRun.at, RunPayment.end_to_end_id)
    newest = order is Order.NEWEST
    if after is not None:
        wanted = wanted.where(tuple_(*key) < after if newest else tuple_(*key) > after)
    wanted = wanted.order_by(*(column.desc() if newest else column for column in key))
    return [_followed(row) for row in session.execute(wanted.offset(start).limit(limit))]


def get(session: Session, *, reference: str, by: Actor) -> FollowedPayment:
    """Return a payment that the actor may see, or raise ``PaymentIsUnknown``."""
    row = session.execute(_readable(by).where(RunPayment.end_to_end_id == reference)).one_or_none()
    if row is None:
        raise PaymentIsUnknown(reference)
    return _followed(row)


def _readable(by: Actor) -> Select[*tuple[Any, ...]]:
    counted = select(func.count()).select_from(RunLine).where(is_line).correlate(RunPayment).scalar_subquery()
    wanted: Select[*tuple[Any, ...]] = (
        select(
            RunPayment,
            Campaign.series,
            Campaign.name,
            counted,
            PaymentRun.cut_off_on,
            PaymentRun.at,
            approved.c.at,
            _PAID.booked_on,
            _RETURNED.booked_on,
            _RETURNED.reason,
            _WITHDRAWN.booked_on,
        )
        .join(
            PaymentRun,
            (PaymentRun.campaign_id == RunPayment.campaign_id) & (PaymentRun.no == RunPayment.run_no),
        )
        .join(Campaign, Campaign.id == RunPayment.campaign_id)
        .outerjoin(
            approved,
            (approved.c.campaign_id == RunPayment.campaign_id) & (approved.c.run_no == RunPayment.run_no),
        )
        .outerjoin(_PAID, _outcome(_PAID, Fate.PAID))
        .outerjoin(_RETURNED, _outcome(_RETURNED, Fate.RETURNED, Fate.REJECTED))
        .outerjoin(_WITHDRAWN, _outcome(_WITHDRAWN, Fate.WITHDRAWN))
    )
    return wanted.where(RunPayment.operator_id == by.organisation_id) if by.role is Role.VENUE else wanted


is_line = and_(
    RunLine.campaign_id == RunPayment.campaign_id,
    RunLine.run_no == RunPayment.run_no,
    RunLine.payment_no == RunPayment.no,
)
"""Beside a payment: a line of the run that it pays."""
is_claim = and_(
    RunClaim.campaign_id == RunPayment.campaign_id,
    RunClaim.run_no == RunPayment.run_no,
    RunClaim.payment_no == RunPayment.no,
)
"""Beside a payment: a claim that it takes."""


def _is_at(stage: Stage) -> ColumnElement[bool]:
    # The rule of ``FollowedPayment.stage``, for a WHERE.
    came_back, was_paid = _RETURNED.booked_on.is_not(None), _PAID.booked_on.is_not(None)
    was_withdrawn = _WITHDRAWN.booked_on.is_not(None)
    if stage is Stage.WITHDRAWN:
        return was_withdrawn
    if stage in (Stage.RETURNED, Stage.REJECTED):
        return and_(came_back, was_paid if stage is Stage.RETURNED else not_(was_paid))
    if stage is Stage.PAID:
        return and_(not_(came_back), was_paid)
    is_approved = approved.c.at.is_not(None)
    waits = and_(not_(came_back), not_(was_paid), not_(was_withdrawn))
    return and_(waits, is_approved if stage is Stage.APPROVED else not_(is_approved))


def _outcome(of: type[PaymentOutcome], *fates: Fate) -> ColumnElement[bool]:
    return and_(
        of.campaign_id == RunPayment.campaign_id,
        of.run_no == RunPayment.run_no,
        of.payment_no == RunPayment.no,
        of.fate.in_(fates),
    )


def _followed(row: Any) -> FollowedPayment:
    payment, series, campaign, count, *since = row
    return FollowedPayment(
        payment.end_to_end_id,
        series,
        campaign,
        payment.run_no,
        payment.operator_id,
        payment.masked_iban,
        payment.amount_cents,
        payment.claim_cents,
        payment.netted_cents,
        count,
        *since,
    )
