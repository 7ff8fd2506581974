"""A town whose people act through the API, on a world that was built with the domain's verbs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.api.callers import Caller, enrol, sign_in
from tests.world import SERVICE, Desk, Shop, World
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Database

API = "/api/v1"
SERIES = "PN-2026"


def today() -> date:
    """Read the date at the counter."""
    return clock.civil_date(clock.now())


@dataclass
class Town:
    """People of every role, and the objects that tests act on."""

    world: World
    app: Flask
    database: Database
    _desks: list[Desk] = field(default_factory=list)

    def someone(self, role: Role) -> Caller:
        """Enrol someone in an organisation of his own."""
        return enrol(self.app, self.database, role)

    def as_caller(self, actor: Actor) -> Caller:
        """Sign in a person of the world."""
        return sign_in(self.app, actor.user_id, actor.organisation_id)

    @cached_property
    def operator(self) -> Caller:
        """Someone who runs the scheme."""
        return self.someone(Role.OPERATOR)

    @cached_property
    def finance(self) -> Caller:
        """Someone who pays."""
        return self.someone(Role.FINANCE)

    @cached_property
    def auditor(self) -> Caller:
        """Someone who reads everything and changes nothing."""
        return self.someone(Role.AUDITOR)

    @cached_property
    def desk(self) -> Desk:
        """A prescriber's site."""
        return self.world.desk()

    @cached_property
    def worker(self) -> Caller:
        """The social worker of that site."""
        return self.as_caller(self.desk.worker)

    @cached_property
    def other_worker(self) -> Caller:
        """A social worker of another prescriber."""
        return self.as_caller(self.world.desk().worker)

    @cached_property
    def shop(self) -> Shop:
        """A venue, accredited."""
        return self.world.shop()

    @cached_property
    def clerk(self) -> Caller:
        """The person at its counter."""
        return self.as_caller(self.shop.clerk)

    @cached_property
    def other_clerk(self) -> Caller:
        """The person at the counter of another operator's venue."""
        return self.as_caller(self.world.shop().clerk)

    def open_campaign(self, **terms: Any) -> None:
        """Open the campaign, good for months to come."""
        latest = today() + timedelta(days=200)
        self.world.campaign(**{"use_until": latest, "present_until": latest + timedelta(days=31)} | terms)

    def in_hand(self, booklets: int = 1) -> list[str]:
        """Put booklets of the site into somebody's hands."""
        return self.world.in_hand(booklets, self.desk)

    def codes(self, serials: Sequence[str]) -> list[str]:
        """Read the codes on papers."""
        return [self.world.letters(serial) for serial in serials]

    def basket(self, serials: Sequence[str], **said: Any) -> dict[str, Any]:
        """Write what a venue sends to take vouchers."""
        service = {"service": SERVICE, "minutes": 60, "delivered_by": "employee"}
        return {"venue_id": str(self.shop.venue.id), "codes": self.codes(serials)} | service | said

    def redeem(self, serials: Sequence[str], *, key: str | None = None, **said: Any) -> TestResponse:
        """Take vouchers at the venue."""
        return self.clerk.post(f"{API}/redemptions", self.basket(serials, **said), key=key)


def refused(answer: TestResponse) -> tuple[int, str]:
    """Return the status and the code of a refusal."""
    return answer.status_code, answer.get_json()["code"]
