"""Acts on vouchers that only their own tests need, with what a test does not care about already given."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from tests.world import SERVICE, Desk, Shop, World
from voucher_service.funding import campaigns
from voucher_service.kernel.actor import Actor
from voucher_service.network.mediators import Standing
from voucher_service.vouchers import allocation, code, giving_back, handover, lookup, presentation, unreadable
from voucher_service.vouchers.allocation import Allocation, Receipt, SentBack
from voucher_service.vouchers.delivery import Delivery
from voucher_service.vouchers.giving_back import GivenBack
from voucher_service.vouchers.handover import Handover
from voucher_service.vouchers.lookup import Looked
from voucher_service.vouchers.presentation import Occasion
from voucher_service.vouchers.printing import codes as print_codes
from voucher_service.vouchers.printing import runs
from voucher_service.vouchers.printing.codes import PrintedCode
from voucher_service.vouchers.printing.formats import Format
from voucher_service.vouchers.printing.runs import PrintRun
from voucher_service.vouchers.refused_codes import Counter
from voucher_service.vouchers.unreadable import SerialAnswer, SerialRequest


def block(world: World, *, blocked: bool = True) -> None:
    """Block the campaign, or release it."""
    world.do(
        lambda s: campaigns.block(
            s, series=world.series, blocked=blocked, reason="Contrôle", at=world.at, by=world.operator
        )
    )


def send(world: World, booklets: Sequence[str], desk: Desk) -> Allocation:
    """Send booklets to a site, which has not counted them."""
    return world.do(  # type: ignore[no-any-return]
        lambda s: allocation.send(
            s,
            series=world.series,
            booklets=booklets,
            site_id=desk.site.id,
            on=world.today,
            at=world.at,
            by=world.operator,
        )
    )


def receive(
    world: World, sent: Allocation, by: Actor, *, counted: int, missing: Sequence[str] = ()
) -> Receipt:
    """Count what arrived at a site."""
    return world.do(  # type: ignore[no-any-return]
        lambda s: allocation.receive(
            s, allocation_id=sent.id, counted=counted, missing=missing, on=world.today, at=world.at, by=by
        )
    )


def send_back(world: World, booklets: Sequence[str], desk: Desk, by: Actor | None = None) -> SentBack:
    """Give a site's booklets back to the stock."""
    return world.do(  # type: ignore[no-any-return]
        lambda s: allocation.send_back(
            s,
            series=world.series,
            booklets=booklets,
            site_id=desk.site.id,
            on=world.today,
            at=world.at,
            by=by or desk.worker,
        )
    )


def undo(world: World, handed: Handover, by: Actor) -> None:
    """Undo a handover."""
    world.do(lambda s: handover.undo(s, handover_id=handed.id, on=world.today, at=world.at, by=by))


def give_back(
    world: World, booklet: str, desk: Desk, by: Actor | None = None, on: date | None = None
) -> GivenBack:
    """Take a booklet back from a person."""
    return world.do(  # type: ignore[no-any-return]
        lambda s: giving_back.give_back(
            s,
            series=world.series,
            booklet=booklet,
            site_id=desk.site.id,
            on=on or world.today,
            at=world.at,
            by=by or desk.worker,
        )
    )


def look_up(world: World, letters: Sequence[str], shop: Shop, *, on: date | None = None) -> list[Looked]:
    """Sort a pile of papers at a venue."""
    codes = list(presentation.read_codes(letters, world.keyring.code_pepper()))
    return world.do(  # type: ignore[no-any-return]
        lambda s: lookup.look_up(
            s,
            codes=codes,
            on=Occasion(shop.venue.id, on or world.today, on or world.today),
            counter=Counter(world.at, shop.clerk, shop.venue.id),
        )
    )


def ask(world: World, serial: str, shop: Shop, delivered: Delivery | None = None) -> SerialRequest:
    """Ask for the redemption of a paper that cannot be read."""
    what = delivered or Delivery(SERVICE, 60, Standing.EMPLOYEE)
    return world.do(  # type: ignore[no-any-return]
        lambda s: unreadable.ask(
            s,
            series=world.series,
            serial=serial,
            on=Occasion(shop.venue.id, world.today, world.today, what.service),
            delivered=what,
            counter=Counter(world.at, shop.clerk, shop.venue.id),
        )
    )


def confirm(world: World, request_id: UUID, by: Actor) -> SerialAnswer:
    """Confirm a venue's request."""
    return world.do(  # type: ignore[no-any-return]
        lambda s: unreadable.confirm(s, request_id=request_id, today=world.today, at=world.at, by=by)
    )


def decline(world: World, request_id: UUID, by: Actor) -> SerialAnswer:
    """Decline a venue's request."""
    return world.do(  # type: ignore[no-any-return]
        lambda s: unreadable.decline(s, request_id=request_id, at=world.at, by=by)
    )


def start_printing(
    world: World,
    first: int,
    last: int,
    reason: str | None = None,
    form: Format | None = None,
    by: Actor | None = None,
) -> PrintRun:
    """Take the codes of a range of booklets out."""
    return world.do(  # type: ignore[no-any-return]
        lambda s: runs.start(
            s,
            series=world.series,
            first_booklet=first,
            last_booklet=last,
            at=world.at,
            by=by or world.operator,
            keyring=world.keyring,
            reason=reason,
            form=form,
        )
    )


def printed(world: World, run: PrintRun) -> list[PrintedCode]:
    """Read the codes of a print run."""
    return world.do(lambda s: list(print_codes.derive(s, run=run, keyring=world.keyring)))  # type: ignore[no-any-return]


def nobody_s_code(number: int = 0) -> str:
    """Make a code that is well formed and that no voucher bears."""
    body = "".join(code.ALPHABET[(number // 31**place) % 31] for place in range(code.LENGTH))
    return body + code.check_letter(body)


def every(world: World, statement: Any) -> list[Any]:
    """Read rows of the world."""
    return world.do(lambda s: s.scalars(statement).all())  # type: ignore[no-any-return]
