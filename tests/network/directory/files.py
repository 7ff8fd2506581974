"""Invented directories, in the four formats, with the quirks of the real ones."""

import json
from typing import Any

HERAULT_COLUMNS = [
    *("n_ref", "departement", "ville", "nom", "structure_porteuse", "code_postal", "adresse", "adresse_full"),
    *("site_internet", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "date_maj"),
    *("conditions_acces_toutes_actions", "type_mediation_1", "type_mediation_2", "code_label"),
    *("codes_types_mediations", "lat", "lon", "BAN_adress_full", "BAN_city", "BAN_postcode", "BAN_depcode"),
]
_HERAULT = {
    "n_ref": "Ref_9001",
    "departement": "34",
    "ville": "VILLE-FICTIVE",
    "nom": "Point Inventé",
    "code_postal": "34999",
    "adresse": "1 rue de l'Exemple",
    "date_maj": "juil-22",
    "conditions_acces_toutes_actions": "Gratuit;Payant;Inscription obligatoire;Sur Rendez-Vous",
    "code_label": "TL-APTIC",
    "codes_types_mediations": "ACCDA-ACCDS",
    "lat": "43.61",
    "lon": "3.87",
    "BAN_adress_full": "1 Rue de l'Exemple 34999 Ville-Fictive",
    "BAN_city": "Ville-Fictive",
    "BAN_postcode": "34999",
    "BAN_depcode": "34",
}


def csv_of(columns: list[str], rows: list[dict[str, str]], delimiter: str = ",") -> bytes:
    lines = [columns, *([row.get(column, "") for column in columns] for row in rows)]
    return "\r\n".join(delimiter.join(line) for line in lines).encode()


def herault(*rows: dict[str, str]) -> bytes:
    return csv_of(HERAULT_COLUMNS, [_HERAULT | row for row in rows])


def national_v0(*records: dict[str, Any]) -> bytes:
    whole = {
        "id": "900",
        "nom": "Espace Imaginaire",
        "services": "Prendre en main un ordinateur;Accéder à du matériel",
        "pivot": "00000000000000",
        "commune": "Ville-Fictive",
        "code_postal": "01999",
        "adresse": "2 place de l'Invention",
        "latitude": 46.2,
        "longitude": 5.2,
        "conditions_acces": "Gratuit : Je peux accéder gratuitement au lieu et à ses services",
        "source": "Invention",
        "date_maj": "2022-08-18",
    }
    return json.dumps([whole | record for record in records], ensure_ascii=False).encode()


def template(*rows: dict[str, str], delimiter: str = ";") -> bytes:
    whole = {
        "nom": "Le Pixel Inventé",
        "adresse": "1 rue de l'Exemple",
        "code_postal": "34999",
        "commune": "Ville-Fictive",
    }
    columns = ["identifiant", "siret", "exploitant", "forme_juridique", *whole, "services", "date_maj"]
    return csv_of(columns, [whole | row for row in rows], delimiter)
