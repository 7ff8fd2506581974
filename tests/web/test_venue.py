"""The counter: papers are shown, looked at and taken; what was taken is listed, cancelled, paid, contested."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from tests.api.test_payment_runs import Till, opened
from tests.api.town import Town, today
from tests.settlement.camt import entry
from tests.vouchers.acts import nobody_s_code
from tests.web.browsers import Browser, Sight, sign_in, sign_in_as
from tests.world import SERVICE, World, serials_of
from voucher_service.identity.users import User
from voucher_service.kernel.actor import Actor, Role
from voucher_service.kernel.database import Database
from voucher_service.vouchers.training import CODES, MISTYPED

DESK = "/guichet"
COUNTER = f"{DESK}/encaisser"
TAKE = f"{COUNTER}/valider"
GIVEN = {"service": SERVICE, "minutes": "45", "who": "employee"}
PAGES = [
    "accueil",
    "encaisser",
    "saisie-tardive",
    "encaissements",
    "paiements",
    "releve",
    "demandes",
    "demandes/papier-illisible",
    "demandes/contester",
    "lieux",
    "entrainement",
]


class Counters:
    """The browsers of the people at the counters of a town."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.app, self.database = app, database

    def at(self, actor: Actor) -> Browser:
        """Sign in the person of a counter."""
        user = self.database.run(lambda s: s.get_one(User, actor.user_id))
        return sign_in_as(self.app, self.database, user)


@pytest.fixture
def counters(app: Flask, database: Database) -> Counters:
    """Give a way to sit down at a counter."""
    return Counters(app, database)


@pytest.fixture
def clerk(town: Town, counters: Counters) -> Browser:
    """Give the browser of the person at the town's counter."""
    return counters.at(town.shop.clerk)


@pytest.fixture
def letters(town: Town) -> list[str]:
    """Give the codes of a booklet in somebody's hands."""
    return town.codes(serials_of(town.in_hand()[0]))


def show(clerk: Browser, *codes: str, path: str = COUNTER) -> Sight:
    """Show papers at the counter, one after the other."""
    page = clerk.get(path)
    for code in codes:
        page = press(clerk, "", {"code": code})
    return page


def press(clerk: Browser, path: str, said: dict[str, Any], form: str = "code") -> Sight:
    """Fill in the form that has this field, and press a button of it, perhaps one that acts elsewhere."""
    assert clerk.seen is not None
    shown = next(one for one in clerk.seen.forms if one.xpath(f".//*[@name='{form}']"))
    content: dict[str, Any] = {}
    for name, value in shown.form_values():
        content.setdefault(name, []).append(value)
    return clerk.post(path or shown.get("action"), content | said)


def take(clerk: Browser, **said: Any) -> Sight:
    """Press the button that takes what lies on the counter."""
    return press(clerk, TAKE, GIVEN | said)


def answer(page: Sight) -> str:
    """Read the big answer."""
    return page.words("//*[@id='answer']")


def due(town: Town) -> int:
    """Read what is owed to the town's venue."""
    return town.world.balance(f"venue/{town.shop.venue.no}/due")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_for_a_venue_that_took_nothing_yet(clerk: Browser, page: str) -> None:
    seen = clerk.get(f"{DESK}/{page}")

    assert (seen.status, len(seen.tree.xpath("//h1"))) == (200, 1)


def test_a_paper_is_looked_at_before_it_is_taken(clerk: Browser, letters: list[str], town: Town) -> None:
    shown = show(clerk, f"pn1:{letters[0][:4].lower()} {letters[0][4:]}")
    before = due(town)
    taken = take(clerk)

    assert "10,00 € Campagne fictive" in shown.text
    assert "valable jusqu'au" in shown.text
    assert "Encaisser 10,00 €" in shown.text
    assert (before, due(town)) == (0, 1_000)
    assert answer(taken).startswith("10,00 € encaissés")
    assert "payé au plus tard le" in answer(taken)


def test_the_counter_is_ready_for_the_next_person_and_remembers_what_was_chosen(
    clerk: Browser, letters: list[str]
) -> None:
    show(clerk, letters[0])

    page = take(clerk)

    assert page.tree.xpath("//*[@autofocus]/@name") == ["code"]
    assert page.value("code") == ""
    assert page.tree.xpath("//input[@checked]/@value") == [SERVICE, "45"]
    assert letters[0] not in page.response.request.full_path
    assert not page.tree.xpath("//input[@name='codes']")


def test_a_basket_of_three_is_taken_for_one_service(clerk: Browser, letters: list[str], town: Town) -> None:
    shown = show(clerk, *letters[:3])
    taken = take(clerk, other_minutes="75", out_of_pocket_cents="2,50")
    rows = town.clerk.get("/api/v1/redemptions").get_json()["items"]

    assert "Total 30,00 €" in shown.text
    assert answer(taken).startswith("30,00 € encaissés")
    assert {(row["minutes"], row["out_of_pocket_cents"], row["basket_id"]) for row in rows} == {
        (75, 250, rows[0]["basket_id"])
    }


def test_what_was_said_of_the_service_stays_while_papers_are_laid(clerk: Browser, letters: list[str]) -> None:
    clerk.get(COUNTER)
    said = {"other_minutes": "75", "out_of_pocket_cents": "2,50", "service": SERVICE, "who": "volunteer"}
    press(clerk, "", said | {"code": letters[0]})
    page = press(clerk, "", {"code": letters[1]})

    assert (page.value("other_minutes"), page.value("out_of_pocket_cents")) == ("75", "2.50")
    assert page.tree.xpath("//input[@checked]/@value") == [SERVICE]
    assert page.tree.xpath("//option[@selected]/@value") == ["volunteer"]


def test_papers_of_two_campaigns_are_taken_with_one_press(
    clerk: Browser, letters: list[str], town: Town
) -> None:
    elsewhere = World(town.world.do, town.world.keyring, series="HT-2027")
    latest = today() + timedelta(days=200)
    elsewhere.campaign(use_until=latest, present_until=latest)
    elsewhere.accredit(town.shop.venue)
    other = elsewhere.letters(serials_of(elsewhere.in_hand()[0])[0])

    show(clerk, letters[0], other)

    assert answer(take(clerk)).startswith("20,00 € encaissés")


def test_a_paper_shown_twice_counts_once_and_one_can_be_put_aside(clerk: Browser, letters: list[str]) -> None:
    twice = show(clerk, letters[0], letters[1], letters[0].lower())
    aside = press(clerk, "", {"code": "", "remove": "0"})

    assert "déjà sur le comptoir" in twice.text
    assert "Total 20,00 €" in twice.text
    assert "Total 10,00 €" in aside.text


def test_a_form_sent_twice_takes_once(clerk: Browser, letters: list[str], town: Town) -> None:
    page = show(clerk, letters[0])

    first = take(clerk)
    clerk.seen = page
    second = take(clerk)

    assert answer(first) == answer(second)
    assert due(town) == 1_000


def test_what_is_missing_is_said_and_nothing_is_lost(clerk: Browser, letters: list[str]) -> None:
    show(clerk, letters[0])

    page = press(clerk, TAKE, {"code": ""})
    nothing = press(clerk, TAKE, GIVEN | {"codes": [], "code": ""})

    assert (page.status, page.errors) == (
        422,
        ["Choisissez le service rendu.", "Choisissez la durée du service."],
    )
    assert page.tree.xpath("//input[@name='codes']/@value") == [letters[0]]
    assert nothing.errors == ["Scannez ou saisissez au moins un pass."]


def test_a_wrong_letter_is_said_and_the_code_stays_to_be_corrected(
    clerk: Browser, letters: list[str]
) -> None:
    wrong = nobody_s_code()[:-1] + "3"

    page = show(clerk, letters[0], wrong)

    assert answer(page).startswith("Refusé Une lettre est fausse")
    assert "Ne renvoyez pas la personne" in answer(page)
    assert page.value("code") == wrong
    assert "Total 10,00 €" in page.text


def test_a_refused_paper_does_not_stand_in_the_way_of_the_good_ones(
    clerk: Browser, letters: list[str], town: Town
) -> None:
    show(clerk, letters[0], nobody_s_code())

    page = take(clerk)

    assert answer(page).startswith("10,00 € encaissés")
    assert due(town) == 1_000


def test_every_refusal_says_why_and_what_to_tell_the_person(clerk: Browser, town: Town) -> None:
    spent, lost, replaced, *_ = serials = serials_of(town.in_hand()[0])
    town.redeem([spent])
    town.world.void(serials=[lost])
    town.world.replace(serials=[replaced])
    [inactive], [in_stock] = town.world.produced(), town.world.active()
    elsewhere = World(town.world.do, town.world.keyring, series="HT-2027")
    latest = today() + timedelta(days=200)
    elsewhere.campaign(use_until=latest, present_until=latest)
    papers = {
        town.world.letters(spent): "Ce pass a déjà été encaissé",
        town.world.letters(lost): "Ce pass a été déclaré perdu",
        town.world.letters(replaced): "Un nouveau papier remplace ce pass",
        town.world.letters(serials_of(inactive)[0]): "Ce pass n'est pas encore activé",
        town.world.letters(serials_of(in_stock)[0]): "n'a été remis à personne",
        elsewhere.letters(serials_of(elsewhere.in_hand()[0])[0]): "Votre lieu n'est pas accrédité",
        nobody_s_code(): "Aucun pass ne porte ce code",
        CODES[0]: "C'est un code d'entraînement",
    }

    for code, why in papers.items():
        page = show(clerk, code)
        assert why in answer(page), page.text
        assert len(answer(page)) > len(f"Refusé {why}") + 40
        assert page.value("code") == code
    assert len(serials) == 10


def test_a_paper_that_was_spent_meanwhile_stops_the_basket_and_is_shown(
    clerk: Browser, letters: list[str], town: Town
) -> None:
    serials = serials_of("PN-2026-000001")
    show(clerk, *letters[:2])
    town.redeem(serials[:1])

    page = take(clerk)

    assert page.status == 409
    assert page.errors == [
        "Rien n'a été encaissé, car certains de ces pass sont refusés : écartez-les et recommencez."
    ]
    assert "Refusé Ce pass a déjà été encaissé" in page.text
    assert "Encaisser 10,00 €" in page.text
    assert due(town) == 1_000


def test_a_service_that_the_campaign_does_not_pay_for_is_said_beside_it(
    empty_town: Town, counters: Counters
) -> None:
    empty_town.open_campaign(services=["employment"])
    [code, *_] = empty_town.codes(serials_of(empty_town.in_hand()[0]))
    clerk = counters.at(empty_town.shop.clerk)

    shown = show(clerk, code)
    page = take(clerk)

    assert "certains services seulement" in shown.text
    assert shown.tree.xpath("//input[@name='service']/@value") == ["employment"]
    assert page.status == 422
    assert page.words("//*[@id='e-service']").endswith("choisissez-en un qu'elle paie.")


def test_who_tries_codes_has_to_wait(clerk: Browser, letters: list[str]) -> None:
    show(clerk, letters[0], *(nobody_s_code(number) for number in range(10)))

    page = press(clerk, "", {"code": nobody_s_code(11)})

    assert page.status == 429
    assert page.errors[0].startswith("Trop de codes inexistants")
    assert page.tree.xpath("//input[@name='codes']/@value") == [letters[0]]


def test_a_pile_of_another_day_is_sorted_then_taken_person_by_person(
    clerk: Browser, letters: list[str], town: Town
) -> None:
    yesterday = today() - timedelta(days=1)
    typed = {
        "served_on": yesterday.isoformat(),
        "codes": f"{letters[0]}\r\n{letters[1]}\r\n\r\n{letters[2]}\nABC",
    }
    clerk.get(f"{DESK}/saisie-tardive")
    sorted_ = press(clerk, "", GIVEN | typed, form="codes")
    before = due(town)
    taken = press(clerk, "", {}, form="codes")
    rows = town.clerk.get("/api/v1/redemptions").get_json()["items"]

    assert "Un pass est refusé" in sorted_.text
    assert "Personne 2" in sorted_.text
    assert (before, due(town)) == (0, 3_000)
    assert "30,00 € encaissés" in taken.text
    assert {row["served_on"] for row in rows} == {yesterday.isoformat()}
    assert len({row["basket_id"] for row in rows}) == 2


def test_a_pile_that_was_typed_wrong_can_be_corrected(clerk: Browser, letters: list[str]) -> None:
    clerk.get(f"{DESK}/saisie-tardive")
    typed = {"served_on": today().isoformat(), "codes": f"{letters[0]}\nABC"}
    press(clerk, "", GIVEN | typed, form="codes")

    page = press(clerk, f"{DESK}/saisie-tardive/corriger", {"codes": f"{letters[0]}\nABC"}, form="codes")

    assert page.title == "Saisir des pass d'un autre jour"
    assert "ABC" in page.tree.xpath("//textarea[@name='codes']")[0].text


def test_a_day_too_long_ago_is_refused_and_can_be_contested(
    clerk: Browser, letters: list[str], town: Town
) -> None:
    long_ago = today() - timedelta(days=40)
    clerk.get(f"{DESK}/saisie-tardive")
    typed = {"served_on": long_ago.isoformat(), "codes": letters[0]}
    late = press(clerk, "", GIVEN | typed, form="codes")
    form = press(clerk, f"{DESK}/demandes/contester/ce-pass", {}, form="code")
    done = press(clerk, "", {"ground": "in-time"}, form="ground")

    assert "Le jour du service doit être aujourd'hui" in late.text
    assert (form.value("code"), form.value("served_on")) == (letters[0], long_ago.isoformat())
    assert "Votre contestation est envoyée" in done.text
    assert "En attente" in done.text
    assert letters[0] not in done.response.get_data(as_text=True)
    assert due(town) == 0


def test_a_refusal_is_contested_from_the_counter_without_a_story(
    clerk: Browser, letters: list[str], town: Town
) -> None:
    town.redeem(serials_of("PN-2026-000001")[:1])
    show(clerk, letters[0])
    form = press(clerk, f"{DESK}/demandes/contester/ce-pass", {}, form="code")
    unsaid = press(clerk, "", {}, form="ground")
    press(clerk, "", {"ground": "paper-in-hand"}, form="ground")
    clerk.get(f"{DESK}/demandes/contester")
    again = press(
        clerk,
        "",
        {"ground": "paper-in-hand", "code": letters[0], "served_on": today().isoformat()},
        form="ground",
    )

    assert form.title == "Contester un refus"
    assert not form.tree.xpath("//main//textarea")
    assert unsaid.errors == ["Choisissez pourquoi vous contestez ce refus."]
    assert again.errors == ["Vous avez déjà contesté ce refus : le service financier répondra."]


def test_who_decides_sees_every_contested_refusal_waiting(
    clerk: Browser, letters: list[str], town: Town, browser: Any
) -> None:
    serials = serials_of("PN-2026-000001")
    town.redeem(serials[:1])
    clerk.get(f"{DESK}/demandes/contester")
    said = {"ground": "paper-in-hand", "code": letters[0], "served_on": today().isoformat()}
    press(clerk, "", said, form="ground")

    page = browser(Role.FINANCE).get("/refus-contestes")
    elsewhere = browser(Role.OPERATOR).get("/refus-contestes?series=HT-2027")

    assert f"{serials[0]}{town.shop.venue.name}" in page.text
    assert len(page.tree.xpath("//tbody//tr[contains(., 'En attente')]")) == 1
    assert elsewhere.status == 404


def test_an_unreadable_paper_is_asked_for_by_its_number_and_followed(clerk: Browser, town: Town) -> None:
    [serial, *_] = serials_of(town.in_hand()[0])
    clerk.get(f"{DESK}/demandes/papier-illisible")
    wrong = press(clerk, "", GIVEN | {"serial": "PN-2026-999999-01"}, form="serial")
    unknown = press(clerk, "", GIVEN | {"serial": "XX"}, form="serial")
    asked = press(clerk, "", GIVEN | {"serial": serial.lower()}, form="serial")
    [request] = town.finance.get("/api/v1/serial-requests").get_json()["items"]
    town.worker.post("/api/v1/serial-confirmations", {"request_id": request["id"], "confirmed": True})
    answered = clerk.get(f"{DESK}/demandes")

    assert wrong.words("//*[@id='e-serial']").startswith("Erreur : Aucun pass ne porte ce numéro")
    assert unknown.status == 404
    assert "Votre demande est envoyée" in asked.text
    assert "En attente" in asked.text
    assert "Voir l'encaissement" in answered.text


def test_takings_are_listed_sieved_sorted_and_taken_away(clerk: Browser, town: Town) -> None:
    serials = serials_of(town.in_hand()[0])[:3]
    yesterday = (today() - timedelta(days=1)).isoformat()
    town.redeem(serials[:1], served_on=yesterday)
    town.redeem(serials[1:])

    whole = clerk.get(f"{DESK}/encaissements?tri=served")
    one = clerk.get(f"{DESK}/encaissements?from_on={yesterday}&until_on={yesterday}")
    nothing = clerk.get(f"{DESK}/encaissements?until_on=2020-01-01")
    file = clerk.client.get(f"{DESK}/encaissements.csv?from_on={today().isoformat()}")

    assert "30,00 € Total encaissé 3 pass" in whole.text
    assert "10,00 € Total encaissé 1 pass" in one.text
    assert [serial for serial in one.links() if serial in serials] == serials[:1]
    assert "Rien ne correspond à votre recherche." in nothing.text
    rows = list(csv.reader(io.StringIO(file.get_data(as_text=True).lstrip("\ufeff")), delimiter=";"))
    assert [row[1] for row in rows[1:]] == serials[:0:-1]
    assert rows[1][2] == "10,00"


def test_a_taking_is_cancelled_with_a_reason_and_its_paper_is_good_again(
    clerk: Browser, letters: list[str], town: Town
) -> None:
    show(clerk, letters[0])
    page = take(clerk)
    taking = next(url for url in page.links().values() if "/encaissements/" in url)
    asked = clerk.get(f"{taking}/annuler")
    unsaid = press(clerk, "", {}, form="cause")
    done = press(clerk, "", {"cause": "taken-twice"}, form="cause")

    assert "10,00 € ne vous seront plus dus" in asked.text
    assert unsaid.errors == ["Choisissez pourquoi vous annulez cet encaissement."]
    assert "le pass peut servir de nouveau" in done.text
    assert due(town) == 0
    assert "Encaisser 10,00 €" in show(clerk, letters[0]).text


def _till(empty_town: Town, counters: Counters) -> tuple[Till, Browser]:
    till = opened(empty_town)
    return till, counters.at(empty_town.shop.clerk)


def test_a_payment_is_announced_and_opens_on_its_passes(empty_town: Town, counters: Counters) -> None:
    till, clerk = _till(empty_town, counters)
    before = clerk.get(f"{DESK}/paiements")
    till.approved()
    coming = clerk.get(f"{DESK}/paiements")
    till.hear(entry("20.00", end_to_end="PN-2026-R1-1"))
    paid = clerk.get(f"{DESK}/paiements")
    payment = clerk.get(paid.links()["PN-2026-R1-1"])

    assert "20,00 € À vous payer au plus tard le" in before.text
    assert "20,00 € En cours de paiement" in coming.text
    assert "Approuvé, en cours de virement" in coming.text
    assert "20,00 € Déjà payé" in paid.text
    assert [serial for serial in payment.links() if serial in till.serials] == till.serials[:2]
    assert "Les 2 pass de ce paiement" in payment.text


def test_a_payment_says_gross_what_it_takes_back_and_net(empty_town: Town, counters: Counters) -> None:
    till, clerk = _till(empty_town, counters)
    till.approved()
    till.hear(entry("20.00", end_to_end="PN-2026-R1-1"))
    [claimed, *_] = empty_town.clerk.get("/api/v1/redemptions").get_json()["items"]
    body = {"redemption_id": claimed["id"], "cause": "taken-twice"}
    assert till.clerk.post("/api/v1/reversals", body).status_code == 201
    empty_town.redeem(till.serials[2:5])
    till.freeze()

    page = clerk.get(f"{DESK}/paiements/PN-2026-R2-1")
    file = clerk.client.get(f"{DESK}/paiements/PN-2026-R2-1/pass.csv").get_data(as_text=True)

    assert "Montant brut30,00 €" in page.text.replace(" €", " €")
    assert "Net à payer20,00 €" in page.text.replace(" €", " €")
    assert "Encaissements annulés, déduits de ce paiement" in page.text
    assert claimed["serial"] in page.links()
    assert f"{claimed['serial']};-10,00" in file


def test_a_taking_in_a_run_is_not_the_venues_to_cancel(empty_town: Town, counters: Counters) -> None:
    till, clerk = _till(empty_town, counters)
    till.approved()
    [row, *_] = empty_town.clerk.get("/api/v1/redemptions").get_json()["items"]

    seen = clerk.get(f"{DESK}/encaissements/{row['id']}")
    clerk.get(f"{DESK}/encaissements/{row['id']}/annuler")
    forced = press(clerk, "", {"cause": "taken-twice"}, form="cause")

    assert "seul le service financier peut l'annuler" in seen.text
    assert forced.status == 409
    assert forced.errors == [
        "Cet encaissement est dans un lot de paiement : demandez son annulation au service financier."
    ]


def test_a_statement_is_a_page_and_the_same_on_paper(empty_town: Town, counters: Counters) -> None:
    till, clerk = _till(empty_town, counters)

    page = clerk.get(f"{DESK}/releve")
    links = page.links()
    paper = clerk.client.get(links["Télécharger le relevé (PDF)"])
    file = clerk.client.get(links["Télécharger le relevé (CSV)"])

    assert all(serial in page.text for serial in till.serials[:2])
    assert "Total : Encaissé20,00 €" in page.text
    assert paper.data.startswith(b"%PDF-")
    assert till.serials[0] in file.get_data(as_text=True)


def test_what_is_missing_before_being_paid_is_said(county: Any, counters: Counters, town: Town) -> None:
    operator_id = county.venue_operator(legal_form="public", siret=None)
    clerk = sign_in_as_venue(counters, operator_id)

    page = clerk.get(f"{DESK}/paiements")

    assert "Il manque quelque chose avant de vous payer" in page.text
    assert "Le SIRET de l'exploitant" in page.text
    assert "Les coordonnées bancaires" in page.text


def sign_in_as_venue(counters: Counters, operator_id: str) -> Browser:
    """Sign in somebody of this operator."""
    return sign_in(counters.app, counters.database, Role.VENUE, organisation_id=UUID(operator_id))


def test_a_newcomer_is_led_to_the_first_pass(counters: Counters, town: Town) -> None:
    newcomer = town.world.shop(accredited=False)
    clerk = counters.at(newcomer.clerk)
    before = clerk.get(f"{DESK}/accueil")
    town.world.accredit(newcomer.venue)
    accredited = clerk.get(f"{DESK}/accueil")
    [code, *_] = town.codes(serials_of(town.in_hand()[0]))
    show(clerk, code)
    take(clerk)
    after = clerk.get(f"{DESK}/accueil")

    assert "À faireVotre lieu est accrédité" in before.text
    assert "FaitVotre lieu est accrédité" in accredited.text
    assert "Bienvenue" not in after.text
    assert "10,00 € Aujourd'hui 1 pass" in after.text


def test_accreditations_and_mediators_are_listed(clerk: Browser, town: Town) -> None:
    operator_id = str(town.shop.clerk.organisation_id)
    said = {"operator_id": operator_id, "label": "Poste B", "standing": "volunteer"}
    mediator = town.operator.post("/api/v1/mediators", said).get_json()

    page = clerk.get(f"{DESK}/lieux")
    counter = clerk.get(COUNTER)

    assert "PN-2026Accrédité" in page.text
    assert "Poste BUn bénévole du lieu" in page.text
    assert mediator["id"] in counter.tree.xpath("//select[@name='who']/option/@value")


def test_a_mediator_is_named_with_the_service(clerk: Browser, letters: list[str], town: Town) -> None:
    operator_id = str(town.shop.clerk.organisation_id)
    said = {"operator_id": operator_id, "label": "Poste B", "standing": "volunteer"}
    mediator = town.operator.post("/api/v1/mediators", said).get_json()
    show(clerk, letters[0])

    take(clerk, who=mediator["id"])

    [row] = town.clerk.get("/api/v1/redemptions").get_json()["items"]
    assert (row["mediator_id"], row["delivered_by"]) == (mediator["id"], "volunteer")


def test_an_exercise_answers_as_the_counter_and_writes_nothing(clerk: Browser, town: Town) -> None:
    path = f"{DESK}/entrainement"
    shown = show(clerk, CODES[0], CODES[1], path=path)
    refused = press(clerk, "", {"code": CODES[3]})
    taken = press(clerk, f"{path}/valider", GIVEN)
    mistyped = show(clerk, MISTYPED, path=path)

    assert "Total 20,00 €" in shown.text
    assert answer(refused).startswith("Refusé Ce pass a déjà été encaissé")
    assert "Total 20,00 €" in refused.text
    assert answer(taken).startswith("Exercice : 20,00 € encaissés")
    assert answer(mistyped).startswith("Refusé Une lettre est fausse")
    assert due(town) == 0
    assert town.clerk.get("/api/v1/redemptions").get_json()["items"] == []


def test_a_real_voucher_is_no_exercise(clerk: Browser, letters: list[str], town: Town) -> None:
    page = show(clerk, letters[0], path=f"{DESK}/entrainement")

    assert "encaissez un vrai pass sur la page « Encaisser »" in answer(page)
    assert due(town) == 0


def test_what_is_another_operators_is_not_there(empty_town: Town, counters: Counters) -> None:
    till, _ = _till(empty_town, counters)
    till.approved()
    other = counters.at(empty_town.world.shop().clerk)
    [row, *_] = empty_town.clerk.get("/api/v1/redemptions").get_json()["items"]
    venue_id = str(empty_town.shop.venue.id)

    for path in (
        f"encaissements/{row['id']}",
        f"encaissements/{row['id']}/annuler",
        "paiements/PN-2026-R1-1",
    ):
        assert other.get(f"{DESK}/{path}").status == 404, path
    assert row["serial"] not in other.get(f"{DESK}/encaissements?venue_id={venue_id}").text
    assert row["serial"] not in other.get(f"{COUNTER}?basket={row['basket_id']}").text
    other.get(COUNTER)
    assert (
        press(other, "", {"code": till.town.codes(till.serials[3:4])[0], "venue_id": venue_id}).status == 404
    )


def test_the_counter_is_said_in_english(clerk: Browser, letters: list[str]) -> None:
    clerk.get(f"{COUNTER}?langue=en")

    show(clerk, letters[0])

    assert answer(take(clerk)).startswith("€10.00 taken")


def test_only_the_pages_that_scan_may_use_the_camera(clerk: Browser) -> None:
    scanning = clerk.client.get(COUNTER).headers
    listing = clerk.client.get(f"{DESK}/encaissements").headers

    assert "'wasm-unsafe-eval'" in scanning["Content-Security-Policy"]
    assert "camera=(self)" in scanning["Permissions-Policy"]
    assert "wasm" not in listing["Content-Security-Policy"]
    assert "camera=()" in listing["Permissions-Policy"]
