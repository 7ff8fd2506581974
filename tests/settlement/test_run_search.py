"""Tests of the list of runs: what each state is called there is what the run itself says."""

from functools import partial

from sqlalchemy.orm import Session

from tests.settlement.camt import entry
from tests.settlement.office import Scene, opened
from tests.world import NOW, World
from voucher_service.kernel.keyset import Order
from voucher_service.settlement import exports, progress, run_search, runs
from voucher_service.settlement.progress import State


def one_of_each(scene: Scene) -> None:
    """Leave a run in every state."""
    office = scene.office
    for place in range(4):
        office.earned(scene.shop, scene.serials[2 * place : 2 * place + 1])
        office.earned(scene.other, scene.serials[2 * place + 1 : 2 * place + 2])
        run = office.approved()
        office.export(run)
        office.world.do(
            partial(exports.acknowledge, reference=f"PN-2026-R{run.no}", told_by="B", at=NOW, by=office.clerk)
        )
        paid = {0: (1, 2), 1: (1, 2), 2: (1,), 3: ()}[place]
        for number in paid:
            office.hear(
                entry("10.00", reference=f"{run.no}-{number}", end_to_end=f"PN-2026-R{run.no}-{number}"),
                number=f"{run.no}-{number}",
            )
    third = office.world.shop()
    for place, act in enumerate((None, office.approve, office.export, office.cancel)):
        office.earned(third, scene.serials[8 + place : 9 + place])
        run = office.freeze()
        if act == office.export:
            office.approve(run)
        if act:
            act(run)
    office.hear(entry("10.00", side="CRDT", reference="back", end_to_end="PN-2026-R2-1"), number="back")


def test_every_state_of_the_list_is_that_of_the_run(given: World, session: Session) -> None:
    one_of_each(opened(given, booklets=2))

    found = run_search.search(session)

    frozen = {run.no: run for run in runs.search(session, series="PN-2026")}
    said = {one.no: progress.of_run(session, frozen[one.no]).state for one in found}
    assert {one.no: one.state for one in found} == said
    assert set(said.values()) == set(State)
    for state in State:
        assert {one.no for one in run_search.search(session, state=state)} == {
            no for no, where in said.items() if where is state
        }


def test_runs_are_found_by_their_number_and_their_campaign(scene: Scene, session: Session) -> None:
    office = scene.office
    for serial in scene.serials[:3]:
        office.earned(scene.shop, [serial])
        office.freeze()
    office.withdraw("PN-2026-R3-1")

    assert [one.no for one in run_search.search(session, words="pn-2026/2")] == [2]
    assert len(run_search.search(session, words="FICTIVE")) == 3
    assert run_search.search(session, series="PN-2099") == []
    assert [one.no for one in run_search.search(session, order=Order.OLDEST, start=1, limit=1)] == [2]
    assert [
        (one.payments, one.total_cents, one.frozen_cents) for one in run_search.search(session, words="/3")
    ] == [(0, 0, 1_000)]
