"""A replacement is printed once, by whoever replaced it."""

import pytest
from sqlalchemy import select

from tests.vouchers.acts import every
from tests.world import NOW, World, serials_of
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.identifiers import new_id
from voucher_service.vouchers import code
from voucher_service.vouchers.printing import replacements
from voucher_service.vouchers.printing.replacements import (
    ReplacementIsUnknown,
    ReplacementPrint,
    ReplacementWasPrinted,
    TakenOut,
)
from voucher_service.vouchers.replacement import Replaced


def print_once(world: World, replaced: Replaced, by: Actor | None = None) -> TakenOut:
    taken: TakenOut = world.do(
        lambda s: replacements.take_out(
            s, replacement_id=replaced.id, at=NOW, by=by or world.operator, keyring=world.keyring
        )
    )
    return taken


def test_new_papers_come_with_codes_that_pay(given: World) -> None:
    given.campaign()
    serials, shop = serials_of(given.in_hand()[0]), given.shop()
    replaced = given.replace(serials=serials[2:4])

    taken = print_once(given, replaced)

    assert [(paper.serial, paper.issue, paper.position) for paper in taken.papers] == [
        (serials[2], 2, 3),
        (serials[3], 2, 4),
    ]
    assert [paper.code for paper in taken.papers] == [
        code.grouped(given.letters(serial, 2)) for serial in serials[2:4]
    ]
    assert given.redeem_codes([paper.code for paper in taken.papers], shop).total_cents == 2_000


def test_a_second_printing_is_refused_and_the_first_says_who(given: World) -> None:
    given.campaign()
    serials = serials_of(given.in_hand()[0])
    replaced = given.replace(serials=serials[:1])
    print_once(given, replaced)

    with pytest.raises(ReplacementWasPrinted) as refused:
        print_once(given, replaced)

    assert refused.value.serials == (serials[0],)
    [fact] = every(given, select(ReplacementPrint))
    assert (fact.serial, fact.issue, fact.by) == (serials[0], 2, given.operator.user_id)


def test_a_paper_that_is_lost_again_is_replaced_and_printed_again(given: World) -> None:
    given.campaign()
    serials = serials_of(given.in_hand()[0])
    print_once(given, given.replace(serials=serials[:1]))

    taken = print_once(given, given.replace(serials=serials[:1]))

    assert [paper.issue for paper in taken.papers] == [3]


def test_only_whoever_replaced_it_prints_it(given: World) -> None:
    given.campaign()
    replaced = given.replace(serials=serials_of(given.in_hand()[0])[:1])
    colleague = Actor(new_id(), given.operator.organisation_id, Role.OPERATOR)

    with pytest.raises(ReplacementIsUnknown):
        print_once(given, replaced, by=colleague)
    assert len(print_once(given, replaced).papers) == 1
