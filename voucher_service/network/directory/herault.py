"""Hérault: the directory of the département's venues, as extracted from RhinOcc's and geocoded (2022).

It has no SIRET. Codes are joined by ``-``, conditions by ``;`` with prices and appointments mixed, dates are
months (``juil-22``), and ``adresse`` was geocoded into the ``BAN_`` columns, sometimes elsewhere. What the
mediation codes mean is not published: what stands below is our reading, and an unknown code is noted.
"""

from typing import NamedTuple

from voucher_service.network.directory.lines import Candidate, Doubt, Line
from voucher_service.network.directory.rows import Row, titles_of
from voucher_service.network.profile import Profile
from voucher_service.network.spelling import commune, plain
from voucher_service.network.vocabulary import Condition, Service

_SOURCE = "rhinocc-herault"
_MEDIATIONS: dict[str, tuple[Service, ...]] = {
    "accda": (Service.PROCEDURES,),
    "accds": (Service.PROCEDURES,),
    "accn": (Service.EVERYDAY_TOOLS,),
    "comp": (Service.EVERYDAY_TOOLS,),
    "sens": (Service.UNDERSTANDING,),
    "ord": (Service.ACCESS,),
    "ordm": (Service.ACCESS,),
    "fl": (Service.LEISURE,),
    "pro": (Service.EMPLOYMENT,),
    "ent": (Service.EMPLOYMENT,),
    "w": (),
    "rep": (),
}
_CONDITIONS = titles_of(Condition)
_WEEK = {"lundi": "Mo", "mardi": "Tu", "mercredi": "We", "jeudi": "Th", "vendredi": "Fr", "samedi": "Sa"}


class Place(NamedTuple):
    """Where a venue is: as geocoded where that agrees with what was given, else without a position."""

    postcode: str
    commune: str
    latitude: float | None
    longitude: float | None


def read(number: int, row: Row) -> Line:
    """Read one line of the directory."""
    place = _place(row)
    profile = Profile(
        name=row.text("nom"),
        address=row.text("adresse"),
        address_complement=row.optional("structure_porteuse"),
        postcode=place.postcode,
        commune=place.commune,
        latitude=place.latitude,
        longitude=place.longitude,
        services=row.codes("codes_types_mediations", "-", _MEDIATIONS, Doubt.UNKNOWN_SERVICE),
        conditions=row.codes("conditions_acces_toutes_actions", ";", _CONDITIONS, Doubt.UNKNOWN_CONDITION),
        opening_hours=_opening_hours(row),
        website=row.optional("site_internet"),
    )
    row.note(Doubt.NO_SIRET)
    candidate = Candidate(
        source=_SOURCE,
        source_id=row.text("n_ref"),
        profile=profile,
        announces_pass="aptic" in plain(row.text("code_label")).split(),
        updated_on=row.day("date_maj"),
    )
    return row.line(number, candidate)


def _place(row: Row) -> Place:
    given, geocoded = row.postcode("code_postal"), row.text("BAN_postcode")
    latitude, longitude = row.position("lat", "lon")
    if geocoded and not _agrees(row):
        row.note(Doubt.OTHER_PLACE, "BAN_adress_full", row.text("BAN_adress_full"))
        return Place(given, row.text("ville"), None, None)
    if geocoded and given[:2] != geocoded[:2]:
        row.note(Doubt.OTHER_PLACE, "code_postal", given)
        given = geocoded
    return Place(given, row.text("BAN_city") or row.text("ville"), latitude, longitude)


def _agrees(row: Row) -> bool:
    same_commune = commune(row.text("BAN_city")) == commune(row.text("ville"))
    return same_commune and row.text("BAN_depcode") == row.text("departement")


def _opening_hours(row: Row) -> str | None:
    """Return the week as it was written, a day a part: it follows no grammar."""
    days = ((short, row.text(column)) for column, short in _WEEK.items())
    return "; ".join(f"{short} {hours}" for short, hours in days if hours) or None
