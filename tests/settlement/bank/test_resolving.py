"""Tests of what a person says that a movement was."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.races import together
from tests.settlement.bank.told import credit, day, fee
from tests.settlement.camt import entry
from tests.settlement.office import IBAN, Office, Scene, opened
from tests.world import NOW, TODAY, World
from voucher_service.funding import deposits, suspense
from voucher_service.funding.deposits import MoneyIsShort
from voucher_service.kernel.actor import SYSTEM
from voucher_service.kernel.refusal import Refusal
from voucher_service.ledger import accounts
from voucher_service.ledger.journal import Entry
from voucher_service.network import holds
from voucher_service.settlement.bank import charges, queue, resolving, suggestions
from voucher_service.settlement.bank.charges import LessIsOwed
from voucher_service.settlement.bank.lines import BankLineIsUnknown
from voucher_service.settlement.bank.queue import Asked
from voucher_service.settlement.bank.resolutions import BankResolution, LineIsExplained, Meaning
from voucher_service.settlement.bank.resolving import (
    AccountIsNotTheirs,
    LineDoesNotFit,
    LineGoesTheOtherWay,
    NothingWasEntered,
)
from voucher_service.settlement.bank.suggestions import Why
from voucher_service.settlement.matching import Doubt


@pytest.fixture
def ordered(scene: Scene) -> Scene:
    """Give an approved payment of 20 €, and 500 € that are promised."""
    scene.office.earned(scene.shop, scene.serials[:2])
    scene.office.approved()
    scene.office.world.pledge(50_000)
    return scene


def waiting(office: Office, *lines: str, number: str = "STMT-1") -> int:
    """Have a movement told that nobody understands, and return its number."""
    [line] = office.listen(day(*lines, number=number)).waiting
    return line


def resolve(office: Office, line: int, meaning: Meaning, **said: Any) -> BankResolution:
    given = {"series": office.world.series, "note": "Vu avec la banque"} | said
    done: BankResolution = office.world.do(
        lambda s: resolving.resolve(s, line=line, meaning=meaning, at=NOW, by=office.clerk, **given)
    )
    return done


def test_a_payment_without_its_name_is_attributed_by_a_person_and_leaves(ordered: Scene) -> None:
    line = waiting(ordered.office, entry("20.00", end_to_end="NOTPROVIDED"))

    done = resolve(ordered.office, line, Meaning.PAYMENT, reference="PN-2026-R1-1")

    assert (done.meaning, done.reference, done.is_automatic) == (Meaning.PAYMENT, "PN-2026-R1-1", False)
    assert ordered.office.world.balance(accounts.run(1)) == 0
    assert ordered.office.findings() == []


def test_a_return_without_its_name_reopens_the_due_and_holds_the_payee(
    ordered: Scene, session: Session
) -> None:
    ordered.office.hear(entry("20.00", end_to_end="PN-2026-R1-1"))
    line = waiting(ordered.office, credit("20.00", said="virement revenu"), number="2")

    done = resolve(ordered.office, line, Meaning.RETURN, reference="PN-2026-R1-1")

    assert done.meaning is Meaning.RETURN
    assert ordered.office.world.balance(accounts.due(ordered.shop.venue.no)) == 2_000
    assert len(holds.open_of(session, operator_id=ordered.shop.clerk.organisation_id)) == 1
    assert ordered.office.findings() == []


@pytest.mark.parametrize(
    ("amount", "reference", "doubt"),
    [
        ("19.00", "PN-2026-R1-1", Doubt.AMOUNT_DIFFERS),
        ("20.00", "PN-2026-R9-1", Doubt.UNKNOWN),
        ("20.00", None, Doubt.UNKNOWN),
    ],
)
def test_a_movement_is_not_made_a_payment_that_it_cannot_be(
    ordered: Scene, amount: str, reference: str | None, doubt: Doubt
) -> None:
    line = waiting(ordered.office, entry(amount, end_to_end="NOTPROVIDED"))

    with pytest.raises(LineDoesNotFit) as refused:
        resolve(ordered.office, line, Meaning.PAYMENT, reference=reference)
    assert refused.value.doubt is doubt


def test_money_is_attributed_to_a_funder_once(ordered: Scene, session: Session) -> None:
    line = waiting(ordered.office, credit("500.00", name="TRESORERIE GENERALE"))

    done = resolve(ordered.office, line, Meaning.DEPOSIT, funder="metropole")
    before = session.scalar(select(func.count()).select_from(Entry))

    with pytest.raises(LineIsExplained) as refused:
        resolve(ordered.office, line, Meaning.NOT_OURS)
    assert refused.value.meaning == "deposit"
    assert (done.funder, done.reference) == ("metropole", "VIR-1")
    assert session.scalar(select(func.count()).select_from(Entry)) == before
    assert ordered.office.world.balance(accounts.pledged("metropole")) == 0
    assert ordered.office.findings() == []


def test_money_is_linked_to_the_deposit_that_was_entered_by_hand(ordered: Scene) -> None:
    ordered.office.world.deposit(50_000, reference="à la main")
    line = waiting(
        ordered.office, credit("500.00", name="TRESORERIE").replace("2026-11-24", TODAY.isoformat())
    )

    with pytest.raises(NothingWasEntered):
        resolve(ordered.office, line, Meaning.DEPOSIT, reference="autre")
    done = resolve(ordered.office, line, Meaning.DEPOSIT, reference="à la main")

    assert done.funder == "metropole"
    assert ordered.office.world.balance("bank") == -60_000
    assert ordered.office.findings() == []


def test_what_is_not_ours_and_came_in_waits_in_suspense_for_its_sender(
    ordered: Scene, session: Session
) -> None:
    line = waiting(ordered.office, credit("33.00", name="Inconnu"))

    resolve(ordered.office, line, Meaning.NOT_OURS)

    [one] = suspense.waiting(session, series=ordered.office.world.series, by=SYSTEM)
    assert (one.reference, one.waiting_cents) == ("VIR-1", 3_300)
    assert ordered.office.world.balance(accounts.SUSPENSE) == 3_300
    assert ordered.office.findings() == []


def test_what_is_not_ours_and_went_out_is_the_accounts_keepers_to_put_back(ordered: Scene) -> None:
    office = ordered.office
    taken = waiting(office, entry("40.00", end_to_end="NOTPROVIDED", reference="X"))
    resolve(office, taken, Meaning.NOT_OURS)
    owed = office.world.balance(charges.ACCOUNT)
    back = waiting(office, credit("40.00", reference="Y"), number="2")
    done = resolve(office, back, Meaning.CHARGE_REPAID)

    assert (owed, office.world.balance(charges.ACCOUNT)) == (-4_000, 0)
    assert done.meaning is Meaning.CHARGE_REPAID
    assert office.world.balance("bank") == -10_000
    assert office.findings() == []


def test_no_more_is_put_back_than_was_taken(ordered: Scene) -> None:
    ordered.office.listen(day(fee("3.00")))
    line = waiting(ordered.office, credit("3.01", reference="Y"), number="2")

    with pytest.raises(LessIsOwed) as refused:
        resolve(ordered.office, line, Meaning.CHARGE_REPAID)
    assert refused.value.owed_cents == 300


def test_a_charge_is_not_taken_where_the_money_does_not_cover_it(ordered: Scene) -> None:
    line = waiting(ordered.office, fee("100.01"))

    with pytest.raises(MoneyIsShort):
        resolve(ordered.office, line, Meaning.CHARGE)


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        (credit("1.00"), Meaning.CHARGE),
        (entry("1.00", end_to_end="NOTPROVIDED"), Meaning.CHARGE_REPAID),
        (entry("1.00", end_to_end="NOTPROVIDED"), Meaning.DEPOSIT),
        (credit("1.00"), Meaning.DEPOSIT),
    ],
)
def test_a_movement_that_goes_the_other_way_is_refused(ordered: Scene, line: str, meaning: Meaning) -> None:
    with pytest.raises(LineGoesTheOtherWay):
        resolve(ordered.office, waiting(ordered.office, line), meaning)


def test_money_goes_to_no_campaign_whose_money_is_elsewhere(ordered: Scene) -> None:
    line = waiting(ordered.office, credit("1.00"))
    world = ordered.office.world
    world.series = "AUTRE-2026"
    world.campaign()

    with pytest.raises(AccountIsNotTheirs):
        resolve(ordered.office, line, Meaning.NOT_OURS)


def test_a_movement_that_nobody_told_is_unknown(ordered: Scene) -> None:
    with pytest.raises(BankLineIsUnknown):
        resolve(ordered.office, 999, Meaning.NOT_OURS)


def test_one_movement_explained_by_four_people_at_once_is_explained_once(committed: World) -> None:
    scene = opened(committed)
    line = waiting(scene.office, credit("33.00"))

    def explain(world: World) -> Any:
        try:
            return resolve(scene.office.within(world), line, Meaning.NOT_OURS).entry_no
        except Refusal as refusal:
            return type(refusal)

    outcomes = together(committed, [explain] * 4)

    assert outcomes.count(LineIsExplained) == 3
    assert committed.balance(accounts.SUSPENSE) == 3_300
    assert scene.office.findings() == []


def test_the_likeliest_is_suggested_first_with_why(ordered: Scene, session: Session) -> None:
    line = waiting(
        ordered.office,
        entry("20.00", end_to_end="NOTPROVIDED").replace(
            "</TxDtls>",
            "<RltdPties><CdtrAcct><Id><IBAN>FR7630006000011234567890189</IBAN></Id></CdtrAcct></RltdPties></TxDtls>",
        ),
    )
    movement = queue.get(session, line=line)

    [best, *_] = suggestions.of_line(session, movement.line)

    assert (best.meaning, best.reference) == (Meaning.PAYMENT, "PN-2026-R1-1")
    assert best.why == (Why.SAME_AMOUNT, Why.SAME_IBAN)


def test_money_that_came_in_is_suggested_as_what_it_may_be(ordered: Scene, session: Session) -> None:
    office = ordered.office
    office.hear(entry("20.00", end_to_end="PN-2026-R1-1"))
    office.listen(day(fee("20.00"), number="F"))
    office.world.deposit(2_000, reference="à la main")
    line = waiting(
        office, credit("20.00", said="divers").replace("2026-11-24", TODAY.isoformat()), number="2"
    )

    found = suggestions.of_line(session, queue.get(session, line=line).line)

    assert [(one.meaning, one.reference, one.funder) for one in found] == [
        (Meaning.RETURN, "PN-2026-R1-1", None),
        (Meaning.DEPOSIT, "à la main", "metropole"),
        (Meaning.CHARGE_REPAID, None, None),
        (Meaning.DEPOSIT, None, "metropole"),
    ]


def test_movements_are_listed_as_they_are_asked_for_page_after_page(ordered: Scene, session: Session) -> None:
    lines = [
        credit(f"{number}.00", reference=f"V{number}", name=f"Envoyeur {number}") for number in (1, 2, 3)
    ]
    ordered.office.listen(day(*lines, entry("20.00", end_to_end="PN-2026-R1-1")))

    def amounts(after: Any = None, limit: int | None = None, **asked: Any) -> list[int]:
        rows = queue.search(session, asked=Asked(**asked), after=after, limit=limit)
        return [row.line.amount_cents for row in rows]

    first = queue.search(session, asked=Asked(), limit=2)
    assert [row.line.amount_cents for row in first] == [300, 200]
    assert amounts(after=(first[-1].line.booked_on, first[-1].line.no)) == [100]
    assert amounts(is_waiting=False) == [2_000]
    assert amounts(words="voyeur 2") == [200]
    assert amounts(words="100%") == []
    assert amounts(amount_cents=300) == [300]
    assert amounts(is_waiting=None, is_credit=False) == [2_000]
    assert amounts(is_waiting=None, iban=IBAN, meaning=Meaning.PAYMENT) == [2_000]
    assert queue.waiting(session) == queue.Waiting(3, 600, 0)


def test_why_a_movement_waits_is_said_as_it_stands_now(ordered: Scene, session: Session) -> None:
    line = waiting(ordered.office, credit("500.00", said="à voir"))
    before = queue.get(session, line=line).doubt

    ordered.office.world.deposit(50_000, reference="à la main")

    assert (before, queue.get(session, line=line).doubt) == (Doubt.UNKNOWN, Doubt.PERHAPS_ENTERED)
    assert deposits.find(session, campaign_id=1, reference="rien") is None
