"""Profile: what is said of a venue, and what makes it unusable."""

import re
from dataclasses import dataclass

from voucher_service.network import spelling
from voucher_service.network.vocabulary import Coded, Condition, Modality, Service, Welcome

LONGEST = 200
"""Characters in a name, an address or a commune; longer ones are always a mistake in the file."""
LONGEST_TEXT = 1_000
"""Characters in opening hours and web addresses."""

_POSTCODE = re.compile(r"[0-9]{5}")
_INSEE = re.compile(r"([013-9]\d|2[AB1-9])\d{3}", re.ASCII)


class Flaw(Coded):
    """What makes a venue unusable: it cannot be found, or could not be written down."""

    NO_NAME = ("name-missing", "Le nom du lieu manque.", "The venue's name is missing.")
    NO_ADDRESS = ("address-missing", "L'adresse du lieu manque.", "The venue's address is missing.")
    NO_COMMUNE = ("commune-missing", "La commune manque.", "The commune is missing.")
    BAD_POSTCODE = (
        "postcode-invalid",
        "Le code postal doit avoir cinq chiffres.",
        "The postcode must have five digits.",
    )
    BAD_INSEE = ("insee-invalid", "Le code Insee est incorrect.", "The INSEE code is wrong.")
    BAD_POSITION = (
        "position-invalid",
        "Latitude et longitude vont ensemble, en degrés.",
        "Latitude and longitude go together, in degrees.",
    )
    TOO_LONG = ("text-too-long", "Un texte est trop long.", "A text is too long.")
    UNPRINTABLE = (
        "text-unprintable",
        "Un texte contient un caractère qui ne s'imprime pas.",
        "A text holds a character that cannot be printed.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is said of a venue: degrees WGS84 for its position, OpenStreetMap form for its opening hours."""

    name: str
    address: str
    postcode: str
    commune: str
    address_complement: str | None = None
    insee: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    services: tuple[Service, ...] = ()
    conditions: tuple[Condition, ...] = ()
    modalities: tuple[Modality, ...] = ()
    welcomes: tuple[Welcome, ...] = ()
    accessibility_url: str | None = None
    opening_hours: str | None = None
    website: str | None = None
    phone: str | None = None

    @property
    def identity(self) -> str:
        """Name and place as they are compared: two venues with the same are one venue."""
        parts = (spelling.plain(self.name), spelling.plain(self.address), self.postcode)
        return "|".join((*parts, spelling.commune(self.commune)))


def flaws(profile: Profile) -> list[Flaw]:
    """Return what makes this profile unusable, in the order of the fields."""
    found = {
        Flaw.NO_NAME: not spelling.plain(profile.name),
        Flaw.NO_ADDRESS: not spelling.plain(profile.address),
        Flaw.BAD_POSTCODE: not _POSTCODE.fullmatch(profile.postcode),
        Flaw.NO_COMMUNE: not spelling.commune(profile.commune),
        Flaw.BAD_INSEE: profile.insee is not None and not _INSEE.fullmatch(profile.insee),
        Flaw.BAD_POSITION: not is_on_earth(profile.latitude, profile.longitude),
        Flaw.TOO_LONG: _is_too_long(profile),
        Flaw.UNPRINTABLE: any(not text.isprintable() for text in _texts(profile)),
    }
    return [flaw for flaw, is_found in found.items() if is_found]


def is_on_earth(latitude: float | None, longitude: float | None) -> bool:
    """Tell whether a position is absent, or whole and possible; infinities and not-a-number are neither."""
    if latitude is None or longitude is None:
        return latitude is longitude
    return -90 <= latitude <= 90 and -180 <= longitude <= 180  # noqa: PLR2004 -- degrees


def _is_too_long(profile: Profile) -> bool:
    short = (profile.name, profile.address, profile.commune, profile.address_complement or "")
    return any(len(text) > LONGEST for text in short) or any(
        len(text) > LONGEST_TEXT for text in _texts(profile)
    )


def _texts(profile: Profile) -> list[str]:
    required = (profile.name, profile.address, profile.postcode, profile.commune)
    optional = (profile.address_complement, profile.opening_hours, profile.website, profile.phone)
    return [*required, *(text for text in (*optional, profile.accessibility_url) if text)]
