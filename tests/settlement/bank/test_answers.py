"""Tests of what the bank answers to a payment order."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.settlement.camt import entry, statement
from tests.settlement.office import IBAN, Scene
from tests.settlement.other_bank import open_bank
from tests.settlement.pain002 import answer, said
from tests.world import TODAY
from voucher_service.ledger import accounts
from voucher_service.network import holds
from voucher_service.network.holds import Cause
from voucher_service.settlement import exports, payments, runs
from voucher_service.settlement.bank import answers
from voucher_service.settlement.bank.answers import PaymentAnswer
from voucher_service.settlement.bank.status_reports import Answer
from voucher_service.settlement.matching import Doubt
from voucher_service.settlement.payments import Stage
from voucher_service.settlement.statement_lines import StatementIsIncomplete


@pytest.fixture
def sent(scene: Scene) -> Scene:
    """Give an order of two payments, of 20 € and of 10 €, that left for the bank."""
    scene.office.earned(scene.shop, scene.serials[:2])
    scene.office.earned(scene.other, scene.serials[2:3])
    scene.office.export(scene.office.approved())
    return scene


def due(scene: Scene) -> tuple[int, int]:
    world = scene.office.world
    return tuple(world.balance(accounts.due(shop.venue.no)) for shop in (scene.shop, scene.other))  # type: ignore[return-value]


def doubts(session: Session) -> list[Doubt | None]:
    return list(
        session.scalars(select(PaymentAnswer.doubt).order_by(PaymentAnswer.message_no, PaymentAnswer.place))
    )


@pytest.mark.parametrize("version", ["03", "10", "12"])
def test_a_payment_that_the_bank_refuses_never_leaves_and_is_owed_again(sent: Scene, version: str) -> None:
    office, world = sent.office, sent.office.world

    heard = office.listen(
        answer(said("PN-2026-R1-1", "RJCT", "AC04"), said("PN-2026-R1-2", "ACCP"), version=version)
    )

    assert [one.answer for one in heard.answers] == [Answer.REJECTED, Answer.ACCEPTED]
    assert due(sent) == (2_000, 0)
    assert (world.balance(accounts.run(1)), world.balance("bank")) == (1_000, -10_000)
    assert office.findings() == []


def test_a_refused_payment_is_shown_as_such_and_paid_by_the_next_run(sent: Scene, session: Session) -> None:
    office = sent.office
    office.listen(answer(said("PN-2026-R1-1", "RJCT", "AC04")))
    office.hear(entry("10.00", end_to_end="PN-2026-R1-2"))
    held = holds.open_of(session, operator_id=sent.shop.clerk.organisation_id)
    office.lift(sent.shop)

    second = office.approved()
    office.hear(entry("20.00", reference="R2", end_to_end="PN-2026-R2-1"))

    assert [hold.cause for hold in held] == [Cause.RETURNED_PAYMENT]
    assert payments.get(session, reference="PN-2026-R1-1", by=office.clerk).stage is Stage.REJECTED
    assert second.total_cents == 2_000
    assert due(sent) == (0, 0)
    assert office.world.balance("bank") == -7_000
    assert office.findings() == []


def test_the_same_refusal_again_in_another_file_reopens_nothing_twice(sent: Scene) -> None:
    office = sent.office
    first = answer(said("PN-2026-R1-1", "RJCT", "AC04"))

    office.listen(first)
    again = office.listen(first)
    other = office.listen(answer(said("PN-2026-R1-1", "RJCT", "AC04"), number="A-2"))

    assert (again.is_new, other.is_new, other.matching.matched) == (False, True, [])
    assert due(sent) == (2_000, 0)
    assert office.findings() == []


def test_a_whole_order_refused_reopens_all_of_it_and_holds_nobody(sent: Scene, session: Session) -> None:
    sent.office.listen(answer(whole="RJCT", reason="AM04"))

    assert due(sent) == (2_000, 1_000)
    assert holds.open_of(session, operator_id=sent.shop.clerk.organisation_id) == []
    assert sent.office.findings() == []


@pytest.mark.parametrize("reason", ["DUPL", "AM05", "DU01"])
def test_an_order_refused_because_it_was_sent_twice_is_still_being_paid(
    sent: Scene, session: Session, reason: str
) -> None:
    heard = sent.office.listen(answer(whole="RJCT", reason=reason))
    sent.office.hear(entry("20.00", end_to_end="PN-2026-R1-1"))

    assert {one.answer for one in heard.answers} == {Answer.SENT_TWICE}
    assert due(sent) == (0, 0)
    assert sent.office.world.balance("bank") == -8_000
    assert doubts(session) == [None, None]


def test_a_payment_refused_and_then_booked_does_not_count_twice(sent: Scene) -> None:
    office = sent.office
    office.listen(answer(said("PN-2026-R1-1", "RJCT", "AC04")))

    found = office.hear(entry("20.00", end_to_end="PN-2026-R1-1"))

    assert [one.doubt for one in found.unmatched] == [Doubt.REJECTED_ALREADY]
    assert office.world.balance("bank") == -10_000
    assert due(sent) == (2_000, 0)


def test_a_payment_booked_and_then_refused_waits_for_its_return(sent: Scene, session: Session) -> None:
    office = sent.office
    office.hear(entry("20.00", end_to_end="PN-2026-R1-1"))

    office.listen(answer(said("PN-2026-R1-1", "RJCT", "AC04")))

    assert doubts(session) == [Doubt.PAID_ALREADY]
    assert due(sent) == (0, 0)
    assert office.findings() == []


@pytest.mark.parametrize(
    ("order", "name"), [("PN-2026-R9", "PN-2026-R1-1"), ("PN-2026-R1", "PN-2026-R9-1"), ("X", "Y")]
)
def test_an_answer_to_something_else_is_kept_and_does_nothing(
    sent: Scene, session: Session, order: str, name: str
) -> None:
    sent.office.listen(answer(said(name, "RJCT", "AC04"), order=order))

    assert doubts(session) == [Doubt.UNKNOWN]
    assert due(sent) == (0, 0)


def test_a_pending_payment_stays_where_it_is_and_the_order_is_acknowledged(
    sent: Scene, session: Session
) -> None:
    sent.office.listen(answer(said("PN-2026-R1-1", "PDNG"), whole="PART"))

    run = runs.get(session, series=sent.office.world.series, run=1)
    known = answers.of_run(session, campaign_id=run.campaign_id, run=1)
    assert {no: one.answer for no, one in known.items()} == {1: Answer.PENDING, 2: Answer.PENDING}
    assert [one.told_by for one in exports.acknowledged(session, run)] == ["A-1"]
    assert sent.office.findings() == []


def test_a_bank_that_is_not_ours_refuses_a_closed_account_and_knows_an_order_sent_twice(sent: Scene) -> None:
    office = sent.office
    run = office.world.do(lambda s: runs.get(s, series=office.world.series, run=1))
    with open_bank(on=TODAY) as bank:
        bank.open_account("OPERATOR", IBAN, balance_cents=10_000)
        bank.open_account("VENUE", "FR7630006000011234567890189")
        bank.close_account("VENUE")
        bank.take(office.export(run))
        bank.take(office.export(run))
        bank.until(date(2026, 6, 17))
        told = [office.listen(data) for data in bank.messages("pain.002")]
        for data in [*bank.messages("camt.054", "OPERATOR"), *bank.statements("OPERATOR")]:
            office.listen(data)

    assert [{one.answer for one in heard.answers} for heard in told] == [
        {Answer.REJECTED},
        {Answer.SENT_TWICE},
    ]
    assert due(sent) == (2_000, 1_000)
    assert office.world.balance("bank") == -10_000
    assert office.findings() == []


def test_an_answer_of_nothing_known_is_refused_as_incomplete(scene: Scene) -> None:
    with pytest.raises(StatementIsIncomplete) as refused:
        scene.office.listen(answer(said("PN-2026-R1-1", "????")))
    assert refused.value.element == "TxSts"


def test_a_statement_is_no_answer(scene: Scene) -> None:
    assert scene.office.listen(statement(iban=IBAN)).answers == []
