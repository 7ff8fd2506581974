"""The dashboard: finance begins with it, its numbers are the books', and each opens on its lines."""

import re

from tests.api.town import SERIES, Town, today
from tests.settlement.office import Office
from tests.web.conftest import OpenBrowser
from tests.world import serials_of
from voucher_service.identity.organisations import OrganisationKind
from voucher_service.kernel.actor import Role


def test_finance_begins_with_where_the_money_is(town: Town, browser: OpenBrowser) -> None:
    [booklet] = town.in_hand()
    assert town.redeem(serials_of(booklet)[:3]).status_code == 201
    finance = browser(Role.FINANCE)

    assert finance.client.get("/accueil").location == "/tableau-de-bord"
    seen = finance.get("/tableau-de-bord")
    assert SERIES in seen.text
    assert re.search(r"30,00 € Dû aux lieux", seen.text)


def test_every_number_opens_on_its_lines(town: Town, browser: OpenBrowser) -> None:
    assert town.world.series == SERIES
    auditor = browser(Role.AUDITOR)
    links = auditor.get("/tableau-de-bord").tree.xpath("//*[@class='figure__label']/a/@href")

    assert len(links) >= 9
    assert {auditor.get(link).status for link in links} == {200}


def test_what_waits_is_named_and_opens_on_its_list(town: Town, browser: OpenBrowser) -> None:
    finance = browser(Role.FINANCE)
    assert "Rien n'attend aujourd'hui." in finance.get("/tableau-de-bord").text
    [booklet] = town.in_hand()
    assert town.redeem(serials_of(booklet)[:3]).status_code == 201
    clerk, head = (town.world.person(Role.FINANCE, OrganisationKind.OPERATOR) for _ in range(2))
    office = Office(town.world, clerk, head)
    office.pay_from()
    run = office.freeze(cut_off_on=today())

    frozen = finance.get("/tableau-de-bord")
    assert "1 Lots à approuver" in frozen.text
    assert f"{SERIES}/1" in finance.get(frozen.links()["Lots à approuver"]).text
    office.approve(run)
    assert "1 Lots à exporter" in finance.get("/tableau-de-bord").text
    assert "Lots à approuver" not in finance.get("/tableau-de-bord").text
