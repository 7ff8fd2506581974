"""Every pair of duties that one person may not do both, tried through the API by one person, then by two.

The pairs are those of the table: a pair without a try here fails.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.api.callers import PROOF, Caller
from tests.api.county import IBAN, County
from tests.api.test_payment_runs import opened
from tests.api.town import API, SERIES, Town, refused, today
from tests.bank_accounts import RIB
from tests.world import SERVICE, serials_of
from voucher_service.identity import separation
from voucher_service.identity.separation import Duty
from voucher_service.kernel.actor import Role

SERVED = {"service": SERVICE, "minutes": 60, "delivered_by": "employee"}


@dataclass(frozen=True)
class Scene:
    """Where the pairs are tried: a town, a county, and the database as its owner reaches it."""

    town: Town
    county: County
    owner_url: str

    def finance(self) -> Caller:
        """Enrol one more person of finance."""
        return self.county.someone(Role.FINANCE)


@dataclass(frozen=True)
class Tried:
    """What became of the second duty, done by whoever did the first, and by somebody else."""

    alone: TestResponse
    together: TestResponse


def _said(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code in (200, 201), answer.text
    said: dict[str, Any] = answer.get_json()
    return said


def _both(one: Caller, other: Caller, path: str, body: dict[str, Any]) -> Tried:
    return Tried(one.post(f"{API}/{path}", body), other.post(f"{API}/{path}", body))


def _accreditation(scene: Scene) -> Tried:
    scene.town.open_campaign()
    county = scene.county
    venue = county.venue(operator_id=county.venue_operator())["id"]
    said = {"series": SERIES, "venue_id": venue, "decision": "accredited", "reason": "file-complete"}
    return _both(county.operator, county.colleague, "accreditations", said)


def _prove(by: Caller, details_id: int, *readers: Caller) -> None:
    path = f"{API}/bank-details/{details_id}/evidence"
    paper = _said(by.post(path, data=RIB, content_type="application/pdf"))
    for reader in readers:
        opening = reader.post(f"{API}/evidence-openings", {"evidence_id": paper["id"]})
        assert opening.status_code == 200, opening.text


def _bank_details(scene: Scene) -> Tried:
    one, other = scene.finance(), scene.finance()
    said = {"operator_id": scene.county.venue_operator(), "iban": IBAN, "holder": "Association inventée"}
    details = _said(one.post(f"{API}/bank-details", said))
    _prove(one, details["id"], one, other)
    return _both(one, other, "bank-details-approvals", {"details_id": details["id"]} | PROOF)


def _payee(scene: Scene) -> Tried:
    one, other = scene.finance(), scene.finance()
    operator_id = scene.county.venue_operator()
    said = {"operator_id": operator_id, "iban": IBAN, "holder": "Me Inventé", "name": "Me Inventé"}
    said |= {"kind": "liquidator", "reference": "TC 2026-12", "entitled_on": "2026-01-15"}
    details = _said(one.post(f"{API}/payees", said))
    _prove(one, details["id"], one, other)
    approval = {"details_id": details["id"], "called_back": "Étude de Me Inventé, annuaire"} | PROOF
    return _both(one, other, "bank-details-approvals", approval)


def _hold(scene: Scene) -> Tried:
    one, other = scene.finance(), scene.finance()
    said = {"operator_id": scene.county.venue_operator(), "cause": "seizure", "note": "SATD"}
    hold = _said(one.post(f"{API}/payment-holds", said))
    lifting = {"hold_id": hold["id"], "reason": "Mainlevée reçue"}
    return _both(one, other, "payment-hold-liftings", lifting)


def _run(scene: Scene) -> Tried:
    till = opened(scene.town)
    run = _said(till.freeze())
    return Tried(till.approve(run, by=till.clerk), till.approve(run))


def _redemption(scene: Scene) -> Tried:
    town = scene.town
    town.open_campaign()
    [booklet], sender = town.world.active(), town.operator
    papers = {"series": SERIES, "site_id": str(town.desk.site.id), "booklets": [booklet]}
    sent = _said(sender.post(f"{API}/allocations", papers))
    _said(town.worker.post(f"{API}/receipts", {"allocation_id": sent["id"], "counted": 1}))
    _said(town.worker.post(f"{API}/handovers", papers))
    _move_to_a_counter(scene, sender)
    return _both(sender, town.clerk, "redemptions", town.basket(serials_of(booklet)[:1]))


def _move_to_a_counter(scene: Scene, sender: Caller) -> None:
    # An account never changes role in the service: only the database's owner could have this done.
    engine = create_engine(scene.owner_url)
    with engine.begin() as owner:
        moved = text("UPDATE service_user SET role = 'venue', organisation_id = :home WHERE id = :id")
        home = scene.town.shop.clerk.organisation_id
        assert owner.execute(moved, {"home": home, "id": sender.user_id}).rowcount == 1
    engine.dispose()


def _write_off(scene: Scene) -> Tried:
    till = opened(scene.town)
    _said(till.freeze())
    [taken, *_] = till.clerk.get(f"{API}/redemptions").get_json()["items"]
    _said(till.clerk.post(f"{API}/reversals", {"redemption_id": taken["id"], "cause": "other-error"}))
    named = {"series": SERIES, "operator_id": str(scene.town.shop.clerk.organisation_id)}
    said = named | {"act": "Décision 7", "reason": "Association dissoute"}
    proposal = _said(till.clerk.post(f"{API}/write-off-proposals", said))
    return _both(till.clerk, till.head, "write-offs", {"proposal_id": proposal["id"]})


def _exception(scene: Scene) -> Tried:
    town = scene.town
    town.open_campaign()
    [serial, *_] = serials_of(town.in_hand()[0])
    code, venue_id = town.world.letters(serial), str(town.shop.venue.id)
    late = (today() - timedelta(days=60)).isoformat()
    said = {"venue_id": venue_id, "code": code, "ground": "in-time", "served_on": late}
    contest = _said(town.clerk.post(f"{API}/contested-refusals", said))
    answer = {"contest_id": contest["id"], "answer": "paid", "because": "good-faith", "delivered": SERVED}
    one, other = scene.finance(), scene.finance()
    proposal = _said(one.post(f"{API}/contested-refusal-answers", answer))
    decision = {"proposal_id": proposal["id"], "agreed": True}
    return _both(one, other, "contested-refusal-decisions", decision)


def _refund(scene: Scene) -> Tried:
    scene.town.open_campaign()
    scene.town.world.funds(50_000)
    one, other = scene.finance(), scene.finance()
    said = {"series": SERIES, "source": "unspent", "funder": "metropole", "amount_cents": 30_000}
    refund = _said(one.post(f"{API}/refunds", said | {"reason": "Reliquat"}))
    return _both(one, other, "refund-approvals", {"series": SERIES, "no": refund["no"]})


TRIES: dict[tuple[Duty, Duty], Callable[[Scene], Tried]] = {
    (Duty.CREATE_VENUE, Duty.ACCREDIT_VENUE): _accreditation,
    (Duty.PROPOSE_BANK_DETAILS, Duty.APPROVE_BANK_DETAILS): _bank_details,
    (Duty.PROPOSE_PAYEE, Duty.APPROVE_PAYEE): _payee,
    (Duty.PLACE_HOLD, Duty.LIFT_HOLD): _hold,
    (Duty.PREPARE_RUN, Duty.APPROVE_RUN): _run,
    (Duty.ALLOCATE, Duty.REDEEM): _redemption,
    (Duty.PROPOSE_WRITE_OFF, Duty.APPROVE_WRITE_OFF): _write_off,
    (Duty.PROPOSE_EXCEPTION, Duty.DECIDE_EXCEPTION): _exception,
    (Duty.PREPARE_REFUND, Duty.APPROVE_REFUND): _refund,
}


@pytest.fixture
def scene(empty_town: Town, county: County, owner_url: str) -> Scene:
    """Give a place where nothing was done yet."""
    return Scene(empty_town, county, owner_url)


def test_every_pair_of_the_table_is_tried(session: Session) -> None:
    assert set(separation.pairs(session)) == set(TRIES)


@pytest.mark.parametrize("pair", TRIES, ids=lambda pair: f"{pair[0]} and {pair[1]}")
def test_one_person_is_refused_what_two_people_do(scene: Scene, pair: tuple[Duty, Duty]) -> None:
    tried = TRIES[pair](scene)

    assert refused(tried.alone) == (403, "duties-are-incompatible")
    told = tried.alone.get_json()
    assert (told["duty"], told["done"]) == (pair[1], pair[0])
    assert tried.together.status_code in (200, 201), tried.together.text
    attempts = scene.county.someone(Role.AUDITOR).get(f"{API}/refused-duties?why=same-person").get_json()
    [attempt] = attempts["items"]
    assert (attempt["duty"], attempt["done"], attempt["subject"]) == (pair[1], pair[0], told["subject"])


def test_whoever_imports_a_directory_leaves_its_venues_to_a_colleague(scene: Scene) -> None:
    scene.town.open_campaign()
    county = scene.county
    lines = (
        "nom;adresse;code_postal;commune;siret\nLe Pixel Inventé;1 rue;34999;Ville-Fictive;73282932000074\n"
    )
    sent = county.operator.post(f"{API}/venue-imports", data=lines.encode(), content_type="text/csv")
    [line] = _said(sent)["lines"]
    operator_id = county.operator.get(f"{API}/venues/{line['venue_id']}").get_json()["operator_id"]
    known = county.operator.get(f"{API}/venue-operators/{UUID(operator_id)}").get_json()
    form = {"legal_form": "association"}
    county.operator.patch(f"{API}/venue-operators/{operator_id}", form, version=known["version"])
    said = {
        "series": SERIES,
        "venue_id": line["venue_id"],
        "decision": "accredited",
        "reason": "file-complete",
    }

    tried = _both(county.operator, county.colleague, "accreditations", said)

    assert refused(tried.alone) == (403, "duties-are-incompatible")
    assert tried.together.status_code == 201
