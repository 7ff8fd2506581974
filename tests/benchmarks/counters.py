"""Counters: a town of sixty venues with people at their counters, and vouchers waiting to be taken there."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import count, cycle, islice
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import Engine, make_url, text

from tests import databases, world
from tests.api import callers
from tests.benchmarks import room
from tests.benchmarks.load import Request
from tests.world import World
from voucher_service import schema
from voucher_service.api.context import State
from voucher_service.app import open_app
from voucher_service.funding.campaigns import Campaign
from voucher_service.kernel.config import Settings
from voucher_service.vouchers import code, production

VENUES = 60
PATH = "/api/v1/redemptions"
_FOR_EVER = date(2099, 12, 31)
_LOT = 10_000
_SEED = 20_260_615


@dataclass
class Counters:
    """The service's own books after the town has opened, and what its counters can still send."""

    app: Flask
    state: State
    owner: Engine
    shops: list[world.Shop]
    letters: Iterator[str]
    order: random.Random = field(default_factory=lambda: random.Random(_SEED))  # noqa: S311 -- an order, not a secret
    keys: Iterator[str] = field(default_factory=lambda: map(f"{uuid4().hex}-{{}}".format, count()))

    def baskets(self, many: int, *, of: int = 1, venues: int = VENUES) -> list[Request]:
        """Prepare baskets of vouchers that nobody has taken yet, at each venue in turn; tokens are fresh."""
        letters = list(islice(self.letters, many * of))
        if of == 1:
            # People come in no order; a basket is whole booklets.
            self.order.shuffle(letters)
        clerks = [(shop.venue.id, self._token(shop)) for shop in self.shops[:venues]]
        return [
            Request(token, next(self.keys), _said(venue_id, letters[place * of : (place + 1) * of]))
            for place, (venue_id, token) in zip(range(many), cycle(clerks), strict=False)
        ]

    def taken(self) -> int:
        """Count the vouchers that were taken so far."""
        with self.owner.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM redemption")).scalar_one())

    def _token(self, shop: world.Shop) -> str:
        clerk = shop.clerk
        return callers.sign_in(self.app, clerk.user_id, clerk.organisation_id).token or ""


@contextmanager
def new_books() -> Iterator[tuple[Flask, State, Engine]]:
    """Give the service's own database, anew, as the service sees it and as its owner does; it stays at the end."""
    settings = Settings(var_dir=room.HOME, keys_dir=room.HOME / "keys", log_level="WARNING")
    with room.cluster() as server:
        url = schema.embedded_url(settings)
        databases.drop(server, make_url(url).database or "")
        app = open_app(settings)
        state: State = app.extensions["voucher_service"]
        with room.owner_of(url) as owner:
            yield app, state, owner
        state.database.engine.dispose()


@contextmanager
def opened(*, vouchers: int) -> Iterator[Counters]:
    """Open the town in the service's own database, anew, with so many vouchers in people's hands."""
    with new_books() as (app, state, owner):
        given = world.in_database(state.database, state.keys)
        campaign = given.campaign(use_until=_FOR_EVER, present_until=_FOR_EVER)
        shops = [given.shop() for _ in range(VENUES)]
        _hand_out(given, campaign, vouchers)
        room.settle(owner)
        yield Counters(app, state, owner, shops, _letters(given, campaign))


def _hand_out(given: World, campaign: Campaign, vouchers: int) -> None:
    desk = given.desk()
    booklets = -(-vouchers // campaign.booklet_size)
    for start in range(0, booklets, _LOT):
        given.in_hand(min(_LOT, booklets - start), desk)


def _letters(given: World, campaign: Campaign) -> Iterator[str]:
    for batch in given.do(lambda s: production.search(s, series=campaign.series)):
        key = given.keyring.batch(batch.id)
        yield from (code.derive(key, serial, 1) for serial in production.serials(campaign, batch))


def _said(venue_id: UUID, letters: list[str]) -> bytes:
    said = {
        "venue_id": str(venue_id),
        "codes": letters,
        "service": world.SERVICE,
        "minutes": 60,
        "delivered_by": "employee",
    }
    return json.dumps(said).encode()
