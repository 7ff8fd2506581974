"""Whoever sends a booklet out does not take its vouchers in."""

from dataclasses import replace

import pytest
from sqlalchemy import create_engine, select, text

from tests.vouchers import acts
from tests.world import Shop, World, outcome_of, serials_of
from voucher_service.identity.duties import RefusedDuty
from voucher_service.identity.separation import DutiesAreIncompatible, Duty, DutyPerformed
from voucher_service.kernel.actor import Actor, Role
from voucher_service.vouchers.basket import Mode
from voucher_service.vouchers.redemption import Outcome, Redemption
from voucher_service.vouchers.refused_codes import RefusedCode


def kept_by_the_sender(world: World, shop: Shop) -> Shop:
    """Put the person who sent the booklets out at this shop's counter."""
    sender = Actor(world.operator.user_id, shop.clerk.organisation_id, Role.VENUE)
    return replace(shop, clerk=sender)


def test_booklets_sent_out_are_a_duty_of_the_sender(given: World) -> None:
    given.campaign()
    booklets = given.active(2)
    given.allocate(booklets, given.desk())

    wanted = select(DutyPerformed.subject, DutyPerformed.user_id).where(DutyPerformed.duty == Duty.ALLOCATE)
    facts = given.do(lambda s: s.execute(wanted.order_by(DutyPerformed.subject)).all())
    assert facts == [(f"booklet/{one}", given.operator.user_id) for one in booklets]


def test_the_sender_takes_no_voucher_of_a_booklet_and_the_attempt_is_remembered(committed: World) -> None:
    committed.campaign()
    [booklet] = committed.in_hand()
    own = kept_by_the_sender(committed, committed.shop())

    with pytest.raises(DutiesAreIncompatible) as refused:
        committed.redeem(serials_of(booklet)[:1], own)

    assert refused.value.facts() == {
        "duty": Duty.REDEEM,
        "done": Duty.ALLOCATE,
        "subject": f"booklet/{booklet}",
    }
    attempts = committed.do(lambda s: s.scalars(select(RefusedDuty)).all())
    assert [(one.duty, one.subject) for one in attempts] == [("redeem", f"booklet/{booklet}")]
    assert committed.do(lambda s: s.scalars(select(RefusedCode.reason)).all()) == []
    assert committed.do(lambda s: s.scalars(select(Redemption)).all()) == []


def test_one_voucher_of_ones_own_refuses_the_basket_even_where_each_is_taken_apart(given: World) -> None:
    given.campaign()
    [own], desk = given.in_hand(), given.desk()
    of_others = given.active()
    colleague = replace(given, operator=given.colleague)
    colleague.allocate(of_others, desk)
    colleague.hand_over(of_others, desk)
    shop = kept_by_the_sender(given, given.shop())
    serials = serials_of(of_others[0])[:1] + serials_of(own)[:1]

    assert outcome_of(lambda: given.redeem(serials, shop, mode=Mode.EACH)) is DutiesAreIncompatible
    assert isinstance(given.redeem(serials[:1], shop), Outcome)


def test_whoever_took_a_voucher_does_not_send_its_booklet_out(committed: World) -> None:
    committed.campaign()
    desk, [booklet, other] = committed.desk(), committed.active(2)
    colleague = replace(committed, operator=committed.colleague)
    colleague.allocate([booklet], desk)
    committed.hand_over([booklet], desk)
    committed.redeem(serials_of(booklet)[:1], kept_by_the_sender(committed, committed.shop()))
    acts.give_back(committed, booklet, desk)
    acts.send_back(committed, [booklet], desk)

    assert outcome_of(lambda: acts.send(committed, [booklet, other], desk)) is DutiesAreIncompatible
    assert acts.send(colleague, [booklet], desk).papers == 9


def test_a_pair_that_is_taken_out_of_the_table_is_allowed(committed: World, owner_url: str) -> None:
    committed.campaign()
    [booklet] = committed.in_hand()
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE incompatible_duties DISABLE TRIGGER USER"))
        connection.execute(text("DELETE FROM incompatible_duties WHERE first = 'allocate'"))
    engine.dispose()

    taken = committed.redeem(serials_of(booklet)[:1], kept_by_the_sender(committed, committed.shop()))

    assert taken.total_cents == 1_000
