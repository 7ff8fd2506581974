"""The prescriber's desk: booklets handed over, found again, replaced, counted; a refusal keeps what was typed."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.api.town import Town, today
from tests.web.browsers import Browser, Sight, sign_in_as
from tests.world import NOW, serials_of
from voucher_service.identity.users import User
from voucher_service.kernel.database import Database
from voucher_service.ledger import accounts
from voucher_service.network import prescribers
from voucher_service.vouchers import allocation


def browser_of(town: Town, app: Flask, database: Database, actor: Any = None) -> Browser:
    who = actor or town.desk.worker
    return sign_in_as(app, database, database.run(lambda s: s.get_one(User, who.user_id)))


@pytest.fixture
def worker(town: Town, app: Flask, database: Database) -> Browser:
    """Give the browser of the social worker of the town's site."""
    return browser_of(town, app, database)


@pytest.fixture
def other(town: Town, app: Flask, database: Database) -> Browser:
    """Give the browser of a social worker of another organisation."""
    return browser_of(town, app, database, town.world.desk().worker)


def held(town: Town, booklets: int = 1) -> list[str]:
    """Put booklets into the site's cupboard."""
    numbers = town.world.active(booklets)
    town.world.allocate(numbers, town.desk)
    return numbers


def sent(town: Town, booklets: int) -> tuple[str, list[str]]:
    """Send booklets to the site, which has not counted them."""
    numbers = town.world.active(booklets)
    parcel = town.world.do(
        lambda s: allocation.send(
            s,
            series=town.world.series,
            booklets=numbers,
            site_id=town.desk.site.id,
            on=today(),
            at=NOW,
            by=town.world.operator,
        )
    )
    return f"/receptions/{parcel.id}", numbers


def press(browser: Browser, path: str, **typed: str) -> Sight:
    """Press a button of the form that was opened last and that acts at another address."""
    assert browser.seen is not None
    content = dict(browser.seen.forms[0].form_values()) | typed
    return browser.post(path, content)


def hand_over(worker: Browser, number: str, **answers: str) -> Sight:
    """Go through the three screens."""
    worker.get("/remettre")
    worker.submit({"number": number})
    worker.submit(answers)
    return worker.submit()


def test_a_booklet_is_handed_over_in_three_screens(town: Town, worker: Browser) -> None:
    [number] = held(town)

    first = worker.get("/remettre")
    second = worker.submit({"number": f" {number.lower().replace('-', ' ')} "})
    third = worker.submit({"age_band": "70-and-over", "need": "nudge"})
    done = worker.submit()

    steps = [one.words("//p[@class='steps']") for one in (first, second, third)]
    assert steps == ["Étape 1 sur 3", "Étape 2 sur 3", "Étape 3 sur 3"]
    assert second.value("numbers") == number
    assert "70 ans et plus" in third.text
    assert "Un coup de pouce" in third.text
    assert "10 pass, 100,00 €" in third.text
    assert "C'est fait : vous pouvez donner le carnet." in done.text
    assert town.world.balance(accounts.BENEFICIARIES) == 10
    listed = worker.get("/remises")
    assert number in listed.text
    assert "Un coup de pouce" in listed.text


def test_answers_and_numbers_never_stand_in_an_address(town: Town, worker: Browser) -> None:
    [number] = held(town)

    done = hand_over(worker, number, age_band="70-and-over")

    addresses = [done.response.request.full_path, *done.links().values()]
    assert not [one for one in addresses if "70-and" in one or number in one]


def test_do_not_know_is_the_answer_that_stands(town: Town, worker: Browser) -> None:
    [number] = held(town)

    hand_over(worker, number)

    page = worker.get(worker.get("/remises").links()[f"{today():%d/%m/%Y}"])
    assert page.text.count("Je ne sais pas") == 3


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Indiquez au moins un carnet."),
        ("carnet bleu", "Ce n'est pas un numéro de carnet"),
        ("PN-2026-000999", "Aucun carnet ne porte ce numéro"),
    ],
)
def test_a_number_that_is_wrong_stays_in_its_field(
    town: Town, worker: Browser, typed: str, words: str
) -> None:
    held(town)
    worker.get("/remettre")

    page = worker.submit({"number": typed})

    assert page.status in (404, 422)
    assert page.errors[0].startswith(words)
    assert page.value("number") == typed
    assert page.tree.xpath("//*[@id='error-summary']//a/@href") == ["#f-number"]


def test_a_booklet_handed_over_already_says_so(town: Town, worker: Browser) -> None:
    [number] = held(town)
    hand_over(worker, number)
    worker.get("/remettre")

    page = worker.submit({"number": number})

    assert page.status == 409
    assert page.errors[0].startswith("Ce carnet a déjà été remis")


def test_several_booklets_go_to_one_person_and_one_is_taken_away_again(town: Town, worker: Browser) -> None:
    first, second, third = held(town, 3)
    worker.get("/remettre")
    worker.submit({"number": first})
    for number in (second, third):
        press(worker, "/remettre/ajouter")
        worker.submit({"number": number})
    press(worker, "/remettre/ajouter")
    page = press(worker, "/remettre/ajouter", remove=second)

    assert page.value("numbers") == f"{first} {third}"
    worker.submit()
    worker.submit()
    done = worker.submit()
    assert f"{first}, {third}" in done.text
    assert town.world.balance(accounts.BENEFICIARIES) == 20


def test_another_booklet_is_given_to_the_same_person_afterwards(town: Town, worker: Browser) -> None:
    first, second = held(town, 2)
    hand_over(worker, first)
    worker.submit()
    worker.submit({"number": second})
    worker.submit()
    worker.submit()

    people = {row["person_id"] for row in town.worker.get("/api/v1/handovers").get_json()["items"]}
    assert len(people) == 1


def test_the_check_shows_all_that_will_be_noted(town: Town, worker: Browser) -> None:
    [number] = held(town)
    worker.get("/remettre")
    worker.submit({"number": number})
    said = {"gender": "female", "commune": "34172", "diagnosis_tool": "ABC Diag", "diagnosis_result": "2"}
    check = worker.submit({**said, "priority_public": "1"})

    for words in ("Une femme", "34172", "ABC Diag : 2", "Public prioritaire"):
        assert words in check.text


def test_a_commune_is_named_as_people_do_and_chosen_where_several_bear_its_name(
    town: Town, worker: Browser
) -> None:
    [number] = held(town)
    for code, postcode in (("34901", "34997"), ("30902", "30997")):
        town.world.shop(commune="Bourg-Inventé", postcode=postcode, insee=code)
    worker.get("/remettre")
    worker.submit({"number": number})

    unknown = worker.submit({"commune": "Nulle-Part"})
    assert (unknown.status, unknown.value("commune")) == (422, "Nulle-Part")
    assert unknown.errors[0].startswith("Aucune commune n'est connue sous ce nom")
    several = worker.submit({"commune": "bourg invente"})
    assert several.status == 422
    assert "Bourg-Inventé (30997)" in several.text
    check = worker.submit({"commune": "34901"})
    assert "Bourg-Inventé (34901)" in check.text
    worker.submit()

    [row] = town.worker.get(f"/api/v1/handovers?number={number}").get_json()["items"]
    noted = town.worker.get(f"/api/v1/handovers/{row['id']}").get_json()["answers"]
    assert noted["commune"] == "34901"


def test_an_answer_is_changed_from_the_check_and_the_rest_is_kept(town: Town, worker: Browser) -> None:
    [number] = held(town)
    worker.get("/remettre")
    worker.submit({"number": number})
    worker.submit({"age_band": "25-39", "situation": "at-work"})

    again = press(worker, "/remettre/questions")
    checked = again.tree.xpath("//input[@type='radio'][@checked]/@value")
    assert checked[:3] == ["25-39", "unknown", "at-work"]
    page = worker.submit({"need": "basic-skills"})

    assert "25 à 39 ans" in page.text
    assert "Apprendre les bases" in page.text


def test_the_answers_of_the_last_handover_can_be_taken_again(town: Town, worker: Browser) -> None:
    first, second = held(town, 2)
    worker.get("/remettre")
    asked = worker.submit({"number": first})
    assert "Reprendre les réponses" not in asked.text
    worker.submit({"age_band": "12-17", "need": "reinforced-support"})
    worker.submit()
    worker.get("/remettre")
    worker.submit({"number": second})

    page = press(worker, "/remettre/questions/reprendre")

    assert page.tree.xpath("//input[@type='radio'][@checked]/@value")[:2] == ["12-17", "reinforced-support"]
    assert page.value("numbers") == second


def test_a_day_out_of_bounds_is_refused_beside_its_field(town: Town, worker: Browser) -> None:
    [number] = held(town)
    worker.get("/remettre")
    worker.submit({"number": number})
    tomorrow = (today() + timedelta(days=1)).isoformat()

    page = worker.submit({"handed_on": tomorrow, "age_band": "60-69"})

    assert page.status == 422
    assert page.tree.xpath("//*[@id='error-summary']//a/@href") == ["#f-handed_on"]
    assert page.value("handed_on") == tomorrow
    assert "60-69" in page.tree.xpath("//input[@type='radio'][@checked]/@value")


def test_a_screen_that_only_follows_another_sends_back_to_the_first(worker: Browser) -> None:
    page = worker.get("/remettre/verifier")

    assert page.title == "Remettre un carnet"
    assert "recommencez ici" in page.text


def test_a_booklet_taken_by_a_colleague_meanwhile_is_refused_and_the_rest_is_kept(
    town: Town, worker: Browser
) -> None:
    [number] = held(town)
    worker.get("/remettre")
    worker.submit({"number": number})
    worker.submit({"age_band": "60-69"})
    town.world.hand_over([number], town.desk)

    page = worker.submit()

    assert page.status == 409
    assert page.errors[0].startswith("Ce carnet a déjà été remis")
    assert (page.value("age_band"), page.value("numbers")) == ("60-69", number)


def test_a_double_click_hands_over_once(town: Town, worker: Browser) -> None:
    [number] = held(town)
    worker.get("/remettre")
    worker.submit({"number": number})
    check = worker.submit()
    content = dict(check.forms[0].form_values())

    first = worker.post("/remettre", content)
    second = worker.post("/remettre", content)

    assert first.response.request.path == second.response.request.path
    assert len(town.worker.get("/api/v1/handovers").get_json()["items"]) == 1


def test_a_handover_is_undone_after_a_page_that_says_what_it_does(town: Town, worker: Browser) -> None:
    [number] = held(town)
    done = hand_over(worker, number)

    asked = worker.get(done.links()["Je me suis trompé : annuler cette remise"])
    undone = worker.submit()

    assert asked.title == "Annuler cette remise"
    assert "La remise est annulée" in undone.text
    assert town.world.balance(accounts.prescriber(town.desk.site.no)) == 10
    worker.get(asked.response.request.path)
    again = worker.submit()
    assert again.status == 409
    assert again.errors == ["Cette remise a déjà été défaite."]


def test_the_letter_is_printed_in_usual_and_in_large_letters(town: Town, worker: Browser) -> None:
    [number] = held(town)
    done = hand_over(worker, number)
    links = done.links()

    usual = worker.client.get(links["Imprimer la lettre (nouvel onglet)"])
    large = worker.client.get(links["En gros caractères (nouvel onglet)"])

    assert (usual.content_type, large.content_type) == ("application/pdf", "application/pdf")
    assert usual.data != large.data


def test_a_prescription_is_handed_over_another_day(town: Town, worker: Browser) -> None:
    [number] = held(town)
    worker.get("/prescriptions/nouvelle")
    made = worker.submit({"need": "basic-skills", "booklets": "1"})
    assert "notez ce repère" in made.text
    link = next(url for words, url in made.links().items() if words.startswith("Remettre "))

    page = worker.get(link)
    assert "1 carnet prescrit" in page.text
    asked = worker.submit({"number": number})
    assert "basic-skills" in asked.tree.xpath("//input[@type='radio'][@checked]/@value")
    worker.submit()
    worker.submit()

    assert "Personne n'attend de carnet." in worker.get("/prescriptions").text
    assert "Tout est remis" in worker.get("/prescriptions?all=1").text


def test_a_prescription_says_how_many_booklets(worker: Browser) -> None:
    worker.get("/prescriptions/nouvelle")

    page = worker.submit({"booklets": "beaucoup", "need": "nudge"})

    assert (page.status, page.errors) == (422, ["Écrivez un nombre entier, en chiffres."])
    assert page.value("booklets") == "beaucoup"


def test_a_begun_booklet_is_given_back_with_what_is_left(town: Town, worker: Browser) -> None:
    [number] = town.in_hand()
    town.redeem(serials_of(number)[:3])
    worker.get(f"/rendre?number={number}")

    asked = worker.submit()
    assert f"Carnet{number} Pass qui restent7" in asked.text
    assert "Dans votre placard" not in worker.get(f"/carnets/{number}").text
    worker.get(f"/rendre?number={number}")
    worker.submit()
    page = worker.submit()

    assert "avec 7 pass" in page.text
    assert "Dans votre placard" in page.text
    worker.get("/rendre")
    again = worker.submit({"number": number})
    assert again.status == 409
    assert again.value("number") == number


def test_a_lost_booklet_dies_and_the_person_leaves_with_another(town: Town, worker: Browser) -> None:
    [lost], [new] = town.in_hand(), held(town)
    town.redeem(serials_of(lost)[:4])
    worker.get("/perdu")
    asked = worker.submit({"number": lost, "reason": "lost"})
    assert "6 pass, soit 60,00 €" in asked.text

    done = worker.submit({"how": "stock", "new_number": new})

    assert "l'ancien carnet ne vaut plus rien" in done.text
    assert "Détachez et gardez 4 pass" in done.text
    assert town.redeem(serials_of(lost)[4:5]).status_code == 409
    assert town.redeem(serials_of(new)[4:5]).status_code == 201
    assert f"La personne a reçu à la place le carnet {new}" in worker.get(f"/carnets/{lost}").text


def test_a_lost_booklet_is_printed_again_once(town: Town, worker: Browser) -> None:
    [lost] = town.in_hand()
    worker.get(f"/perdu?number={lost}")
    worker.submit({"reason": "stolen"})
    done = worker.submit({"how": "print"})
    assert "les anciens pass ne valent plus rien" in done.text
    content = dict(done.forms[0].form_values())
    path = done.forms[0].get("action")

    first = worker.client.post(path, data=content)
    second = worker.post(path, {"_seal": worker.seal})

    assert (first.content_type, first.data[:4]) == ("application/pdf", b"%PDF")
    assert second.status == 409
    assert "ne le sont qu'une fois" in second.errors[0]


def test_what_is_missing_about_a_lost_booklet_is_asked_for(town: Town, worker: Browser) -> None:
    [lost], [here] = town.in_hand(), held(town)
    worker.get("/perdu")

    unsaid = worker.submit({"number": lost})
    assert unsaid.errors == ["Dites ce qui est arrivé au carnet."]
    elsewhere = worker.submit({"number": here, "reason": "lost"})
    assert elsewhere.errors == ["Ce carnet n'a été remis à personne : vérifiez son numéro."]
    worker.submit({"number": lost, "reason": "lost"})
    unnamed = worker.submit({"how": "stock"})
    assert unnamed.errors == ["Scannez ou tapez le numéro du nouveau carnet."]
    wrong = worker.submit({"how": "stock", "new_number": lost})
    assert wrong.errors[0].startswith("Ce carnet a déjà été remis")
    assert wrong.value("new_number") == lost
    assert town.world.balance(accounts.VOID) == 0


def test_a_form_that_carries_nothing_is_refused_in_words(worker: Browser) -> None:
    for path in (
        "/perdu",
        "/remettre",
        "/remettre/verifier",
        "/remettre/questions",
        "/inventaire",
        "/renvoyer",
    ):
        assert worker.post(path).status == 422, path


def test_a_parcel_is_counted_and_what_is_missing_is_named(town: Town, worker: Browser) -> None:
    path, numbers = sent(town, 3)
    assert "Un colis vous attend" in worker.get("/mes-carnets").text
    worker.get(path)

    wrong = worker.submit({"counted": "3", "lines": numbers[0]})
    assert wrong.errors[0].startswith("Le compte ne correspond pas")
    assert (wrong.value("counted"), wrong.value("lines")) == ("3", numbers[0])
    done = worker.submit({"counted": "2", "lines": numbers[0]})

    assert "2 carnets sont dans votre placard." in done.text
    assert numbers[0] in done.text
    assert numbers[0] in worker.get("/mes-carnets/manquants").text
    assert worker.get("/receptions").status == 200


def test_booklets_are_sent_back_after_a_check(town: Town, worker: Browser) -> None:
    numbers = held(town, 4)
    worker.get("/renvoyer")
    wrong = worker.submit({"lines": "PN-2026-000001\nrien"})
    assert wrong.errors[0].startswith("Ce n'est pas un numéro de carnet")
    assert wrong.value("lines") == "PN-2026-000001\nrien"

    check = worker.submit({"lines": "2 à 3"})
    assert all(number in check.text for number in numbers[1:3])
    assert numbers[0] not in check.text
    done = worker.submit()

    assert "2 carnets sont notés comme renvoyés" in done.text
    assert town.world.balance(accounts.STOCK) == 20


def test_a_cupboard_is_counted_and_a_missing_booklet_found_again(town: Town, worker: Browser) -> None:
    missing, there, handed = held(town, 3)
    town.world.hand_over([handed], town.desk)
    worker.get("/inventaire")
    told = worker.submit({"lines": f"{there}\n{handed}"})
    assert "1 carnet est là comme prévu." in told.text
    assert town.world.balance(accounts.SHORTAGE) == 0

    done = worker.submit()

    assert "L'inventaire est enregistré." in done.text
    assert town.world.balance(accounts.SHORTAGE) == 10
    page = worker.get(done.links()[missing])
    assert "Manquant à l'inventaire" in page.text
    found = worker.submit()
    assert "Le carnet est de nouveau dans votre placard." in found.text
    assert town.world.balance(accounts.SHORTAGE) == 0


def test_an_empty_cupboard_is_said_never_understood(town: Town, worker: Browser) -> None:
    held(town)
    worker.get("/inventaire")

    unsaid = worker.submit({"lines": ""})
    assert unsaid.errors == ["Scannez les carnets présents, ou cochez que le placard est vide."]
    worker.submit({"none": "1"})
    worker.submit()

    assert town.world.balance(accounts.SHORTAGE) == 10


def test_handovers_are_sought_sorted_and_saved(town: Town, worker: Browser) -> None:
    first, second = held(town, 2)
    hand_over(worker, first, need="nudge")
    hand_over(worker, second)

    found = worker.get(f"/remises?recherche={first}&tri=oldest-first")
    nothing = worker.get("/remises?from_on=2199-01-01")
    file = worker.client.get(f"/remises.csv?recherche={first}")

    assert first in found.text
    assert second not in found.text
    assert "Rien ne correspond à votre recherche." in nothing.text
    lines = file.get_data(as_text=True).splitlines()
    assert (len(lines), first in lines[1], "Un coup de pouce" in lines[1]) == (2, True, True)
    assert file.headers["Content-Disposition"].startswith("attachment")


def test_a_list_goes_on_after_its_last_line(town: Town, worker: Browser) -> None:
    first, second = held(town, 2)
    hand_over(worker, first)
    hand_over(worker, second)

    page = worker.get("/remises?state=faites&lignes=1")
    rest = worker.get(page.links()["Page suivante"])

    assert (second in page.text, first in page.text) == (True, False)
    assert (second in rest.text, first in rest.text) == (False, True)
    assert "state=faites" in rest.links()["Page précédente"]
    assert "Page suivante" not in rest.links()


def test_a_site_is_asked_for_only_where_there_are_several(town: Town, worker: Browser) -> None:
    numbers = held(town, 1)
    assert worker.get("/inventaire").tree.xpath("//input[@name='site']/@type") == ["hidden"]
    town.world.do(
        lambda s: prescribers.open_site(
            s,
            organisation_id=town.desk.worker.organisation_id,
            name="Antenne fictive",
            commune="Lattes",
            at=NOW,
            by=town.world.operator,
        )
    )

    worker.get("/inventaire")
    unsaid = worker.submit({"lines": numbers[0]})

    assert unsaid.errors == ["Choisissez un site."]
    assert unsaid.value("lines") == numbers[0]
    told = worker.submit({"site": str(town.desk.site.id)})
    assert "1 carnet est là comme prévu." in told.text


def test_a_booklet_is_looked_up_by_its_last_digits_and_tells_its_life(town: Town, worker: Browser) -> None:
    [number] = town.in_hand()
    town.redeem(serials_of(number)[:2])
    worker.get("/carnets")

    page = worker.submit({"number": "1"})

    assert page.title == f"Carnet {number}"
    assert "Utilisé : 2 pass" in page.text
    assert "8 pass, soit 80,00 €" in page.text
    assert town.shop.venue.name not in page.text


def test_the_home_counts_and_each_figure_opens_on_its_booklets(town: Town, worker: Browser) -> None:
    numbers = held(town, 2)

    page = worker.get("/mes-carnets")
    listed = worker.get(page.links()["Carnets à remettre"])

    assert "200,00 €" in page.text
    assert all(number in listed.text for number in numbers)
    assert worker.get("/mes-carnets/inconnu").status == 404


def test_another_organisation_s_objects_are_not_there(town: Town, worker: Browser, other: Browser) -> None:
    [number], [stock] = town.in_hand(), held(town)
    path, _ = sent(town, 1)
    done = hand_over(worker, stock).response.request.path
    worker.get("/inventaire")
    worker.submit({"none": "1"})
    counted = worker.submit().response.request.path
    worker.get("/prescriptions/nouvelle")
    made = worker.submit({"need": "nudge", "booklets": "1"})
    prescribed = next(url for words, url in made.links().items() if words.startswith("Remettre "))

    paths = [path, done, counted, prescribed, f"/carnets/{number}", f"/perdu/{number}/remplace"]
    paths += [done.replace("/faite", tail) for tail in ("", "/lettre", "/annuler")]
    assert {one: other.get(one).status for one in paths} == dict.fromkeys(paths, 404)
    assert number not in other.get("/remises").text
    for form in (path, done.replace("/faite", "/annuler"), f"/carnets/{number}/retrouve"):
        assert other.post(form, {"counted": "1"}).status == 404


def test_the_pages_are_said_in_english(town: Town, worker: Browser) -> None:
    [number] = held(town)

    page = worker.get("/mes-carnets?langue=en")
    worker.get("/remettre")
    asked = worker.submit({"number": number})

    assert page.title == "My booklets"
    assert "I do not know" in asked.text
