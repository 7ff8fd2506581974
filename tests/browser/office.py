"""Office: what happens behind the journeys, through the API: booklets are paid, produced, sent and handed over."""

import csv
import io
import json
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from tests.browser.stage import Stage
from voucher_service.demo.client import Caller, Line
from voucher_service.demo.script import BOOKLET_SIZE, ETAT, FACE_CENTS, METROPOLE
from voucher_service.identity.tokens import Authority
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.keys import Keyring

_AUDIENCE = "voucher-service"
_STOCK = 16


@dataclass(frozen=True)
class Paper:
    """A booklet: the number of its cover, and the codes printed in it."""

    number: str
    codes: tuple[str, ...]


@dataclass
class Office:
    """Programs that act for the invented people, with tokens that the stage's own keys sign."""

    stage: Stage
    _cupboard: list[Paper] = field(default_factory=list)

    @cached_property
    def series(self) -> str:
        """Name the campaign that is under way."""
        return f"FICTIF-{clock.civil_date(clock.now()).year}"

    @cached_property
    def line(self) -> Line:
        """Give the way to the service."""
        address = urlsplit(self.stage.base)
        return Line(address.hostname or "", address.port or 0)

    def caller(self, role: Role, number: int = 0) -> Caller:
        """Let a program act for the first person of this role, or for a later one."""
        known = json.loads((self.stage.folder / "accounts.json").read_text("utf-8"))
        people = [one for one in known if one["role"] == role.value]
        authority = Authority(issuer=self.stage.base, audience=_AUDIENCE)
        key = Keyring(self.stage.folder / "keys", may_create=False).signing()[0]
        subject = UUID(people[number]["user_id"])
        token = authority.issue(key, subject=subject, client_id="tests", at=clock.now())
        return Caller(self.line, token)

    def in_cupboard(self) -> Paper:
        """Give a booklet that stands in the first prescriber's cupboard."""
        if not self._cupboard:
            self._cupboard = self._made(_STOCK)
        return self._cupboard.pop(0)

    def in_hand(self) -> Paper:
        """Give a booklet that the first prescriber has handed over."""
        paper = self.in_cupboard()
        self.hand_over(paper.number)
        return paper

    def hand_over(self, number: str) -> None:
        """Record that the first prescriber has handed a booklet over."""
        wanted = {"series": number.rpartition("-")[0], "booklets": [number], "site_id": self._site()}
        answers = {"need": "unknown", "age_band": "unknown"}
        self.caller(Role.PRESCRIBER).post("/handovers", **wanted, answers=answers)

    def send(self, series: str, first: int, last: int) -> None:
        """Send booklets to the first prescriber, who counts them."""
        named = {"first_booklet": first, "last_booklet": last}
        parcel = self.caller(Role.OPERATOR).post("/allocations", series=series, site_id=self._site(), **named)
        counted = last - first + 1
        self.caller(Role.PRESCRIBER).post("/receipts", allocation_id=parcel["id"], counted=counted)

    def accredit(self, series: str) -> None:
        """Accredit the venue at whose counter the first person stands for one more campaign."""
        [known, *_] = self.caller(Role.VENUE).every("/accreditations")
        decision = {"decision": "accredited", "reason": "file-complete", "effective_on": self._ago(0)}
        self.caller(Role.OPERATOR, 1).post(
            "/accreditations", series=series, venue_id=known["venue_id"], **decision
        )

    def codes(self, first: int, last: int) -> list[Paper]:
        """Take the codes of booklets out, as whoever prints elsewhere does."""
        operator = self.caller(Role.OPERATOR)
        wanted = {"series": self.series, "first_booklet": first, "last_booklet": last}
        run = operator.post("/print-runs", **wanted)
        lines = operator.document(f"/print-runs/{run['id']}/codes", accept="text/csv").decode()
        printed: dict[str, list[str]] = {}
        for line in csv.DictReader(io.StringIO(lines)):
            printed.setdefault(line["booklet"], []).append(line["code"])
        return [Paper(number, tuple(codes)) for number, codes in printed.items()]

    def _made(self, booklets: int) -> list[Paper]:
        operator = self.caller(Role.OPERATOR)
        self._pay(booklets)
        batch_no = self._produce(operator, booklets)
        batch = operator.get(f"/campaigns/{self.series}/batches/{batch_no}")
        mandate = {"mandate_number": f"M{batch_no}", "mandated_on": self._ago(1)}
        operator.post("/activations", series=self.series, batch_no=batch_no, **mandate)
        first, last = batch["first_booklet"], batch["last_booklet"]
        self.send(self.series, first, last)
        return self.codes(first, last)

    def _pay(self, booklets: int) -> None:
        finance, cents = self.caller(Role.FINANCE), booklets * BOOKLET_SIZE * FACE_CENTS
        act = {"series": self.series, "reference": f"n° {uuid4()} (fictif)"}
        for funder, promised in ((ETAT, cents // 2), (METROPOLE, cents)):
            finance.post(
                "/pledges",
                **act,
                funder=funder,
                kind="amendment",
                amount_cents=promised,
                dated_on=self._ago(2),
            )
        finance.post("/deposits", **act, funder=METROPOLE, amount_cents=cents, received_on=self._ago(1))

    def _produce(self, operator: Caller, booklets: int) -> int:
        *_, job = operator.wait(operator.post("/batches", series=self.series, booklets=booklets))
        assert job["state"] == "succeeded", job
        return max(int(batch["no"]) for batch in operator.every("/batches", series=self.series))

    def _site(self) -> str:
        [site] = self.caller(Role.PRESCRIBER).every("/prescriber-sites")
        return str(site["id"])

    def _ago(self, days: int) -> str:
        return (clock.civil_date(clock.now()) - timedelta(days=days)).isoformat()
