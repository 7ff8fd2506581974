"""Where a venue is paid, on its own page and on finance's: proposed, looked at, approved by another person, held."""

import io
from typing import Any

import pytest

from tests.api.callers import PROOF
from tests.api.county import IBAN, MASKED_IBAN, OTHER_SIRET, SIRET, County
from tests.bank_accounts import RIB
from tests.web.browsers import Browser, Sight
from tests.web.conftest import OpenBrowser
from tests.world import IBANS
from voucher_service.kernel.actor import Role

OWN, QUEUE, HOLDS = "/guichet/coordonnees-bancaires", "/coordonnees-bancaires", "/blocages"
CALLED = "Mme Inventée, numéro de la convention"


@pytest.fixture
def operator_id(county: County) -> str:
    return county.venue_operator()


@pytest.fixture
def clerk(browser: OpenBrowser, operator_id: str) -> Browser:
    return browser(Role.VENUE, organisation_id=operator_id)


@pytest.fixture
def finance(browser: OpenBrowser) -> Browser:
    return browser(Role.FINANCE)


def _paper(content: bytes = RIB) -> dict[str, Any]:
    return {"paper": (io.BytesIO(content), "rib.pdf")}


def _propose(clerk: Browser, iban: str = IBAN, content: bytes = RIB) -> Sight:
    clerk.get(f"{OWN}/changement")
    return clerk.submit({"iban": iban, "holder": "Association inventée"} | _paper(content))


def _review(finance: Browser) -> str:
    """Open the proposal that waits, and return its address."""
    links = finance.get(QUEUE).links()
    address = next(path for path in links.values() if path.removeprefix(f"{QUEUE}/").isdecimal())
    finance.get(address)
    return address


def _approve(finance: Browser, called_back: str = CALLED) -> Sight:
    address = _review(finance)
    finance.submit()
    finance.get(f"{address}/approbation")
    return finance.submit({"called_back": called_back} | PROOF, form=1)


def test_a_venue_proposes_its_account_and_sees_it_approved(clerk: Browser, finance: Browser) -> None:
    proposed = _propose(clerk)
    assert "C'est transmis" in proposed.text
    assert "En attente d'approbation" in proposed.text
    assert MASKED_IBAN in proposed.text

    approved = _approve(finance, called_back="")

    assert "Ce compte est payé à partir de maintenant." in approved.text
    assert f"Vous êtes payé sur le compte{MASKED_IBAN}" in clerk.get(OWN).text


def test_a_change_shows_until_when_nothing_is_paid(clerk: Browser, finance: Browser, county: County) -> None:
    county.paid_on(str(clerk.actor and clerk.actor.organisation_id))
    assert "délai de 72 heures" in clerk.get(f"{OWN}/changement").text
    _propose(clerk, IBANS[1])

    unproved = _approve(finance, called_back="")
    assert unproved.status == 422
    approved = finance.submit({"called_back": CALLED} | PROOF, form=1)

    assert "Ce compte sera payé à partir du" in approved.text
    mine = clerk.get(OWN).text
    assert "Délai de sécurité en cours" in mine
    assert f"Vous êtes payé sur le compte{MASKED_IBAN}" in mine
    assert "Payable à partir du" in mine


def test_old_and_new_stand_side_by_side_with_their_checks(
    clerk: Browser, finance: Browser, county: County
) -> None:
    county.paid_on(str(clerk.actor and clerk.actor.organisation_id))
    _propose(clerk, IBANS[1])

    _review(finance)

    assert finance.seen is not None
    said = finance.seen.text
    assert "FR14 2004 1010 0505 0001 3M02 606" in said
    assert IBAN in said
    assert "LA BANQUE POSTALE" in said
    assert "Nom proche" in said or "Nom différent" in said or "Même nom" in said


def test_a_paper_is_saved_in_a_sandbox_and_its_reader_is_named(clerk: Browser, finance: Browser) -> None:
    _propose(clerk)
    address = _review(finance)

    opened = finance.submit().response

    assert opened.data == RIB
    assert opened.headers["Content-Disposition"].startswith("attachment;")
    assert opened.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert opened.headers["X-Content-Type-Options"] == "nosniff"
    assert "ouvert par Someone" in finance.get(address).text


def test_nothing_is_approved_unread(clerk: Browser, finance: Browser) -> None:
    _propose(clerk)
    finance.get(f"{_review(finance)}/approbation")

    refused = finance.submit({"called_back": CALLED} | PROOF, form=1)

    assert refused.status == 409
    assert refused.errors == [
        "Vous n'avez pas ouvert tous les justificatifs : ouvrez chacun d'eux, puis décidez."
    ]


def test_nothing_is_approved_without_the_password(clerk: Browser, finance: Browser) -> None:
    _propose(clerk)
    address = _review(finance)
    finance.submit()
    finance.get(f"{address}/approbation")

    empty = finance.submit({"called_back": CALLED}, form=1)
    wrong = finance.submit({"called_back": CALLED, "password": "un autre mot de passe"}, form=1)

    assert (empty.status, empty.errors) == (422, ["Tapez votre mot de passe."])
    assert (wrong.status, wrong.errors) == (422, ["Ce n'est pas votre mot de passe : tapez-le de nouveau."])
    assert "En attente d'approbation" in finance.get(address).text


def test_who_proposed_is_not_offered_to_approve(finance: Browser, operator_id: str) -> None:
    finance.get(f"/organisations/exploitants/{operator_id}/compte")
    proposed = finance.submit({"iban": IBAN, "holder": "Association inventée"} | _paper())

    assert "Vous avez proposé ce compte" in proposed.text
    assert "Vérifier et approuver" not in proposed.text
    finance.submit()
    finance.get(f"{_review(finance)}/approbation")
    assert finance.submit({"called_back": CALLED} | PROOF, form=1).status == 403


def test_a_rejection_says_why_to_the_venue(clerk: Browser, finance: Browser) -> None:
    _propose(clerk)
    finance.get(f"{_review(finance)}/refus")
    assert finance.submit().errors == ["Dites pourquoi."]

    finance.submit({"reason": "Le RIB est au nom d'un tiers"})

    mine = clerk.get(OWN).text
    assert "Refusées" in mine
    assert "Le RIB est au nom d'un tiers" in mine


def test_a_venue_takes_its_own_proposal_back(clerk: Browser, finance: Browser) -> None:
    links = _propose(clerk).links()
    clerk.get(next(path for path in links.values() if path.endswith("/retrait")))

    taken_back = clerk.submit({"reason": "Ce n'est pas nous"})

    assert "Retirées" in taken_back.text
    assert "Rien n'attend" in finance.get(QUEUE).text
    assert "Retirées" in finance.get(f"{QUEUE}?etat=toutes").text


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"iban": "FR76 1234"}, "L'IBAN comporte une erreur : recopiez-le d'après le RIB."),
        (
            {"paper": (io.BytesIO(b"<html>"), "rib.pdf")},
            "Envoyez un fichier PDF, PNG ou JPEG d'au plus 5 Mio, complet, sans pièce jointe ni programme.",
        ),
        ({"paper": (io.BytesIO(b""), "")}, "Joignez le RIB."),
    ],
)
def test_a_proposal_that_cannot_be_is_said_beside_its_field(
    clerk: Browser, said: dict[str, Any], error: str
) -> None:
    clerk.get(f"{OWN}/changement")

    refused = clerk.submit({"iban": IBAN, "holder": "Association inventée"} | _paper() | said)

    assert refused.status == 422
    assert refused.errors == [error]


def test_a_venue_neither_sees_nor_takes_back_another_s(
    clerk: Browser, county: County, browser: OpenBrowser
) -> None:
    other = browser(Role.VENUE, organisation_id=county.venue_operator(siret=OTHER_SIRET))
    links = _propose(clerk).links()
    address = next(path for path in links.values() if path.endswith("/retrait"))

    assert MASKED_IBAN not in other.get(OWN).text
    assert other.get(address).status == 404
    assert other.post(address, {"reason": "Non"}).status == 404


def test_a_hold_is_placed_after_saying_what_it_does_and_lifted_by_another(
    browser: OpenBrowser, finance: Browser, operator_id: str
) -> None:
    here = f"/organisations/exploitants/{operator_id}"
    asked = finance.get(f"{here}/blocage")
    assert "aucun lot de paiement ne prend cet exploitant" in asked.text
    placed = finance.submit({"cause": "seizure", "note": "SATD n° 1"})
    assert "Ses paiements sont bloqués" in placed.text

    address = next(path for path in finance.get(HOLDS).links().values() if path.startswith(f"{HOLDS}/"))
    assert "une autre personne doit le lever" in finance.get(address).text
    assert finance.post(address, {"reason": "Mainlevée"}).status == 403

    other = browser(Role.FINANCE)
    other.get(address)
    lifted = other.submit({"reason": "Mainlevée reçue"})

    assert "Le blocage est levé." in lifted.text
    assert "Aucun paiement n'est bloqué." in finance.get(HOLDS).text
    with finance.client.get(f"{HOLDS}/liste.csv?etat=toutes") as saved:
        assert "Mainlevée reçue" in saved.get_data(as_text=True)


def test_a_liquidator_is_proposed_with_his_deed(
    finance: Browser, browser: OpenBrowser, operator_id: str
) -> None:
    operator = browser(Role.OPERATOR)
    operator.get(f"/organisations/exploitants/{operator_id}/beneficiaire")
    deed = {
        "kind": "liquidator",
        "name": "Me Inventé",
        "reference": "TC 2026-12",
        "entitled_on": "2026-01-15",
    }
    proposed = operator.submit(deed | {"iban": IBAN, "holder": "Me Inventé"} | _paper())
    assert "Une autre personne serait payée à la place de l'exploitant" in proposed.text

    assert "sera payé à partir du" in _approve(finance).text


def test_a_change_of_siret_is_proposed_and_approved_by_two_people(
    finance: Browser, browser: OpenBrowser, county: County
) -> None:
    old, new = county.venue_operator(siret=SIRET), county.venue_operator(siret=OTHER_SIRET)
    operator = browser(Role.OPERATOR)
    operator.get(f"/organisations/exploitants/{old}/successeur")
    said = {"effective_on": "2026-07-01", "reference": "Avis Sirene"}
    unknown = operator.submit({"siret": "21340172201787"} | said | _paper())
    assert unknown.errors == [
        "Aucun exploitant n'a ce SIRET : inscrivez-le d'abord, puis désignez-le comme successeur."
    ]
    proposed = operator.submit({"siret": OTHER_SIRET} | said | _paper())
    address = proposed.response.request.path

    finance.get(address)
    finance.submit()
    finance.get(address)
    approved = finance.submit(form=1)

    assert "La succession est approuvée." in approved.text
    assert "à compter du 1er juillet 2026" in finance.get(f"/organisations/exploitants/{new}").text
