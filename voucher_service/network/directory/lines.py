"""Lines: a venue as a directory describes it, or why a line cannot be used."""

from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from voucher_service.network.operators import LegalForm
from voucher_service.network.profile import Flaw, Profile
from voucher_service.network.vocabulary import Coded


class Fault(Coded):
    """What makes a line unusable, beyond the flaws of a venue."""

    MISCOUNTED = (
        "cells-miscounted",
        "La ligne n'a pas le nombre de colonnes de l'en-tête.",
        "The line has not as many cells as the header.",
    )
    CELL_TOO_LONG = ("cell-too-long", "Une cellule est trop longue.", "A cell is too long.")
    NOT_A_RECORD = (
        "not-a-record",
        "L'élément n'est pas une fiche de lieu.",
        "The item is not a record of a venue.",
    )
    EMPTY = ("line-empty", "La ligne est vide.", "The line is empty.")
    BAD_SIRET = ("siret-invalid", "Le SIRET comporte une erreur.", "The SIRET is mistyped.")
    REPEATED_ID = (
        "identifier-repeated",
        "Cet identifiant désigne déjà un autre lieu du fichier.",
        "This identifier already names another venue of the file.",
    )


class Doubt(Coded):
    """What should be looked at, though the line is used."""

    NO_SIRET = (
        "siret-missing",
        "Sans SIRET, le lieu ne peut pas encore être accrédité.",
        "Without a SIRET the venue cannot be accredited yet.",
    )
    NOT_A_SIRET = (
        "pivot-is-not-a-siret",
        "L'identifiant pivot n'est pas un SIRET : il n'est pas repris.",
        "The pivot is not a SIRET: it is left out.",
    )
    OTHER_SIRET = (
        "siret-differs",
        "Un autre SIRET est déjà connu pour ce lieu : il est gardé.",
        "Another SIRET is already known for this venue: it is kept.",
    )
    NO_POSITION = ("position-missing", "Le lieu n'est pas géolocalisé.", "The venue has no position.")
    BAD_POSITION = (
        "position-unusable",
        "La position est illisible ou impossible : elle n'est pas reprise.",
        "The position is unreadable or impossible: it is left out.",
    )
    OTHER_PLACE = (
        "place-differs",
        "L'adresse géocodée n'est pas au même endroit que l'adresse donnée.",
        "The geocoded address is not where the given address is.",
    )
    POSTCODE_PADDED = (
        "postcode-padded",
        "Le zéro initial du code postal a été rétabli.",
        "The postcode's leading zero was put back.",
    )
    BAD_INSEE = (
        "insee-unusable",
        "Le code Insee est incorrect : il n'est pas repris.",
        "The INSEE code is wrong: it is left out.",
    )
    UNKNOWN_SERVICE = ("service-unknown", "Service inconnu : non repris.", "Unknown service: left out.")
    UNKNOWN_CONDITION = (
        "condition-unknown",
        "Condition d'accès inconnue : non reprise.",
        "Unknown condition of access: left out.",
    )
    UNKNOWN_MODALITY = (
        "modality-unknown",
        "Modalité inconnue : non reprise.",
        "Unknown modality: left out.",
    )
    UNKNOWN_WELCOME = (
        "welcome-unknown",
        "Prise en charge inconnue : non reprise.",
        "Unknown kind of welcome: left out.",
    )
    UNKNOWN_LEGAL_FORM = (
        "legal-form-unknown",
        "Forme juridique inconnue : non reprise.",
        "Unknown legal form: left out.",
    )
    BAD_DATE = ("date-unreadable", "Date illisible : non reprise.", "Unreadable date: left out.")
    EDITED_HERE = (
        "edited-here",
        "Le lieu a été modifié dans le service depuis l'import : ce qui y est écrit est gardé.",
        "The venue was edited in the service since its import: what is written there is kept.",
    )


class Problem(NamedTuple):
    """One thing to look at in a line: what, in which column, and the text that was met."""

    code: Flaw | Fault | Doubt
    column: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A venue as one directory describes it; ``announces_pass`` where that says that it takes vouchers."""

    source: str
    source_id: str
    profile: Profile
    siret: str | None = None
    operator_name: str | None = None
    legal_form: LegalForm = LegalForm.UNKNOWN
    announces_pass: bool = False
    updated_on: date | None = None


class Line(NamedTuple):
    """One line of a directory, by its number in the file (a spreadsheet's row; an item's place in JSON)."""

    number: int
    candidate: Candidate | None
    problems: tuple[Problem, ...] = ()


def merged(one: Candidate, other: Candidate) -> Candidate:
    """Put two descriptions of a venue together: the newer speaks, the older fills gaps, lists are joined.

    The result keeps the name in the directory (``source``, ``source_id``) of ``one``.
    """
    newer, older = (other, one) if _day(other) > _day(one) else (one, other)
    return replace(
        newer,
        source=one.source,
        source_id=one.source_id,
        profile=_merged_profile(newer.profile, older.profile),
        siret=one.siret or other.siret,
        operator_name=newer.operator_name or older.operator_name,
        legal_form=older.legal_form if newer.legal_form is LegalForm.UNKNOWN else newer.legal_form,
        announces_pass=newer.announces_pass or older.announces_pass,
        updated_on=newer.updated_on or older.updated_on,
    )


def _merged_profile(newer: Profile, older: Profile) -> Profile:
    position = newer if newer.latitude is not None else older
    return replace(
        newer,
        address_complement=newer.address_complement or older.address_complement,
        insee=newer.insee or older.insee,
        latitude=position.latitude,
        longitude=position.longitude,
        services=tuple(dict.fromkeys(newer.services + older.services)),
        conditions=tuple(dict.fromkeys(newer.conditions + older.conditions)),
        modalities=tuple(dict.fromkeys(newer.modalities + older.modalities)),
        welcomes=tuple(dict.fromkeys(newer.welcomes + older.welcomes)),
        accessibility_url=newer.accessibility_url or older.accessibility_url,
        opening_hours=newer.opening_hours or older.opening_hours,
        website=newer.website or older.website,
        phone=newer.phone or older.phone,
    )


def _day(candidate: Candidate) -> date:
    return candidate.updated_on or date.min
