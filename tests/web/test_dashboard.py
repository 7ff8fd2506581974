"""The dashboard: finance begins with it, its numbers are the books', and each opens on its lines."""

import re

from tests.api.town import SERIES, Town
from tests.web.conftest import OpenBrowser
from tests.world import serials_of
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
