"""Crowd: venues with people at their counters, and vouchers in hand, of a service that is being served."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from tests.journeys.clients import Client
from tests.world import SERVICE, Shop, World, serials_of
from voucher_service.api.context import State
from voucher_service.kernel import clock
from voucher_service.kernel.actor import Actor
from voucher_service.kernel.config import Settings
from voucher_service.kernel.database import Database
from voucher_service.kernel.throttle import Buckets
from voucher_service.reports import findings
from voucher_service.vouchers import code

REDEMPTIONS = "/api/v1/redemptions"


@dataclass
class Crowd:
    """People of a world, as clients of the service that serves it."""

    world: World
    database: Database
    port: int
    public_url: str
    clients: list[Client] = field(default_factory=list)

    def open_campaign(self) -> None:
        """Open a campaign that is good for months to come."""
        latest = clock.civil_date(clock.now()) + timedelta(days=200)
        self.world.campaign(use_until=latest, present_until=latest + timedelta(days=31))

    def as_client(self, actor: Actor) -> Client:
        """Sign in a person of the world."""
        settings = Settings(public_url=self.public_url)
        state = State(self.database, self.world.keyring, settings, Buckets(quota=1, window_seconds=1))
        token = state.issue(subject=actor.user_id, client_id="tests", at=clock.now())
        self.clients.append(Client(self.port, token))
        return self.clients[-1]

    def close(self) -> None:
        """Send everybody home."""
        for client in self.clients:
            client.close()

    def codes(self, booklets: int) -> list[str]:
        """Put booklets into people's hands, and read the codes on their papers."""
        serials = [serial for booklet in self.world.in_hand(booklets) for serial in serials_of(booklet)]
        # One batch: its key is derived once, not once a paper.
        with self.database.transaction() as session:
            [batch] = session.scalars(text("SELECT id FROM batch ORDER BY first_booklet DESC LIMIT 1"))
        key = self.world.keyring.batch(batch)
        return [code.derive(key, serial, 1) for serial in serials]

    def shops(self, count: int) -> list[Shop]:
        """Open venues."""
        return [self.world.shop() for _ in range(count)]

    def count(self, table: str) -> int:
        """Count the rows of a table."""
        with self.database.transaction() as session:
            return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())

    def findings(self) -> list[Any]:
        """Prove every promise of the service again."""
        with self.database.snapshot() as session:
            return findings.findings(session)


def basket(shop: Shop, codes: Sequence[str], **said: Any) -> dict[str, Any]:
    """Write what a venue sends to take vouchers."""
    service = {"service": SERVICE, "minutes": 60, "delivered_by": "employee"}
    return {"venue_id": str(shop.venue.id), "codes": list(codes)} | service | said
