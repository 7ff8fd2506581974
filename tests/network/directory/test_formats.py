"""Each format says what it says of a venue, quirks included. All venues here are invented."""

from datetime import date
from typing import Any

import pytest

from tests.network.conftest import SIRET
from tests.network.directory import files
from voucher_service.network.directory import formats
from voucher_service.network.directory.formats import Format
from voucher_service.network.directory.lines import Candidate, Doubt, Fault, Line
from voucher_service.network.operators import LegalForm
from voucher_service.network.vocabulary import Condition, Modality, Service, Welcome


def _only(file: bytes, expected: Format) -> Line:
    directory = formats.read(file)
    assert directory.format is expected
    (line,) = directory.lines
    return line


def _candidate(file: bytes, expected: Format) -> Candidate:
    line = _only(file, expected)
    assert line.candidate is not None
    return line.candidate


def test_the_herault_directory_mixes_prices_appointments_and_months() -> None:
    venue = _candidate(files.herault({}), Format.HERAULT)

    assert (venue.source, venue.source_id, venue.siret) == ("rhinocc-herault", "Ref_9001", None)
    assert venue.announces_pass
    assert venue.updated_on == date(2022, 7, 1)
    assert venue.profile.services == (Service.PROCEDURES,)
    assert venue.profile.conditions == (
        Condition.FREE,
        Condition.PAYING,
        Condition.REGISTRATION,
        Condition.APPOINTMENT,
    )
    assert (venue.profile.commune, venue.profile.latitude) == ("Ville-Fictive", 43.61)


def test_every_line_of_the_herault_lacks_a_siret_and_says_so() -> None:
    line = _only(files.herault({}), Format.HERAULT)

    assert [problem.code for problem in line.problems] == [Doubt.NO_SIRET]


def test_an_at_sign_in_a_name_is_no_e_mail() -> None:
    venue = _candidate(files.herault({"structure_porteuse": "bâtiment @tome"}), Format.HERAULT)

    assert venue.profile.address_complement == "bâtiment @tome"


@pytest.mark.parametrize("elsewhere", [{"BAN_depcode": "64"}, {"BAN_city": "Autre-Ville"}])
def test_a_venue_geocoded_elsewhere_keeps_its_address_only(
    elsewhere: dict[str, str],
) -> None:
    line = _only(files.herault({"BAN_postcode": "64999"} | elsewhere), Format.HERAULT)

    assert line.candidate is not None
    assert (line.candidate.profile.postcode, line.candidate.profile.latitude) == ("34999", None)
    assert Doubt.OTHER_PLACE in [problem.code for problem in line.problems]


def test_a_postcode_of_another_departement_gives_way_to_the_geocoded_one() -> None:
    line = _only(files.herault({"code_postal": "64999"}), Format.HERAULT)

    assert line.candidate is not None
    assert line.candidate.profile.postcode == "34999"
    assert [problem.code for problem in line.problems] == [Doubt.OTHER_PLACE, Doubt.NO_SIRET]


def test_a_venue_without_position_is_imported_without_one() -> None:
    line = _only(files.herault({"lat": "", "lon": "", "BAN_city": "", "BAN_postcode": ""}), Format.HERAULT)

    assert line.candidate is not None
    assert line.candidate.profile.commune == "VILLE-FICTIVE"
    assert [problem.code for problem in line.problems] == [Doubt.NO_POSITION, Doubt.NO_SIRET]


def test_an_unknown_mediation_code_is_noted() -> None:
    line = _only(files.herault({"codes_types_mediations": "ACCN-XYZ-W"}), Format.HERAULT)

    assert line.candidate is not None
    assert line.candidate.profile.services == (Service.EVERYDAY_TOOLS,)
    assert (Doubt.UNKNOWN_SERVICE, "XYZ") in [(problem.code, problem.text) for problem in line.problems]


def test_opening_hours_by_day_are_kept_as_they_were_written() -> None:
    venue = _candidate(files.herault({"lundi": "9h-12h", "jeudi": "14h - 17h"}), Format.HERAULT)

    assert venue.profile.opening_hours == "Mo 9h-12h; Th 14h - 17h"


PASS = "Accepte le Pass numérique : Il est possible d'utiliser un Pass numérique pour accéder au lieu"


@pytest.mark.parametrize(
    ("said", "announces"),
    [
        ({"conditions_acces": f"Payant : L'accès est payant;{PASS}"}, True),
        ({"labels_nationaux": "CNFS;APTIC"}, True),
        ({"labels_nationaux": "CNFS"}, False),
        ({}, False),
    ],
)
def test_version_0_announces_the_pass_in_two_ways(said: dict[str, Any], announces: bool) -> None:
    line = _only(files.national_v0(said), Format.NATIONAL_V0)

    assert line.candidate is not None
    assert line.candidate.announces_pass is announces
    assert [problem.code for problem in line.problems] == [Doubt.NO_SIRET]


def test_version_0_has_long_labels_and_fifteen_services() -> None:
    services = [
        "Prendre en main un smartphone ou une tablette",
        "Prendre en main un ordinateur",
        "Utiliser le numérique au quotidien",
        "Approfondir ma culture numérique",
        "Favoriser mon insertion professionnelle",
        "Accéder à une connexion internet",
        "Accéder à du matériel",
        "S’équiper en matériel informatique",
        "Créer et développer mon entreprise",
        "Créer avec le numérique",
        "Accompagner les démarches de santé",
        "Promouvoir la citoyenneté numérique",
        "Soutenir la parentalité et l'éducation avec le numérique",
        "Devenir autonome dans les démarches administratives",
        "Réaliser des démarches administratives avec un accompagnement",
    ]
    said = {
        "services": ";".join(services),
        "modalites_accompagnement": "Seul : j'ai accès à du matériel;A ma place : une personne habilitée",
    }

    line = _only(files.national_v0(said), Format.NATIONAL_V0)

    assert line.candidate is not None
    assert set(line.candidate.profile.services) == set(Service)
    assert line.candidate.profile.modalities == (Modality.ALONE, Modality.ON_BEHALF)
    assert [problem.code for problem in line.problems] == [Doubt.NO_SIRET]


def test_version_0_is_also_a_csv() -> None:
    row = {
        "id": "structure-9",
        "pivot": SIRET,
        "nom": "Espace Imaginaire",
        "commune": "Ville-Fictive",
        "code_postal": "34999",
        "adresse": "2 place de l'Invention",
        "services": '"Créer avec le numérique;Accéder à du matériel"',
        "conditions_acces": f'"{PASS}"',
        "date_maj": "2022-11-07",
    }

    venue = _candidate(files.csv_of(list(row), [row], ";"), Format.NATIONAL_V0)

    assert (venue.siret, venue.announces_pass) == (SIRET, True)
    assert venue.profile.services == (Service.LEISURE, Service.ACCESS)


def _version_1(pivot: str, more: dict[str, str] | None = None) -> bytes:
    row = {
        "id": "lieu-1",
        "pivot": pivot,
        "nom": "Espace Imaginaire",
        "commune": "Ville-Fictive",
        "code_postal": "34999",
        "code_insee": "34XXX",
        "adresse": "2 place de l'Invention",
        "services": "Aide aux démarches administratives|Utilisation sécurisée du numérique",
        "frais_a_charge": "Gratuit sous condition|Payant",
        "modalites_acces": "Se présenter|Téléphoner",
        "modalites_accompagnement": "Dans un atelier collectif|À distance",
        "structure_parente": "Commune Imaginaire",
        "date_maj": "2024-04-02",
    } | (more or {})
    return files.csv_of(list(row), [row])


def test_version_1_separates_with_bars() -> None:
    venue = _candidate(_version_1(SIRET), Format.NATIONAL_V1)

    assert (venue.siret, venue.operator_name, venue.announces_pass) == (SIRET, "Commune Imaginaire", False)
    assert venue.profile.services == (Service.PROCEDURES, Service.SAFE_USE)
    assert venue.profile.conditions == (
        Condition.FREE_UNDER_CONDITIONS,
        Condition.PAYING,
        Condition.COME_IN,
        Condition.PHONE,
    )
    assert venue.profile.modalities == (Modality.WORKSHOP, Modality.REMOTE)


def test_version_1_says_whom_the_venue_is_equipped_for() -> None:
    row = {"prise_en_charge_specifique": "Surdité|Langues étrangères (anglais)|Télépathie"}
    row["fiche_acces_libre"] = "https://acceslibre.example.org/lieu-1"

    line = _only(_version_1(SIRET, row), Format.NATIONAL_V1)

    assert line.candidate is not None
    assert line.candidate.profile.welcomes == (Welcome.DEAFNESS, Welcome.ENGLISH)
    assert line.candidate.profile.accessibility_url == "https://acceslibre.example.org/lieu-1"
    assert Doubt.UNKNOWN_WELCOME in [problem.code for problem in line.problems]


def test_version_0_tells_needs_and_ages_in_one_column_and_ages_are_no_doubt() -> None:
    publics = "Adultes;Seniors (+ 65 ans);Surdité;Handicaps mentaux : déficiences limitant les activités"

    line = _only(files.national_v0({"publics_accueillis": publics}), Format.NATIONAL_V0)

    assert line.candidate is not None
    assert line.candidate.profile.welcomes == (Welcome.DEAFNESS, Welcome.MENTAL)
    assert [problem.code for problem in line.problems] == [Doubt.NO_SIRET]


def test_a_pivot_that_is_an_association_number_is_left_out_and_noted() -> None:
    line = _only(_version_1("W343012345"), Format.NATIONAL_V1)

    assert line.candidate is not None
    assert line.candidate.siret is None
    assert {problem.code for problem in line.problems} == {
        Doubt.NOT_A_SIRET,
        Doubt.BAD_INSEE,
        Doubt.NO_POSITION,
    }


def test_the_template_refuses_a_mistyped_siret_and_notes_an_unknown_form() -> None:
    file = files.template(
        {"siret": "73282932000075"},
        {"siret": SIRET, "exploitant": "Société Inventée", "forme_juridique": "Société"},
        {"forme_juridique": "Guilde"},
    )

    wrong, right, odd = formats.read(file).lines

    assert (wrong.number, wrong.candidate) == (2, None)
    assert Fault.BAD_SIRET in [problem.code for problem in wrong.problems]
    assert right.candidate is not None
    assert (right.candidate.legal_form, right.candidate.operator_name) == (
        LegalForm.COMPANY,
        "Société Inventée",
    )
    assert odd.candidate is not None
    assert Doubt.UNKNOWN_LEGAL_FORM in [problem.code for problem in odd.problems]
