"""A call for funds that was wrong is cancelled, once, with its reason; what it asked for can be called again."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.books import findings_in
from tests.expiring import call, cancel, receive, schedule
from tests.races import together
from tests.world import NOW, TODAY, World, outcome_of, serials_of
from voucher_service.identity.duties import DutyIsNotYours
from voucher_service.identity.naming import NameIsMalformed
from voucher_service.kernel.actor import SYSTEM
from voucher_service.reports import fund_call
from voucher_service.settlement import call_cancelling, call_receipts
from voucher_service.settlement.call_cancelling import CallIsCorrected, CallIsPaid
from voucher_service.settlement.call_receipts import Standing
from voucher_service.settlement.calling import NothingToCall
from voucher_service.settlement.fund_calls import Basis, CallIsCancelled, FundCall
from voucher_service.vouchers.redemption import Taken


def _called(world: World) -> FundCall:
    world.campaign()
    world.pledge(10_000)
    schedule(world, [(TODAY, 10_000)])
    return call(world, Basis.INSTALMENTS, funder="metropole")


@pytest.mark.parametrize("basis", [Basis.INSTALMENTS, Basis.USED])
def test_what_a_cancelled_call_asked_for_is_called_again_under_another_number(
    given: World, basis: Basis
) -> None:
    first = _called(given)
    funder = "metropole"
    if basis is Basis.USED:
        funder = "etat"
        given.redeem(serials_of(given.in_hand()[0])[:3], given.shop())
        first = call(given)

    cancel(given, first)
    second = call(given, basis, funder=funder)

    assert (second.no, second.things, second.amount_cents) == (
        first.no + 1,
        first.things,
        first.amount_cents,
    )
    assert outcome_of(lambda: call(given, basis, funder=funder)) is NothingToCall
    cancel(given, second)
    assert call(given, basis, funder=funder).no == first.no + 2
    assert findings_in(given) == []


def test_nothing_is_due_on_a_cancelled_call_and_the_list_says_why(given: World) -> None:
    cancel(given, _called(given), "Montant erroné")

    def found(standing: Standing | None = None) -> list[call_receipts.Due]:
        late = TODAY + timedelta(days=90)
        return given.do(  # type: ignore[no-any-return]
            lambda s: call_receipts.search(s, today=late, by=given.finance, standing=standing)
        )

    [due] = found()
    assert (due.due_cents, due.age, due.cancelled_because) == (0, "", "Montant erroné")
    assert due.cancelled_on == TODAY
    assert [len(found(one)) for one in Standing] == [0, 0, 0, 1]


def test_a_call_on_which_money_came_is_not_cancelled(given: World) -> None:
    made = _called(given)
    given.deposit(6_000, reference="VIR-1")
    receive(given, made, 1, deposit="VIR-1")

    with pytest.raises(CallIsPaid) as refused:
        cancel(given, made)
    assert refused.value.received_cents == 1


def test_nothing_is_received_on_a_cancelled_call_and_it_is_cancelled_once(given: World) -> None:
    made = _called(given)
    given.deposit(6_000, reference="VIR-1")
    cancel(given, made)

    assert outcome_of(lambda: receive(given, made, 1, deposit="VIR-1")) is CallIsCancelled
    assert outcome_of(lambda: cancel(given, made)) is CallIsCancelled


def test_a_call_that_a_later_one_takes_off_from_is_cancelled_after_it(given: World) -> None:
    given.campaign()
    serials, shop = serials_of(given.in_hand()[0]), given.shop()
    taken = [item for item in given.redeem(serials[:3], shop).items if isinstance(item, Taken)]
    first = call(given)
    given.reverse(taken[0].redemption_id, shop.clerk)
    given.redeem(serials[3:6], shop)
    second = call(given)

    with pytest.raises(CallIsCorrected) as refused:
        cancel(given, first)
    cancel(given, second)
    cancel(given, first)
    again = call(given)

    assert refused.value.later == second.number
    assert (again.things, again.amount_cents) == (5, 2_500)
    assert findings_in(given) == []


def test_its_document_says_that_it_is_not_to_be_paid(given: World, session: Session) -> None:
    made = _called(given)
    before = fund_call.build(session, series=made.series, no=made.no, by=SYSTEM)
    cancel(given, made, "Montant erroné")

    document = fund_call.build(session, series=made.series, no=made.no, by=SYSTEM)
    listed = fund_call.build_lines(session, series=made.series, no=made.no, by=SYSTEM)

    assert "annulé" not in before.title.fr
    assert document.title.fr == "Appel de fonds PN-2026-AF1 (annulé)"
    assert listed.title.fr.endswith("(annulé)")
    assert {name.fr: said for name, said in document.about}["Annulé"].endswith(" : Montant erroné")
    assert [note.fr for note in document.notes] == ["Cet appel est annulé : ne le payez pas."]


def test_only_finance_cancels_and_says_why(given: World) -> None:
    made = _called(given)

    with pytest.raises(DutyIsNotYours):
        given.do(
            lambda s: call_cancelling.cancel(
                s, series=made.series, no=1, reason="Erreur", on=TODAY, at=NOW, by=given.operator
            )
        )
    assert outcome_of(lambda: cancel(given, made, "  ")) is NameIsMalformed


def test_money_and_a_cancellation_at_once_do_not_overlook_each_other(committed: World) -> None:
    made = _called(committed)
    committed.deposit(10_000, reference="VIR-1")

    outcomes = together(
        committed, [lambda w: receive(w, made, 10_000, deposit="VIR-1"), lambda w: cancel(w, made)]
    )

    assert len([one for one in outcomes if one in (CallIsPaid, CallIsCancelled)]) == 1
    assert findings_in(committed) == []
