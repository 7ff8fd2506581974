from functools import partial
from typing import Any

import pytest

from tests.vouchers.acts import printed, start_printing
from tests.world import World, serials_of
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.identifiers import new_id
from voucher_service.kernel.keyset import Order
from voucher_service.vouchers import code
from voucher_service.vouchers.printing import runs
from voucher_service.vouchers.printing.formats import Format
from voucher_service.vouchers.printing.runs import (
    BookletsWerePrinted,
    NothingToPrint,
    PrintRun,
    PrintRunIsUnknown,
)
from voucher_service.vouchers.register import BookletIsUnknown


def test_codes_come_in_the_order_of_the_papers_grouped_to_be_read(given: World) -> None:
    given.campaign()
    first, second = given.produced(1)[0], given.produced(2)[0]

    papers = printed(given, start_printing(given, 1, 2))

    serials = serials_of(first) + serials_of(second)
    assert [paper.serial for paper in papers] == serials
    assert [paper.code for paper in papers] == [code.grouped(given.letters(serial)) for serial in serials]
    assert [paper.position for paper in papers] == [*range(1, 11)] * 2


def test_printing_again_takes_a_reason(given: World) -> None:
    given.campaign()
    given.produced(3)
    run = start_printing(given, 1, 2)

    with pytest.raises(BookletsWerePrinted) as refused:
        start_printing(given, 2, 3)
    again = start_printing(given, 2, 3, reason="Bourrage papier")

    assert refused.value.times == 1
    assert again.reason == "Bourrage papier"
    assert start_printing(given, 3, 3, reason="Autre bourrage").id not in (run.id, again.id)


def test_booklets_that_were_not_printed_need_no_reason(given: World) -> None:
    given.campaign()
    given.produced(2)
    start_printing(given, 1, 1)

    assert start_printing(given, 2, 2).reason is None


def test_a_replaced_paper_is_printed_with_its_new_code(given: World) -> None:
    given.campaign()
    serials, shop = serials_of(given.in_hand()[0]), given.shop()
    start_printing(given, 1, 1)
    given.replace(serials=serials[:1])

    papers = printed(given, start_printing(given, 1, 1, reason="Remplacement"))

    assert [(paper.serial, paper.issue) for paper in papers][:2] == [(serials[0], 2), (serials[1], 1)]
    assert given.redeem_codes([papers[0].code], shop).total_cents == 1_000


@pytest.mark.parametrize(
    ("first", "last", "refusal"),
    [(2, 1, NothingToPrint), (0, 1, NothingToPrint), (1, 3, BookletIsUnknown), (9, 9, BookletIsUnknown)],
)
def test_only_booklets_that_exist_are_printed(
    given: World, first: int, last: int, refusal: type[Exception]
) -> None:
    given.campaign()
    given.produced(2)

    with pytest.raises(refusal):
        start_printing(given, first, last)


def test_a_print_run_is_opened_by_those_who_do_the_same_work_in_the_same_organisation(given: World) -> None:
    given.campaign()
    given.produced(1)
    starter = given.person(Role.OPERATOR, OrganisationKind.OPERATOR)
    run = start_printing(given, 1, 1, by=starter)
    colleague = Actor(new_id(), starter.organisation_id, Role.OPERATOR)
    others = [
        Actor(new_id(), starter.organisation_id, Role.FINANCE),
        given.person(Role.OPERATOR, OrganisationKind.OPERATOR),
    ]

    for reader in (starter, colleague):
        assert given.do(partial(runs.get, print_run_id=run.id, by=reader)) == run
        assert given.do(partial(runs.may_open, found=[run], by=reader)) == {run.id}
    for other in others:
        with pytest.raises(PrintRunIsUnknown):
            given.do(partial(runs.get, print_run_id=run.id, by=other))
        assert given.do(partial(runs.may_open, found=[run], by=other)) == set()
    with pytest.raises(PrintRunIsUnknown):
        given.do(lambda s: runs.get(s, print_run_id=new_id(), by=starter))


def test_print_runs_are_listed_by_booklet_and_format_and_say_who_started_them(given: World) -> None:
    given.campaign()
    given.produced(3)
    starter = given.person(Role.OPERATOR, OrganisationKind.OPERATOR)
    first = start_printing(given, 1, 2, by=starter, form=Format.A4_3)
    second = start_printing(given, 3, 3)

    def found(**wanted: Any) -> list[PrintRun]:
        return list(given.do(lambda s: runs.search(s, series=given.series, **wanted)))

    assert found() == [first, second]
    assert found(order=Order.NEWEST, limit=1) == [second]
    assert found(order=Order.NEWEST, start=1) == found(booklet=2) == found(form=Format.A4_3) == [first]
    assert [run.by_name is not None for run in found()] == [True, False]
