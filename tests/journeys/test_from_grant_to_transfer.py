"""A pass from the grant to the bank transfer, over HTTP, every answer held against the contract."""

import csv
import io
import json
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from threading import Event
from time import monotonic
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from lxml import etree
from sqlalchemy.orm import Session

from tests.api.town import API, SERIES, today
from tests.bank_accounts import RIB
from tests.journeys import contract
from tests.journeys.clients import Answer, Client
from tests.journeys.conftest import Installation
from tests.journeys.crowd import Crowd
from tests.settlement.camt import entry, statement
from tests.settlement.test_sepa import SCHEMA
from tests.world import IBANS, SERVICE, invented_siret
from voucher_service.identity import resets
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel import clock
from voucher_service.kernel.actor import SYSTEM, Actor, Role

PAYER_IBAN = "FR7630001007941234567890185"
PASSPHRASE = "trois girafes lisent Proust"
FUNDED_CENTS = 20_000


@dataclass
class Person:
    """Somebody who asks the service; what it answers is held against its contract."""

    client: Client

    def get(self, path: str, **query: Any) -> Any:
        """Read something."""
        return self._told("GET", f"{API}/{path}{'?' if query else ''}{urlencode(query)}").said

    def document(self, path: str, **query: Any) -> bytes:
        """Read a file."""
        return self._told("GET", f"{API}/{path}{'?' if query else ''}{urlencode(query)}").body

    def does(self, path: str, **said: Any) -> Any:
        """Do something that is expected to be done."""
        answer = self.tries(path, **said)
        assert answer.status in (200, 201, 202), answer.body
        return answer.said

    def tries(self, path: str, **said: Any) -> Answer:
        """Do something that may be refused."""
        return self._told("POST", f"{API}/{path}", json.dumps(said).encode(), "application/json")

    def uploads(self, path: str, content: bytes, content_type: str) -> Any:
        """Send a file."""
        answer = self._told("POST", f"{API}/{path}", content, content_type)
        assert answer.status in (200, 201), answer.body
        return answer.said

    def waits_for(self, job: dict[str, Any]) -> dict[str, Any]:
        """Follow long work to its end."""
        until = monotonic() + 60
        while not job["finished_at"]:
            assert monotonic() < until, job
            Event().wait(0.1)
            job = self.get(f"jobs/{job['id']}")
        return job

    def _told(self, method: str, path: str, body: bytes | None = None, content_type: str = "") -> Answer:
        headers = {"Idempotency-Key": str(uuid4()), "Content-Type": content_type} if body else {}
        answer = self.client.ask(method, path, body, headers)
        assert contract.breach(method, path, answer) is None
        return answer


@dataclass
class Scheme:
    """The people of a scheme: two of the operator's and two of its finance team are there, the others join."""

    crowd: Crowd
    anyone: Person
    operator: Person
    colleague: Person
    finance: Person
    second_finance: Person

    def joins(self, name: str, kind: str, role: str, siret: str | None = None) -> tuple[str, Person]:
        """Found an organisation, enrol a person in it, who chooses a password and signs in."""
        home = self.operator.does("organisations", name=name, kind=kind, siret=siret)["id"]
        email = f"{role}@example.org"
        user = self.operator.does("users", organisation_id=home, email=email, name=name, role=role)
        link = self.operator.does("password-links", user_id=user["id"])
        self.anyone.does("passwords", token=link["token"], password=PASSPHRASE)
        proof = {"grant_type": "password", "email": email, "password": PASSPHRASE}
        token = self.anyone.does("tokens", **proof)["access_token"]
        self.crowd.clients.append(Client(self.crowd.port, token))
        return home, Person(self.crowd.clients[-1])


@pytest.fixture
def scheme(installation: Installation) -> Scheme:
    """Give a scheme where nothing has happened yet."""
    crowd = installation.crowd

    def person(role: Role) -> Person:
        actor = crowd.world.person(role, OrganisationKind.OPERATOR)
        if role is Role.FINANCE:
            crowd.world.do(partial(_chosen, actor=actor))
        return Person(crowd.as_client(actor))

    crowd.clients.append(Client(crowd.port))
    anyone = Person(crowd.clients[-1])
    team = [person(role) for role in (Role.OPERATOR, Role.OPERATOR, Role.FINANCE, Role.FINANCE)]
    return Scheme(crowd, anyone, *team)


def _chosen(session: Session, actor: Actor) -> None:
    at = clock.now()
    token = resets.start_reset(session, user_id=actor.user_id, at=at, by=SYSTEM)
    resets.finish_reset(session, token=token, password=PASSPHRASE, at=at)


def test_a_pass_goes_from_the_grant_to_the_bank_transfer(scheme: Scheme) -> None:
    _fund(scheme)
    _produce(scheme)
    codes = _codes(scheme)
    prescriber, site_id = _hand_over(scheme)
    venue, venue_id = _open_venue(scheme)

    taken = _take(venue, venue_id, codes)
    _mend(scheme, venue, prescriber, taken)
    _pay(scheme)

    _read_everything(scheme, venue, venue_id, prescriber, site_id)
    assert scheme.crowd.findings() == []


def _fund(scheme: Scheme) -> None:
    latest, day = today() + timedelta(days=90), today().isoformat()
    for funder in ("etat", "metropole"):
        scheme.operator.does("funders", code=funder, name=funder.title())
    scheme.operator.does(
        "campaigns",
        series=SERIES,
        name="Campagne fictive",
        legal_basis="convention-de-mandat",
        legal_reference="C-1",
        deliberation="D-1",
        decided_on="2026-01-15",
        money_side="bank",
        use_from=(today() - timedelta(days=30)).isoformat(),
        use_until=latest.isoformat(),
        present_until=latest.isoformat(),
        face_cents=1_000,
        booklet_size=10,
        key=[
            {"funder": "etat", "advanced_parts": 0, "borne_parts": 1, "due_on": "used"},
            {"funder": "metropole", "advanced_parts": 1, "borne_parts": 1, "due_on": "bought"},
        ],
    )
    money = {"series": SERIES, "funder": "metropole", "amount_cents": FUNDED_CENTS}
    scheme.finance.does("pledges", **money, kind="pledge", reference="Convention", dated_on=day)
    scheme.finance.does("deposits", **money, reference="VIR-1", received_on=day)
    scheme.finance.does("paying-accounts", series=SERIES, iban=PAYER_IBAN, holder="Opérateur fictif")


def _produce(scheme: Scheme) -> None:
    job = scheme.operator.waits_for(scheme.operator.does("batches", series=SERIES, booklets=2))
    assert job["state"] == "succeeded"
    mandate = {"mandate_number": "M-1", "mandated_on": today().isoformat()}
    scheme.finance.does("activations", series=SERIES, batch_no=1, **mandate)


def _codes(scheme: Scheme) -> list[str]:
    run = scheme.operator.does("print-runs", series=SERIES, first_booklet=1, last_booklet=2)
    lines = scheme.operator.document(f"print-runs/{run['id']}/codes").decode()
    return [line["code"] for line in csv.DictReader(io.StringIO(lines))]


def _hand_over(scheme: Scheme) -> tuple[Person, str]:
    home, prescriber = scheme.joins("Mission locale fictive", "prescriber", "prescriber")
    scheme.operator.does("prescribers", organisation_id=home)
    site = scheme.operator.does(
        "prescriber-sites", organisation_id=home, name="Accueil", commune="Ville-Fictive", postcode="34999"
    )
    papers = {"series": SERIES, "site_id": site["id"]}
    sent = scheme.operator.does("allocations", **papers, first_booklet=1, last_booklet=2)
    prescriber.does("receipts", allocation_id=sent["id"], counted=2)
    prescribed = prescriber.does("prescriptions", **papers, need="basic-skills", booklets=1)
    prescriber.does("handovers", **papers, booklets=[f"{SERIES}-000001"], prescription_id=prescribed["id"])
    return prescriber, site["id"]


def _open_venue(scheme: Scheme) -> tuple[Person, str]:
    home, venue = scheme.joins("Association fictive", "venue_operator", "venue", invented_siret(77))
    scheme.operator.does("venue-operators", organisation_id=home, legal_form="association")
    _have_paid(scheme, home)
    place = {"address": "1 rue de l'Exemple", "postcode": "34999", "commune": "Ville-Fictive"}
    opened = scheme.operator.does("venues", name="Le Pixel Inventé", **place)
    scheme.operator.does("venue-entrustments", venue_id=opened["id"], operator_id=home)
    scheme.colleague.does(
        "accreditations",
        series=SERIES,
        venue_id=opened["id"],
        decision="accredited",
        reason="file-complete",
        effective_on=(today() - timedelta(days=20)).isoformat(),
    )
    return venue, opened["id"]


def _have_paid(scheme: Scheme, home: str) -> None:
    account = {"operator_id": home, "iban": IBANS[0], "holder": "Association fictive"}
    details = scheme.finance.does("bank-details", **account)
    paper = scheme.finance.uploads(f"bank-details/{details['id']}/evidence", RIB, "application/pdf")
    approval = {"details_id": details["id"], "password": PASSPHRASE}
    assert scheme.finance.tries("bank-details-approvals", **approval).status == 403
    assert (
        scheme.second_finance.tries("bank-details-approvals", **approval).refusal[1] == "evidence-is-unread"
    )
    assert scheme.second_finance.tries("evidence-openings", evidence_id=paper["id"]).body == RIB
    scheme.second_finance.does("bank-details-approvals", **approval)


def _take(venue: Person, venue_id: str, codes: list[str]) -> list[str]:
    service = {"venue_id": venue_id, "service": SERVICE, "minutes": 60, "delivered_by": "employee"}
    shown = venue.does("voucher-lookups", venue_id=venue_id, codes=codes[:4])
    basket = venue.does("redemptions", **service, codes=codes[:4])
    again = venue.tries("redemptions", **service, codes=codes[:1])
    mistyped = venue.tries("redemptions", **service, codes=[codes[5][:-1] + codes[5][0]])

    assert [heap["vouchers"] for heap in shown["heaps"]] == [4]
    assert basket["total_cents"] == 4_000
    assert again.refusal == (409, "voucher-is-spent")
    assert mistyped.refusal[1] == "code-is-mistyped"
    return [item["redemption_id"] for item in basket["items"]]


def _mend(scheme: Scheme, venue: Person, prescriber: Person, taken: list[str]) -> None:
    venue.does("reversals", redemption_id=taken[3], cause="taken-twice")
    prescriber.does("voidings", series=SERIES, reason="lost", serials=[f"{SERIES}-000001-09"])
    replaced = prescriber.does(
        "replacements", series=SERIES, reason="spoiled", serials=[f"{SERIES}-000001-10"]
    )
    assert replaced
    assert scheme.operator.get(f"booklets/{SERIES}-000001")["number"] == f"{SERIES}-000001"


def _pay(scheme: Scheme) -> None:
    run = scheme.finance.does("payment-runs", series=SERIES, cut_off_on=today().isoformat())
    looked_at = {"series": SERIES, "run": run["no"], "content_hash": run["content_hash"]}
    approval = looked_at | {"password": PASSPHRASE}
    assert scheme.finance.tries("payment-run-approvals", **approval).status == 403
    scheme.second_finance.does("payment-run-approvals", **approval)
    assert not scheme.finance.does("payment-run-exports", series=SERIES, run=1)["is_again"]
    order = scheme.finance.document(f"payment-runs/{SERIES}/1/file")
    SCHEMA.assertValid(etree.fromstring(order))
    told = statement(entry("30.00", end_to_end=f"{SERIES}-R1-1"), iban=PAYER_IBAN)
    heard = scheme.finance.uploads(f"bank-statements?series={SERIES}", told, "application/xml")

    assert run["total_cents"] == 3_000
    assert [line["fate"] for line in heard["matched"]] == ["paid"]
    assert scheme.finance.get(f"payment-runs/{SERIES}/1")["state"] == "paid"


def _read_everything(scheme: Scheme, venue: Person, venue_id: str, prescriber: Person, site_id: str) -> None:
    days = {"from_on": (today() - timedelta(days=5)).isoformat(), "until_on": today().isoformat()}
    use = scheme.finance.get("reports/campaign-use", series=SERIES)
    [used] = [row["papers"] for row in use["rows"] if row["step"] == "used"]
    statement_of_venue = venue.document(
        "reports/venue-statement", series=SERIES, venue_id=venue_id, format="pdf", **days
    )
    scheme.finance.get("reports/trial-balance", series=SERIES)
    scheme.operator.get("reports/voucher-history", serial=f"{SERIES}-000001-10")
    for reader, path in (
        (venue, "redemptions"),
        (venue, "serial-requests"),
        (venue, f"venues/{venue_id}"),
        (scheme.anyone, "venues"),
        (prescriber, "handovers"),
        (prescriber, "prescriptions"),
        (prescriber, f"prescriber-sites/{site_id}"),
        (scheme.operator, "allocations"),
        (scheme.operator, "booklets"),
        (scheme.finance, f"campaigns/{SERIES}"),
    ):
        assert reader.get(path)

    assert used == 3
    assert statement_of_venue.startswith(b"%PDF")
