"""Tests of claims taken from the next payment: gross, claim, net; each ends once, and opens again with its payment.

Where a public accountant pays, nothing is taken: the mandate is for the gross.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.races import overtaken, together
from tests.settlement.camt import entry
from tests.settlement.office import Office, Scene, opened
from tests.settlement.pain002 import answer, said
from tests.world import NOW, TODAY, Shop, World, in_database, outcome_of
from voucher_service.funding.terms import DueOn, KeyPart, MoneySide
from voucher_service.kernel.database import Database
from voucher_service.kernel.keys import Keyring
from voucher_service.ledger import accounts
from voucher_service.network import venues
from voucher_service.network.profile import Profile
from voucher_service.settlement import dues, orders, payments, runs
from voucher_service.settlement.claims import owed, repayments, write_offs
from voucher_service.settlement.claims.owed import Claim, NothingIsClaimed
from voucher_service.settlement.claims.write_offs import ProposalIsOutdated
from voucher_service.settlement.exclusions import LeftOut, of_run
from voucher_service.settlement.freezing import NothingIsDue
from voucher_service.settlement.runs import PaymentRun, RunPayment
from voucher_service.settlement.withdrawing import PaymentIsRepaid

TWO_COLOURS = (KeyPart("etat", 0, 4, DueOn.USED), KeyPart("metropole", 1, 3, DueOn.BOUGHT))


@dataclass
class Netting:
    """A scene in which the first venue was paid for some vouchers and owes some of them back."""

    scene: Scene

    @property
    def office(self) -> Office:
        return self.scene.office

    @property
    def operator_id(self) -> UUID:
        return self.scene.shop.clerk.organisation_id

    @property
    def due(self) -> int:
        return self.office.world.balance(accounts.due(self.scene.shop.venue.no))

    def claims(self) -> list[Claim]:
        found: list[Claim] = self.office.world.do(
            lambda s: owed.search(s, series="PN-2026", by=self.office.clerk)
        )
        return found

    def standing(self) -> tuple[int, ...]:
        """Say what the venue reads: due, frozen, approved, paid, claimed."""
        clerk = self.scene.shop.clerk
        [due] = self.office.world.do(
            lambda s: dues.of_operator(s, operator_id=clerk.organisation_id, by=clerk)
        )
        return due.due_cents, due.frozen_cents, due.approved_cents, due.paid_cents, due.claim_cents

    def is_good(self, serial: str) -> bool:
        """Say whether a voucher holds its value."""
        return self.office.world.balance(accounts.voucher(serial, 1)) > 0

    def paid(self, run: PaymentRun) -> None:
        """Have the bank say that it paid what a run of one payment orders."""
        self.said(run, "DBIT", f"P{run.no}")

    def came_back(self, run: PaymentRun) -> None:
        self.said(run, "CRDT", f"B{run.no}")
        self.office.lift(self.scene.shop)

    def said(self, run: PaymentRun, side: str, reference: str) -> None:
        amount = f"{run.net_cents // 100}.00"
        name = f"PN-2026-R{run.no}-1"
        found = self.office.hear(entry(amount, side=side, reference=reference, end_to_end=name))
        assert found.unmatched == []

    def repay(self, cents: int, world: World | None = None, reference: str = "VIR-1") -> Any:
        said: dict[str, Any] = {
            "repaid_on": TODAY,
            "at": NOW,
            "by": self.office.clerk,
            "reference": reference,
        }
        return (world or self.office.world).do(
            lambda s: repayments.repay(
                s, series="PN-2026", operator_id=self.operator_id, amount_cents=cents, **said
            )
        )

    def give_up(self, world: World | None = None) -> Any:
        """Have two people give up all that the venue owes."""
        where = world or self.office.world
        proposal = where.do(
            lambda s: write_offs.propose(
                s,
                series="PN-2026",
                operator_id=self.operator_id,
                act="Décision 7",
                reason="Dissoute",
                at=NOW,
                by=self.office.clerk,
            )
        )
        return where.do(
            lambda s: write_offs.approve(s, proposal_id=proposal.id, on=TODAY, at=NOW, by=self.office.head)
        )


def owing(world: World, *, claims: int = 1, paid: bool = True, **terms: Any) -> Netting:
    """Have three vouchers of the first venue frozen (and paid), and some of them given back since."""
    net = Netting(opened(world, **terms))
    taken = net.office.earned(net.scene.shop, net.scene.serials[:3])
    run = net.office.approved()
    if paid:
        net.paid(run)
    for redemption_id in taken[:claims]:
        net.office.reverse(redemption_id)
    return net


@pytest.fixture
def net(given: World) -> Netting:
    """Give a venue that was paid thirty euros and owes ten."""
    return owing(given)


def rejected(net: Netting, run: PaymentRun) -> None:
    """Have the bank refuse the order of a run."""
    name = f"PN-2026-R{run.no}-1"
    net.office.export(run)
    net.office.listen(answer(said(name, "RJCT", "AC04"), order=f"PN-2026-R{run.no}", number=name))


def second_venue(net: Netting) -> Shop:
    """Open another venue of the same operator."""
    world, clerk = net.office.world, net.scene.shop.clerk
    profile = Profile(
        name="Annexe", address="2 rue Inventée", postcode="34000", commune="Montpellier", insee="34172"
    )
    venue = world.do(
        lambda s: venues.register(
            s, profile=profile, operator_id=clerk.organisation_id, at=NOW, by=world.operator
        )
    )
    world.accredit(venue)
    return Shop(venue, clerk)


def only(session: Session, run: PaymentRun) -> RunPayment:
    [payment] = runs.payments(session, run)
    return payment


def test_a_payment_takes_what_is_owed_back_and_the_bank_is_ordered_the_net(
    net: Netting, session: Session
) -> None:
    net.office.earned(net.scene.shop, net.scene.serials[3:8])

    run = net.office.approved()

    payment = only(session, run)
    assert (payment.amount_cents, payment.claim_cents) == (5_000, 1_000)
    assert (payment.netted_cents, payment.net_cents) == (1_000, 4_000)
    assert (run.total_cents, run.netted_cents, run.net_cents) == (5_000, 1_000, 4_000)
    assert net.office.world.balance(accounts.run(2)) == 4_000
    assert net.due == 0
    assert net.claims() == []
    assert net.standing() == (0, 0, 4_000, 3_000, 0)
    [order] = net.office.world.do(lambda s: orders.files(s, series="PN-2026", run=2))
    assert order.payments[0].remittance.endswith("brut 50.00 moins 10.00 à rendre")
    assert [(one.amount_cents, order.total_cents) for one in order.payments] == [(4_000, 4_000)]
    document = etree.fromstring(net.office.export(run))
    assert document.xpath("//*[local-name()='InstdAmt']/text()") == ["40.00"]
    before = net.office.world.balance("bank")
    net.paid(run)
    assert net.office.world.balance("bank") == before + 4_000
    assert net.standing() == (0, 0, 0, 7_000, 0)
    assert net.office.findings() == []


def test_the_venue_reads_gross_claim_and_net(net: Netting) -> None:
    net.office.earned(net.scene.shop, net.scene.serials[3:8])
    net.office.freeze()

    payment = net.office.world.do(
        lambda s: payments.get(s, reference="PN-2026-R2-1", by=net.scene.shop.clerk)
    )

    assert (payment.amount_cents, payment.netted_cents, payment.net_cents) == (5_000, 1_000, 4_000)
    assert payment.redemptions == 5


def test_a_preview_says_what_would_be_taken(net: Netting) -> None:
    net.office.earned(net.scene.shop, net.scene.serials[3:8])

    seen = net.office.look()

    [planned] = seen.payments
    assert (planned.amount_cents, planned.netted_cents, planned.net_cents) == (5_000, 1_000, 4_000)
    assert (seen.total_cents, seen.netted_cents, seen.net_cents) == (5_000, 1_000, 4_000)


def _by_colour(world: World, serials: list[str]) -> dict[int, list[str]]:
    rows = world.do(
        lambda s: s.execute(
            text("SELECT serial, colour FROM voucher WHERE serial = ANY(:some) ORDER BY 1"),
            {"some": serials},
        ).all()
    )
    found: dict[int, list[str]] = {}
    for serial, colour in rows:
        found.setdefault(colour, []).append(serial)
    return found


def test_a_claim_of_a_colour_that_the_payment_does_not_earn_flows_back_in_its_own_colour(
    given: World,
) -> None:
    scene = opened(given, key=TWO_COLOURS)
    net = Netting(scene)
    [one, other] = sorted(_by_colour(given, scene.serials).values(), key=len)
    [claimed] = net.office.earned(scene.shop, one[:1])
    net.paid(net.office.approved())
    net.office.reverse(claimed)
    net.office.earned(scene.shop, other[:3])

    run = net.office.approved()
    net.paid(run)

    assert run.net_cents == 2_000
    assert net.due == net.office.world.balance(accounts.run(2)) == 0
    assert net.office.findings() == []
    net.came_back(run)
    assert net.due == 3_000 - 1_000
    assert len(net.claims()) == 1
    assert net.office.findings() == []


def test_a_claim_of_one_venue_is_taken_from_what_another_of_its_operator_earned(
    net: Netting, session: Session
) -> None:
    world, clerk = net.office.world, net.scene.shop.clerk
    second = second_venue(net)
    net.office.earned(second, net.scene.serials[3:6])

    run = net.office.approved()

    assert only(session, run).net_cents == 2_000
    assert only(session, run).operator_id == clerk.organisation_id
    net.paid(run)
    assert net.due == world.balance(accounts.due(second.venue.no)) == 0
    assert net.office.findings() == []


def test_who_owes_as_much_as_it_earned_is_left_out_and_its_claim_stays(
    net: Netting, session: Session
) -> None:
    net.office.earned(net.scene.shop, net.scene.serials[3:4])
    net.office.earned(net.scene.other, net.scene.serials[4:5])

    run = net.office.freeze()

    assert [one.reason for one in of_run(session, campaign_id=run.campaign_id, run=run.no)] == [LeftOut.CLAIM]
    assert run.netted_cents == 0
    assert len(net.claims()) == 1
    assert net.office.findings() == []


def test_the_least_payment_is_of_what_is_left_to_pay(net: Netting) -> None:
    net.office.earned(net.scene.shop, net.scene.serials[3:6])

    assert outcome_of(lambda: net.office.freeze(minimum_cents=2_001)) is NothingIsDue
    assert net.office.freeze(minimum_cents=2_000).net_cents == 2_000


def test_a_payment_that_comes_back_owes_its_gross_and_claims_again_what_it_took(net: Netting) -> None:
    net.office.earned(net.scene.shop, net.scene.serials[3:8])
    run = net.office.approved()
    net.paid(run)
    bank = net.office.world.balance("bank")

    net.came_back(run)

    assert net.office.world.balance("bank") == bank - 4_000
    assert net.standing() == (5_000, 0, 0, 3_000, 1_000)
    assert len(net.claims()) == 1
    again = net.office.approved()
    assert (again.total_cents, again.netted_cents) == (5_000, 1_000)
    net.paid(again)
    assert net.claims() == []
    assert net.office.findings() == []


@pytest.mark.parametrize("how", ["withdraw", "cancel", "reject"])
def test_a_payment_that_never_leaves_claims_again_what_it_took(how: str, net: Netting) -> None:
    net.office.earned(net.scene.shop, net.scene.serials[3:8])
    run = net.office.approved()

    if how == "withdraw":
        change = net.office.withdraw("PN-2026-R2-1")
        assert (change.total_cents, change.netted_cents) == (0, 0)
    elif how == "cancel":
        net.office.cancel(run)
    else:
        rejected(net, run)

    assert net.standing() == (5_000, 0, 0, 3_000, 1_000)
    assert net.due == 4_000
    assert net.office.findings() == []
    net.office.lift(net.scene.shop)
    assert net.office.freeze().net_cents == 4_000
    assert net.office.findings() == []


def test_a_change_leaves_what_the_other_payments_take(net: Netting) -> None:
    net.office.earned(net.scene.shop, net.scene.serials[3:8])
    net.office.earned(net.scene.other, net.scene.serials[8:9])
    run = net.office.freeze()
    [other] = [one for one in _payments(net, run) if one.netted_cents == 0]

    change = net.office.withdraw(other.end_to_end_id)

    assert (change.total_cents, change.netted_cents) == (5_000, 1_000)
    net.office.approve(run)
    net.office.export(run)
    assert net.office.findings() == []


def test_a_payment_whose_claim_another_one_took_is_not_taken_out(given: World) -> None:
    net = owing(given, paid=False)
    net.office.earned(net.scene.shop, net.scene.serials[3:8])
    net.office.freeze()

    assert outcome_of(lambda: net.office.withdraw("PN-2026-R1-1")) is PaymentIsRepaid
    net.office.withdraw("PN-2026-R2-1")
    net.office.withdraw("PN-2026-R1-1")
    assert net.due == 2_000 + 5_000
    assert net.office.findings() == []


@pytest.mark.parametrize("how", ["repaid", "netted"])
def test_what_a_venue_gave_back_for_a_payment_that_comes_back_is_owed_to_it(how: str, net: Netting) -> None:
    first = net.office.world.do(lambda s: runs.get(s, series="PN-2026", run=1))
    if how == "repaid":
        net.repay(1_000)
        before, given_back = 0, 1_000
    else:
        net.office.earned(net.scene.shop, net.scene.serials[3:8])
        net.paid(net.office.approved())
        before, given_back = 4_000, 0

    net.came_back(first)

    # It gave the ten euros back, and the thirty never reached it: all of them are due again.
    assert (net.standing()[0], net.standing()[4]) == (3_000, 0)
    again = net.office.approved()
    assert (again.total_cents, again.netted_cents) == (3_000, 0)
    net.paid(again)
    assert net.due == 0
    assert net.standing()[3] == before + 3_000
    kept = 2_000 if how == "repaid" else 7_000
    assert net.standing()[3] - given_back == kept
    assert net.office.findings() == []


def test_a_voucher_that_is_owed_again_and_was_taken_again_is_paid_twice_in_one_run(net: Netting) -> None:
    net.repay(1_000)
    net.came_back(net.office.world.do(lambda s: runs.get(s, series="PN-2026", run=1)))
    again = next(serial for serial in net.scene.serials[:3] if net.is_good(serial))
    net.office.earned(net.scene.shop, [again])

    run = net.office.freeze()

    assert (run.redemptions, run.total_cents) == (4, 4_000)
    assert net.office.findings() == []
    net.office.cancel(run)
    assert net.due == 4_000
    assert net.office.findings() == []


def test_a_debt_given_up_whose_payment_comes_back_is_no_loss_and_owed_to_nobody(net: Netting) -> None:
    net.give_up()
    assert net.office.world.balance("loss") == -1_000

    net.came_back(net.office.world.do(lambda s: runs.get(s, series="PN-2026", run=1)))

    assert net.office.world.balance("loss") == 0
    assert net.standing()[0] == net.due == 2_000
    assert net.office.freeze().total_cents == 2_000
    assert net.office.findings() == []


def test_a_public_accountant_pays_the_gross_and_the_claim_stays(given: World, session: Session) -> None:
    net = Netting(opened(given, money_side=MoneySide.COMMITMENT))
    [claimed, *_] = net.office.earned(net.scene.shop, net.scene.serials[:3])
    net.office.approved()
    net.office.reverse(claimed)
    net.office.earned(net.scene.shop, net.scene.serials[3:8])

    run = net.office.approved()

    payment = only(session, run)
    assert (payment.amount_cents, payment.claim_cents, payment.netted_cents) == (5_000, 1_000, 0)
    [line] = net.office.world.do(lambda s: orders.mandate_lines(s, series="PN-2026", run=2))
    assert (line.amount_cents, line.claim_cents) == (5_000, 1_000)
    assert len(net.claims()) == 1
    assert net.office.findings() == []


def test_a_claim_that_a_payment_takes_is_not_repaid_nor_given_up(net: Netting) -> None:
    net.office.earned(net.scene.shop, net.scene.serials[3:8])
    net.office.freeze()

    assert outcome_of(lambda: net.repay(1_000)) is NothingIsClaimed
    assert outcome_of(net.give_up) is NothingIsClaimed


@pytest.mark.parametrize("ending", ["repay", "give_up"])
def test_a_claim_ends_once_when_a_freeze_overtakes_another_ending(
    ending: str, database: Database, committed: World
) -> None:
    net = owing(committed)
    net.office.earned(net.scene.shop, net.scene.serials[3:8])
    ends: Any = {"repay": lambda w: net.repay(1_000, w), "give_up": net.give_up}[ending]

    became = overtaken(database, committed, first=lambda w: net.office.within(w).freeze(), second=ends)

    assert became in {NothingIsClaimed, ProposalIsOutdated}
    assert net.claims() == []
    assert net.office.findings() == []


@pytest.mark.parametrize("ending", ["repay", "give_up"])
def test_a_freeze_does_not_take_what_another_ending_overtook(
    ending: str, database: Database, committed: World
) -> None:
    net = owing(committed)
    net.office.earned(net.scene.shop, net.scene.serials[3:8])
    ends: Any = {"repay": lambda w: net.repay(1_000, w), "give_up": net.give_up}[ending]

    run = overtaken(database, committed, first=ends, second=lambda w: net.office.within(w).freeze())

    assert (run.total_cents, run.netted_cents) == (5_000, 0)
    assert net.office.findings() == []


def test_a_payment_that_comes_back_while_its_debt_is_given_up_makes_no_loss(
    database: Database, committed: World
) -> None:
    net = owing(committed)
    first = net.office.world.do(lambda s: runs.get(s, series="PN-2026", run=1))

    def return_of(world: World) -> None:
        office = net.office.within(world)
        office.hear(entry("30.00", side="CRDT", reference="B1", end_to_end=f"PN-2026-R{first.no}-1"))

    overtaken(database, committed, first=return_of, second=net.give_up)

    assert net.office.world.balance("loss") == 0
    assert net.due == 2_000
    assert net.office.findings() == []


def test_acts_on_one_claim_at_the_same_time_leave_books_that_agree(
    database: Database, committed: World
) -> None:
    net = owing(committed, claims=0)
    one, *_ = _redemptions(net)
    net.office.earned(net.scene.shop, net.scene.serials[3:8])

    together(
        committed,
        [
            lambda w: net.office.within(w).reverse(one),
            lambda w: net.office.within(w).freeze(),
            lambda w: net.office.within(w).freeze(),
            lambda w: net.repay(1_000, w),
        ],
    )

    assert net.office.findings() == []


def _redemptions(net: Netting) -> list[UUID]:
    return list(
        net.office.world.do(lambda s: s.scalars(text("SELECT redemption_id FROM run_line ORDER BY 1")).all())
    )


def _payments(net: Netting, run: PaymentRun) -> list[RunPayment]:
    return list(net.office.world.do(lambda s: runs.payments(s, run)))


ACTS = (
    "earn",
    "earn",
    "reverse",
    "reverse",
    "freeze",
    "pay",
    "back",
    "reject",
    "withdraw",
    "repay",
    "give-up",
)

OWING = (("earn", 2), ("freeze", 1), ("pay", 0), ("reverse", 0), ("earn", 2))


class Months:
    """One venue and what happens to it in any order; acts that are refused change nothing."""

    def __init__(self, world: World) -> None:
        self.net = Netting(opened(world, booklets=2, key=TWO_COLOURS))
        self.left = list(self.net.scene.serials)
        self.taken: list[UUID] = []
        self.runs: list[PaymentRun] = []
        self.before = self.net.office.world.balance("bank")
        self.repaid = 0

    @property
    def cash(self) -> int:
        """What left the account for the venue and stayed away, whatever it gave back by itself."""
        return self.net.office.world.balance("bank") - self.before + self.repaid

    def act(self, name: str, which: int) -> None:
        verb = getattr(self, name.replace("-", "_"))
        verb(which)

    def earn(self, which: int) -> None:
        for _ in range(min(1 + which % 3, len(self.left))):
            serial = self.left.pop(which % len(self.left))
            self.taken += self.net.office.earned(self.net.scene.shop, [serial])

    def reverse(self, which: int) -> None:
        if self.taken:
            self.net.office.reverse(self.taken.pop(which % len(self.taken)))

    def freeze(self, which: int) -> None:
        self.net.office.lift(self.net.scene.shop)
        if outcome_of(lambda: self.runs.append(self.net.office.freeze())) is None and which % 4:
            self.net.office.approve(self.runs[-1])

    def pay(self, which: int) -> None:
        self._told(which, "DBIT")

    def back(self, which: int) -> None:
        self._told(which, "CRDT")

    def reject(self, which: int) -> None:
        if self.runs:
            run = self.runs[which % len(self.runs)]
            outcome_of(lambda: rejected(self.net, run))

    def withdraw(self, which: int) -> None:
        if self.runs:
            number = self.runs[which % len(self.runs)].no
            outcome_of(lambda: self.net.office.withdraw(f"PN-2026-R{number}-1"))

    def repay(self, which: int) -> None:
        claims = sorted(self.net.claims(), key=lambda claim: (claim.reversed_on, claim.serial))
        cents = sum(claim.face_cents for claim in claims[: 1 + which % 3])
        if claims:
            self.net.repay(cents, reference=f"VIR-{claims[0].redemption_id}")
            self.repaid += cents

    def give_up(self, _which: int) -> None:
        outcome_of(self.net.give_up)

    def _told(self, which: int, side: str) -> None:
        if not self.runs:
            return
        run = self.runs[which % len(self.runs)]
        name = f"PN-2026-R{run.no}-1"
        line = entry(f"{run.net_cents // 100}.00", side=side, reference=f"{side}{run.no}", end_to_end=name)
        self.net.office.hear(line)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 11)), min_size=4, max_size=16))
def test_whatever_happens_to_claims_the_books_the_dues_and_the_bank_agree(
    acts: list[tuple[str, int]], workspace: Any, keyring: Keyring
) -> None:
    database = workspace.clean()
    workspace.is_clean = False
    try:
        months = Months(in_database(database, keyring))
        for name, which in [*OWING, *acts]:
            months.act(name, which)
        assert months.net.office.findings() == []
        standing = months.net.standing() if months.net.office.world.do(_anything) else (0,) * 5
        assert standing[3] == months.cash
        assert standing[0] - standing[4] == months.net.due
        assert months.net.office.world.balance("run/1") >= 0
    finally:
        database.engine.dispose()


def _anything(session: Session) -> bool:
    return bool(session.scalar(text("SELECT count(*) FROM redemption")))
