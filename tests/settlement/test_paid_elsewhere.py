"""Where money goes when an operator's account, its payee or its SIRET changes: never to where nobody agreed to."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests import bank_accounts
from tests.settlement.camt import entry
from tests.settlement.office import Office, Scene
from tests.world import IBANS, NOW, TODAY, World, invented_siret
from voucher_service.funding import campaigns
from voucher_service.identity import organisations
from voucher_service.identity.organisations import Organisation, OrganisationKind
from voucher_service.kernel.actor import SYSTEM, Role
from voucher_service.ledger import record
from voucher_service.network import bank_details, bank_proposals, operators, payees, successions
from voucher_service.network.bank_details import COOLING, BankDetails, Outcome
from voucher_service.network.operators import LegalForm
from voucher_service.network.payees import Deed, PayeeKind
from voucher_service.reports import accrued_charges, payment_delays, venue_statement
from voucher_service.reports.payment_delays import Grouping
from voucher_service.reports.table import Table
from voucher_service.settlement import dues, exclusions, freezing, orders, runs
from voucher_service.settlement.claims import owed
from voucher_service.settlement.exclusions import LeftOut
from voucher_service.settlement.freezing import NothingIsDue
from voucher_service.settlement.runs import PaymentRun

LATER = NOW + COOLING


def _freeze(office: Office, at: Any = LATER) -> PaymentRun:
    frozen: PaymentRun = office.world.do(
        lambda s: freezing.freeze(
            s, series=office.world.series, cut_off_on=TODAY, on=TODAY, at=at, by=office.clerk
        )
    )
    return frozen


def _change(world: World, operator_id: UUID, iban: str = IBANS[1]) -> BankDetails:
    details: BankDetails = world.do(
        lambda s: bank_accounts.paid_on(s, operator_id=operator_id, iban=iban, holder="Association", at=NOW)
    )
    return details


def _paid(session: Session, run: PaymentRun) -> list[tuple[UUID, str, int]]:
    return [(one.operator_id, one.iban, one.amount_cents) for one in runs.payments(session, run)]


def _why(session: Session, run: PaymentRun) -> dict[UUID, LeftOut]:
    left_out = exclusions.of_run(session, campaign_id=run.campaign_id, run=run.no)
    return {one.operator_id: one.reason for one in left_out}


def test_a_run_never_pays_on_an_account_that_nobody_approved(scene: Scene, session: Session) -> None:
    office, operator_id = scene.office, scene.shop.clerk.organisation_id
    office.earned(scene.shop, scene.serials[:1])
    office.world.do(
        lambda s: bank_accounts.proposed(s, operator_id=operator_id, iban=IBANS[1], holder="Inconnu", at=NOW)
    )

    run = _freeze(office)

    assert _paid(session, run) == [(operator_id, IBANS[0], 1_000)]


def test_an_operator_is_left_out_while_its_change_cools_and_paid_on_it_afterwards(
    scene: Scene, session: Session
) -> None:
    office, operator_id = scene.office, scene.shop.clerk.organisation_id
    office.earned(scene.shop, scene.serials[:1])
    office.earned(scene.other, scene.serials[1:2])
    _change(office.world, operator_id)

    during = _freeze(office, at=LATER - timedelta(seconds=1))
    afterwards = _freeze(office)

    assert _why(session, during) == {operator_id: LeftOut.COOLING}
    assert _paid(session, afterwards) == [(operator_id, IBANS[1], 1_000)]


def test_a_frozen_run_keeps_the_account_that_it_was_frozen_with(scene: Scene, session: Session) -> None:
    office, operator_id = scene.office, scene.shop.clerk.organisation_id
    office.earned(scene.shop, scene.serials[:1])
    run = _freeze(office, at=NOW)

    _change(office.world, operator_id)

    assert _paid(session, run) == [(operator_id, IBANS[0], 1_000)]
    assert IBANS[0].encode() in office.export(_approved(office, run))


def _approved(office: Office, run: PaymentRun) -> PaymentRun:
    office.approve(run)
    return run


def test_a_change_that_was_taken_back_is_never_paid_on(scene: Scene, session: Session) -> None:
    office, operator_id = scene.office, scene.shop.clerk.organisation_id
    office.earned(scene.shop, scene.serials[:1])
    change = _change(office.world, operator_id)
    bank_proposals.withdraw(
        session, details_id=change.id, reason="Ce n'est pas nous", at=NOW, by=scene.shop.clerk
    )

    assert _paid(session, _freeze(office, at=NOW)) == [(operator_id, IBANS[0], 1_000)]


def test_the_first_payment_on_an_account_is_flagged_and_the_next_is_not(
    scene: Scene, session: Session
) -> None:
    office = scene.office
    office.earned(scene.shop, scene.serials[:1])
    first = _approved(office, _freeze(office, at=NOW))
    [payment] = runs.payments(session, first)
    office.hear(entry("10.00", end_to_end=payment.end_to_end_id))
    office.earned(scene.shop, scene.serials[1:2])
    second = _freeze(office, at=NOW)
    office.earned(scene.shop, scene.serials[2:3])
    _change(office.world, scene.shop.clerk.organisation_id)
    third = _freeze(office)

    flags = [one.is_first for run in (first, second, third) for one in runs.payments(session, run)]
    assert flags == [True, False, True]


def test_a_liquidator_receives_what_the_operator_was_not_paid(scene: Scene, session: Session) -> None:
    office, operator_id = scene.office, scene.shop.clerk.organisation_id
    office.earned(scene.shop, scene.serials[:2])
    deed = Deed(PayeeKind.LIQUIDATOR, "Me Inventé", None, "Jugement fictif", date(2026, 6, 1))
    account: dict[str, Any] = {"iban": IBANS[2], "holder": "Me Inventé", "on": TODAY, "at": NOW}
    world = office.world
    details = world.do(
        lambda s: payees.propose(s, operator_id=operator_id, deed=deed, by=world.operator, **account)
    )
    bank_proposals.keep_evidence(
        session, details_id=details.id, content=bank_accounts.RIB, at=NOW, by=world.operator
    )
    bank_accounts.approved(session, details, at=NOW)

    with pytest.raises(NothingIsDue) as nothing:
        _freeze(office, at=NOW)
    run = _freeze(office)

    assert nothing.value.left_out == {"cooling": 1}
    assert [(one.iban, one.holder, one.amount_cents) for one in runs.payments(session, run)] == [
        (IBANS[2], "Me Inventé", 2_000)
    ]
    told = _statement(session, scene, operator_id, on=TODAY + COOLING).about
    abouts = {name.fr: value for name, value in told}
    assert abouts["Payé à"].startswith("Me Inventé — Liquidateur")


@pytest.mark.parametrize("own", [None, invented_siret(871)])
def test_an_order_names_another_payee_by_its_own_siret_or_by_none(
    scene: Scene, session: Session, own: str | None
) -> None:
    office, operator_id = scene.office, scene.shop.clerk.organisation_id
    office.earned(scene.shop, scene.serials[:2])
    office.earned(scene.other, scene.serials[2:3])
    deed = Deed(PayeeKind.LIQUIDATOR, "Me Inventé", own, "Jugement fictif", date(2026, 6, 1))
    world = office.world
    details = world.do(
        lambda s: payees.propose(
            s,
            operator_id=operator_id,
            deed=deed,
            iban=IBANS[2],
            holder="Me Inventé",
            on=TODAY,
            at=NOW,
            by=world.operator,
        )
    )
    bank_proposals.keep_evidence(
        session, details_id=details.id, content=bank_accounts.RIB, at=NOW, by=world.operator
    )
    bank_accounts.approved(session, details, at=NOW)
    run = _freeze(office)
    office.approve(run)

    [order] = orders.files(session, series=run.series, run=run.no)

    other = session.get_one(Organisation, scene.other.clerk.organisation_id)
    assert {payment.creditor.name: payment.creditor.siret for payment in order.payments} == {
        "Me Inventé": own,
        bank_details.current(session, operator_id=other.id, at=LATER).holder: other.siret,  # type: ignore[union-attr]
    }


def _followed(scene: Scene, effective_on: date) -> UUID:
    """Have the venue's operator followed by another SIRET from a day on, and return who follows."""
    world = scene.office.world
    at: dict[str, Any] = {"at": NOW, "by": world.operator}
    home = world.do(
        lambda s: organisations.found(
            s,
            name="Association renouvelée",
            siret=invented_siret(990),
            kind=OrganisationKind.VENUE_OPERATOR,
            **at,
        )
    )
    world.do(lambda s: operators.enrol(s, organisation_id=home.id, legal_form=LegalForm.ASSOCIATION, **at))
    world.do(lambda s: bank_accounts.paid_on(s, operator_id=home.id, iban=IBANS[1], holder=home.name, at=NOW))
    succession = world.do(
        lambda s: successions.propose(
            s,
            predecessor_id=scene.shop.clerk.organisation_id,
            successor_id=home.id,
            effective_on=effective_on,
            reference="Avis Sirene fictif",
            **at,
        )
    )
    world.do(
        lambda s: successions.keep_evidence(s, succession_id=succession.id, content=bank_accounts.RIB, **at)
    )
    world.do(lambda s: bank_accounts.read(s, succession.subject, at=NOW))
    world.do(
        lambda s: successions.decide(
            s, succession_id=succession.id, outcome=Outcome.APPROVED, at=NOW, by=bank_accounts.SECOND
        )
    )
    return UUID(str(home.id))


def _statement(session: Session, scene: Scene, operator_id: UUID, on: date = TODAY) -> Table:
    series = scene.office.world.series
    position = record.sequence(session, campaign_id=campaigns.get(session, series).id)
    return venue_statement.build(
        session,
        series=series,
        from_on=date(2026, 1, 1),
        until_on=TODAY,
        on=on,
        by=replace(scene.office.clerk, organisation_id=operator_id, role=Role.VENUE),
        position=position,
    )


def _taken(table: Table) -> int:
    place = [column.key for column in table.columns].index("taken_cents")
    return sum(cents for row in table.rows if isinstance(cents := row[place], int))


def test_a_successor_is_paid_what_was_served_from_its_day_on_and_the_predecessor_the_rest(
    scene: Scene, session: Session
) -> None:
    office, old = scene.office, scene.shop.clerk.organisation_id
    office.earned(scene.shop, scene.serials[:2], served_on=TODAY - timedelta(days=5))
    office.earned(scene.shop, scene.serials[2:5])
    new = _followed(scene, TODAY - timedelta(days=1))

    run = _freeze(office, at=NOW)

    assert sorted(_paid(session, run), key=lambda one: one[2]) == [
        (old, IBANS[0], 2_000),
        (new, IBANS[1], 3_000),
    ]
    assert office.findings() == []
    assert [_taken(_statement(session, scene, one)) for one in (old, new)] == [2_000, 3_000]
    for operator_id, cents, other in ((old, 2_000, "Successeur"), (new, 3_000, "Succède à")):
        someone = replace(scene.shop.clerk, organisation_id=operator_id)
        [due] = dues.of_operator(session, operator_id=operator_id, by=someone)
        assert due.frozen_cents == cents
        assert other in {name.fr for name, _ in _statement(session, scene, operator_id).about}


def test_reports_group_what_is_owed_by_who_is_paid_for_it(scene: Scene, session: Session) -> None:
    office = scene.office
    office.earned(scene.shop, scene.serials[:1])
    _freeze(office, at=NOW)
    office.earned(scene.shop, scene.serials[1:3], served_on=TODAY - timedelta(days=5))
    office.earned(scene.shop, scene.serials[3:6])
    _followed(scene, TODAY - timedelta(days=1))
    record.sequence(session, campaign_id=campaigns.get(session, office.world.series).id)
    old = organisations.get(session, organisation_id=scene.shop.clerk.organisation_id)
    asked: dict[str, Any] = {"series": office.world.series, "on": TODAY, "by": SYSTEM}

    accrued = accrued_charges.build(session, **asked)
    delays = payment_delays.build(session, **asked, grouping=Grouping.OPERATOR)

    # What was in a run before the change was known stays with the one that it pays.
    whose = {old.name: 3, "Association renouvelée": 3}
    assert {row[0]: row[2] for row in accrued.rows} == whose
    assert {row[0]: row[1] for row in delays.rows} == whose


def test_what_was_paid_before_the_change_was_known_stays_the_predecessors(
    scene: Scene, session: Session
) -> None:
    office, old = scene.office, scene.shop.clerk.organisation_id
    office.earned(scene.shop, scene.serials[:2])
    run = _freeze(office, at=NOW)

    new = _followed(scene, TODAY - timedelta(days=1))
    office.earned(scene.shop, scene.serials[2:3])

    assert _paid(session, run) == [(old, IBANS[0], 2_000)]
    assert _paid(session, _freeze(office, at=NOW)) == [(new, IBANS[1], 1_000)]
    assert [_taken(_statement(session, scene, one)) for one in (old, new)] == [2_000, 1_000]
    assert office.findings() == []


def test_who_is_paid_for_a_service_owes_it_back(scene: Scene, session: Session) -> None:
    office, old = scene.office, scene.shop.clerk.organisation_id
    [before] = office.earned(scene.shop, scene.serials[:1], served_on=TODAY - timedelta(days=5))
    [since] = office.earned(scene.shop, scene.serials[1:2])
    _freeze(office, at=NOW)
    new = _followed(scene, TODAY - timedelta(days=1))
    for redemption_id in (before, since):
        office.reverse(redemption_id)
    office.earned(scene.shop, scene.serials[2:5])
    debts = {one.operator_id: one.cents for one in owed.debts(session, by=office.clerk)}

    run = _freeze(office, at=NOW)

    [payment] = runs.payments(session, run)
    assert debts == {old: 1_000, new: 1_000}
    assert (payment.operator_id, payment.amount_cents, payment.net_cents) == (new, 3_000, 2_000)
    left = {}
    for operator_id in (old, new):
        someone = replace(scene.shop.clerk, organisation_id=operator_id)
        [due] = dues.of_operator(session, operator_id=operator_id, by=someone)
        left[operator_id] = (due.frozen_cents, due.claim_cents)
    assert left == {old: (2_000, 1_000), new: (2_000, 0)}
    assert office.findings() == []
