"""The operator builds the network: who takes part, where booklets are kept, where passes are good."""

import io
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.api.county import SIRET, County
from tests.api.town import SERIES, Town
from tests.bank_accounts import RIB
from tests.network.directory.files import template
from tests.web.browsers import Browser, Sight
from tests.web.conftest import OpenBrowser
from voucher_service.kernel import audit_runs, clock
from voucher_service.kernel.actor import Role
from voucher_service.kernel.database import Database
from voucher_service.network.accreditation import Accreditation
from voucher_service.network.venues import Venue

PLACES = "/reseau/lieux"
ROWS: tuple[dict[str, str], ...] = (
    {"identifiant": "1", "nom": "Espace Un", "siret": SIRET, "exploitant": "Association inventée"},
    {"identifiant": "2", "nom": "Espace Deux"},
    {"identifiant": "3", "nom": "Espace Trois", "code_postal": "trop"},
)


@pytest.fixture
def operator(browser: OpenBrowser) -> Browser:
    return browser(Role.OPERATOR)


def _sent(browser: Browser, content: bytes, name: str = "lieux.csv") -> Sight:
    browser.get(f"{PLACES}/import")
    return browser.submit({"file": (io.BytesIO(content), name)})


def _count(database: Database, table: Any) -> int:
    with database.transaction() as session:
        return int(session.scalar(select(func.count()).select_from(table)) or 0)


def _outcomes(page: Sight) -> list[tuple[str, str]]:
    cells = (row.xpath("./th|./td") for row in page.tree.xpath("//tbody/tr"))
    return [(" ".join(row[1].text_content().split()), row[2].xpath(".//*[@class]")[0].text) for row in cells]


def test_a_prescriber_takes_part_opens_a_site_and_its_people_are_one_step_away(operator: Browser) -> None:
    operator.get("/organisations/nouvelle")
    page = operator.submit({"name": "CCAS inventé", "kind": "prescriber"})
    assert (page.title, "CCAS inventé participe désormais." in page.text) == ("CCAS inventé", True)
    organisation_id = page.response.request.path.rpartition("/")[2]
    assert f"/personnes?organisation={organisation_id}" in page.links().values()

    operator.get(page.links()["Ouvrir un site"])
    page = operator.submit({"name": "Accueil", "commune": "Ville-Fictive", "postcode": "34999"})

    assert page.title == "Accueil"
    assert "Aucun carnet n'a été envoyé à ce site." in page.text


def test_organisations_are_found_by_name_and_by_capacity(operator: Browser, county: County) -> None:
    county.prescriber()
    operator_id = county.venue_operator()

    page = operator.get("/organisations?titre=venue_operator")
    assert len(page.tree.xpath("//tbody/tr")) == 1
    assert len(operator.get(f"/organisations?recherche={SIRET[:9]}").tree.xpath("//tbody/tr")) == 1
    assert "Rien ne correspond" in operator.get("/organisations?recherche=zzz").text
    assert operator.get(f"/organisations/{operator_id}").response.request.path.endswith(operator_id)


def test_what_is_wrong_with_an_organisation_is_said_and_nothing_typed_is_lost(operator: Browser) -> None:
    operator.get("/organisations/nouvelle")
    page = operator.submit(
        {"name": "Association « Pixel »", "siret": "12345678901234", "kind": "venue_operator"}
    )

    assert page.status == 422
    assert page.errors == ["Le SIRET comporte une erreur : ses quatorze chiffres ne concordent pas."]
    assert page.value("name") == "Association « Pixel »"
    assert page.tree.xpath("//*[@id='f-siret']/@aria-invalid") == ["true"]


def test_a_public_body_shows_what_it_lacks_until_it_is_given(operator: Browser, county: County) -> None:
    operator_id = county.venue_operator(legal_form="public")
    here = f"/organisations/exploitants/{operator_id}"
    assert "L'acte de régie de recettes" in operator.get(here).text

    operator.get(f"{here}/encaissement")
    operator.submit({"means": "regie-de-recettes", "reference": "Arrêté 7", "signed_on": "01/03/2026"})
    operator.get(f"{here}/compte")
    paper = {"paper": (io.BytesIO(RIB), "rib.pdf")}
    wrong = operator.submit({"iban": "FR76 1234", "holder": "Trésorerie"} | paper)
    assert wrong.errors == ["L'IBAN comporte une erreur : recopiez-le d'après le RIB."]
    paper = {"paper": (io.BytesIO(RIB), "rib.pdf")}
    operator.submit({"iban": "FR76 3000 1007 9412 3456 7890 185", "holder": "Trésorerie"} | paper)
    assert "Rien ne manque" not in operator.get(here).text
    county.approve_waiting(operator_id)
    page = operator.get(here)

    assert "Rien ne manque" in page.text
    assert "FR76 **** 0185" in page.text
    assert "Régie de recettes, Arrêté 7 (1er mars 2026)" in page.text


def test_finance_reads_an_operator_whole_and_changes_only_where_it_is_paid(
    browser: OpenBrowser, county: County
) -> None:
    here = f"/organisations/exploitants/{county.venue_operator()}"
    finance = browser(Role.FINANCE)

    changes = [address for address in finance.get(here).links().values() if address.startswith(here)]
    assert changes == [f"{here}/{page}" for page in ("compte", "blocage", "beneficiaire", "successeur")]
    assert finance.get(f"{here}/forme").status == 403


@pytest.mark.parametrize(
    "path", ["/organisations", "/organisations/nouvelle", f"{PLACES}/import", f"{PLACES}/nouveau", "/sante"]
)
@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.VENUE, Role.FUNDER, Role.AUDITOR])
def test_whoever_does_not_run_the_scheme_is_refused(role: Role, path: str, browser: OpenBrowser) -> None:
    assert browser(role).get(path).status == 403


def test_a_trial_of_an_import_writes_nothing_and_says_each_line(
    operator: Browser, database: Database
) -> None:
    page = _sent(operator, template(*ROWS))

    assert _outcomes(page) == [
        ("Espace Un", "Nouveau lieu"),
        ("Espace Deux", "Nouveau lieu"),
        ("–", "Ligne inutilisable"),
    ]
    assert "Le code postal doit avoir cinq chiffres." in page.text
    assert "Importer ces 2 lieux" in page.text
    assert _count(database, Venue) == 0


def test_what_is_imported_is_what_the_trial_said(operator: Browser, database: Database) -> None:
    trial = _sent(operator, template(*ROWS))
    promised = [line for line in _outcomes(trial) if line[1] == "Nouveau lieu"]

    page = operator.submit()

    assert "C'est importé : 2 nouveaux lieux, 1 ligne inutilisable." in page.text
    assert _count(database, Venue) == len(promised)
    assert _outcomes(page)[:2] == [("Espace Un", "Rien de nouveau"), ("Espace Deux", "Rien de nouveau")]
    assert "Il n'y a rien à importer" in page.text
    assert "Association inventée" in operator.get(PLACES).text


def test_an_import_is_refused_when_venues_changed_since_its_trial(
    operator: Browser, browser: OpenBrowser, database: Database
) -> None:
    other = browser(Role.OPERATOR)
    _sent(operator, template(*ROWS))
    _sent(other, template(ROWS[0]))
    other.submit()

    page = operator.submit()

    assert page.status == 409
    assert page.errors == ["Des lieux ont changé depuis cet essai : relisez-le, puis importez."]
    assert _count(database, Venue) == 1
    assert "1 nouveau lieu" in operator.submit().text


def test_lines_of_a_trial_are_chosen_by_what_becomes_of_them(operator: Browser) -> None:
    here = _sent(operator, template(*ROWS)).response.request.path

    assert [line[1] for line in _outcomes(operator.get(f"{here}?resultat=refused"))] == ["Ligne inutilisable"]
    assert "Rien ne correspond à votre recherche." in operator.get(f"{here}?resultat=kept").text
    assert operator.get(f"{PLACES}/import/{'0' * 64}").status == 404


def test_a_file_that_cannot_be_read_says_what_to_do(operator: Browser) -> None:
    page = _sent(operator, b"nom,adresse,code_postal,commune,couleur\n")
    assert page.status == 422
    assert page.errors == [
        "Le modèle n'a pas ces colonnes : corrigez leurs noms, pour que rien ne soit perdu."
    ]
    assert "couleur" in page.text
    operator.get(f"{PLACES}/import")
    assert operator.submit().errors == ["Choisissez un fichier."]
    assert (
        operator.client.get(f"{PLACES}/import/modele.csv")
        .get_data(as_text=True)
        .startswith("\ufeffidentifiant;")
    )


def test_venues_are_found_sorted_and_exported(operator: Browser, county: County) -> None:
    county.venue("Zèbre numérique", commune="Agde", postcode="34300")
    county.venue("Atelier", commune="Sète", postcode="34200")

    def names(query: str) -> list[str]:
        return [one.text for one in operator.get(f"{PLACES}?{query}").tree.xpath("//tbody//th//a")]

    assert names("") == ["Atelier", "Zèbre numérique"]
    assert names("tri=commune") == ["Zèbre numérique", "Atelier"]
    assert names("recherche=sete") == ["Atelier"]
    assert names("recherche=34300 zebre") == ["Zèbre numérique"]
    assert names("etat=without-operator&recherche=xyz") == []
    lines = operator.client.get(f"{PLACES}/export.csv?tri=commune").get_data(as_text=True).splitlines()
    assert [line.split(";")[1] for line in lines] == ["Nom", "Zèbre numérique", "Atelier"]


def test_the_next_page_begins_after_the_last_venue(operator: Browser, county: County) -> None:
    for number in range(52):
        county.venue(f"Lieu {number:02}")

    first = operator.get(f"{PLACES}?tri=commune")
    second = operator.get(first.links()["Page suivante"])

    assert [one.text for one in second.tree.xpath("//tbody//th//a")] == ["Lieu 50", "Lieu 51"]
    assert "52 lieux" in first.text


def test_a_venue_is_added_edited_and_a_reader_who_is_late_is_told(
    operator: Browser, browser: OpenBrowser
) -> None:
    operator.get(f"{PLACES}/nouveau")
    wrong = {"name": "Le Pixel", "address": "1 rue", "postcode": "349", "commune": "Agde", "point": "ici"}
    page = operator.submit(wrong)
    assert page.errors == ["Écrivez la latitude puis la longitude, par exemple 43.61, 3.87."]
    assert (page.value("name"), page.value("point")) == ("Le Pixel", "ici")
    page = operator.submit({**wrong, "point": "43,31 3,47"})
    assert "Le code postal doit avoir cinq chiffres." in page.text
    page = operator.submit(
        {**wrong, "postcode": "34300", "point": "43,31 3,47", "opening_hours": "Mo 09:00-12:00"}
    )
    assert page.title == "Le Pixel"
    assert "43.31000, 3.47000" in page.text
    assert "Lundi : de 9 h à midi" in page.text

    edition = f"{page.response.request.path}/modifier"
    late = browser(Role.OPERATOR)
    late.get(edition)
    operator.get(edition)
    assert "06 12 34 56 78" in operator.submit({"phone": "+33612345678"}).text
    page = late.submit({"phone": "+33600000000"})
    assert (page.status, page.value("phone")) == (412, "+33600000000")
    assert page.errors[0].startswith("Quelqu'un a modifié ce lieu")


def test_a_venue_is_entrusted_then_accredited_with_its_reason_and_day(
    operator: Browser, county: County, town: Town
) -> None:
    operator_id = county.venue_operator()
    here = f"{PLACES}/{county.venue()['id']}"
    decision = {"series": SERIES, "decision": "accredited", "reason": "file-complete"}
    operator.get(f"{here}/accreditation")
    page = operator.submit(decision)
    assert page.errors[0].startswith("Personne n'est encore payé pour ce lieu")
    assert page.tree.xpath("//option[@value='file-complete']/@selected")

    operator.get(f"{here}/exploitant?nom={SIRET}")
    assert "L'exploitant est désigné." in operator.submit({"operator_id": operator_id}, form=0).text
    operator.get(f"{here}/accreditation")
    page = operator.submit(decision | {"effective_on": "01/04/2026"})

    assert "C'est décidé : accrédité." in page.text
    assert "Dossier complet" in page.text
    assert "01/04/2026" in page.text


def test_several_venues_are_decided_at_once_or_none(
    operator: Browser, county: County, town: Town, database: Database
) -> None:
    operator_id = county.venue_operator()
    venues = [county.venue(name, operator_id=operator_id)["id"] for name in ("Un", "Deux")]
    orphan = county.venue("Trois")["id"]
    before = _count(database, Accreditation)
    decision = {"decision": "accredited", "reason": "file-complete", "effective_on": "2026-04-01"}
    page = operator.get(
        f"{PLACES}/accreditation?series={SERIES}&lieu={venues[0]}&lieu={venues[1]}&lieu={orphan}"
    )
    assert page.title == "Que décider pour ces 3 lieux ?"

    page = operator.submit(decision)
    assert page.status == 409
    assert page.errors[0].startswith("Rien n'est décidé : certains de ces lieux")
    assert "Trois : son exploitant n'est pas désigné." in page.text
    assert _count(database, Accreditation) == before
    assert page.title == "Que décider pour ces 3 lieux ?"

    operator.get(f"{PLACES}/accreditation?series={SERIES}&lieu={venues[0]}&lieu={venues[1]}")
    page = operator.submit(decision)
    assert "La décision est prise pour 2 lieux." in page.text
    assert _count(database, Accreditation) == before + 2
    accredited = operator.get(f"{PLACES}?campagne={SERIES}&etat=accredited")
    assert {one.text for one in accredited.tree.xpath("//tbody//th//a")} >= {"Un", "Deux"}
    assert "Trois" in operator.get(f"{PLACES}?campagne={SERIES}&etat=undecided").text


def test_nothing_ticked_is_said(operator: Browser) -> None:
    assert operator.get(f"{PLACES}/accreditation").errors == ["Choisissez au moins un lieu."]


def test_booklets_are_sent_to_a_site_and_followed_until_it_counts_them(operator: Browser, town: Town) -> None:
    [number] = town.world.active(1)
    here = f"/organisations/sites/{town.desk.site.id}"
    operator.get(f"{here}/envoi")
    page = operator.submit({"series": SERIES, "lines": "carnet bleu"})
    assert (page.status, page.value("lines")) == (422, "carnet bleu")
    assert page.errors[0].startswith("Ce n'est pas un numéro de carnet")
    page = operator.submit({"series": SERIES, "lines": "999999"})
    assert "Aucun carnet ne porte ce numéro" in page.errors[0]

    asked = operator.submit({"series": SERIES, "lines": number})
    assert "Carnets1 Pass10" in asked.text
    assert "Aucun carnet n'a été envoyé" in operator.get(here).text
    operator.get(f"{here}/envoi")
    operator.submit({"series": SERIES, "lines": number})
    page = operator.submit()
    assert "1 carnet est en route." in page.text
    assert "Le site ne l'a pas encore compté." in page.text
    assert "En route" in operator.get(here).text
    parcel = page.response.request.path

    operator.get(f"{here}/envoi")
    again = operator.submit({"series": SERIES, "lines": number})
    assert "Carnets qui ne sont pas en réserve" in again.text

    caller = town.worker
    answer = caller.post(
        "/api/v1/receipts",
        {"allocation_id": parcel.rpartition("/")[2], "counted": 0, "missing": [number]},
    )
    assert answer.status_code == 201, answer.text
    assert "1 carnet manque" in operator.get(parcel).text
    assert "Compté : 1 manquant" in operator.get(here).text


def test_health_says_what_is_well_and_what_to_do(operator: Browser, database: Database) -> None:
    page = operator.get("/sante")
    assert "Lancez « voucher-service worker »" in page.text
    assert "Les comptes n'ont pas encore été vérifiés." in page.text

    database.run(lambda session: audit_runs.note(session, at=clock.now(), findings=0))
    page = operator.get("/sante")
    row = page.words("//tbody/tr[th[contains(., 'Preuve des comptes')]]")
    assert "En ordre" in row
    assert "Anomalies : 0." in row
    database.run(lambda session: audit_runs.note(session, at=clock.now(), findings=2))
    assert "Ne préparez aucun paiement" in operator.get("/sante").text
