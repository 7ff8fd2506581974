"""National standard v0.1 (2022): JSON, or CSV with ``;``; long labels, and the fields of the Pass numérique.

Version 0.1 had fifteen services, version 1 has nine: the mapping follows the names, an old service answering
to the new one that contains it. ``Accepte le Pass numérique`` was a condition of access, ``APTIC`` a label;
both were dropped in v1, and are kept here as the venue's own announcement, which accredits nobody.
"""

from voucher_service.network.directory import national
from voucher_service.network.directory.lines import Line
from voucher_service.network.directory.rows import Row, titles_of
from voucher_service.network.spelling import plain
from voucher_service.network.vocabulary import Condition, Modality, Service, Welcome

ONLY_HERE = frozenset(
    {
        "publics_accueillis",
        "conditions_acces",
        "labels_nationaux",
        "labels_autres",
        "courriel",
        "accessibilite",
    }
)
"""Columns of v0.1 that v1 renamed or dropped."""

_ACCEPTS = plain("Accepte le Pass numérique")
_SERVICES = {
    "Prendre en main un smartphone ou une tablette": Service.EVERYDAY_TOOLS,
    "Prendre en main un ordinateur": Service.EVERYDAY_TOOLS,
    "Utiliser le numérique au quotidien": Service.EVERYDAY_TOOLS,
    "Approfondir ma culture numérique": Service.UNDERSTANDING,
    "Favoriser mon insertion professionnelle": Service.EMPLOYMENT,
    "Accéder à une connexion internet": Service.ACCESS,
    "Accéder à du matériel": Service.ACCESS,
    "S'équiper en matériel informatique": Service.AFFORDABLE_EQUIPMENT,
    "Créer et développer mon entreprise": Service.EMPLOYMENT,
    "Créer avec le numérique": Service.LEISURE,
    "Accompagner les démarches de santé": Service.PROCEDURES,
    "Promouvoir la citoyenneté numérique": Service.SAFE_USE,
    "Soutenir la parentalité et l'éducation avec le numérique": Service.PARENTING,
    "Devenir autonome dans les démarches administratives": Service.PROCEDURES,
    "Réaliser des démarches administratives avec un accompagnement": Service.PROCEDURES,
}
_MODALITIES = {
    "Seul": Modality.ALONE,
    "Avec de l'aide": Modality.INDIVIDUAL,
    "Dans un atelier": Modality.WORKSHOP,
    "A ma place": Modality.ON_BEHALF,
}
_WELCOMES: dict[str, tuple[Welcome, ...]] = {
    "Surdité": (Welcome.DEAFNESS,),
    "Déficience visuelle": (Welcome.BLINDNESS,),
    "Handicaps moteurs": (Welcome.MOBILITY,),
    "Handicaps mentaux": (Welcome.MENTAL,),
    "Handicaps psychiques": (Welcome.MENTAL,),
    "Personnes en situation d'illettrisme": (Welcome.LITERACY,),
    "Public langues étrangères": (Welcome.OTHER_LANGUAGES,),
    "Adultes": (),
    "Seniors (+ 65 ans)": (),
    "Jeunes (16-26 ans)": (),
    "Familles/enfants": (),
    "Uniquement femmes": (),
}
"""Version 0.1 told ages and needs in one column; ages say nothing of how a venue is equipped."""
_VERSION = national.Version(
    separator=";",
    services={plain(label): (service,) for label, service in _SERVICES.items()},
    conditions=titles_of(Condition) | {_ACCEPTS: ()},
    condition_columns=("conditions_acces",),
    modalities={plain(label): (modality,) for label, modality in _MODALITIES.items()},
    welcomes={plain(label): welcomes for label, welcomes in _WELCOMES.items()},
    welcome_column="publics_accueillis",
    accessibility_column="accessibilite",
)


def read(number: int, row: Row) -> Line:
    """Read one record of version 0.1."""
    return row.line(number, national.candidate(row, _VERSION, announces_pass=_announces_pass(row)))


def _announces_pass(row: Row) -> bool:
    labels = {plain(label) for label in row.text("labels_nationaux").split(";")}
    return "aptic" in labels or _ACCEPTS in plain(row.text("conditions_acces"))
