"""A county whose network is built through the API alone."""

from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.test import TestResponse

from tests.api.callers import PROOF, Caller, enrol
from tests.api.town import API
from tests.bank_accounts import RIB
from voucher_service.kernel.actor import Role
from voucher_service.kernel.database import Database

SIRET, OTHER_SIRET = "73282932000074", "44306184100047"
IBAN, MASKED_IBAN = "FR76 3000 1007 9412 3456 7890 185", "FR76 **** 0185"

_number = count(1)


@dataclass
class County:
    """People of every role, and the network that they build."""

    app: Flask
    database: Database

    def someone(self, role: Role, organisation_id: str | None = None) -> Caller:
        """Enrol someone, in an organisation of his own unless one is named."""
        home = UUID(organisation_id) if organisation_id else None
        return enrol(self.app, self.database, role, organisation_id=home)

    @cached_property
    def operator(self) -> Caller:
        """Someone who runs the scheme."""
        return self.someone(Role.OPERATOR)

    @cached_property
    def colleague(self) -> Caller:
        """Someone else who runs the scheme: whoever creates a venue does not accredit it."""
        return self.someone(Role.OPERATOR)

    @cached_property
    def finance(self) -> Caller:
        """Someone who pays."""
        return self.someone(Role.FINANCE)

    def founded(self, kind: str, *, siret: str | None = None) -> str:
        """Found an organisation, and return its identifier."""
        body = {"name": f"Organisation inventée {next(_number)}", "siret": siret, "kind": kind}
        return _id(self.operator.post(f"{API}/organisations", body))

    def prescriber(self) -> str:
        """Enrol an organisation that hands booklets out."""
        organisation_id = self.founded("prescriber")
        answer = self.operator.post(f"{API}/prescribers", {"organisation_id": organisation_id})
        assert answer.status_code == 201, answer.text
        return organisation_id

    def site(self, organisation_id: str, name: str = "Accueil") -> dict[str, Any]:
        """Open a site of a prescriber."""
        body = {"organisation_id": organisation_id, "name": name, "commune": "Ville-Fictive"}
        return _made(self.operator.post(f"{API}/prescriber-sites", body))

    def venue_operator(self, *, legal_form: str = "association", siret: str | None = SIRET) -> str:
        """Enrol an organisation that runs venues."""
        organisation_id = self.founded("venue_operator", siret=siret)
        body = {"organisation_id": organisation_id, "legal_form": legal_form}
        answer = self.operator.post(f"{API}/venue-operators", body)
        assert answer.status_code == 201, answer.text
        return organisation_id

    def paid_on(self, operator_id: str, holder: str = "Association Inventée") -> None:
        """Have an operator paid on an account, by two people."""
        body = {"operator_id": operator_id, "iban": IBAN, "holder": holder}
        _made(self.operator.post(f"{API}/bank-details", body))
        self.approve_waiting(operator_id)

    def approve_waiting(self, operator_id: str) -> None:
        """Prove the account that waits for an operator, look at the paper, and approve it."""
        waiting = f"{API}/bank-details?operator_id={operator_id}&is_waiting=true"
        [details] = self.finance.get(waiting).get_json()["items"]
        path, pdf = f"{API}/bank-details/{details['id']}/evidence", "application/pdf"
        _made(self.operator.post(path, data=RIB, content_type=pdf))
        known = self.finance.get(f"{API}/bank-details/{details['id']}").get_json()
        for paper in known["checks"]["papers"]:
            self.finance.post(f"{API}/evidence-openings", {"evidence_id": paper["id"]})
        approval = {"details_id": details["id"], "called_back": "Au numéro de la convention"} | PROOF
        _made(self.finance.post(f"{API}/bank-details-approvals", approval))

    def venue(self, name: str = "Le Pixel Inventé", **said: Any) -> dict[str, Any]:
        """Register a venue."""
        return _made(self.operator.post(f"{API}/venues", described(name, **said)))

    def mediator(self, operator_id: str, standing: str = "state-funded") -> dict[str, Any]:
        """Register who delivers for a venue operator."""
        body = {"operator_id": operator_id, "label": "Poste A", "standing": standing}
        return _made(self.operator.post(f"{API}/mediators", body))


def described(name: str = "Le Pixel Inventé", **said: Any) -> dict[str, Any]:
    """Describe a venue, as a request does."""
    place = {"address": "1 rue de l'Exemple", "postcode": "34999", "commune": "Ville-Fictive"}
    return {"name": name} | place | said


def listed(caller: Caller, path: str) -> list[dict[str, Any]]:
    """Return everything of a list, page after page."""
    rows: list[dict[str, Any]] = []
    while path:
        answer = caller.get(path)
        assert answer.status_code == 200, answer.text
        rows += answer.get_json()["items"]
        path = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    return rows


def _made(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()
    return made


def _id(answer: TestResponse) -> str:
    return str(_made(answer)["id"])
