"""Finance closes the books of a campaign, after a page that says what will happen; the auditor reads them."""

from datetime import date, timedelta

import pytest

from tests.api.town import API, SERIES, Town
from tests.api.town import today as now
from tests.web.conftest import OpenBrowser
from tests.world import serials_of
from voucher_service.kernel.actor import Role

PAGE = f"/campagnes/{SERIES}/cloture"


@pytest.fixture(autouse=True)
def _used(town: Town) -> None:
    [booklet] = town.in_hand()
    assert town.redeem(serials_of(booklet)[:2]).status_code == 201


def first_month_end(town: Town) -> date:
    since = date.fromisoformat(town.operator.get(f"{API}/campaigns/{SERIES}").get_json()["use_from"])
    return (since.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def test_finance_closes_a_month_once_it_was_told_what_that_means(town: Town, browser: OpenBrowser) -> None:
    through_on = first_month_end(town)
    finance = browser(Role.FINANCE)

    assert SERIES in finance.get("/clotures").text
    asked = finance.get(finance.get(PAGE).links()["Vérifier avant de clôturer"])
    assert f"Clôturer jusqu'au {through_on:%d/%m/%Y}" in asked.text
    assert "une période clôturée ne se rouvre pas" in asked.text
    assert f"Les comptes sont clos jusqu'au {through_on:%d/%m/%Y}" in finance.submit().text
    assert f"{through_on:%d/%m/%Y}" in finance.get("/clotures").text


def test_the_balance_of_a_closing_is_given_as_it_was(town: Town, browser: OpenBrowser) -> None:
    auditor, through_on = browser(Role.AUDITOR), now().replace(day=1) - timedelta(days=1)
    said = {"series": SERIES, "through_on": through_on.isoformat()}
    assert town.finance.post(f"{API}/period-closings", said).status_code == 201
    before = auditor.get(f"{PAGE}/1/balance.csv").response.data

    town.world.funds(5_000)

    assert b"bank" in before
    assert auditor.get(f"{PAGE}/1/balance.csv").response.data == before
    assert auditor.client.get(f"{PAGE}/1/balance.pdf").data.startswith(b"%PDF-")
    assert auditor.get(f"{PAGE}/2/balance.csv").status == 404
    assert auditor.get(f"{PAGE}/1/balance.doc").status == 404


def test_an_auditor_reads_and_does_not_close(browser: OpenBrowser) -> None:
    auditor = browser(Role.AUDITOR)

    assert "Le service financier clôture les comptes." in auditor.get(PAGE).text
    assert auditor.post(PAGE, {"through_on": "2026-01-31"}).status == 403


def test_what_is_to_be_accrued_opens_by_operator_and_as_a_file(town: Town, browser: OpenBrowser) -> None:
    finance, report = browser(Role.FINANCE), f"/campagnes/{SERIES}/rapports/charges-a-rattacher"

    assert "20,00 €" in finance.get(report).text
    assert f"{now():%Y}" in finance.get(report).text
    assert b";2;20,00;10,00;10,00;" in finance.get(f"{report}.csv").response.data
    assert "Rien à signaler" in finance.get(f"{report}?au=2020-01-31").text
    assert finance.get(f"/campagnes/{SERIES}/rapports/autre").status == 404
