"""Three months with a bank that is not ours: at the end the bank, the books and every venue agree to the cent.

A funder's money arrives, three venues are paid each month, one order is refused in part, a payment comes back from a
closed account, what a venue owes back is taken from its next payment, every file is heard twice, and the bank is set
beside the books each day. The bank books each payment by itself, or (as most do) each payment file in one debit that
only its notices detail.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from lxml import etree
from sqlalchemy.orm import Session

from tests.bank_accounts import paid_on
from tests.settlement.office import IBAN, Office
from tests.settlement.other_bank import Bank, open_bank
from tests.settlement.test_sepa import SCHEMA
from tests.world import NOW, TODAY, Shop, World, serials_of
from voucher_service.demo import figures
from voucher_service.funding import campaigns
from voucher_service.identity.fresh_proof import FreshProof
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.ledger import accounts, record
from voucher_service.network import holds
from voucher_service.reports import venue_statement
from voucher_service.settlement import approval, changes, exports, freezing, orders
from voucher_service.settlement.bank import balances, queue
from voucher_service.settlement.exports import Form
from voucher_service.settlement.runs import PaymentRun

OWN, FUNDER = "OPERATOR", "FR1420041010050500013M02606"


@dataclass
class Quarter:
    """An office that pays venues by a bank of its own, as days go by."""

    office: Office
    bank: Bank
    shops: dict[str, Shop] = field(default_factory=dict)
    accounts_of: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    heard: set[bytes] = field(default_factory=set)
    taken: defaultdict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    day: date = TODAY

    @property
    def at(self) -> datetime:
        return datetime.combine(self.day, time(9), UTC)

    @property
    def world(self) -> World:
        return self.office.world

    def open_venue(self, name: str, number: int) -> None:
        """Open a venue that is paid on an account of its own at the same bank."""
        self.shops[name] = self.world.shop()
        self.account(name, name, number, at=NOW)

    def account(self, name: str, called: str, number: int, *, at: datetime) -> None:
        """Open an account, and have two people note that a venue is paid on it."""
        iban, operator_id = figures.iban(number), self.shops[name].clerk.organisation_id
        self.bank.open_account(called, iban)
        self.accounts_of[name].append(iban)
        self.world.do(
            lambda s: paid_on(s, operator_id=operator_id, iban=iban, holder=f"Association {name}", at=at)
        )

    def until(self, day: date) -> None:
        """Let days go by, and hear twice what the bank sends meanwhile, the last file first."""
        self.day = day
        self.bank.until(day)
        sent = self.bank.messages("pain.002")
        sent += self.bank.messages("camt.054", OWN) + self.bank.messages("camt.053", OWN)
        new = [data for data in sent if data not in self.heard]
        for data in [*reversed(new), *new]:
            self.office.listen(data, on=day)
        self.heard.update(new)

    def pay(self) -> PaymentRun:
        """Freeze, approve and send to the bank what is due."""
        run: PaymentRun = self.world.do(
            lambda s: freezing.freeze(
                s,
                series=self.world.series,
                cut_off_on=self.day,
                on=self.day,
                at=self.at,
                by=self.office.clerk,
            )
        )
        self.world.do(lambda s: self._approve(s, run))
        order = bytes(self.world.do(lambda s: exports.content(s, run, form=Form.PAYMENT_ORDER)))
        SCHEMA.assertValid(etree.fromstring(order))
        self.bank.take(order)
        return run

    def _approve(self, session: Session, run: PaymentRun) -> None:
        head, series = self.office.head, self.world.series
        approval.approve(
            session,
            series=series,
            run=run.no,
            content_hash=changes.standing(session, run).content_hash,
            proof=FreshProof(head.user_id, self.at),
            at=self.at,
            by=head,
        )
        orders.export(session, series=series, run=run.no, at=self.at, by=self.office.clerk)

    def take(self, serials: list[str], **papers: int) -> None:
        """Have each venue take so many papers today."""
        for name, many in papers.items():
            taken = [serials.pop() for _ in range(many)]
            self.taken[name] += self.office.earned(
                self.shops[name], taken, served_on=self.day, today=self.day
            )

    def give_back(self, name: str, many: int) -> None:
        """Have so many papers that a venue took first given back after it was paid."""
        for _ in range(many):
            self.office.reverse(self.taken[name].pop(0), on=self.day)

    def due(self, name: str) -> int:
        return self.world.balance(accounts.due(self.shops[name].venue.no))

    def statement_of(self, session: Session, name: str) -> int:
        """Add up what the statement of a venue says that it was paid."""
        record.sequence(session, campaign_id=campaigns.get(session, self.world.series).id)
        table = venue_statement.build(
            session,
            series=self.world.series,
            from_on=TODAY,
            until_on=self.day,
            on=self.day,
            by=SYSTEM,
            venue_id=self.shops[name].venue.id,
        )
        paid = [column.key for column in table.columns].index("paid_cents")
        return sum(row[paid] or 0 for row in table.rows)  # type: ignore[misc]


def begun(world: World, bank: Bank) -> tuple[Quarter, list[str]]:
    """Open the campaign with money that arrives on its account, and papers that people hold."""
    world.campaign()
    clerk, head = (world.person(Role.FINANCE, OrganisationKind.OPERATOR) for _ in range(2))
    quarter = Quarter(Office(world, clerk, head), bank)
    quarter.office.pay_from()
    bank.open_account(OWN, IBAN)
    for number, name in enumerate(("first", "second", "third"), 11):
        quarter.open_venue(name, number)
    world.pledge(30_000)
    bank.receive(OWN, 30_000, sender="Metropole", iban=FUNDER, words="Convention PASS numerique")
    quarter.until(TODAY + timedelta(days=1))
    booklets = world.produced(3)
    world.activate(booklets)
    desk = world.desk()
    world.allocate(booklets, desk)
    world.hand_over(booklets, desk)
    return quarter, [serial for booklet in booklets for serial in serials_of(booklet)]


@pytest.mark.parametrize("books_whole_files", [False, True])
def test_after_three_months_the_bank_the_books_and_every_venue_agree_to_the_cent(
    given: World,
    session: Session,
    books_whole_files: bool,
) -> None:
    with open_bank(on=TODAY, books_whole_files=books_whole_files) as bank:
        quarter, serials = begun(given, bank)
        first_month(quarter, serials)
        second_month(quarter, serials, session)
        third_month(quarter, serials)

        paid = {name: quarter.statement_of(session, name) for name in quarter.shops}
        assert paid == {"first": 8_000 - 2_000, "second": 8_000 - 1_000, "third": 4_000}
        left = {name: sum(map(bank.paid_to, quarter.accounts_of[name])) for name in paid}
        assert left == paid
        assert -given.balance("bank") == bank.balance(OWN) == 30_000 - sum(paid.values())
        assert [quarter.due(name) for name in paid] == [0, 0, 0]

    days = balances.compare(session, iban=IBAN)
    assert len(days) > 55
    assert {(one.difference_cents, one.waiting_cents, one.gap_cents) for one in days} == {(0, 0, 0)}
    assert queue.waiting(session).movements == 0
    assert quarter.office.findings() == []


def first_month(quarter: Quarter, serials: list[str]) -> None:
    """Everybody is paid."""
    quarter.until(date(2026, 7, 1))
    quarter.take(serials, first=3, second=2, third=1)
    quarter.pay()
    quarter.until(date(2026, 7, 3))

    assert quarter.world.balance("bank") == -24_000


def second_month(quarter: Quarter, serials: list[str], session: Session) -> None:
    """The bank refuses one payment of three: its account is closed, and the venue gives another one."""
    quarter.until(date(2026, 8, 3))
    quarter.take(serials, first=2, second=2, third=3)
    quarter.bank.close_account("third")
    quarter.pay()
    quarter.until(date(2026, 8, 5))

    assert (quarter.due("first"), quarter.due("third")) == (0, 3_000)
    assert len(holds.open_of(session, operator_id=quarter.shops["third"].clerk.organisation_id)) == 1
    quarter.account("third", "third-new", 14, at=quarter.at)


def third_month(quarter: Quarter, serials: list[str]) -> None:
    """What was refused is paid on the new account; one payment leaves, comes back, and is paid again.

    The first venue gives two paid vouchers back: its payment takes them. So does the second, and claims are open again
    when its payment comes back.
    """
    quarter.until(date(2026, 9, 1))
    quarter.take(serials, first=3, second=4)
    quarter.give_back("first", 2)
    quarter.give_back("second", 1)
    # Payments of a run go by SIRET, so in the order in which the venues were opened: the second's is the second.
    quarter.bank.behave(
        OWN, behaviour="return-later", parameters={"days": 2, "end_to_end_id": "PN-2026-R3-2"}
    )
    run = quarter.pay()
    quarter.until(date(2026, 9, 4))

    assert (run.total_cents, run.netted_cents) == (3_000 + 4_000 + 3_000, 3_000)
    assert (quarter.due("first"), quarter.due("second")) == (0, 4_000 - 1_000)
    quarter.office.lift(quarter.shops["second"])
    again = quarter.pay()
    quarter.until(date(2026, 9, 8))
    assert (again.total_cents, again.netted_cents) == (4_000, 1_000)
