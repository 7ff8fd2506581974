"""Stationery: what every voucher of a campaign bears alike, its value, its dates, and the campaign's own words."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo as it is printed: a PNG or JPEG, without transparency, and its size in pixels."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Stationery:
    """What the papers of one campaign have in common; ``colour`` is ``#rrggbb``, dark enough to be read on white."""

    series: str
    campaign: str
    face_cents: int
    use_until: date
    text: str = ""
    phone: str = ""
    colour: str = "#17407a"
    logos: tuple[Logo, ...] = ()
