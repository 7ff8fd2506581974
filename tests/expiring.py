"""Acts of the end of validity and of the money after it, with what a test does not care about already given."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from tests.world import NOW, TODAY, World
from voucher_service.funding import campaigns, carry_over, instalments, refunding, releases
from voucher_service.funding.instalments import Part
from voucher_service.funding.refunds import Refund, Source
from voucher_service.funding.releases import Release
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import Actor, Role
from voucher_service.ledger import record
from voucher_service.settlement import call_cancelling, call_receipts, calling
from voucher_service.settlement.fund_calls import Basis, FundCall
from voucher_service.vouchers import expiry
from voucher_service.vouchers.expiry import Stage

LAST_USE, LAST_SHOWN = date(2026, 12, 31), date(2027, 1, 31)
AFTER_USE, AFTER_ALL = LAST_USE + timedelta(days=1), LAST_SHOWN + timedelta(days=1)


def expire(world: World, stage: Stage, today: date, *, booklets: int = 2) -> tuple[int, int]:
    """Expire everything of a stage, a few booklets at a time; return the papers and the cents."""
    papers = cents = after = 0
    while True:
        said: dict[str, Any] = {"stage": stage, "today": today, "at": NOW, "by": world.finance}
        step = world.do(partial(expiry.expire, series=world.series, after=after, booklets=booklets, **said))
        papers, cents, after = papers + step.papers, cents + step.value_cents, step.through
        if step.is_last:
            return papers, cents


def over(world: World) -> None:
    """Let everything expire."""
    expire(world, Stage.EVERYTHING, AFTER_ALL, booklets=100)


def release(world: World) -> Release:
    """Share out what expired."""
    return world.do(  # type: ignore[no-any-return]
        lambda s: releases.release(s, series=world.series, on=AFTER_ALL, at=NOW, by=world.finance)
    )


def colleague(world: World) -> Actor:
    """Enrol a second person of finance."""
    return world.person(Role.FINANCE, OrganisationKind.OPERATOR)


def prepare(world: World, cents: int, *, source: Source = Source.EXPIRED, **given: Any) -> Refund:
    """Prepare a refund."""
    said: dict[str, Any] = {"funder": "metropole", "reason": "Fin de campagne", "by": world.finance} | given
    return world.do(  # type: ignore[no-any-return]
        lambda s: refunding.prepare(
            s, series=world.series, source=source, amount_cents=cents, on=AFTER_ALL, at=NOW, **said
        )
    )


def approve(world: World, refund: Refund, by: Actor) -> Any:
    """Approve a refund."""
    return world.do(
        lambda s: refunding.approve(s, series=refund.series, no=refund.no, on=AFTER_ALL, at=NOW, by=by)
    )


def pay(world: World, refund: Refund, reference: str = "VIR-SORTANT") -> Any:
    """Record that a refund was paid."""
    said: dict[str, Any] = {"reference": reference, "paid_on": AFTER_ALL, "at": NOW, "by": world.finance}
    return world.do(lambda s: refunding.pay(s, series=refund.series, no=refund.no, **said))


def carry(world: World, refund: Refund) -> Any:
    """Carry a refund over."""
    said: dict[str, Any] = {"on": AFTER_ALL, "at": NOW, "by": world.finance}
    return world.do(lambda s: carry_over.carry_over(s, series=refund.series, no=refund.no, **said))


def schedule(world: World, parts: Sequence[tuple[date, int]], funder: str = "metropole") -> Any:
    """Add to a funder's schedule."""
    wanted = [Part(day, cents, "À la commande") for day, cents in parts]
    return world.do(
        lambda s: instalments.schedule(
            s, series=world.series, funder=funder, parts=wanted, at=NOW, by=world.finance
        )
    )


def call(
    world: World, basis: Basis = Basis.USED, *, funder: str = "etat", until: date = TODAY, **given: Any
) -> FundCall:
    """Issue a call, as far as everything is recorded."""
    said: dict[str, Any] = {
        "on": TODAY,
        "pay_by": TODAY + timedelta(days=30),
        "at": NOW,
        "by": world.finance,
    } | given

    def issued(session: Any) -> FundCall:
        position = record.sequence(session, campaign_id=campaign_id(world))
        return calling.issue(
            session,
            series=world.series,
            funder=funder,
            basis=basis,
            until=until,
            position=position,
            **said,
        )

    return world.do(issued)  # type: ignore[no-any-return]


def cancel(world: World, called: FundCall, reason: str = "Mauvais financeur") -> Any:
    """Cancel a call."""
    said: dict[str, Any] = {"reason": reason, "on": TODAY, "at": NOW, "by": world.finance}
    return world.do(lambda s: call_cancelling.cancel(s, series=called.series, no=called.no, **said))


def receive(world: World, called: FundCall, cents: int, **given: Any) -> Any:
    """Match money to a call."""
    said: dict[str, Any] = {"received_on": TODAY, "at": NOW, "by": world.finance} | given
    return world.do(
        lambda s: call_receipts.receive(s, series=called.series, no=called.no, amount_cents=cents, **said)
    )


def campaign_id(world: World) -> int:
    """Return the number of the campaign's books."""
    return int(world.do(lambda s: campaigns.get(s, world.series).id))
