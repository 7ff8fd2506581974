"""The office that pays venues: a world in which finance freezes, approves, and reads the bank's statements."""

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from tests.settlement.camt import statement
from tests.world import Shop, World, serials_of
from voucher_service.identity.fresh_proof import FreshProof
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.finding import Finding
from voucher_service.network import holds
from voucher_service.reports import findings
from voucher_service.settlement import (
    approval,
    changes,
    exports,
    freezing,
    orders,
    paying_accounts,
    preview,
    runs,
    withdrawing,
)
from voucher_service.settlement.bank import hearing
from voucher_service.settlement.bank.hearing import Heard
from voucher_service.settlement.exports import Form
from voucher_service.settlement.matching import Matching
from voucher_service.settlement.preview import Preview
from voucher_service.settlement.runs import PaymentRun
from voucher_service.vouchers import reversal
from voucher_service.vouchers.redemption import Taken
from voucher_service.vouchers.reversal import Cause, Reversal

IBAN = "FR7630001007941234567890185"


@dataclass
class Office:
    """Two people of the finance team, and what they do with the runs of one campaign."""

    world: World
    clerk: Actor
    head: Actor

    def within(self, world: World) -> "Office":
        """Return the same office, acting in another transaction."""
        return replace(self, world=world)

    def pay_from(self, iban: str = IBAN, **more: Any) -> None:
        self.world.do(
            lambda s: paying_accounts.record(
                s,
                series=self.world.series,
                iban=iban,
                holder="Opérateur fictif",
                at=self.world.at,
                by=self.head,
                **more,
            )
        )

    def earned(self, shop: Shop, serials: list[str], **given: Any) -> list[UUID]:
        """Redeem vouchers at a venue, and name the redemptions."""
        outcome = self.world.redeem(serials, shop, **given)
        return [item.redemption_id for item in outcome.items if isinstance(item, Taken)]

    def freeze(self, cut_off_on: date | None = None, by: Actor | None = None, **asked: Any) -> PaymentRun:
        frozen: PaymentRun = self.world.do(
            lambda s: freezing.freeze(
                s,
                series=self.world.series,
                cut_off_on=cut_off_on or self.world.today,
                on=self.world.today,
                at=self.world.at,
                by=by or self.clerk,
                **asked,
            )
        )
        return frozen

    def look(self, cut_off_on: date | None = None, **asked: Any) -> Preview:
        """Look at what a freeze would take."""
        seen: Preview = self.world.do(
            lambda s: preview.look(
                s,
                series=self.world.series,
                cut_off_on=cut_off_on or self.world.today,
                at=self.world.at,
                **asked,
            )
        )
        return seen

    def approve(self, run: PaymentRun, by: Actor | None = None, content_hash: bytes | None = None) -> Any:
        """Approve what a run holds now, unless another hash was looked at."""
        who = by or self.head
        return self.world.do(
            lambda s: approval.approve(
                s,
                series=self.world.series,
                run=run.no,
                content_hash=content_hash or changes.standing(s, run).content_hash,
                proof=FreshProof(who.user_id, self.world.at),
                at=self.world.at,
                by=who,
            )
        )

    def withdraw(
        self, reference: str, cause: changes.Cause = changes.Cause.OTHER, by: Actor | None = None
    ) -> Any:
        """Take a payment out of its run."""
        return self.world.do(
            lambda s: withdrawing.withdraw(
                s,
                reference=reference,
                cause=cause,
                on=self.world.today,
                at=self.world.at,
                by=by or self.clerk,
            )
        )

    def cancel(self, run: PaymentRun, by: Actor | None = None) -> Any:
        """Take every payment out of a run."""
        return self.world.do(
            lambda s: withdrawing.cancel(
                s,
                series=self.world.series,
                run=run.no,
                on=self.world.today,
                at=self.world.at,
                by=by or self.clerk,
            )
        )

    def approved(self) -> PaymentRun:
        run = self.freeze()
        self.approve(run)
        return run

    def export(self, run: PaymentRun) -> bytes:
        """Take the order to the bank out of the house, and return its first file."""
        self.world.do(
            lambda s: orders.export(s, series=self.world.series, run=run.no, at=self.world.at, by=self.clerk)
        )
        return bytes(self.world.do(lambda s: exports.content(s, run, form=Form.PAYMENT_ORDER)))

    def listen(self, data: bytes, *, on: date | None = None) -> Heard:
        """Have a file of the bank heard."""
        heard: Heard = self.world.do(
            lambda s: hearing.hear(
                s,
                data=data,
                series=self.world.series,
                on=on or self.world.today,
                at=self.world.at,
                by=self.clerk,
            )
        )
        return heard

    def lift(self, shop: Shop) -> None:
        """Lift what holds the payments of a venue's operator."""
        for hold in self.world.do(lambda s: holds.open_of(s, operator_id=shop.clerk.organisation_id)):
            lifted = partial(
                holds.lift, hold_id=hold.id, reason="Compte vérifié", at=self.world.at, by=self.head
            )
            self.world.do(lifted)

    def confirm(self, data: bytes) -> Matching:
        return self.listen(data).matching

    def hear(self, *entries: str, **named: str) -> Matching:
        """Read a statement of the campaign's account that was made by hand."""
        return self.confirm(statement(*entries, iban=IBAN, **named))

    def reverse(self, redemption_id: UUID, by: Actor | None = None, on: date | None = None) -> Reversal:
        given_back: Reversal = self.world.do(
            lambda s: reversal.reverse(
                s,
                redemption_id=redemption_id,
                cause=Cause.OTHER_ERROR,
                on=on or self.world.today,
                at=self.world.at,
                by=by or self.clerk,
                run_of=runs.run_of,
            )
        )
        return given_back

    def findings(self) -> list[Finding]:
        """Prove every promise of the service again."""
        return list(self.world.do(findings.findings))


@dataclass
class Scene:
    """A booklet in somebody's hands, two venues of two operators, and the office that pays them."""

    office: Office
    serials: list[str]
    shop: Shop
    other: Shop


def opened(world: World, *, booklets: int = 1, **terms: Any) -> Scene:
    """Open a campaign with vouchers good to use, an account to pay from, and two venues."""
    world.campaign(**terms)
    head = world.person(Role.FINANCE, OrganisationKind.OPERATOR)
    clerk = world.person(Role.FINANCE, OrganisationKind.OPERATOR)
    office = Office(world, clerk, head)
    office.pay_from()
    serials = [serial for booklet in world.in_hand(booklets) for serial in serials_of(booklet)]
    return Scene(office, serials, world.shop(), world.shop())
