"""A busy town: something happened twice of every kind that the pages list, under names that a spreadsheet would run."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.api.test_payment_runs import IBAN, STATEMENTS, XML, Till
from tests.api.town import API, Town, today
from tests.settlement.bank.told import credit
from tests.settlement.camt import balance, statement
from tests.vouchers.acts import ask, start_printing
from tests.world import NOW, TODAY
from voucher_service.funding import campaigns
from voucher_service.identity import organisations
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel import clock, jobs, mail
from voucher_service.kernel.actor import Actor
from voucher_service.network import accreditation, holds
from voucher_service.network.accreditation import Decision, Reason
from voucher_service.network.holds import Cause
from voucher_service.vouchers import prescription, stock_count
from voucher_service.vouchers.answers import Need
from voucher_service.vouchers.printing.formats import Format

FORMULA = "=HYPERLINK(1)"


@dataclass
class Busy:
    """What happened in the town, and to whom."""

    till: Till
    operator: Actor

    @property
    def town(self) -> Town:
        """The town."""
        return self.till.town

    def happen(self) -> None:
        """Let everything happen twice."""
        for act in (self._pay, self._hear, self._contest, self._hold, self._decide, self._print, self._write):
            act()

    def _pay(self) -> None:
        town, serials = self.town, self.till.serials
        for taken in (serials[2:3], serials[3:4]):
            assert self.till.freeze().status_code == 201
            assert town.redeem(taken).status_code == 201

    def _hear(self) -> None:
        for number, on in (("STMT-1", "2026-11-24"), ("STMT-2", "2026-11-25")):
            ends = [balance("OPBD", "100.00", on=on), balance("CLBD", "133.00", on=on)]
            told = statement(*ends, credit("33.00", name=FORMULA, reference=number), number=number, iban=IBAN)
            answer = self.till.clerk.post(STATEMENTS, data=told, **XML)
            assert answer.status_code == 201, answer.text

    def _contest(self) -> None:
        town, serials = self.town, self.till.serials
        for serial, ground in zip(serials[:2], ("service-given", "in-time"), strict=True):
            wanted = {"venue_id": str(town.shop.venue.id), "code": town.codes([serial])[0], "ground": ground}
            assert town.clerk.post(f"{API}/contested-refusals", wanted).status_code == 201
        for serial in serials[4:6]:
            ask(town.world, serial, town.shop)

    def _hold(self) -> None:
        town, world, desk = self.town, self.town.world, self.town.desk
        numbers = world.active(6)
        for some in (numbers[:3], numbers[3:]):
            world.allocate(some, desk)
        for number in numbers[:4]:
            world.hand_over([number], desk)
        for number in numbers[:2]:
            world.replace(booklets=[number], by=desk.worker)
        for need in (Need.NUDGE, Need.REINFORCED):
            said: dict[str, Any] = {"site_id": desk.site.id, "need": need, "booklets": 1}
            said |= {"series": world.series, "prescribed_on": today(), "at": NOW, "by": desk.worker}
            world.do(partial(prescription.prescribe, **said))
        for seen in (numbers[4:], numbers[4:5]):
            count: dict[str, Any] = {"site_id": desk.site.id, "seen": seen, "on": TODAY, "at": NOW}
            world.do(partial(stock_count.count, series=world.series, by=desk.worker, **count))
        assert town.desk is desk

    def _decide(self) -> None:
        world = self.town.world
        shop = world.shop(name=FORMULA)
        campaign_id = world.do(lambda s: campaigns.get(s, world.series).id)
        world.do(
            partial(
                accreditation.decide,
                campaign_id=campaign_id,
                venue_id=shop.venue.id,
                decision=Decision.SUSPENDED,
                effective_on=TODAY,
                reason=Reason.UNDER_ENQUIRY,
                at=NOW,
                by=world.operator,
            )
        )
        founded: dict[str, Any] = {
            "name": FORMULA,
            "siret": None,
            "kind": OrganisationKind.PRESCRIBER,
            "at": NOW,
        }
        world.do(partial(organisations.found, by=world.operator, **founded))
        first, world.series = world.series, "PN-2027"
        world.campaign(
            use_until=today().replace(year=today().year + 2),
            present_until=today().replace(year=today().year + 3),
        )
        world.series = first

        for venue in (self.town.shop.venue, shop.venue):
            held: dict[str, Any] = {"operator_id": venue.operator_id, "cause": Cause.ENQUIRY, "note": FORMULA}
            last = world.do(partial(holds.place, at=clock.now(), by=world.finance, **held))
        world.do(partial(holds.lift, hold_id=last.id, reason=FORMULA, at=clock.now(), by=self.operator))

    def _print(self) -> None:
        world = self.town.world
        start_printing(world, 1, 1, form=Format.A4_3, by=self.operator)
        start_printing(world, 2, 3, form=Format.BOOKLET, by=self.operator)

    def _write(self) -> None:
        world, at = self.town.world, clock.now()
        for kind in ("production", "printing"):
            params: dict[str, Any] = {"series": world.series, "print_run_id": str(self.operator.user_id)}
            world.do(partial(jobs.enqueue, kind=kind, params=params, at=at, by=self.operator))
        for to in ("ada@exemple.fr", "bob@exemple.fr"):
            posted = world.do(partial(mail.post, to=to, subject=FORMULA, text="À demain.", at=at))
            gone: dict[str, Any] = {"reason": "smtp-550", "is_final": True, "at": at}
            world.do(partial(mail.note_failure, mail_id=posted.id, **gone))
