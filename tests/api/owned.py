"""Owned: a town where each object belongs to somebody, who has a peer of his own role elsewhere."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.api.callers import Caller, enrol
from tests.api.town import API, SERIES, Town
from tests.world import IBANS, SERVICE, serials_of
from voucher_service.kernel import clock, jobs
from voucher_service.kernel.actor import Actor, Role

_SERVED = {"service": SERVICE, "minutes": 60, "delivered_by": "employee"}


class Owned:
    """The objects of one prescriber, one venue operator and one funder, and requests that name them."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.pairs = {Role.FUNDER: (self._funder("metropole"), self._funder("region"))}
        town.open_campaign()
        desk, shop = town.desk, town.shop
        for role, own, peer in (
            (Role.PRESCRIBER, desk.worker, town.world.desk().worker),
            (Role.VENUE, shop.clerk, town.world.shop().clerk),
        ):
            self.pairs[role] = (
                self._referent(role, own.organisation_id),
                self._referent(role, peer.organisation_id),
            )
        self.objects = self._papers() | self._takings() | {"series": SERIES, "funder": "metropole"}
        self.objects |= {"no": self._number()}

    def path(self, role: Role) -> dict[str, Any]:
        """Return what a path or a query may name."""
        taken = {"serial": self.objects["taken"]} if role is Role.VENUE else {}
        return self.objects | self._staff(role) | taken

    def said(self, role: Role) -> dict[str, dict[str, Any]]:
        """Return, for each act, a body that names an object of the role's owner."""
        one, staff = self.objects, self._staff(role)
        papers = {"series": SERIES, "site_id": one["site_id"]}
        organisation = {"organisation_id": staff["organisation_id"], "name": "Someone", "role": role}
        return {
            "account-locks": {"account_id": staff["user_id"]},
            "account-unlocks": {"account_id": staff["user_id"]},
            "bank-details": {
                "operator_id": one["operator_id"],
                "iban": IBANS[1],
                "holder": "Association fictive",
            },
            "bank-details-withdrawals": {"details_id": one["details_id"], "reason": "Erreur"},
            "clients": organisation,
            "contested-refusals": {
                "venue_id": one["venue_id"],
                "code": one["paid_code"],
                "ground": "paper-in-hand",
            },
            "found-booklets": papers | {"booklet": one["missing"]},
            "given-back-booklets": papers | {"booklet": one["number"]},
            "handover-corrections": {"handover_id": one["handover_id"], "answers": {"need": "basic-skills"}},
            "handover-erasures": {"handover_id": one["handover_id"]},
            "handover-undoings": {"handover_id": one["handover_id"]},
            "handovers": papers | {"booklets": [one["stock"]]},
            "joint-statement-answers": {"series": SERIES, "no": one["no"], "agreed": True},
            "lost-booklets": papers | {"booklet": one["lost"], "new_booklet": one["spare"]},
            "mediators": {"operator_id": one["operator_id"], "label": "Poste A", "standing": "employee"},
            "password-links": {"user_id": staff["user_id"]},
            "prescriptions": papers | {"need": "basic-skills", "booklets": 1},
            "receipts": {"allocation_id": one["allocation_id"], "counted": 1},
            "redemptions": {"venue_id": one["venue_id"], "codes": one["codes"], **_SERVED},
            "replacement-prints": {"replacement_id": one["replacement_id"]},
            "replacements": {"series": SERIES, "reason": "lost", "serials": [one["serial"]]},
            "returns": papers | {"booklets": [one["stock"]]},
            "reversals": {"redemption_id": one["redemption_id"], "cause": "taken-twice"},
            "second-factor-resets": {"user_id": staff["user_id"]},
            "serial-confirmations": {"request_id": one["request_id"], "confirmed": False},
            "serial-requests": {
                "venue_id": one["venue_id"],
                "series": SERIES,
                "serial": one["serial"],
                **_SERVED,
            },
            "stock-counts": papers | {"booklets": [one["stock"], one["number"]]},
            "users": organisation | {"email": f"personne.nouvelle.{role}@example.org"},
            "validity-signatures": {"series": SERIES, "milestone": "commitment"},
            "voidings": {"series": SERIES, "reason": "lost", "serials": [one["serial"]]},
            "voucher-lookups": {"venue_id": one["venue_id"], "codes": one["codes"]},
        }

    def _staff(self, role: Role) -> dict[str, Any]:
        # Somebody of the owner's own, and long work that the owner asked for.
        owner, _ = self.pairs[role]
        assert owner.organisation_id
        assert owner.user_id
        colleague = enrol(self.town.app, self.town.database, role, organisation_id=owner.organisation_id)
        by = Actor(owner.user_id, owner.organisation_id, role)
        job = self.town.world.do(lambda s: jobs.enqueue(s, kind="none", params={}, at=clock.now(), by=by))
        return {
            "organisation_id": str(owner.organisation_id),
            "user_id": str(colleague.user_id),
            "job_id": str(job.id),
        }

    def _papers(self) -> dict[str, Any]:
        town, site_id = self.town, str(self.town.desk.site.id)
        [hand], [lost], sent = town.in_hand(), town.in_hand(), town.world.active()
        stock, spare, missing = town.world.active(3)
        town.world.allocate([stock, spare, missing], town.desk)
        papers = {"series": SERIES, "site_id": site_id}
        allocation = town.operator.post(f"{API}/allocations", papers | {"booklets": sent})
        prescription = town.worker.post(
            f"{API}/prescriptions", papers | {"need": "basic-skills", "booklets": 1}
        )
        counted = town.worker.post(f"{API}/stock-counts", papers | {"booklets": [stock, spare]})
        query = f"{API}/handovers?number={hand}"
        owner, _ = self.pairs[Role.PRESCRIBER]
        replaced = owner.post(
            f"{API}/replacements", {"series": SERIES, "reason": "lost", "serials": [serials_of(hand)[4]]}
        )
        [handover] = town.worker.get(query).get_json()["items"]
        return {
            "site_id": site_id,
            "number": hand,
            "stock": stock,
            "lost": lost,
            "spare": spare,
            "missing": missing,
            "shelf": "in-stock",
            "stock_count_id": counted.get_json()["id"],
            "serial": serials_of(hand)[5],
            "codes": town.codes(serials_of(hand)[:1]),
            "handover_id": handover["id"],
            "allocation_id": allocation.get_json()["id"],
            "replacement_id": replaced.get_json()["id"],
            "prescription_id": prescription.get_json()["id"],
        }

    def _takings(self) -> dict[str, Any]:
        town, serials = self.town, serials_of(self.town.in_hand()[0])
        operator_id, venue_id = str(town.shop.clerk.organisation_id), str(town.shop.venue.id)
        payment = self._payment(serials[2:3])
        details = town.operator.post(
            f"{API}/bank-details",
            {"operator_id": operator_id, "iban": IBANS[1], "holder": "Association fictive"},
        )
        taken = town.redeem(serials[:1]).get_json()["items"][0]
        request = town.clerk.post(
            f"{API}/serial-requests",
            {"venue_id": venue_id, "series": SERIES, "serial": serials[1], **_SERVED},
        )
        mediator = town.operator.post(
            f"{API}/mediators", {"operator_id": operator_id, "label": "Poste B", "standing": "employee"}
        )
        return {
            "taken": serials[0],
            "venue_id": venue_id,
            "operator_id": operator_id,
            "redemption_id": taken["redemption_id"],
            "request_id": request.get_json()["id"],
            "mediator_id": mediator.get_json()["id"],
            "details_id": details.get_json()["id"],
            "payment": payment,
            "paid_code": town.codes(serials[2:3])[0],
        }

    def _number(self) -> int:
        """Draw a statement and issue a call: each is the campaign's first."""
        finance, day = self.town.finance, clock.civil_date(clock.now())
        called = {
            "series": SERIES,
            "funder": "etat",
            "basis": "used",
            "until": day.isoformat(),
            "pay_by": (day + timedelta(days=30)).isoformat(),
        }
        numbers = {
            finance.post(f"{API}/joint-statements", {"series": SERIES}).get_json()["no"],
            finance.post(f"{API}/fund-calls", called).get_json()["no"],
        }
        [number] = numbers
        return int(number)

    def _payment(self, serials: list[str]) -> str:
        finance = self.town.finance
        account = {"series": SERIES, "iban": IBANS[1], "holder": "Opérateur fictif"}
        assert finance.post(f"{API}/paying-accounts", account).status_code == 201
        assert self.town.redeem(serials).status_code == 201
        run = finance.post(
            f"{API}/payment-runs", {"series": SERIES, "cut_off_on": clock.civil_date(clock.now()).isoformat()}
        )
        assert run.status_code == 201, run.text
        return f"{SERIES}-R1-1"

    def _funder(self, code: str) -> Caller:
        caller = enrol(self.town.app, self.town.database, Role.FUNDER, is_referent=True)
        body = {"code": code, "name": code.title(), "organisation_id": str(caller.organisation_id)}
        assert self.town.operator.post(f"{API}/funders", body).status_code == 201
        return caller

    def _referent(self, role: Role, organisation_id: UUID) -> Caller:
        return enrol(
            self.town.app, self.town.database, role, organisation_id=organisation_id, is_referent=True
        )
