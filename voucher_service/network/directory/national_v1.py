"""National standard v1.0.2 (2024): CSV, several values in a cell separated by ``|``; nine services.

It has no field for the Pass numérique any more: what a venue accepts is this service's own accreditation.
"""

from voucher_service.network.directory import national
from voucher_service.network.directory.lines import Line
from voucher_service.network.directory.rows import Row, titles_of
from voucher_service.network.vocabulary import Condition, Modality, Service, Welcome

ONLY_HERE = frozenset(
    {
        "courriels",
        "itinerance",
        "publics_specifiquement_adresses",
        "prise_en_charge_specifique",
        "frais_a_charge",
        "dispositif_programmes_nationaux",
        "formations_labels",
        "autres_formations_labels",
        "modalites_acces",
        "fiche_acces_libre",
    }
)
"""Columns that v0.1 had not."""

_VERSION = national.Version(
    separator="|",
    services=titles_of(Service),
    conditions=titles_of(Condition),
    condition_columns=("frais_a_charge", "modalites_acces"),
    modalities=titles_of(Modality),
    welcomes=titles_of(Welcome),
    welcome_column="prise_en_charge_specifique",
    accessibility_column="fiche_acces_libre",
)


def read(number: int, row: Row) -> Line:
    """Read one line of version 1.0.2."""
    return row.line(number, national.candidate(row, _VERSION, announces_pass=False))
