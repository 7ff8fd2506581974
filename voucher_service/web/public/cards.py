"""Cards: a venue as the public pages show it, in the reader's language, and several of them on a map."""

from collections.abc import Sequence
from dataclasses import dataclass

from voucher_service.kernel import clock
from voucher_service.network import opening_hours, spelling
from voucher_service.network.venue_search import FoundVenue
from voucher_service.network.venues import Venue
from voucher_service.network.vocabulary import Service, Welcome
from voucher_service.paper.letters.letter import spoken
from voucher_service.web.language import language
from voucher_service.web.public import drawing
from voucher_service.web.public.drawing import Drawn, Spot


@dataclass(frozen=True, slots=True)
class Card:
    """A venue as the pages show it, numbered as on the map."""

    no: int
    venue: Venue
    distance_m: int | None
    today: str | None
    hours: list[str]
    phone: str | None

    @property
    def welcomes(self) -> list[str]:
        """Whom it is equipped to receive, in the reader's language."""
        return [Welcome(code).title(language()) for code in self.venue.welcomes]

    @property
    def services(self) -> list[str]:
        """What it helps with, in the reader's language."""
        return [Service(code).title(language()) for code in self.venue.services]


def card(no: int, found: FoundVenue) -> Card:
    """Say a venue to the reader, under its number on the page."""
    venue = found.venue
    on = clock.civil_date(clock.now())
    return Card(
        no=no,
        venue=venue,
        distance_m=found.distance_m,
        today=opening_hours.said_on(venue.opening_hours, on, language()),
        hours=opening_hours.said(venue.opening_hours, language()),
        phone=spoken(venue.phone) if venue.phone else None,
    )


def on_map(cards: Sequence[Card], *, centre: tuple[float, float] | None = None) -> Drawn | None:
    """Draw the venues whose position is known, or nothing where none is."""
    spots = [
        Spot(
            one.no,
            one.venue.name,
            spelling.readable(one.venue.commune),
            one.venue.latitude,
            one.venue.longitude,
        )
        for one in cards
        if one.venue.latitude is not None and one.venue.longitude is not None
    ]
    return drawing.draw(spots, centre=centre)
