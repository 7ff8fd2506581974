"""Communes: the places that people name when they look for a venue, as the known venues spell them.

No gazetteer is kept: a commune is known because a venue is there, and its middle is the middle of its venues.
"""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from voucher_service.network import spelling
from voucher_service.network.profile import is_on_earth
from voucher_service.network.venues import Venue

MOST = 20
"""How many communes one word may mean before it means nothing."""
_SHORTEST = 2
_DEGREES = r"(-?\d{1,3}[.,]\d{1,15})"
_POINT = re.compile(rf"{_DEGREES}[,;]?\s*{_DEGREES}")


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune with venues; degrees WGS84 in the middle of them, absent where none is placed."""

    name: str
    postcode: str
    latitude: float | None
    longitude: float | None
    venues: int

    @property
    def title(self) -> str:
        """Name and first postcode, which together name one commune."""
        return f"{self.name} ({self.postcode})"


def find(session: Session, *, said: str) -> list[Commune]:
    """Return the communes that a name, a postcode, an INSEE code or a ``title`` means, by name.

    A name nobody bears may be the beginning of one: then the communes that begin so.
    """
    name, _, postcode = said.rpartition("(") if said.rstrip().endswith(")") else (said, "", "")
    key, code = spelling.commune(name), "".join(char for char in postcode if char.isalnum())
    named = Venue.commune_key == key
    exact = _read(session, _communes().where(named | _coded(name)))
    if code:
        exact = [one for one in exact if one.postcode == code] or exact
    if exact or len(key) < _SHORTEST:
        return exact
    return _read(session, _communes().where(Venue.commune_key.startswith(key, autoescape=True)))


def point(said: str) -> tuple[float, float] | None:
    """Return the position that was typed, in degrees WGS84 (``43.61, 3.87`` or ``43,61 3,87``), or nothing."""
    numbers = _POINT.fullmatch(said.strip())
    if numbers is None:
        return None
    latitude, longitude = (float(number.replace(",", ".")) for number in numbers.groups())
    return (latitude, longitude) if is_on_earth(latitude, longitude) else None


def _coded(said: str) -> Any:
    code = said.strip().upper()
    return (Venue.postcode == code) | (Venue.insee == code)


def _communes() -> Select[str, str, float | None, float | None, int]:
    # Two départements may have a commune of the same name; INSEE codes are often missing from directories.
    return (
        select(
            func.max(Venue.commune.collate("C")),
            func.min(Venue.postcode),
            func.avg(Venue.latitude),
            func.avg(Venue.longitude),
            func.count(),
        )
        .group_by(Venue.commune_key, func.left(Venue.postcode, 2))
        .order_by(Venue.commune_key, func.min(Venue.postcode))
        .limit(MOST)
    )


def _read(session: Session, wanted: Select[str, str, float | None, float | None, int]) -> list[Commune]:
    return [_commune(row) for row in session.execute(wanted)]


def _commune(row: Row[str, str, float | None, float | None, int]) -> Commune:
    name, postcode, latitude, longitude, venues = row
    return Commune(spelling.readable(name), postcode, latitude, longitude, venues)
