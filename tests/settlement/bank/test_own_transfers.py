"""Tests of money moved between the campaign's account and another account of its keeper."""

from functools import partial

import pytest
from sqlalchemy.orm import Session

from tests.settlement.bank.told import credit, day
from tests.settlement.camt import balance, entry
from tests.settlement.office import IBAN, Office, Scene
from tests.world import NOW
from voucher_service.funding import campaigns
from voucher_service.funding.deposits import MoneyIsShort
from voucher_service.settlement import standing
from voucher_service.settlement.bank import balances, charges, own_transfers, resolving, suggestions
from voucher_service.settlement.bank.hearing import Heard
from voucher_service.settlement.bank.lines import BankLine
from voucher_service.settlement.bank.own_transfers import TransferHasNoReason
from voucher_service.settlement.bank.resolutions import BankResolution, Meaning
from voucher_service.settlement.bank.suggestions import Why

OTHER = "FR1420041010050500013M02606"


def out(amount: str, *, reference: str = "INT-1", iban: str = OTHER) -> str:
    account = f"<RltdPties><CdtrAcct><Id><IBAN>{iban}</IBAN></Id></CdtrAcct></RltdPties>"
    details = f"<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>{account}</TxDtls>"
    return entry(amount, reference=reference, details=details)


def told(office: Office, data: bytes) -> int:
    heard: Heard = office.listen(data)
    [line] = heard.waiting
    return line


def say(office: Office, line: int, note: str | None = "Compte courant de l'opérateur") -> BankResolution:
    done: BankResolution = office.world.do(
        partial(
            resolving.resolve,
            line=line,
            meaning=Meaning.OWN_TRANSFER,
            series=office.world.series,
            note=note,
            at=NOW,
            by=office.clerk,
        )
    )
    return done


def test_what_leaves_for_another_own_account_is_no_charge_and_comes_back_as_no_deposit(
    scene: Scene, session: Session
) -> None:
    office, world = scene.office, scene.office.world
    say(office, told(office, day(out("40.00"))))

    campaign = campaigns.get(session, world.series)
    assert (world.balance("bank"), own_transfers.elsewhere(session, campaign)) == (-6_000, 4_000)
    assert (world.balance(charges.ACCOUNT), world.balance("suspense")) == (0, 0)
    assert own_transfers.without_counterpart(session) == 4_000
    [stands] = standing.of_campaigns(session, [campaign])
    assert stands.money == stands.answers_for == 6_000
    assert office.findings() == []

    say(office, told(office, day(credit("40.00", reference="INT-2"), number="2")))

    assert (world.balance("bank"), world.balance(own_transfers.ACCOUNT)) == (-10_000, 0)
    assert own_transfers.without_counterpart(session) == 0
    assert office.findings() == []


def test_the_bank_and_the_books_agree_the_day_it_leaves(scene: Scene, session: Session) -> None:
    sides = balance("OPBD", "100.00"), balance("CLBD", "60.00")

    say(scene.office, told(scene.office, day(*sides, out("40.00"))))

    [compared] = balances.compare(session)
    assert (compared.ledger_cents, compared.waiting_cents, compared.difference_cents) == (6_000, 0, 0)


def test_a_campaign_that_changes_its_account_empties_the_old_one_into_the_new(
    scene: Scene, session: Session
) -> None:
    office = scene.office
    office.pay_from(OTHER)
    leaving = told(office, day(out("100.00")))
    say(office, leaving)
    arriving = day(credit("100.00", iban=IBAN), number="2").replace(IBAN.encode(), OTHER.encode(), 1)

    say(office, told(office, arriving))

    assert office.world.balance("bank") == -10_000
    assert office.world.balance(own_transfers.ACCOUNT) == 0
    assert office.findings() == []


@pytest.mark.parametrize("note", [None, "", "  "])
def test_it_is_said_with_a_reason(scene: Scene, note: str | None) -> None:
    line = told(scene.office, day(out("40.00")))

    with pytest.raises(TransferHasNoReason):
        say(scene.office, line, note)
    assert scene.office.world.balance("bank") == -10_000


def test_more_than_the_campaign_holds_does_not_leave(scene: Scene) -> None:
    line = told(scene.office, day(out("100.01")))

    with pytest.raises(MoneyIsShort):
        say(scene.office, line)


def test_an_account_that_was_said_to_be_the_keepers_is_suggested_the_next_time(
    scene: Scene, session: Session
) -> None:
    first = told(scene.office, day(out("40.00")))
    before = suggestions.of_line(session, session.get_one(BankLine, first))
    say(scene.office, first)

    second = told(scene.office, day(credit("40.00", iban=OTHER, reference="B"), number="2"))
    after = suggestions.of_line(session, session.get_one(BankLine, second))

    assert before == []
    assert [(one.meaning, one.why) for one in after] == [(Meaning.OWN_TRANSFER, (Why.OWN_ACCOUNT,))]
