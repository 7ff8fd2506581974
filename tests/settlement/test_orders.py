"""Tests of what leaves the house: the order to the bank, and the accountant's mandate list."""

from datetime import date

import pytest
from lxml import etree
from sqlalchemy.orm import Session

from tests.settlement.office import IBAN, Scene, opened
from tests.settlement.other_bank import open_bank
from tests.settlement.test_sepa import SCHEMA
from tests.world import TODAY, World
from voucher_service.funding.terms import MoneySide
from voucher_service.identity.users import User
from voucher_service.settlement import mandate_list, orders
from voucher_service.settlement.orders import RunIsPaidByBank, RunIsPaidByMandate

OTHER_IBAN = "FR1420041010050500013M02606"


def test_the_file_keeps_to_the_schema_and_pays_each_operator_what_was_frozen(
    scene: Scene, session: Session
) -> None:
    scene.office.earned(scene.shop, scene.serials[:3])
    scene.office.earned(scene.other, scene.serials[3:4])
    run = scene.office.approved()

    data = scene.office.export(run)
    [order] = orders.files(session, series=run.series, run=run.no)

    SCHEMA.assertValid(etree.fromstring(data))
    assert (order.message_id, order.total_cents, order.executed_on) == ("PN-2026-R1", 4_000, TODAY)
    assert order.debtor.iban == IBAN
    assert sorted(payment.amount_cents for payment in order.payments) == [1_000, 3_000]


def test_exported_again_after_everything_moved_on_the_file_is_the_same_bytes(scene: Scene) -> None:
    scene.office.earned(scene.shop, scene.serials[:3])
    run = scene.office.approved()
    before = scene.office.export(run)

    scene.office.pay_from(OTHER_IBAN)
    scene.office.earned(scene.shop, scene.serials[3:5])
    later = scene.office.approved()

    assert scene.office.export(run) == before
    assert OTHER_IBAN.encode() in scene.office.export(later)


def test_a_bank_that_is_not_ours_executes_the_file_and_its_statement_confirms_it(scene: Scene) -> None:
    scene.office.earned(scene.shop, scene.serials[:3])
    scene.office.earned(scene.other, scene.serials[3:4])
    run = scene.office.approved()

    with open_bank(on=TODAY) as bank:
        bank.open_account("OPERATOR", IBAN, balance_cents=10_000)
        bank.take(scene.office.export(run))
        bank.until(date(2026, 6, 16))
        found = [scene.office.confirm(data) for data in bank.statements("OPERATOR")]

    assert sorted(one.booked.end_to_end_id or "" for each in found for one in each.matched) == [
        "PN-2026-R1-1",
        "PN-2026-R1-2",
    ]
    assert not any(each.unmatched for each in found)
    assert scene.office.world.balance("run/1") == 0
    assert scene.office.findings() == []


@pytest.fixture
def authority(given: World) -> Scene:
    """Give a campaign that a public accountant pays."""
    return opened(given, money_side=MoneySide.COMMITMENT, legal_reference="C-2026-7")


def test_an_accountant_receives_one_gross_line_for_each_operator(authority: Scene, session: Session) -> None:
    office = authority.office
    office.pay_from(imputation="65134")
    [claimed] = office.earned(authority.shop, authority.serials[:1])
    office.freeze()
    office.reverse(claimed)
    office.earned(authority.shop, authority.serials[:1])
    run = office.approved()

    [line] = orders.mandate_lines(session, series=run.series, run=run.no)

    assert (line.amount_cents, line.claim_cents) == (1_000, 1_000)
    assert (line.agreement, line.deliberation, line.imputation) == ("C-2026-7", "D-2026-01", "65134")
    assert line.certified_by == session.get_one(User, office.clerk.user_id).name
    assert line.certified_on == TODAY
    assert line.supporting_statement == "PN-2026-R2-1"
    assert line.commitment_number
    assert len(next(mandate_list.rows([line]))) == len(mandate_list.HEADINGS)


def test_a_campaign_is_paid_by_the_bank_or_by_mandate_and_never_by_both(
    scene: Scene, session: Session
) -> None:
    scene.office.earned(scene.shop, scene.serials[:1])
    run = scene.office.approved()

    with pytest.raises(RunIsPaidByBank):
        orders.mandate_lines(session, series=run.series, run=run.no)


def test_no_order_for_a_bank_is_written_where_an_accountant_pays(authority: Scene) -> None:
    authority.office.earned(authority.shop, authority.serials[:1])
    run = authority.office.approved()

    with pytest.raises(RunIsPaidByMandate):
        authority.office.export(run)
