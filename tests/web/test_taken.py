"""Finance finds a pass that was taken and gives it back; what stands in a run already becomes a debt of the venue."""

import pytest

from tests.api.town import SERIES, Town, today
from tests.settlement.office import Office
from tests.web.browsers import Sight
from tests.web.conftest import OpenBrowser
from tests.world import serials_of
from voucher_service.funding.terms import MoneySide
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import Role


def taken(town: Town, **terms: object) -> str:
    """Have a venue take one voucher; return its page."""
    town.open_campaign(**terms)
    [booklet, *_] = town.in_hand()
    answer = town.redeem(serials_of(booklet)[:1]).get_json()
    return f"/encaissements/{answer['items'][0]['redemption_id']}"


def in_a_run(town: Town, *, is_approved: bool) -> None:
    """Freeze what is due, and let another person approve it."""
    clerk, head = (town.world.person(Role.FINANCE, OrganisationKind.OPERATOR) for _ in range(2))
    office = Office(town.world, clerk, head)
    office.pay_from()
    run = office.freeze(cut_off_on=today())
    if is_approved:
        office.approve(run)


def test_what_waits_to_be_paid_is_given_back_without_a_debt(empty_town: Town, browser: OpenBrowser) -> None:
    page, finance = taken(empty_town), browser(Role.FINANCE)
    assert f"{SERIES}-000001-01" in finance.get("/encaissements").text

    asked = finance.get(f"{page}/annulation")
    assert "10,00 € ne seront plus dus au lieu" in asked.text
    assert "Le pass peut servir de nouveau" in asked.text
    assert finance.submit().errors == ["Choisissez pourquoi vous annulez cet encaissement."]
    done = finance.submit({"cause": "wrong-voucher"})

    assert "est annulé." in done.text
    assert "doit rendre" not in done.text
    assert "Annuler cet encaissement" not in done.links()
    assert "Aucun lieu ne doit d'argent." in finance.get("/creances").text


def test_what_stands_in_a_run_is_owed_back_and_the_page_says_so_first(
    empty_town: Town, browser: OpenBrowser
) -> None:
    page, finance = taken(empty_town), browser(Role.FINANCE)
    in_a_run(empty_town, is_approved=True)

    asked = finance.get(f"{page}/annulation")
    assert f"Cet encaissement est dans le lot de paiement {SERIES}/1" in asked.text
    assert "La somme est retenue sur son prochain paiement" in asked.text
    assert "le lieu doit rendre 10,00 €" in finance.submit({"cause": "taken-twice"}).text
    assert "10,00 €" in finance.get("/creances").text


def _asked(town: Town, browser: OpenBrowser, page: str) -> Sight:
    in_a_run(town, is_approved=False)
    return browser(Role.FINANCE).get(f"{page}/annulation")


def test_a_run_that_did_not_leave_is_named_as_the_better_way(empty_town: Town, browser: OpenBrowser) -> None:
    asked = _asked(empty_town, browser, taken(empty_town))

    assert "Ce lot n'est pas parti" in asked.text
    assert asked.links()["Voir les paiements du lot"] == f"/lots/{SERIES}/1/paiements"


def test_where_a_public_accountant_pays_a_titre_is_announced(empty_town: Town, browser: OpenBrowser) -> None:
    asked = _asked(empty_town, browser, taken(empty_town, money_side=MoneySide.COMMITMENT))

    assert "titre de recettes" in asked.text
    assert "retenue" not in asked.text


def test_a_payment_opens_on_the_passes_that_it_pays(empty_town: Town, browser: OpenBrowser) -> None:
    page = taken(empty_town)
    in_a_run(empty_town, is_approved=False)

    assert page in browser(Role.FINANCE).get(f"/lots/paiements/{SERIES}-R1-1").links().values()


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VENUE, Role.PRESCRIBER, Role.FUNDER])
def test_nobody_else_opens_these_pages(role: Role, empty_town: Town, browser: OpenBrowser) -> None:
    page = taken(empty_town)

    assert browser(role).get(page).status == 403


def test_an_auditor_reads_and_changes_nothing(empty_town: Town, browser: OpenBrowser) -> None:
    page, auditor = taken(empty_town), browser(Role.AUDITOR)

    assert "Annuler cet encaissement" not in auditor.get(page).links()
    assert auditor.get(f"{page}/annulation").status == 403
    assert auditor.post(f"{page}/annulation", {"cause": "other-error"}).status == 403
