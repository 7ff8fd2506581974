"""Finance recovers what venues owe back on its pages; giving a debt up takes two people."""

import io

import pytest

from tests.api.town import API, SERIES, Town, today
from tests.settlement.office import Office
from tests.web.conftest import OpenBrowser
from tests.world import serials_of
from voucher_service.funding.terms import MoneySide
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import Role

REPAID = {"amount_cents": "10", "reference": "VIR-9", "repaid_on": "20/11/2026"}


def owing(town: Town, **terms: object) -> str:
    """Have a venue owe one voucher back; return the address of its debt."""
    town.open_campaign(**terms)
    [booklet, *_] = town.in_hand()
    taken = town.redeem(serials_of(booklet)[:2]).get_json()
    clerk, head = (town.world.person(Role.FINANCE, OrganisationKind.OPERATOR) for _ in range(2))
    office = Office(town.world, clerk, head)
    office.pay_from()
    office.approve(office.freeze(cut_off_on=today()))
    reversal = {"redemption_id": taken["items"][0]["redemption_id"], "cause": "other-error"}
    assert town.finance.post(f"{API}/reversals", reversal).status_code == 201
    return f"/creances/{SERIES}/{town.shop.clerk.organisation_id}"


def test_a_debt_opens_on_its_vouchers_and_is_repaid(empty_town: Town, browser: OpenBrowser) -> None:
    debt, finance = owing(empty_town), browser(Role.FINANCE)

    assert "10,00 €" in finance.get("/creances").text
    assert f"{SERIES}-000001-01" in finance.get(debt).text
    finance.get(f"{debt}/remboursement")
    wrong = finance.submit(REPAID | {"amount_cents": "15"})
    assert wrong.errors != []
    check = finance.submit(REPAID)
    assert "1 pass n'est plus à rendre" in check.text
    assert "Cet exploitant ne doit plus rien" in check.text
    assert "10,00 €" in finance.get("/creances").text  # nothing is written down yet
    finance.get(f"{debt}/remboursement")
    finance.submit(REPAID)
    assert "10,00 € enregistrés." in finance.submit().text
    assert "Aucun lieu ne doit d'argent." in finance.get("/creances").text


def test_who_proposed_a_write_off_is_told_to_leave_it_to_another(
    empty_town: Town, browser: OpenBrowser
) -> None:
    debt, clerk, head = owing(empty_town), browser(Role.FINANCE), browser(Role.FINANCE)
    clerk.get(f"{debt}/remise")
    assert "une deuxième personne" in clerk.submit({"act": "Décision 7", "reason": "Dissoute"}).text
    [proposal] = empty_town.finance.get(f"{API}/write-off-proposals").get_json()["items"]
    page = f"/creances/remises/{proposal['id']}"

    assert "vous ne pouvez pas l'approuver" in clerk.get(page).text
    assert clerk.post(page, {}).status == 403
    assert "10,00 €" in head.get(page).text
    assert "10,00 € passés en perte." in head.submit().text


def test_the_accountants_file_is_read_and_its_titre_written_down(
    empty_town: Town, browser: OpenBrowser
) -> None:
    debt, finance = owing(empty_town, money_side=MoneySide.COMMITMENT), browser(Role.FINANCE)
    file = f"piece;etat;mandat;date\n{SERIES}-R1-1;mandaté;M-7;20/11/2026\nx;réglé;M-8;20/11/2026\n"

    finance.get(f"{debt}/titre")
    assert (
        "Titre T-3 enregistré"
        in finance.submit({"number": "T-3", "exercice": "2026", "issued_on": "20/11/2026"}).text
    )
    finance.get(f"/campagnes/{SERIES}/retour-comptable")
    taken = finance.submit({"file": (io.BytesIO(file.encode()), "retour.csv")})
    assert "État inconnu" in taken.text
    assert "M-7" in finance.get(f"/campagnes/{SERIES}/retour-comptable").text
    assert finance.client.get(f"/campagnes/{SERIES}/lots/1/liasse.pdf").data.startswith(b"%PDF-")
    assert finance.client.get(f"/campagnes/{SERIES}/lots/1/liste.xlsx").data.startswith(b"PK")


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VENUE, Role.PRESCRIBER, Role.FUNDER])
def test_nobody_else_reads_what_venues_owe(role: Role, town: Town, browser: OpenBrowser) -> None:
    assert town.world.series == SERIES
    assert browser(role).get("/creances").status == 403
