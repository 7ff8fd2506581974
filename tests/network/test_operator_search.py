"""Operators are found under their names, with the act that stands and what they lack."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.network.conftest import AT, OTHER_SIRET, SIRET, staff_of
from voucher_service.kernel.actor import SYSTEM, Actor, Role
from voucher_service.kernel.identifiers import new_id
from voucher_service.network import operator_search, operators
from voucher_service.network.operators import CashingMeans, LegalForm, Operator, OperatorIsUnknown
from voucher_service.network.readiness import Missing

Enrol = Callable[..., Operator]
PAYER = staff_of(new_id(), Role.FINANCE)


def _show_act(session: Session, operator: Operator, reference: str) -> None:
    operators.record_cashing_act(
        session,
        operator_id=operator.organisation_id,
        means=CashingMeans.MANDATE,
        reference=reference,
        signed_on=date(2026, 1, 5),
        at=AT,
        by=SYSTEM,
    )


def test_each_is_found_with_its_own_act_and_its_own_gaps(session: Session, enrol: Enrol) -> None:
    town, shop = enrol(LegalForm.PUBLIC, SIRET), enrol(LegalForm.COMPANY, None)
    for reference in ("Convention 1", "Convention 2"):
        _show_act(session, town, reference)

    first, second = operator_search.search(session, by=PAYER)

    assert (first.organisation_id, first.siret, first.missing) == (
        town.organisation_id,
        SIRET,
        [Missing.BANK_DETAILS],
    )
    assert first.cashing_act is not None
    assert first.cashing_act.reference == "Convention 2"
    assert (second.organisation_id, second.cashing_act) == (shop.organisation_id, None)
    assert second.missing == [Missing.SIRET, Missing.BANK_DETAILS]


@pytest.mark.parametrize("limit", [1, 2])
def test_pages_hold_every_operator_once(session: Session, enrol: Enrol, limit: int) -> None:
    enrolled = [enrol(LegalForm.COMPANY, None).organisation_id for _ in range(3)]

    seen = []
    after = None
    while page := operator_search.search(session, by=PAYER, after=after, limit=limit):
        seen += [one.organisation_id for one in page]
        after = seen[-1]

    assert seen == enrolled


def test_an_operators_people_find_their_own(session: Session, enrol: Enrol) -> None:
    mine, theirs = (enrol(LegalForm.COMPANY, siret).organisation_id for siret in (SIRET, OTHER_SIRET))

    def found(by: Actor) -> list[object]:
        return [one.organisation_id for one in operator_search.search(session, by=by)]

    assert found(staff_of(mine)) == [mine]
    assert found(staff_of(new_id())) == []
    with pytest.raises(OperatorIsUnknown):
        operator_search.get(session, operator_id=theirs, by=staff_of(mine))
    with pytest.raises(OperatorIsUnknown):
        operator_search.get(session, operator_id=new_id(), by=PAYER)
