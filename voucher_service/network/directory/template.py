"""Our own template: a CSV that a person fills in a spreadsheet, with ``;`` or ``,`` between the cells.

One venue a line. Required: ``nom``, ``adresse``, ``code_postal``, ``commune``. Several values in one cell are
separated by ``|``, each written as its code or as its French title. ``identifiant`` is any name that stays
the same from one file to the next; without it a venue is known by its name and address. A line that names a
known venue and adds its ``siret`` gives it its operator: so is a directory without SIRET completed.
"""

from voucher_service.network.directory.lines import Candidate, Doubt, Fault, Line
from voucher_service.network.directory.rows import Row, titles_of
from voucher_service.network.operators import LegalForm
from voucher_service.network.profile import Profile
from voucher_service.network.spelling import plain
from voucher_service.network.vocabulary import Condition, Modality, Service, Welcome

COLUMNS = (
    "identifiant",
    "siret",
    "exploitant",
    "forme_juridique",
    "nom",
    "adresse",
    "complement_adresse",
    "code_postal",
    "commune",
    "code_insee",
    "latitude",
    "longitude",
    "services",
    "conditions_acces",
    "modalites_accompagnement",
    "prise_en_charge_specifique",
    "fiche_acces_libre",
    "horaires",
    "site_web",
    "telephone",
    "accepte_pass",
    "source",
    "date_maj",
)
REQUIRED = frozenset({"nom", "adresse", "code_postal", "commune"})

_SOURCE = "template"
_SERVICES = titles_of(Service)
_CONDITIONS = titles_of(Condition)
_MODALITIES = titles_of(Modality)
_WELCOMES = titles_of(Welcome)
_LEGAL_FORMS = {
    "": LegalForm.UNKNOWN,
    "public": LegalForm.PUBLIC,
    "organisme public": LegalForm.PUBLIC,
    "association": LegalForm.ASSOCIATION,
    "entreprise": LegalForm.COMPANY,
    "societe": LegalForm.COMPANY,
    "company": LegalForm.COMPANY,
    "cooperative": LegalForm.COOPERATIVE,
}


def read(number: int, row: Row) -> Line:
    """Read one line of the template; a mistyped SIRET or legal code is the writer's to correct."""
    latitude, longitude = row.position("latitude", "longitude")
    profile = Profile(
        name=row.text("nom"),
        address=row.text("adresse"),
        address_complement=row.optional("complement_adresse"),
        postcode=row.postcode("code_postal"),
        commune=row.text("commune"),
        insee=row.optional("code_insee"),
        latitude=latitude,
        longitude=longitude,
        services=row.codes("services", "|", _SERVICES, Doubt.UNKNOWN_SERVICE),
        conditions=row.codes("conditions_acces", "|", _CONDITIONS, Doubt.UNKNOWN_CONDITION),
        modalities=row.codes("modalites_accompagnement", "|", _MODALITIES, Doubt.UNKNOWN_MODALITY),
        welcomes=row.codes("prise_en_charge_specifique", "|", _WELCOMES, Doubt.UNKNOWN_WELCOME),
        accessibility_url=row.optional("fiche_acces_libre"),
        opening_hours=row.optional("horaires"),
        website=row.optional("site_web"),
        phone=row.optional("telephone"),
    )
    candidate = Candidate(
        source=row.text("source") or _SOURCE,
        source_id=row.text("identifiant"),
        profile=profile,
        siret=row.siret("siret", wrong=Fault.BAD_SIRET),
        operator_name=row.optional("exploitant"),
        legal_form=_legal_form(row),
        announces_pass=row.yes("accepte_pass"),
        updated_on=row.day("date_maj"),
    )
    return row.line(number, candidate)


def _legal_form(row: Row) -> LegalForm:
    written = plain(row.text("forme_juridique"))
    if written not in _LEGAL_FORMS:
        row.note(Doubt.UNKNOWN_LEGAL_FORM, "forme_juridique", written)
    return _LEGAL_FORMS.get(written, LegalForm.UNKNOWN)
