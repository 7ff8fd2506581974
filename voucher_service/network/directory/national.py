"""National standard: what its two versions have in common (LaMednum/standard-mediation-num)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voucher_service.network.directory.lines import Candidate, Doubt
from voucher_service.network.directory.rows import Row
from voucher_service.network.profile import Profile
from voucher_service.network.vocabulary import Condition, Modality, Service, Welcome

_INSEE = re.compile(r"([013-9]\d|2[AB1-9])\d{3}", re.ASCII)
_SOURCE = "national"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """How one version of the standard writes its lists."""

    separator: str
    services: Mapping[str, Sequence[Service]]
    conditions: Mapping[str, Sequence[Condition]]
    condition_columns: tuple[str, ...]
    modalities: Mapping[str, Sequence[Modality]]
    welcomes: Mapping[str, Sequence[Welcome]]
    welcome_column: str
    accessibility_column: str


def candidate(row: Row, version: Version, *, announces_pass: bool) -> Candidate:
    """Return the venue of a line; a pivot that is not a SIRET (RNA, RIDET, the dummy of zeros) is noted."""
    return Candidate(
        source=row.text("source") or _SOURCE,
        source_id=row.text("id"),
        profile=_profile(row, version),
        siret=row.siret("pivot", wrong=Doubt.NOT_A_SIRET),
        operator_name=row.optional("structure_parente"),
        announces_pass=announces_pass,
        updated_on=row.day("date_maj"),
    )


def _profile(row: Row, version: Version) -> Profile:
    latitude, longitude = row.position("latitude", "longitude")
    conditions = [
        condition
        for column in version.condition_columns
        for condition in row.codes(column, version.separator, version.conditions, Doubt.UNKNOWN_CONDITION)
    ]
    return Profile(
        name=row.text("nom"),
        address=row.text("adresse"),
        address_complement=row.optional("complement_adresse"),
        postcode=row.postcode("code_postal"),
        commune=row.text("commune"),
        insee=_insee(row),
        latitude=latitude,
        longitude=longitude,
        services=row.codes("services", version.separator, version.services, Doubt.UNKNOWN_SERVICE),
        conditions=tuple(dict.fromkeys(conditions)),
        modalities=row.codes(
            "modalites_accompagnement", version.separator, version.modalities, Doubt.UNKNOWN_MODALITY
        ),
        welcomes=row.codes(
            version.welcome_column, version.separator, version.welcomes, Doubt.UNKNOWN_WELCOME
        ),
        accessibility_url=row.optional(version.accessibility_column),
        opening_hours=row.optional("horaires"),
        website=row.optional("site_web"),
        phone=row.optional("telephone"),
    )


def _insee(row: Row) -> str | None:
    text = row.text("code_insee")
    if not text or _INSEE.fullmatch(text):
        return text or None
    row.note(Doubt.BAD_INSEE, "code_insee", text)
    return None
